"""A certificate of the path that a store explicitly says is to be refused.

Such a list stands above every list of trusted roots: Windows' Disallowed store (Microsoft: Untrusted
Certificates), NSS's distrust mark (certutil(1)), p11-kit's blocklist (trust(1)), macOS' Deny.
"""

from collections.abc import Iterator

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    if not situation.distrusted:
        return
    for index, certificate in enumerate(route.certificates):
        if certificate.sha256 in situation.distrusted or certificate.sha1 in situation.distrusted:
            yield Fault(
                "distrusted", None, route.role(index), certificate,
                expected="a certificate that is on no list of those to refuse",
                found="it is on the list of those to refuse",
            )  # fmt: skip
