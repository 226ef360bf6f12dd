"""Before and after: fixed only if nothing that was wrong is wrong now."""

from dataclasses import replace

import pytest
from diagnosis_cases import CONTENT, diagnosed, house, made, observed, store, the

from tlswizard.checks.check import CRASHED, Result, run
from tlswizard.checks.siblings import all_checks
from tlswizard.core.case import Part
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.bench import after
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.wizard.retest import compared, side_by_side

EVERYTHING = all_checks()["everything"]


def after_fixes(id_: str, *fixes: str) -> Diagnosis:
    chosen = tuple(p.fix for p in diagnosed(id_).fixes if p.fix.id in fixes)
    assert len(chosen) == len(fixes)
    return diagnose(after(observed(id_), chosen), CONTENT, (the(id_).program,))


def outcome(before: Diagnosis, now: Diagnosis, check: str = "everything") -> str:
    one = all_checks()[check]
    return compared(run(one, before, CONTENT, {}), run(one, now, CONTENT, {})).outcome


def sound() -> Diagnosis:
    root, intermediate, leaf = house()
    return diagnose(made((leaf, intermediate), [store("linux-system", root)]), CONTENT, ("openssl",))


@pytest.mark.parametrize(
    ("fixes", "expected"),
    [
        (("use-listed-name", "copy-to-machine-store"), "fixed"),
        (("use-listed-name",), "same"),
        (("copy-to-machine-store",), "same"),
        ((), "same"),
    ],
)
def test_one_of_two_faults_put_right_is_not_fixed(fixes: tuple[str, ...], expected: str):
    assert outcome(diagnosed("two-stores"), after_fixes("two-stores", *fixes)) == expected


def test_its_own_check_is_fixed_by_its_own_fix():
    now = after_fixes("two-stores", "copy-to-machine-store")
    assert outcome(diagnosed("two-stores"), now, "trust.compare") == "fixed"
    assert outcome(diagnosed("two-stores"), now, "cert.names") == "same"


def test_another_fault_in_its_place_is_changed():
    assert outcome(diagnosed("expired"), diagnosed("untrusted-root")) == "changed"


def test_nothing_before_and_nothing_now_was_nothing_wrong():
    assert outcome(sound(), sound()) == "nothing-wrong"


def test_something_new_where_nothing_was_wrong_is_changed():
    assert outcome(sound(), diagnosed("expired")) == "changed"


@pytest.mark.parametrize("part", ["stores", "handshakes"])
def test_what_could_not_be_looked_at_again_is_not_fixed(part: str):
    blind = diagnose(observed("expired").without([part]), CONTENT, ("openssl",))
    assert outcome(diagnosed("expired"), blind) == "not-checked"


def test_a_check_that_broke_is_not_fixed():
    before = run(EVERYTHING, diagnosed("expired"), CONTENT, {})
    assert compared(before, replace(Result(EVERYTHING, CRASHED), why="it broke")).outcome == "not-checked"


def test_both_verdicts_stand_side_by_side():
    now = after_fixes("two-stores", "use-listed-name", "copy-to-machine-store")
    table = side_by_side(diagnosed("two-stores"), now)
    assert [str(cell) for cell in table.rows[0]] == [
        ".NET Framework, as a service", "✗ refuses (root, name)", "✓ accepts",
    ]  # fmt: skip
    assert table.head == ("Program", "before", "now")


def test_what_cannot_be_seen_any_more_is_not_called_gone():
    before = diagnosed("short-name")
    assert before.case.reach is not None
    reach = replace(before.case.reach.result, outcome="name-not-resolved")
    case = before.case.with_part("handshakes", Part(before.case.at, ()))
    case = case.with_part("reach", Part(before.case.at, reach))
    now = diagnose(case, CONTENT, (the("short-name").program,))
    results = [run(EVERYTHING, told, CONTENT, {}) for told in (before, now)]
    told = compared(*results, blind=True)
    assert told.outcome == "not-checked"
    assert "cannot be seen" in told.sentence


def test_what_does_not_apply_here_was_not_looked_at():
    here, there = ({"on-this-computer": answer} for answer in ("yes", "no"))
    trust, told = all_checks()["trust.compare"], diagnosed("two-stores")
    assert (
        compared(run(trust, told, CONTENT, here), run(trust, told, CONTENT, there)).outcome == "not-checked"
    )


def test_a_problem_that_is_a_warning_only_because_nobody_judged_is_not_gone():
    clock = all_checks()["time.clock"]
    before = diagnosed("clock-wrong")
    now = diagnose(before.case.without({"stores", "clients"}), CONTENT, (the("clock-wrong").program,))
    results = [run(clock, told, CONTENT, {}) for told in (before, now)]
    assert [f.severity for f in results[0].causes] == ["problem"]
    assert compared(*results).outcome != "fixed"
