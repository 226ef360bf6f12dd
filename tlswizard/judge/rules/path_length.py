"""Are there more authorities below one than it allows? (RFC 5280 sections 4.2.1.9 and 6.1.4 (l), (m))

Self-issued certificates do not count. The fault sits on the lowest authority that is one too many;
the holder of the limit is its evidence.
"""

from collections.abc import Iterator

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    certificates = route.certificates
    told = set()
    for index in range(len(certificates) - 1, 0, -1):
        holder = certificates[index]
        limit = holder.basic_constraints.path_length if holder.basic_constraints else None
        if limit is None:
            continue
        below = [c for c in certificates[index - 1 : 0 : -1] if not c.is_self_issued]
        if len(below) > limit and below[-1] not in told:
            told.add(below[-1])
            yield Fault(
                "path-length", None, "ca", below[-1],
                expected=f"at most {limit} authorities below “{holder.title}”",
                found=f"there are {len(below)}", other=holder,
            )  # fmt: skip
