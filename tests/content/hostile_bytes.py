"""What a file from a stranger may hold, and what must be true of every message about it."""

import re
from collections.abc import Iterable, Sequence

from hypothesis import settings
from hypothesis import strategies as st

from tlswizard.content.reader import MAX_BYTES, MAX_PROBLEMS, Problem
from tlswizard.core.text import visible

STEADY = settings(max_examples=200, deadline=None, derandomize=True)
"""The same examples on every computer."""

KINDS = ("utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig", "latin-1")
STRANGE = (
    "\0",
    "\ufeff",
    "\t",
    "\r",
    "\r\n",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x7f",
    "\x1b[31m",
    "\u3000",
    "\U000e0041",
    "{",
    "}",
    "[",
    "]",
    "{server.__class__}",
    "{site.",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "<<: ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "'",
    '"',
    "|",
    ">",
    "? ",
    ": ",
    ", ",
    "- ",
    "#",
    "\\",
    "`",
    "x" * 5000,
)
ESCAPED = (
    '"\\0"',
    '"\\u202e"',
    '"\\e[2J"',
    '"a\\nb"',
    '"\\ud800"',
    "[a, {b: c}]",
    "{a: [b]}",
    "~",
    '""',
    "no",
    "0",
)


@st.composite
def mutated(draw: st.DrawFn, files: Sequence[bytes]) -> bytes:
    """A file that was right, after one to six accidents."""
    text = draw(st.sampled_from(files)).decode()
    for _ in range(draw(st.integers(1, 6))):
        text = _accident(draw, text)
    how = draw(st.sampled_from(("utf-8",) * 12 + KINDS))
    data = text.encode(how, "replace")
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(data)))
        data = (
            data[:at]
            + draw(st.sampled_from((b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90")))
            + data[at:]
        )
    return data


def _accident(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    other = draw(st.integers(0, len(lines) - 1))
    match draw(st.integers(0, 9)):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = " " * draw(st.integers(0, 8)) + lines[at].lstrip()
        case 4:
            key, colon, _ = lines[at].partition(": ")
            lines[at] = key + colon + draw(st.sampled_from(ESCAPED))
        case 5:
            return text[: draw(st.integers(0, len(text)))]
        case 6:
            column = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:column] + draw(st.sampled_from(STRANGE)) + lines[at][column:]
        case 7:
            column = draw(st.integers(0, max(0, len(lines[at]) - 1)))
            lines[at] = lines[at][:column] + draw(st.characters(codec="utf-8")) + lines[at][column + 1 :]
        case 8:
            words = re.findall(r"[\w-]+", text)
            word = draw(st.sampled_from(words or ["a"]))
            lines[at] = re.sub(r"[\w-]+$", lambda _: word, lines[at])
        case _:
            return text.replace("\n", draw(st.sampled_from(("\r", "\r\n", "\n\n", "\u2028"))))
    return "\n".join(lines)


def anything(keys: Sequence[str], files: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes, texts, tables with these `keys` and whatever under them, and mutations of `files`."""
    word = st.one_of(
        st.sampled_from(list(keys)),
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.sampled_from(ESCAPED),
    )
    nodes = st.recursive(
        word,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
            st.lists(st.tuples(word, inner), max_size=5).map(
                lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
            ),
        ),
        max_leaves=20,
    )
    tables = st.lists(st.tuples(st.sampled_from(list(keys)), nodes), max_size=10).map(
        lambda pairs: "\n".join(f"{key}: {value}" for key, value in pairs)
    )
    pieces = st.lists(st.sampled_from((*STRANGE, *(f"{key}:\n  " for key in keys), "a: b\n", "\n  "))).map(
        "".join
    )
    return st.one_of(st.binary(max_size=300), tables.map(str.encode), pieces.map(str.encode), mutated(files))


def assert_sound(problems: Iterable[Problem], data: bytes) -> None:
    """Each message has a place in the file and a sentence, and nothing in it is hidden from the reader."""
    problems = tuple(problems)
    assert 0 < len(problems) <= MAX_PROBLEMS
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    for problem in problems:
        assert 1 <= problem.place.line <= len(lines), problem
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1, problem
        assert problem.what.strip()
        assert problem.code
        assert len(str(problem)) < 4000
        shown = (problem.what, problem.instead, problem.source, str(problem.place))
        assert all(visible(part, len(part)) == part for part in shown), problem


def filled(start: str, item: str, end: str = "") -> bytes:
    """As many of `item` as a file may hold; `@` in it is its number."""
    parts, room, number = [], MAX_BYTES - len(start) - len(end), 0
    while (room := room - len(part := item.replace("@", str(number)))) >= 0:
        parts.append(part)
        number += 1
    return (start + "".join(parts) + end).encode()
