"""A check's outcome comes from the causes; passed, not for here, not checked and crashed are four answers."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, EXERCISES, clock, days, diagnosed, house, made, store, stranger, the

from tlswizard.checks.check import (
    CRASHED,
    DOES_NOT_APPLY,
    NOT_CHECKED,
    OK,
    Check,
    Evidence,
    Result,
    outcomes,
    run,
)
from tlswizard.checks.siblings import all_checks
from tlswizard.core.case import Part
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.diagnosis.programs import program_table
from tlswizard.lab.exercise import Exercise

ROOT, INTERMEDIATE, LEAF = house()
every_check = pytest.mark.parametrize("check", all_checks().values(), ids=lambda check: check.id)
CROSS = [pytest.param(c, e, id=f"{c.id}: {e.id}") for c in all_checks().values() for e in EXERCISES]


def result(check: str, told: Diagnosis, **parameters: str) -> Result:
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return run(all_checks()[check], told, CONTENT, given)


def sound() -> Diagnosis:
    return diagnose(made((LEAF, INTERMEDIATE), [store("linux-system", ROOT)]), CONTENT, ("openssl",))


WITHOUT_PUBLIC_DATA = ("cert.revocation", "stores.freshness")
"""Nobody is asked for revocation, and no list of public roots lies on the machine of these cases."""

# ── outcomes ──


@pytest.mark.parametrize(("check", "exercise"), CROSS)
def test_the_outcome_is_the_most_urgent_of_its_own_causes(check: Check, exercise: Exercise):
    told = diagnosed(exercise.id)
    own = [id_ for id_ in exercise.expects if CONTENT.causes[id_].check == check.id]
    outcome = run(check, told, CONTENT, {}).outcome
    if check.id == "everything":
        assert outcome == check.own_outcomes[0]
    elif own:
        assert outcome == own[0]
    else:
        assert outcome in (OK, NOT_CHECKED)


@pytest.mark.parametrize(("check", "exercise"), CROSS)
def test_the_outcome_is_one_that_the_check_declares(check: Check, exercise: Exercise):
    for here in ("yes", "no"):
        outcome = run(check, diagnosed(exercise.id), CONTENT, {"on-this-computer": here}).outcome
        assert outcome in (*outcomes(check, CONTENT), NOT_CHECKED)


def test_every_cause_that_is_urgent_is_an_outcome_of_one_check_that_is_there():
    """But for those of checks that come with later issues, which nothing states yet."""
    declared = [id_ for c in all_checks().values() if not c.own_outcomes for id_ in outcomes(c, CONTENT)]
    assert len(set(declared) - {OK, DOES_NOT_APPLY}) == len(
        [id_ for id_ in declared if id_ not in (OK, DOES_NOT_APPLY)]
    )
    for exercise in EXERCISES:
        assert set(exercise.expects) <= set(declared)
    for cause in CONTENT.causes.values():
        if cause.severity != "info" and cause.check in all_checks():
            assert cause.id in declared


def test_a_cause_of_severity_info_is_never_an_outcome():
    root_sent = diagnosed("untrusted-root")
    told = diagnose(made((LEAF, INTERMEDIATE, ROOT), [store("linux-system", ROOT)]), CONTENT, ("openssl",))
    assert [f.id for f in told.causes if f.severity == "info"] == ["root-sent"]
    assert result("chain.view", told).outcome == OK
    assert "root-sent" not in outcomes(all_checks()["chain.view"], CONTENT)
    assert root_sent.urgent


def test_a_cause_of_a_program_that_does_not_count_is_no_outcome():
    held = [store("linux-system", ROOT), store("certifi:/venv", stranger())]
    told = diagnose(made((LEAF, INTERMEDIATE), held), CONTENT, ("openssl",))
    assert told.client("requests").verdict.result == "refuse"
    assert result("trust.compare", told).outcome == OK
    assert result("everything", told).outcome == OK


# ── does not apply ──


@every_check
def test_a_check_does_not_apply_only_where_it_fails_on_another_computer(check: Check):
    told = sound()
    about_here = "on-this-computer" in check.parameters
    assert run(check, told, CONTENT, {"on-this-computer": "yes"}).outcome != DOES_NOT_APPLY
    assert run(check, told, CONTENT, {}).outcome != DOES_NOT_APPLY
    elsewhere = run(check, told, CONTENT, {"on-this-computer": "no"})
    assert (elsewhere.outcome == DOES_NOT_APPLY) == about_here
    assert bool(elsewhere.why) or not about_here


def test_the_checks_of_this_computer_are_those_of_its_trust_and_clock():
    assert {c.id for c in all_checks().values() if "on-this-computer" in c.parameters} == {
        "trust.compare", "time.clock",
    }  # fmt: skip


# ── crashed ──


def broken(_: Diagnosis) -> Evidence:
    raise ZeroDivisionError("a bug of ours")


def broken_reason(_: Diagnosis) -> str:
    raise KeyError("a bug of ours")


@every_check
@pytest.mark.parametrize("id_", ["two-stores", "clock-wrong"])
def test_evidence_that_breaks_is_a_result(check: Check, id_: str):
    found = run(replace(check, evidence=broken), diagnosed(id_), CONTENT, {})
    assert found.outcome == CRASHED
    assert "ZeroDivisionError" in found.why
    assert found.evidence == Evidence()


@every_check
def test_a_reason_that_breaks_is_a_result(check: Check):
    found = run(replace(check, unknown=broken_reason), sound(), CONTENT, {})
    assert found.outcome in (CRASHED, NOT_CHECKED)
    assert found.outcome != OK


# ── not checked ──


def undecided(**changes) -> Diagnosis:
    """A mismatch of names, an expired leaf, and no program that could be judged."""
    leaf = INTERMEDIATE.leaf(["other.example"], not_before=AT - days(400), not_after=AT - days(30))
    given: Mapping[str, object] = {"sent": (leaf,), "stores": [store("linux-system", ROOT)], **changes}
    case = made(given["sent"], given["stores"])  # type: ignore[arg-type]
    return diagnose(case, CONTENT, (str(given.get("program", "openssl")),))


@pytest.mark.parametrize(
    "check", ["chain.view", "trust.compare", "cert.dates", "cert.names", "cert.usage", "cert.strength"]
)
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"stores": None}, id="stores not looked at"),
        pytest.param({"sent": ()}, id="nothing sent"),
    ],
)
def test_what_no_program_could_be_asked_about_is_not_checked(check: str, changes):
    found = result(check, undecided(**changes))
    assert found.outcome == NOT_CHECKED
    assert found.why


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ("chain.view", "missing-intermediate"), ("cert.dates", "expired"), ("cert.names", "name-mismatch"),
        ("trust.compare", NOT_CHECKED), ("cert.usage", NOT_CHECKED), ("cert.strength", NOT_CHECKED),
    ],
)  # fmt: skip
def test_what_no_store_can_cure_is_told_of_a_program_whose_stores_are_not_known(check: str, outcome: str):
    found = result(check, undecided(program="dotnet-framework-service"))
    assert found.outcome == outcome
    assert outcome != NOT_CHECKED or found.why


@pytest.mark.parametrize("check", ["chain.view", "trust.compare", "cert.usage", "everything"])
def test_one_of_many_that_could_not_be_judged_leaves_the_others_their_verdict(check: str):
    case = made((LEAF, INTERMEDIATE), [store("linux-system", ROOT)])
    assert result(check, diagnose(case, CONTENT, ("java-17",))).outcome == NOT_CHECKED
    both = diagnose(case, CONTENT, ("openssl", "java-17"))
    assert result(check, both).outcome == OK
    shown = " ".join(str(cell) for row in program_table(both).rows for cell in row)
    assert "? not checked" in shown
    assert any(n.part == "clients" and "Java" in n.why for n in both.not_checked)


def test_an_unreadable_store_that_may_hold_what_is_missing_leaves_the_chain_open():
    told = diagnose(made((LEAF,), [store("linux-system", unreadable="no permission")]), CONTENT, ("openssl",))
    assert told.counting[0].verdict.result == "unknown"
    for check in ("chain.view", "trust.compare", "everything"):
        found = result(check, told)
        assert (found.outcome, "no permission" in found.why) == (NOT_CHECKED, True)


def test_an_unreadable_store_leaves_names_and_dates_as_they_are():
    told = diagnose(
        made((LEAF, INTERMEDIATE), [store("linux-system", unreadable="no permission")]), CONTENT, ("openssl",)
    )
    assert result("cert.names", told).outcome == OK
    assert result("trust.compare", told).outcome == NOT_CHECKED


def test_everything_is_not_fine_while_one_program_that_counts_is_undecided():
    case = made(
        (LEAF, INTERMEDIATE),
        [store("linux-system", ROOT), store("certifi:/venv", unreadable="no permission")],
        found=("openssl", "requests"),
    )
    told = diagnose(case, CONTENT)
    assert {c.id: c.verdict.result for c in told.counting} == {"openssl": "accept", "requests": "unknown"}
    assert result("everything", told).outcome == NOT_CHECKED


@every_check
def test_a_part_that_failed_gives_its_reason(check: Check):
    told = sound()
    for part in check.needs:
        case = told.case.with_part(part, Part(AT, failure="it broke off half-way"))
        found = run(check, diagnose(case, CONTENT, ("openssl",)), CONTENT, {})
        assert (found.outcome, found.why) == (NOT_CHECKED, "it broke off half-way")


def test_what_is_there_and_right_is_ok():
    for check in all_checks().values():
        outcome = run(check, sound(), CONTENT, {}).outcome
        assert outcome == (NOT_CHECKED if check.id in WITHOUT_PUBLIC_DATA else OK), check.id


def test_a_named_cause_is_stated_although_a_part_is_absent():
    case = diagnosed("expired").case.without(["clock", "clients"])
    told = diagnose(case, CONTENT, (the("expired").program,))
    assert result("cert.dates", told).outcome == "expired"
    assert result("everything", told).outcome == "problem"
    assert clock().other
