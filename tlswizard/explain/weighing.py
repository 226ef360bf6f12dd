"""Which of the occurrences count: the longer hides the shorter, a cover gives its name to what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlswizard.explain.finding import MIN_CUT, MIN_CUT_SHARE, Found
from tlswizard.explain.patterns import Hole

MIN_OWN = 3
"""Letters that a message has to itself, or it is a part of the longer ones that lie over it."""

BESIDE = 80
"""Characters between a cover and what stands beside it: names of the exceptions in between."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An occurrence that counts."""

    found: Found
    client: str
    """the outermost program in whose words it stands, else the one that has the message"""


def weighed(occurrences: Sequence[Found], text: str) -> list[Weighed]:
    """Those that count, in the order of the text."""
    kept = _own(_not_outdone(occurrences), text)
    covers = [f for f in kept if f.pattern.covers and not (f.pattern.weak and f.cut)]
    used: set[int] = set()
    result = []
    for found in kept:
        client, inner = found.pattern.message.client, found
        while cover := _cover_of(inner, covers, text):
            used.add(id(cover))
            client, inner = cover.pattern.message.client, cover
        result.append(Weighed(found, client))
    told = [w for w in result if id(w.found) not in used and not w.found.pattern.weak]
    return sorted(told, key=lambda w: w.found.start)


def _not_outdone(occurrences: Sequence[Found]) -> list[Found]:
    """Without those whose last words are the first words of another message that goes on.

    “…: self-signed certificate” is not what a text says that goes on “in certificate chain”.
    """
    whole = {(f.start, f.end) for f in occurrences if not f.cut}
    starts = sorted((f.start, f.end) for f in occurrences if not f.cut and len(f.spans) == 1)
    result = []
    for found in occurrences:
        first = found.spans[-1][0]
        outdone = any(
            first < start < found.end < end and (start, found.end) in whole for start, end in starts
        )
        if not outdone:
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


def _cover_of(found: Found, covers: Sequence[Found], text: str) -> Found | None:
    """The nearest cover in whose hole, or beside it, the message stands."""
    around = [c for c in covers if c is not found and c.start < found.start and _holds(c, found, text)]
    return max(around, key=lambda c: c.start, default=None)


def _holds(cover: Found, found: Found, text: str) -> bool:
    for hole in cover.pattern.covers:
        place = hole.before
        if not 0 < place <= len(cover.spans):  # the text ends before
            continue
        low = cover.spans[place - 1][1]
        if place < len(cover.spans):
            holds = low <= found.start and found.end <= cover.spans[place][0]
        else:
            holds = low <= found.start <= low + BESIDE
        if holds and (not cover.pattern.weak or _exactly(cover, hole, found, text)):
            return True
    return False


def _exactly(cover: Found, hole: Hole, found: Found, text: str) -> bool:
    """The words of a weak cover stand right before the words that it covers, in their own case."""
    if found.pattern.message.client.partition("-")[0] != hole.name.partition("-")[0]:
        return False
    between = text[cover.spans[-1][1] : found.start]
    own = text[cover.start : cover.end]
    return not between.strip("\"' \t") and own in cover.pattern.message.pattern
