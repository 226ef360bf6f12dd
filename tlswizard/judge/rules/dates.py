"""Is now between the dates of every certificate on the path? (RFC 5280 section 4.1.2.5, both inclusive)"""

from collections.abc import Iterator

from tlswizard.core.certificate import day
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

EXPIRES_SOON = 0.1
"""Share of its lifetime that is left when a certificate expires *soon*: 36 days of a year, 9 of 90 days."""


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        now = f"the clock says {day(situation.at)}"
        if situation.at > certificate.not_after:
            yield Fault(
                "expired",
                None,
                route.role(index),
                certificate,
                expected=f"days up to {day(certificate.not_after)}",
                found=now,
            )
        elif situation.at < certificate.not_before:
            yield Fault(
                "not-yet-valid",
                None,
                route.role(index),
                certificate,
                expected=f"days from {day(certificate.not_before)}",
                found=now,
            )
        elif index == 0 and certificate.not_after - situation.at < EXPIRES_SOON * (
            certificate.not_after - certificate.not_before
        ):
            left = certificate.not_after - situation.at
            yield Fault(
                "expires-soon",
                None,
                "leaf",
                certificate,
                expected="a tenth of its lifetime left at least",
                found=f"it ends in {left.days} days, on {day(certificate.not_after)}",
            )
