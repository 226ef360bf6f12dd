"""What a fix step offers, how it is made in a practice world, and what is different once it is done."""

from dataclasses import dataclass

from tlswizard.checks.gathering import NEEDS
from tlswizard.content.library import Content
from tlswizard.core.edit import AskForName
from tlswizard.core.finding import Diagnosis, ProvenFix
from tlswizard.core.target import Target
from tlswizard.machine.door import Machine, Refused
from tlswizard.playbook.format import Fix

Offers = tuple[ProvenFix, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is different after a fix."""

    titles: tuple[str, ...]
    """what was done, for the note"""
    parts: frozenset[str]
    """parts of the Case that must be looked at anew"""
    server: str | None
    """what is asked for from now on, where the name is another"""


def offers(told: Diagnosis | None, step: Fix) -> Offers:
    return tuple(f for f in told.fixes if step.fix in f.fix.ids) if told else ()


async def made(machine: Machine, offered: Offers) -> str:
    """Makes every edit on `machine`. Why it refused one, or nothing."""
    for edit in (e for offer in offered for e in offer.fix.edits):
        try:
            await machine.apply(edit)
        except Refused as why:
            return str(why)
    return ""


def change(step: Fix, offered: Offers, content: Content, target: Target | None) -> Change:
    row = content.fixes.get(step.fix)
    parts = set(row.changes if row else ()) | {p for o in offered for p in o.fix.changes}
    titles = tuple(o.fix.title for o in offered) or (step.title or step.fix,)
    return Change(titles, frozenset(parts & set(NEEDS)), _renamed(offered, target))


def _renamed(offered: Offers, target: Target | None) -> str | None:
    """The server as it is typed, after a fix that asks for another name."""
    name = next((e.name for o in offered for e in o.fix.edits if isinstance(e, AskForName)), None)
    if not (target and name):
        return None
    scheme = f"{target.scheme}://" if target.scheme else ""
    return f"{scheme}{name}:{target.port}"
