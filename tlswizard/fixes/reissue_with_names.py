"""Get a certificate that carries the name that is asked for."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.where import part, urgent
from tlswizard.fixes.wording import anew

ID = "reissue-with-names"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    asked = findings.case.name
    if asked is None:
        return
    causes = urgent(findings, {"name-mismatch"})
    forbidden = [f for f in urgent(findings, {"name-constraint"}) if part(findings, f) == "server"]
    if causes or forbidden:
        yield anew(
            content,
            ID,
            [*causes, *forbidden],
            Reissue((asked,), only=bool(forbidden)),
            title=f"Get a certificate for {asked} and no other name"
            if forbidden
            else f"Get a certificate that also carries {asked}",
        )
