"""DER values (X.690): the outer shape of a certificate, and whatever stands inside, piece by piece.

The shapes are declared with `cryptography.hazmat.asn1`; a field whose own reading may fail stays a raw
value (`TLV`) here, so that one bad field hides no other.
"""

from functools import lru_cache
from typing import Annotated

from cryptography.hazmat import asn1

TLV = asn1.TLV

SEQUENCE, SET, OID, BOOLEAN, INTEGER, OCTET_STRING = 0x30, 0x31, 0x06, 0x01, 0x02, 0x04
UTF8_STRING, IA5_STRING = 0x0C, 0x16

MAX_INTEGER = 128
"""Bytes of a whole number in an extension: none that means anything is longer."""


MAX_OID = 64
"""Bytes of an object identifier: those in use have 30 at most, and long ones cost time to write out."""


@asn1.sequence
class SignedParts:
    """What a certificate and a CRL are: something, signed (RFC 5280 section 4.1)."""

    tbs: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.BitString


@asn1.sequence
class TbsParts:
    """TBSCertificate (RFC 5280 section 4.1), each field as it stands there."""

    version: Annotated[int | None, asn1.Explicit(0)]
    serial: asn1.TLV
    algorithm: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    spki: asn1.TLV
    issuer_unique_id: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    subject_unique_id: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Explicit(3)]


@asn1.sequence
class Pair:
    """An object identifier and what it is about, as in a name's attribute (RFC 5280 section 4.1.2.4)."""

    oid: asn1.TLV
    value: asn1.TLV


@asn1.sequence
class _Many:
    values: list[asn1.TLV]


def signed_parts(der: bytes) -> SignedParts:
    """Raises ValueError."""
    return asn1.decode_der(SignedParts, der)


def tbs_parts(tbs: TLV) -> TbsParts:
    """Raises ValueError."""
    found: TbsParts = tbs.parse(TbsParts)
    return found


def values(content: bytes) -> list[TLV]:
    """The values that stand one after the other in `content`. Raises ValueError."""
    return asn1.decode_der(_Many, value(SEQUENCE, value(SEQUENCE, content))).values


def inside(outer: TLV, expected: int = SEQUENCE) -> list[TLV]:
    """The values inside a constructed one. Raises ValueError, also if it is of another tag."""
    if tag(outer) != expected:
        raise ValueError(f"a value of tag {expected:#04x} was expected, {tag(outer):#04x} is there")
    return values(bytes(outer.data))


def tag(one: TLV) -> int:
    """Its identifier octets as a number."""
    return int.from_bytes(one.tag_bytes, "big")


def raw(one: TLV) -> bytes:
    """The value with its tag and length."""
    return asn1.encode_der(one)


def one(der: bytes) -> TLV:
    """The only value in `der`. Raises ValueError."""
    return asn1.decode_der(asn1.TLV, der)


def value(tag_: int, content: bytes) -> bytes:
    """`content` with a tag and its length (X.690 section 8.1)."""
    if len(content) < 0x80:
        return bytes((tag_, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag_, 0x80 | len(size))) + size + content


def dotted(oid: TLV) -> str:
    """An object identifier as text (X.690 section 8.19). Raises ValueError."""
    content = bytes(oid.data)
    if tag(oid) != OID or not 0 < len(content) <= MAX_OID or content[-1] & 0x80:
        raise ValueError("no object identifier")
    return _dotted(content)


@lru_cache(maxsize=512)
def _dotted(content: bytes) -> str:
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(n) for n in (first, numbers[0] - 40 * first, *numbers[1:]))


def boolean(one_: TLV) -> bool:
    """Raises ValueError where it is neither of DER's two."""
    if tag(one_) != BOOLEAN or bytes(one_.data) not in (b"\x00", b"\xff"):
        raise ValueError("no boolean")
    return bytes(one_.data) == b"\xff"


def integer(one_: TLV, expected: int = INTEGER) -> int:
    """Raises ValueError; numbers longer than MAX_INTEGER are refused."""
    content = bytes(one_.data)
    if tag(one_) != expected or not content or len(content) > MAX_INTEGER:
        raise ValueError("no whole number")
    return int.from_bytes(content, "big", signed=True)


def bits(one_: TLV) -> tuple[bool, ...]:
    """A BIT STRING's bits, the first one first (X.690 section 8.6). Raises ValueError."""
    content = bytes(one_.data)
    if tag(one_) != 0x03 or not content or content[0] > 7 or (len(content) == 1 and content[0]):
        raise ValueError("no bit string")
    every = [bool(byte >> shift & 1) for byte in content[1:] for shift in range(7, -1, -1)]
    return tuple(every[: len(every) - content[0]])
