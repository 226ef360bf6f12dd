"""A line to type or paste text into."""

from textual import events
from textual.widgets import Input

MAX_PASTE = 20_000
"""Longest text that is taken: a .NET exception with its stack is near 5,000 characters."""


class TextLine(Input):
    """An Input that keeps all of a pasted text: the last of its lines may be the one that names the cause."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, id=id, max_length=MAX_PASTE, select_on_focus=False)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        joined = " ".join(line.strip() for line in event.text.splitlines() if line.strip())
        self.replace(joined, *self.selection)
