"""The whole: who counts, with which exit, and what was not looked at."""

from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, house, made, observed, store, stranger, the

from tlswizard.checks.check import run
from tlswizard.checks.siblings import all_checks
from tlswizard.core.case import Case, Handshake, Part, Reach
from tlswizard.diagnosis.diagnose import diagnose

ROOT, INTERMEDIATE, LEAF = house()
GOOD = made((LEAF, INTERMEDIATE), [store("linux-system", ROOT)], found=("openssl", "python"))


def exit_of(case: Case, *named: str) -> int:
    return diagnose(case, CONTENT, named).exit


def test_accepted_by_all_is_0():
    assert exit_of(GOOD) == 0


def test_refused_by_one_of_those_that_count_is_2():
    mixed = made(
        (LEAF, INTERMEDIATE),
        [store("linux-system", ROOT), store("certifi:/venv", stranger())],
        found=("openssl", "requests"),
    )
    assert exit_of(mixed) == 2
    assert exit_of(mixed, "openssl") == 0
    assert exit_of(mixed, "requests") == 2


def test_a_named_program_of_which_nothing_is_known_is_3():
    assert exit_of(GOOD, "dotnet-framework") == 3


def test_no_tls_is_3_whatever_else_is_known():
    silent = Handshake("server.example", "server-silent", "nothing was said", spoke_tls=False)
    case = replace(GOOD, handshakes=Part(AT, (silent,)))
    assert exit_of(case) == 3
    assert [f.id for f in diagnose(case, CONTENT).urgent] == ["server-silent"]


def test_a_server_that_cannot_be_reached_is_named_and_3():
    case = replace(
        GOOD, reach=Part(AT, Reach("connection-refused", "nobody listens")), handshakes=Part(AT, ())
    )
    told = diagnose(case, CONTENT)
    assert ([f.id for f in told.urgent], told.exit) == (["connection-refused"], 3)


@pytest.mark.parametrize("outcome", ["client-certificate-required", "handshake-alert"])
@pytest.mark.parametrize("stores", [None, (store("linux-system", ROOT),)])
def test_a_handshake_that_fails_after_the_server_spoke_is_named_before_and_after_stores_are_read(
    outcome: str, stores
):
    case = made((LEAF, INTERMEDIATE), stores, handshake=outcome)
    told = diagnose(case, CONTENT, ("openssl",))
    assert [(f.id, f.severity) for f in told.urgent] == [(outcome, "problem")]
    assert run(all_checks()["tls.handshake"], told, CONTENT, {}).outcome == outcome


def test_a_handshake_that_fails_after_the_server_spoke_is_a_refusal():
    case = made((LEAF, INTERMEDIATE), [store("linux-system", ROOT)], handshake="client-certificate-required")
    assert exit_of(case) == 2


def test_without_a_named_program_those_that_were_found_count():
    assert [c.id for c in diagnose(GOOD, CONTENT).counting] == ["openssl", "python"]


def test_without_any_program_openssl_counts():
    nobody = made((LEAF, INTERMEDIATE), [store("linux-system", ROOT)])
    assert [c.id for c in diagnose(nobody, CONTENT).counting] == ["openssl"]


def test_a_store_that_could_not_be_read_leaves_its_programs_undecided():
    case = made((LEAF, INTERMEDIATE), [store("linux-system", unreadable="permission denied")])
    told = diagnose(case, CONTENT, ("openssl",))
    assert told.counting[0].verdict.result == "unknown"
    assert told.exit == 3
    assert "store linux-system" in {n.part for n in told.not_checked}


@pytest.mark.parametrize("part", ["reach", "handshakes", "stores", "clients", "clock"])
def test_a_part_that_is_absent_or_failed_is_listed_as_not_checked(part: str):
    case = observed("two-stores")
    program = the("two-stores").program
    absent = diagnose(case.without([part]), CONTENT, (program,))
    failed = diagnose(case.with_part(part, Part(AT, failure="it broke off")), CONTENT, (program,))
    assert part not in {n.part for n in diagnose(case, CONTENT, (program,)).not_checked}
    assert part in {n.part for n in absent.not_checked}
    assert part in {n.part for n in failed.not_checked}


def test_what_this_version_cannot_look_at_is_said():
    assert {"revocation", "addresses"} <= {n.part for n in diagnose(GOOD, CONTENT).not_checked}


def test_a_list_that_only_stands_in_for_a_programs_own_is_told_as_not_checked():
    told = diagnosed("nss-and-java")
    chromium = diagnose(told.case, CONTENT, ("chromium",))
    assert any(n.part == "store chromium-builtin" and "stands in" in n.why for n in chromium.not_checked)
    assert not any(n.part == "store chromium-builtin" for n in told.not_checked)
