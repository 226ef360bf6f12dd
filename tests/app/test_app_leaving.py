"""Leaving never waits: not for a connection, not for a name, on the real program."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from diagnosis_cases import AT, CONTENT, the
from wizard_driver import BOOK, enter, guided

from tlswizard.machine.this import ThisMachine
from tlswizard.tui.app import TlsWizard
from tlswizard.tui.step_screen import StepScreen
from tlswizard.wizard.guided import Guided

AT_ONCE = 0.5
"""Seconds between the key and the end of the program."""


async def until_it_looks(walk: Guided) -> None:
    """To the last page before anything is looked at."""
    await walk.open()
    while [c.id for c in walk.page.choices] != ["yes", "no"]:
        await walk.take(enter(walk.page))


async def left_while_working(walk: Guided, key: str) -> tuple[float, int | None]:
    """When the key was pressed, and what the program returned."""
    app = TlsWizard(walk=walk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert isinstance(app.screen, StepScreen)
        assert app.screen.work
        pressed = time.monotonic()
        await pilot.press(key)
    return pressed, app.return_code


@pytest.mark.parametrize(("key", "code"), [("q", 3), ("ctrl+c", 130), ("ctrl+q", 3)])
@pytest.mark.parametrize("part", ["addresses", "connect"])
def test_leaving_takes_no_time_while_a_probe_hangs(part: str, key: str, code: int):
    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async def run() -> tuple[float, int | None]:
        async with the("two-stores").open(lambda: AT) as world:
            walk = guided(world, the("two-stores"))
            await until_it_looks(walk)
            setattr(world.machine, part, never)
            return await left_while_working(walk, key)

    pressed, returned = asyncio.run(asyncio.wait_for(run(), 20))
    assert time.monotonic() - pressed < AT_ONCE
    assert returned == code


def test_leaving_takes_no_time_while_a_name_look_up_hangs(monkeypatch):
    """The real resolver blocks its thread, whatever asyncio is told."""
    answer, asked = threading.Event(), threading.Event()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        asked.set()
        answer.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)

    async def run() -> tuple[float, int | None]:
        walk = Guided(ThisMachine(), CONTENT, BOOK, inputs={"server": "https://hangs.invalid"})
        await until_it_looks(walk)
        return await left_while_working(walk, "q")

    try:
        pressed, _ = asyncio.run(asyncio.wait_for(run(), 20))
        assert time.monotonic() - pressed < AT_ONCE
        assert asked.is_set()
    finally:
        answer.set()


HANGING = """
import asyncio, socket, sys, time
sys.path[:0] = {path!r}
socket.getaddrinfo = lambda *_, **__: time.sleep(8)
from test_app_leaving import Guided, ThisMachine, CONTENT, BOOK, left_while_working, until_it_looks

async def run():
    walk = Guided(ThisMachine(), CONTENT, BOOK, inputs={{"server": "https://hangs.invalid"}})
    await until_it_looks(walk)
    return await left_while_working(walk, "q")

print(asyncio.run(run())[0])
"""


def test_the_whole_process_ends_while_a_name_look_up_hangs():
    """A thread that is waited for at the end would hold it: so this is measured from outside."""
    program = HANGING.format(path=[p for p in sys.path if p])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert time.monotonic() - float(done.stdout) < AT_ONCE


def test_escape_stops_a_look_that_hangs_and_the_page_stays():
    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async def run() -> None:
        async with the("two-stores").open(lambda: AT) as world:
            walk = guided(world, the("two-stores"))
            await until_it_looks(walk)
            real, world.machine.connect = world.machine.connect, never  # type: ignore[method-assign]
            app = TlsWizard(walk=walk)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                page = walk.page
                await pilot.press("enter")
                await pilot.pause(0.2)
                await pilot.press("escape")
                await pilot.pause(0.1)
                assert walk.page.choices == page.choices
                world.machine.connect = real  # type: ignore[method-assign]
                await pilot.press("enter")
                await pilot.pause(0.5)
                assert "Two lists" in walk.page.heading

    asyncio.run(asyncio.wait_for(run(), 20))
