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
        reach = [
            (place, [c for c in left if place.location in _locations(findings, c)])
            for place in _fit(findings, clients, anchors)
        ]
        store, readers = max(
            reach, key=lambda r: (len(r[1]), -_NARROW_FIRST.index(r[0].scope)), default=(None, [])
        )
        if store is None or not readers:
            break
        chosen.append(store)
        left = [c for c in left if c not in readers]
    return tuple(chosen)


def _fit(findings: Findings, clients: tuple[ClientVerdict, ...], anchors: bool) -> list[Store]:
    """The places that could be changed. A file that several stores read is the widest of them: what a
    variable names is often the system's own bundle, which its own command has to write."""
    places: dict[str, Store] = {}
    read = list(dict.fromkeys(id_ for client in clients for id_ in client.stores))
    # What the programs read first comes first; what else lies in the same file may be the better name for it.
    stores = sorted(findings.case.all_stores, key=lambda s: read.index(s.id) if s.id in read else len(read))
    for store in stores:
        if store.unreadable or holds_intermediates(store) == anchors:
            continue
        known = places.get(store.location)
        if known is None or store.scope == "machine":
            places[store.location] = store
    return list(places.values())


def _locations(findings: Findings, client: ClientVerdict) -> set[str]:
    return {s.location for id_ in client.stores if (s := findings.case.store(id_))}


def holds_intermediates(store: Store) -> bool:
    """By their ids: Windows' and .NET's `-ca` stores are made for intermediates alone."""
    return store.id.endswith("-ca")
