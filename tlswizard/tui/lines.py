"""Lines of Content: the few ways in which every screen sets text.

Text enters Content here and nowhere else. It is never markup, and it is made visible once more: a
look that was forgotten further down would reach the terminal as a command.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tlswizard.core.text import visible

MUTED = "$muted"
STRONG = "bold"
ACCENT = "$accent"
RULE = "$rule"

READABLE = 100
"""Longest line of prose in cells: longer ones lose the eye on its way back."""

Cells = list[Content]
"""What stands in one cell of a table: its lines."""


def plain(text: str, style: str = "") -> Content:
    """`text` on one line, and nothing but text."""
    return Content.styled(visible(text, len(text)), style)


def wrapped(text: Content, width: int) -> list[Content]:
    """`text` in lines of at most `width` cells; words that are longer are cut."""
    return text.wrap(max(width, 2)) if text else [text]


def hanging(head: Content, text: Content, width: int) -> list[Content]:
    """`head` before the first line of `text`, blanks of its size before the others."""
    first, *rest = wrapped(text, width - head.cell_length)
    blank = Content(" " * head.cell_length)
    return [head + first, *(blank + line for line in rest)]


def prose(text: str, width: int, indent: int, style: str = "") -> list[Content]:
    """Paragraphs; a newline in the source starts a line here, and leading blanks are kept."""
    width = min(width, READABLE + indent)
    lines: list[Content] = []
    for line in text.rstrip("\n").split("\n"):
        start = indent + len(line) - len(line.lstrip(" "))
        lines += hanging(Content(" " * start), plain(line.strip(" "), style), width)
    return lines


def spread(left: Content, right: Content, width: int) -> Content | None:
    """Both on one line, one at each end; None if they would touch."""
    gap = width - left.cell_length - right.cell_length
    return left + Content(" " * gap) + right if gap >= 2 else None


def shortened(text: str, width: int) -> str:
    """`text` without its middle: both the matter and the server at its end stay readable."""
    if cell_len(text) <= width:
        return text
    tail = ""
    while cell_len(tail) < (width - 1) // 2:
        tail = text[-len(tail) - 1] + tail
    head = ""
    for char in text:
        if cell_len(head + char) > width - 1 - cell_len(tail):
            break
        head += char
    return f"{head}…{tail}"


def rule(width: int, left: str = "", right: str = "") -> Content:
    """A line across the screen that carries a word at its ends."""
    before = plain(f" {left} ") if left else Content()
    after = plain(f" {shortened(right, max(width - before.cell_length - 12, 8))} ") if right else Content()
    ends = (
        Content.styled("──", RULE) if left else Content(),
        Content.styled("─", RULE) if right else Content(),
    )
    rest = width - sum(part.cell_length for part in (before, after, *ends))
    return Content.assemble(ends[0], before, ("─" * max(rest, 0), RULE), after, ends[1])


def columns(rows: Sequence[Sequence[Cells]], widths: Sequence[int], indent: int, gap: int) -> list[Content]:
    """Cells side by side, each as many lines deep as it needs."""
    lines: list[Content] = []
    for row in rows:
        for depth in range(max(len(cell) for cell in row)):
            line = Content(" " * indent)
            end = indent
            for cell, width in zip(row, widths, strict=False):
                if depth < len(cell) and cell[depth]:
                    line = line.pad_right(end - line.cell_length) + cell[depth]
                end += width + gap
            lines.append(line)
    return lines
