"""Runs a walk in the full screen or as plain lines."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from tlswizard.cli.terminal import prefers_plain
from tlswizard.cli.typed import typed
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.plain import walk_plainly


def walk(guided: Guided, *, plain: bool) -> int:
    """Until the person is through. Returns the exit code."""
    return asyncio.run(_walk(guided, prefers_plain(plain)))


def walk_in(opened: Callable[[AsyncExitStack], Awaitable[Guided]], *, plain: bool) -> int:
    """A walk whose world is closed after it."""
    return asyncio.run(_walk_in(opened, prefers_plain(plain)))


async def _walk_in(opened: Callable[[AsyncExitStack], Awaitable[Guided]], plain: bool) -> int:
    async with AsyncExitStack() as worlds:
        return await _walk(await opened(worlds), plain)


async def _walk(guided: Guided, plain: bool) -> int:
    if plain:
        await guided.open()
        return await walk_plainly(guided, typed, sys.stdout.write)
    from tlswizard.tui.app import TlsWizard  # noqa: PLC0415 - Textual is only imported where it is shown

    app = TlsWizard(walk=guided)
    await app.run_async()
    return app.return_code if app.return_code is not None else guided.exit_code()
