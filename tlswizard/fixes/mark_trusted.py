"""A root that is on this computer, and does not count: make it count where it is read."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.where import urgent
from tlswizard.fixes.wording import TRUST, putting
from tlswizard.stores.siblings import marking

ID = "mark-trusted"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"installed-not-trusted"}):
        for store in (s for id_ in found.holders if (s := findings.case.store(id_))):
            idle = next((i for i in store.idle if i.certificate == found.other), None)
            if idle is None:
                continue
            yield putting(
                content, ID, [found], store, idle.certificate, anchor=True, danger=TRUST,
                title=f"Make “{idle.certificate.title}” count in {store.title}", change=marking(store, idle),
            )  # fmt: skip
