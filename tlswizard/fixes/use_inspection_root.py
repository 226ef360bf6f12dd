"""The root of an inspection product that the organisation knows."""

from collections.abc import Iterator
from dataclasses import replace

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.add_root import rooted
from tlswizard.fixes.held import best_way
from tlswizard.fixes.where import own, urgent

ID = "use-inspection-root"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"intercepted"}):
        leaf = found.certificate if isinstance(found.certificate, Certificate) else own(findings)
        way = best_way(findings, leaf) if leaf else None
        if way is None:
            continue
        # Who refuses the product's root says so in a cause of its own.
        refused = tuple(c.id for c in findings.refusing)
        yield from rooted(findings, content, ID, replace(found, clients=refused), way.last)
