"""The fields of a certificate as bytes, so that a copy keeps whatever nobody has reason to change.

RFC 5280 section 4.1; what a server's and an authority's certificate need is section 4.2's.
"""

import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tlswizard.core import der
from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate
from tlswizard.core.names import is_address
from tlswizard.diagnosis.copied_keys import CopyKey

_VERSION, _EXTENSIONS, _BIT_STRING = 0xA0, 0xA3, 0x03
_VERSION_3 = bytes.fromhex("a003020102")
_OID = {
    ext.SUBJECT_KEY_ID: 14, ext.KEY_USAGE: 15, ext.ALTERNATIVE_NAMES: 17, ext.BASIC_CONSTRAINTS: 19,
    ext.AUTHORITY_KEY_ID: 35, ext.EXTENDED_KEY_USAGE: 37,
}  # fmt: skip
"""The last number of those that are written here."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A TBSCertificate, each field with its tag and length."""

    version: bytes
    """b"" for version 1"""
    serial: bytes
    algorithm: bytes
    issuer: bytes
    validity: bytes
    subject: bytes
    spki: bytes
    unique_ids: bytes
    extensions: tuple[tuple[str, bytes], ...]
    """(object identifier, the extension); "" where that cannot be read"""
    untidy: bytes = b""
    """the extensions as they stand, until one of them is changed"""

    def encoded(self) -> bytes:
        listed = b"".join(one for _, one in self.extensions)
        tagged = der.value(_EXTENSIONS, der.value(der.SEQUENCE, listed)) if self.extensions else b""
        content = (
            self.version, self.serial, self.algorithm, self.issuer, self.validity, self.subject, self.spki,
            self.unique_ids, self.untidy or tagged,
        )  # fmt: skip
        return der.value(der.SEQUENCE, b"".join(content))

    def with_extension(self, oid: str, content: bytes, *, critical: bool | None = None) -> "Fields":
        """Replaced, or added at the end; as critical as it was, unless told otherwise."""
        known = next((one for found, one in self.extensions if found == oid), None)
        if critical is None:
            critical = known is not None and len(der.inside(der.one(known))) == 3
        one = (oid, _extension(oid, content, critical=critical))
        others = tuple(one if found == oid else (found, e) for found, e in self.extensions)
        return replace(self, version=_VERSION_3, untidy=b"", extensions=others if known else (*others, one))

    def without_extension(self, oid: str) -> "Fields":
        left = tuple((found, e) for found, e in self.extensions if found != oid)
        return self if left == self.extensions else replace(self, untidy=b"", extensions=left)


def fields_of(certificate: Certificate) -> Fields:
    """As they stand. Raises ValueError."""
    values = [(der.tag(one), der.raw(one)) for one in der.inside(certificate.signed.tbs)]
    version = values.pop(0)[1] if values[0][0] == _VERSION else b""
    if len(values) < 6:
        raise ValueError("fields are missing")
    serial, algorithm, issuer, validity, subject, spki = (raw for _, raw in values[:6])
    more = values[6:]
    extensions: list[tuple[str, bytes]] = []
    untidy = b""
    for tag, raw in more:
        if tag == _EXTENSIONS:
            untidy = raw
            extensions = [(_oid_of(e), der.raw(e)) for e in certificate.parts.extensions or []]
    unique_ids = b"".join(raw for tag, raw in more if tag != _EXTENSIONS)
    return Fields(
        version, serial, algorithm, issuer, validity, subject, spki, unique_ids, tuple(extensions), untidy
    )


def _oid_of(extension: der.TLV) -> str:
    try:
        return der.dotted(der.inside(extension)[0])
    except (ValueError, IndexError):
        return ""


def signed(fields: Fields, key: CopyKey, hash_: str, *, contradicting: bytes | None = None) -> bytes:
    """A certificate of these fields, signed. `contradicting`: what it says inside of how it was signed.

    Raises ValueError.
    """
    algorithm, _ = key.sign(b"", hash_)
    tbs = replace(fields, algorithm=contradicting or algorithm).encoded()
    _, signature = key.sign(tbs, hash_)
    return der.value(der.SEQUENCE, tbs + algorithm + der.value(_BIT_STRING, b"\x00" + signature))


def signed_as_before(fields: Fields, original: Certificate) -> bytes:
    """With the original's algorithm and signature, where nobody can check these."""
    parts = original.signed
    signature = der.value(_BIT_STRING, b"\x00" + parts.signature.as_bytes())
    return der.value(der.SEQUENCE, fields.encoded() + der.raw(parts.algorithm) + signature)


# ── what is issued anew ──


def new_serial() -> bytes:
    return der.value(der.INTEGER, bytes((0x40 | secrets.randbelow(0x40),)) + secrets.token_bytes(15))


def validity(first: datetime, last: datetime) -> bytes:
    """RFC 5280 section 4.1.2.5."""
    return der.value(der.SEQUENCE, _time(first) + _time(last))


def _time(moment: datetime) -> bytes:
    if 1950 <= moment.year < 2050:
        return der.value(0x17, f"{moment:%y%m%d%H%M%SZ}".encode())
    return der.value(0x18, f"{moment.year:04}{moment:%m%d%H%M%SZ}".encode())


ALWAYS = der.value(der.SEQUENCE, der.value(0x17, b"500101000000Z") + der.value(0x18, b"99991231235959Z"))
"""Valid at any time."""


def name(common: str) -> bytes:
    """A Name with a common name alone."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)]).public_bytes()


def authority_extensions(own: bytes | None, issuers: bytes | None) -> tuple[tuple[str, bytes], ...]:
    """What the certificate of an authority needs; `own` and `issuers` are key identifiers."""
    return (
        *_key_ids(own, issuers),
        _written(ext.BASIC_CONSTRAINTS, x509.BasicConstraints(ca=True, path_length=None), critical=True),
        _written(ext.KEY_USAGE, _usage(key_cert_sign=True, crl_sign=True), critical=True),
    )


def server_extensions(
    names: Iterable[str], own: bytes | None, issuers: bytes | None
) -> tuple[tuple[str, bytes], ...]:
    """What the certificate of a server needs. Raises ValueError for a name that none can carry."""
    listed = tuple(dict.fromkeys(names))
    return (
        *_key_ids(own, issuers),
        _written(ext.BASIC_CONSTRAINTS, x509.BasicConstraints(ca=False, path_length=None), critical=True),
        _written(ext.KEY_USAGE, _usage(digital_signature=True), critical=True),
        _written(ext.EXTENDED_KEY_USAGE, _FOR_SERVERS, critical=False),
        *((_names(listed),) if listed else ()),
    )


def for_servers(fields: Fields) -> Fields:
    """With the usage of a server's certificate."""
    usage = _usage(digital_signature=True).public_bytes()
    return fields.with_extension(ext.KEY_USAGE, usage).with_extension(
        ext.EXTENDED_KEY_USAGE, _FOR_SERVERS.public_bytes()
    )


def with_names(fields: Fields, original: Certificate, names: Iterable[str], *, only: bool) -> Fields:
    """`names` too, or `only` these. Raises ValueError where the list that is there cannot be read."""
    found = original.extension(ext.ALTERNATIVE_NAMES)
    if only or found is None:
        kept = b"" if only else b"".join(_general(n) for n in common_names(original))
    else:
        kept = b"".join(der.raw(one) for one in der.inside(der.one(found.content)))
    added = b"".join(_general(n) for n in names)
    return fields.with_extension(ext.ALTERNATIVE_NAMES, der.value(der.SEQUENCE, kept + added))


def common_names(certificate: Certificate) -> tuple[str, ...]:
    """The common name, if it can stand in a list of names."""
    common = certificate.common_name or ""
    usable = common.isascii() and "." in common and not any(c.isspace() for c in common)
    return (common.lower(),) if usable else ()


def _key_ids(own: bytes | None, issuers: bytes | None) -> Iterable[tuple[str, bytes]]:
    if own is not None:
        yield _written(ext.SUBJECT_KEY_ID, x509.SubjectKeyIdentifier(own), critical=False)
    if issuers is not None:
        yield _written(ext.AUTHORITY_KEY_ID, x509.AuthorityKeyIdentifier(issuers, None, None), critical=False)


def _names(names: Iterable[str]) -> tuple[str, bytes]:
    content = der.value(der.SEQUENCE, b"".join(_general(n) for n in names))
    return ext.ALTERNATIVE_NAMES, _extension(ext.ALTERNATIVE_NAMES, content, critical=False)


def _general(name_: str) -> bytes:
    """A GeneralName (RFC 5280 section 4.2.1.6). Raises ValueError."""
    if is_address(name_):
        return der.value(0x87, ipaddress.ip_address(name_).packed)
    return der.value(0x82, name_.encode("ascii"))


def _written(oid: str, content: x509.ExtensionType, *, critical: bool) -> tuple[str, bytes]:
    return oid, _extension(oid, content.public_bytes(), critical=critical)


def _extension(oid: str, content: bytes, *, critical: bool) -> bytes:
    head = bytes((0x06, 0x03, 0x55, 0x1D, _OID[oid])) + (b"\x01\x01\xff" if critical else b"")
    return der.value(der.SEQUENCE, head + der.value(der.OCTET_STRING, content))


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, key_cert_sign=key_cert_sign, crl_sign=crl_sign,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


_FOR_SERVERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
