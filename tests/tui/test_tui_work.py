"""While the walk looks at the network: a word after a while, Esc stops it, leaving never waits for it."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from tui_driver import Driver, drive
from tui_pages import CHECK, FIX, FakeWalk

from tlswizard.tui.app import TlsWizard
from tlswizard.wizard.page import Page
from tlswizard.wizard.walk import Action, GoOn

HERE = Path(__file__).parent


class Hanging(FakeWalk):
    """Looks at something that never answers."""

    def __init__(self) -> None:
        super().__init__(CHECK, FIX)
        self.wait = asyncio.Event()


def test_work_is_named_after_a_while_and_nothing_else_can_be_started():
    walk = Hanging()

    async def steps(driver: Driver) -> None:
        await driver.press("enter")
        await driver.pilot.pause(0.2)
        assert " · looking at the chain …" in driver.lines
        assert driver.keys == " F1 keys   Esc stop this   q quit"
        await driver.press("enter", "r", "x", "1")
        walk.progress("asking for revocation")
        await driver.settle()
        assert " · asking for revocation …" in driver.lines
        assert walk.wait
        walk.wait.set()
        await driver.settle()
        assert "5 of 6  Put right" in driver.lines[0]

    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == [GoOn()]


def test_escape_stops_the_work_and_the_walk_stands_where_it_stood():
    walk = Hanging()

    async def steps(driver: Driver) -> None:
        await driver.press("enter")
        await driver.pilot.pause(0.2)
        await driver.press("escape")
        assert "Stopped. Nothing was changed" in driver.text
        assert "Compare trust" in driver.lines[0]
        assert "Enter show the fix" in driver.keys
        walk.wait = None
        await driver.press("enter")
        assert "Put right" in driver.lines[0]

    drive(TlsWizard(walk=walk), steps)


def test_q_leaves_at_once_while_the_work_hangs():
    async def leave() -> float:
        app = TlsWizard(walk=Hanging())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await pilot.pause(0.2)
            started = time.monotonic()
            await pilot.press("q")
        return time.monotonic() - started

    assert asyncio.run(leave()) < 0.5


def test_a_crash_becomes_a_calm_page():
    walk = FakeWalk(CHECK, FIX)
    walk.error = ZeroDivisionError("division by [/] zero")

    async def steps(driver: Driver) -> None:
        await driver.press("enter")
        assert " Something in tlswizard broke" in driver.lines
        assert "your answers are kept" in " ".join(driver.text.split())
        assert "ZeroDivisionError: division by [/] zero" in driver.text
        assert "Traceback" not in driver.text
        await driver.press("c")
        assert "Traceback" in driver.app.clipboard
        await driver.press("escape")
        walk.error = None
        await driver.press("enter")
        assert "Put right" in driver.lines[0]

    drive(TlsWizard(walk=walk), steps)


def test_a_look_that_breaks_is_a_calm_page_too():
    walk = FakeWalk(CHECK)
    walk.error = KeyError("reach")

    async def steps(driver: Driver) -> None:
        await driver.press("a")
        assert " Something in tlswizard broke" in driver.lines

    drive(TlsWizard(walk=walk), steps)


def test_without_colour_signs_and_words_carry_it():
    """In a process of its own: Textual reads NO_COLOR when the app is made."""
    program = """
import asyncio, re
from tui_pages import CHECK, FakeWalk
from tlswizard.tui.app import TlsWizard

async def main():
    app = TlsWizard(walk=FakeWalk(CHECK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        picture = app.export_screenshot()
    styles = picture[picture.index("<style>"):picture.index("</style>")]
    colours = set(re.findall(r"-r[0-9]+ [{] fill: #([0-9a-f]{6})", styles))
    colours.discard("c5c8c6")  # the picture's own default
    assert colours and all(c[:2] == c[2:4] == c[4:] for c in colours), colours
    text = re.sub("<[^>]+>", "", picture).replace("&#160;", " ")
    for words in ("✗ refuses", "✓ there", "? not checked"):
        assert words in text, words

asyncio.run(main())
"""
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])]),
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_a_burst_of_escapes_never_leaves_a_walk_that_looks_for_ever():
    class Slow(FakeWalk):
        async def take(self, action: Action) -> Page:
            await asyncio.sleep(0.02)
            return await super().take(action)

    async def steps(driver: Driver) -> None:
        await driver.press("enter", "enter")
        for _ in range(7):
            driver.app.screen.action_back()  # as keys arrive over a slow line: all in one packet
        await asyncio.sleep(0.2)
        await driver.settle()
        assert driver.app.screen.work is None
        await driver.press("enter")
        await asyncio.sleep(0.1)
        assert driver.app.screen.work is None

    drive(TlsWizard(walk=Slow()), steps)
