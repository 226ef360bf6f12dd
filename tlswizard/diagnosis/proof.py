"""Proofs: the verdicts of the edited Case, beside those of the Case as it is.

`fixes` proposes and this asks the judge; nothing here knows why a fix should help. Every fix is judged
alone, then the smallest set that turns every client that counts.
"""

from dataclasses import replace
from itertools import combinations

from tlswizard.clients.verdicts import verdicts
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.edit import edited
from tlswizard.core.finding import ClientVerdict, Findings, Fix, Proof, ProofRow, ProvenFix
from tlswizard.fixes.siblings import last_resort

MAX_SET = 3
"""Fixes made together at most: with more to repair than that, people repair and look again."""

NO_ORIGINAL = "the new certificate does not exist yet; look again once it is installed"

NOTHING_TO_TURN = "every program that counts accepts the server already, so no verdict can show it"

Faults = frozenset[tuple[str, str | None]]


def proven(findings: Findings, offers: tuple[Fix, ...], content: Content) -> tuple[ProvenFix, ...]:
    """The offers that help, with their proofs; those without proof are kept, saying why there is none."""
    provable = [fix for fix in offers if fix.on_original is not None]
    alone = {i: _after(findings, (fix,), content) for i, fix in enumerate(provable)}
    together = _smallest_set(findings, provable, alone, content)
    result = []
    for fix in offers:
        if fix.on_original is None:
            result.append(ProvenFix(fix, why_none=fix.no_edit or NO_ORIGINAL))
            continue
        index = provable.index(fix)
        if _all_accept(findings.clients):
            if _all_accept(alone[index]):
                result.append(ProvenFix(fix, why_none=NOTHING_TO_TURN))
            continue
        in_set = together is not None and index in together[0]
        if not in_set and not _helps(findings.clients, alone[index]):
            continue
        proofs = [_proof(findings, (fix,), alone[index])]
        if together is not None and in_set and len(together[0]) > 1:
            proofs.append(_proof(findings, tuple(provable[i] for i in together[0]), together[1]))
        result.append(ProvenFix(fix, tuple(proofs)))
    repaired = {cause for kept in result for cause in kept.fix.causes}
    left = replace(findings, causes=tuple(f for f in findings.causes if f.id not in repaired))
    return (*result, *(ProvenFix(fix, why_none=fix.no_edit) for fix in last_resort(left, content)))


def after(case: Case, fixes: tuple[Fix, ...]) -> Case:
    """The Case after all edits of these fixes. Every one of them must be provable on the original."""
    for fix in fixes:
        for edit in fix.on_original or ():
            case = edited(case, edit)
    return case


def _after(findings: Findings, fixes: tuple[Fix, ...], content: Content) -> tuple[ClientVerdict, ...]:
    counts = tuple(c.id for c in findings.counting)
    return verdicts(after(findings.case, fixes), content, counts)


def _smallest_set(
    findings: Findings, provable: list[Fix], alone: dict[int, tuple[ClientVerdict, ...]], content: Content
) -> tuple[tuple[int, ...], tuple[ClientVerdict, ...]] | None:
    """The first, smallest set after which every client that counts accepts; None if there is none."""
    for size in range(1, min(MAX_SET, len(provable)) + 1):
        for chosen in combinations(range(len(provable)), size):
            clients = (
                alone[chosen[0]]
                if size == 1
                else _after(findings, tuple(provable[i] for i in chosen), content)
            )
            if _all_accept(clients):
                return chosen, clients
    return None


def _all_accept(clients: tuple[ClientVerdict, ...]) -> bool:
    return all(c.verdict.result == "accept" for c in clients if c.counts)


def _proof(findings: Findings, fixes: tuple[Fix, ...], clients: tuple[ClientVerdict, ...]) -> Proof:
    before = {c.id: c for c in findings.clients}
    return Proof(
        on="original",
        fixes=tuple(fix.id for fix in fixes),
        clients=tuple(
            ProofRow(
                c.id,
                c.verdict.judge,
                before[c.id].verdict.result,
                c.verdict.result,
                tuple(dict.fromkeys(f.cause for f in c.verdict.faults))
                if c.verdict.result == "refuse"
                else (),
            )
            for c in clients
        ),
    )


def _helps(before: tuple[ClientVerdict, ...], clients: tuple[ClientVerdict, ...]) -> bool:
    """Whether some client that counts has lost a fault, and none has a new one.

    Behind a link that was missing nobody could look: what shows there once it is there is not new.
    """
    was = {c.id: c for c in before}
    counting = [(was[c.id], c) for c in clients if c.counts]
    gone = [_faults(old) - _faults(now) for old, now in counting]
    new = [_faults(now) - _faults(old) - _unhid(old, now) for old, now in counting]
    return any(gone) and not any(new)


def _unhid(before: ClientVerdict, now: ClientVerdict) -> Faults:
    """Faults further up, where the same path goes on beyond the certificate at which it had stopped."""
    short, long = before.verdict.path, now.verdict.path
    if short is None or long is None or short.end == "anchor":
        return frozenset()
    known = len(short.certificates)
    if long.certificates[:known] != short.certificates:
        return frozenset()
    further = {c.sha256 for c in long.certificates[known:]}
    return frozenset(fault for fault in _faults(now) if fault[1] in further)


def _faults(client: ClientVerdict) -> Faults:
    return frozenset((f.cause, f.on.sha256 if f.on else None) for f in client.verdict.faults)
