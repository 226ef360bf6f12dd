"""What a program prints when it refuses: its message for the fault that it meets first, its holes filled.

Programs stop at one fault and say that one. Which one it is, and in which words, are rows of the tables
(`first-error` of a client, `for` of a message); `explain` reads the same rows the other way round.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.content.messages import ANY, Message
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, utc
from tlswizard.core.finding import ClientVerdict
from tlswizard.core.terms import Triple
from tlswizard.core.text import visible
from tlswizard.core.verdict import Fault, Verdict, is_of
from tlswizard.judge import openssl

REST: Triple = ("…", None, None)
"""In an order of faults: all that are not named in it."""

UNKNOWN = "…"
"""Stands for a hole of which we do not know the content."""

MAX_WORDS = 300
"""Characters of a name or a list of names in a message."""

BEFORE_THE_CERTIFICATE = "handshake"
"""The kind of what the handshake itself shows: a program meets it before any fault of a certificate."""


def spoken(clients: tuple[ClientVerdict, ...], case: Case, content: Content) -> tuple[ClientVerdict, ...]:
    """The verdicts, each with the message that its program prints."""
    return tuple(_spoken(client, case, content) for client in clients)


def _spoken(client: ClientVerdict, case: Case, content: Content) -> ClientVerdict:
    verdict = client.verdict
    # Where more may be wrong than is known, nobody knows which fault the program names.
    if verdict.result != "refuse" or not verdict.faults or verdict.why_unknown:
        return client if verdict.message is None else replace(client, verdict=replace(verdict, message=None))
    row = content.clients[client.row]
    first = first_met(verdict.met or verdict.faults, row.first_error)
    text = _words(row, first, _openssl_text(row, verdict, first, content), case, content)
    return replace(client, verdict=replace(verdict, message=text), names=first if text else None)


def first_met(faults: Sequence[Fault], order: Sequence[Triple]) -> Fault:
    """The fault that comes first in this order; among equals the first of `faults`, which are not none."""
    rest = order.index(REST) if REST in order else -1

    def place(fault: Fault) -> int:
        if fault.kind == BEFORE_THE_CERTIFICATE:
            return -2
        return next((at for at, triple in enumerate(order) if is_of(fault, triple)), rest)

    return min(faults, key=place)


def _openssl_text(row: ClientRow, verdict: Verdict, first: Fault, content: Content) -> str | None:
    """OpenSSL's own text, where it is about the fault that this program names."""
    faults = verdict.met or verdict.faults
    decided = [f for f in faults if openssl.decides(f, row.flags) or f.kind == "by-openssl"]
    if not verdict.message or not decided:
        return None
    head = row
    while head.like:
        head = head.like
    if first_met(decided, head.first_error).cause != first.cause:
        return None
    # The OpenSSL that judges here is newer than most, and says some things at greater length.
    usual = [m.pattern for m in content.words(head.id) if m.prints]
    return max(filter(verdict.message.startswith, usual), key=len, default=verdict.message)


def _words(row: ClientRow, fault: Fault, said: str | None, case: Case, content: Content) -> str | None:
    rows: ClientRow | None = row
    while rows is not None:
        message = next((m for m in content.words(rows.id) if _is_for(m, fault)), None)
        if message and said and rows.like is None:
            return said
        if message:
            return _filled(message.pattern, fault, said, case, content)
        rows = rows.like
    return None


def _is_for(message: Message, fault: Fault) -> bool:
    return any(triple[0] == ANY or is_of(fault, triple) for triple in message.prints)


_HOLE = re.compile(r"\{([^{}]*)\}")


def _filled(pattern: str, fault: Fault, said: str | None, case: Case, content: Content) -> str:
    known = _known(fault, case)

    def fill(hole: re.Match[str]) -> str:
        other = content.clients.get(hole[1])
        if other is not None:
            return _words(other, fault, said, case, content) or UNKNOWN
        return visible(known.get(hole[1]) or UNKNOWN, MAX_WORDS)

    return _HOLE.sub(fill, pattern)


def _known(fault: Fault, case: Case) -> Mapping[str, str]:
    leaf = case.chain[0] if case.chain else None
    known = {
        "host": case.name or "",
        "now": utc(case.at),
        "port": str(case.target.port) if case.target else "",
    }
    if isinstance(leaf, Certificate):
        names = leaf.alternative_names
        dns, addresses = (names.dns, names.addresses) if names else ((), ())
        listed = (*dns, *addresses)
        known |= {
            "cn": leaf.common_name or "",
            "names": ", ".join(listed),
            "name": next(iter(listed), ""),
            "typed-names": ", ".join((*(f"DNS:{n}" for n in dns), *(f"IP Address:{n}" for n in addresses))),
        }
    if isinstance(fault.on, Certificate):
        known |= {
            "subject": fault.on.subject,
            "issuer": fault.on.issuer,
            "not-before": utc(fault.on.not_before),
            "not-after": utc(fault.on.not_after),
            "not-before-in-full": _in_full(fault.on.not_before),
            "not-after-in-full": _in_full(fault.on.not_after),
        }
    return known


def _in_full(at: datetime) -> str:
    """`Wed Nov 18 10:10:25 UTC 2026`, as Java (Date.toString) and date(1) write it, in English."""
    days, months = "Mon Tue Wed Thu Fri Sat Sun", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    at = at.astimezone(UTC)
    day, month = days.split()[at.weekday()], months.split()[at.month - 1]
    return f"{day} {month} {at:%d %H:%M:%S} UTC {at.year}"
