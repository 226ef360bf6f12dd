"""Certificates out of a file: PEM in any wrapping (also an `openssl s_client` transcript), or DER."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate

MAX_FILE = 8 * 1024 * 1024
"""A bundle of every public root is 0.3 MB; this leaves room for 30 of them."""

MAX_CERTIFICATES = 4000
"""No bundle known holds more than 900; past this the rest of the file is not looked at."""

_BLOCK = re.compile(
    rb"-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----"
    rb"(?:([^-]*(?:-(?!----)[^-]*)*)-----END (?:X509 |TRUSTED )?CERTIFICATE-----)?"
)
"""A block without an end is matched by its beginning alone: it keeps its place, and hides none behind it."""

_BEGIN = b"-----BEGIN "


@dataclass(frozen=True, slots=True)
class Block:
    """One PEM block that says CERTIFICATE, unwrapped and not parsed."""

    label: str
    """`CERTIFICATE`, `X509 CERTIFICATE` or `TRUSTED CERTIFICATE`"""
    der: bytes = b""
    aux: bytes = b""
    """what stands behind the certificate: OpenSSL's trust settings (X509_CERT_AUX, openssl-x509(1))"""
    why: str = ""
    """why it cannot be unwrapped; then it is without content"""


def blocks_in(data: bytes) -> Iterator[Block]:
    """Every block that says CERTIFICATE, in its order, MAX_CERTIFICATES at most."""
    for match in islice(_BLOCK.finditer(data), MAX_CERTIFICATES):
        label = f"{(match[1] or b'').decode('ascii')}CERTIFICATE"
        if match[2] is None:
            yield Block(label, why="the line that ends it is missing")
        elif (whole := _unwrap(match[2])) is None:
            yield Block(label, why="the text between BEGIN and END is not base64")
        else:
            der = _first_value(whole)
            yield Block(label, der, whole[len(der) :])


def certificates_in(
    data: bytes, known: dict[bytes, Certificate | Malformed] | None = None
) -> tuple[Certificate | Malformed, ...]:
    """Every certificate in `data`, in its order; what is no certificate keeps its place as Malformed.

    A block that says TRUSTED CERTIFICATE carries OpenSSL's trust settings behind the certificate (see
    openssl-x509(1)); the certificate alone is taken. Returns () if nothing looks like a certificate.
    `known` is kept by a caller who reads many files with the same certificates: each is parsed once.
    """
    known = {} if known is None else known
    if _BEGIN in data:
        return tuple(Malformed(b"", b.why) if b.why else _parse(b.der, known) for b in blocks_in(data))
    if data[:1] == b"\x30" and len(data) > 64:
        return (_parse(data, known),)
    return ()


def _parse(der: bytes, known: dict[bytes, Certificate | Malformed]) -> Certificate | Malformed:
    if der not in known:
        known[der] = parse_certificate(der)
    return known[der]


def pem(certificate: Certificate) -> str:
    """The certificate as RFC 7468 text."""
    text = base64.encodebytes(certificate.der).decode("ascii").replace("\n", "")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _unwrap(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        return None


def _first_value(der: bytes) -> bytes:
    """The first DER value of `der`: drops what OpenSSL puts behind a TRUSTED CERTIFICATE."""
    if len(der) < 4 or der[0] != 0x30 or der[1] < 0x80:
        return der
    width = der[1] & 0x7F
    length = 2 + width + int.from_bytes(der[2 : 2 + width], "big")
    return der[:length] if length < len(der) else der
