"""One certificate, read field by field, so that one bad field hides no other.

`parse_certificate` is the only way in: afterwards a `Certificate` can be relied on to have a subject,
an issuer, dates and a serial number. What may still fail (the key, the signature, the extensions) is a
value, never an exception. Fields are read when first asked for: a store of 150 roots is opened, indexed
and thrown away without ever reading most of it.
"""

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from tlswizard.core import der as der_
from tlswizard.core import extensions as ext
from tlswizard.core.distinguished import CanonicalName, DistinguishedName, read_name
from tlswizard.core.extensions import AlternativeNames, BasicConstraints, Flaw, GeneralName, KeyIds
from tlswizard.core.moment import EARLIEST, GENERALIZED_TIME, LATEST, read_moment
from tlswizard.core.signature import Algorithm, Key, describe_key, read_algorithm, verifies
from tlswizard.core.text import visible

__all__ = [
    "ANY_PURPOSE", "SERVER_AUTH", "AlternativeNames", "BasicConstraints", "CanonicalName", "Certificate",
    "Flaw", "Key", "Malformed", "day", "parse_certificate", "utc",
]  # fmt: skip

T = TypeVar("T")

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
ANY_PURPOSE = "2.5.29.37.0"
_CA_ISSUERS, _OCSP = "1.3.6.1.5.5.7.48.2", "1.3.6.1.5.5.7.48.1"


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes on the place of a certificate that cannot be read as one."""

    der: bytes
    why: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()


@dataclass(frozen=True, slots=True)
class _Dates:
    not_before: datetime
    not_after: datetime
    flaws: tuple[Flaw, ...] = ()
    odd: bool = False
    """one is written in the form that belongs to the other half of the century (RFC 5280 4.1.2.5)"""


@dataclass(frozen=True)
class Certificate:
    """A certificate that could be parsed. Equal if the bytes are equal."""

    der: bytes

    @cached_property
    def signed(self) -> der_.SignedParts:
        """The certificate as what is signed, how, and the signature. Never raises."""
        return der_.signed_parts(self.der)

    @cached_property
    def parts(self) -> der_.TbsParts:
        """Every field as it stands in the encoding. Never raises."""
        return der_.tbs_parts(self.signed.tbs)

    def library(self) -> x509.Certificate:
        """pyca's own reading of it. Raises ValueError where pyca refuses the whole."""
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

    @property
    def version(self) -> int:
        return (self.parts.version or 0) + 1

    @cached_property
    def serial(self) -> int:
        """RFC 5280 section 4.1.2.2: positive and of 20 bytes at most, which is not made sure of here."""
        return int.from_bytes(self.parts.serial.data, "big", signed=True)

    @cached_property
    def subject_dn(self) -> DistinguishedName:
        return read_name(self.parts.subject)

    @cached_property
    def issuer_dn(self) -> DistinguishedName:
        same = self.parts.issuer.data == self.parts.subject.data
        return self.subject_dn if same else read_name(self.parts.issuer)

    @property
    def subject_name(self) -> CanonicalName:
        return self.subject_dn.canonical

    @property
    def issuer_name(self) -> CanonicalName:
        return self.issuer_dn.canonical

    @property
    def subject(self) -> str:
        """RFC 4514, visible."""
        return self.subject_dn.text

    @property
    def issuer(self) -> str:
        """RFC 4514, visible."""
        return self.issuer_dn.text

    @property
    def title(self) -> str:
        """What a person calls it: the common name, else the most telling part of the subject."""
        return self.subject_dn.title or self.subject or f"(no name) {self.sha256[:12]}"

    @property
    def issuer_title(self) -> str:
        return self.issuer_dn.title or self.issuer or "(no name)"

    @property
    def common_name(self) -> str | None:
        """The last CN of the subject, as written."""
        return self.subject_dn.common_name

    @cached_property
    def _dates(self) -> _Dates:
        return _read_dates(self.parts.validity)

    @property
    def not_before(self) -> datetime:
        """Inclusive; the earliest moment there is where it cannot be read."""
        return self._dates.not_before

    @property
    def not_after(self) -> datetime:
        """Inclusive (RFC 5280 section 4.1.2.5); the latest moment there is where it cannot be read."""
        return self._dates.not_after

    @property
    def dates_in_odd_form(self) -> bool:
        """A year before 2050 with four digits, or one after it with two (RFC 5280 section 4.1.2.5)."""
        return self._dates.odd

    @cached_property
    def key(self) -> Key | Flaw:
        try:
            return describe_key(self._spki)
        except (ValueError, IndexError, UnsupportedAlgorithm) as error:
            return Flaw("subjectPublicKeyInfo", visible(str(error)))

    @cached_property
    def _spki(self) -> bytes:
        return der_.raw(self.parts.spki)

    @cached_property
    def algorithm(self) -> Algorithm | Flaw:
        """How it was signed."""
        try:
            return read_algorithm(self.signed.algorithm)
        except (ValueError, IndexError) as error:
            return Flaw("signatureAlgorithm", ext.plainly(error))

    @property
    def signature_hash(self) -> str | None:
        """`sha256`, `md5` …; None where the algorithm has no hash of its own or is unknown."""
        return None if isinstance(self.algorithm, Flaw) else self.algorithm.hash

    @cached_property
    def _extensions(self) -> tuple[tuple[ext.Extension, ...], tuple[Flaw, ...]]:
        return ext.read_extensions(self.parts.extensions or [])

    @property
    def extensions(self) -> tuple[ext.Extension, ...]:
        """All that can be taken apart, in order."""
        return self._extensions[0]

    def extension(self, oid: str) -> ext.Extension | None:
        return next((e for e in self.extensions if e.oid == oid), None)

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        """Every field that cannot be read or contradicts another one."""
        found = [f for f in (self.key, self.algorithm) if isinstance(f, Flaw)]
        found += self._dates.flaws
        if der_.raw(self.signed.algorithm) != der_.raw(self.parts.algorithm):
            found.append(Flaw("signatureAlgorithm", "it is named twice, and not the same", value=True))
        if self.version < 3 and self.parts.extensions:
            found.append(Flaw("version", f"a certificate of version {self.version} has no extensions", True))
        found += self._extensions[1]
        seen = set()
        for one in self.extensions:
            if one.oid in seen:
                known = one.oid in ext.READERS
                found.append(
                    Flaw(one.name, "it is there twice")
                    if known
                    else Flaw("extensions", f"{one.name} is there twice", value=True)
                )
            seen.add(one.oid)
            if reader := ext.READERS.get(one.oid):
                read, flaws = self._read(one.oid, reader)
                found += flaws
                if isinstance(read, tuple) and read and isinstance(read[-1], tuple):
                    found += [f for f in read[-1] if isinstance(f, Flaw)]
        if self.extended_key_usage == ():
            found.append(Flaw("extKeyUsage", "it is there, and empty", value=True))
        return tuple(found)

    @property
    def basic_constraints(self) -> BasicConstraints | None:
        return self._read(ext.BASIC_CONSTRAINTS, ext.basic_constraints)[0]

    @property
    def key_usage(self) -> frozenset[str] | None:
        """The names of the bits that are set (RFC 5280 section 4.2.1.3), None without the extension."""
        return self._read(ext.KEY_USAGE, ext.key_usage)[0]

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Object identifiers, None without the extension (then every purpose is allowed)."""
        return self._read(ext.EXTENDED_KEY_USAGE, ext.extended_key_usage)[0]

    @property
    def general_names(self) -> tuple[GeneralName, ...] | None:
        """The subject's alternative names as far as each can be read; None without the extension."""
        found = self._read(ext.ALTERNATIVE_NAMES, ext.general_names)[0]
        return found[0] if found else None

    @cached_property
    def alternative_names(self) -> AlternativeNames | None:
        names = self.general_names
        return None if names is None else ext.alternative_names(names)

    @property
    def name_constraints(self) -> ext.NameConstraints | None:
        found = self._read(ext.NAME_CONSTRAINTS, ext.name_constraints)[0]
        return found[0] if found else None

    @property
    def listed_names(self) -> tuple[str, ...]:
        """The names that it is for, visible: dNSName and iPAddress entries, else the common name."""
        names = self.alternative_names
        if names and (names.dns or names.addresses):
            return tuple(visible(name) for name in (*names.dns, *names.addresses))
        return (visible(self.common_name),) if self.common_name else ()

    @property
    def authority_key(self) -> KeyIds | None:
        return self._read(ext.AUTHORITY_KEY_ID, ext.authority_key_id)[0]

    @property
    def authority_key_id(self) -> bytes | None:
        found = self.authority_key
        return found.key_id if found else None

    @property
    def subject_key_id(self) -> bytes | None:
        return self._read(ext.SUBJECT_KEY_ID, ext.key_id)[0]

    @property
    def issuer_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate can be fetched (authority information access), visible."""
        return self._access(_CA_ISSUERS)

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Who can be asked whether it was withdrawn (authority information access), visible."""
        return self._access(_OCSP)

    def _access(self, method: str) -> tuple[str, ...]:
        found = self._read(ext.INFORMATION_ACCESS, ext.access)[0]
        return tuple(visible(uri) for how, uri in found[0] if how == method) if found else ()

    @property
    def tls_features(self) -> tuple[int, ...]:
        """TLS extensions that its server must offer (RFC 7633); 5 is a stapled status."""
        return self._read(ext.TLS_FEATURE, ext.features)[0] or ()

    @cached_property
    def is_self_issued(self) -> bool:
        return self.subject_name == self.issuer_name

    @cached_property
    def is_self_signed(self) -> bool:
        return self.is_self_issued and self.verifies(self) is True

    @property
    def names_itself(self) -> bool:
        """It says that it issued itself: by name, and by what it says of the key. Nobody checks a trusted
        root's signature, so for an anchor this is what makes a root."""
        return self.is_self_issued and self.meant_by(self)

    @property
    def is_ca(self) -> bool:
        return bool(self.basic_constraints and self.basic_constraints.ca)

    def verifies(self, child: "Certificate") -> bool | None:
        """Whether this key made `child`'s signature; None if the key or the algorithm cannot be used."""
        # Kept with the child: a root lives as long as its store, and sees new ones all the time.
        cache = child.__dict__.setdefault("_signed_by", {})
        if self.sha256 not in cache:
            cache[self.sha256] = self.verifies_data(
                child.algorithm, child.signed.signature.as_bytes(), der_.raw(child.signed.tbs)
            )
        answer: bool | None = cache[self.sha256]
        return answer

    def meant_by(self, child: "Certificate") -> bool:
        """Whether `child`'s authority key identifier, as far as it says anything, means this one
        (RFC 5280 section 4.2.1.1)."""
        wanted = child.authority_key
        if wanted is None:
            return True
        return (
            (None in (wanted.key_id, self.subject_key_id) or wanted.key_id == self.subject_key_id)
            and wanted.serial in (None, self.serial)
            and wanted.issuer in (None, self.issuer_name)
        )

    def verifies_data(self, algorithm: Algorithm | Flaw, signature: bytes, data: bytes) -> bool | None:
        """Whether this key made `signature` over `data`; None as with `verifies`."""
        if isinstance(algorithm, Flaw) or isinstance(self.key, Flaw):
            return None
        return verifies(self._spki, algorithm, signature, data)

    def _read(self, oid: str, reader: Callable[[ext.Extension], T]) -> tuple[T | None, tuple[Flaw, ...]]:
        """The extension's content, read once; None with a flaw where it cannot be read."""
        cache = self.__dict__.setdefault("_content", {})
        if oid not in cache:
            cache[oid] = self._read_once(oid, reader)
        found: tuple[T | None, tuple[Flaw, ...]] = cache[oid]
        return found

    def _read_once(self, oid: str, reader: Callable[[ext.Extension], T]) -> tuple[T | None, tuple[Flaw, ...]]:
        extension = self.extension(oid)
        if extension is None:
            return None, ()
        try:
            return reader(extension), ()
        except (ValueError, IndexError) as error:
            return None, (Flaw(extension.name, ext.plainly(error)),)

    def __hash__(self) -> int:
        return hash(self.sha256)


def parse_certificate(der: bytes) -> Certificate | Malformed:
    """The certificate in `der`, or why it cannot be read as one."""
    certificate = Certificate(der)
    try:
        # Everything that a rule may rely on without asking is read here, once.
        _ = (certificate.subject_name, certificate.issuer_name, certificate.not_before)
        if not 1 <= certificate.version <= 3:
            return Malformed(der, f"there is no version {certificate.version} of certificates")
    except (ValueError, IndexError) as error:
        return Malformed(der, f"it is not the encoding of a certificate: {ext.plainly(error)}")
    return certificate


def _read_dates(validity: der_.TLV) -> _Dates:
    """RFC 5280 section 4.1.2.5. Raises ValueError where there are not two of them."""
    before, after = der_.inside(validity)
    found: list[datetime] = []
    flaws: list[Flaw] = []
    odd = False
    for one, otherwise, which in ((before, EARLIEST, "notBefore"), (after, LATEST, "notAfter")):
        try:
            moment = read_moment(one)
        except ValueError:
            text = visible(bytes(one.data).decode("latin-1"), 30)
            flaws.append(Flaw(which, f"“{text}” is no time"))
            moment = otherwise
        else:
            odd = odd or (der_.tag(one) == GENERALIZED_TIME) != (not 1950 <= moment.year < 2050)
        found.append(moment)
    return _Dates(found[0], found[1], tuple(flaws), odd)


def utc(moment: datetime) -> str:
    """`2026-01-02T03:04:05Z`, the form of every time in JSON."""
    moment = moment.astimezone(UTC)
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"  # %Y has no zeros before years below 1000


def day(moment: datetime) -> str:
    """`2 January 2026`, the form of every day on a screen."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B} {moment.year:04}"
