"""Texts and patterns are *folded* before they are compared: letters in lower case, and without all that
gets lost or added on the way (white space, quotes, hyphens, marks of quoting).

What was left out is looked at afterwards: between two letters of a message a text may be wrapped anywhere,
but a quote or a hyphen is only allowed where the message has one (see `fits`).
"""

from dataclasses import dataclass
from functools import lru_cache

_QUOTES = frozenset("\"'`´‘’‚‛“”„‟«»‹›")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_MARKS = frozenset(">|│┃║¦")
"""At the start of lines that were quoted or framed."""
_SPACES = frozenset(chr(code) for code in range(0x3001) if chr(code).isspace())
_SILENT = frozenset([*map(chr, range(0x20)), *"\\\x7f\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffd"])
"""Controls, escapes, characters without width, and what could not be decoded."""

LOST = _QUOTES | _HYPHENS | _MARKS | _SPACES | _SILENT

_LINE_ENDS = frozenset("\n\r\v\f\u2028\u2029")

MAX_GAP = 400
"""Characters that lie between two letters of a message at most: an indented, prefixed line."""

_FIRST_IDEOGRAPH = 0x2E80
"""From here on scripts have no spaces, so that a word has no end that could be seen (Unicode, CJK)."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where each of its characters stands in the text."""

    text: str
    at: tuple[int, ...]
    source: str

    def gap(self, index: int) -> str:
        """What was lost before the character at `index`."""
        start = self.at[index - 1] + 1 if index else 0
        return self.source[start : self.at[index]]


def fold(source: str) -> Folded:
    low = source.lower()
    if len(low) != len(source):  # İ
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in source)
    at = tuple([i for i, c in enumerate(low) if c not in LOST])
    return Folded("".join([low[i] for i in at]), at, source)


@lru_cache(maxsize=4096)
def fits(wanted: str, found: str) -> bool:
    """Whether a text may have lost `found` where the pattern has lost `wanted`."""
    if not found or found == wanted or found.isspace():
        return True
    if len(found) > MAX_GAP:
        return False
    wrapped = not _LINE_ENDS.isdisjoint(found)
    spaced = not _SPACES.isdisjoint(found)
    hyphen = wrapped or any(c in _HYPHENS or c in _SPACES for c in wanted)
    quote = any(c in _QUOTES for c in wanted)
    for char in found:
        if char in _QUOTES:
            allowed = quote
        elif char in _HYPHENS:
            allowed = hyphen
        elif char in _MARKS:
            allowed = wrapped or spaced or char in wanted
        else:
            allowed = True
        if not allowed:
            return False
    return True


def is_word(char: str) -> bool:
    """A letter, digit or underscore of a script that has spaces between its words."""
    return (char.isalnum() or char == "_") and ord(char) < _FIRST_IDEOGRAPH


def begins_a_word(source: str, start: int) -> bool:
    """No word goes on over the place `start`."""
    return start == 0 or not is_word(source[start - 1]) or not is_word(source[start])


def ends_a_word(source: str, end: int) -> bool:
    """No word, host name or file name goes on over the place `end`."""
    if end >= len(source) or not is_word(source[end - 1]):
        return True
    following = source[end]
    if following in "-." and end + 1 < len(source):
        return not is_word(source[end + 1])
    return not is_word(following)
