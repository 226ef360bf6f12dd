"""The texts of a playbook: values filled in, then split into what a page is made of."""

import re
from collections.abc import Callable, Iterator, Mapping
from shlex import quote

from tlswizard.core.blocks import Block, Bullets, Commands, Paragraph
from tlswizard.core.text import visible
from tlswizard.playbook.format import Playbook
from tlswizard.playbook.typed import parts

NOT_KNOWN = "(not known yet)"
"""Shown for a value that nobody has found or said so far: a gap never looks like a value."""

_REFERENCE = re.compile(r"\{([^{}\s]+)\}")
_BLANK_LINES = re.compile(r"\n\s*\n")


def references(text: str) -> tuple[str, ...]:
    """What stands in braces, once each, in order: `server`, `server.host`, `trust.issuer`."""
    return tuple(dict.fromkeys(_REFERENCE.findall(text)))


def fill(text: str, values: Mapping[str, str], show: Callable[[str], str] = visible) -> str:
    """`text` with each `{name}` replaced. Values may come from a certificate: they are made visible here,
    and are not looked through for further references."""
    return _REFERENCE.sub(lambda found: show(values.get(found[1]) or NOT_KNOWN), text)


def _as_word(value: str) -> str:
    """One word of a shell. Quoted last: what is cut off afterwards could be the closing quote."""
    return quote(visible(value))


def input_values(playbook: Playbook, inputs: Mapping[str, str]) -> dict[str, str]:
    """What `{input}` and `{input.part}` show for these inputs. The findings' fields come beside them."""
    values: dict[str, str] = {}
    for name, value in inputs.items():
        values |= parts(playbook.inputs[name], value)
    return values


def blocks(text: str, values: Mapping[str, str]) -> tuple[Block, ...]:
    """Paragraphs, lists of `- ` lines, and a line of `` `code` `` alone as something to copy.

    The structure is the author's: it is read before the values are filled in, and values in a line to
    copy are quoted for a shell.
    """
    return tuple(block for part in _BLANK_LINES.split(text.strip()) for block in _part(part, values))


def _part(part: str, values: Mapping[str, str]) -> Iterator[Block]:
    before: list[str] = []
    items: list[str] = []
    for line in (line.strip() for line in part.splitlines()):
        if line.startswith("- "):
            items.append(line[2:].strip())
        elif items:
            items[-1] += f" {line}"
        elif line:
            before.append(line)
    if before:
        text = " ".join(before)
        code = text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" else ""
        if code and "`" not in code:
            yield Commands((fill(code, values, _as_word),))
        else:
            yield Paragraph(fill(text, values))
    if items:
        yield Bullets(tuple(fill(item, values) for item in items))
