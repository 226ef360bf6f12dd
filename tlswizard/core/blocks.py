"""What a page is made of. Checks fill these; every front end paints the same ones.

All text in here is visible already (`core.text.visible`) and is never markup.
"""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """A sign that is doubled by its word. `NOT_CHECKED` never looks like `FINE`."""

    FINE = "✓"
    REFUSED = "✗"
    WARNING = "!"
    NOT_CHECKED = "?"
    INFO = "·"

    @property
    def word(self) -> str:
        return _WORDS[self]


_WORDS = {
    Mark.FINE: "fine",
    Mark.REFUSED: "refused",
    Mark.WARNING: "warning",
    Mark.NOT_CHECKED: "not checked",
    Mark.INFO: "note",
}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.mark.value} {self.text}" if self.mark else self.text


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The one sentence that the page is about, with its certainty in a word."""

    mark: Mark
    text: str
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled lines: `How I know   …`. An empty label continues the row above."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Commands:
    """Lines to type somewhere, kept exactly as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A chain, the top first: per certificate a title, what is said beside it, and lines below it."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Node:
    title: str
    aside: str
    lines: tuple[Cell, ...]
    current: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


Block = Conclusion | Paragraph | Bullets | Rows | Table | Commands | Tree | Heading
