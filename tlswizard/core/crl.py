"""Certificate revocation lists (RFC 5280 section 5), read field by field, and found in a file.

Nothing of a `Crl` ever raises: what cannot be read makes it `unusable`, with the reason.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from tlswizard.core import der as der_
from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate, day
from tlswizard.core.distinguished import CanonicalName, DistinguishedName, read_name
from tlswizard.core.distribution import Scope, read_scope
from tlswizard.core.moment import GENERALIZED_TIME, UTC_TIME, read_moment
from tlswizard.core.signature import read_algorithm

MAX_LISTS = 1000
"""Every public authority together publishes about as many; past this the rest of a file is not looked at."""

_NUMBER, _DELTA, _SCOPE, _AUTHORITY_KEY = "2.5.29.20", "2.5.29.27", "2.5.29.28", ext.AUTHORITY_KEY_ID
_REASON, _ENTRY_ISSUER = "2.5.29.21", "2.5.29.29"

_KNOWN_CRITICAL = frozenset({_DELTA, _SCOPE, _AUTHORITY_KEY})
"""Those that change what a list means. The others must not be critical (RFC 5280 section 5.2), and
OpenSSL uses no list where they are."""

_ENUMERATED = 0x0A

_REASONS = {
    0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded",
    5: "cessationOfOperation", 6: "certificateHold", 8: "removeFromCRL", 9: "privilegeWithdrawn",
    10: "aACompromise",
}  # fmt: skip

_WORDS = {
    "keyCompromise": "its key may be in the wrong hands",
    "cACompromise": "the authority's own key may be in the wrong hands",
    "affiliationChanged": "what it says of its holder is no longer true",
    "superseded": "another certificate took its place",
    "cessationOfOperation": "what it was made for has ended",
    "certificateHold": "it is on hold and may come back",
    "privilegeWithdrawn": "the right to use it was taken away",
    "aACompromise": "the attribute authority may be in the wrong hands",
}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An entry of a list, or the same in an OCSP answer (RFC 5280 section 5.3, RFC 6960 section 4.2.1)."""

    at: datetime | None
    """None where the date cannot be read"""
    reason: str = "unspecified"
    """CRLReason (RFC 5280 section 5.3.1)"""

    @property
    def removed(self) -> bool:
        """A delta takes it off the list: it was on hold, or it has expired (RFC 5280 section 5.3.1)."""
        return self.reason == "removeFromCRL"

    def __str__(self) -> str:
        """`on 3 May 2031: its key may be in the wrong hands`"""
        when = f"on {day(self.at)}" if self.at else "on a day that cannot be read"
        return f"{when}: {_WORDS.get(self.reason, 'no reason is given')}"


def read_reason(one: der_.TLV) -> str:
    """A CRLReason (RFC 5280 section 5.3.1); a number without a name is `unspecified`. Raises ValueError."""
    return _REASONS.get(der_.integer(one, _ENUMERATED), "unspecified")


@dataclass(frozen=True, slots=True)
class MalformedCrl:
    """Bytes on the place of a list that cannot be read as one."""

    der: bytes
    why: str


@dataclass(frozen=True, slots=True)
class _Fields:
    """TBSCertList (RFC 5280 section 5.1.2)."""

    algorithm: der_.TLV | None
    issuer: DistinguishedName
    this_update: datetime
    next_update: datetime | None
    entries: der_.TLV | None
    extensions: tuple[ext.Extension, ...]
    flaws: tuple[ext.Flaw, ...]


class _Entry(NamedTuple):
    """One of revokedCertificates (RFC 5280 section 5.1.2.6)."""

    serial: bytes
    when: bytes
    extensions: bytes


@dataclass(frozen=True, slots=True)
class _Meant:
    """What the extensions of an entry say (RFC 5280 section 5.3)."""

    reason: str = "unspecified"
    issuer: CanonicalName | None = None
    """whose certificates this entry and those behind it are about"""
    flaw: str = ""
    """why that cannot be told"""


_NONE = datetime.min.replace(tzinfo=UTC)
_UNREAD = _Fields(None, DistinguishedName(()), _NONE, _NONE, None, (), ())


@dataclass(frozen=True)
class Crl:
    """A list of withdrawn certificates (RFC 5280 section 5). Equal if the bytes are equal."""

    der: bytes

    @cached_property
    def _read(self) -> tuple[der_.SignedParts | None, _Fields, str]:
        try:
            signed = der_.signed_parts(self.der)
            return signed, _fields(signed.tbs), ""
        except (ValueError, IndexError) as error:
            return None, _UNREAD, ext.plainly(error) or "it is not the encoding of a list"

    @property
    def malformed(self) -> str:
        """Why the whole cannot be read; "" if it can."""
        return self._read[2]

    @property
    def issuer_name(self) -> CanonicalName:
        """For comparing with a certificate's names (RFC 5280 sections 5.1.2.3 and 7.1)."""
        return self._read[1].issuer.canonical

    @property
    def issuer_title(self) -> str:
        """What a person calls its issuer, visible."""
        issuer = self._read[1].issuer
        return issuer.title or issuer.text or "(no name)"

    @property
    def this_update(self) -> datetime:
        """When it was issued (RFC 5280 section 5.1.2.4)."""
        return self._read[1].this_update

    @property
    def next_update(self) -> datetime | None:
        """When the next one is there at the latest (RFC 5280 section 5.1.2.5). Some lists leave it out."""
        return self._read[1].next_update

    def is_fresh(self, at: datetime) -> bool:
        """Both ends count (RFC 5280 section 6.3.3 (a))."""
        return self.this_update <= at and (self.next_update is None or at <= self.next_update)

    @cached_property
    def scope(self) -> Scope:
        """What it speaks of (RFC 5280 section 5.2.5)."""
        return self._extras[0]

    @property
    def number(self) -> int | None:
        """CRLNumber (RFC 5280 section 5.2.3)."""
        return self._extras[1]

    @property
    def delta_of(self) -> int | None:
        """The number of the list that it changes (RFC 5280 section 5.2.4); None: it is a complete one."""
        return self._extras[2]

    @property
    def authority_key_id(self) -> bytes | None:
        """The key that signed it (RFC 5280 section 5.2.1)."""
        return self._extras[3]

    @cached_property
    def unknown_critical(self) -> tuple[str, ...]:
        """Object identifiers of critical extensions that are unknown here (RFC 5280 section 5.2)."""
        return tuple(e.oid for e in self._read[1].extensions if e.critical and e.oid not in _KNOWN_CRITICAL)

    @cached_property
    def unusable(self) -> str:
        """Why no status may be taken from it (RFC 5280 sections 5.2 and 5.3); "" if one may."""
        if self.malformed:
            return self.malformed
        if self.unknown_critical:
            return f"nobody here knows its critical extension {self.unknown_critical[0]}"
        if self._extras[4]:
            return self._extras[4]
        return self._flaw_of_entries

    def entry(self, certificate: Certificate) -> Withdrawal | None:
        """What it says of this certificate (RFC 5280 section 5.3); None if it does not list it.

        That it covers the certificate (`scope`) and is genuine (`signed_by`) is the caller's to see.
        """
        if self.malformed or der_.value(der_.INTEGER, _content(certificate.serial)) not in self.der:
            return None  # most certificates are on no list: looking at every entry would take long
        return self._entries.get((certificate.issuer_name, certificate.serial))

    def signed_by(self, certificate: Certificate) -> bool | None:
        """Whether this certificate's key signed it; None if key or algorithm cannot be used.

        RFC 5280 section 6.3.3 (g); section 5.1.1.2: the algorithm is named twice, and the same.
        """
        signed, fields, _ = self._read
        if signed is None or fields.algorithm is None:
            return None
        if der_.raw(signed.algorithm) != der_.raw(fields.algorithm):
            return False
        cache: dict[str, bool | None] = self.__dict__.setdefault("_signers", {})
        if certificate.sha256 not in cache:
            try:
                algorithm = read_algorithm(signed.algorithm)
            except (ValueError, IndexError):
                return None
            cache[certificate.sha256] = certificate.verifies_data(
                algorithm, signed.signature.as_bytes(), der_.raw(signed.tbs)
            )
        return cache[certificate.sha256]

    @cached_property
    def _extras(self) -> tuple[Scope, int | None, int | None, bytes | None, str]:
        """Scope, number, number of the base, key id, and why one of them cannot be read."""
        found = {e.oid: e for e in reversed(self._read[1].extensions)}
        flaws = [flaw.why for flaw in self._read[1].flaws]
        if len(found) < len(self._read[1].extensions):
            flaws.append("an extension is there twice")
        scope, number, delta, key_id = Scope(), None, None, None
        try:
            if _NUMBER in found:
                number = der_.integer(der_.one(found[_NUMBER].content))
            if _DELTA in found:
                delta = der_.integer(der_.one(found[_DELTA].content))
            if _AUTHORITY_KEY in found:
                key_id = ext.authority_key_id(found[_AUTHORITY_KEY]).key_id
            if _SCOPE in found:
                scope = read_scope(found[_SCOPE].content)
        except (ValueError, IndexError) as error:
            flaws.append(f"one of its extensions cannot be read: {ext.plainly(error)}")
        return scope, number, delta, key_id, flaws[0] if flaws else ""

    def same_scope(self, other: "Crl") -> bool:
        """The same issuer, scope and key: one can change the other (RFC 5280 section 5.2.4)."""
        return (self.issuer_name, self._raw(_SCOPE), self._raw(_AUTHORITY_KEY)) == (
            other.issuer_name, other._raw(_SCOPE), other._raw(_AUTHORITY_KEY),
        )  # fmt: skip

    def _raw(self, oid: str) -> bytes | None:
        return next((e.content for e in self._read[1].extensions if e.oid == oid), None)

    @cached_property
    def _entries(self) -> dict[tuple[CanonicalName, int], Withdrawal]:
        """By issuer and serial number of the certificates; an entry that cannot be read is not among them."""
        found: dict[tuple[CanonicalName, int], Withdrawal] = {}
        issuer = self.issuer_name
        for entry, meant in self._each():
            if isinstance(entry, str) or meant.flaw:
                continue
            # A name holds for the entries behind it, too (RFC 5280 section 5.3.3).
            issuer = issuer if meant.issuer is None else meant.issuer
            serial = int.from_bytes(entry.serial, "big", signed=True)
            found.setdefault((issuer, serial), Withdrawal(_date(entry.when), meant.reason))
        return found

    @cached_property
    def _flaw_of_entries(self) -> str:
        """What is wrong with the first entry that says something that nobody can tell; "" if none does."""
        for entry, meant in self._each():
            if isinstance(entry, str):
                return f"one of its entries cannot be read: {entry}"
            if meant.flaw:
                return meant.flaw
        return ""

    def _each(self) -> Iterator[tuple["_Entry | str", "_Meant"]]:
        """Every entry and what its extensions mean; instead of one that cannot be read, why."""
        entries = self._read[1].entries
        known: dict[bytes, _Meant] = {b"": _Meant()}  # thousands of entries share a few
        for one in der_.inside(entries) if entries is not None else []:
            try:
                entry = _entry(one)
            except (ValueError, IndexError) as error:
                yield ext.plainly(error), known[b""]
                continue
            meant = known.get(entry.extensions)
            if meant is None:
                meant = known[entry.extensions] = _meant(entry.extensions)
            yield entry, meant

    def __hash__(self) -> int:
        return hash(self.der)


def parse_crl(der: bytes) -> Crl | MalformedCrl:
    """The list in `der`, or why it cannot be read as one (RFC 5280 section 5.1)."""
    crl = Crl(der)
    return MalformedCrl(der, crl.malformed) if crl.malformed else crl


_BLOCK = re.compile(
    rb"-----BEGIN (?:X509 )?CRL-----(?:([^-]*(?:-(?!----)[^-]*)*)-----END (?:X509 )?CRL-----)?"
)
"""RFC 7468 section 6. A block without an end is matched by its beginning alone: it hides none behind it."""


def crls_in(data: bytes) -> tuple[Crl | MalformedCrl, ...]:
    """Every list in `data` (PEM, RFC 7468 section 6, or DER), in its order; () if nothing looks like one."""
    if b"-----BEGIN " in data:
        return tuple(_block(match[1]) for match in islice(_BLOCK.finditer(data), MAX_LISTS))
    if data[:1] == b"\x30" and len(data) > 32:
        return (parse_crl(data),)
    return ()


def _block(body: bytes | None) -> Crl | MalformedCrl:
    if body is None:
        return MalformedCrl(b"", "the line that ends it is missing")
    try:
        return parse_crl(base64.b64decode(b"".join(body.split()), validate=True))
    except binascii.Error:
        return MalformedCrl(b"", "the text between BEGIN and END is not base64")


def _fields(tbs: der_.TLV) -> _Fields:
    """Raises ValueError, IndexError."""
    fields = der_.inside(tbs)
    if der_.tag(fields[0]) == der_.INTEGER and der_.integer(fields.pop(0)) != 1:
        raise ValueError("there is no such version of lists")
    algorithm, issuer, this_update, *rest = fields
    next_update = entries = None
    extensions: tuple[ext.Extension, ...] = ()
    flaws: tuple[ext.Flaw, ...] = ()
    if rest and der_.tag(rest[0]) in (UTC_TIME, GENERALIZED_TIME):
        next_update = read_moment(rest.pop(0))
    if rest and der_.tag(rest[0]) == der_.SEQUENCE:
        entries = rest.pop(0)
        _ = der_.inside(entries)
    if rest and der_.tag(rest[0]) == 0xA0:
        (all_,) = der_.values(bytes(rest.pop(0).data))
        extensions, flaws = ext.read_extensions(der_.inside(all_))
    if rest:
        raise ValueError("it has more fields than a list has")
    return _Fields(
        algorithm, read_name(issuer), read_moment(this_update), next_update, entries, extensions, flaws
    )


def _entry(one: der_.TLV) -> _Entry:
    """Raises ValueError, IndexError. By hand where lengths are short: a list may hold millions of them."""
    data = bytes(one.data)
    if der_.tag(one) != der_.SEQUENCE or len(data) < 2 or data[0] != der_.INTEGER:
        raise ValueError("it has no serial number")
    middle = 2 + data[1]
    if data[1] < 0x80 and middle + 1 < len(data) and data[middle + 1] < 0x80:
        end = middle + 2 + data[middle + 1]
        serial, when, more = data[2:middle], data[middle:end], data[end:]
        if end > len(data):
            raise ValueError("it ends too early")
    else:
        first, second, *others = der_.values(data)
        serial, when = bytes(first.data), der_.raw(second)
        more = b"".join(der_.raw(other) for other in others)
    if not serial or _content(int.from_bytes(serial, "big", signed=True)) != serial:
        raise ValueError("its serial number is no whole number")
    if when[0] not in (UTC_TIME, GENERALIZED_TIME):
        raise ValueError("it has no time")
    return _Entry(serial, when, more)


def _content(number: int) -> bytes:
    """The only encoding of a whole number, without tag and length (X.690 section 8.3)."""
    size = ((number if number >= 0 else ~number).bit_length() + 8) // 8
    return number.to_bytes(size, "big", signed=True)


def _meant(encoded: bytes) -> _Meant:
    reason, issuer = "unspecified", None
    try:
        extensions, flaws = ext.read_extensions(der_.inside(der_.one(encoded)))
        if flaws:
            return _Meant(flaw=f"an extension of one of its entries cannot be read: {flaws[0].why}")
        for extension in extensions:
            if extension.oid == _REASON:
                reason = read_reason(der_.one(extension.content))
            elif extension.oid == _ENTRY_ISSUER:
                issuer = _directory(extension)
            elif extension.critical:
                return _Meant(
                    flaw=f"nobody here knows the critical extension {extension.oid} in one of its entries"
                )
    except (ValueError, IndexError) as error:
        return _Meant(flaw=f"an extension of one of its entries cannot be read: {ext.plainly(error)}")
    return _Meant(reason, issuer)


def _date(when: bytes) -> datetime | None:
    try:
        return read_moment(der_.one(when))
    except ValueError:
        return None


def _directory(extension: ext.Extension) -> CanonicalName:
    """The name in a certificateIssuer (RFC 5280 section 5.3.3). Raises ValueError, IndexError."""
    names = [ext.general_name(n) for n in der_.inside(der_.one(extension.content))]
    directories = [n.value for n in names if isinstance(n.value, tuple)]
    if not directories:
        raise ValueError("it names no issuer that a certificate could have")
    return directories[0]
