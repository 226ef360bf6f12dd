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

REFERENCE = re.compile(r"\{([^{}\s]+)\}")
_BLANK_LINES = re.compile(r"\n\s*\n")

BY_HAND = "[type-it-by-hand]"
"""Stands in a line to copy for a value that some shell would not take as it is."""

_NOT_COPIED = frozenset("\\$`%^&|<>;!'\"‘’‚‛“”„")
"""What keeps a meaning between the quotes of sh, cmd or PowerShell (its language specification, 2.3.5.2:
typographic quotes are quotes): nobody knows into which of them the line is pasted."""
BEHIND = "behind a"
"""Begins what `misplaced` says of a reference right behind a sign with a meaning."""
_DASHES = ("-", "–", "—", "―")
"""What begins with one is an option, in PowerShell with any of them (2.3.4)."""

_PIECES = re.compile(r"\$\(|.", re.DOTALL), re.compile(r"\\.|\$\(|.", re.DOTALL)
"""A backslash is a letter in cmd and PowerShell, and takes the next one's meaning in sh (POSIX, 2.2.1)."""


def references(text: str) -> tuple[str, ...]:
    """What stands in braces, once each, in order: `server`, `server.host`, `trust.issuer`."""
    return tuple(dict.fromkeys(REFERENCE.findall(text)))


def fill(text: str, values: Mapping[str, str], show: Callable[[str], str] = visible) -> str:
    """`text` with each `{name}` replaced. Values may come from a certificate: they are made visible here,
    and are not looked through for further references."""
    return REFERENCE.sub(lambda found: show(values.get(found[1]) or NOT_KNOWN), text)


def _as_word(value: str) -> str:
    """One word in any shell. Quoted last: what is cut off afterwards could be the closing quote."""
    whole = value == visible(value) and not value.startswith(_DASHES)
    return quote(value if whole and not _NOT_COPIED & set(value) else BY_HAND)


def misplaced(text: str) -> Iterator[tuple[str, str, str]]:
    """The references in lines to copy at which a quoted value is not one word: the text before each, its
    name, and what is open there."""
    earlier = ""
    for part in _BLANK_LINES.split(text.strip()):
        code = _code(_lines(part)[0])
        for found in REFERENCE.finditer(code):
            before = code[: found.start()]
            if why := _open(before):
                yield earlier + before, found[1], why
        earlier += part


def _open(command: str) -> str:
    """Inside or behind of what the end of this part of a command stands; empty if it is a fresh place."""
    if command.endswith(("\\", "$")):
        return f"{BEHIND} “{command[-1]}”"
    for pieces in _PIECES:
        within: list[str] = []
        for piece in pieces.findall(command):
            top = within[-1] if within else ""
            if top == "'":
                within = within[:-1] if piece.endswith("'") else within
            elif (piece, top) in (('"', '"'), (")", "$(")):
                within.pop()
            elif piece in ('"', "$(") or (piece == "'" and top != '"'):
                within.append(piece)
            elif piece == "(" and top == "$(":
                within.append("$(")
        if within:
            return "inside quotes" if {"'", '"'} & set(within) else "inside $( )"
    return ""


def input_values(playbook: Playbook, inputs: Mapping[str, str]) -> dict[str, str]:
    """What `{input}` and `{input.part}` show for these inputs. The findings' fields come beside them."""
    values: dict[str, str] = {}
    for name, value in inputs.items():
        values |= parts(playbook.inputs[name], value)
    return values


def blocks(text: str, values: Mapping[str, str]) -> tuple[Block, ...]:
    """Paragraphs, lists of `- ` lines, and a line of `` `code` `` alone as something to copy.

    The structure is the author's: it is read before the values are filled in, and a value in a line to
    copy is one word there.
    """
    return tuple(block for part in _BLANK_LINES.split(text.strip()) for block in _part(part, values))


def _part(part: str, values: Mapping[str, str]) -> Iterator[Block]:
    text, items = _lines(part)
    if code := _code(text):
        yield Commands((fill(code, values, _as_word),))
    elif text:
        yield Paragraph(fill(text, values))
    if items:
        yield Bullets(tuple(fill(item, values) for item in items))


def _code(text: str) -> str:
    """What is to be copied, if a text is that alone."""
    code = text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" else ""
    return "" if "`" in code else code


def _lines(part: str) -> tuple[str, list[str]]:
    """The text before a list, and the items of the list."""
    before: list[str] = []
    items: list[str] = []
    for line in (line.strip() for line in part.splitlines()):
        if line.startswith("- "):
            items.append(line[2:].strip())
        elif items:
            items[-1] += f" {line}"
        elif line:
            before.append(line)
    return " ".join(before), items
