"""Every check declares itself, and has its test."""

from pathlib import Path

import pytest
from diagnosis_cases import CONTENT, EXERCISES, diagnosed

from tlswizard import checks
from tlswizard.checks.check import Check, outcomes
from tlswizard.checks.siblings import all_checks
from tlswizard.core.case import PARTS
from tlswizard.playbook.typed import NotAccepted, accepted

HERE = Path(__file__).parent
every_check = pytest.mark.parametrize("check", all_checks().values(), ids=lambda check: check.id)


def test_the_checks_of_this_version_are_there():
    assert set(all_checks()) >= {
        "net.reach", "tls.handshake", "chain.view", "trust.compare", "trust.programs", "time.clock",
        "cert.dates", "cert.names", "cert.usage", "cert.strength", "cert.revocation", "everything",
    }  # fmt: skip


@every_check
def test_a_check_has_its_file_and_its_test(check: Check):
    name = check.id.replace(".", "_")
    assert (Path(checks.__file__).parent / f"{name}.py").is_file()
    assert (HERE / f"test_{name}.py").is_file()


@every_check
def test_a_check_says_what_it_looks_at_and_what_fine_means(check: Check):
    assert check.title
    assert not check.title.endswith(".")
    assert len(check.fine.split()) >= 4
    assert not check.fine.endswith(".")


@every_check
def test_a_check_needs_parts_that_there_are(check: Check):
    assert check.needs
    assert set(check.needs) <= set(PARTS)


@every_check
def test_its_parameters_have_types_that_playbooks_know(check: Check):
    for type_ in check.parameters.values():
        try:
            accepted("no", type_)
        except NotAccepted:
            pytest.fail(f"{type_} takes no “no”")


@every_check
def test_its_evidence_gives_the_fields_that_it_declares(check: Check):
    for exercise in EXERCISES:
        fields = check.evidence(diagnosed(exercise.id)).fields
        assert set(fields) <= set(check.fields)
        assert all(isinstance(value, str) for value in fields.values())
    given = [set(check.evidence(diagnosed(e.id)).fields) for e in EXERCISES]
    assert set(check.fields) in given


@every_check
def test_its_outcomes_are_ok_and_its_causes(check: Check):
    declared = outcomes(check, CONTENT)
    assert declared[0] == "ok"
    assert len(declared) == len(set(declared))
    if not check.own_outcomes:
        assert set(declared) - {"ok", "does-not-apply"} <= set(CONTENT.causes)
