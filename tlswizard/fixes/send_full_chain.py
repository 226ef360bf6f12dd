"""Let the server send the whole chain: the first thing to do about a missing link, for it helps everybody."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.edit import SendMissing
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.fixes.held import Held, best_way
from tlswizard.fixes.where import urgent
from tlswizard.fixes.wording import sending, worded

ID = "send-full-chain"
CURES = frozenset({
    "missing-intermediate", "wrong-intermediate", "intermediate-user-only", "cross-sign-expired",
    "path-choice", "same-name-different-key", "bad-signature", "malformed-certificate",
})  # fmt: skip

MISSING = frozenset({"missing-intermediate", "wrong-intermediate", "intermediate-user-only", "bad-signature"})
"""Those for which the right certificate may be one that nobody here holds."""


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in urgent(findings, CURES) if _by_sending(findings, f)]
    way = best_way(findings) if causes else None
    if way is None:
        return
    if way.whole:
        yield sending(content, ID, causes, findings, way.sendable)
        return
    missing = [f for f in causes if f.id in MISSING]
    if missing:
        yield _what_is_missing(content, missing, way)


def _by_sending(findings: Findings, found: Found) -> bool:
    match found.id:
        case "bad-signature":  # without key identifiers it may be the wrong issuer as well
            return found.certainty == "likely"
        case "malformed-certificate":
            return isinstance(found.certificate, Malformed) and found.position != 0
    return True


def _what_is_missing(content: Content, causes: list[Found], way: Held) -> Fix:
    below = way.last
    where = f" It can be fetched from {below.issuer_urls[0]}." if below.issuer_urls else ""
    stray = next((f.other for f in causes if f.id == "wrong-intermediate"), None)
    how = f"instead of “{stray.title}” that it sends now" if stray else "too"
    return worded(
        content,
        ID,
        causes,
        title=f"Let the server send the right certificate of “{below.issuer_title}”"
        if stray
        else f"Let the server send the certificate of “{below.issuer_title}” too",
        text=f"Get the certificate of “{below.issuer_title}” from the authority that issued "
        f"{_whose(below, way)}, and let the server send it after its own, {how}.{where}",
        edits=(SendMissing(way.certificates),),
    )


def _whose(below: Certificate, way: Held) -> str:
    return "the server's certificate" if len(way.certificates) == 1 else f"“{below.title}”"
