"""Distinguished names (RFC 5280 section 4.1.2.4): as written, for comparing, and for people.

Read value by value, so that a character which its string type forbids hides nothing: the reference
verifiers let such names pass.
"""

from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase, whitespace

from tlswizard.core import der
from tlswizard.core.text import visible

CanonicalName = tuple[tuple[tuple[str, str], ...], ...]
"""A name for comparing (RFC 5280 section 7.1): per RDN its (OID, folded value) pairs, sorted."""

COMMON_NAME, ORGANIZATION, UNIT = "2.5.4.3", "2.5.4.10", "2.5.4.11"
EMAIL = "1.2.840.113549.1.9.1"

_SHORT = {
    COMMON_NAME: "CN", "2.5.4.7": "L", "2.5.4.8": "ST", ORGANIZATION: "O", UNIT: "OU", "2.5.4.6": "C",
    "2.5.4.9": "STREET", "0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID",
}  # fmt: skip
"""RFC 4514 section 3."""

_CHARACTERS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
"""String types by tag; every other one is a byte for a character."""


_FOLDED = {ord(upper): ord(upper) + 32 for upper in ascii_uppercase} | dict.fromkeys(
    map(ord, whitespace), " "
)
"""Letters and blanks of ASCII alone, as OpenSSL (x509_name_canon) and Java do; Go and NSS fold none."""


@dataclass(frozen=True)
class DistinguishedName:
    """Relative names in their order, each a set of (OID, text as written)."""

    rdns: tuple[tuple[tuple[str, str], ...], ...]

    @cached_property
    def canonical(self) -> CanonicalName:
        return tuple(
            tuple(
                sorted((oid, " ".join(filter(None, text.translate(_FOLDED).split(" ")))) for oid, text in rdn)
            )
            for rdn in self.rdns
        )

    def all(self, oid: str) -> tuple[str, ...]:
        """Every value of this kind, as written, in order."""
        return tuple(text for rdn in self.rdns for found, text in rdn if found == oid)

    @property
    def common_name(self) -> str | None:
        """The last common name, which is the most specific."""
        return next(reversed(self.all(COMMON_NAME)), None)

    @cached_property
    def text(self) -> str:
        """RFC 4514 (the last relative name first), visible."""
        parts = (
            "+".join(f"{_SHORT.get(oid, oid)}={_escaped(text)}" for oid, text in rdn)
            for rdn in reversed(self.rdns)
        )
        return visible(",".join(parts))

    @cached_property
    def title(self) -> str:
        """What a person calls it: the common name, else unit or organisation; "" without any."""
        for oid in (COMMON_NAME, UNIT, ORGANIZATION):
            if found := self.all(oid):
                return visible(found[-1], 120)
        return ""


def read_name(name: der.TLV) -> DistinguishedName:
    """Raises ValueError where its shape is none of a name's."""
    return DistinguishedName(tuple(_relative(rdn) for rdn in der.inside(name)))


def string_types(name: der.TLV, oid: str) -> tuple[int, ...]:
    """The tags of the values of this kind, in order. Raises ValueError as `read_name` does."""
    pairs = (attribute.parse(der.Pair) for rdn in der.inside(name) for attribute in der.inside(rdn, der.SET))
    return tuple(der.tag(pair.value) for pair in pairs if der.dotted(pair.oid) == oid)


def _folded(text: str) -> str:
    return " ".join(filter(None, text.translate(_FOLDED).split(" ")))


def _relative(rdn: der.TLV) -> tuple[tuple[str, str], ...]:
    pairs = [attribute.parse(der.Pair) for attribute in der.inside(rdn, der.SET)]
    return tuple((der.dotted(pair.oid), _text(pair.value)) for pair in pairs)


def _text(value: der.TLV) -> str:
    content = bytes(value.data)
    try:
        return content.decode(_CHARACTERS.get(der.tag(value), "latin-1"))
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _escaped(text: str) -> str:
    """RFC 4514 section 2.4."""
    escaped = "".join(f"\\{c}" if c in '"+,;<>\\' else c for c in text).replace("\x00", "\\00")
    if escaped[:1] in ("#", " "):
        escaped = f"\\{escaped}"
    return f"{escaped[:-1]}\\ " if len(text) > 1 and text.endswith(" ") else escaped
