"""Which of the occurrences count: the longer hides the shorter, a cover gives its name to what is in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tlswizard.explain.finding import MIN_CUT, MIN_CUT_SHARE, Found

MIN_OWN = 3
"""Letters that a message has to itself, or it is a part of the longer ones that lie over it."""

BESIDE = 80
"""Characters between a cover and what stands beside it: names of the exceptions in between."""

MAX_COVERS = 8
"""Programs, each of which passes on the words of the next."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An occurrence that counts."""

    found: Found
    client: str
    """the outermost program in whose words it stands, else the one that has the message"""


def weighed(occurrences: Sequence[Found], text: str) -> list[Weighed]:
    """Those that count, in the order of the text."""
    kept = _own(_not_outdone(occurrences), text)
    covers = _Covers([f for f in kept if f.pattern.covers and not (f.pattern.weak and f.cut)], text)
    used: set[int] = set()
    result = []
    for found in kept:
        client = found.pattern.message.client
        for cover in covers.over(found):
            used.add(id(cover))
            client = cover.pattern.message.client
        result.append(Weighed(found, client))
    told = [w for w in result if id(w.found) not in used and not w.found.pattern.weak]
    return sorted(told, key=lambda w: w.found.start)


def _not_outdone(occurrences: Sequence[Found]) -> list[Found]:
    """Without those whose last words are the first words of another message that goes on.

    “…: self-signed certificate” is not what a text says that goes on “in certificate chain”. And what is
    there as a whole is not the beginning of a longer one that is cut off.
    """
    whole = {(f.start, f.end) for f in occurrences if not f.cut}
    longest: dict[int, int] = {}
    for found in occurrences:
        if not found.cut and len(found.spans) == 1:
            longest[found.start] = max(found.end, longest.get(found.start, 0))
    starts = sorted(longest)
    complete: dict[int, int] = {}
    for found in occurrences:
        if not found.cut:
            complete[found.start] = max(found.end, complete.get(found.start, 0))
    result = []
    for found in occurrences:
        end = found.end
        if found.cut and complete.get(found.start, 0) >= end:
            continue
        within = starts[bisect_right(starts, found.spans[-1][0]) : bisect_left(starts, end)]
        if not any(end < longest[start] and (start, end) in whole for start in within):
            result.append(found)
    return result


def _own(occurrences: Sequence[Found], text: str) -> list[Found]:
    """Those that have letters to themselves; the longest take theirs first."""
    taken = bytearray(len(text))
    kept = []
    for found in sorted(occurrences, key=lambda f: (f.cut, -f.letters, not f.pattern.listed, f.start)):
        places = (at for start, end in found.spans for at in range(start, end))
        free = sum(1 for at in places if not taken[at] and text[at].isalnum())
        if free >= min(_needed(found), found.letters):
            kept.append(found)
        for start, end in found.spans:
            taken[start:end] = b"\1" * (end - start)
    return kept


def _needed(found: Found) -> int:
    """What is cut off in the middle could be many a message, unless much of it is its own."""
    vague = found.cut and found.letters < MIN_CUT_SHARE * found.pattern.letters
    return MIN_CUT if vague else MIN_OWN


class _Covers:
    """The covers of a text by their places, so that only the near ones are tried."""

    def __init__(self, covers: Sequence[Found], text: str) -> None:
        self._text = text
        self._covers = sorted(reversed(covers), key=lambda c: c.start)
        self._starts = [c.start for c in self._covers]
        self._reach = max((c.end - c.start for c in covers), default=0) + BESIDE
        self._nearest: dict[int, Found | None] = {}

    def over(self, found: Found) -> Iterator[Found]:
        """The covers in which the message stands, from the innermost on, each message once."""
        rows = {id(found.pattern)}
        for _ in range(MAX_COVERS):
            cover = self._over(found)
            if cover is None or id(cover.pattern) in rows:
                return
            rows.add(id(cover.pattern))
            yield cover
            found = cover

    def _over(self, found: Found) -> Found | None:
        """The nearest cover in whose hole, or beside it, the message stands."""
        if id(found) not in self._nearest:
            first = bisect_left(self._starts, found.start - self._reach)
            before = range(first, bisect_left(self._starts, found.start))
            near = (self._covers[place] for place in reversed(before))
            self._nearest[id(found)] = next((c for c in near if _holds(c, found, self._text)), None)
        return self._nearest[id(found)]


def _holds(cover: Found, found: Found, text: str) -> bool:
    family = found.pattern.message.client.partition("-")[0]
    for hole in cover.pattern.covers:
        place = hole.before
        if not 0 < place <= len(cover.spans):  # the text ends before
            continue
        low = cover.spans[place - 1][1]
        if place < len(cover.spans):
            holds = low <= found.start and found.end <= cover.spans[place][0]
        else:
            holds = low <= found.start <= low + BESIDE and _goes_on(text[low : found.start])
        if holds and hole.name.partition("-")[0] == family:
            return not cover.pattern.weak or _exactly(cover, found, text)
    return False


def _goes_on(between: str) -> bool:
    """Whether a cover's line goes on: it may be wrapped right after the cover, and nowhere else."""
    rest, line_end, _ = between.partition("\n")
    return not line_end or not any(map(str.isalnum, rest))


def _exactly(cover: Found, found: Found, text: str) -> bool:
    """The words of a weak cover stand right before the words that it covers, in their own case."""
    between = text[cover.spans[-1][1] : found.start]
    own = text[cover.start : cover.end]
    return not between.strip("\"' \t") and own in cover.pattern.message.pattern
