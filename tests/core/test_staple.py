import random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from judge_making import AT, DAY, authority, leaf, made, root
from withdrawing import answer_to

from tlswizard.core import der
from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.crl import Withdrawal
from tlswizard.core.staple import MalformedStaple, Staple, parse_staple

ROOT = root()
SERVER = leaf(ROOT)
FOR_ANSWERS = [ExtendedKeyUsageOID.OCSP_SIGNING]
DELEGATE = made("Responder", ROOT, purposes=FOR_ANSWERS)
GOOD, GONE, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN


def parsed(answer: bytes) -> Staple:
    found = parse_staple(answer)
    assert isinstance(found, Staple)
    return found


def test_it_speaks_of_a_certificate_by_its_number_and_its_issuer():
    staple = parsed(answer_to(SERVER.certificate, ROOT))
    single = staple.about(SERVER.certificate, ROOT.certificate)
    assert single is not None
    assert (single.status, single.withdrawal, single.serial) == ("good", None, SERVER.certificate.serial)
    assert (single.this_update, single.next_update) == (AT - DAY, AT + 5 * DAY)
    assert staple.about(leaf(ROOT).certificate, ROOT.certificate) is None
    assert staple.about(SERVER.certificate, root().certificate) is None


def test_the_two_hashes_may_be_of_another_kind():
    staple = parsed(answer_to(SERVER.certificate, ROOT, hash_=SHA256()))
    assert staple.about(SERVER.certificate, ROOT.certificate) is not None
    assert staple.singles[0].hash == "sha256"


def test_it_says_when_and_why_it_was_withdrawn():
    gone = parsed(answer_to(SERVER.certificate, ROOT, GONE, reason=x509.ReasonFlags.key_compromise))
    assert gone.singles[0].status == "withdrawn"
    assert gone.singles[0].withdrawal == Withdrawal(AT - 2 * DAY, "keyCompromise")
    assert parsed(answer_to(SERVER.certificate, ROOT, GONE)).singles[0].withdrawal == Withdrawal(AT - 2 * DAY)
    assert parsed(answer_to(SERVER.certificate, ROOT, UNKNOWN)).singles[0].status == "unknown"


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ((GOOD, GONE), "withdrawn"), ((GONE, GOOD), "withdrawn"), ((GOOD, UNKNOWN), "unknown"),
        ((UNKNOWN, GOOD, GONE), "withdrawn"), ((GOOD, GOOD), "good"),
    ],
)  # fmt: skip
def test_of_several_answers_about_one_certificate_the_worst_counts(
    statuses: tuple[ocsp.OCSPCertStatus, ...], worst: str
):
    single = several(*statuses).about(SERVER.certificate, ROOT.certificate)
    assert single is not None
    assert single.status == worst


def several(*statuses: ocsp.OCSPCertStatus) -> Staple:
    """One answer that speaks of the server as often as there are statuses."""
    every = []
    for status in statuses:
        (body,) = der.inside(der.one(answer_to(SERVER.certificate, ROOT, status)))[1:]
        _, content = der.inside(der.values(bytes(body.data))[0])
        data, *rest = der.inside(der.one(bytes(content.data)))
        every += [der.raw(one) for one in der.inside(single_list(data))]
    fields = [der.raw(f) for f in der.inside(data)]
    at = fields.index(der.raw(single_list(data)))
    fields[at] = der.value(0x30, b"".join(every))
    whole = der.value(0x30, der.value(0x30, b"".join(fields)) + b"".join(der.raw(r) for r in rest))
    kind = bytes.fromhex("06092b0601050507300101")
    body_ = der.value(0xA0, der.value(0x30, kind + der.value(0x04, whole)))
    return parsed(der.value(0x30, b"\x0a\x01\x00" + body_))


def single_list(data: der.TLV) -> der.TLV:
    return next(f for f in der.inside(data) if der.tag(f) == der.SEQUENCE)


@pytest.mark.parametrize("place", ["0400", "3000", "30020500", "30040500 0500", "3005 3000 030100"])
def test_an_issuer_without_a_readable_key_is_spoken_of_by_nobody(place: str):
    whole = ROOT.certificate.der
    spki = der.raw(ROOT.certificate.parts.spki)
    tbs = der.raw(der.signed_parts(whole).tbs)
    fields = [bytes.fromhex(place) if der.raw(f) == spki else der.raw(f) for f in der.inside(der.one(tbs))]
    rest = whole[whole.index(tbs) + len(tbs) :]
    strange = parse_certificate(der.value(0x30, der.value(0x30, b"".join(fields)) + rest))
    assert isinstance(strange, Certificate)
    staple = parsed(answer_to(SERVER.certificate, ROOT))
    assert staple.about(SERVER.certificate, strange) is None


def test_it_is_fresh_between_its_dates():
    single = parsed(answer_to(SERVER.certificate, ROOT)).singles[0]
    assert [single.is_fresh(AT + n * DAY) for n in (-2, -1, 0, 5, 6)] == [False, True, True, True, False]
    endless = parsed(answer_to(SERVER.certificate, ROOT, until=None)).singles[0]
    assert (endless.next_update, endless.is_fresh(AT + 99 * DAY)) == (None, True)


ISSUING = authority("Issuing", ROOT)
RESPONDERS = {
    "the-issuer": (None, True),
    "a-delegate": (DELEGATE, True),
    "a-delegate-without-the-usage": (made("Responder", ROOT), False),
    "a-server": (SERVER, False),
    "a-delegate-of-another-issuer": (made("Responder", root(), purposes=FOR_ANSWERS), False),
    "a-delegate-of-a-delegate": (made("Responder", ISSUING, purposes=FOR_ANSWERS), False),
    "a-delegate-that-is-over": (made("Responder", ROOT, purposes=FOR_ANSWERS, not_after=AT - DAY), False),
    "a-delegate-whose-key-is-for-something-else": (
        made("Responder", ROOT, purposes=FOR_ANSWERS, usage=frozenset({"key_agreement"})), False
    ),
    "who-only-says-so": (
        made("Responder", ROOT, purposes=FOR_ANSWERS, signed_with=SERVER.key), False
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", RESPONDERS)
def test_who_may_answer(which: str):
    # RFC 6960 section 4.2.2.2
    responder, may = RESPONDERS[which]
    sent = [responder] if responder else []
    staple = parsed(answer_to(SERVER.certificate, ROOT, by=responder, sent=sent))
    found = staple.responder(ROOT.certificate, AT)
    assert found == ((responder or ROOT).certificate if may else None)


def test_a_delegate_that_is_not_sent_along_is_not_known():
    assert parsed(answer_to(SERVER.certificate, ROOT, by=DELEGATE)).responder(ROOT.certificate, AT) is None


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (ocsp.OCSPResponseStatus.TRY_LATER, "busy"),
        (ocsp.OCSPResponseStatus.UNAUTHORIZED, "may not answer"),
        (ocsp.OCSPResponseStatus.INTERNAL_ERROR, "an error"),
    ],
)
def test_an_answer_that_is_none_says_why(status: ocsp.OCSPResponseStatus, word: str):
    found = parse_staple(ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER))
    assert isinstance(found, MalformedStaple)
    assert word in found.why


RUBBISH = {
    "nothing": b"", "a-zero": b"\x00", "text": b"rubbish", "an-empty-one": b"\x30\x00",
    "a-certificate": ROOT.certificate.der,
}  # fmt: skip


@pytest.mark.parametrize("which", RUBBISH)
def test_rubbish_is_malformed(which: str):
    found = parse_staple(RUBBISH[which])
    assert isinstance(found, MalformedStaple)
    assert found.why


def test_nothing_of_a_damaged_answer_raises():
    chance = random.Random(6960)
    whole = answer_to(SERVER.certificate, ROOT, GONE, by=DELEGATE, sent=[DELEGATE])
    read = 0
    for _ in range(2000):
        cut = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            cut[chance.randrange(len(cut))] = chance.randrange(256)
        found = parse_staple(bytes(cut[: chance.choice((len(cut), chance.randrange(len(cut))))]))
        if isinstance(found, Staple):
            read += 1
            _ = found.about(SERVER.certificate, ROOT.certificate)
            assert found.responder(ROOT.certificate, AT) is None or found.signed != b""
    assert read > 200
