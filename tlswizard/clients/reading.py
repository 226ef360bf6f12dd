"""A row of the table and a Case in, what the judge needs out: the stores, the Situation, the Policy."""

from collections.abc import Mapping
from dataclasses import dataclass

from tlswizard.content.causes import Cause
from tlswizard.content.clients import ClientRow
from tlswizard.core.case import Case
from tlswizard.core.store import Merged, Store
from tlswizard.core.verdict import Policy, Situation

OWN = ":"
"""Ends the id of a store that the program brings along, wherever it lies: without it nothing can be said."""

GIVEN = "file:"
"""Stores that the person named stand in for all others."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The stores that a client reads in this Case, and those that an override keeps it from reading."""

    stores: tuple[Store, ...]
    displaced: tuple[Store, ...] = ()
    """what it would read if a variable did not point elsewhere"""

    @property
    def unreadable(self) -> tuple[Store, ...]:
        return tuple(s for s in self.stores if s.unreadable)


def reads(row: ClientRow, case: Case) -> Reads | None:
    """None if the Case knows nothing of this client's stores: then nothing can be said of it."""
    given = tuple(s for s in case.all_stores if s.id.startswith(GIVEN))
    if given:
        return Reads(given)
    groups = row.stores.get(case.observed.platform)
    if case.stores is None or case.stores.result is None or not groups:
        return None
    stores: list[Store] = []
    displaced: list[Store] = []
    for group in groups:
        there = [s for id_ in group for s in case.all_stores if _is(s.id, id_)]
        if not there and any(id_.endswith(OWN) for id_ in group):
            return None
        stores += there[:1]
        displaced += there[1:]
    return Reads(tuple(stores), tuple(displaced)) if stores else None


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


def _is(store: str, pattern: str) -> bool:
    """`certifi:` in a row stands for the store of whichever environment was looked at."""
    return store == pattern or (pattern.endswith(":") and store.startswith(pattern))
