"""Renew a certificate whose dates do not hold, or soon will not."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.wording import worded

ID = "renew-certificate"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [
        f
        for f in findings.causes
        if f.id in ("expired", "not-yet-valid", "expires-soon") and f.severity != "info"
    ]
    if causes:
        leaf = any(f.position == 0 for f in causes)
        yield worded(content, ID, causes, edits=(Reissue(),) if leaf else ())
