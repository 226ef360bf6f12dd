"""Does the server speak TLS, and with whom?"""

from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, every_exercise, observed

from tlswizard.checks.check import OK, outcomes, run
from tlswizard.checks.tls_handshake import CHECK
from tlswizard.core.case import Handshake, Part
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise


@every_exercise
def test_the_labs_servers_speak_tls(exercise: Exercise):
    found = run(CHECK, diagnosed(exercise.id), CONTENT, {})
    assert found.outcome == OK
    assert found.evidence.word == "TLSv1.3"


@pytest.mark.parametrize("spoke", [True, False])
@pytest.mark.parametrize("outcome", ["not-tls", "handshake-closed", "handshake-alert", "no-certificate-sent"])
def test_how_the_handshake_failed_is_the_outcome(outcome: str, spoke: bool):
    shake = Handshake("shop", outcome, "it ended", spoke_tls=spoke, greeting="SSH-2.0")
    case = replace(observed("expired"), handshakes=Part(AT, (shake,)))
    found = run(CHECK, diagnose(case, CONTENT), CONTENT, {})
    assert found.outcome == outcome
    assert outcome in outcomes(CHECK, CONTENT)
    assert "SSH-2.0" in str(found.evidence.blocks)
