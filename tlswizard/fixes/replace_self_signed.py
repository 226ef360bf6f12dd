"""Replace a self-signed certificate by one that an authority issued."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.where import own, urgent
from tlswizard.fixes.wording import anew

ID = "replace-self-signed"

ALONE = frozenset({"self-signed", "leaf-pinned"})
AS_WELL = frozenset({
    "expired", "not-yet-valid", "expires-soon", "revoked", "name-mismatch", "wrong-usage", "wrong-key-usage",
    "weak-key", "weak-signature", "malformed-certificate", "critical-extension", "strict-only",
})  # fmt: skip
"""A new one that is signed by itself would have to be trusted by hand again."""


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    leaf = own(findings)
    if leaf is None or not leaf.is_self_issued:
        return
    causes = [f for f in urgent(findings, ALONE | AS_WELL) if f.certificate == leaf]
    if causes:
        asked = findings.case.name
        yield anew(content, ID, causes, Reissue((asked,) if asked else (), trusted=True))
