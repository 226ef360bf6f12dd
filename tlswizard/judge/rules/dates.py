"""Is now between the two dates of every certificate on the path? (RFC 5280 section 4.1.2.5, both inclusive)"""

from collections.abc import Iterator

from tlswizard.core.certificate import day
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        now = f"the clock says {day(situation.at)}"
        if situation.at > certificate.not_after:
            yield Fault(
                "expired", None, route.role(index), certificate,
                expected=f"a day up to {day(certificate.not_after)}", found=now,
            )  # fmt: skip
        elif situation.at < certificate.not_before:
            yield Fault(
                "not-yet-valid", None, route.role(index), certificate,
                expected=f"a day from {day(certificate.not_before)}", found=now,
            )  # fmt: skip
