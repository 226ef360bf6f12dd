"""Runs a walk in the full screen or as plain lines."""

import asyncio
import sys

from tlswizard.cli.terminal import prefers_plain
from tlswizard.cli.typed import typed
from tlswizard.content.library import Content
from tlswizard.lab.exercise import Exercise
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.plain import walk_plainly
from tlswizard.wizard.shelf import playbook


def walk(guided: Guided, *, plain: bool) -> int:
    """Until the person is through. Returns the exit code."""
    return asyncio.run(_walk(guided, prefers_plain(plain)))


def walk_in(exercise: Exercise, *, plain: bool) -> int:
    """The wizard on an exercise: its server, its pretend machine."""
    return asyncio.run(_walk_in(exercise, prefers_plain(plain)))


async def _walk_in(exercise: Exercise, plain: bool) -> int:
    content = Content.shipped()
    async with exercise.open() as world:
        book = playbook(content, USUAL)
        asked = book.input_of("server")
        guided = Guided(
            world.machine,
            content,
            book,
            inputs={asked: exercise.asked} if asked else {},
            message=exercise.message,
            likely=exercise.program,
            file=world.folder / "session.json",
            pretend=True,
        )
        return await _walk(guided, plain)


async def _walk(guided: Guided, plain: bool) -> int:
    if plain:
        await guided.open()
        return await walk_plainly(guided, typed, sys.stdout.write)
    from tlswizard.tui.app import TlsWizard  # noqa: PLC0415 - Textual is only imported where it is shown

    app = TlsWizard(walk=guided)
    await app.run_async()
    return app.return_code if app.return_code is not None else guided.exit_code()
