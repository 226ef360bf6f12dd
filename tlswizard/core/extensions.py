"""The extensions of a certificate (RFC 5280 section 4.2), each read by itself: one that cannot be read
hides no other, and within one, an entry that makes no sense hides no other entry.
"""

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from cryptography.hazmat import asn1

from tlswizard.core import der
from tlswizard.core.distinguished import CanonicalName, read_name

BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
ALTERNATIVE_NAMES, NAME_CONSTRAINTS = "2.5.29.17", "2.5.29.30"
AUTHORITY_KEY_ID, SUBJECT_KEY_ID = "2.5.29.35", "2.5.29.14"
INFORMATION_ACCESS, TLS_FEATURE, CRL_DISTRIBUTION = "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.24", "2.5.29.31"

NAMES = {
    SUBJECT_KEY_ID: "subjectKeyIdentifier", KEY_USAGE: "keyUsage", ALTERNATIVE_NAMES: "subjectAltName",
    "2.5.29.18": "issuerAltName", BASIC_CONSTRAINTS: "basicConstraints", NAME_CONSTRAINTS: "nameConstraints",
    CRL_DISTRIBUTION: "cRLDistributionPoints", "2.5.29.32": "certificatePolicies",
    "2.5.29.33": "policyMappings", AUTHORITY_KEY_ID: "authorityKeyIdentifier",
    "2.5.29.36": "policyConstraints", EXTENDED_KEY_USAGE: "extKeyUsage", "2.5.29.54": "inhibitAnyPolicy",
    "2.5.29.9": "subjectDirectoryAttributes", "2.5.29.46": "freshestCRL",
    INFORMATION_ACCESS: "authorityInfoAccess", "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
    TLS_FEATURE: "tlsFeature", "2.16.840.1.113730.1.1": "netscapeCertType",
    "1.3.6.1.5.5.7.1.14": "proxyCertInfo", "1.3.6.1.5.5.7.48.1.5": "ocspNoCheck",
    "1.3.6.1.5.5.7.1.7": "ipAddrBlocks", "1.3.6.1.5.5.7.1.8": "autonomousSysIds",
}  # fmt: skip
"""RFC 5280 section 4.2, RFC 7633, RFC 3779, RFC 3820, RFC 6960, and Netscape's, which OpenSSL still knows."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A field that cannot be read, or a value in it that makes no sense: where, and why."""

    field: str
    why: str
    value: bool = False
    """it can be read, and what it says makes no sense"""

    @property
    def kind(self) -> str:
        return f"{self.field}-value" if self.value else self.field


@dataclass(frozen=True, slots=True)
class Extension:
    oid: str
    critical: bool
    content: bytes

    @property
    def name(self) -> str:
        return NAMES.get(self.oid, self.oid)


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    """RFC 5280 section 4.2.1.9."""

    ca: bool
    path_length: int | None
    critical: bool


NameKind = Literal["other", "email", "dns", "x400", "directory", "edi", "uri", "address", "registered-id"]


@dataclass(frozen=True, slots=True)
class GeneralName:
    """One entry of a list of names (RFC 5280 section 4.2.1.6).

    `value` is text as written for email, dns and uri (and the type's object identifier for other), 4 or
    16 bytes for an address (8 or 32 in a constraint: address and mask), a CanonicalName for a directory
    name, else its bytes.
    """

    kind: NameKind
    value: str | bytes | CanonicalName


@dataclass(frozen=True, slots=True)
class AlternativeNames:
    """RFC 5280 section 4.2.1.6. `dns` is as written (not yet visible), `addresses` are canonical."""

    dns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """RFC 5280 section 4.2.1.10."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]
    critical: bool
    empty: bool = False
    """it, or one of its lists, is there and says nothing"""
    bounded: tuple[GeneralName, ...] = ()
    """those with a minimum other than 0 or with a maximum: nobody knows what to do with them"""


@dataclass(frozen=True, slots=True)
class KeyIds:
    """Authority key identifier (RFC 5280 section 4.2.1.1)."""

    key_id: bytes | None
    issuer: CanonicalName | None = None
    """who issued the issuer's certificate, if it says so"""
    serial: int | None = None
    """the serial number of the issuer's certificate, if it says so"""


def read_extensions(encoded: list[der.TLV]) -> tuple[tuple[Extension, ...], tuple[Flaw, ...]]:
    """Those that can be taken apart, and the flaws of the others."""
    found: list[Extension] = []
    flaws: list[Flaw] = []
    for one in encoded:
        try:
            oid, *between, content = der.inside(one)
            if der.tag(content) != der.OCTET_STRING or len(between) > 1:
                raise ValueError("it is no object identifier, criticality and value")
            critical = bool(between) and der.boolean(between[0])
            found.append(Extension(der.dotted(oid), critical, bytes(content.data)))
        except ValueError as error:
            flaws.append(Flaw("extensions", f"one of them cannot be taken apart: {plainly(error)}"))
    return tuple(found), tuple(flaws)


def plainly(error: Exception) -> str:
    """The library's word for an encoding error, shortened to what a person can use."""
    text = str(error)
    kind = text.partition("kind: ")[2].partition(",")[0].partition(" {")[0].strip(" }")
    return _KINDS.get(kind, f"its encoding is broken ({kind})" if kind else text)


_KINDS = {
    "ShortData": "it ends too early", "ExtraData": "something stands behind its end",
    "InvalidLength": "a length in it is wrong", "UnexpectedTag": "it is of another type than it has to be",
    "InvalidValue": "a value in it is none of its type", "InvalidTag": "a tag in it is wrong",
    "EncodedDefault": "a value is written out that has to be left out",
}  # fmt: skip


@asn1.sequence
class _Basic:
    ca: bool | None  # written-out FALSE is no DER, and everybody reads it
    path_length: int | None


def basic_constraints(extension: Extension) -> BasicConstraints:
    """Raises ValueError."""
    found = asn1.decode_der(_Basic, extension.content)
    if found.path_length is not None and found.path_length < 0:
        raise ValueError("its limit is below zero")
    return BasicConstraints(bool(found.ca), found.path_length, extension.critical)


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign",
)  # fmt: skip


def key_usage(extension: Extension) -> frozenset[str]:
    """The names of the bits that are set (RFC 5280 section 4.2.1.3). Raises ValueError."""
    return frozenset(
        name for name, on in zip(_USAGES, der.bits(der.one(extension.content)), strict=False) if on
    )


def extended_key_usage(extension: Extension) -> tuple[str, ...]:
    """Object identifiers (RFC 5280 section 4.2.1.12). Raises ValueError."""
    return tuple(der.dotted(usage) for usage in der.inside(der.one(extension.content)))


def key_id(extension: Extension) -> bytes:
    """Subject key identifier (RFC 5280 section 4.2.1.2). Raises ValueError."""
    found = der.one(extension.content)
    if der.tag(found) != der.OCTET_STRING:
        raise ValueError("it is no octet string")
    return bytes(found.data)


def authority_key_id(extension: Extension) -> KeyIds:
    """Raises ValueError."""
    fields = {der.tag(one): one for one in der.inside(der.one(extension.content))}
    names = [general_name(name) for name in der.values(bytes(fields[0xA1].data))] if 0xA1 in fields else []
    directory = next((n.value for n in names if isinstance(n.value, tuple)), None)
    serial = der.integer(fields[0x82], 0x82) if 0x82 in fields else None
    return KeyIds(bytes(fields[0x80].data) if 0x80 in fields else None, directory, serial)


def general_names(extension: Extension) -> tuple[tuple[GeneralName, ...], tuple[Flaw, ...]]:
    """The entries that can be read, and the flaws of the others. Raises ValueError."""
    found: list[GeneralName] = []
    flaws: list[Flaw] = []
    for one in der.inside(der.one(extension.content)):
        try:
            name = _utf8_mailbox(one) or general_name(one)
            found.append(name)
            if name.kind == "address" and len(name.value) not in (4, 16):
                flaws.append(
                    Flaw(extension.name, f"an address in it has {len(name.value)} bytes", value=True)
                )
        except ValueError as error:
            flaws.append(_entry(extension, error))
    if not found and not flaws:
        flaws.append(Flaw(extension.name, "it is there, and empty", value=True))
    return tuple(found), tuple(flaws)


def _entry(extension: Extension, error: ValueError) -> Flaw:
    why = f"an entry in it cannot be read: {plainly(error)}"
    return Flaw(extension.name, why, value=isinstance(error, NotAscii))


_TEXTS: dict[int, NameKind] = {0x81: "email", 0x82: "dns", 0x86: "uri"}
_RAW: dict[int, NameKind] = {0xA3: "x400", 0xA5: "edi", 0x87: "address", 0x88: "registered-id"}


class NotAscii(ValueError):
    """It can be read, and is none of the text that belongs there (IA5String)."""


def general_name(one: der.TLV) -> GeneralName:
    """RFC 5280 section 4.2.1.6. Raises ValueError."""
    tag, content = der.tag(one), bytes(one.data)
    if tag in _TEXTS:
        if not content.isascii():
            raise NotAscii("a character in it is not ASCII")
        return GeneralName(_TEXTS[tag], content.decode("ascii"))
    if tag in _RAW:
        return GeneralName(_RAW[tag], content)
    if tag == 0xA4:
        (name,) = der.values(content)
        return GeneralName("directory", read_name(name).canonical)
    if tag == 0xA0:
        oid, _ = der.values(content)
        return GeneralName("other", der.dotted(oid))
    raise ValueError(f"there is no kind of name with the tag {tag:#04x}")


def _utf8_mailbox(one: der.TLV) -> GeneralName | None:
    """An address for mail beyond ASCII, its host in A-labels (RFC 9598): what constrains the other ones
    constrains it too. None if it is none. Raises ValueError."""
    if der.tag(one) != 0xA0:
        return None
    oid, wrapped = der.values(bytes(one.data))
    if der.dotted(oid) != _SMTP_UTF8_MAILBOX:
        return None
    (text,) = der.values(bytes(wrapped.data))
    if der.tag(text) != der.UTF8_STRING:
        return GeneralName("email", "")
    local, at, host = bytes(text.data).decode().rpartition("@")
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return GeneralName("email", local + at + host)


_SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"


def alternative_names(names: tuple[GeneralName, ...]) -> AlternativeNames:
    dns, addresses, others = [], [], 0
    for name in names:
        if name.kind == "dns" and isinstance(name.value, str):
            dns.append(name.value)
        elif name.kind == "address" and isinstance(name.value, bytes) and len(name.value) in (4, 16):
            addresses.append(str(ipaddress.ip_address(name.value)))
        else:
            others += 1
    return AlternativeNames(tuple(dns), tuple(addresses), others)


@asn1.sequence
class _Subtree:
    base: asn1.TLV
    minimum: Annotated[int | None, asn1.Implicit(0)]
    maximum: Annotated[int | None, asn1.Implicit(1)]


def name_constraints(extension: Extension) -> tuple[NameConstraints, tuple[Flaw, ...]]:
    """Raises ValueError."""
    lists: dict[int, list[GeneralName]] = {0xA0: [], 0xA1: []}
    flaws: list[Flaw] = []
    bounded: list[GeneralName] = []
    there = der.inside(der.one(extension.content))
    for subtrees in there:
        if der.tag(subtrees) not in lists:
            raise ValueError("it holds something else than permitted and excluded names")
        for one in der.values(bytes(subtrees.data)):
            try:
                subtree = one.parse(_Subtree)
                name = general_name(subtree.base)
            except ValueError as error:
                flaws.append(_entry(extension, error))
                continue
            if subtree.minimum or subtree.maximum is not None:
                bounded.append(name)
            if name.kind == "address" and not _is_network(name.value):
                flaws.append(Flaw(extension.name, "an address range in it is none", value=True))
            lists[der.tag(subtrees)].append(name)
    empty = not there or any(not bytes(subtrees.data) for subtrees in there)
    found = NameConstraints(tuple(lists[0xA0]), tuple(lists[0xA1]), extension.critical, empty, tuple(bounded))
    return found, tuple(flaws)


def _is_network(value: str | bytes | CanonicalName) -> bool:
    """Address and mask, the mask's ones at its beginning (RFC 5280 section 4.2.1.10, RFC 4632)."""
    if not isinstance(value, bytes) or len(value) not in (8, 32):
        return False
    half = len(value) // 2
    mask = int.from_bytes(value[half:], "big")
    inverse = mask ^ (1 << half * 8) - 1
    return inverse & (inverse + 1) == 0


def access(extension: Extension) -> tuple[tuple[tuple[str, str], ...], tuple[Flaw, ...]]:
    """(method's object identifier, URI as written) of each access description that can be read, and the
    flaws of the others. Raises ValueError."""
    found: list[tuple[str, str]] = []
    flaws: list[Flaw] = []
    for one in der.inside(der.one(extension.content)):
        try:
            method, location = der.inside(one)
            name = general_name(location)
            if name.kind == "uri":
                found.append((der.dotted(method), str(name.value)))
        except ValueError as error:
            flaws.append(Flaw(extension.name, f"an entry in it cannot be read: {plainly(error)}"))
    return tuple(found), tuple(flaws)


def features(extension: Extension) -> tuple[int, ...]:
    """TLS features that the server has to have (RFC 7633). Raises ValueError."""
    return tuple(der.integer(one) for one in der.inside(der.one(extension.content)))


READERS: dict[str, Callable[[Extension], object]] = {
    BASIC_CONSTRAINTS: basic_constraints, KEY_USAGE: key_usage, EXTENDED_KEY_USAGE: extended_key_usage,
    ALTERNATIVE_NAMES: general_names, NAME_CONSTRAINTS: name_constraints,
    AUTHORITY_KEY_ID: authority_key_id, SUBJECT_KEY_ID: key_id, INFORMATION_ACCESS: access,
    TLS_FEATURE: features,
}  # fmt: skip
"""Every extension whose content is read here."""
