"""Only what was given speaks: without a list or an answer for the leaf it is *not checked*."""

from dataclasses import replace

import pytest
from cryptography.x509 import ocsp
from diagnosis_cases import AT, CONTENT, days, diagnosed, every_exercise, house, made, store
from withdrawing import answer_to, list_of

from tlswizard.checks.cert_revocation import CHECK
from tlswizard.checks.check import NOT_CHECKED, OK, Result, run
from tlswizard.core.blocks import Mark, Rows
from tlswizard.core.case import Case, Part, Revocation
from tlswizard.core.crl import Crl
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise

ROOT, ISSUING, SERVER = house()
GOOD, GONE = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED


def case(*crls: Crl, staple: bytes | None = None, sent: tuple = (SERVER, ISSUING)) -> Case:
    seen = made(sent, [store("linux-system", ROOT)])
    assert seen.handshake is not None
    shakes = Part(AT, (replace(seen.handshake, staple=staple),))
    seen = seen.with_part("handshakes", shakes)
    return seen.with_part("revocation", Part(AT, Revocation(crls))) if crls else seen


def looked(seen: Case) -> Result:
    return run(CHECK, diagnose(seen, CONTENT, ("openssl",)), CONTENT, {})


def said(result: Result) -> list[str]:
    (rows,) = result.evidence.blocks
    assert isinstance(rows, Rows)
    return [f"{title}: {cell}" for title, cell in rows.rows]


@every_exercise
def test_where_nothing_was_given_it_is_not_checked_with_a_reason(exercise: Exercise):
    found = run(CHECK, diagnosed(exercise.id), CONTENT, {})
    assert found.outcome == NOT_CHECKED
    assert "revocation" in found.why
    assert found.evidence.word == ""
    cells = [cell for block in found.evidence.blocks if isinstance(block, Rows) for _, cell in block.rows]
    assert [cell.mark for cell in cells if cell.mark] == []  # where one could ask, and no answer
    assert [cell.text for cell in cells] == [text for text in found.evidence.fields.values() if text]


def test_a_fresh_list_for_every_certificate_is_fine():
    found = looked(case(list_of(ROOT), list_of(ISSUING)))
    assert (found.outcome, found.evidence.word) == (OK, "not withdrawn")
    assert said(found) == [
        "server.example: ✓ the list of “Test Issuing CA” of 5 May 2031, good until 15 May 2031, "
        "does not name it",
        "Test Issuing CA: ✓ the list of “Test Root CA” of 5 May 2031, good until 15 May 2031, "
        "does not name it",
    ]


def test_a_good_answer_is_fine_for_the_leaf_and_says_what_it_leaves_out():
    found = looked(case(staple=answer_to(SERVER.certificate, ISSUING)))
    assert (found.outcome, found.evidence.word) == (OK, "not withdrawn")
    assert said(found) == [
        "server.example: ✓ the answer that the server brought along, of 5 May 2031, good until 11 May 2031, "
        "calls it good",
        "Test Issuing CA: ? nothing that was given speaks of it",
    ]


@pytest.mark.parametrize("source", ["list", "answer"])
def test_what_was_withdrawn_is_a_problem(source: str):
    if source == "list":
        found = looked(case(list_of(ROOT), list_of(ISSUING, SERVER.certificate)))
    else:
        found = looked(case(staple=answer_to(SERVER.certificate, ISSUING, GONE)))
    assert (found.outcome, found.evidence.word) == ("revoked", "withdrawn")
    assert found.causes[0].certificate == SERVER.certificate


def test_lists_that_do_not_speak_of_the_leaf_are_never_fine():
    for crls, outcome in (
        ((list_of(ROOT),), "revocation-unreachable"),
        ((list_of(ROOT), list_of(ISSUING, until=AT - days(0.5))), "revocation-stale"),
        ((Crl(b"rubbish"),), "revocation-unreachable"),
    ):
        found = looked(case(*crls))
        assert found.outcome == outcome
        assert Mark.FINE not in [cell.mark for _, cell in found.evidence.blocks[0].rows][:1]


def test_where_the_issuer_is_missing_nobody_can_say_it():
    staple = answer_to(SERVER.certificate, ISSUING)
    found = looked(case(staple=staple, sent=(SERVER,)))
    assert found.outcome == NOT_CHECKED
    assert "issuer" in found.why


def test_a_part_that_failed_gives_its_reason():
    seen = case(staple=answer_to(SERVER.certificate, ISSUING))
    found = looked(seen.with_part("revocation", Part(AT, failure="no list could be read")))
    assert (found.outcome, found.why) == (NOT_CHECKED, "no list could be read")


def test_what_was_not_asked_is_said_also_where_something_was_given():
    whys = {
        n.why
        for seen in (case(), case(list_of(ROOT)), case(staple=answer_to(SERVER.certificate, ISSUING, GOOD)))
        for n in diagnose(seen, CONTENT, ("openssl",)).not_checked
        if n.part == "revocation"
    }
    asking = "asking for revocation is not part of this version"
    assert whys == {
        asking,
        f"nobody was asked beside the given lists of withdrawn certificates; {asking}",
        f"nobody was asked beside the answer that the server brought along; {asking}",
    }
