"""Put what the server sends in order: its own certificate first, each next one its issuer, nothing else."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.core.names import why_not
from tlswizard.fixes.held import best_way
from tlswizard.fixes.where import own, urgent
from tlswizard.fixes.wording import sending

ID = "reorder-chain"
CURES = frozenset({"leaf-not-first", "chain-order", "extra-certificates"})


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = urgent(findings, CURES)
    if not causes:
        return
    way = best_way(findings, _servers_own(findings, causes))
    if way is not None and way.sendable != findings.case.chain:
        yield sending(content, ID, causes, findings, way.sendable)


def _servers_own(findings: Findings, causes: list[Found]) -> Certificate | None:
    """The one that ought to come first: no authority's, with the right name if there is one."""
    if not any(f.id == "leaf-not-first" for f in causes):
        return own(findings)
    name = findings.case.name
    sent = [c for c in findings.case.chain if isinstance(c, Certificate)]
    ends = [c for c in sent if not c.is_ca] or sent
    return next((c for c in ends if name and why_not(name, c) is None), ends[0] if ends else None)
