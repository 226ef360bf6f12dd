"""Run the app at the size of a plain terminal, press keys, read what is on the screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.widget import Widget

from tlswizard.tui.app import TlsWizard

SIZE = (80, 24)
W = TypeVar("W", bound=Widget)


def drive(
    app: TlsWizard,
    steps: Callable[["Driver"], Awaitable[None]],
    size: tuple[int, int] = SIZE,
) -> TlsWizard:
    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            await steps(driver)

    asyncio.run(run())
    return app


class Driver:
    def __init__(self, app: TlsWizard, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def write(self, text: str) -> None:
        """Text as a terminal sends it for keys."""
        for char in text:
            await self.pilot.press("space" if char == " " else char)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def keys(self) -> str:
        return self.lines[-1]

    def one(self, kind: type[W]) -> W:
        return self.app.screen.query_one(kind)

    @property
    def on(self) -> str:
        return type(self.app.screen).__name__
