"""A list to choose from: numbered, one of them selected."""

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tlswizard.tui.lines import ACCENT, MUTED, STRONG, hanging, plain

HEAD = len(" ▸ 1  ")
NUMBERED = 9
"""As many as there are digits on the keyboard."""


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    hint: str = ""
    apart: bool = False
    """a blank line before it"""
    numbered: bool = True


class Shelf(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Holds the choices where they are more than fit: ↑↓ move the selection, and the list follows it."""


class Choices(Widget, can_focus=True):
    """The selected line carries a sign, so that it is known without colour."""

    items: reactive[tuple[Item, ...]] = reactive((), layout=True)
    selected: reactive[int] = reactive(0)

    @dataclass
    class Picked(Message):
        """A line was chosen with the mouse."""

        index: int

    def move(self, by: int) -> None:
        self.selected = max(0, min(self.selected + by, len(self.items) - 1))

    def render(self) -> Content:
        return Content("\n").join(line for _, line in self._lines(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def watch_selected(self) -> None:
        self.call_after_refresh(self._show_selected)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        lines = self._lines(self.size.width)
        at = lines[event.y][0] if event.y < len(lines) else None
        if at is not None:
            self.selected = at
            self.post_message(self.Picked(at))

    def _show_selected(self) -> None:
        rows = [y for y, (at, _) in enumerate(self._lines(self.size.width)) if at == self.selected]
        if rows and isinstance(self.parent, VerticalScroll):
            self.parent.scroll_to_region(Region(0, rows[0], self.size.width, len(rows)), animate=False)

    def _lines(self, width: int) -> list[tuple[int | None, Content]]:
        """Every line with the item that it belongs to."""
        aside = max((cell_len(item.hint) for item in self.items), default=0)
        label = max((cell_len(item.label) for item in self.items), default=0)
        column = min(HEAD + label + 3, width - aside - 1)
        lines: list[tuple[int | None, Content]] = []
        for at, item in enumerate(self.items):
            if item.apart:
                lines.append((None, Content()))
            lines += [(at, line) for line in self._item(at, item, column, width)]
        return lines

    def _item(self, at: int, item: Item, column: int, width: int) -> list[Content]:
        chosen = at == self.selected
        pointer = Content.styled("▸" if chosen else " ", f"bold {ACCENT}" if self.has_focus else MUTED)
        number = str(at + 1) if item.numbered and at < NUMBERED else " "
        head = Content(" ") + pointer + Content.styled(f" {number}  ", ACCENT)
        lines = hanging(head, plain(item.label, STRONG if chosen else ""), width - 1)
        if not item.hint:
            return lines
        hint = plain(item.hint, MUTED)
        end = lines[-1].cell_length
        start = max(column, end + 3)
        if len(lines) == 1 and start + hint.cell_length < width:
            return [lines[0].pad_right(start - end) + hint]
        return [*lines, *hanging(Content(" " * (HEAD + 2)), hint, width - 1)]
