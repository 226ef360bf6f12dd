"""An authority was set up anew: its present root beside, then instead of, the old one of the same name."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.add_root import rooted
from tlswizard.fixes.where import urgent

ID = "replace-root-same-name"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"same-name-different-key"}):
        if isinstance(found.certificate, Certificate):
            yield from rooted(findings, content, ID, found, found.certificate)
