"""The JSON of format 1: stable, and as honest as the text."""

import json

from tlswizard.cli.printing import printed
from tlswizard.core.case import Part
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.report.json import document, unparsed

KEYS = [
    "tlswizard", "format", "at", "machine", "account", "target", "reach", "chain", "clients", "causes",
    "fixes", "not_checked", "exit",
]  # fmt: skip


def test_the_same_diagnosis_gives_the_same_document(every, content):
    again = diagnose(every.case, content, tuple(c.id for c in every.counting))
    assert document(again) == document(every)
    assert printed(again, "json") == printed(every, "json")


def test_it_is_one_line_of_plain_values(every):
    out = printed(every, "json")
    assert out.count("\n") == 1
    assert json.loads(out) == document(every)


def test_the_keys_come_in_the_order_of_the_contract(every):
    assert list(document(every)) == KEYS


def test_positions_are_those_of_the_wire(every):
    said = document(every)
    assert [c["position"] for c in said["chain"]] == list(range(len(every.case.chain)))
    assert [c["sha256"] for c in said["chain"]] == [c.sha256 for c in every.case.chain]
    for cause in said["causes"]:
        if cause["position"] is not None:
            assert cause["id"] in said["chain"][cause["position"]]["causes"]


def test_the_leaf_is_called_leaf_and_a_sent_root_root(every):
    roles = [c["role"] for c in document(every)["chain"]]
    assert roles[0] == "leaf"
    assert set(roles[1:]) <= {"intermediate", "root"}


def test_the_exit_is_that_of_the_diagnosis(every):
    assert document(every)["exit"] == every.exit == 2


def test_every_cause_of_a_client_is_explained_or_stands_among_the_causes(every):
    said = document(every)
    assert all(c["faults"] for c in said["clients"] if c["verdict"] == "refuse")
    assert not any(c["faults"] for c in said["clients"] if c["verdict"] == "accept")
    for cause in said["causes"]:
        assert cause["evidence"]
        assert cause["title"]


def test_absent_parts_are_not_checked(two_stores, content):
    for part in ("reach", "handshakes", "stores", "clock", "clients"):
        said = document(diagnose(two_stores.case.without((part,)), content))
        assert part in [n["part"] for n in said["not_checked"]], part
        assert all(n["why"] for n in said["not_checked"])


def test_a_failed_part_is_not_checked(two_stores, content):
    case = two_stores.case.with_part("reach", Part(two_stores.case.at, failure="broke off"))
    said = document(diagnose(case, content))
    assert {"part": "reach", "why": "broke off"} in said["not_checked"]
    assert said["reach"] is None


def test_a_target_that_cannot_be_parsed_has_the_same_keys_and_an_error(every):
    said = unparsed("text", "why", "2026-01-02T03:04:05Z", "here", "me")
    assert set(KEYS) | {"error"} == set(said)
    assert set(said["target"]) == set(document(every)["target"])
    assert said["exit"] == 3
