"""Which causes a fix is about, and which part in the chain their certificate plays."""

from collections.abc import Iterable
from typing import Literal

from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Found

NOT_FIRST = "leaf-not-first"

Part = Literal["server", "authority", "anchor"]


def urgent(findings: Findings, ids: Iterable[str]) -> list[Found]:
    """The causes of these ids that are more than information.

    Where the first certificate is not the server's own, nothing that is wrong with it is to be put right.
    """
    wanted = frozenset(ids)
    urgent_ = [f for f in findings.causes if f.severity != "info"]
    if any(f.id == NOT_FIRST for f in urgent_):
        urgent_ = [f for f in urgent_ if f.id == NOT_FIRST or f.certificate not in findings.case.chain[:1]]
    return [f for f in urgent_ if f.id in wanted]


def part(findings: Findings, found: Found) -> Part:
    """The server's own certificate, one that a program trusts by itself, or one in between."""
    certificate = found.certificate
    if findings.case.chain[:1] == (certificate,):
        return "server"
    refused = [c for c in findings.clients if c.id in found.clients] or list(findings.counting)
    anchors = {c.verdict.path.anchor for c in refused if c.verdict.path}
    return "anchor" if certificate in anchors else "authority"


def own(findings: Findings) -> Certificate | None:
    """The server's certificate."""
    first = findings.case.chain[:1]
    return first[0] if first and isinstance(first[0], Certificate) else None


def by_part(
    findings: Findings, causes: Iterable[Found]
) -> dict[tuple[Part, Certificate | None], list[Found]]:
    """The causes of each certificate together: the server's first, then upwards as they come."""
    table: dict[tuple[Part, Certificate | None], list[Found]] = {}
    for found in causes:
        certificate = found.certificate if isinstance(found.certificate, Certificate) else None
        table.setdefault((part(findings, found), certificate), []).append(found)
    order = ("server", "authority", "anchor")
    return dict(sorted(table.items(), key=lambda row: order.index(row[0][0])))
