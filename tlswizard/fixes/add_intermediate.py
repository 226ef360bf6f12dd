"""Put a missing intermediate into a store made for intermediates: after the server was asked to send it."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.narrowest import narrowest
from tlswizard.fixes.wording import putting

ID = "add-intermediate"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    copied = {
        f.certificate for f in findings.causes if f.id == "intermediate-user-only" and f.severity != "info"
    }
    for found in findings.causes:
        if found.id != "missing-intermediate" or found.severity == "info" or found.other is None:
            continue
        if found.certificate in copied:
            continue  # copying it to the machine's store is the same thing, and says where it comes from
        readers = tuple(c for c in findings.refusing if c.id in found.clients)
        for store in narrowest(findings, readers, anchors=False):
            yield putting(content, ID, [found], store, found.other, anchor=False)
