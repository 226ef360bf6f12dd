"""The whole Diagnosis: so that no cause is left without a word."""

from diagnosis_cases import CONTENT, diagnosed, every_exercise, house, made, store

from tlswizard.checks.check import OK, run
from tlswizard.checks.everything import CHECK
from tlswizard.core.blocks import Mark, Table
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise


@every_exercise
def test_all_causes_are_its_own(exercise: Exercise):
    found = run(CHECK, diagnosed(exercise.id), CONTENT, {})
    assert found.outcome == "problem"
    assert tuple(f.id for f in found.causes) == exercise.expects
    assert isinstance(found.evidence.blocks[0], Table)


def test_where_all_accept_it_is_ok_and_still_says_what_was_not_looked_at():
    root, intermediate, leaf = house()
    told = diagnose(made((leaf, intermediate), [store("linux-system", root)]), CONTENT, ("openssl",))
    found = run(CHECK, told, CONTENT, {})
    assert found.outcome == OK
    rows = found.evidence.blocks[-1].rows
    assert {cell.mark for _, cell in rows} == {Mark.NOT_CHECKED}
    assert any("revocation" in cell.text for _, cell in rows)
