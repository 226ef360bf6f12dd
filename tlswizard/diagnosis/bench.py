"""Judges a Case after fixes: the original where every certificate that is needed exists, else a copy of it.

The copy is made when the first fix needs it, and it is believed only after its control: without any fix
it has to be refused for the very faults of the original.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tlswizard.clients.verdicts import verdicts
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.edit import OnOriginal, SendMissing, SetClock, edited
from tlswizard.core.finding import COPY, ORIGINAL, ClientVerdict, Findings, Fix, On, Proof, ProofRow
from tlswizard.diagnosis.copying import Copied, Mould, NoCopy

NOT_LIKE_IT = "a copy of these certificates is not refused for what the originals are refused for"

LEADS_TO_TRUST = "that the certificate which nobody here holds leads to a root that the program trusts"

Fault = tuple[str, str | None]
"""A cause and the SHA-256 of the certificate that it sits on; of the original, for a copy."""


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


@dataclass(frozen=True, slots=True)
class Outcome:
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


class Bench:
    """One Case, to be judged after any fixes."""

    def __init__(self, findings: Findings, content: Content) -> None:
        self._findings = findings
        self._content = content
        self._counts = tuple(c.id for c in findings.counting)
        self._made: _Copy | str | None = None
        self._seen: dict[tuple[int, ...], Outcome | str] = {}

    def outcome(self, fixes: tuple[Fix, ...]) -> Outcome | str:
        """What is said after these fixes; or why nothing can be said. Judged once for the same values."""
        which = tuple(map(id, fixes))
        if which not in self._seen:
            self._seen[which] = self._outcome(fixes)
        return self._seen[which]

    def _outcome(self, fixes: tuple[Fix, ...]) -> Outcome | str:
        if all(fix.on_original is not None for fix in fixes):
            clients = self._of_counting(after(self._findings.case, fixes))
            return _outcome(ORIGINAL, self._findings.counting, clients, _same, _same)
        made = self._copy
        if isinstance(made, str):
            return made
        try:
            done = copied_after(made.mould, self._findings.case, fixes)
        except NoCopy as why:
            return str(why)
        clients = self._of_counting(done.case)
        return _outcome(COPY, made.clients, clients, made.named, _naming(done))

    def without(self, causes: frozenset[str]) -> Mapping[str, frozenset[Fault]]:
        """The faults of now but those of these causes, by client that counts."""
        return {
            c.id: frozenset(f for f in _faults(c, _same) if f[0] not in causes)
            for c in self._findings.counting
        }

    def proof(self, fixes: tuple[Fix, ...], seen: Outcome) -> Proof:
        """What is shown of the outcome after these fixes."""
        clients = seen.clients
        control: tuple[ProofRow, ...] = ()
        if seen.on == ORIGINAL and len(self._counts) < len(self._findings.clients):
            clients = verdicts(after(self._findings.case, fixes), self._content, self._counts)
        before = {c.id: c for c in self._findings.clients}
        if seen.on == COPY and isinstance(self._copy, _Copy):
            control = tuple(_row(before[c.id], c) for c in self._copy.clients)
        ids = tuple(fix.id for fix in fixes)
        missing = any(isinstance(edit, SendMissing) for fix in fixes for edit in fix.edits)
        rows = tuple(_row(before[c.id], c) for c in clients)
        return Proof(seen.on, ids, rows, control, LEADS_TO_TRUST if missing else "")

    def _of_counting(self, case: Case) -> tuple[ClientVerdict, ...]:
        return verdicts(case, self._content, self._counts, others=False)

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
        clients = self._of_counting(control.case)
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
) -> Outcome:
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
    return Outcome(on, clients, left, any(gone) and not any(new), turns)


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
