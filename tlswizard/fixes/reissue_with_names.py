"""Get a certificate that carries the name that is asked for."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.wording import worded

ID = "reissue-with-names"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in findings.causes if f.id == "name-mismatch" and f.severity != "info"]
    asked = findings.case.name
    if causes and asked:
        yield worded(
            content,
            ID,
            causes,
            title=f"Get a certificate that also carries {asked}",
            edits=(Reissue((asked,)),),
        )
