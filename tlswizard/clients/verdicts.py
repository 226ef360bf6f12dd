"""One verdict per program on the observed machine.

Clients that read the same stores share one walk. What the handshake itself shows (the server demands a
certificate, offers only old protocols …) is added to every client's faults: it meets them all.
"""

from collections.abc import Iterable
from dataclasses import replace

from tlswizard.clients.reading import policy, reads, situation
from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.finding import ClientVerdict
from tlswizard.core.verdict import Fault, Path, Verdict
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

FALLBACK = "openssl"
"""Who counts where no program was named and none was found, and offline."""

TRUST = frozenset({
    "untrusted-root", "self-signed", "missing-intermediate", "wrong-intermediate", "same-name-different-key",
    "anchor-is-intermediate",
})  # fmt: skip
"""Faults that a store which could not be read might have cured."""


def counting(case: Case, content: Content, named: Iterable[str] = ()) -> tuple[str, ...]:
    """The ids of the clients that count in this Case."""
    chosen = tuple(dict.fromkeys(named))
    if chosen:
        return chosen
    found = case.clients.result.found if case.clients and case.clients.result else ()
    known = tuple(id_ for id_ in found if id_ in content.clients)
    return (known or (FALLBACK,)) if not case.offline else (FALLBACK,)


def verdicts(case: Case, content: Content, counts: tuple[str, ...]) -> tuple[ClientVerdict, ...]:
    """Every client of which this Case can say anything; those that count first, in the order of `counts`."""
    found = case.clients.result.found if case.clients and case.clients.result else ()
    walks: dict[tuple[str, ...], tuple[Path, ...]] = {}
    judged = [
        verdict
        for id_, row in content.clients.items()
        if (row.found_by or id_ in counts)  # a yardstick is no program that anybody runs
        and (verdict := _judged(row, case, content, walks, id_ in counts, id_ in found)) is not None
    ]
    return tuple(sorted(judged, key=lambda c: counts.index(c.id) if c.counts else len(counts)))


def _judged(
    row: ClientRow,
    case: Case,
    content: Content,
    walks: dict[tuple[str, ...], tuple[Path, ...]],
    counts: bool,
    installed: bool,
) -> ClientVerdict | None:
    read = reads(row, case)
    if read is None:
        if not counts:
            return None
        why = (
            f"nothing is known of its stores on {case.observed.platform}"
            if case.stores
            else "the trust stores were not looked at"
        )
        return ClientVerdict(
            row.id, row.title, row.family, row.account, counts, installed, (), (),
            Verdict(row.id, "unknown", "nobody", why_unknown=why),
        )  # fmt: skip
    ids = tuple(s.id for s in read.stores)
    facts = situation(case, read.stores)
    if ids not in walks:
        walks[ids] = walk(facts)
    order = {cause.id: cause.place for cause in content.causes.values()}
    verdict = judge(facts, walks[ids], policy(row, content.causes), order)
    verdict = _with_handshake(verdict, case, order)
    if verdict.result == "refuse" and read.unreadable and all(f.cause in TRUST for f in verdict.faults):
        blind = read.unreadable[0]
        why = f"{blind.title} could not be read: {blind.unreadable}"
        verdict = replace(verdict, result="unknown", why_unknown=why)
    if verdict.path and verdict.path.anchor:
        anchor = verdict.path.anchor
        holder = next((s.id for s in read.stores if s.holds(anchor)), None)
        verdict = replace(verdict, deciding_store=holder)
    return ClientVerdict(
        row.id,
        row.title,
        row.family,
        row.account,
        counts,
        installed,
        ids,
        tuple(s.id for s in read.displaced),
        verdict,
    )


def _with_handshake(verdict: Verdict, case: Case, order: dict[str, int]) -> Verdict:
    shake = case.handshake
    if shake is None or shake.outcome == "ok" or not shake.spoke_tls:
        return verdict
    fault = Fault(
        shake.outcome, "handshake", "path", None, expected="a handshake that finishes", found=shake.detail
    )
    faults = sorted((fault, *verdict.faults), key=lambda f: order.get(f.cause, 0))
    return replace(verdict, result="refuse", faults=tuple(faults), why_unknown=None)
