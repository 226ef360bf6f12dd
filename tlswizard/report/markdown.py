"""Blocks as Markdown. Every text is escaped: a certificate cannot make a link or a table row."""

import re
from collections.abc import Iterable, Iterator

from tlswizard.core.blocks import (
    Block,
    Bullets,
    Cell,
    Commands,
    Conclusion,
    Heading,
    Paragraph,
    Rows,
    Table,
    Tree,
)  # fmt: skip

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&=-])")
_NUMBERED = re.compile(r"^(\d+)\.")
"""At its start a text could open a numbered list (CommonMark section 5.2)."""


def markdown(blocks: Iterable[Block]) -> str:
    return "\n\n".join(part for block in blocks if (part := "\n".join(_lines(block)))) + "\n"


def escaped(text: str) -> str:
    return _NUMBERED.sub(r"\1\\.", _SPECIAL.sub(r"\\\1", text.lstrip()))


def _cell(cell: Cell) -> str:
    return escaped(cell.text) if cell.mark is None else f"{cell.mark.value} {escaped(cell.text)}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Conclusion():
            certainty = f" ({escaped(block.certainty)})" if block.certainty else ""
            yield f"**{block.mark.value} {escaped(block.text)}**{certainty}"
        case Heading():
            yield f"## {escaped(block.text)}"
        case Paragraph():
            yield escaped(block.text)
        case Bullets():
            yield from (f"- {escaped(item)}" for item in block.items)
        case Rows():
            yield from (
                f"- {escaped(label)}{': ' if label else ''}{_cell(cell)}" for label, cell in block.rows
            )
        case Table():
            yield f"| {' | '.join(escaped(h) for h in block.head)} |"
            yield "|" + " --- |" * len(block.head)
            yield from (f"| {' | '.join(_cell(c) for c in row)} |" for row in block.rows)
            if block.foot:
                yield f"\n{escaped(block.foot)}"
        case Commands():
            fence = "`" * (
                3 + max((len(m) for line in block.lines for m in re.findall("`+", line)), default=0)
            )
            yield from (fence, *block.lines, fence)
        case Tree():
            for node in block.nodes:
                yield f"- **{escaped(node.title)}** ({escaped(node.aside)})"
                yield from (f"  - {_cell(cell)}" for cell in node.lines)
