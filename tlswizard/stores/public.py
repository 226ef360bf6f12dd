"""Which stores are lists of public roots, and which one stands for today's list."""

from collections.abc import Iterable

from tlswizard.core.store import Store

TODAY = "certifi:"
"""certifi carries Mozilla's list; the first is that of the interpreter that runs tlswizard."""

ENOUGH = 30
"""Roots that a store shares with today's list before it counts as one itself: a company adds a handful."""


def reference(stores: Iterable[Store]) -> Store | None:
    """The store that stands for today's public list; None if none was looked at."""
    return next((s for s in stores if s.id.startswith(TODAY) and not s.unreadable), None)


def is_public_list(store: Store, today: Store) -> bool:
    """Whether it shares many roots with today's list, or most of a list that is short itself."""
    shared = len(store.hashes & today.hashes)
    return shared >= ENOUGH or (shared > 0 and 2 * shared >= len(today.anchors))
