import base64
import textwrap
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core import pem as pem_module
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.pem import certificates_in, pem
from tlswizard.lab.authority import root

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
ROOT = root("Root", at=AT)
LEAF = ROOT.leaf(["a.example"]).certificate
TOP = ROOT.certificate
TEXT = pem(LEAF).encode()


def test_what_was_written_is_read_again():
    assert certificates_in(TEXT + pem(TOP).encode()) == (LEAF, TOP)
    assert certificates_in(pem(TOP).encode() + TEXT + TEXT) == (TOP, LEAF, LEAF)


def test_the_text_is_that_of_rfc_7468():
    first, *body, last = pem(LEAF).splitlines()
    assert (first, last) == ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    assert {len(line) for line in body[:-1]} == {64}
    assert base64.b64decode("".join(body)) == LEAF.der


def _wrapped(width: int, end: str) -> bytes:
    body = textwrap.wrap(base64.b64encode(LEAF.der).decode(), width)
    return end.join(["-----BEGIN CERTIFICATE-----", *body, "-----END CERTIFICATE-----", ""]).encode()


@pytest.mark.parametrize(
    "data",
    [
        _wrapped(64, "\r\n"),
        _wrapped(76, "\n"),
        _wrapped(100_000, "\n"),
        _wrapped(64, "\n    "),
        _wrapped(64, "\n\n"),
        _wrapped(64, "\r"),
        b"\xef\xbb\xbf" + TEXT,
        TEXT.rstrip(),
        TEXT.replace(b" CERTIFICATE", b" X509 CERTIFICATE"),
        b"subject=/CN=a.example\nissuer=\xff\xfe\x00\n" + TEXT + b"trailing words",
    ],
    ids=[
        "crlf",
        "wide",
        "one-line",
        "indented",
        "blank-lines",
        "cr",
        "bom",
        "no-final-newline",
        "old-label",
        "words-around",
    ],
)
def test_any_wrapping_is_read(data: bytes):
    assert certificates_in(data) == (LEAF,)


def test_what_openssl_appends_to_a_trusted_certificate_is_left_off():
    # openssl-x509(1): the certificate, then its trust settings (here: trusted for server authentication)
    settings = bytes.fromhex("300c300a06082b06010505070301")
    body = base64.encodebytes(LEAF.der + settings)
    data = b"-----BEGIN TRUSTED CERTIFICATE-----\n" + body + b"-----END TRUSTED CERTIFICATE-----\n"
    assert certificates_in(data + TEXT) == (LEAF, LEAF)


BROKEN = {
    "not-base64": b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    "no-certificate": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "empty": b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "cut-in-the-middle": TEXT.replace(TEXT[300:400], b""),
    "without-an-end": TEXT[:200] + b"\n",
}


@pytest.mark.parametrize("block", BROKEN.values(), ids=BROKEN)
def test_a_broken_block_keeps_its_place_and_hides_no_other(block: bytes):
    first, broken, last = certificates_in(TEXT + block + pem(TOP).encode())
    assert (first, last) == (LEAF, TOP)
    assert isinstance(broken, Malformed)
    assert broken.why


def test_a_block_without_an_end_is_told_at_the_end_of_a_file():
    (whole, cut) = certificates_in(TEXT + TEXT[:200])
    assert whole == LEAF
    assert isinstance(cut, Malformed)


def test_other_blocks_are_passed_over():
    key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    request = b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
    assert certificates_in(key + TEXT + request) == (LEAF,)
    assert certificates_in(key) == ()


def test_der_is_read():
    assert certificates_in(LEAF.der) == (LEAF,)
    (broken,) = certificates_in(LEAF.der[:-1])
    assert isinstance(broken, Malformed)


@pytest.mark.parametrize("data", [b"", b"0", b"hello", b"\x00" * 100, b"<html>", "zoë".encode("utf-16")])
def test_what_is_no_certificate_gives_none(data: bytes):
    assert certificates_in(data) == ()


def test_a_transcript_of_s_client_gives_the_chain_in_its_order():
    transcript = (
        b"CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = a.example\n   i:CN = Root\n"
        b"   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256\n" + TEXT
        + b" 1 s:CN = Root\n   i:CN = Root\n" + pem(TOP).encode()
        + b"---\nServer certificate\nsubject=CN = a.example\n---\nSSL handshake has read 1500 bytes\n"
    )  # fmt: skip
    assert certificates_in(transcript) == (LEAF, TOP)


def test_a_file_without_end_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pem_module, "MAX_CERTIFICATES", 3)
    assert certificates_in(TEXT * 10) == (LEAF,) * 3


def test_each_certificate_is_parsed_once_for_one_reader():
    known: dict = {}
    (first,) = certificates_in(TEXT, known)
    (second,) = certificates_in(LEAF.der, known)
    assert first is second


PIECE = st.sampled_from(
    [
        TEXT,
        TEXT[:50],
        TEXT[-50:],
        b"-----BEGIN CERTIFICATE-----",
        b"-----END CERTIFICATE-----",
        b"-----",
        b"\n",
        b"AAAA",
    ]
)


@given(st.one_of(st.binary(), st.lists(st.one_of(PIECE, st.binary(max_size=5)), max_size=8).map(b"".join)))
def test_any_bytes_give_certificates_or_their_places(data: bytes):
    for found in certificates_in(data):
        assert isinstance(found, Certificate | Malformed)
        assert isinstance(found, Certificate) or found.why


@given(st.integers(0, len(LEAF.der) - 1), st.integers(1, 255))
def test_one_changed_byte_never_raises(position: int, change: int):
    der = bytearray(LEAF.der)
    der[position] ^= change
    text = base64.encodebytes(bytes(der))
    (found,) = certificates_in(b"-----BEGIN CERTIFICATE-----\n" + text + b"-----END CERTIFICATE-----")
    assert isinstance(found, Certificate | Malformed)
