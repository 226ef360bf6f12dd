"""A stronger key and signature: on the server's certificate, or on the authority's that is the weak one."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.held import best_way
from tlswizard.fixes.where import by_part, urgent
from tlswizard.fixes.wording import anew, sending

ID = "reissue-with-stronger-key"
CURES = frozenset({"weak-key", "weak-signature", "key-type-not-offered"})


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for (part, certificate), causes in by_part(findings, urgent(findings, CURES)).items():
        if certificate is None:
            continue
        if part == "server":
            yield anew(content, ID, causes, Reissue(stronger=True))
            continue
        around = best_way(findings, without=frozenset({certificate}))
        if around and around.root and len(around.certificates) > 1:
            yield sending(content, ID, causes, findings, around.sendable)
        elif part == "authority":
            yield anew(
                content, ID, causes, Reissue(certificate=certificate, stronger=True),
                title=f"Replace the authority “{certificate.title}” by a stronger one",
                text=f"The key or signature of “{certificate.title}” is too weak. Its issuer has to make a "
                "stronger one, and that one a new certificate for the server.",
            )  # fmt: skip
        else:
            asked = findings.case.name
            yield anew(
                content, ID, causes, Reissue((asked,) if asked else (), trusted=True),
                title="Get the server's certificate from a stronger authority",
            )  # fmt: skip
