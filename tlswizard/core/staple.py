"""OCSP answers (RFC 6960), as a server staples them to its handshake (RFC 6066 section 8)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tlswizard.core import der as der_
from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.crl import Withdrawal, read_reason
from tlswizard.core.moment import read_moment
from tlswizard.core.signature import Algorithm, read_algorithm

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
"""Whoever holds a responder's certificate with this need not ask if it was withdrawn (RFC 6960 4.2.2.2.1)."""

MAX_CERTIFICATES = 10
"""A responder sends its own certificate, seldom one above it."""

_BASIC = "1.3.6.1.5.5.7.48.1.1"
_SUCCESSFUL = 0
_STATES = {
    1: "the question was malformed", 2: "the responder had an error of its own", 3: "the responder was busy",
    5: "the responder wants a signed question", 6: "the responder may not answer this",
}  # fmt: skip
"""OCSPResponseStatus (RFC 6960 section 4.2.1)."""

_WITHDRAWN = 0xA1
_STATUS: dict[int, Literal["good", "withdrawn", "unknown"]] = {
    0x80: "good", _WITHDRAWN: "withdrawn", 0x82: "unknown"
}  # fmt: skip
"""CertStatus (RFC 6960 section 4.2.1) by its tag."""

_WORST_FIRST = ("withdrawn", "unknown", "good")

_HASHES = {
    "1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}  # fmt: skip
"""What a CertID is hashed with (RFC 6960 section 4.3, RFC 5019)."""


@dataclass(frozen=True, slots=True)
class MalformedStaple:
    """Bytes on the place of an answer that cannot be read as one, or that hold none."""

    der: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Single:
    """What an answer says of one certificate (SingleResponse, RFC 6960 section 4.2.1)."""

    hash: str
    """the algorithm of the two hashes: `sha1`, `sha256` …"""
    name_hash: bytes
    key_hash: bytes
    serial: int
    status: Literal["good", "withdrawn", "unknown"]
    withdrawal: Withdrawal | None
    this_update: datetime
    next_update: datetime | None

    def is_fresh(self, at: datetime) -> bool:
        """Both ends count (RFC 6960 section 4.2.2.1)."""
        return self.this_update <= at and (self.next_update is None or at <= self.next_update)

    def speaks_of(self, certificate: Certificate, issuer: Certificate) -> bool:
        """CertID (RFC 6960 section 4.1.1): the serial number, and the issuer's name and key, hashed."""
        if self.serial != certificate.serial or self.hash not in hashlib.algorithms_available:
            return False
        name, key = der_.raw(certificate.parts.issuer), _key_bits(issuer)
        if key is None:
            return False
        return (self.name_hash, self.key_hash) == (self._of(name), self._of(key))

    def _of(self, data: bytes) -> bytes:
        return hashlib.new(self.hash, data, usedforsecurity=False).digest()


@dataclass(frozen=True)
class Staple:
    """A BasicOCSPResponse that could be parsed (RFC 6960 section 4.2.1). Equal if the bytes are equal."""

    der: bytes
    singles: tuple[Single, ...]
    certificates: tuple[Certificate, ...]
    """the responder's, sent along"""
    signed: bytes
    algorithm: Algorithm
    signature: bytes

    def about(self, certificate: Certificate, issuer: Certificate) -> Single | None:
        """The worst that it says of it: an answer may speak of one certificate several times."""
        every = [s for s in self.singles if s.speaks_of(certificate, issuer)]
        return min(every, key=lambda single: _WORST_FIRST.index(single.status), default=None)

    def signed_by(self, certificate: Certificate) -> bool | None:
        """Whether this certificate's key signed it; None if key or algorithm cannot be used."""
        return certificate.verifies_data(self.algorithm, self.signature, self.signed)

    def responder(self, issuer: Certificate, at: datetime) -> Certificate | None:
        """Who signed it, if that one may: the issuer, or a delegate that the issuer itself certified.

        RFC 6960 section 4.2.2.2: a delegate's certificate has the usage OCSP signing. Whether it was
        withdrawn is the caller's to see.
        """
        if self.signed_by(issuer):
            return issuer
        return next((c for c in self.certificates if self._is_delegate(c, issuer, at)), None)

    def _is_delegate(self, certificate: Certificate, issuer: Certificate, at: datetime) -> bool:
        usage = certificate.key_usage
        return bool(
            certificate.issuer_name == issuer.subject_name
            and OCSP_SIGNING in (certificate.extended_key_usage or ())
            and (usage is None or usage & {"digital_signature", "content_commitment"})
            and certificate.not_before <= at <= certificate.not_after
            and self.signed_by(certificate)
            and issuer.verifies(certificate)
        )


def parse_staple(der: bytes) -> Staple | MalformedStaple:
    """The answer in `der`, an OCSPResponse (RFC 6960 section 4.2.1), or why there is none."""
    try:
        status, *rest = der_.inside(der_.one(der))
        number = der_.integer(status, 0x0A)
        if number != _SUCCESSFUL:
            return MalformedStaple(der, f"it says: {_STATES.get(number, f'status {number}')}")
        (outer,) = rest
        (body,) = der_.values(bytes(outer.data))
        kind, content = der_.inside(body)
        if der_.dotted(kind) != _BASIC:
            return MalformedStaple(der, f"it is of the kind {der_.dotted(kind)}, which nobody here knows")
        return _basic(der, bytes(content.data))
    except (ValueError, IndexError) as error:
        return MalformedStaple(der, f"it is not the encoding of an answer: {ext.plainly(error)}")


def _basic(der: bytes, content: bytes) -> Staple:
    """Raises ValueError, IndexError."""
    data, algorithm, signature, *more = der_.inside(der_.one(content))
    sent = der_.inside(der_.values(bytes(more[0].data))[0]) if more else []
    certificates = [parse_certificate(der_.raw(c)) for c in sent[:MAX_CERTIFICATES]]
    bits = bytes(signature.data)
    if der_.tag(signature) != 0x03 or bits[0]:
        raise ValueError("its signature is none")
    return Staple(
        der=der,
        singles=tuple(_singles(data)),
        certificates=tuple(c for c in certificates if isinstance(c, Certificate)),
        signed=der_.raw(data),
        algorithm=read_algorithm(algorithm),
        signature=bits[1:],
    )


def _singles(data: der_.TLV) -> Iterator[Single]:
    """Raises ValueError, IndexError."""
    # version [0], responderID [1] or [2], producedAt; then the list of answers, and extensions [1]
    (every,) = (one for one in der_.inside(data) if der_.tag(one) == der_.SEQUENCE)
    for one in der_.inside(every):
        identity, status, this_update, *more = der_.inside(one)
        hash_, name, key, serial = der_.inside(identity)
        fields = {der_.tag(f): f for f in more}
        next_update = der_.values(bytes(fields[0xA0].data))[0] if 0xA0 in fields else None
        yield Single(
            hash=_HASHES.get(der_.dotted(der_.inside(hash_)[0]), "unknown"),
            name_hash=bytes(name.data),
            key_hash=bytes(key.data),
            serial=int.from_bytes(bytes(serial.data), "big", signed=True),
            status=_status(status),
            withdrawal=_withdrawal(status) if der_.tag(status) == _WITHDRAWN else None,
            this_update=read_moment(this_update),
            next_update=read_moment(next_update) if next_update is not None else None,
        )


def _status(one: der_.TLV) -> Literal["good", "withdrawn", "unknown"]:
    tag = der_.tag(one)
    if tag not in _STATUS:
        raise ValueError("it gives a status that nobody knows")
    return _STATUS[tag]


def _withdrawal(one: der_.TLV) -> Withdrawal:
    when, *reason = der_.values(bytes(one.data))
    given = der_.values(bytes(reason[0].data)) if reason else []
    return Withdrawal(read_moment(when), read_reason(given[0]) if given else "unspecified")


def _key_bits(issuer: Certificate) -> bytes | None:
    """The issuer's key as RFC 6960 section 4.1.1 hashes it: the bits without tag, length and unused bits.

    None where what stands on the key's place is no key.
    """
    try:
        _, bits = der_.inside(issuer.parts.spki)
    except ValueError:
        return None
    return bytes(bits.data)[1:] if der_.tag(bits) == 0x03 else None
