"""What the start screen needs of the rest: to read what is typed, to list, to open."""

from typing import Protocol

from tlswizard.wizard.start import Entry, Reading
from tlswizard.wizard.walk import Walk


class Begin(Protocol):
    @property
    def observed(self) -> str:
        """`dana on srv-app-02`: the account and computer that are looked at"""
        ...

    def read(self, text: str) -> Reading:
        """What the text in the field is understood as. Called at every key; never waits, never raises."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """Playbooks in their order, sessions to go on with, exercises. Asked after the first paint."""
        ...

    async def open(self, reading: Reading, entry: Entry) -> Walk:
        """The walk that the person chose. A session or exercise brings its own server, not `reading`'s."""
        ...
