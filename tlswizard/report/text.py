"""Blocks as plain text, at most `width` columns wide: for `check`, plain lines and notes."""

import textwrap
from collections.abc import Iterable, Iterator

from tlswizard.core.blocks import (
    Block,
    Bullets,
    Commands,
    Conclusion,
    Heading,
    Paragraph,
    Rows,
    Table,
    Tree,
)  # fmt: skip

WIDTH = 80
LABEL = 36
"""Columns for labels at most; longer ones get a line of their own."""


def text(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """The blocks one below the other, with an empty line between those that do not belong together."""
    return "\n".join(lines(blocks, width)) + "\n"


def lines(blocks: Iterable[Block], width: int = WIDTH) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None and not (isinstance(before, Conclusion | Heading) and isinstance(block, Rows)):
            yield ""
        yield from _lines(block, width)
        before = block


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Conclusion():
            certainty = f" ({block.certainty})" if block.certainty else ""
            yield from _wrapped(f"{block.mark.value} {block.text}{certainty}", width, "", "  ")
        case Heading():
            title = list(_wrapped(block.text, width))
            yield from title
            yield "─" * max(map(len, title))
        case Paragraph():
            for part in block.text.split("\n\n"):
                yield from _wrapped(part, width)
        case Bullets():
            for item in block.items:
                yield from _wrapped(item, width, "- ", "  ")
        case Rows():
            yield from _rows(block, width)
        case Table():
            yield from _table(block, width)
        case Commands():
            yield from (f"    {line}" for line in block.lines)  # never wrapped: they are to be copied
        case Tree():
            yield from _tree(block, width)


def _wrapped(paragraph: str, width: int, first: str = "", rest: str = "") -> Iterator[str]:
    # An id such as root-user-only stays whole: people copy it.
    yield from textwrap.wrap(
        paragraph, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [first.rstrip()]


def _rows(block: Rows, width: int) -> Iterator[str]:
    label_width = min(LABEL, width // 2, max((len(label) for label, _ in block.rows), default=0))
    for label, cell in block.rows:
        indent = " " * (label_width + 4)
        if len(label) > label_width:
            yield from _wrapped(label, width, "  ", "  ")
            label = ""  # noqa: PLW2901 - it has a line of its own now
        yield from _wrapped(str(cell), width, f"  {label:<{label_width}}  ", indent)


def _table(block: Table, width: int) -> Iterator[str]:
    grid = [block.head, *(tuple(str(c) for c in row) for row in block.rows)]
    widths = _column_widths(grid, width - 2)
    for index, row in enumerate(grid):
        cells = [textwrap.wrap(text_, w) or [""] for text_, w in zip(row, widths, strict=True)]
        for part in range(max(len(c) for c in cells)):
            line = "  ".join(
                f"{(c[part] if part < len(c) else ''):<{w}}" for c, w in zip(cells, widths, strict=True)
            )
            yield f"  {line}".rstrip()
        if index == 0:
            yield "  " + "  ".join("─" * w for w in widths)
    if block.foot:
        yield from _wrapped(block.foot, width, "  ", "  ")


def _column_widths(grid: list[tuple[str, ...]], width: int) -> list[int]:
    """What each column wants, the widest made narrower until all fit."""
    widths = [max(len(row[i]) for row in grid) for i in range(len(grid[0]))]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    return widths


def _tree(block: Tree, width: int) -> Iterator[str]:
    last = len(block.nodes) - 1
    for index, node in enumerate(block.nodes):
        corner = "┌ " if index == 0 and last else "└ " if index == last else "├ "
        yield from _beside(f"  {corner}{node.title}", node.aside, width)
        bar = "  │   " if index != last else "      "
        for cell in node.lines:
            yield from _wrapped(str(cell), width, bar, bar + ("  " if cell.mark else ""))


def _beside(left: str, right: str, width: int) -> Iterator[str]:
    room = width - len(right) - 2
    if len(left) <= room:
        yield f"{left:<{room}}  {right}"
        return
    yield from _wrapped(left, width, "", "      ")
    yield from (f"{line:>{width}}" for line in _wrapped(right, width - 6))
