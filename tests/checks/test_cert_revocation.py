"""Revocation is not asked for in this version: the answer is *not checked*, always."""

from diagnosis_cases import CONTENT, diagnosed, every_exercise

from tlswizard.checks.cert_revocation import CHECK
from tlswizard.checks.check import NOT_CHECKED, run
from tlswizard.lab.exercise import Exercise


@every_exercise
def test_it_is_not_checked_with_a_reason(exercise: Exercise):
    found = run(CHECK, diagnosed(exercise.id), CONTENT, {})
    assert found.outcome == NOT_CHECKED
    assert "revocation" in found.why
    assert (found.evidence.word, found.evidence.blocks) == ("", ())
