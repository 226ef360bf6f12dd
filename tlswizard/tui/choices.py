"""A list to choose from: numbered, one of them selected."""

from collections.abc import Callable, Iterable
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
from tlswizard.wizard.page import Choice

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
    group: str = ""
    """a line before it, apart, that says what it and the following have in common"""


def items(choices: Iterable[Choice]) -> tuple[Item, ...]:
    return tuple(Item(choice.label, choice.hint, group=choice.group) for choice in choices)


class Shelf(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Holds the choices where they are more than fit: ↑↓ move the selection, and the list follows it."""

    def __init__(self, moved: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._moved = moved

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._moved()

    @property
    def more(self) -> str:
        """Where the rest of the list is."""
        below = int(self.max_scroll_y - self.scroll_y)
        if below:
            return f"{below} more in the list: PgDn"
        return "the list begins above: PgUp" if self.max_scroll_y else ""


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

    def leaf(self, by: int) -> None:
        """A page up or down, of which one line stays in sight."""
        seen = self.parent.size.height if isinstance(self.parent, VerticalScroll) else NUMBERED
        self.move(by * max(seen - 1, 1))

    def edge(self, by: int) -> None:
        """To the first line or to the last."""
        self.move(by * len(self.items))

    def on_key(self, event: events.Key) -> None:
        """A capital goes to the next line that begins with it; small letters are commands everywhere."""
        if len(self.items) > NUMBERED and event.character and event.character.isupper():
            count = len(self.items)
            turn = [(self.selected + step) % count for step in range(1, count + 1)]
            at = next((at for at in turn if _initial(self.items[at].label) == event.character), None)
            if at is not None:
                event.stop()
                self.selected = at

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
            if item.apart or item.group:
                lines.append((None, Content()))
            if item.group:
                lines += [(None, line) for line in hanging(Content(" "), plain(item.group, MUTED), width - 1)]
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


def _initial(label: str) -> str:
    """The letter under which one looks for it: N for .NET."""
    return next((char.upper() for char in label if char.isalnum()), "")
