"""Times as ASN.1 writes them."""

import re
from datetime import UTC, datetime

from tlswizard.core import der

UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_TIME = re.compile(rb"(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z")


def read_moment(one: der.TLV) -> datetime:
    """A Time (RFC 5280 section 4.1.2.5): to the second, in UTC. Raises ValueError."""
    match = _TIME.fullmatch(bytes(one.data))
    if not match or (der.tag(one), len(match[1])) not in ((UTC_TIME, 2), (GENERALIZED_TIME, 4)):
        raise ValueError("no time")
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    if len(match[1]) == 2:
        year += 2000 if year < 50 else 1900
    if year == 0:  # a year that a datetime does not know: the earliest that it does
        return EARLIEST
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
