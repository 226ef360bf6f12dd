"""Let the server send the whole chain: the first thing to do about a missing link, for it helps everybody."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import SendChain
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.core.store import index
from tlswizard.fixes.wording import NOT_HELD, worded
from tlswizard.stores.change import file_stem

ID = "send-full-chain"
CURES = frozenset(
    {
        "missing-intermediate",
        "wrong-intermediate",
        "chain-order",
        "leaf-not-first",
        "intermediate-user-only",
        "cross-sign-expired",
    }
)


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in findings.causes if f.id in CURES and f.severity != "info"]
    if not causes:
        return
    chain = whole_chain(findings)
    if chain is None:
        yield worded(content, ID, causes, text=_text_without(causes), no_edit=NOT_HELD)
        return
    more = [c for c in chain[1:] if c not in findings.case.chain]
    titles = " and ".join(f"“{c.title}”" for c in more)
    yield worded(
        content,
        ID,
        causes,
        title=f"Let the server send {titles} too"
        if more
        else "Let the server send its chain in order, and nothing else",
        edits=(SendChain(chain),),
        commands=(
            "# the server's chain file, leaf first:",
            f"cat {' '.join(_file(c, i) for i, c in enumerate(chain))} > chain.pem",
        ),
        certificate=more[0] if more else None,
    )


def whole_chain(findings: Findings) -> tuple[Certificate, ...] | None:
    """Leaf and intermediates, as far as somebody here holds them; None if a link is held by nobody."""
    case = findings.case
    if not case.chain or not isinstance(case.chain[0], Certificate):
        return None
    sent = tuple(c for c in case.chain[1:] if isinstance(c, Certificate))
    held = tuple(c for s in case.all_stores for c in (*s.intermediates, *s.anchors))
    by_subject = index((*sent, *held))
    chain = [case.chain[0]]
    while not chain[-1].is_self_issued:
        child = chain[-1]
        onward = [
            c
            for c in by_subject.get(child.issuer_name, ())
            if c not in chain and c.verifies(child) and c.not_before <= case.at <= c.not_after
        ]
        if not onward:
            break
        # A root ends the chain, so it is preferred to going round a cross-sign.
        chain.append(next((c for c in onward if c.is_self_issued), onward[0]))
    ends = chain[-1].is_self_issued
    if not ends and not chain[-1].is_ca:
        return None
    return tuple(chain[:-1]) if ends and len(chain) > 1 else tuple(chain)


def _text_without(causes: list[Found]) -> str:
    certificate = next((f.certificate for f in causes if isinstance(f.certificate, Certificate)), None)
    if certificate is None:
        return ""
    where = f" It can be fetched from {certificate.issuer_urls[0]}." if certificate.issuer_urls else ""
    return (
        f"Get the certificate of “{certificate.issuer_title}” from the authority that issued the server's "
        f"certificate, and let the server send it after its own.{where}"
    )


def _file(certificate: Certificate, index_: int) -> str:
    return "server.pem" if index_ == 0 else f"{file_stem(certificate)}.pem"
