"""Reads a log of any size: every line is looked at quickly, and closely once for each kind of line.

Two lines are of one kind if they have the same of the words that are in the tables, in the same order:
times, host names and numbers of processes make no difference. Only lines with a word that every pattern has
one of are looked at closely, together with the lines around them.
"""

import codecs
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import BinaryIO

from tlswizard.content.library import Content
from tlswizard.explain.match import Match, Reading, found_in, ranked
from tlswizard.explain.patterns import index_of
from tlswizard.explain.secrets import Withholding

BLOCK = 512 * 1024
"""Bytes that are looked at together: large enough that blocks cost nothing, small beside the program."""
SEGMENT = 4096
"""Bytes of a line that are looked at as one; a longer line is several of one number."""
BEFORE, AFTER = 3, 5
"""Lines around one with a word of the tables: where the rest of a message stands that was wrapped."""
CONTEXT = 1000
"""Bytes of the lines around: the longest message has half as many."""
MAX_KINDS = 4000
"""Kinds of lines that are looked at closely: a second of work, and a few megabytes."""
MAX_KEY = 60
"""Words by which a line is told from others."""

_WORD_BYTES = bytes(
    c if c in b"abcdefghijklmnopqrstuvwxyz0123456789_\n" else c + 32 if 65 <= c <= 90 else 32
    for c in range(256)
)
_COLOUR = re.compile(rb"(?:\x1b|\\+u001b)\[[0-9;]*m")
_ESCAPES = (rb"\n", rb"\r", rb"\t", rb"\u0027", rb"\u0022")

Key = tuple[bytes, ...]


def explain_stream(source: BinaryIO | Iterable[bytes], content: Content) -> tuple[Match, ...]:
    """The messages in a file or in chunks of one, best first, with their lines."""
    return read_stream(source, content).matches


def read_stream(source: BinaryIO | Iterable[bytes], content: Content) -> Reading:
    """What a file says. Takes UTF-8 with whatever is in it, and UTF-16 as PowerShell writes it."""
    chunks = iter(lambda: source.read(BLOCK), b"") if hasattr(source, "read") else iter(source)
    log = _Log(content)
    first = next(chunks, b"")
    log.begin(first)
    for data in _utf8(_and_then(first, chunks)):
        log.add(data)
    return log.end()


class _Log:
    def __init__(self, content: Content) -> None:
        self._content = content
        self._vocabulary = index_of(content).vocabulary
        self._withholding = Withholding()
        self._raw = b""
        """bytes of a line whose end has not come"""
        self._rest = b""
        """whole lines that were not looked at, without keys and certificates"""
        self._behind: list[bytes] = []
        """the last segments that were looked at"""
        self._line = 1
        """number of the first line in the rest"""
        self._kinds: dict[Key, int] = {}
        self._times: Counter[int] = Counter()
        """how many lines there are of a kind"""
        self._found: dict[tuple[str, str], Match] = {}
        self._of_kind: dict[tuple[str, str], set[int]] = {}
        self._shortened = False

    def begin(self, start: bytes) -> None:
        self._withholding.binary(start[:16])

    def add(self, data: bytes) -> None:
        self._raw += data
        border = self._raw.rfind(b"\n") + 1
        if not border and len(self._raw) >= BLOCK:
            space = self._raw.rfind(b" ", len(self._raw) - SEGMENT)
            border = space + 1 if space > 0 else len(self._raw) - CONTEXT
        self._withhold(border)
        if len(self._rest) >= BLOCK:
            self._look(self._border())

    def end(self) -> Reading:
        self._withhold(len(self._raw))
        self._look(len(self._rest), last=True)
        counted = (
            replace(m, count=max(1, sum(self._times[k] for k in self._of_kind[key])))
            for key, m in self._found.items()
        )
        return Reading(ranked(counted, self._content), self._withholding.state, self._line, self._shortened)

    def _withhold(self, border: int) -> None:
        data, self._raw = self._raw[:border], self._raw[border:]
        if b"\0" in data:  # what PowerShell adds to a file of another encoding, or no text at all
            data = data.replace(b"\0", b"")
        self._rest += self._withholding.without(data)

    def _border(self) -> int:
        """Where the block is cut: a few lines before its end, so that each has what follows it."""
        border = len(self._rest)
        for _ in range(AFTER + 1):
            lower = self._rest.rfind(b"\n", len(self._rest) - AFTER * SEGMENT, border)
            if lower < 0:
                break
            border = lower
        return border + 1 if border < len(self._rest) else len(self._rest) - CONTEXT

    def _look(self, size: int, *, last: bool = False) -> None:
        block, self._rest = self._rest[:size], self._rest[size:]
        lines, numbers = _segments(block, self._line)
        if block.endswith(b"\n") and not last:
            del lines[-1], numbers[-1]
        ahead = self._rest.split(b"\n", AFTER + 1)[:AFTER] if self._rest else []
        behind = self._behind
        self._behind = [*behind, *lines][-BEFORE:]
        part = _Part(
            [*behind, *lines, *(line[:SEGMENT] for line in ahead)],
            [
                *range(self._line - len(behind), self._line),
                *numbers,
                *range(self._line, self._line + len(ahead)),
            ],
            range(len(behind), len(behind) + len(lines)),
        )
        self._line += block.count(b"\n")
        keyed: dict[int, int | None] = {}
        """segments with a word of the tables; the kind of those that are new"""
        for place, key in self._keys(part.lines):
            keyed[place] = self._kind(key) if place in part.own else None
        fresh = [place for place, kind in keyed.items() if kind is not None]
        for first, stop in _windows(fresh, len(part.lines)):
            self._look_closely(part, first, stop, keyed, goes_on=not last or stop < len(part.lines))

    def _kind(self, key: Key) -> int | None:
        """Counts a line of this kind; its number if it is the first one."""
        if (kind := self._kinds.get(key)) is not None:
            self._times[kind] += 1
            return None
        if len(self._kinds) >= MAX_KINDS:
            self._shortened = True
            return None
        kind = self._kinds[key] = len(self._kinds)
        self._times[kind] = 1
        return kind

    def _keys(self, lines: list[bytes]) -> Iterator[tuple[int, Key]]:
        plain = b"\n".join(lines)
        low = _plain(plain).translate(_WORD_BYTES)
        known, triggers = self._vocabulary.words.__contains__, self._vocabulary.triggers
        for place, line in enumerate(low.split(b"\n")):
            words = line.split()
            if not triggers.isdisjoint(words) and not _is_binary(lines[place]):
                yield place, tuple(filter(known, words))[:MAX_KEY]
        for word in self._vocabulary.loose:
            for place in _with(word, plain):
                yield place, (b"loose", *lines[place].lower().split()[:MAX_KEY])

    def _look_closely(
        self, part: "_Part", first: int, stop: int, keyed: dict[int, int | None], *, goes_on: bool
    ) -> None:
        near = b"\n".join(part.near(place, keyed) for place in range(first, stop))
        text = near.decode("utf-8", "replace")
        for match in found_in(text, self._content, first_line=first, goes_on=goes_on):
            # It belongs to its first line that has a kind. If that is an old kind, it was found there.
            until = min(match.line + AFTER, len(part.lines))
            anchor = next((place for place in range(match.line, until) if place in keyed), match.line)
            kind = keyed.get(anchor)
            key = (match.row, match.message)
            here = replace(match, line=max(1, part.numbers[match.line]))
            if key not in self._found:
                self._found[key] = here
                self._of_kind[key] = set()
            elif (here.cut, here.line) < (self._found[key].cut, self._found[key].line):
                self._found[key] = here
            if kind is not None:
                self._of_kind[key].add(kind)


@dataclass(frozen=True, slots=True)
class _Part:
    """Segments of lines with some before and after that are there only to be read along."""

    lines: list[bytes]
    numbers: list[int]
    """the line that each is from"""
    own: range

    def near(self, place: int, keyed: dict[int, int | None]) -> bytes:
        """A line to look at; of the long ones around only the nearer end."""
        line = self.lines[place]
        if keyed.get(place) is not None or len(line) <= CONTEXT:
            return line
        return line[-CONTEXT:] if keyed.get(place + 1) is not None else line[:CONTEXT]


def _with(word: bytes, text: bytes) -> Iterator[int]:
    """The lines that have `word` in them."""
    low = text.lower()
    place = low.find(word)
    if place < 0:
        return
    starts = [0, *accumulate(len(line) + 1 for line in low.split(b"\n"))]
    while place >= 0:
        line = bisect_right(starts, place) - 1
        yield line
        place = low.find(word, starts[line + 1]) if line + 1 < len(starts) else -1


_TEXT = bytes(c for c in range(256) if c >= 0x20 or c in b"\t\r\x1b")
MAX_CONTROLS = 0.05
"""Share of control characters in what is read as text; in random bytes it is 0.1."""


def _is_binary(line: bytes) -> bool:
    return len(line.translate(None, _TEXT)) > max(4, MAX_CONTROLS * len(line))


def _plain(block: bytes) -> bytes:
    if b"\\" in block:
        for escape in _ESCAPES:
            block = block.replace(escape, b" " * len(escape))
    return _COLOUR.sub(b"", block) if b"\x1b" in block or b"u001b" in block else block


def _segments(block: bytes, line: int) -> tuple[list[bytes], list[int]]:
    """The lines, long ones cut between words, and the number of the line that each is from."""
    lines = block.split(b"\n")
    if max(map(len, lines)) <= SEGMENT:
        return lines, list(range(line, line + len(lines)))
    result: list[bytes] = []
    numbers: list[int] = []
    for number, whole in enumerate(lines, line):
        start = 0
        while len(whole) - start > SEGMENT:
            space = whole.rfind(b" ", start + SEGMENT // 2, start + SEGMENT)
            stop = space + 1 if space > 0 else start + SEGMENT
            result.append(whole[start:stop])
            numbers.append(number)
            start = stop
        result.append(whole[start:])
        numbers.append(number)
    return result, numbers


MAX_WINDOW = 200
"""Lines that are looked at together."""


def _windows(places: Iterable[int], size: int) -> Iterator[tuple[int, int]]:
    """Ranges of lines around these; where one follows on the other they overlap by the lines around."""
    first: int | None = None
    stop = 0
    for place in sorted(places):
        if first is not None and (place - BEFORE > stop or place - first > MAX_WINDOW):
            yield first, stop
            first = None
        if first is None:
            first = max(0, place - BEFORE)
        stop = min(size, place + AFTER + 1)
    if first is not None:
        yield first, stop


_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def _utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same in UTF-8, in pieces of a block at most."""
    first = next(chunks, b"")
    while len(first) < 4 and (more := next(chunks, b"")):
        first += more
    encoding = next((name for bom, name in _ENCODINGS if first.startswith(bom)), None) or _wide(first)
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    for chunk in _and_then(first, chunks):
        for start in range(0, len(chunk), BLOCK):
            part = chunk[start : start + BLOCK]
            yield decoder.decode(part).encode("utf-8", "replace") if decoder else part


def _and_then(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte is zero, from the first letters on."""
    even, odd = start[0:4096:2], start[1:4096:2]
    if start[1:4:2] == b"\0\0" and 0 not in start[0:4:2] and odd.count(0) > 0.6 * len(odd):
        return "utf-16-le"
    if start[0:4:2] == b"\0\0" and 0 not in start[1:4:2] and even.count(0) > 0.6 * len(even):
        return "utf-16-be"
    return None
