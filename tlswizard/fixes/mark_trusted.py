"""A root that is on this computer, and does not count: put it where it is read."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.add_root import rooted
from tlswizard.fixes.where import urgent

ID = "mark-trusted"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"installed-not-trusted"}):
        if isinstance(found.certificate, Certificate) and found.other is not None:
            yield from rooted(findings, content, ID, found, found.certificate)
