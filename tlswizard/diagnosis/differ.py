"""Why do these two programs differ? What one holds against the server, and what makes the other let it pass.

There are three reasons: another store, another rule, another chain. Each fault of the one that the other does
not have is put down to one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tlswizard.clients.verdicts import TRUST
from tlswizard.core.blocks import Block, Cell, Conclusion, Mark, Rows
from tlswizard.core.finding import ClientVerdict, Diagnosis
from tlswizard.core.text import listed
from tlswizard.core.verdict import Fault
from tlswizard.diagnosis.evidence import evidence
from tlswizard.diagnosis.programs import own

Why = Literal["store", "rule", "chain", "unknown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fault that one program refuses for and the other does not."""

    fault: Fault
    refusing: str
    """the title of the program that minds it"""
    other: str
    why: Why
    because: str
    """one sentence"""


def differences(diagnosis: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> tuple[Difference, ...]:
    """All that makes the two differ; () if they refuse for the same, or both accept, or one is not known."""
    if "unknown" in (one.verdict.result, two.verdict.result):
        return ()
    return (*_against(diagnosis, one, two), *_against(diagnosis, two, one))


def why(diagnosis: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> tuple[Block, ...]:
    """The answer for any two rows, whatever they decide."""
    for client in (one, two):
        if client.verdict.result == "unknown":
            text = f"{client.title} was not judged: {client.verdict.why_unknown or 'nothing is known of it'}"
            return (Conclusion(Mark.NOT_CHECKED, text),)
    blind = tuple(
        Conclusion(Mark.NOT_CHECKED, f"{c.title}: there may be more reasons, {c.verdict.why_unknown}")
        for c in (one, two)
        if c.verdict.why_unknown
    )
    found = differences(diagnosis, one, two)
    if not found:
        same = "accept the server" if one.verdict.result == "accept" else "refuse for the same reasons"
        return (Conclusion(Mark.INFO, f"{one.title} and {two.title} do not differ: both {same}"), *blind)
    return (*_told(one, two, found), *blind)


def why_different(diagnosis: Diagnosis) -> tuple[Block, ...]:
    """The same for the pair that a person wonders about: a program that refuses, and the one that is most
    like it and holds less against the server."""
    shown = own(diagnosis)
    refusing = next((c for c in shown if c.verdict.result == "refuse"), None)
    if refusing is None:
        return ()
    # Of the same family first: then it is the account, or the version, and nothing else.
    others = sorted(
        (c for c in diagnosis.clients if c is not refusing and c.verdict.result != "unknown"),
        key=lambda c: (c.family != refusing.family, c.verdict.result != "accept", c not in shown),
    )
    for other in others:
        if found := tuple(_against(diagnosis, refusing, other)):
            return _told(refusing, other, found)
    return ()


def _told(one: ClientVerdict, two: ClientVerdict, found: tuple[Difference, ...]) -> tuple[Block, ...]:
    if not found:
        return ()
    rows = tuple((_LABELS[d.why], Cell(d.because)) for d in found)
    return (Conclusion(Mark.INFO, f"Why {one.title} and {two.title} differ"), Rows(rows))


_LABELS: dict[Why, str] = {
    "store": "Another store", "rule": "Another rule", "chain": "Another chain", "unknown": "Not known",
}  # fmt: skip


def _against(diagnosis: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> Iterator[Difference]:
    known = {(f.cause, f.kind, f.on) for f in two.verdict.faults}
    for fault in one.verdict.faults:
        if (fault.cause, fault.kind, fault.on) not in known:
            reason, because = _reason(diagnosis, fault, one, two)
            yield Difference(fault, one.title, two.title, reason, because)


def _reason(diagnosis: Diagnosis, fault: Fault, one: ClientVerdict, two: ClientVerdict) -> tuple[Why, str]:
    if fault.cause in TRUST and one.stores != two.stores and (told := _by_store(diagnosis, one, two)):
        return "store", told
    if any((n.cause, n.kind) == (fault.cause, fault.kind) and n.on == fault.on for n in two.verdict.notes):
        return "rule", f"{evidence(fault)}. {one.title} refuses for that, {two.title} does not"
    mine, other = one.verdict.path, two.verdict.path
    if mine and other and mine.certificates != other.certificates:
        way = " ← ".join(c.title for c in other.certificates)
        return "chain", f"{evidence(fault)}. {two.title} takes another chain: {way}"
    return "rule", f"{evidence(fault)}. {one.title} refuses for that, {two.title} does not look at it"


def _by_store(diagnosis: Diagnosis, one: ClientVerdict, two: ClientVerdict) -> str | None:
    """The store that makes the difference, where one does."""
    read = [s for id_ in one.stores if (s := diagnosis.case.store(id_))]
    more = [s for id_ in two.stores if id_ not in one.stores and (s := diagnosis.case.store(id_))]
    used = two.verdict.path.certificates if two.verdict.path else ()
    for certificate in reversed(used):
        holder = next((s for s in more if s.holds(certificate)), None)
        if holder and certificate not in diagnosis.case.chain and not any(s.holds(certificate) for s in read):
            return (
                f"{two.title} finds “{certificate.title}” in {holder.title}. {one.title} does not read that, "
                f"but {listed([s.title for s in read]) or 'no store at all'}, where it is not"
            )
    return None
