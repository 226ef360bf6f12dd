"""Get a certificate whose usage is that of a server."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.where import part, urgent
from tlswizard.fixes.wording import anew

ID = "reissue-for-servers"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    found = urgent(findings, {"wrong-usage", "wrong-key-usage"})
    causes = [f for f in found if part(findings, f) == "server"]
    if causes:
        yield anew(content, ID, causes, Reissue(servers=True))
