"""Which list covers which certificate: distribution points, read from both sides.

A certificate names points where its issuer publishes (RFC 5280 section 4.2.1.13); a list says for which
of these, for which kind of certificate and for which reasons it speaks (section 5.2.5).
"""

from dataclasses import dataclass

from tlswizard.core import der
from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate
from tlswizard.core.distinguished import CanonicalName, read_name
from tlswizard.core.extensions import GeneralName
from tlswizard.core.text import visible

ALL_REASONS = frozenset({
    "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "certificateHold", "privilegeWithdrawn", "aACompromise",
})  # fmt: skip
"""ReasonFlags (RFC 5280 section 4.2.1.13), the unused bit apart."""

_BITS = (
    "unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "certificateHold", "privilegeWithdrawn", "aACompromise",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointName:
    """DistributionPointName (RFC 5280 section 4.2.1.13): full names, or one relative to the list's issuer."""

    full: frozenset[GeneralName] = frozenset()
    relative: tuple[tuple[str, str], ...] | None = None

    def below(self, issuer: CanonicalName) -> frozenset[GeneralName]:
        """All of it as full names."""
        if self.relative is None:
            return self.full
        return self.full | {GeneralName("directory", (*issuer, self.relative))}


@dataclass(frozen=True, slots=True)
class Point:
    """One DistributionPoint of a certificate (RFC 5280 section 4.2.1.13)."""

    name: PointName | None = None
    reasons: frozenset[str] = ALL_REASONS
    """for which a list from here speaks"""
    issuers: frozenset[CanonicalName] = frozenset()
    """who issues the list, if not the certificate's issuer"""


@dataclass(frozen=True, slots=True)
class Scope:
    """IssuingDistributionPoint (RFC 5280 section 5.2.5): what a list speaks of; by default everything."""

    name: PointName | None = None
    only_users: bool = False
    only_authorities: bool = False
    only_attributes: bool = False
    reasons: frozenset[str] = ALL_REASONS
    indirect: bool = False
    """it lists certificates of other issuers, too"""


def points(certificate: Certificate) -> tuple[Point, ...]:
    """The points that the certificate names, as far as they can be read; () without any."""
    extension = certificate.extension(ext.CRL_DISTRIBUTION)
    found: list[Point] = []
    try:
        for one in der.inside(der.one(extension.content)) if extension else []:
            found.append(_point(one))
    except (ValueError, IndexError):
        return tuple(found)
    return tuple(found)


def list_urls(certificate: Certificate) -> tuple[str, ...]:
    """Where its issuer publishes the lists that speak of it, as addresses, visible."""
    names = (name for point in points(certificate) if point.name for name in point.name.full)
    urls = (name.value for name in names if name.kind == "uri" and isinstance(name.value, str))
    return tuple(sorted(visible(url) for url in urls))


def read_scope(content: bytes) -> Scope:
    """The content of an issuing distribution point extension. Raises ValueError, IndexError."""
    fields = {der.tag(one): one for one in der.inside(der.one(content))}
    scope = Scope(
        name=_name(fields[0xA0]) if 0xA0 in fields else None,
        only_users=_flag(fields.get(0x81)),
        only_authorities=_flag(fields.get(0x82)),
        only_attributes=_flag(fields.get(0x85)),
        reasons=_reasons(fields.get(0x83)),
        indirect=_flag(fields.get(0x84)),
    )
    if set(fields) - {0xA0, 0x81, 0x82, 0x83, 0x84, 0x85}:
        raise ValueError("its scope holds a field that nobody knows")
    if scope.only_users + scope.only_authorities + scope.only_attributes > 1:
        raise ValueError("its scope contradicts itself")
    return scope


def _point(one: der.TLV) -> Point:
    fields = {der.tag(field): field for field in der.inside(one)}
    issuers = [ext.general_name(n) for n in der.values(bytes(fields[0xA2].data))] if 0xA2 in fields else []
    return Point(
        name=_name(fields[0xA0]) if 0xA0 in fields else None,
        reasons=_reasons(fields.get(0x81)),
        issuers=frozenset(n.value for n in issuers if isinstance(n.value, tuple)),
    )


def _name(outer: der.TLV) -> PointName:
    (choice,) = der.values(bytes(outer.data))
    content = bytes(choice.data)
    if der.tag(choice) == 0xA0:
        return PointName(full=frozenset(ext.general_name(n) for n in der.values(content)))
    if der.tag(choice) != 0xA1:
        raise ValueError("a point has a name of no known kind")
    alone = der.value(der.SEQUENCE, der.value(der.SET, content))
    return PointName(relative=read_name(der.one(alone)).canonical[0])


def _reasons(one: der.TLV | None) -> frozenset[str]:
    if one is None:
        return ALL_REASONS
    on = der.bits(der.one(der.value(0x03, bytes(one.data))))
    return frozenset(name for name, bit in zip(_BITS, on, strict=False) if bit) & ALL_REASONS


def _flag(one: der.TLV | None) -> bool:
    return one is not None and der.boolean(der.one(der.value(der.BOOLEAN, bytes(one.data))))
