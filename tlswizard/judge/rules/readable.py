"""Can every field be read? (RFC 5280 section 4.1, X.690) One flaw hides none of the other faults."""

from collections.abc import Iterator

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        for flaw in certificate.flaws:
            yield Fault(
                "malformed-certificate", flaw.kind, route.role(index), certificate,
                expected=f"a readable field “{flaw.field}”", found=flaw.why,
            )  # fmt: skip
