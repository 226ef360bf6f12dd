"""The one reader for every YAML file: playbooks, causes, fixes, clients, messages.

A playbook may come from a stranger, so this reads a small part of YAML and runs nothing: every scalar
is text, and there are no tags, no anchors, no aliases and no second document. The parser's *events* are
walked under limits and the values are built here; its own loaders are never called (with the C library
they end the whole process on deep nesting). Whatever the bytes, `read` returns a Node or raises BadFile.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import yaml

from tlswizard.content.complaints import in_plain_words
from tlswizard.core.text import visible

MAX_BYTES = 256 * 1024
"""A playbook of 100 steps has about 40 KB; what is larger was not written by a person."""
MAX_DEPTH = 12
"""A playbook needs 5 levels. The C parser's own limits come much later, and not all of them are safe."""
MAX_PROBLEMS = 50
"""Two screens full: who has more mends the first ones and looks again."""
MAX_SOURCE = 160
"""The part of a source line that is shown with a problem."""
MAX_COLUMNS = 100
"""Of a line that says what to write."""


@dataclass(frozen=True, slots=True)
class Place:
    """A character of a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file."""

    place: Place
    what: str
    """one sentence, in the author's own spelling"""
    instead: str
    """what to write, or empty"""
    code: str
    source: str = ""
    """the line of the file, one visible character for each of its characters (see `pointed`)"""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.what}"]
        if self.instead:
            lines.append("  -> " + "\n     ".join(_wrapped(self.instead)))
        if self.source:
            lines.append(f"  {self.source}")
        marker = " " * (self.place.column + 1) + "^  " if self.place.column <= len(self.source) + 1 else "  "
        lines.append(f"{marker if self.source else '  '}[{self.code}]")
        return "\n".join(lines)


_LONG_KEY = re.compile(r"([\w-]+(?:, [\w-]+)+)(: [\w-]+)")


def _wrapped(instead: str) -> list[str]:
    """Lines of at most MAX_COLUMNS. `a, b, c: step` becomes several that are each whole, to be copied: a key
    must end in the line in which it starts (YAML 1.2, 7.4.2)."""
    width = MAX_COLUMNS - len("  -> ")
    if len(instead) <= width:
        return [instead]
    keys, value = found.groups() if (found := _LONG_KEY.fullmatch(instead)) else (instead, "")
    lines = textwrap.wrap(keys, width - len(value), break_long_words=False, break_on_hyphens=False)
    return [line.rstrip(",") + value for line in lines] if value else lines


class BadFile(ValueError):
    """A file that cannot be used, with every problem that was seen, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, in the spelling of the file: `yes`, `0443` and `12:30` are texts too."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class List:
    items: "tuple[Node, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and what stands under them, in the order of the file; no key comes twice."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    place: Place

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key.text for key, _ in self.entries)

    def get(self, key: str) -> "Node | None":
        return next((node for found, node in self.entries if found.text == key), None)


Node = Scalar | List | Table


def read(data: bytes, file: str) -> Node:
    """The one document in `data`; `file` is its name in the messages.

    Raises BadFile with all the problems that can be seen at once.
    """
    node, problems = examined(data, file)
    if node is None or problems:
        raise BadFile(problems)
    return node


def examined(data: bytes, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The one document in `data`, and all that is wrong with it. None where it says too little to go on:
    what followed from such a mistake would only hide it."""
    file = visible(file)
    try:
        text = _decoded(data, file)
    except BadFile as bad:
        return None, bad.problems
    problems = list(_characters(text, file))
    try:
        node: Node | None = _Builder(text, file, problems).document()
    except _Stopped:
        node = None
    whole = all(problem.code in _HARMLESS for problem in problems)
    return node if whole else None, pointed(problems, data)


def pointed(problems: Iterable[Problem], data: bytes) -> tuple[Problem, ...]:
    """The first MAX_PROBLEMS of `problems` in file order, each with its line of the file `data`."""
    lines = _LINE_END.sub("\n", data.removeprefix(_BOM).decode("utf-8", "replace")).split("\n")

    def line(place: Place) -> str:
        if place.line > len(lines):
            return ""
        source = lines[place.line - 1]
        cut = source[:MAX_SOURCE] + "…" if len(source) > MAX_SOURCE else source
        return "".join("→" if c == "\t" else "�" if _is_hidden(c) else c for c in cut)

    ordered = sorted(problems, key=lambda p: (p.place.line, p.place.column))[:MAX_PROBLEMS]
    return tuple(replace(p, source=line(p.place)) for p in ordered)


_HARMLESS = ("duplicate", "hidden-character", "direction-character", "anchor", "tag")
"""After these the rest of the file still says what its author meant."""

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n?")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that show nothing (Unicode: Default_Ignorable_Code_Point; and the empty braille cell)."""
_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_DIRECTION_MARKS = "\u200e\u200f\u061c"


def _is_hidden(char: str) -> bool:
    if char in " \n":
        return False
    return unicodedata.category(char) in _HIDDEN or _BLANK.match(char) is not None


_NOTHING = "\ue000"
"""Stands for a hidden character until the file is read. It is private, and so a hidden one itself."""


def _stand_in(char: str) -> str:
    """What is read instead of a hidden character: a blank for one that looks like it or ends something."""
    return " " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"} else _NOTHING


def _first_hidden(text: str) -> str | None:
    if text.isascii() and text.replace("\n", " ").isprintable():
        return None  # nearly every text: not worth a look at each character
    return next((char for char in text if _is_hidden(char)), None)


def _named(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _decoded(data: bytes, file: str) -> str:
    """`data` as text with plain line ends. Raises BadFile."""

    def refuse(what: str, instead: str, code: str, line: int = 1, column: int = 1) -> BadFile:
        return BadFile(pointed([Problem(Place(file, line, column), what, instead, code)], data[:MAX_BYTES]))

    if len(data) > MAX_BYTES:
        raise refuse(
            f"The file has {-(-len(data) // 1024)} KB; at most {MAX_BYTES // 1024} KB are read.",
            "split it into smaller files",
            "too-big",
        )
    data = data.removeprefix(_BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _LINE_END.sub("\n", data[: error.start].decode("utf-8"))
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise refuse(
            "From here on the file is not UTF-8 text.",
            "save it with the encoding UTF-8",
            "not-utf-8",
            line,
            column,
        ) from None
    return _LINE_END.sub("\n", text)


def _characters(text: str, file: str) -> Iterator[Problem]:
    """The first tab and the first hidden character of each line."""
    if not any(_is_hidden(char) for char in set(text)):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            place = Place(file, number, line.index("\t") + 1)
            yield Problem(place, "There is a tab in this line.", "use spaces", "tab")
        hidden = next((i for i, c in enumerate(line) if c != "\t" and _is_hidden(c)), None)
        if hidden is not None:
            yield _hidden(line[hidden], Place(file, number, hidden + 1))


def _hidden(char: str, place: Place) -> Problem:
    if unicodedata.bidirectional(char) in _DIRECTION or char in _DIRECTION_MARKS:
        what, code = "This character changes the reading direction", "direction-character"
    elif unicodedata.category(char) == "Zs":
        what, code = "This looks like a space and is another character", "hidden-character"
    else:
        what, code = "This character cannot be seen", "hidden-character"
    instead = "an ordinary space" if unicodedata.category(char) == "Zs" else "delete it"
    return Problem(place, f"{what}: {_named(char)}.", instead, code)


class _Stopped(Exception):
    """Nothing behind this point can be read."""


class _Mark(Protocol):
    """A place by the parser (two classes without a common one); both count from 0."""

    line: int
    column: int


class _Builder:
    """Builds the Node of one document from events, and adds to `problems` what is not allowed."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        hidden = {ord(char): _stand_in(char) for char in set(text) if _is_hidden(char)}
        self.events = yaml.parse(text.translate(hidden) if hidden else text, Loader=loader)  # columns stay
        self.nothing = _NOTHING if hidden else ""
        self.file = file
        self.problems = problems
        self.lines = text.split("\n")
        self.last: yaml.Event | None = None
        """the event before the one that is asked for"""

    def document(self) -> Node:
        """The only document. Raises _Stopped."""
        start = self.next()
        while isinstance(start, yaml.StreamStartEvent):
            start = self.next()
        if not isinstance(start, yaml.DocumentStartEvent):
            raise self.stopped(start, "The file is empty.", "", "empty")
        if start.version or start.tags:
            self.report(start, "Lines that start with “%” are not used here.", "delete them", "directive")
        node = self.node(self.next(), 1)
        self.next()
        after = self.next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.stopped(
                after,
                "A second document starts here; a file holds one.",
                "delete the line “---”, or make two files",
                "second-document",
            )
        return node

    def node(self, event: yaml.Event, depth: int) -> Node:
        if depth > MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
            raise self.stopped(
                event, f"This is nested deeper than {MAX_DEPTH} levels.", "use fewer levels", "too-deep"
            )
        place = self.place(event)
        self.refuse_extras(event)
        match event:
            case yaml.ScalarEvent():
                text = event.value.replace(self.nothing, "")
                hidden = _first_hidden(text)
                if hidden:
                    self.problems.append(_hidden(hidden, place))
                return Scalar(text, place)
            case yaml.SequenceStartEvent():
                return List(tuple(self.items(depth)), place)
            case yaml.MappingStartEvent():
                return Table(tuple(self.entries(depth)), place)
            case _:
                return Scalar("", place)

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Place] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(self.next(), depth + 1)
            if not isinstance(key, Scalar):
                self.report(event, "A list or a table cannot be a key.", "key: text", "key-not-text")
            elif not key.text.strip():
                self.report(event, "The key before the colon is missing.", "key: text", "key-not-text")
            elif key.text in seen:
                first = seen[key.text].line
                what = f"“{visible(key.text, 60)}” stands here a second time; the first is in line {first}."
                self.report(event, what, "keep one of them", "duplicate")
            else:
                seen[key.text] = key.place
                yield key, value

    def refuse_extras(self, event: yaml.Event) -> None:
        """The three things of YAML with which a small file becomes large, or text becomes objects."""
        quoted = "put the text into quotes"
        if isinstance(event, yaml.AliasEvent):
            self.report(
                event, f"“*{visible(event.anchor or '', 60)}” would repeat another part.", quoted, "alias"
            )
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self.report(event, f"“&{visible(event.anchor, 60)}” would name this part.", quoted, "anchor")
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            what = "A word that starts with “!” would give this a type; here everything is text."
            self.report(event, what, quoted, "tag")

    def next(self) -> yaml.Event:
        """The next event. Raises _Stopped where the file cannot be read on."""
        try:
            self.last = next(self.events)
            return self.last
        except StopIteration:
            raise _Stopped from None
        except yaml.MarkedYAMLError as error:
            if not self.problems:  # else this may only follow from what is already named
                self.problems.append(self.explained(error))
        except (yaml.YAMLError, ValueError, OverflowError):  # numbers in escapes that stand for no character
            if not self.problems:
                what = "The file holds an escape or a character that cannot be read."
                self.problems.append(Problem(Place(self.file, 1, 1), what, "", "unreadable"))
        raise _Stopped

    def explained(self, error: yaml.MarkedYAMLError) -> Problem:
        """The parser's complaint in plain words, at the place where a person would look."""
        if seen := self.behind_a_quote(error) or self.list_among_keys(error):
            return seen
        said = f"{error.context or ''} {error.problem or ''}".lower()
        row = in_plain_words(said)
        marks = [error.context_mark, error.problem_mark]
        mark = next((m for m in (marks if row.at_start else reversed(marks)) if m), None)
        return Problem(self.at(mark), row.what, row.instead, row.code)

    def behind_a_quote(self, error: yaml.MarkedYAMLError) -> Problem | None:
        """The parser stumbled over what follows a closing quote: mostly that one was meant to be shown.
        In brackets it is mostly a comma that is missing."""
        mark = error.problem_mark
        if not isinstance(self.last, yaml.ScalarEvent) or self.last.style not in _QUOTES or mark is None:
            return None
        closed = self.last.end_mark
        if closed is None or mark.line != closed.line or self.rest(mark, closed.column, mark.column).strip():
            return None
        if "flow" in (error.context or "") or _CLOSING.match(self.rest(mark, mark.column)):
            return None
        own = self.last.style
        shown, other = _QUOTES[own]
        what = "The quote before this is the closing one, and something follows it."
        instead = f"write {shown} for a quote inside {own}…{own}, or {other}…{other} around the text"
        return Problem(self.at(mark), what, instead, "open-quote")

    def list_among_keys(self, error: yaml.MarkedYAMLError) -> Problem | None:
        """Of two lines beside each other, one starts with “- ” and one does not: the dash is named."""
        marks = [mark for mark in (error.context_mark, error.problem_mark) if mark]
        dashes = [mark for mark in marks if _DASH.match(self.rest(mark, mark.column))]
        if len(marks) < 2 or len(dashes) != 1 or marks[0].column != marks[1].column:
            return None
        what = "This “- ” starts a list, and a line beside it is none of it."
        return Problem(
            self.at(dashes[0]), what, "delete the “- ”, or write it before each line", "list-start"
        )

    def rest(self, mark: _Mark, start: int, end: int | None = None) -> str:
        """A part of the line of the mark, which may lie behind the last one."""
        return self.lines[mark.line][start:end] if mark.line < len(self.lines) else ""

    def stopped(self, event: yaml.Event, what: str, instead: str, code: str) -> _Stopped:
        self.report(event, what, instead, code)
        return _Stopped()

    def report(self, event: yaml.Event, what: str, instead: str, code: str) -> None:
        self.problems.append(Problem(self.place(event), what, instead, code))

    def place(self, event: yaml.Event) -> Place:
        return self.at(event.start_mark)

    def at(self, mark: _Mark | None) -> Place:
        if mark is None:
            return Place(self.file, 1, 1)
        return Place(self.file, min(mark.line + 1, len(self.lines)), mark.column + 1)


_QUOTES = {'"': ('\\"', "'"), "'": ("''", '"')}
"""How a quote is written inside of a pair of its own, and the other pair."""
_DASH = re.compile(r"-(?: |$)")
_CLOSING = re.compile(r"[\]}]+\s*(?:#|$)")
