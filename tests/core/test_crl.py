import random
import time
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from judge_making import AT, DAY, authority, leaf, root
from withdrawing import UNKNOWN, entry, list_of, pem_of, scope

from tlswizard.core import der
from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.crl import MAX_LISTS, Crl, MalformedCrl, Withdrawal, crls_in, parse_crl
from tlswizard.core.distribution import ALL_REASONS
from tlswizard.core.pem import pem

ROOT = root()
SERVER = leaf(ROOT)
LIST = list_of(ROOT, SERVER.certificate)


def test_it_says_who_issued_it_and_when():
    assert LIST.issuer_name == ROOT.certificate.subject_name
    assert (LIST.issuer_title, LIST.this_update, LIST.next_update) == ("Root", AT - DAY, AT + 9 * DAY)
    assert (LIST.number, LIST.delta_of, LIST.unusable, LIST.malformed) == (7, None, "", "")
    assert LIST.authority_key_id == ROOT.certificate.subject_key_id


def test_it_is_fresh_between_its_dates():
    assert [LIST.is_fresh(AT + n * DAY) for n in (-2, -1, 0, 9, 10)] == [False, True, True, True, False]


def test_it_gives_the_day_and_the_reason_of_an_entry():
    assert LIST.entry(SERVER.certificate) == Withdrawal(AT - 2 * DAY)
    assert LIST.entry(leaf(ROOT).certificate) is None
    held = list_of(ROOT, entry(SERVER.certificate, x509.ReasonFlags.certificate_hold))
    found = held.entry(SERVER.certificate)
    assert str(found) == "on 4 May 2031: it is on hold and may come back"


@pytest.mark.parametrize("reason", [r for r in x509.ReasonFlags if r is not x509.ReasonFlags.unspecified])
def test_every_reason_has_its_name(reason: x509.ReasonFlags):
    found = list_of(ROOT, entry(SERVER.certificate, reason)).entry(SERVER.certificate)
    assert found is not None
    assert found.reason == reason.value
    assert found.removed == (reason is x509.ReasonFlags.remove_from_crl)
    assert ("no reason" in str(found)) == found.removed


def test_a_negative_serial_number_is_found():
    # NIST PKITS 4.4.14 and 4.4.15: old authorities gave such numbers.
    old = SERVER.certificate.der
    number = der.raw(SERVER.certificate.parts.serial)
    negative = number[:2] + bytes([number[2] | 0x80]) + number[3:]
    changed = parse(old.replace(number, negative))
    listed = Crl(list_of(ROOT, SERVER.certificate).der.replace(number, negative))
    assert changed.serial < 0
    assert listed.entry(changed) is not None
    assert listed.entry(SERVER.certificate) is None


def parse(encoded: bytes) -> Certificate:
    found = parse_certificate(encoded)
    assert isinstance(found, Certificate)
    return found


def test_only_the_key_that_signed_it_fits():
    assert LIST.signed_by(ROOT.certificate) is True
    assert LIST.signed_by(root().certificate) is False
    assert list_of(root(), name=ROOT).signed_by(ROOT.certificate) is False


def test_an_algorithm_that_is_named_twice_and_differently_is_no_signature():
    # RFC 5280 section 5.1.1.2
    inner = LIST.der.index(bytes.fromhex("06082a8648ce3d040302"))
    other = LIST.der[: inner + 9] + b"\x03" + LIST.der[inner + 10 :]
    assert Crl(other).signed_by(ROOT.certificate) is False


def test_its_scope_is_everything_or_what_it_says():
    assert (LIST.scope.reasons, LIST.scope.indirect, LIST.scope.name) == (ALL_REASONS, False, None)
    some = frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.superseded})
    found = list_of(ROOT, more=[scope(only_some_reasons=some, only_contains_user_certs=True)]).scope
    assert (found.reasons, found.only_users) == ({"keyCompromise", "superseded"}, True)
    assert not (found.only_authorities or found.only_attributes or found.indirect)


def test_a_list_of_changes_names_the_list_that_it_changes():
    changes = list_of(ROOT, number=9, more=[(x509.DeltaCRLIndicator(7), True)])
    assert (changes.number, changes.delta_of, changes.unusable) == (9, 7, "")
    assert changes.same_scope(LIST)
    assert not changes.same_scope(list_of(ROOT, more=[scope(only_contains_ca_certs=True)]))


def test_what_is_critical_and_unknown_makes_it_unusable():
    # RFC 5280 sections 5.2 and 5.3
    assert list_of(ROOT, more=[(UNKNOWN, False)]).unusable == ""
    assert "1.3.6.1.4.1.55738.666.1" in list_of(ROOT, more=[(UNKNOWN, True)]).unusable
    inside = entry(SERVER.certificate, more=[(UNKNOWN, True)])
    assert "in one of its entries" in list_of(ROOT, inside).unusable
    number = list_of(ROOT, number=None, more=[(x509.CRLNumber(1), True)])
    assert number.unknown_critical == ("2.5.29.20",)


def test_an_entry_is_for_the_issuer_that_it_or_the_one_before_names():
    # RFC 5280 section 5.3.3
    other = authority("Other", ROOT)
    owner = x509.CertificateIssuer([x509.DirectoryName(other.certificate.library().subject)])
    first, second = leaf(other), leaf(other)
    found = list_of(
        ROOT, SERVER.certificate, entry(first.certificate, more=[(owner, True)]), second.certificate,
        more=[scope(indirect_crl=True)],
    )  # fmt: skip
    assert found.unusable == ""
    assert all(found.entry(one.certificate) for one in (SERVER, first, second))
    without = list_of(ROOT, first.certificate, second.certificate)
    assert not any(without.entry(one.certificate) for one in (first, second))


def test_two_equal_lists_are_one_value():
    assert Crl(LIST.der) == LIST
    assert len({Crl(LIST.der), LIST}) == 1


# --- in a file ---


def test_pem_in_any_wrapping_and_der_are_read():
    other = list_of(root("Other"))
    text = pem_of(LIST, other)
    assert crls_in(text) == (LIST, other)
    assert crls_in(b"Certificate Revocation List (CRL):\r\n" + text.replace(b"\n", b"\r\n")) == (LIST, other)
    assert crls_in(text.replace(b"X509 CRL", b"CRL")) == (LIST, other)
    assert crls_in(LIST.der) == (LIST,)


def test_what_is_no_list_is_none():
    assert crls_in(b"") == crls_in(b"hello") == crls_in(pem(ROOT.certificate).encode()) == ()
    (wrong,) = crls_in(ROOT.certificate.der)
    assert isinstance(wrong, MalformedCrl)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"-----BEGIN X509 CRL-----\nAAAA", "the line that ends it is missing"),
        (b"-----BEGIN X509 CRL-----\n!!!!\n-----END X509 CRL-----", "not base64"),
        (b"-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----", ""),
        (b"-----BEGIN X509 CRL-----\n-----END X509 CRL-----", ""),
    ],
)
def test_a_block_that_cannot_be_read_keeps_its_place(text: bytes, why: str):
    first, second = crls_in(text + b"\n" + pem_of(LIST))
    assert isinstance(first, MalformedCrl)
    assert why in first.why
    assert first.why
    assert second == LIST


def test_there_is_a_limit_to_the_lists_of_a_file():
    block = b"-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----\n"
    assert len(crls_in(block * (MAX_LISTS + 5))) == MAX_LISTS


def test_nothing_of_a_damaged_list_raises():
    chance = random.Random(5280)
    withdrawn = entry(SERVER.certificate, x509.ReasonFlags.superseded)
    damaged = list_of(ROOT, withdrawn, more=[scope(only_contains_user_certs=True)]).der
    read = 0
    for _ in range(2000):
        cut = bytearray(damaged)
        for _ in range(chance.randint(1, 3)):
            cut[chance.randrange(len(cut))] = chance.randrange(256)
        found = parse_crl(bytes(cut[: chance.choice((len(cut), chance.randrange(len(cut))))]))
        if isinstance(found, MalformedCrl):
            assert found.why
            continue
        read += 1
        _ = (found.scope, found.number, found.delta_of, found.unusable, found.issuer_title)
        _ = (found.entry(SERVER.certificate), found.signed_by(ROOT.certificate), found.is_fresh(AT))
    assert read > 200


def test_a_list_that_was_never_parsed_says_so_itself():
    rubbish = Crl(b"\x30\x80rubbish")
    assert rubbish.malformed
    assert rubbish.unusable == rubbish.malformed
    assert rubbish.entry(SERVER.certificate) is None
    assert not rubbish.signed_by(ROOT.certificate)
    assert not rubbish.is_fresh(AT)


def test_a_list_without_an_end_has_none():
    # RFC 5280 section 5.1.2.5 demands one, and OpenSSL does without
    whole = LIST.der
    end = b"\x17\x0d" + (AT + 9 * DAY).strftime("%y%m%d%H%M%SZ").encode()
    assert whole.count(end) == 1
    tbs = der.raw(der.signed_parts(whole).tbs)
    shorter = der.value(0x30, b"".join(der.raw(v) for v in der.inside(der.one(tbs)) if der.raw(v) != end))
    found = Crl(der.value(0x30, shorter + whole[whole.index(tbs) + len(tbs) :]))
    assert (found.malformed, found.next_update) == ("", None)
    assert found.is_fresh(datetime(2080, 1, 1, tzinfo=UTC))


DATE = der.value(0x17, b"310101000000Z")
NUMBER = der.raw(SERVER.certificate.parts.serial)
REASON = bytes.fromhex("0603551d15")
OWNER = bytes.fromhex("0603551d1d")


def with_entries(*entries: bytes) -> Crl:
    """A list with these encodings on the place of its entries. Nobody has signed it."""
    outer, algorithm, signature = der.inside(der.one(LIST.der))
    fields = [der.raw(field) for field in der.inside(outer)]
    at = max(n for n, field in enumerate(fields) if field[0] == 0x30)
    fields[at] = der.value(0x30, b"".join(entries))
    return Crl(der.value(0x30, der.value(0x30, b"".join(fields)) + der.raw(algorithm) + der.raw(signature)))


def extensions(*each: bytes) -> bytes:
    return der.value(0x30, b"".join(der.value(0x30, one) for one in each))


UNREADABLE = {
    "no-sequence": der.value(0x31, NUMBER + DATE),
    "empty": der.value(0x30, b""),
    "no-time": der.value(0x30, NUMBER),
    "a-text-for-a-time": der.value(0x30, NUMBER + der.value(0x0C, b"310101000000Z")),
    "no-number": der.value(0x30, DATE),
    "a-text-for-a-number": der.value(0x30, der.value(0x0C, b"7") + DATE),
    "an-empty-number": der.value(0x30, der.value(0x02, b"") + DATE),
    "a-number-with-a-zero-too-many": der.value(0x30, der.value(0x02, b"\0" + b"\x05") + DATE),
    "a-length-past-the-end": der.value(0x30, NUMBER + b"\x17\x7f3101"),
    "rubbish-for-extensions": der.value(0x30, NUMBER + DATE + der.value(0x04, b"xx")),
    "something-behind-the-extensions": der.value(0x30, NUMBER + DATE + b"\x30\0" + b"\x05\0"),
    "a-criticality-that-is-none": der.value(
        0x30, NUMBER + DATE + extensions(bytes.fromhex("06022a03 010101") + der.value(4, b"x"))
    ),
    "a-reason-that-is-none": der.value(
        0x30, NUMBER + DATE + extensions(REASON + der.value(4, b"\x02\x01\x08"))
    ),
    "an-owner-that-is-none": der.value(0x30, NUMBER + DATE + extensions(OWNER + der.value(4, b"\x30\0"))),
}


@pytest.mark.parametrize("which", UNREADABLE)
@pytest.mark.parametrize("other_first", [False, True])
def test_an_entry_that_cannot_be_read_makes_the_list_unusable(which: str, other_first: bool):
    other = der.value(0x30, der.value(2, b"\x05") + DATE)
    entries = [UNREADABLE[which], other]
    found = with_entries(*(reversed(entries) if other_first else entries))
    assert found.malformed == ""
    assert found.unusable.partition(" of its entries cannot be read: ")[2], found.unusable


def test_what_is_unusual_in_an_entry_is_read():
    long = der.value(2, b"\x01" * 200)
    reason = extensions(REASON + der.value(4, b"\x0a\x01\x01"))
    found = with_entries(der.value(0x30, long + DATE), der.value(0x30, NUMBER + DATE + reason))
    assert found.unusable == ""
    listed = found.entry(SERVER.certificate)
    assert listed is not None
    assert listed.reason == "keyCompromise"
    undated = with_entries(der.value(0x30, NUMBER + der.value(0x17, b"xx")))
    assert (undated.unusable, undated.entry(SERVER.certificate)) == ("", Withdrawal(None))


def test_a_hundred_thousand_entries_are_no_trouble():
    one = der.value(0x30, der.value(2, b"\x01" * 16) + der.value(0x17, b"310101000000Z"))
    small = x509.CertificateRevocationListBuilder().issuer_name(ROOT.certificate.library().subject)
    small = small.last_update(AT).next_update(AT + DAY)
    encoded = small.sign(ROOT.key, SHA256()).public_bytes(Encoding.DER)
    head, algorithm, signature = der.inside(der.one(encoded))
    fields = [der.raw(v) for v in der.inside(head)]
    big = der.value(0x30, b"".join([*fields, der.value(0x30, one * 100_000)]))
    crl = Crl(der.value(0x30, big + der.raw(algorithm) + der.raw(signature)))
    started = time.process_time()
    assert crl.malformed == ""
    assert crl.entry(SERVER.certificate) is None
    assert crl.unusable == ""
    assert time.process_time() - started < 3.0
