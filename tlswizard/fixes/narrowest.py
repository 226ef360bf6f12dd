"""Which store to change: the narrowest one that the refusing programs really read."""

from tlswizard.core.finding import ClientVerdict, Findings
from tlswizard.core.store import Store

_NARROW_FIRST = ("user", "machine", "program", "process")


def narrowest(findings: Findings, clients: tuple[ClientVerdict, ...], *, anchors: bool) -> tuple[Store, ...]:
    """The fewest stores that reach all `clients`, narrower ones first where they reach as many.

    `anchors`: stores that hold roots; else those that hold intermediates (never a root store for these).
    """
    left = list(clients)
    chosen: list[Store] = []
    while left:
        reach = [(store, [c for c in left if store.id in c.stores]) for store in _fit(findings, left, anchors)]
        reach = [(store, readers) for store, readers in reach if readers]
        if not reach:
            break
        store, readers = max(reach, key=lambda r: (len(r[1]), -_NARROW_FIRST.index(r[0].scope)))
        chosen.append(store)
        left = [c for c in left if c not in readers]
    return tuple(chosen)


def _fit(findings: Findings, clients: list[ClientVerdict], anchors: bool) -> list[Store]:
    read = dict.fromkeys(id_ for c in clients for id_ in c.stores)
    stores = [s for id_ in read if (s := findings.case.store(id_)) is not None and not s.unreadable]
    return [s for s in stores if holds_intermediates(s) != anchors]


def holds_intermediates(store: Store) -> bool:
    """By their ids: Windows' and .NET's `-ca` stores are made for intermediates alone."""
    return store.id.endswith("-ca")
