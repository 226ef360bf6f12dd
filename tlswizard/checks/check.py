"""What a check is: a declaration, and a selection from the Diagnosis.

The causes of a check are those whose row in the table names it; its outcome is the most urgent of them
of severity problem or warning for the clients that count. A check file adds what only it knows: the
parts it needs, its parameters, and the evidence it shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tlswizard.content.library import Content
from tlswizard.core.blocks import Block
from tlswizard.core.finding import Diagnosis, Found

OK = "ok"
DOES_NOT_APPLY = "does-not-apply"
NOT_CHECKED = "not-checked"
CRASHED = "crashed"
"""A check that broke: told apart from one that could not look, and led on in the same way."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check shows, and the values that texts may mention."""

    word: str = ""
    """one or two words for the done-list: `2 sent`"""
    blocks: tuple[Block, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """A check's declaration."""

    id: str
    title: str
    """what it looks at, for lists"""
    fine: str
    """one sentence for the outcome `ok`: what was looked at and found right"""
    needs: tuple[str, ...]
    evidence: Callable[[Diagnosis], Evidence]
    parameters: Mapping[str, str] = field(default_factory=dict)
    """name and type; `on-this-computer: yes-no` makes a check of this machine not apply elsewhere"""
    fields: tuple[str, ...] = ()
    own_outcomes: tuple[str, ...] = ()
    """for a check whose outcomes are no causes: the one beside `ok`"""
    holds: Callable[[Diagnosis], bool] = lambda _: False
    """whether its own outcome is the one"""
    unknown: Callable[[Diagnosis], str] = lambda _: ""
    """why there is no answer although the parts are there; empty if there is one"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found in one Diagnosis."""

    check: Check
    outcome: str
    causes: tuple[Found, ...] = ()
    """the check's own, of severity problem or warning, most urgent first"""
    evidence: Evidence = Evidence()
    why: str = ""
    """why it was not checked or does not apply"""


def run(check: Check, diagnosis: Diagnosis, content: Content, parameters: Mapping[str, str]) -> Result:
    """The outcome of a check. A check that breaks is a Result too."""
    if parameters.get("on-this-computer") == "no" and "on-this-computer" in check.parameters:
        return Result(check, DOES_NOT_APPLY, why="it fails on another computer: run tlswizard there")
    stated = tuple(f for f in diagnosis.urgent if content.causes[f.id].check == check.id)
    try:
        evidence, why = check.evidence(diagnosis), _why_not(check, diagnosis, content)
        holds = check.holds(diagnosis)
    except Exception as error:  # noqa: BLE001 - a broken check never breaks the run
        return Result(check, CRASHED, why=f"this check of tlswizard broke: {type(error).__name__}")
    if check.own_outcomes and holds:
        return Result(check, check.own_outcomes[0], diagnosis.urgent, evidence)
    if stated:
        return Result(check, stated[0].id, stated, evidence)
    if why:
        return Result(check, NOT_CHECKED, evidence=evidence, why=why)
    return Result(check, OK, evidence=evidence)


def outcomes(check: Check, content: Content) -> tuple[str, ...]:
    """Every outcome that a playbook must route, `not-checked` apart."""
    if check.own_outcomes:
        return (OK, *check.own_outcomes)
    own = tuple(c.id for c in content.causes.values() if c.check == check.id and c.severity != "info")
    return (OK, *((DOES_NOT_APPLY,) if "on-this-computer" in check.parameters else ()), *own)


def shown(check: Check, diagnosis: Diagnosis) -> Evidence:
    """The evidence for texts and lists, outside of a run: nothing from a check that breaks."""
    try:
        return check.evidence(diagnosis)
    except Exception:  # noqa: BLE001 - a broken check never breaks the run
        return Evidence()


def _why_not(check: Check, diagnosis: Diagnosis, content: Content) -> str:
    case = diagnosis.case
    for part in check.needs:
        seen = getattr(case, part)
        if seen is None and not (case.offline and part in ("reach", "clients")):
            return next((n.why for n in diagnosis.not_checked if n.part == part), f"{part} was not looked at")
        if seen is not None and seen.failure:
            return str(seen.failure)
    return check.unknown(diagnosis) or _undecided(check, diagnosis, content)


def _undecided(check: Check, diagnosis: Diagnosis, content: Content) -> str:
    """Why a program that counts could not be judged on what this check states, if the stores decide that."""
    for client in diagnosis.looked_into if "stores" in check.needs else ():
        verdict = client.verdict
        own = [f for f in verdict.faults if content.causes[f.cause].check == check.id]
        blind = verdict.result == "unknown" and (own or verdict.path is None)
        if blind or (verdict.why_unknown and not client.stores):
            return verdict.why_unknown or "no verdict could be reached"
    return ""
