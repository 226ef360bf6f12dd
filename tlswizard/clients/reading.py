"""A row of the table and a Case in, what the judge needs out: the stores, the Situation, the Policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tlswizard.content.causes import Cause
from tlswizard.content.clients import ClientRow
from tlswizard.core.case import Case
from tlswizard.core.store import Merged, Store
from tlswizard.core.verdict import Policy, Situation
from tlswizard.core.version import numbers, within

OWN = ":"
"""Ends the id of a store that the program brings along, wherever it lies: without it nothing can be said."""

BUILT_IN = "-builtin"
"""Ends the id of the list that is part of the program itself."""

GIVEN = "file:"
"""Stores that the person named stand in for all others."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The stores that a client reads in this Case, and those that an override keeps it from reading."""

    stores: tuple[Store, ...]
    displaced: tuple[Store, ...] = ()
    """what it would read if a variable or a setting did not point elsewhere"""
    where: str = ""
    """which of several installations of the program this is; empty for the usual one"""

    @property
    def unreadable(self) -> tuple[Store, ...]:
        return tuple(s for s in self.stores if s.unreadable)


def reads(row: ClientRow, case: Case) -> Reads | None:
    """What the program reads as it is usually started. None if the Case knows nothing of its stores: then
    nothing can be said of it."""
    return next(iter(every_reads(row, case)), None)


def every_reads(row: ClientRow, case: Case) -> tuple[Reads, ...]:
    """The usual one first; then one for each further installation, profile or environment that brings a
    store of its own (a second JDK, another profile of Firefox)."""
    given = tuple(s for s in case.all_stores if s.id.startswith(GIVEN))
    if given:
        return (Reads(given),)
    groups = row.stores.get(case.observed.platform)
    if case.stores is None or case.stores.result is None or not groups:
        return ()
    found = [[m for id_ in group if (m := _matching(row, id_, case.all_stores))] for group in groups]
    alone = [any(id_.endswith((OWN, BUILT_IN)) for id_ in group) for group in groups]
    if not any(found) or any(own and not matches for own, matches in zip(alone, found, strict=True)):
        return ()  # what it brings along was not looked at
    chosen = [matches[0] for matches in found if matches]
    displaced = tuple(m[0] for matches in found for m in matches[1:])
    usual = Reads(tuple(m[0] for m in chosen), displaced)
    others = [
        Reads(tuple(other if i == j else m[0] for j, m in enumerate(chosen)), displaced, _where(other))
        for i, matches in enumerate(chosen)
        for other in matches[1:]
    ]
    return (usual, *others)


def _matching(row: ClientRow, pattern: str, stores: tuple[Store, ...]) -> tuple[Store, ...]:
    return tuple(s for s in stores if is_named(s.id, pattern) and _of_version(row, s))


def is_named(store: str, pattern: str) -> bool:
    """`certifi:` in a row stands for the store of whichever environment was looked at, and `nss:*firefox*`
    for whatever these signs leave open."""
    if "*" in pattern:
        return fnmatchcase(store, pattern)
    return store == pattern or (pattern.endswith(OWN) and store.startswith(pattern))


def _of_version(row: ClientRow, store: Store) -> bool:
    """Whether the program that brings this store along is of a version that the row is about."""
    kind = store.id.partition(":")[0]
    limits = [what for sign in row.found_by for name, _, what in [sign.partition(":")] if name == kind]
    version = numbers(store.version)
    return version is None or not limits or any(within(version, limit) for limit in limits)


def _where(store: Store) -> str:
    return store.id.partition(":")[2] or store.location


def situation(case: Case, stores: tuple[Store, ...]) -> Situation:
    revocation = case.revocation.result if case.revocation else None
    return Situation(
        chain=case.chain,
        anchors=Merged(tuple(s.by_subject for s in stores)),
        intermediates=Merged(tuple(s.intermediates_by_subject for s in stores)),
        name=case.name,
        at=case.at,
        crls=revocation.crls if revocation else (),
        staple=case.handshake.staple if case.handshake else None,
        distrusted=frozenset().union(*(s.refused for s in stores)),
        staple_asked=not case.offline and case.handshake is not None and case.handshake.outcome == "ok",
    )


def policy(row: ClientRow, causes: Mapping[str, Cause]) -> Policy:
    return Policy(
        id=row.id,
        engine=row.judge,
        fatal=frozenset(c.id for c in causes.values() if c.fatal),
        tolerates=row.tolerates,
        refuses=row.refuses,
        like=policy(row.like, causes) if row.like else None,
        flags=row.flags,
    )
