"""One verdict per program on the observed machine.

Clients that can reach the same certificates share one walk. What the handshake itself shows (the server
demands a certificate, offers only old protocols …) is added to every client's faults: it meets them all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from tlswizard.clients.reading import Reads, every_reads, policy, reads, situation
from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import INSTALLATION, ClientVerdict
from tlswizard.core.terms import Flag
from tlswizard.core.verdict import Fault, Path, Policy, Situation, Verdict
from tlswizard.judge.decide import judge
from tlswizard.judge.first import as_meant, misplaced
from tlswizard.judge.openssl import Answer, verify
from tlswizard.judge.reachable import Key, reachable
from tlswizard.judge.walk import walk

FALLBACK = "openssl"
"""Who counts where no program was named and none was found, and offline."""

MAX_OTHERS = 50
"""Further installations of one program that are judged: nobody has as many."""

TRUST = frozenset({
    "untrusted-root", "self-signed", "missing-intermediate", "wrong-intermediate", "same-name-different-key",
    "anchor-is-intermediate",
})  # fmt: skip
"""Faults that a store which could not be read might have cured."""


OF_A_STORE = frozenset({
    "untrusted-root", "self-signed", "same-name-different-key", "anchor-is-intermediate", "leaf-pinned",
    "path-choice", "cross-sign-expired",
})  # fmt: skip
"""Faults that another store might cure, or hold. A certificate that is not sent is in none, as a rule."""


@dataclass
class _Seen:
    """What clients share that can reach the same certificates: one walk, one question to OpenSSL."""

    situation: Situation

    def verdict(self, rules: Policy, order: Mapping[str, int]) -> Verdict:
        """Where the order alone makes the first certificate a wrong one, the one that was meant is judged,
        and refused for the order."""
        own = judge(self.situation, self._paths, rules, order, self._ask)
        meant = self._meant
        if meant is None or own.result != "refuse":
            return own
        fault, rest = meant
        behind = rest.verdict(rules, order)
        return replace(
            behind,
            result="refuse",
            faults=(fault, *behind.faults),
            met=own.faults,
            message=own.message,
            disagreement=None,
        )

    @cached_property
    def _meant(self) -> "tuple[Fault, _Seen] | None":
        fault = misplaced(self.situation)
        return (fault, _Seen(as_meant(self.situation, fault))) if fault else None

    @cached_property
    def _paths(self) -> tuple[Path, ...]:
        return walk(self.situation)

    @cached_property
    def _answers(self) -> dict[frozenset[Flag], Answer]:
        return {}

    def _ask(self, _: Situation, flags: frozenset[Flag]) -> Answer:
        if flags not in self._answers:
            self._answers[flags] = verify(self.situation, flags)
        return self._answers[flags]


def counting(case: Case, content: Content, named: Iterable[str] = ()) -> tuple[str, ...]:
    """The ids of the clients that count in this Case."""
    chosen = tuple(dict.fromkeys(named))
    if chosen:
        return chosen
    found = case.clients.result.found if case.clients and case.clients.result else ()
    known = tuple(id_ for id_ in found if id_ in content.clients)
    return (known or (FALLBACK,)) if not case.offline else (FALLBACK,)


def verdicts(
    case: Case, content: Content, counts: tuple[str, ...], *, others: bool = True
) -> tuple[ClientVerdict, ...]:
    """Every client of which this Case can say anything; those that count first, in the order of `counts`,
    and the `others` after them, if they are asked for."""
    found = case.clients.result.found if case.clients and case.clients.result else ()
    seen: dict[Key, _Seen] = {}
    order = {cause.id: cause.place for cause in content.causes.values()}
    # What nothing is found by is a yardstick, and no program that anybody runs.
    rows = [row for row in content.clients.values() if row.id in counts or (others and row.found_by)]
    judged = [
        verdict
        for row in rows
        for verdict in _judged(row, case, content, seen, order, row.id in counts, row.id in found)
    ]
    return tuple(sorted(judged, key=lambda c: counts.index(c.row) if c.counts else len(counts)))


def _judged(
    row: ClientRow,
    case: Case,
    content: Content,
    seen: dict[Key, _Seen],
    order: Mapping[str, int],
    counts: bool,
    installed: bool,
) -> Iterator[ClientVerdict]:
    """The program as it is usually started; and each other installation of it that decides otherwise."""
    every = every_reads(row, case)
    if not every:
        if counts:
            verdict = _whatever_it_trusts(row, case, content, seen, order)
            yield _told(row, Reads(()), verdict, counts, installed)
        return
    usual = _with_stores(row, case, content, seen, order, every[0])
    yield _told(row, every[0], usual, counts, installed)
    for other in every[1 : 1 + MAX_OTHERS]:
        verdict = _with_stores(row, case, content, seen, order, other)
        if _decision(verdict) != _decision(usual):
            yield _told(row, other, verdict, counts, installed)


def _decision(verdict: Verdict) -> tuple[str, frozenset[str]]:
    return verdict.result, frozenset(f.cause for f in verdict.faults)


def _told(row: ClientRow, read: Reads, verdict: Verdict, counts: bool, installed: bool) -> ClientVerdict:
    return ClientVerdict(
        id=f"{row.id}{INSTALLATION}{read.where}" if read.where else row.id,
        title=f"{row.title} in {read.where}" if read.where else row.title,
        family=row.family,
        account=row.account,
        counts=counts,
        installed=installed,
        stores=tuple(s.id for s in read.stores),
        displaced=tuple(s.id for s in read.displaced),
        verdict=verdict,
        tested=bool(row.tested),
    )


def _with_stores(
    row: ClientRow,
    case: Case,
    content: Content,
    seen: dict[Key, _Seen],
    order: Mapping[str, int],
    read: Reads,
) -> Verdict:
    facts, key = reachable(situation(case, read.stores))
    looked = seen.setdefault(key, _Seen(facts))
    verdict = looked.verdict(policy(row, content.causes), order)
    verdict = _with_handshake(verdict, case, order)
    if verdict.result == "refuse" and read.unreadable and all(f.cause in TRUST for f in verdict.faults):
        blind = read.unreadable[0]
        why = f"{blind.title} could not be read: {blind.unreadable}"
        verdict = replace(verdict, result="unknown", why_unknown=why)
    if row.fetches_issuers and (address := _fetchable(verdict)):
        why = f"it fetches a missing certificate itself, here from {address}; that was not tried"
        verdict = replace(verdict, result="unknown", why_unknown=why)
    if verdict.path and verdict.path.anchor:
        anchor = verdict.path.anchor
        holder = next((s.id for s in read.stores if s.holds(anchor)), None)
        verdict = replace(verdict, deciding_store=holder)
    return verdict


def _whatever_it_trusts(
    row: ClientRow, case: Case, content: Content, seen: dict[Key, _Seen], order: Mapping[str, int]
) -> Verdict:
    """For a program whose own store was not looked at: it refuses for what no store can cure."""
    why = (
        "its own store of trusted roots was not looked at"
        if case.stores
        else "the trust stores were not looked at"
    )
    unknown = Verdict(row.id, "unknown", "nobody", why_unknown=why)
    if case.stores is None or not case.chain:
        return unknown
    usual = content.clients.get(FALLBACK)
    read = reads(usual, case) if usual else None
    facts, key = reachable(situation(case, read.stores if read else ()))
    verdict = seen.setdefault(key, _Seen(facts)).verdict(policy(row, content.causes), order)
    certain = tuple(f for f in verdict.faults if f.cause not in OF_A_STORE and f.role != "anchor")
    refused = _with_handshake(replace(verdict, faults=certain, message=None), case, order)
    if not refused.faults or (row.fetches_issuers and _fetchable(refused)):
        return unknown
    return replace(refused, why_unknown=why)


def _fetchable(verdict: Verdict) -> str | None:
    """Where the issuer could be had whose absence is the only reason to refuse (RFC 5280 section 4.2.2.1)."""
    if verdict.result != "refuse" or any(f.cause != "missing-intermediate" for f in verdict.faults):
        return None
    lonely = [f.on for f in verdict.faults if isinstance(f.on, Certificate)]
    return next((address for c in lonely for address in c.issuer_urls), None)


def _with_handshake(verdict: Verdict, case: Case, order: Mapping[str, int]) -> Verdict:
    shake = case.handshake
    if shake is None or shake.outcome == "ok" or not shake.spoke_tls:
        return verdict
    fault = Fault(
        shake.outcome, "handshake", "path", None, expected="a handshake that finishes", found=shake.detail
    )
    faults = sorted((fault, *verdict.faults), key=lambda f: order.get(f.cause, 0))
    return replace(verdict, result="refuse", faults=tuple(faults), why_unknown=None)
