"""The tables as an index: which patterns can begin to match at a place of a folded text.

Every pattern is anchored at the six letters in it that are rarest among all patterns. A text is walked once;
only where such an anchor lies is its pattern compared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tlswizard.content.library import Content
from tlswizard.content.messages import Message
from tlswizard.explain.folding import Folded, fold, is_word

MAX_HOLE = 300
"""Characters that a hole of a pattern stands for: a host name has at most 253, and a URL is seldom longer."""

GRAM = 6
"""Letters of an anchor: rare enough to be seldom met by chance, and nearly every pattern has them."""

HEADS = (16, 8)
"""Letters with which a message that is cut off is looked up: the first piece has so many."""

WEAK = 16
"""Letters without which a cover is no message of its own, unless its program's name is among them."""

_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern between holes, folded."""

    text: str
    gaps: tuple[str, ...]
    """what was lost before each character"""
    at_word: tuple[bool, bool]
    """no word goes on before its start, after its end: not so beside a hole"""


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole between the pieces `before` - 1 and `before`."""

    name: str
    before: int


@dataclass(frozen=True, slots=True)
class Pattern:
    message: Message
    pieces: tuple[Piece, ...]
    holes: tuple[Hole, ...]
    covers: tuple[Hole, ...]
    """the holes in which another program's words stand"""
    letters: int
    weak: bool
    """a cover of so few words (“Error: …”) that by itself it says nothing"""
    listed: bool
    """its program is one of the programs table: it comes first where others print the very same"""


@dataclass(frozen=True, slots=True)
class Anchor:
    pattern: Pattern
    piece: int
    offset: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    words: frozenset[bytes]
    """of all patterns, in lower case"""
    triggers: frozenset[bytes]
    """a few of them, of which every pattern has one"""
    loose: tuple[bytes, ...]
    """for patterns without a word of their own: a part that is looked for within words, too"""


class Index:
    """All patterns, ready to be looked up."""

    def __init__(self, messages: Iterable[Message], programs: Collection[str] = ()) -> None:
        rows = tuple(messages)
        clients = {m.client for m in rows}
        families = clients | {c.partition("-")[0] for c in clients}
        self.patterns = tuple(p for m in rows if (p := _pattern(m, families, programs)).pieces)
        self.anchors: dict[str, list[Anchor]] = defaultdict(list)
        self.heads: dict[str, list[Pattern]] = defaultdict(list)
        self.lengths = self._anchor()
        for pattern in self.patterns:
            first = pattern.pieces[0].text
            if length := next((n for n in HEADS if n <= len(first)), 0):
                self.heads[first[:length]].append(pattern)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """What a long log is searched for; a message needs none of it."""
        return _vocabulary(self.patterns)

    def _anchor(self) -> tuple[int, ...]:
        common = Counter(
            gram for p in self.patterns for gram in {g for piece in p.pieces for g, _ in _grams(piece.text)}
        )
        for pattern in self.patterns:
            piece, offset, gram = min(
                ((k, o, g) for k, piece in enumerate(pattern.pieces) for g, o in _grams(piece.text)),
                key=lambda place: (-len(place[2]), common[place[2]], place[0], place[1]),
            )
            self.anchors[gram].append(Anchor(pattern, piece, offset))
        return tuple(sorted({len(gram) for gram in self.anchors}))


def index_of(content: Content) -> Index:
    """Made once, and kept beside the tables it is made of, as these are."""
    kept = vars(content)
    if "message_index" not in kept:
        kept["message_index"] = Index(content.messages, content.clients)
    index: Index = kept["message_index"]
    return index


def _pattern(message: Message, clients: set[str], programs: Collection[str]) -> Pattern:
    parts = _HOLE.split(message.pattern)
    pieces: list[Piece] = []
    holes: list[Hole] = []
    for place, part in enumerate(parts):
        if place % 2:
            holes.append(Hole(part, len(pieces)))
        elif (folded := fold(part)).text:
            pieces.append(_piece(folded, place > 0, place < len(parts) - 1))
    while len(pieces) > 1 and not any(map(str.isalnum, pieces[-1].text)):
        del pieces[-1]  # a final bracket or full stop says nothing, and is met in the hole before it
    covers = tuple(h for h in holes if message.kind != "not-ours" and h.name in clients)
    letters = sum(len(p.text) for p in pieces)
    named = any(message.client.partition("-")[0] in piece.text for piece in pieces)
    weak = bool(covers) and letters < WEAK and not named
    return Pattern(message, tuple(pieces), tuple(holes), covers, letters, weak, message.client in programs)


def _piece(folded: Folded, hole_before: bool, hole_after: bool) -> Piece:
    gaps = tuple(folded.gap(i) for i in range(len(folded.text)))
    first, last = folded.text[0], folded.text[-1]
    return Piece(folded.text, gaps, (not hole_before and is_word(first), not hole_after and is_word(last)))


def _grams(text: str) -> Iterator[tuple[str, int]]:
    """Its parts of GRAM letters with their places; all of it if it is shorter."""
    for start in range(max(1, len(text) - GRAM + 1)):
        yield text[start : start + GRAM], start


_WORD = re.compile(rb"[a-z0-9_]+")
_RUN = re.compile(r"[^\s{}]+")


def _vocabulary(patterns: Iterable[Pattern]) -> Vocabulary:
    """A word beside a hole may be a part of a longer one in a text, so it is no trigger."""
    everything: set[bytes] = set()
    rows: list[frozenset[bytes]] = []
    loose: set[bytes] = set()
    for pattern in patterns:
        whole: set[bytes] = set()
        parts = [part.lower() for part in _HOLE.split(pattern.message.pattern)[::2]]
        for place, part in enumerate(parts):
            encoded = part.encode()
            for found in _WORD.finditer(encoded):
                everything.add(found[0])
                if (found.start() or place == 0) and (found.end() < len(encoded) or place == len(parts) - 1):
                    whole.add(found[0])
        if whole:
            rows.append(frozenset(whole))
        else:
            loose.add(max((run for part in parts for run in _RUN.findall(part)), key=len).encode())
    return Vocabulary(frozenset(everything), _triggers(rows), tuple(sorted(loose)))


def _triggers(rows: list[frozenset[bytes]]) -> frozenset[bytes]:
    """Words of which every row has one: the greedy way, long ones first, as these are rare in other texts."""
    having: dict[bytes, set[int]] = defaultdict(set)
    for number, words in enumerate(rows):
        for word in words:
            having[word].add(number)
    open_ = set(range(len(rows)))
    chosen: set[bytes] = set()
    worth = {word: len(numbers) * min(len(word), 12) ** 3 for word, numbers in having.items()}
    for word in sorted(having, key=lambda w: (-worth[w], w)):
        if not open_.isdisjoint(having[word]):
            chosen.add(word)
            open_ -= having[word]
    return frozenset(chosen)
