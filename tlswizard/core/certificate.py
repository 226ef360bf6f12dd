"""One certificate, read field by field, so that one bad field hides no other.

`parse_certificate` is the only way in: afterwards a `Certificate` can be relied on to have a subject,
an issuer, dates and a serial. What may still fail (the key, the extensions) is a value, never an
exception. Fields are read when first asked for: a store of 150 roots is opened, indexed and thrown
away without ever reading most of it.
"""

import hashlib
import ipaddress
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    ExtensionOID,
    NameOID,
    SignatureAlgorithmOID,
)

from tlswizard.core.extensions import one_by_one
from tlswizard.core.text import visible

CanonicalName = tuple[tuple[tuple[str, str], ...], ...]
"""A name for comparing (RFC 5280 section 7.1): per RDN its (OID, folded value) pairs, sorted."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: its kind, its size in bits, and the SHA-256 of its SubjectPublicKeyInfo."""

    kind: Literal["RSA", "EC", "DSA", "Ed25519", "Ed448", "other"]
    bits: int
    sha256: str

    def __str__(self) -> str:
        return self.kind if self.kind.startswith("Ed") else f"{self.kind} {self.bits}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A field that cannot be read: where, and why."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes on the place of a certificate that cannot be read as one."""

    der: bytes
    why: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    """RFC 5280 section 4.2.1.9."""

    ca: bool
    path_length: int | None
    critical: bool


@dataclass(frozen=True, slots=True)
class AlternativeNames:
    """RFC 5280 section 4.2.1.6. `dns` is as written (not yet visible), `addresses` are canonical."""

    dns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    others: int = 0


@dataclass(frozen=True)
class Certificate:
    """A certificate that could be parsed. Equal if the bytes are equal."""

    der: bytes

    @cached_property
    def native(self) -> x509.Certificate:
        with warnings.catch_warnings():
            # A root in Debian's bundle has a non-positive serial; it is as good an anchor as the others.
            warnings.simplefilter("ignore")
            return x509.load_der_x509_certificate(self.der)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def sha1(self) -> str:
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest()

    @cached_property
    def version(self) -> int:
        return self.native.version.value + 1

    @cached_property
    def subject_name(self) -> CanonicalName:
        return _canonical(self.native.subject)

    @cached_property
    def issuer_name(self) -> CanonicalName:
        return _canonical(self.native.issuer)

    @cached_property
    def subject(self) -> str:
        """RFC 4514, visible."""
        return visible(self.native.subject.rfc4514_string())

    @cached_property
    def issuer(self) -> str:
        """RFC 4514, visible."""
        return visible(self.native.issuer.rfc4514_string())

    @cached_property
    def title(self) -> str:
        """What a person calls it: the common name, else the most telling part of the subject."""
        return _title(self.native.subject) or self.subject or f"(no name) {self.sha256[:12]}"

    @cached_property
    def issuer_title(self) -> str:
        return _title(self.native.issuer) or self.issuer or "(no name)"

    @cached_property
    def common_name(self) -> str | None:
        """The last CN of the subject, as written."""
        names = self.native.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return _text(names[-1].value) if names else None

    @cached_property
    def not_before(self) -> datetime:
        return self.native.not_valid_before_utc

    @cached_property
    def not_after(self) -> datetime:
        return self.native.not_valid_after_utc

    @cached_property
    def key(self) -> Key | Flaw:
        try:
            public = self.native.public_key()
            spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except (ValueError, UnsupportedAlgorithm) as error:
            return Flaw("subjectPublicKeyInfo", visible(str(error)))
        digest = hashlib.sha256(spki).hexdigest()
        match public:
            case rsa.RSAPublicKey():
                return Key("RSA", public.key_size, digest)
            case ec.EllipticCurvePublicKey():
                return Key("EC", public.curve.key_size, digest)
            case dsa.DSAPublicKey():
                return Key("DSA", public.key_size, digest)
            case ed25519.Ed25519PublicKey():
                return Key("Ed25519", 256, digest)
            case ed448.Ed448PublicKey():
                return Key("Ed448", 456, digest)
            case _:
                return Key("other", 0, digest)

    @cached_property
    def signature_hash(self) -> str | None:
        """`sha256`, `md5` …; None where the algorithm has no hash of its own or is unknown."""
        try:
            algorithm = self.native.signature_hash_algorithm
        except (UnsupportedAlgorithm, ValueError):
            return None
        return algorithm.name if algorithm else None

    @cached_property
    def _extensions(self) -> tuple[tuple[x509.Extension[x509.ExtensionType], ...], tuple[Flaw, ...]]:
        """Those that can be read, each kind once, and the flaws of the others."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a warning about one field must not hide the others
                return tuple(self.native.extensions), ()
        except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            whole = Flaw("extensions", visible(str(error)))
        singles = one_by_one(self.native)
        if singles is None:
            return (), (whole,)
        flaws = tuple(Flaw(s.name, s.why) for s in singles if s.value is None)
        found = {s.value.oid: s.value for s in reversed(singles) if s.value is not None}
        return tuple(found.values()), flaws or (whole,)

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        """Every field that cannot be read."""
        return (*((self.key,) if isinstance(self.key, Flaw) else ()), *self._extensions[1])

    @cached_property
    def basic_constraints(self) -> BasicConstraints | None:
        found = self._find(ExtensionOID.BASIC_CONSTRAINTS)
        if found is None or not isinstance(found.value, x509.BasicConstraints):
            return None
        return BasicConstraints(found.value.ca, found.value.path_length, found.critical)

    @cached_property
    def key_usage(self) -> frozenset[str] | None:
        """The names of the bits that are set (RFC 5280 section 4.2.1.3), None without the extension."""
        found = self._find(ExtensionOID.KEY_USAGE)
        if found is None or not isinstance(found.value, x509.KeyUsage):
            return None
        usage = found.value
        bits = [
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
        ]
        return frozenset(bit for bit in bits if getattr(usage, bit))

    @cached_property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Object identifiers, None without the extension (then every purpose is allowed)."""
        found = self._find(ExtensionOID.EXTENDED_KEY_USAGE)
        if found is None or not isinstance(found.value, x509.ExtendedKeyUsage):
            return None
        return tuple(usage.dotted_string for usage in found.value)

    @cached_property
    def alternative_names(self) -> AlternativeNames | None:
        found = self._find(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        if found is None or not isinstance(found.value, x509.SubjectAlternativeName):
            return None
        dns, addresses, others = [], [], 0
        for name in found.value:
            if isinstance(name, x509.DNSName):
                dns.append(name.value)
            elif isinstance(name, x509.IPAddress) and isinstance(
                name.value, ipaddress.IPv4Address | ipaddress.IPv6Address
            ):
                addresses.append(str(name.value))
            else:
                others += 1
        return AlternativeNames(tuple(dns), tuple(addresses), others)

    @cached_property
    def listed_names(self) -> tuple[str, ...]:
        """The names that it is for, visible: dNSName and iPAddress entries, else the common name."""
        names = self.alternative_names
        if names and (names.dns or names.addresses):
            return tuple(visible(name) for name in (*names.dns, *names.addresses))
        return (visible(self.common_name),) if self.common_name else ()

    @cached_property
    def authority_key_id(self) -> bytes | None:
        found = self._find(ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
        return (
            found.value.key_identifier
            if found and isinstance(found.value, x509.AuthorityKeyIdentifier)
            else None
        )

    @cached_property
    def subject_key_id(self) -> bytes | None:
        found = self._find(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
        return found.value.digest if found and isinstance(found.value, x509.SubjectKeyIdentifier) else None

    @cached_property
    def issuer_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate can be fetched (authority information access), visible."""
        found = self._find(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
        if found is None or not isinstance(found.value, x509.AuthorityInformationAccess):
            return ()
        return tuple(
            visible(d.access_location.value)
            for d in found.value
            if d.access_method == AuthorityInformationAccessOID.CA_ISSUERS
            and isinstance(d.access_location, x509.UniformResourceIdentifier)
        )

    @cached_property
    def unknown_critical(self) -> tuple[str, ...]:
        """Object identifiers of critical extensions that the library does not know."""
        return tuple(
            e.oid.dotted_string
            for e in self._extensions[0]
            if e.critical and isinstance(e.value, x509.UnrecognizedExtension)
        )

    @cached_property
    def is_self_issued(self) -> bool:
        return self.subject_name == self.issuer_name

    @cached_property
    def is_self_signed(self) -> bool:
        return self.is_self_issued and self.verifies(self) is True

    @property
    def is_ca(self) -> bool:
        return bool(self.basic_constraints and self.basic_constraints.ca)

    def verifies(self, child: "Certificate") -> bool | None:
        """Whether this key made `child`'s signature; None if the key or the algorithm cannot be used."""
        return _verifies(self, child)

    def _find(self, oid: x509.ObjectIdentifier) -> x509.Extension[x509.ExtensionType] | None:
        return next((e for e in self._extensions[0] if e.oid == oid), None)

    def __hash__(self) -> int:
        return hash(self.sha256)


SERVER_AUTH = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string
ANY_PURPOSE = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string


def parse_certificate(der: bytes) -> Certificate | Malformed:
    """The certificate in `der`, or why it cannot be read as one."""
    certificate = Certificate(der)
    try:
        # Everything that a rule may rely on without asking is read here, once.
        _ = (certificate.subject_name, certificate.issuer_name, certificate.not_before, certificate.not_after)
        _ = certificate.version
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        return Malformed(der, visible(str(error)) or "it is not the encoding of a certificate")
    return certificate


_GIVEN_UP: dict[x509.ObjectIdentifier, padding.PKCS1v15 | ec.ECDSA] = {
    SignatureAlgorithmOID.RSA_WITH_MD5: padding.PKCS1v15(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: ec.ECDSA(SHA1()),  # noqa: S303 - to read what others signed
}


def _verifies(issuer: Certificate, child: Certificate) -> bool | None:
    cache = issuer.__dict__.setdefault("_verified", {})
    if child.sha256 not in cache:
        cache[child.sha256] = _check_signature(issuer.native, child.native)
    answer: bool | None = cache[child.sha256]
    return answer


def _check_signature(issuer: x509.Certificate, child: x509.Certificate) -> bool | None:
    try:
        public = issuer.public_key()
        # The library names no parameters for what it has given up; the signature can be checked all the same.
        parameters = _GIVEN_UP.get(child.signature_algorithm_oid) or child.signature_algorithm_parameters
        match public:
            case rsa.RSAPublicKey():
                algorithm = child.signature_hash_algorithm
                if algorithm is None or isinstance(parameters, ec.ECDSA) or parameters is None:
                    return False
                public.verify(child.signature, child.tbs_certificate_bytes, parameters, algorithm)
            case ec.EllipticCurvePublicKey():
                _ = child.signature_hash_algorithm  # says so if it is unknown
                if not isinstance(parameters, ec.ECDSA):
                    return False
                public.verify(child.signature, child.tbs_certificate_bytes, parameters)
            case dsa.DSAPublicKey():
                algorithm = child.signature_hash_algorithm
                if algorithm is None:
                    return False
                public.verify(child.signature, child.tbs_certificate_bytes, algorithm)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                public.verify(child.signature, child.tbs_certificate_bytes)
            case _:
                return None
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return True


def _canonical(name: x509.Name) -> CanonicalName:
    return tuple(
        tuple(sorted((a.oid.dotted_string, " ".join(_text(a.value).casefold().split())) for a in rdn))
        for rdn in name.rdns
    )


def _title(name: x509.Name) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(oid):
            return visible(_text(found[-1].value), 120)
    return ""


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def utc(moment: datetime) -> str:
    """`2026-01-02T03:04:05Z`, the form of every time in JSON."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime) -> str:
    """`2 January 2026`, the form of every day on a screen."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"
