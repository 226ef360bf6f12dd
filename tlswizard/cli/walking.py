"""Runs a walk in the full screen or as plain lines: decided before Textual is imported."""

import asyncio
import os
import sys
from typing import TextIO

from tlswizard.content.library import Content
from tlswizard.lab.exercise import Exercise
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.opening import USUAL, Opening, playbook
from tlswizard.wizard.plain import walk_plainly


def is_terminal(stream: TextIO) -> bool:
    """A terminal that can do more than lines: Textual would write its sequences to any other, too."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def prefers_plain(plain: bool) -> bool:
    return plain or not is_terminal(sys.stdout)


def walk(guided: Guided, *, plain: bool) -> int:
    """Until the person is through. Returns the exit code."""
    return asyncio.run(_walk(guided, prefers_plain(plain)))


def start(opening: Opening) -> int:
    """The start screen."""
    from tlswizard.tui.app import TlsWizard  # noqa: PLC0415 - Textual is only imported where it is shown

    app = TlsWizard(begin=opening)
    app.run()
    return app.return_code or 0


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
        return await walk_plainly(guided, input, sys.stdout.write)
    from tlswizard.tui.app import TlsWizard  # noqa: PLC0415 - Textual is only imported where it is shown

    app = TlsWizard(walk=guided)
    await app.run_async()
    return app.return_code if app.return_code is not None else guided.exit_code()
