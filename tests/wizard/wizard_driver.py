"""Walks through real exercises without a screen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from diagnosis_cases import AT, CONTENT, the

from tlswizard.lab.exercise import Exercise
from tlswizard.lab.world import World
from tlswizard.machine.door import Machine
from tlswizard.playbook.format import Ask, Fix, Playbook
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.page import Page
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.walk import Action, Chose, GoOn, Typed

BOOK = playbook(CONTENT, USUAL)
VOUCHING = {
    step.title
    for step in BOOK.steps.values()
    if isinstance(step, Ask) and "yes" in step.choices
    if isinstance(following := BOOK.steps[step.choices["yes"].next], Fix) and following.fix == "add-root"
}
"""The questions whether an issuer is known and wanted: Enter alone never says yes to them."""

LIMIT = 60
"""Pages after which a walk counts as lost."""


def story(run: Callable[[], Awaitable[None]], seconds: float = 20) -> None:
    """Runs an async test, bounded in time."""
    asyncio.run(asyncio.wait_for(run(), seconds))


def guided(
    world: World, exercise: Exercise, *, book: Playbook = BOOK, machine: Machine | None = None, **more: Any
) -> Guided:
    """The wizard as `tlswizard lab` opens it."""
    given = {
        "inputs": {book.input_of("server"): exercise.asked},
        "message": exercise.message,
        "likely": exercise.program,
        "file": world.folder / "session.json",
        "pretend": True,
        **more,
    }
    return Guided(machine or world.machine, CONTENT, book, **given)


@asynccontextmanager
async def walking(id_: str, **more: Any) -> AsyncIterator[tuple[Guided, World]]:
    """A walk on its first page."""
    async with the(id_).open(lambda: AT) as world:
        walk = guided(world, the(id_), **more)
        await walk.open()
        yield walk, world


def enter(page: Page) -> Action:
    """What Enter does on a page; only the issuers of the exercises are known to the person, who says so."""
    if page.heading in VOUCHING:
        return Chose("yes")
    if page.choices:
        return Chose(page.choices[page.selected].id)
    return Typed(page.field.value) if page.field else GoOn()


async def enter_through(
    walk: Guided, seen: Callable[[Page], object] = lambda page: None, until: str = ""
) -> Page:
    """Enter, until the walk is over or a page of this heading is there."""
    for _ in range(LIMIT):
        seen(walk.page)
        if walk.page.over or (until and walk.page.heading.startswith(until)):
            return walk.page
        await walk.take(enter(walk.page))
    raise AssertionError(f"still at {walk.page.heading}")


def strings(value: object) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))


def answers(walk: Guided) -> dict[str, str]:
    """What the person has answered, by input and step."""
    return dict(walk.session.state.inputs) | dict(walk.session.state.answers)


def conclusion_of(page: Page) -> str:
    return next((b.text for b in page.blocks if type(b).__name__ == "Conclusion"), "")


def written(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
