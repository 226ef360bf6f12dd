"""Where the patterns lie in a text: every occurrence, before it is weighed.

A text is looked at twice if its lines begin alike: as it stands, and with the beginnings blanked out, so
that a message is found that was wrapped before each line got its time and its program's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tlswizard.explain.folding import LOST, Folded, begins_a_word, ends_a_word, fits, fold
from tlswizard.explain.patterns import HEADS, MAX_HOLE, Index, Pattern, Piece

MIN_CUT, MIN_CUT_SHARE = 16, 0.75
LONG_CUT = 28
"""What is cut off is known by three quarters of its letters, or by so many that it needs no more."""
MAX_TAIL = 600
"""Folded characters at the end of a text in which a message may begin that is cut off."""
TRIES = 12
"""Places at which the next piece is tried: more come up only in texts made for it."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """An occurrence; spans are places in the cleaned text."""

    pattern: Pattern
    spans: tuple[Span, ...]
    letters: int
    cut: bool = False

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @cached_property
    def key(self) -> tuple[str, str, tuple[Span, ...]]:
        return (self.pattern.message.client, self.pattern.message.pattern, self.spans)


def occurrences(text: str, index: Index, *, goes_on: bool = False) -> list[Found]:
    """All occurrences in a cleaned text, each once, in no order; `goes_on`: its end is not the text's."""
    found: dict[tuple[str, str, tuple[Span, ...]], Found] = {}
    for one in dict.fromkeys((text, without_prefixes(text))):
        folded = fold(one)
        for occurrence in _whole(folded, index):
            found.setdefault(occurrence.key, occurrence)
        if not goes_on:
            for occurrence in _cut_off(folded, index):
                found.setdefault(occurrence.key, occurrence)
    return list(found.values())


_DIGITS = str.maketrans("123456789", "000000000")
_PREFIX_END = re.compile(r"[\s:\]|>)#*/]")
MAX_PREFIX = 160


def without_prefixes(text: str) -> str:
    """With blanks for what a line and the line before it begin with alike, but for digits."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    result = [lines[0]]
    before = lines[0][:MAX_PREFIX].translate(_DIGITS)
    for line in lines[1:]:
        masked = line[:MAX_PREFIX].translate(_DIGITS)
        alike = _alike(before, masked)
        while alike and not _PREFIX_END.match(line[alike - 1]):
            alike -= 1
        start = line[:alike]
        # Two lines may well begin with the same word; times and programs' names have digits and signs.
        if alike and (not start.strip(" \t").isalpha()) and any(not c.isalpha() and c != " " for c in start):
            result.append(" " * alike + line[alike:])
        else:
            result.append(line)
        before = masked
    return "\n".join(result)


def _alike(one: str, other: str) -> int:
    """The length of the beginning that both have."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _whole(folded: Folded, index: Index) -> Iterator[Found]:
    text = folded.text
    anchors = index.anchors
    done: set[tuple[int, int]] = set()
    for length in index.lengths:
        for place in [i for i in range(len(text) - length + 1) if text[i : i + length] in anchors]:
            for anchor in anchors[text[place : place + length]]:
                start = place - anchor.offset
                if (spans := _around(anchor.pattern, anchor.piece, start, folded)) is None:
                    continue
                if (key := (id(anchor.pattern), spans[0][0])) not in done:
                    done.add(key)
                    yield Found(anchor.pattern, _places(spans, folded), anchor.pattern.letters)


def _places(spans: tuple[Span, ...], folded: Folded) -> tuple[Span, ...]:
    return tuple((folded.at[start], folded.at[end - 1] + 1) for start, end in spans)


def _around(pattern: Pattern, piece: int, start: int, folded: Folded) -> tuple[Span, ...] | None:
    """The spans of all pieces if `piece` lies at `start`, in the folded text."""
    if start < 0 or not _stands(pattern.pieces[piece], start, folded):
        return None
    spans = [(start, start + len(pattern.pieces[piece].text))]
    for earlier in reversed(pattern.pieces[:piece]):
        if (place := _before(earlier, spans[0][0], folded)) is None:
            return None
        spans.insert(0, (place, place + len(earlier.text)))
    for later in pattern.pieces[piece + 1 :]:
        if (place := _after(later, spans[-1][1], folded)) is None:
            return None
        spans.append((place, place + len(later.text)))
    return tuple(spans)


def _before(piece: Piece, end: int, folded: Folded) -> int | None:
    lowest = max(0, end - MAX_HOLE - len(piece.text))
    for _ in range(TRIES):
        place = folded.text.rfind(piece.text, lowest, end)
        if place < 0:
            return None
        if _stands(piece, place, folded):
            return place
        end = place + len(piece.text) - 1
    return None


def _after(piece: Piece, start: int, folded: Folded) -> int | None:
    highest = start + MAX_HOLE + len(piece.text)
    for _ in range(TRIES):
        place = folded.text.find(piece.text, start, highest)
        if place < 0:
            return None
        if _stands(piece, place, folded):
            return place
        start = place + 1
    return None


def _stands(piece: Piece, start: int, folded: Folded) -> bool:
    """Whether the piece lies here, with nothing between its letters that does not belong there."""
    end = start + len(piece.text)
    if not folded.text.startswith(piece.text, start):
        return False
    at = folded.at
    first, last = at[start], at[end - 1]
    if last - first != end - start - 1 and not _gaps_fit(piece, start, len(piece.text), folded):
        return False
    open_, close = piece.at_word
    return (not open_ or begins_a_word(folded.source, first)) and (
        not close or ends_a_word(folded.source, last + 1)
    )


def _gaps_fit(piece: Piece, start: int, length: int, folded: Folded) -> bool:
    at, source, gaps = folded.at, folded.source, piece.gaps
    before = at[start]
    for offset in range(1, length):
        place = at[start + offset]
        if place - before > 1 and not fits(gaps[offset], source[before + 1 : place]):
            return False
        before = place
    return True


# ── messages that are cut off ──

_ELLIPSIS = frozenset(".…[]()'\"") | LOST


def _cut_off(folded: Folded, index: Index) -> Iterator[Found]:
    """Messages of which the text has only the beginning, because it ends there."""
    text = folded.text
    end = len(text)
    while end and text[end - 1] in _ELLIPSIS:
        end -= 1
    for start in range(max(0, end - MAX_TAIL), end - MIN_CUT + 1):
        patterns = [p for n in HEADS for p in index.heads.get(text[start : start + n], ())]
        candidates = [f for p in patterns if (f := _beginning(p, start, end, folded))]
        if not candidates:
            continue
        shared = [c for c in candidates[0].pattern.message.causes
                  if all(c in other.pattern.message.causes for other in candidates)]  # fmt: skip
        kinds = {f.pattern.message.kind for f in candidates}
        firsts = {f.pattern.message.causes[:1] for f in candidates}
        if len(kinds) == 1 and (len(firsts) == 1 or shared):
            # Among those that it can be, the one that says least more than what is there.
            yield min(candidates, key=lambda f: f.pattern.letters)


def _beginning(pattern: Pattern, start: int, end: int, folded: Folded) -> Found | None:
    """The pattern at `start` if the text ends before the pattern does, and after enough of it."""
    spans: list[Span] = []
    letters = 0
    place = start
    for number, piece in enumerate(pattern.pieces):
        rest = end - place
        if number == 0 or rest < len(piece.text) + MAX_HOLE:
            part = _last_part(piece, place, end, folded, number > 0)
            if part is not None:
                spans.append((part, end))
                letters += end - part
                break
        where = place if number == 0 and _stands(piece, place, folded) else None
        if number:
            where = _after(piece, place, folded)
        if where is None:
            break
        place = where + len(piece.text)
        spans.append((where, place))
        letters += len(piece.text)
    else:
        return None
    if not spans or letters >= pattern.letters:
        return None
    if letters < LONG_CUT and (letters < MIN_CUT or letters < MIN_CUT_SHARE * pattern.letters):
        return None
    if spans[-1][1] != end and end - spans[-1][1] > MAX_HOLE:
        return None
    return Found(pattern, _places(tuple(spans), folded), letters, cut=True)


def _last_part(piece: Piece, place: int, end: int, folded: Folded, hole: bool) -> int | None:
    """Where the piece begins whose rest is missing: right at `place`, or after a hole."""
    start = place
    if hole:
        low = max(place, end - len(piece.text) + 1)
        start = folded.text.rfind(piece.text[: HEADS[-1]], low, end)
    length = end - start
    if start < 0 or length >= len(piece.text) or not piece.text.startswith(folded.text[start:end]):
        return None
    if not hole and piece.at_word[0] and not begins_a_word(folded.source, folded.at[start]):
        return None
    return start if _gaps_fit(piece, start, length, folded) else None
