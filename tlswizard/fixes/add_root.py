"""Put a root into the narrowest store that the refusing programs read."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.fixes.narrowest import narrowest
from tlswizard.fixes.wording import NOT_HELD, TRUST, WIRE, putting, worded

ID = "add-root"
CURES = frozenset({"untrusted-root", "root-machine-only", "store-disagrees", "self-signed"})


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in findings.causes:
        if found.id not in CURES or found.severity == "info":
            continue
        root = _root(found)
        if root is None:
            yield _by_text(content, found)
            continue
        readers = tuple(c for c in findings.refusing if c.id in found.clients)
        from_wire = not found.holders
        for store in narrowest(findings, readers, anchors=True):
            yield putting(content, ID, [found], store, root, anchor=True, danger=WIRE if from_wire else TRUST)


def _root(found: Found) -> Certificate | None:
    """The root that somebody holds: a store's, or the one that was sent."""
    if found.other is not None and found.holders:
        return found.other
    sent = found.certificate
    return sent if isinstance(sent, Certificate) and sent.is_self_signed else None


def _by_text(content: Content, found: Found) -> Fix:
    name = found.certificate.issuer_title if isinstance(found.certificate, Certificate) else "its root"
    return worded(
        content,
        ID,
        [found],
        title=f"Get the root “{name}” and put it into the store that the program reads",
        text=f"Nobody here holds the root “{name}”. Its owner publishes it; compare the fingerprint "
        "over another channel.",
        danger=TRUST,
        no_edit=NOT_HELD,
    )
