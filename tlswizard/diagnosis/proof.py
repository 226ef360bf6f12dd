"""Proofs: the verdicts of the edited Case, beside those of the Case as it is.

`fixes` proposes and this asks the judge; nothing here knows why a fix should help. Every fix is judged
alone, then the smallest set with it that turns every client that counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from tlswizard.content.library import Content
from tlswizard.core.finding import ORIGINAL, ClientVerdict, Findings, Fix, ProvenFix
from tlswizard.diagnosis.bench import Bench, Fault, Outcome
from tlswizard.fixes.merging import Action, actions
from tlswizard.fixes.siblings import last_resort

MAX_SET = 3
"""Fixes made together at most: with more to repair than that, people repair and look again."""

MAX_TRIED = 24
"""Sets that are judged: each takes a millisecond, and what helps is mostly among the first."""

NOTHING_TO_TURN = "every program that counts accepts the server already, so no verdict can show it"


def proven(findings: Findings, offers: tuple[Fix, ...], content: Content) -> tuple[ProvenFix, ...]:
    """The offers that help, with their proofs; those without proof are kept, saying why there is none."""
    bench = Bench(findings, content)
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
        if not isinstance(seen, Outcome):
            result.append(ProvenFix(action.fix, why_none=seen or action.fix.no_edit))
        elif i in sets or seen.helps:
            proofs = [bench.proof((action.fix,), seen)]
            if i in sets and len(sets[i].fixes) > 1:
                proofs.append(bench.proof(sets[i].fixes, sets[i].outcome))
            result.append(ProvenFix(action.fix, tuple(proofs)))
    repaired = () if sets else tuple(cause for kept in result for cause in kept.fix.causes)
    return (*result, *(() if sets else _left(findings, repaired, content)))


def _left(findings: Findings, repaired: tuple[str, ...], content: Content) -> Iterator[ProvenFix]:
    left = replace(findings, causes=tuple(f for f in findings.causes if f.id not in repaired))
    return (ProvenFix(fix, why_none=fix.no_edit) for fix in last_resort(left, content))


def _where_all_accept(bench: Bench, made: tuple[Action, ...]) -> Iterator[ProvenFix]:
    """Nothing is refused, so nothing can be turned; what would be refused afterwards is not offered."""
    for action in made:
        fix = action.fix
        if fix.on_original is not None:
            seen = bench.outcome((fix,))
            if not isinstance(seen, Outcome) or not _all_accept(seen.clients):
                continue
        yield ProvenFix(fix, why_none=fix.no_edit or NOTHING_TO_TURN)


def _another_does_it(index: int, made: tuple[Action, ...], sets: "Mapping[int, _Set]") -> bool:
    """Of actions of which one is enough, the first that is enough is kept alone."""
    rivals = [i for i, one in enumerate(made) if one.instead == made[index].instead and i in sets]
    return bool(rivals) and rivals[0] != index


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
    outcome: Outcome


def _smallest_sets(
    bench: Bench, made: tuple[Action, ...], alone: Mapping[int, Outcome | str]
) -> dict[int, _Set]:
    """For each action the first, smallest set with it after which no client that counts refuses."""
    judged = {i: seen for i, seen in alone.items() if isinstance(seen, Outcome)}
    # What is proven with the very certificates that exist is worth more than what is proven on a copy.
    judged = dict(sorted(judged.items(), key=lambda item: item[1].on != ORIGINAL))
    found = {
        i: _Set((_Member(i, seen.left),), (made[i].fix,), seen) for i, seen in judged.items() if seen.turns
    }
    if len(found) == len(judged):
        return found
    members = [_Member(i, seen.left) for i, seen in judged.items() if not seen.turns]
    members += [_Member(i, bench.without(causes)) for i in judged for causes in _in_part(made[i])]
    tried: dict[tuple[int, ...], Outcome | str] = {}
    for size in range(2, MAX_SET + 1):
        for chosen in combinations(members, size):
            which = tuple(sorted(m.action for m in chosen))
            wanted = set(which) - found.keys()
            if not wanted or not _may_do(chosen, found):
                continue
            fixes = tuple(made[i].fix for i in which)
            if which not in tried:
                if len(tried) == MAX_TRIED:
                    return found
                tried[which] = bench.outcome(fixes)
            seen = tried[which]
            if isinstance(seen, Outcome) and seen.turns:
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


def _all_accept(clients: tuple[ClientVerdict, ...]) -> bool:
    return all(c.verdict.result == "accept" for c in clients if c.counts)
