"""Which store stands for today's list of public roots."""

from collections.abc import Iterable

from tlswizard.core.store import Store

TODAY = "certifi:"
"""certifi carries Mozilla's list; the first is that of the interpreter that runs tlswizard."""


def reference(stores: Iterable[Store]) -> Store | None:
    """The store that stands for today's public list; None if none was looked at."""
    return next((s for s in stores if s.id.startswith(TODAY) and not s.unreadable), None)
