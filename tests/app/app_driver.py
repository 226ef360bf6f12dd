"""The real walk on the real screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from diagnosis_cases import AT, the
from tui_driver import SIZE, Driver
from wizard_driver import guided

from tlswizard.lab.world import World
from tlswizard.tui.app import TlsWizard
from tlswizard.tui.step_screen import StepScreen
from tlswizard.wizard.guided import Guided

Steps = Callable[["Walking"], Awaitable[None]]


class Walking(Driver):
    """Waits until the walk has done what a key started."""

    walk: Guided
    world: World

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.rest()

    async def settle(self) -> None:
        await self.pilot.pause()

    async def rest(self) -> None:
        await self.pilot.pause()
        for _ in range(2000):
            screen = self.app.screen
            if not (isinstance(screen, StepScreen) and screen.work):
                break
            await asyncio.sleep(0.001)
        await self.settle()


def on_exercise(id_: str, steps: Steps, size: tuple[int, int] = SIZE, **more: Any) -> TlsWizard:
    """The app as `tlswizard lab` opens it."""
    kept: list[TlsWizard] = []

    async def run() -> None:
        async with the(id_).open(lambda: AT) as world:
            walk = guided(world, the(id_), **more)
            app = TlsWizard(walk=walk)
            async with app.run_test(size=size) as pilot:
                driver = Walking(app, pilot)
                driver.walk, driver.world = walk, world
                await driver.rest()
                await steps(driver)
            kept.append(app)

    asyncio.run(asyncio.wait_for(run(), 30))
    return kept[0]


def fits(driver: Driver, size: tuple[int, int]) -> bool:
    """The screen is as large as the terminal, and nothing sticks out of it."""
    width, height = size
    lines = driver.lines
    return len(lines) <= height and all(len(line) <= width for line in lines)
