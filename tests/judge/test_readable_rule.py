from pathlib import Path

import pytest
from command_oracle import command_says
from cryptography import x509
from der_making import dns, oid, sequence
from judge_making import (
    HOST,
    Certificate,
    authority,
    faults_of,
    leaf,
    root,
    situation,
    verdict_of,
    verdict_on,
)

from tlswizard.core.certificate import Malformed, parse_certificate
from tlswizard.core.extensions import ALTERNATIVE_NAMES, INFORMATION_ACCESS, TLS_FEATURE

ROOT = root()
SAN = b"\x30\x0b\x82\x09" + HOST.encode()


def _broken_names(certificate: Certificate) -> Certificate:
    """Its list of names claims one byte more than there is; the signature no longer fits either."""
    found = parse_certificate(certificate.der.replace(SAN, b"\x30\x0c" + SAN[2:]))
    assert isinstance(found, Certificate)
    return found


def test_a_certificate_that_can_be_read_has_no_flaw():
    assert faults_of("malformed-certificate", leaf(ROOT), roots=[ROOT]) == ()


def test_an_unreadable_field_is_told_beside_every_other_fault():
    broken = _broken_names(leaf(ROOT, not_after=ROOT.certificate.not_before).certificate)
    (fault,) = faults_of("malformed-certificate", broken, roots=[ROOT])
    assert (fault.kind, fault.role, fault.on) == ("subjectAltName", "leaf", broken)
    assert fault.found
    assert faults_of("expired", broken, roots=[ROOT])


@pytest.mark.parametrize("client", ["openssl", "dotnet"])
def test_a_certificate_that_nobody_can_read_is_refused_and_keeps_its_place(client: str):
    rubbish = Malformed(b"\x00", "it is not the encoding of a certificate")
    for chain in ((rubbish,), (leaf(ROOT), rubbish)):
        verdict = verdict_of(client, *chain, roots=[ROOT])
        assert verdict.result == "refuse"
        (fault,) = (f for f in verdict.faults if f.cause == "malformed-certificate")
        assert (fault.on, fault.kind) == (rubbish, "whole")
        assert fault.role == ("leaf" if len(chain) == 1 else "ca")


def _unreadable_to_openssl(certificate: Certificate) -> Certificate:
    """Its subject's text is tagged as a time: cryptography takes that, OpenSSL refuses all of it."""
    common = b"\x0c" + bytes([len(certificate.title)]) + certificate.title.encode()
    head, found, rest = certificate.der.rpartition(b"\x06\x03\x55\x04\x03" + common)
    odd = parse_certificate(head + found.replace(common, b"\x17" + common[1:]) + rest)
    assert isinstance(odd, Certificate)
    return odd


def test_what_openssl_alone_cannot_read_is_refused_and_pinned():
    issuing = authority("Issuing", ROOT)
    server = leaf(issuing)
    for chain in (
        (server.certificate, _unreadable_to_openssl(issuing.certificate)),
        (_unreadable_to_openssl(server.certificate), issuing.certificate),
        (server.certificate, issuing.certificate, _unreadable_to_openssl(leaf(ROOT).certificate)),
    ):
        verdict = verdict_of("openssl", *chain, roots=[ROOT])
        assert verdict.result == "refuse"
        if len(chain) == 3:
            (fault,) = verdict.faults
            assert (fault.cause, fault.on) == ("malformed-certificate", chain[2])


def test_what_openssl_alone_cannot_read_in_a_store_costs_itself_only():
    issuing = authority("Issuing", ROOT)
    odd = _unreadable_to_openssl(issuing.certificate)
    for stores in ({"roots": [odd, ROOT]}, {"roots": [ROOT], "intermediates": [odd]}):
        assert verdict_of("openssl", leaf(issuing), issuing, **stores).result == "accept"


def _raw(kind: str, content: bytes):
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(kind), content), False


ODD = {
    "an address of five bytes": (
        [_raw(ALTERNATIVE_NAMES, sequence(dns(HOST), b"\x87\x05abcde"))],
        "subjectAltName-value",
    ),
    "a name beyond ASCII": (
        [_raw(ALTERNATIVE_NAMES, sequence(dns(HOST), b"\x82\x02\xc3\xbc"))],
        "subjectAltName-value",
    ),
    "a broken address of the issuer": ([_raw(INFORMATION_ACCESS, b"\x30\x03\x02")], "authorityInfoAccess"),
    "features that are none": ([_raw(TLS_FEATURE, b"\x04\x00")], "tlsFeature"),
    "a strange extension twice": (
        [_raw("1.2.3.4", b"\x05\x00"), _raw("1.2.3.5", b"\x05\x00")],
        "extensions-value",
    ),
}


@pytest.mark.parametrize("which", ODD)
def test_what_openssl_does_not_mind_is_noted_and_accepted(which: str, tmp_path: Path):
    more, kind = ODD[which]
    names = () if "subjectAltName" in kind else (HOST,)
    server = leaf(ROOT, names=names, more=more).certificate
    if kind == "extensions-value":
        found = parse_certificate(server.der.replace(oid("1.2.3.5"), oid("1.2.3.4")))
        assert isinstance(found, Certificate)
        verdict = verdict_of("openssl", found, roots=[ROOT])
        assert "malformed-certificate (extensions-value)" in {str(f) for f in verdict.notes}
        return  # its signature does not hold any more, which is another matter
    facts = situation(server, roots=[ROOT])
    verdict = verdict_on("openssl", facts)
    assert (verdict.result, verdict.disagreement) == ("accept", None)
    assert f"malformed-certificate ({kind})" in {str(f) for f in verdict.notes}
    assert command_says(facts, tmp_path).accepts
