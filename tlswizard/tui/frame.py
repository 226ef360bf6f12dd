"""What every screen has in common: the lines at its head and foot, and a body that scrolls."""

from collections.abc import Callable, Iterable

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tlswizard.core.blocks import Block, Heading
from tlswizard.tui.command import Command, key_line
from tlswizard.tui.lines import ACCENT, MUTED, STRONG, plain, rule, shortened, spread
from tlswizard.tui.paint import paint

WIDE = 110
"""Columns from which the done-list stands beside the step."""


class Banner(Widget):
    """Where am I: what is walked, how far it is, and whose computer is looked at."""

    title: reactive[str] = reactive("")
    where: reactive[str] = reactive("")
    observed: reactive[str] = reactive("")

    def say(self, title: str, where: str, observed: str) -> None:
        self.title, self.where, self.observed = title, where, observed

    def render(self) -> Content:
        width = self.size.width
        where = plain(f"{self.where} " if self.where else "", MUTED)
        beside = spread(plain(f" {self.title}", STRONG), where, width)
        if beside is not None:
            return Content("\n").join([beside, rule(width, right=self.observed)])
        title = plain(f" {shortened(self.title, width - 2)}", STRONG)
        return Content("\n").join([title, rule(width, left=self.where, right=self.observed)])


class Keys(Widget):
    """The last lines: whether there is more to see, and what can be pressed."""

    commands: reactive[tuple[tuple[Command, str], ...]] = reactive(())
    more: reactive[str] = reactive("")

    def render(self) -> Content:
        width = self.size.width
        return Content("\n").join([rule(width, right=self.more), key_line(self.commands, width)])


class Status(Widget):
    """One line for what is happening, else for what is done."""

    line: reactive[Content] = reactive(Content)

    def render(self) -> Content:
        return self.line.truncate(self.size.width, ellipsis=True)

    def show_done(self, done: tuple[str, ...]) -> None:
        """The done-list; if it is too long, its newest entries."""
        items = list(done)
        room = max(self.size.width or self.app.size.width, 20) - len(" Done: … ")
        left_out = ""
        while len(items) > 1 and plain("  ".join(items)).cell_length > room:
            items.pop(0)
            left_out = "…  "
        text = plain("  ".join(item.strip() for item in items))
        self.line = plain(f" Done: {left_out}", MUTED) + text if items else Content()

    def show_news(self, text: str) -> None:
        self.line = Content(" ") + Content.styled("· ", ACCENT) + plain(text)


class Painted(Widget):
    """Blocks at the widget's own width."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = ""
        self._blocks: tuple[Block, ...] = ()
        self._lines: tuple[int, list[Content]] = (0, [])

    def show(self, blocks: Iterable[Block], heading: str = "") -> None:
        self._heading, self._blocks = heading, tuple(blocks)
        self._lines = (0, [])
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        if self._lines[0] != width:
            heading = [*paint((Heading(self._heading),), width), Content()] if self._heading else []
            self._lines = (width, [*heading, *paint(self._blocks, width)])
        return self._lines[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def render(self) -> Content:
        return Content("\n").join(self.lines(self.size.width))


class Story(VerticalScroll):
    """The body: as high as its text, unless there is less room; then it scrolls."""

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__(id="story")
        self.painted = Painted()
        self._moved = moved

    def compose(self) -> Iterable[Widget]:
        yield self.painted

    def show(self, blocks: Iterable[Block], heading: str = "") -> None:
        self.painted.show(blocks, heading)
        self.scroll_home(animate=False)
        self.fit()

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Let what follows stand directly below a short text, and keep its place below a long one."""
        width = self.scrollable_content_region.width
        if width:
            self.styles.max_height = max(len(self.painted.lines(width)), 1)
            self.call_after_refresh(self._moved)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._moved()

    def turn(self, by: int) -> None:
        """A page up or down, of which one line stays in sight."""
        self.scroll_relative(y=by * max(self.size.height - 1, 1), animate=False)

    def edge(self, by: int) -> None:
        """To its start or its end."""
        self.scroll_to(y=self.max_scroll_y if by > 0 else 0, animate=False)

    @property
    def more(self) -> str:
        """Where the rest is, in words: a scroll bar alone is easily missed."""
        below = self.max_scroll_y - self.scroll_y
        if below >= 1:
            return f"{int(below)} more line{'s' if below >= 2 else ''}: PgDn"
        return "the rest is above: PgUp" if self.max_scroll_y >= 1 else ""
