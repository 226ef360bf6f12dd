"""A command is declared once and shows up as key, key line, help and palette."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.content import Content

from tlswizard.tui.lines import ACCENT, plain


@dataclass(frozen=True, slots=True)
class Command:
    """`action` names the screen's method; a high `rank` leaves a full key line first."""

    action: str
    keys: str
    shown: str
    words: str
    help: str
    rank: int

    @property
    def is_letter(self) -> bool:
        """A text field with the focus takes this key as text."""
        return len(self.shown) == 1


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    return [Binding(c.keys, c.action, c.help, id=c.action, key_display=c.shown) for c in commands]


def digits() -> list[Binding]:
    return [
        Binding(str(digit), f"choose({digit})", "Choose this line", show=False, id=f"choose.{digit}")
        for digit in range(1, 10)
    ]


def moves() -> list[Binding]:
    return [
        Binding("up", "move(-1)", "Up", show=False, id="move.up"),
        Binding("down", "move(1)", "Down", show=False, id="move.down"),
        Binding("pageup", "leaf(-1)", "A page up", show=False, id="leaf.up"),
        Binding("pagedown", "leaf(1)", "A page down", show=False, id="leaf.down"),
        Binding("home", "edge(-1)", "To the start", show=False, id="edge.start"),
        Binding("end", "edge(1)", "To the end", show=False, id="edge.end"),
    ]


def key_line(commands: Sequence[tuple[Command, str]], width: int) -> Content:
    """The keys in their order, in one line; where there is no room for all, those of low rank come first."""
    kept: list[tuple[Command, str]] = []
    for item in sorted(commands, key=lambda item: item[0].rank):
        tried = [other for other in commands if other in kept or other is item]
        if _line(tried).cell_length < width:
            kept = tried
    return _line(kept)


def _line(commands: Sequence[tuple[Command, str]]) -> Content:
    parts = [Content.styled(c.shown, f"bold {ACCENT}") + plain(f" {words}") for c, words in commands]
    return Content(" ") + Content("   ").join(parts)
