"""When the server's certificate runs out, as the last page and the note say it."""

from datetime import timedelta

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.finding import Diagnosis

A_DAY = timedelta(days=1)


def expiry(told: Diagnosis) -> str:
    """`2031-06-05, in 30 days`; nothing without a certificate that can be read."""
    leaf = told.case.chain[0] if told.case.chain else None
    if not isinstance(leaf, Certificate):
        return ""
    left = leaf.not_after - told.case.at
    if left < timedelta(0):
        return f"{day(leaf.not_after)}, {_days(-left)} ago"
    return f"{day(leaf.not_after)}, in {_days(left)}"


def _days(span: timedelta) -> str:
    whole = span // A_DAY
    return "less than a day" if not whole else "1 day" if whole == 1 else f"{whole} days"
