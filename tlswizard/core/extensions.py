"""The extensions of a certificate one by one, for when the library refuses all of them because of one.

Each extension is put alone into a copy of the certificate and read there, so that an unreadable one
costs itself and nothing else. The copy's signature no longer fits; nobody asks it.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tlswizard.core.text import visible

_NAMES = {
    "2.5.29.14": "subjectKeyIdentifier", "2.5.29.15": "keyUsage", "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName", "2.5.29.19": "basicConstraints", "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints", "2.5.29.32": "certificatePolicies",
    "2.5.29.35": "authorityKeyIdentifier", "2.5.29.36": "policyConstraints", "2.5.29.37": "extKeyUsage",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess", "1.3.6.1.5.5.7.1.24": "tlsFeature",
}  # fmt: skip
"""RFC 5280 section 4.2 and RFC 7633."""

_EXTENSIONS = 0xA3
"""TBSCertificate's [3] (RFC 5280 section 4.1)."""


@dataclass(frozen=True, slots=True)
class Single:
    """One extension: its name, and its value or why it cannot be read."""

    name: str
    value: x509.Extension[x509.ExtensionType] | None
    why: str = ""


def one_by_one(certificate: x509.Certificate) -> tuple[Single, ...] | None:
    """Every extension by itself, in order; None if the certificate's encoding does not even part them."""
    try:
        tbs, *signature = _values(_content(certificate.public_bytes(Encoding.DER)))
        fields = list(_values(_content(tbs)))
        tagged = next(f for f in fields if f[0] == _EXTENSIONS)
        others = [f for f in fields if f[0] != _EXTENSIONS]
        encoded = list(_values(_content(_content(tagged))))
    except (IndexError, ValueError, StopIteration):
        return None
    return tuple(_read(e, others, signature) for e in encoded)


def _read(encoded: bytes, others: list[bytes], signature: list[bytes]) -> Single:
    alone = _value(_EXTENSIONS, _value(0x30, encoded))
    der = _value(0x30, _value(0x30, b"".join(others) + alone) + b"".join(signature))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning about one field must not hide the others
            (found,) = x509.load_der_x509_certificate(der).extensions
    except (ValueError, x509.UnsupportedGeneralNameType) as error:
        return Single(_name(encoded), None, visible(str(error)))
    return Single(_name(encoded), found)


def _name(encoded: bytes) -> str:
    try:
        oid = next(_values(_content(encoded)))
        dotted = _dotted(_content(oid))
    except (IndexError, ValueError, StopIteration):
        return "extensions"
    return _NAMES.get(dotted, dotted)


def _dotted(content: bytes) -> str:
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(n) for n in (first, numbers[0] - 40 * first, *numbers[1:]))


def _values(data: bytes) -> Iterator[bytes]:
    """The DER values that stand one after the other in `data`. Raises IndexError, ValueError."""
    while data:
        end = sum(_lengths(data))
        if end > len(data):
            raise ValueError("a value ends behind its surroundings")
        yield data[:end]
        data = data[end:]


def _content(value: bytes) -> bytes:
    head, _ = _lengths(value)
    return value[head:]


def _lengths(data: bytes) -> tuple[int, int]:
    """Bytes of the tag and length of the first value, and of its content (X.690 section 8.1)."""
    if data[1] < 0x80:
        return 2, data[1]
    width = data[1] & 0x7F
    return 2 + width, int.from_bytes(data[2 : 2 + width], "big")


def _value(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
