"""Is the server's certificate made for a longer time than some programs allow?

CA/Browser Forum Baseline Requirements section 6.3.2 (398 days since September 2020), and Apple's limit of
825 days for every authority since 2019 (its documentation HT210176): the kind names the highest exceeded.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

LIMITS = ((825, datetime(2019, 7, 1, tzinfo=UTC)), (398, datetime(2020, 9, 1, tzinfo=UTC)))
"""Days, for what was issued from then on."""


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    leaf = route.certificates[0]
    days = (leaf.not_after - leaf.not_before).total_seconds() / 86400
    limit = next((limit for limit, since in LIMITS if days > limit and leaf.not_before >= since), None)
    if limit is not None:
        yield Fault(
            "validity-too-long", f"above-{limit}", "leaf", leaf,
            expected=f"at most {limit} days", found=f"it is made for {days:.0f} days",
        )  # fmt: skip
