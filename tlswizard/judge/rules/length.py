"""How many certificates stand below the anchor? The kind names the highest of the programs' limits that is
exceeded; whose limit that is is the client's policy.

As measured: with 12 intermediates rustls, Firefox, PHP, Postfix and Java refuse, and the others accept.
"""

from collections.abc import Iterator

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

LIMITS = (10, 9, 8, 6)
"""Java's jdk.security…maxCertificateChainLength, Postfix' and PHP's verify depth, mozilla::pkix, rustls."""


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    below = len(route.links) - (route.end == "anchor")
    limit = next((limit for limit in LIMITS if below > limit), None)
    if limit is not None:
        yield Fault(
            "chain-too-long", f"above-{limit}", "path", route.certificates[0],
            expected=f"at most {limit}", found=f"there are {below}",
        )  # fmt: skip
