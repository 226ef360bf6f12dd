"""Walks in a practice world: its server on loopback, its pretend machine, nothing of the real one."""

from contextlib import AsyncExitStack

from tlswizard.cli.tables import tables
from tlswizard.explain.playbooks import USUAL
from tlswizard.lab.exercise import Exercise, find_exercise
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.shelf import playbook

TOUR = "tour"
"""What is typed for the tour: a playbook of its own, walked on one of the exercises."""
TOUR_EXERCISE, TOUR_PLAYBOOK = "two-stores", "first-tour"


async def practice(
    worlds: AsyncExitStack, exercise: Exercise, name: str = USUAL, *, learning: bool = False
) -> Guided:
    """The wizard on an exercise; its world is closed with `worlds`. Raises Trouble for a bad playbook
    and for tables that cannot be used."""
    content = tables()
    book = playbook(content, name)
    asked = book.input_of("server")
    world = await worlds.enter_async_context(exercise.open())
    return Guided(
        world.machine,
        content,
        book,
        inputs={asked: exercise.asked} if asked else {},
        message=exercise.message,
        likely=exercise.program,
        file=world.folder / "session.json",
        pretend=True,
        learning=learning,
    )


async def tour(worlds: AsyncExitStack, name: str = TOUR_PLAYBOOK) -> Guided:
    """For who is new to this: each result is shown, and the reasons with it. Raises Trouble as `practice`."""
    exercise = find_exercise(TOUR_EXERCISE)
    if exercise is None:
        raise LookupError(TOUR_EXERCISE)
    return await practice(worlds, exercise, name, learning=True)
