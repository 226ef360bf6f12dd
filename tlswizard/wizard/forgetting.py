"""What was looked at once and must be looked at anew: parts of the Case, and what was read by them."""

from collections.abc import Iterable

from tlswizard.checks.gathering import NEEDS
from tlswizard.core.case import Case

READERS = {name: tuple(other for other, reads in NEEDS.items() if name in reads) for name in NEEDS}
"""The parts that read each part: they are forgotten together with it."""


def forgotten(case: Case | None, parts: Iterable[str]) -> Case | None:
    """The Case without these parts and all that was read by them."""
    if case is None:
        return None
    gone = set(parts) & set(NEEDS)
    while more := {r for part in gone for r in READERS[part]} - gone:
        gone |= more
    return case.without(gone)


def failed(case: Case, parts: tuple[str, ...]) -> set[str]:
    """Those of `parts` that could not be looked at, or that did not get as far as TLS."""
    found = set(case.failed(parts))
    reach = case.reach.result if case.reach else None
    if "reach" in parts and reach and reach.outcome != "connected":
        found.add("reach")
    shake = case.handshake
    if "handshakes" in parts and (shake is None or not shake.spoke_tls):
        found.add("handshakes")
    return found
