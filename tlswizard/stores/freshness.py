"""How two lists of authorities compare: two stores, or a list of public roots and the current one.

An authority is its name and its key (RFC 5280 section 6.1.1, trust anchor information), so the same pair in
another certificate is the same authority, renewed or cross-signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tlswizard.core.certificate import CanonicalName, Certificate
from tlswizard.core.store import Store

ENOUGH = 30
"""So many public roots make a list of them, however long it is: a corporate list has a few at most. The
current lists have 120 to 170, and an old one shares half of them with today's at least."""

TODAY = "certifi:"
"""certifi carries Mozilla's list; the first is that of the interpreter that runs tlswizard."""

Authority = tuple[CanonicalName, str]
Pair = tuple[Certificate, Certificate]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one list has and the other has not; in a pair the first is of the list that has it."""

    only_a: tuple[Certificate, ...]
    only_b: tuple[Certificate, ...]
    other_a: tuple[Pair, ...] = ()
    """in A alone, and B has the same authority in another certificate"""
    other_b: tuple[Pair, ...] = ()

    @property
    def same(self) -> bool:
        return not (self.only_a or self.only_b or self.other_a or self.other_b)


@dataclass(frozen=True, slots=True)
class Freshness:
    """A store that is a list of public roots, beside the current list."""

    missing: tuple[Certificate, ...]
    """public roots that the store does not trust"""
    gone: tuple[Certificate, ...]
    """not in the current list: removed from it since, or added on this computer, which looks the same"""
    added: tuple[Certificate, ...] = ()
    """not in the current list, and known to have been added on this computer"""
    refused: tuple[Certificate, ...] = ()
    """public roots that the store refuses"""
    other: tuple[Pair, ...] = ()
    """(the list's, the store's): the same authority in another certificate"""


def authority(certificate: Certificate) -> Authority:
    """A key that cannot be read is told apart by its certificate."""
    return certificate.subject_name, getattr(certificate.key, "sha256", certificate.sha256)


def compared(a: Iterable[Certificate], b: Iterable[Certificate]) -> Compared:
    """Each in its own order, doubles once."""
    in_a, in_b = dict.fromkeys(a), dict.fromkeys(b)
    only_a, other_a = _apart(in_a, in_b)
    only_b, other_b = _apart(in_b, in_a)
    return Compared(only_a, only_b, other_a, other_b)


def _apart(
    these: dict[Certificate, None], those: dict[Certificate, None]
) -> tuple[tuple[Certificate, ...], tuple[Pair, ...]]:
    alone = [c for c in these if c not in those]
    known = {authority(c): c for c in reversed(those)} if alone else {}
    return (
        tuple(c for c in alone if authority(c) not in known),
        tuple((c, known[authority(c)]) for c in alone if authority(c) in known),
    )


def freshness(store: Store, current: tuple[Certificate, ...]) -> Freshness | None:
    """None for a store that is no list of public roots: nobody expects those there."""
    found = compared(store.anchors, current)
    public = len(set(map(authority, current)))
    shared = public - len(set(map(authority, found.only_b)))
    if not shared or (shared < ENOUGH and shared * 2 < public):
        return None
    refused = tuple(c for c in found.only_b if store.refused & {c.sha256, c.sha1})
    own = _known_as_added(store, frozenset(map(authority, current)))
    return Freshness(
        missing=tuple(c for c in found.only_b if c not in refused),
        gone=tuple(c for c in found.only_a if c.sha256 not in own),
        added=tuple(c for c in found.only_a if c.sha256 in own),
        refused=refused,
        other=found.other_b,
    )


def _known_as_added(store: Store, public: frozenset[Authority]) -> frozenset[str]:
    """Where the store records a name or a day for the administrator's own entries alone, these are known.

    A store that records them for its public roots as well (Java's aliases) tells nothing by it.
    """
    listed = {c.sha256 for c in store.anchors if authority(c) in public}
    marks = (frozenset(sha256 for sha256, _ in pairs) for pairs in (store.names, store.since))
    return frozenset().union(*(m for m in marks if len(m & listed) * 2 < len(listed)))


def reference(stores: Iterable[Store]) -> Store | None:
    """The store that stands for today's public list; None if none was looked at."""
    return next((s for s in stores if s.id.startswith(TODAY) and not s.unreadable), None)
