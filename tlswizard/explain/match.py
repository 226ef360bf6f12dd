"""Finds in any text (a pasted message, a log, a transcript) what programs print when they refuse a server.

Text comes wrapped at the edge of a window, quoted in a mail, with curly quotes, inside JSON, cut off. It is
cleaned and folded (`cleaning`, `folding`), every pattern of the tables is looked for (`patterns`, `finding`),
and of what was found the longer hides the shorter (`weighing`). A long log is read by `stream`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tlswizard.content.library import Content
from tlswizard.content.messages import MessageKind
from tlswizard.core.text import visible
from tlswizard.explain.cleaning import cleaned
from tlswizard.explain.finding import Found, occurrences
from tlswizard.explain.patterns import MAX_HOLE, index_of
from tlswizard.explain.playbooks import playbook_for
from tlswizard.explain.secrets import NOTHING_WITHHELD, Withheld, masked, without_pem
from tlswizard.explain.weighing import Weighed, weighed

MAX_TEXT = 1_000_000
"""Characters of a pasted text that are looked at, from the start; a file is read to its end."""
AT_ONCE = 4 * 1024
"""Characters that are looked at as one; what is longer is read as a log is."""
MAX_SHOWN = 200
"""Characters of a text that are shown again: two lines and a half."""


@dataclass(frozen=True, slots=True)
class Match:
    """A known message that was found."""

    client: str
    """the program that says it: the outermost, where one passes on the words of another"""
    message: str
    """in the words of the table, with its holes"""
    kind: MessageKind
    causes: tuple[str, ...]
    line: int
    """where it starts, counted from 1"""
    note: str
    playbook: str | None = None
    """the one to open; None for what is not ours"""
    count: int = 1
    """how often it is there; `line` is the first"""
    shown: str = ""
    """the text that was recognised, in one visible line"""
    row: str = ""
    """the client whose table has the message"""
    server: str = ""
    """what the text around it names as the server, as it stands there"""
    cut: bool = False
    """the text ends before the message does"""
    letters: int = 0
    """how much of the text it is"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and what it is if it says nothing."""

    matches: tuple[Match, ...] = ()
    """best first"""
    withheld: Withheld = NOTHING_WITHHELD
    """what was in it that is no message: keys and certificates"""
    lines: int = 0
    shortened: bool = False
    """the text has more kinds of lines than are looked at, or goes on where reading stopped"""


def explain(text: str, content: Content) -> tuple[Match, ...]:
    """The messages in `text`, best first: those that name a cause, then those that look like ours and are
    not, then those that fit any fault. A message counts once, and not at all where it is a part of a
    longer one.
    """
    return reading(text, content).matches


def reading(text: str, content: Content) -> Reading:
    """What `text` says; only its first MAX_TEXT characters are looked at."""
    from tlswizard.explain.stream import read_stream  # noqa: PLC0415 - it is made of this

    if len(text) > AT_ONCE:
        told = read_stream([text[:MAX_TEXT].encode("utf-8", "replace")], content)
        return replace(told, shortened=told.shortened or len(text) > MAX_TEXT)
    data, withheld = without_pem(text.encode("utf-8", "replace"))
    found = found_in(data.decode("utf-8", "replace"), content)
    return Reading(ranked(found, content), withheld.state, text.count("\n") + 1)


def found_in(text: str, content: Content, first_line: int = 1, *, goes_on: bool = False) -> list[Match]:
    """Every message that counts, in the order of the text, each as often as it is there."""
    plain = cleaned(text)
    kept = weighed(occurrences(plain, index_of(content), goes_on=goes_on), plain)
    ends = _LineEnds(plain, first_line)
    return [_match(w, plain, ends) for w in kept]


def ranked(found: Iterable[Match], content: Content) -> tuple[Match, ...]:
    """Each message once, best first, with what the others say of it."""
    once: dict[tuple[str, str], Match] = {}
    for match in found:
        key = (match.row, match.message)
        if key not in once:
            once[key] = match
            continue
        one = once[key]
        first = min(one, match, key=lambda m: (m.cut, m.line))
        once[key] = replace(first, count=one.count + match.count, line=min(one.line, match.line))
    matches = sorted(once.values(), key=_rank)
    why = next((m for m in matches if m.kind == "specific"), None)
    return tuple(replace(_beside(m, why), playbook=playbook_for(m.kind, m.causes, content)) for m in matches)


_BEST_FIRST: tuple[MessageKind, ...] = ("specific", "not-ours", "any-fault")

LETTERS_PER_CAUSE = 8
"""What each cause takes from a message's weight: a short certain one stands before a long vague one."""


def _rank(match: Match) -> tuple[int, bool, int, int]:
    weight = match.letters - LETTERS_PER_CAUSE * len(match.causes)
    return (_BEST_FIRST.index(match.kind), match.cut, -weight, match.line)


def _beside(match: Match, why: Match | None) -> Match:
    """The message that fits any fault, if another one says which it was."""
    if match.kind != "any-fault" or why is None:
        return match
    where = "the rest of it" if why.line == match.line else f"line {why.line}"
    return replace(match, note=f"This line only says that the certificate was refused; {where} says why.")


class _LineEnds:
    def __init__(self, text: str, first: int) -> None:
        self._ends = [m.start() for m in re.finditer("\n", text)]
        self._first = first

    def line(self, place: int) -> int:
        return self._first + bisect_left(self._ends, place)


def _match(weighed_: Weighed, text: str, ends: _LineEnds) -> Match:
    found, message = weighed_.found, weighed_.found.pattern.message
    return Match(
        client=weighed_.client,
        message=message.pattern,
        kind=message.kind,
        causes=message.causes,
        line=ends.line(found.start),
        note=message.note,
        shown=_shown(weighed_, text),
        row=message.client,
        server=_server(weighed_, text),
        cut=found.cut,
        letters=found.letters,
    )


AROUND = 600
"""Characters before and after a message among which its server is named."""


def _shown(weighed_: Weighed, text: str) -> str:
    found = weighed_.found
    end = found.end
    if any(h.before == len(found.spans) for h in found.pattern.holes):  # what varies stands at its end
        line_end = text.find("\n", end)
        end = min(len(text) if line_end < 0 else line_end, end + MAX_HOLE)
    part = " ".join(text[found.start : min(end, found.start + 4 * MAX_SHOWN)].split())
    return visible(masked(part), MAX_SHOWN)


LINES_AROUND = 3

_URL = re.compile(r"\b([a-z][a-z0-9+.-]{1,15}://)([^\s\"'`<>‘’“”\\]+)", re.I)
_HOST_AND_PORT = re.compile(r"host=['\"]([^'\"\s]{1,253})['\"], port=(\d{1,5})")
_PLAIN = re.compile(r"(?:.*@)?((?:[\w-]+\.)+[\w-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.I)
_TO_READ = re.compile(
    r"\b(?:see|here|visit|docs?|documentation|details|learn more|information|help)\b[^.]*$", re.I
)
"""Words before the URL of a page about the message."""
_ABOUT_ERRORS = frozenset({"curl.se", "curl.haxx.se"})


def _server(weighed_: Weighed, text: str) -> str:
    """What stands in the message's hole for the host; else the nearest URL, of its own line first."""
    found = weighed_.found
    start = text.rfind("\n", 0, found.start) + 1
    end = text.find("\n", found.end)
    end = len(text) if end < 0 else end
    own = _nearest(text, max(start, found.start - AROUND), min(end, found.end + AROUND), found)
    named = _in_hole(weighed_, text)
    if named:
        return next((server for server in own if _host(server) == _host(named)), named)
    for _ in range(LINES_AROUND):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        end = text.find("\n", min(end + 1, len(text)))
        end = len(text) if end < 0 else end
    around = _nearest(text, max(start, found.start - AROUND), min(end, found.end + AROUND), found)
    return next(iter((*own, *around)), "")


def _host(server: str) -> str:
    return server.rpartition("://")[2].lower().split(":")[0]


def _in_hole(weighed_: Weighed, text: str) -> str:
    found = weighed_.found
    for hole in found.pattern.holes:
        if hole.name in ("host", "address", "url") and 0 < hole.before <= len(found.spans):
            begin = found.spans[hole.before - 1][1]
            part = re.sub(r"^[\s\"'`‘“]+", "", text[begin : begin + MAX_HOLE])
            if url := _URL.match(part):
                return _named(url[1], url[2])
            value = re.match(r"[\w.:\[\]-]{1,253}", part)
            if value and hole.name != "url" and masked(value[0]) == value[0]:
                return visible(value[0].rstrip(".:"), MAX_SHOWN)
    return ""


def _nearest(text: str, low: int, high: int, found: Found) -> list[str]:
    """The servers that are named between these places, the nearest first."""
    hits: list[tuple[int, str]] = []
    part = text[low:high]
    before = 0
    for url in _URL.finditer(part):
        line = part.rfind("\n", 0, url.start()) + 1
        words = part[max(line, before) : url.start()]
        before = url.end()
        if not _TO_READ.search(words) and (named := _named(url[1], url[2])):
            hits.append((_distance(low + url.start(), low + url.end(), found), named))
    for pair in _HOST_AND_PORT.finditer(part):
        named = visible(":".join(pair.groups()), MAX_SHOWN)
        hits.append((_distance(low + pair.start(), low + pair.end(), found), named))
    return [server for _, server in sorted(hits, key=lambda hit: hit[0])]


def _distance(start: int, end: int, found: Found) -> int:
    return max(found.start - end, start - found.end, 0)


def _named(scheme: str, rest: str) -> str:
    """The server of a URL without its password; empty if it may be a secret, or a page to read."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rstrip(".,;:)")
    if "@" in rest and not ((plain := _PLAIN.fullmatch(authority)) and plain[1]):
        authority = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    authority = re.split(r"[,;)]", authority.rpartition("@")[2], maxsplit=1)[0].rstrip(".:")
    if not authority or masked(authority) != authority or authority.lower() in _ABOUT_ERRORS:
        return ""
    return visible(scheme + authority, MAX_SHOWN)
