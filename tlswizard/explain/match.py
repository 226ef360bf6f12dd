"""Finds in any text (a pasted message, a log, a transcript) what programs print when they refuse a server.

Text comes wrapped at the edge of a window, quoted in a mail, with curly quotes, inside JSON. So both the
text and the patterns are *folded* before they are compared: letters in lower case, and without all that
gets lost or added on the way (white space, quotes, hyphens, quoting marks).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain

from tlswizard.content.library import Content
from tlswizard.content.messages import Message, MessageKind

MAX_TEXT = 1_000_000
"""Characters that are looked at, from the start: a long log, read in a fraction of a second."""
MAX_HOLE = 300
"""Characters that a hole of a pattern stands for: a host name has at most 253, and a URL is seldom longer."""


@dataclass(frozen=True, slots=True)
class Match:
    """A known message that was found."""

    client: str
    message: str
    """in the words of the table, with its holes"""
    kind: MessageKind
    causes: tuple[str, ...]
    line: int
    """where it starts, counted from 1"""
    note: str


def explain(text: str, content: Content) -> tuple[Match, ...]:
    """The messages in `text`, best first: those that name a cause, then those that look like ours and are
    not, then those that fit any fault; of one kind the longer first. A message counts once, and not at
    all where it is a part of a longer one.
    """
    lines = [_folded(line) for line in text[:MAX_TEXT].split("\n")]
    starts = [0, *accumulate(len(line) for line in lines)]
    folded = "".join(lines)
    taken = bytearray(len(folded))
    found: list[tuple[Message, int, int]] = []
    patterns = [(message, _pieces(message.pattern)) for message in content.messages]
    for message, pieces in sorted(patterns, key=lambda row: -sum(map(len, row[1]))):
        own = [spans for spans in _occurrences(pieces, folded) if any(0 in taken[s:e] for s, e in spans)]
        if own:
            found.append((message, sum(map(len, pieces)), bisect_right(starts, own[0][0][0])))
        for start, end in chain.from_iterable(own):
            taken[start:end] = b"\1" * (end - start)
    found.sort(key=lambda row: (_BEST_FIRST.index(row[0].kind), -row[1], row[2]))
    return tuple(Match(m.client, m.pattern, m.kind, m.causes, line, m.note) for m, _, line in found)


_BEST_FIRST: tuple[MessageKind, ...] = ("specific", "not-ours", "any-fault")
_HOLE = re.compile(r"\{[^{}]*\}")
_ESCAPED_SPACE = re.compile(r"\\[nrt]")
_LOST = re.compile(r"[\s\"'`´‘’‚‛“”„‟«»‹›\\>|│\-\u2010-\u2015\u2212\xad\u200b-\u200f\u2060\ufeff]+")
"""White space, quotes and their escapes, marks of quoting, hyphens and dashes, characters without width."""


def _folded(text: str) -> str:
    return _LOST.sub("", _ESCAPED_SPACE.sub(" ", text).casefold())


def _pieces(pattern: str) -> tuple[str, ...]:
    """The folded parts of `pattern` between its holes."""
    return tuple(piece for part in _HOLE.split(pattern) if (piece := _folded(part)))


def _occurrences(pieces: tuple[str, ...], text: str) -> Iterator[list[tuple[int, int]]]:
    """Every occurrence: the (start, end) of each piece, one after the other."""
    position = 0
    while pieces and (start := text.find(pieces[0], position)) >= 0:
        position = start + len(pieces[0])
        spans = [(start, position)]
        for piece in pieces[1:]:
            end = spans[-1][1]
            at = text.find(piece, end, end + MAX_HOLE + len(piece))
            if at < 0:
                break
            spans.append((at, at + len(piece)))
        else:
            position = spans[-1][1]
            yield spans
