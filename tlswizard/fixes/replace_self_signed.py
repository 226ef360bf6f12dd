"""Replace a self-signed certificate by one that an authority issued."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.wording import worded

ID = "replace-self-signed"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in findings.causes if f.id == "self-signed" and f.severity != "info"]
    if causes:
        asked = findings.case.name
        yield worded(content, ID, causes, edits=(Reissue((asked,) if asked else (), trusted=True),))
