"""A critical extension that nobody knows must be refused (RFC 5280 section 4.2)."""

from collections.abc import Iterator

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        for oid in certificate.unknown_critical:
            yield Fault(
                "critical-extension", None, route.role(index), certificate,
                expected="only critical extensions that clients know", found=f"the extension {oid}",
            )  # fmt: skip
