"""The part `clock`: this machine's clock beside the server's, and beside moments that lie in the past.

The server's clock comes from its HTTP `Date` header (RFC 9110 section 6.6.1), where it speaks HTTP; the
question is the smallest one there is (`HEAD /`), inside the TLS connection. Moments that no right clock
is before need no network: the youngest certificate's first day, and the day of this release.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tlswizard import RELEASED
from tlswizard.core.case import Case, Clock, ClockSource, Options, Part
from tlswizard.core.certificate import Certificate
from tlswizard.machine.door import Machine
from tlswizard.probe.talk import CannotSpeak, open_session

PART = "clock"
READS = ("reach", "handshakes")

HTTP_WAIT = 1.0
"""Seconds for the answer: a server that speaks HTTP answers a HEAD at once."""

HTTP_PORTS = (443, 8443)
"""Without a scheme, only servers on these ports are taken to speak HTTP: no other is sent any."""

AGREES = timedelta(minutes=5)
"""Two clocks that are no further apart are one (as for Kerberos)."""

MAX_HEAD = 16 * 1024


async def gather(machine: Machine, case: Case, options: Options) -> Part[Clock]:
    now = machine.now()
    asked = await _http_date(machine, case, options)
    sources = [ClockSource("release", "earliest", datetime.fromisoformat(RELEASED).replace(tzinfo=UTC))]
    starts = [c.not_before for c in case.chain if isinstance(c, Certificate)]
    if asked is not None:
        said, before, after = asked
        sources.insert(0, ClockSource("http-date", "exact", said))
        now = before + (after - before) / 2
        if abs(said - now) < AGREES:
            starts = [start for start in starts if start <= now]  # two clocks outvote a certificate
    if starts:
        sources.insert(-1, ClockSource("newest-not-before", "earliest", max(starts)))
    return Part(now, Clock(now, tuple(sources)))


async def _http_date(
    machine: Machine, case: Case, options: Options
) -> tuple[datetime, datetime, datetime] | None:
    """The server's time, and this machine's before and after it was asked for."""
    target, handshake = case.target, case.handshake
    speaks = target.scheme in ("https", "wss") or (target.scheme is None and target.port in HTTP_PORTS)
    if not speaks or handshake is None or handshake.outcome != "ok" or handshake.protocol is None:
        return None  # without a protocol the handshake did not finish, and the next one would not either
    try:
        session = await open_session(machine, case, options)
    except (OSError, TimeoutError, CannotSpeak):
        return None
    try:
        host = target.servername if target.port == 443 else f"{target.servername}:{target.port}"
        request = f"HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tlswizard\r\nConnection: close\r\n\r\n"
        before = machine.now()
        head = await asyncio.wait_for(session.exchange(request.encode("ascii"), MAX_HEAD), HTTP_WAIT)
        after = machine.now()
    except (OSError, TimeoutError):
        return None
    finally:
        session.connection.close()
    said = _date(head)
    return (said, before, after) if said else None


def _date(head: bytes) -> datetime | None:
    if not head.startswith(b"HTTP/"):
        return None
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"date":
            try:
                return parsedate_to_datetime(value.decode("ascii").strip()).astimezone(UTC)
            except (ValueError, TypeError, UnicodeDecodeError, OverflowError):
                return None
    return None
