"""Does the certificate carry the name that was asked for? (RFC 9525; see `tlswizard.core.names`)"""

from collections.abc import Iterator

from tlswizard.core.names import carried, why_not
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    if situation.name is None:
        return
    leaf = route.certificates[0]
    mismatch = why_not(situation.name, leaf)
    if mismatch:
        yield Fault(
            "name-mismatch", mismatch.kind, "leaf", leaf,
            expected=situation.name,
            found=carried(leaf, mismatch.nearest).strip() or "no name at all",
        )  # fmt: skip
