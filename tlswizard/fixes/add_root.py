"""Put a root into the narrowest store that the refusing programs read."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.fixes.held import best_way
from tlswizard.fixes.narrowest import narrowest
from tlswizard.fixes.where import urgent
from tlswizard.fixes.wording import ITSELF, TRUST, WIRE, getting, putting

ID = "add-root"
CURES = frozenset({
    "untrusted-root", "root-machine-only", "store-disagrees", "self-signed", "anchor-is-intermediate",
    "leaf-pinned",
})  # fmt: skip

SHORT = frozenset({"anchor-is-intermediate", "leaf-pinned"})
"""Something further down is trusted already: what is missing is the root above it."""


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, CURES):
        if isinstance(found.certificate, Certificate):
            yield from rooted(findings, content, ID, found, found.certificate)


def rooted(
    findings: Findings, content: Content, id_: str, found: Found, stopped_at: Certificate
) -> Iterator[Fix]:
    """The fix `id_` for each store that needs it: the root above `stopped_at`, or that itself."""
    readers = tuple(c for c in findings.refusing if c.id in found.clients)
    root = _root(findings, found, stopped_at)
    for store in narrowest(findings, readers, anchors=True):
        if root is None:
            yield getting(content, id_, [found], store, stopped_at)
            continue
        wire = not any(s.holds(root) for s in findings.case.all_stores)
        danger = (WIRE if wire else TRUST) + (f" {ITSELF}" if found.id == "self-signed" else "")
        yield putting(content, id_, [found], store, root, anchor=True, danger=danger)


def _root(findings: Findings, found: Found, stopped_at: Certificate) -> Certificate | None:
    """The root that somebody holds: a store's, or one that was sent. None if nobody does."""
    if found.other is not None and found.holders:
        return found.other
    if stopped_at.is_self_signed and found.id not in SHORT:
        return stopped_at
    way = best_way(findings, stopped_at)
    root = way.root if way and len(way.certificates) > 1 else None
    return root if root and root.is_self_signed else None
