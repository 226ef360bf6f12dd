"""Blocks as lines of a given width. A sign always has its word; colour only helps.

One accent colour says *fine*, red says *refused* and nothing else does. *Not checked* is grey.
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from tlswizard.core.blocks import (
    Block,
    Bullets,
    Cell,
    Commands,
    Conclusion,
    Heading,
    Mark,
    Node,
    Paragraph,
    Rows,
    Table,
    Tree,
)
from tlswizard.tui.lines import (
    ACCENT,
    MUTED,
    STRONG,
    Cells,
    columns,
    hanging,
    plain,
    prose,
    spread,
    wrapped,
)

MARGIN = 1
INDENT = 3
GAP = 2
LEAST_COLUMN = 8
LONGEST_WORD = 18
"""A word up to this size keeps its column from being narrower; longer ones (names, digests) are cut."""

SIGNS = {
    Mark.FINE: f"bold {ACCENT}",
    Mark.REFUSED: "bold $error",
    Mark.WARNING: "bold",
    Mark.NOT_CHECKED: MUTED,
    Mark.INFO: MUTED,
}


def paint(blocks: Iterable[Block], width: int) -> list[Content]:
    """All blocks, a blank line between two unless the first is a heading."""
    lines: list[Content] = []
    apart = False
    for block in blocks:
        if apart:
            lines.append(Content())
        lines += paint_block(block, width - MARGIN)
        apart = not isinstance(block, Heading)
    return lines


def paint_block(block: Block, width: int) -> list[Content]:
    match block:
        case Heading(text):
            return hanging(Content(" " * MARGIN), plain(text, STRONG), width)
        case Conclusion():
            return _conclusion(block, width)
        case Paragraph(text):
            return prose(text, width, INDENT)
        case Bullets(items):
            head = Content(" " * INDENT) + Content.styled("• ", MUTED)
            return [line for item in items for line in hanging(head, plain(item), width)]
        case Rows(rows):
            return _rows(rows, width)
        case Table():
            return _table(block, width)
        case Commands(lines):
            return _commands(lines, width)
        case Tree(nodes):
            return _tree(nodes, width)


def sign(mark: Mark) -> Content:
    return Content.styled(f"{mark.value} ", SIGNS[mark])


def cell(value: Cell, width: int) -> Cells:
    """A cell's lines. A cell with a sign alone gets the sign's word."""
    if value.mark is None:
        return wrapped(plain(value.text), width)
    style = MUTED if value.mark is Mark.NOT_CHECKED else ""
    return hanging(sign(value.mark), plain(value.text or value.mark.word, style), width)


def _shown(value: Cell) -> str:
    """A cell's text as wide as it is painted: the sign's blank is no place to break."""
    return f"{value.mark.value}\xa0{value.text or value.mark.word}" if value.mark else value.text


def _conclusion(block: Conclusion, width: int) -> list[Content]:
    aside = block.certainty or ("" if block.mark in {Mark.INFO, Mark.FINE} else block.mark.word)
    if block.mark is Mark.NOT_CHECKED and Mark.NOT_CHECKED.word not in f"{block.text} {aside}".lower():
        aside = f"{Mark.NOT_CHECKED.word}, {aside}"
    head = Content(" " * MARGIN) + sign(block.mark)
    room = width - cell_len(aside) - GAP if aside else width
    first, *rest = hanging(head, plain(block.text, STRONG), max(room, width // 2))
    beside = spread(first, plain(aside, MUTED), width) if aside else first
    if beside is None:
        return [first, *rest, *hanging(Content(" " * INDENT), plain(aside, MUTED), width)]
    return [beside, *rest]


def _rows(rows: Sequence[tuple[str, Cell]], width: int) -> list[Content]:
    longest = max((cell_len(label) for label, _ in rows), default=0)
    label_width = min(longest, max(width // 3, LEAST_COLUMN))
    room = width - INDENT - label_width - INDENT
    laid = [(wrapped(plain(label, MUTED), label_width), cell(value, room)) for label, value in rows]
    return columns(laid, (label_width, room), INDENT, INDENT)


def _table(block: Table, width: int) -> list[Content]:
    head = [Cell(text) for text in block.head]
    count = max(len(row) for row in (head, *block.rows))
    if not count:
        return []
    rows = [[*row, *(Cell("") for _ in range(count - len(row)))] for row in (head, *block.rows)]
    texts = [[_shown(row[at]) for row in rows] for at in range(count)]
    widths = _fitted(texts, width - INDENT - GAP * (count - 1))
    if widths is None:
        lines = _stacked(block, width)
    else:
        titles = [wrapped(plain(text.text, MUTED), size) for text, size in zip(rows[0], widths, strict=True)]
        body = [[cell(value, size) for value, size in zip(row, widths, strict=True)] for row in rows[1:]]
        lines = columns([titles, *body], widths, INDENT, GAP)
    return [*lines, *prose(block.foot, width, INDENT, MUTED)] if block.foot else lines


def _fitted(texts: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Widths of the columns of `texts` in `room` cells: the widest give way first, but not within a word.

    None if that cannot be done.
    """
    natural = [max(map(cell_len, column)) for column in texts]
    words = [max((cell_len(word) for text in column for word in text.split()), default=0) for column in texts]
    least = [min(size, LONGEST_WORD) for size in words]
    cap = max(natural)
    widths = natural
    while sum(widths) > room:
        cap -= 1
        widths = [max(min(size, cap), floor) for size, floor in zip(natural, least, strict=True)]
        if cap < 1:
            return None
    return widths


def _stacked(block: Table, width: int) -> list[Content]:
    """A table too wide for the screen: one row of it is a small list of its own."""
    lines: list[Content] = []
    for row in block.rows:
        if lines:
            lines.append(Content())
        heads = (*block.head, *[""] * len(row))
        lines += _rows([(head, value) for head, value in zip(heads, row, strict=False)], width)
    return lines


def _commands(lines: Sequence[str], width: int) -> list[Content]:
    """Each line whole: a long one goes on at the screen's edge, with no sign that could be copied along."""
    blank = Content(" " * INDENT)
    return [
        blank + part for line in lines for part in plain(line, STRONG).fold(max(width - INDENT, LEAST_COLUMN))
    ]


def _tree(nodes: Sequence[Node], width: int) -> list[Content]:
    """Titles at the left, what is said beside them in one column at the right."""
    head = INDENT + 2
    titles = max((cell_len(node.title) for node in nodes), default=0)
    asides = max((cell_len(node.aside) for node in nodes), default=0)
    column = min(head + titles + INDENT, width - asides)
    lines: list[Content] = []
    for at, node in enumerate(nodes):
        last = at == len(nodes) - 1
        corner = "└" if last else "├" if at else "┌"
        pointer = Content.styled("▸", f"bold {ACCENT}") if node.current else Content(" ")
        branch = Content.styled(f"{' ' * INDENT}{corner}", MUTED) + pointer
        stem = Content.styled(f"{' ' * INDENT}{' ' if last else '│'}   ", MUTED)
        first, *rest = hanging(branch, plain(node.title, STRONG if node.current else ""), width)
        aside = plain(node.aside, MUTED)
        if rest or first.cell_length + GAP > column:
            lines += [first, *(stem[:head] + line[head:] for line in rest)]
            lines += hanging(stem, aside, width) if aside else []
        else:
            lines.append(first.pad_right(column - first.cell_length) + aside if aside else first)
        for text in node.lines:
            lines += [stem + line for line in cell(text, width - stem.cell_length)]
    return lines
