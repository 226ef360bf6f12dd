"""Proofs: the verdicts of the edited Case, beside those of the Case as it is.

`fixes` proposes and this asks the judge; nothing here knows why a fix should help. Every fix is judged
alone, then the smallest set with it that turns every client that counts. What needs a certificate that
nobody holds is judged on a copy of the Case, after its control: the copy without the fix has to be refused
for the very faults of the original.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

from tlswizard.clients.verdicts import verdicts
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.edit import OnOriginal, SetClock, edited
from tlswizard.core.finding import (
    COPY,
    ORIGINAL,
    ClientVerdict,
    Findings,
    Fix,
    On,
    Proof,
    ProofRow,
    ProvenFix,
)
from tlswizard.diagnosis.copying import Copied, Mould, NoCopy
from tlswizard.fixes.merging import Action, actions
from tlswizard.fixes.siblings import last_resort

MAX_SET = 3
"""Fixes made together at most: with more to repair than that, people repair and look again."""

MAX_TRIED = 24
"""Sets that are judged: each takes a millisecond, and what helps is mostly among the first."""

NOTHING_TO_TURN = "every program that counts accepts the server already, so no verdict can show it"
NOT_LIKE_IT = "a copy of these certificates is not refused for what the originals are refused for"

Fault = tuple[str, str | None]
"""A cause and the SHA-256 of the certificate that it sits on; of the original, for a copy."""


def proven(findings: Findings, offers: tuple[Fix, ...], content: Content) -> tuple[ProvenFix, ...]:
    """The offers that help, with their proofs; those without proof are kept, saying why there is none."""
    bench = _Bench(findings, content)
    made = actions(offers, content)
    if _all_accept(findings.clients):
        return (*_where_all_accept(bench, made), *_left(findings, (), content))
    alone = {i: bench.outcome((action.fix,)) for i, action in enumerate(made) if action.fix.edits}
    sets = _smallest_sets(bench, made, alone)
    if idle := [i for i in range(len(made)) if _another_does_it(i, made, sets)]:
        for i in idle:
            alone.pop(i, None)
        sets = _smallest_sets(bench, made, alone)
    result = []
    for i, action in enumerate(made):
        if i in idle:
            continue
        seen = alone.get(i)
        if not isinstance(seen, _Outcome):
            result.append(ProvenFix(action.fix, why_none=seen or action.fix.no_edit))
        elif i in sets or seen.helps:
            proofs = [bench.proof((action.fix,), seen)]
            if i in sets and len(sets[i].fixes) > 1:
                proofs.append(bench.proof(sets[i].fixes, sets[i].outcome))
            result.append(ProvenFix(action.fix, tuple(proofs)))
    repaired = () if sets else tuple(cause for kept in result for cause in kept.fix.causes)
    return (*result, *(() if sets else _left(findings, repaired, content)))


def after(case: Case, fixes: tuple[Fix, ...]) -> Case:
    """The Case after all edits of these fixes that can be made with certificates that exist."""
    edits = [edit for fix in fixes for edit in fix.edits if isinstance(edit, OnOriginal)]
    # What is issued anew is issued when the clock is right.
    for edit in sorted(edits, key=lambda e: not isinstance(e, SetClock)):
        case = edited(case, edit)
    return case


def copied_after(mould: Mould, case: Case, fixes: tuple[Fix, ...]) -> Copied:
    """A copy of `case`, of which the mould is, after all edits of these fixes. Raises NoCopy."""
    edits = tuple(edit for fix in fixes for edit in fix.edits if not isinstance(edit, OnOriginal))
    return mould.copied(after(case, fixes), edits)


def _left(findings: Findings, repaired: tuple[str, ...], content: Content) -> Iterator[ProvenFix]:
    left = replace(findings, causes=tuple(f for f in findings.causes if f.id not in repaired))
    return (ProvenFix(fix, why_none=fix.no_edit) for fix in last_resort(left, content))


def _where_all_accept(bench: "_Bench", made: tuple[Action, ...]) -> Iterator[ProvenFix]:
    """Nothing is refused, so nothing can be turned; what would be refused afterwards is not offered."""
    for action in made:
        fix = action.fix
        if fix.on_original is not None:
            seen = bench.outcome((fix,))
            if not isinstance(seen, _Outcome) or not _all_accept(seen.clients):
                continue
        yield ProvenFix(fix, why_none=fix.no_edit or NOTHING_TO_TURN)


def _another_does_it(index: int, made: tuple[Action, ...], sets: "Mapping[int, _Set]") -> bool:
    """Of actions of which one is enough, the first that is enough is kept alone."""
    rivals = [i for i, one in enumerate(made) if one.instead == made[index].instead and i in sets]
    return bool(rivals) and rivals[0] != index


# ── sets ──


@dataclass(frozen=True, slots=True)
class _Member:
    """An action in a set; or as much of it as is for some causes, where others do the rest."""

    action: int
    left: Mapping[str, frozenset[Fault]]
    """what it leaves, by client: as judged, or for a part as it is said to be"""


@dataclass(frozen=True, slots=True)
class _Set:
    members: tuple[_Member, ...]
    fixes: tuple[Fix, ...]
    outcome: "_Outcome"


def _smallest_sets(
    bench: "_Bench", made: tuple[Action, ...], alone: "Mapping[int, _Outcome | str]"
) -> dict[int, _Set]:
    """For each action the first, smallest set with it after which no client that counts refuses."""
    judged = {i: seen for i, seen in alone.items() if isinstance(seen, _Outcome)}
    found = {
        i: _Set((_Member(i, seen.left),), (made[i].fix,), seen) for i, seen in judged.items() if seen.turns
    }
    if len(found) == len(judged):
        return found
    members = [_Member(i, seen.left) for i, seen in judged.items() if not seen.turns]
    members += [_Member(i, bench.without(causes)) for i in judged for causes in _in_part(made[i])]
    tried: dict[tuple[int, ...], _Outcome | str] = {}
    for size in range(2, MAX_SET + 1):
        for chosen in combinations(members, size):
            which = tuple(m.action for m in chosen)
            wanted = set(which) - found.keys()
            if not wanted or not _may_do(chosen, found):
                continue
            fixes = tuple(made[i].fix for i in which)
            if which not in tried:
                if len(tried) == MAX_TRIED:
                    return found
                tried[which] = bench.outcome(fixes)
            seen = tried[which]
            if isinstance(seen, _Outcome) and seen.turns:
                for i in wanted:
                    found.setdefault(i, _Set(chosen, fixes, seen))
    return found


def _in_part(action: Action) -> Iterator[frozenset[str]]:
    """The causes of some of its parts, not of all."""
    for size in range(1, len(action.parts)):
        for parts in combinations(action.parts, size):
            yield frozenset(cause for part in parts for cause in part.causes)


def _may_do(chosen: tuple[_Member, ...], found: Mapping[int, _Set]) -> bool:
    """Whether trying them together makes sense: no fault is left by every one of them, and no fewer of them
    are enough."""
    if len({m.action for m in chosen}) < len(chosen):
        return False
    if any(all(m in chosen for m in one.members) for one in found.values()):
        return False
    return not any(frozenset.intersection(*(m.left[id_] for m in chosen)) for id_ in chosen[0].left)


# ── judging ──


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the clients that count say after some fixes."""

    on: On
    clients: tuple[ClientVerdict, ...]
    left: Mapping[str, frozenset[Fault]]
    """by client"""
    helps: bool
    """some client has lost a fault, and none has a new one"""
    turns: bool
    """every client that refused accepts, and no other one refuses"""


@dataclass(frozen=True, slots=True)
class _Copy:
    """The Case copied, and what the clients that count say of the copy before any fix."""

    mould: Mould
    clients: tuple[ClientVerdict, ...]
    named: "_Naming"


class _Bench:
    """Judges one Case after any fixes. The copy is made when the first fix needs it."""

    def __init__(self, findings: Findings, content: Content) -> None:
        self._findings = findings
        self._content = content
        self._counts = tuple(c.id for c in findings.counting)
        self._narrow = _narrowed(content, self._counts)
        self._made: _Copy | str | None = None
        self._seen: dict[tuple[int, ...], _Outcome | str] = {}

    def outcome(self, fixes: tuple[Fix, ...]) -> "_Outcome | str":
        """What is said after these fixes; or why nothing can be said. Judged once for the same values."""
        which = tuple(map(id, fixes))
        if which not in self._seen:
            self._seen[which] = self._outcome(fixes)
        return self._seen[which]

    def _outcome(self, fixes: tuple[Fix, ...]) -> "_Outcome | str":
        if all(fix.on_original is not None for fix in fixes):
            clients = verdicts(after(self._findings.case, fixes), self._narrow, self._counts)
            return _outcome(ORIGINAL, self._findings.counting, clients, _same, _same)
        made = self._copy
        if isinstance(made, str):
            return made
        try:
            done = copied_after(made.mould, self._findings.case, fixes)
        except NoCopy as why:
            return str(why)
        clients = verdicts(done.case, self._narrow, self._counts)
        return _outcome(COPY, made.clients, clients, made.named, _naming(done))

    def without(self, causes: frozenset[str]) -> Mapping[str, frozenset[Fault]]:
        """The faults of now but those of these causes, by client that counts."""
        return {
            c.id: frozenset(f for f in _faults(c, _same) if f[0] not in causes)
            for c in self._findings.counting
        }

    def proof(self, fixes: tuple[Fix, ...], seen: "_Outcome") -> Proof:
        """What is shown of the outcome after these fixes."""
        clients = seen.clients
        control: tuple[ProofRow, ...] = ()
        if seen.on == ORIGINAL and len(self._counts) < len(self._findings.clients):
            clients = verdicts(after(self._findings.case, fixes), self._content, self._counts)
        before = {c.id: c for c in self._findings.clients}
        if seen.on == COPY and isinstance(self._copy, _Copy):
            control = tuple(_row(before[c.id], c) for c in self._copy.clients)
        ids = tuple(fix.id for fix in fixes)
        return Proof(seen.on, ids, tuple(_row(before[c.id], c) for c in clients), control)

    @property
    def _copy(self) -> "_Copy | str":
        if self._made is None:
            self._made = self._controlled()
        return self._made

    def _controlled(self) -> "_Copy | str":
        try:
            mould = Mould(self._findings.case)
            control = mould.copied(self._findings.case)
        except NoCopy as why:
            return str(why)
        clients = verdicts(control.case, self._narrow, self._counts)
        named = _naming(control)
        for was, now in zip(self._findings.counting, clients, strict=True):
            if was.verdict.result != now.verdict.result or _exact(was, _same) != _exact(now, named):
                return f"{NOT_LIKE_IT} ({was.title})"
        return _Copy(mould, clients, named)


_Naming = Callable[[str], str]
"""The SHA-256 of the original for that of a certificate."""


def _same(sha256: str) -> str:
    return sha256


def _naming(copied: Copied) -> _Naming:
    return lambda sha256: copied.origin.get(sha256, sha256)


def _narrowed(content: Content, ids: tuple[str, ...]) -> Content:
    """The same tables with these clients alone."""
    narrow = copy(content)
    rows = {id_: row for id_, row in content.clients.items() if id_ in ids}
    narrow.__dict__["clients"] = MappingProxyType(rows)
    return narrow


def _all_accept(clients: tuple[ClientVerdict, ...]) -> bool:
    return all(c.verdict.result == "accept" for c in clients if c.counts)


def _row(before: ClientVerdict, after_: ClientVerdict) -> ProofRow:
    verdict = after_.verdict
    left = tuple(dict.fromkeys(f.cause for f in verdict.faults)) if verdict.result == "refuse" else ()
    return ProofRow(after_.id, verdict.judge, before.verdict.result, verdict.result, left)


def _outcome(
    on: On,
    before: tuple[ClientVerdict, ...],
    clients: tuple[ClientVerdict, ...],
    were: _Naming,
    are: _Naming,
) -> _Outcome:
    """Behind a link that was missing nobody could look: what shows there once it is there is not new."""
    was = {c.id: c for c in before}
    pairs = [(was[c.id], c) for c in clients if c.counts]
    gone = [_faults(old, were) - _faults(now, are) for old, now in pairs]
    new = [_faults(now, are) - _faults(old, were) - _unhid(old, now, were, are) for old, now in pairs]
    left = {now.id: _faults(now, are) for _, now in pairs}
    refused = [now for old, now in pairs if old.verdict.result == "refuse"]
    turns = (
        bool(refused)
        and all(now.verdict.result == "accept" for now in refused)
        and all(now.verdict.result != "refuse" for _, now in pairs)
    )
    return _Outcome(on, clients, left, any(gone) and not any(new), turns)


def _unhid(before: ClientVerdict, now: ClientVerdict, were: _Naming, are: _Naming) -> frozenset[Fault]:
    """Faults where the same path goes on from the certificate at which it had ended, and further up."""
    short, long = before.verdict.path, now.verdict.path
    if short is None or long is None:
        return frozenset()
    known = [were(c.sha256) for c in short.certificates]
    way = [are(c.sha256) for c in long.certificates]
    if len(way) <= len(known) or way[: len(known)] != known:
        return frozenset()
    further = frozenset(way[len(known) - 1 :])
    return frozenset(fault for fault in _faults(now, are) if fault[1] in further)


def _faults(client: ClientVerdict, named: _Naming) -> frozenset[Fault]:
    return frozenset((f.cause, named(f.on.sha256) if f.on else None) for f in client.verdict.faults)


def _exact(client: ClientVerdict, named: _Naming) -> Counter[tuple[str, str | None, str, str | None]]:
    return Counter(
        (f.cause, f.kind, f.role, named(f.on.sha256) if f.on else None) for f in client.verdict.faults
    )
