"""The start screen, painted before anything that judges is imported: that takes longer than the painting."""

import asyncio
from contextlib import AsyncExitStack
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

from tlswizard.machine.account import account, computer
from tlswizard.wizard.start import Entry, Reading

if TYPE_CHECKING:
    from tlswizard.tui.app import TlsWizard
    from tlswizard.wizard.guided import Guided
    from tlswizard.wizard.opening import Opening


PRACTICE = Entry("exercise", "tour", "New to this? Take the tour", "a practice server, no network needed")


class Beginning:
    """What the start screen needs; the rest of the program is imported when it is first asked for."""

    def __init__(self, *, learning: bool = False) -> None:
        self.learning = learning
        self.observed = f"{account()} on {computer()}"
        self.worlds = AsyncExitStack()
        """practice worlds that were opened; to be closed when the app has ended"""

    def read(self, text: str) -> Reading:
        return self._opening.read(text)

    def entries(self) -> tuple[Entry, ...]:
        # The first message that is typed would wait for the tables: they are read while the person looks.
        Thread(target=self._opening.warm, daemon=True).start()
        return (*self._opening.entries(), PRACTICE)

    async def open(self, reading: Reading, entry: Entry) -> "Guided":
        if entry is PRACTICE:
            from tlswizard.cli.practice import tour  # noqa: PLC0415 - only who chooses it needs it

            return await tour(self.worlds)
        return await self._opening.open(reading, entry)

    @cached_property
    def _opening(self) -> "Opening":
        from tlswizard.cli.tables import tables  # noqa: PLC0415 - after the first paint
        from tlswizard.machine.this import ThisMachine  # noqa: PLC0415
        from tlswizard.wizard.opening import Opening  # noqa: PLC0415

        return Opening(ThisMachine(), tables(), learning=self.learning)


def start(*, learning: bool = False) -> int:
    """Until the person leaves. Returns the exit code; raises Trouble for tables that cannot be used."""
    from tlswizard.cli.tables import added, tables  # noqa: PLC0415 - as below

    if added():  # a mistake in them is told here, where it can be read, and not behind the first screen
        tables()
    from tlswizard.tui.app import TlsWizard  # noqa: PLC0415 - Textual is only imported where it is shown

    return asyncio.run(_shown(TlsWizard, Beginning(learning=learning)))


async def _shown(app_of: "type[TlsWizard]", begin: Beginning) -> int:
    async with begin.worlds:
        app = app_of(begin=begin)
        await app.run_async()
    return app.return_code or 0
