"""For a cause without a repair that is known here: say it to the one who can act."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.wording import worded

ID = "ask-owner"

SOMEBODY = "what they will change is not known here; look again once it is done"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in findings.causes if f.severity == "problem"]
    for who in dict.fromkeys(f.who for f in causes):
        theirs = [f for f in causes if f.who == who]
        lines = [f"{content.causes[f.id].meaning} What to tell them: {f.evidence}." for f in theirs]
        yield worded(content, ID, theirs, who=who, text="\n\n".join(lines), no_edit=SOMEBODY)
