"""Can the server be reached at all?"""

from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, every_exercise, observed

from tlswizard.checks.check import OK, run
from tlswizard.checks.net_reach import CHECK
from tlswizard.core.case import Part, Reach
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise

OUTCOMES = [
    "name-not-resolved", "connection-refused", "connection-timeout", "connection-reset",
    "network-unreachable",
]  # fmt: skip


@every_exercise
def test_the_labs_servers_are_reached(exercise: Exercise):
    found = run(CHECK, diagnosed(exercise.id), CONTENT, {})
    assert found.outcome == OK
    assert found.evidence.fields["address"].startswith("10.")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_how_it_cannot_be_reached_is_the_outcome(outcome: str):
    case = replace(observed("expired"), reach=Part(AT, Reach(outcome, "nobody is there")), handshakes=None)
    found = run(CHECK, diagnose(case, CONTENT), CONTENT, {})
    assert found.outcome == outcome
    assert found.causes[0].evidence == "nobody is there"
