"""Certificates put together byte by byte: what `cryptography` will not write.

All are signed, so that nothing but what was asked for is wrong with them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from judge_making import AT, DAY, Extension, Made

from tlswizard.core import der
from tlswizard.core.certificate import Certificate, parse_certificate

UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
COMMON_NAME, COUNTRY, ORGANIZATION, MAIL = "2.5.4.3", "2.5.4.6", "2.5.4.10", "1.2.840.113549.1.9.1"
KEY = ec.generate_private_key(ec.SECP256R1())


def sequence(*parts: bytes) -> bytes:
    return der.value(der.SEQUENCE, b"".join(parts))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(number) for number in dotted.split("."))
    content = b""
    for number in (40 * first + second, *rest):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return der.value(der.OID, content)


def integer(number: int, tag: int = der.INTEGER) -> bytes:
    return der.value(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def bit_string(content: bytes, unused: int = 0) -> bytes:
    return der.value(0x03, bytes([unused]) + content)


def attribute(kind: str, value: str | bytes, tag: int = UTF8) -> bytes:
    return sequence(oid(kind), der.value(tag, value.encode() if isinstance(value, str) else value))


def distinguished(*relative: bytes | Sequence[bytes]) -> bytes:
    """A name: an attribute, or several in one set, for each relative name."""
    return sequence(
        *(der.value(der.SET, one if isinstance(one, bytes) else b"".join(one)) for one in relative)
    )


def named(common: str, tag: int = UTF8) -> bytes:
    return distinguished(attribute(COMMON_NAME, common, tag))


ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))


# --- entries of a list of names -------------------------------------------------------------------------


def dns(text: str) -> bytes:
    return der.value(0x82, text.encode("latin-1"))


def mail(text: str) -> bytes:
    return der.value(0x81, text.encode("latin-1"))


def uri(text: str) -> bytes:
    return der.value(0x86, text.encode("latin-1"))


def address(text: str | bytes) -> bytes:
    """`192.0.2.0`, or with a mask (`192.0.2.0/255.255.255.0`), or the bytes themselves."""
    if isinstance(text, bytes):
        return der.value(0x87, text)
    return der.value(0x87, b"".join(_octets(part) for part in text.split("/")))


def _octets(text: str) -> bytes:
    if "." in text:
        return bytes(int(number) for number in text.split("."))
    front, _, back = text.partition("::")
    groups = [[int(g, 16) for g in part.split(":") if g] for part in (front, back)]
    every = [*groups[0], *[0] * (8 - len(groups[0]) - len(groups[1])), *groups[1]]
    return b"".join(group.to_bytes(2, "big") for group in every)


def directory(name: bytes) -> bytes:
    return der.value(0xA4, name)


def other(kind: str, value: bytes = b"\x05\x00") -> bytes:
    return der.value(0xA0, oid(kind) + der.value(0xA0, value))


def registered(kind: str) -> bytes:
    return der.value(0x88, oid(kind)[2:])


def names(*entries: bytes, critical: bool = False) -> Extension:
    """subjectAltName."""
    return _raw("2.5.29.17", sequence(*entries)), critical


def constraints(
    permitted: Iterable[bytes] | None = None, excluded: Iterable[bytes] | None = None, critical: bool = True
) -> Extension:
    """nameConstraints; a subtree is a name, or a sequence of a name and its bounds."""
    content = b""
    for tag, entries in ((0xA0, permitted), (0xA1, excluded)):
        if entries is not None:
            subtrees = (e if e[:1] == b"\x30" else sequence(e) for e in entries)
            content += der.value(tag, b"".join(subtrees))
    return _raw("2.5.29.30", sequence(content)), critical


def _raw(kind: str, content: bytes) -> x509.ExtensionType:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(kind), content)


# --- whole certificates ---------------------------------------------------------------------------------


def extension(kind: str, content: bytes, critical: bool = False) -> bytes:
    return sequence(oid(kind), b"\x01\x01\xff" if critical else b"", der.value(der.OCTET_STRING, content))


def moment(when: datetime) -> bytes:
    """RFC 5280 section 4.1.2.5: two digits for the year from 1950 to 2049."""
    if 1950 <= when.year < 2050:
        return der.value(UTC_TIME, f"{when:%y%m%d%H%M%SZ}".encode())
    return der.value(GENERALIZED_TIME, f"{when.year:04}{when:%m%d%H%M%SZ}".encode())


VALID = sequence(moment(AT - 30 * DAY), moment(AT + 300 * DAY))


def assembled(
    signer: Made | None = None,
    *,
    key: ec.EllipticCurvePrivateKey = KEY,
    version: int = 3,
    serial: bytes = b"\x02\x01\x07",
    issuer: bytes | None = None,
    validity: bytes = VALID,
    subject: bytes | None = None,
    spki: bytes | None = None,
    extensions: Sequence[bytes] = (),
    algorithm: bytes = ECDSA_WITH_SHA256,
    inner_algorithm: bytes | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> Certificate:
    """Of these fields; without a signer it is self-signed."""
    subject = named("a.example") if subject is None else subject
    above = signer.certificate.parts.subject if signer else None
    spki = spki or key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    tbs = sequence(
        der.value(0xA0, integer(version - 1)) if version > 1 else b"",
        serial,
        inner_algorithm or algorithm,
        issuer if issuer is not None else der.raw(above) if above else subject,
        validity,
        subject,
        spki,
        der.value(0xA3, sequence(*extensions)) if extensions else b"",
    )
    by = signer.key if signer else key
    signature = sign(tbs) if sign else by.sign(tbs, ec.ECDSA(SHA256()))
    found = parse_certificate(sequence(tbs, algorithm, bit_string(signature)))
    assert isinstance(found, Certificate), found
    return found


def again(original: Made, signer: Made | None = None, **fields: bytes | int) -> Made:
    """The same certificate with some fields changed, signed anew."""
    certificate = original.certificate
    parts = certificate.parts
    kept: dict[str, object] = {
        "version": certificate.version,
        **{field: der.raw(getattr(parts, field)) for field in ("serial", "validity", "subject", "spki")},
        "extensions": [der.raw(one) for one in parts.extensions or ()],
    }
    return Made(assembled(signer, key=original.key, **(kept | fields)), original.key)  # type: ignore[arg-type]
