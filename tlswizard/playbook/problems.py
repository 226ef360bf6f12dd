"""Collects what is wrong in a playbook, each at the very word, with what to write instead."""

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from tlswizard.content.reader import MAX_PROBLEMS, Place, Problem, pointed
from tlswizard.core.text import listed, visible

ENOUGH = 200
"""Problems after which nothing more is looked for: four times as many as are shown, because they are not
found in file order."""
MAX_SENTENCE = 1000
"""Characters of what is said about one problem: it may list a dozen outcomes."""
MAX_KNOWN = 500
"""Names among which the one that was meant is looked for; it takes 0.03 ms for each."""
MAX_WORD = 60
"""The longest word for which one is looked for, as much as is shown of it."""
MAX_CHOICES = 8
"""More than these nobody reads in a message."""


class Enough(Exception):
    """There are ENOUGH problems."""


class Problems:
    """The problems of one file. Not frozen: it is filled while the file is read."""

    def __init__(self, data: bytes, found: Iterable[Problem] = ()) -> None:
        self._data = data
        self._lines = re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))
        self._found: list[Problem] = list(found)
        self.ways_known = not self._found
        """False once a mistake hides where a step leads: then nothing is said about ways through the
        playbook, which would only repeat that mistake in other words"""

    def add(self, place: Place, what: str, instead: str, code: str) -> None:
        """Raises Enough."""
        self._note(Problem(place, visible(what, MAX_SENTENCE), visible(instead, MAX_SENTENCE), code))

    def warn(self, place: Place, what: str, instead: str, code: str) -> None:
        """Raises Enough."""
        self._note(
            Problem(
                place, visible(what, MAX_SENTENCE), visible(instead, MAX_SENTENCE), code, severity="warning"
            )
        )

    def _note(self, problem: Problem) -> None:
        self._found.append(problem)
        if len(self._found) >= ENOUGH:
            raise Enough

    def unknown(self, place: Place, word: str, known: Iterable[str], what: str, code: str) -> str | None:
        """`word` is none of the known ones: `what` is the sentence about it. Returns what was meant."""
        known = tuple(known)
        meant = near(word, known)
        if meant:
            instead = f"did you mean {quoted(meant)}?"
        elif not known:
            instead = "leave it out"
        elif len(known) <= MAX_CHOICES:
            instead = f"write {listed([quoted(k) for k in known], MAX_CHOICES).replace(' and ', ' or ')}"
        else:
            instead = "look up the names in the documentation of the playbook format"
        self.add(place, what, instead, code)
        return meant

    def word(self, place: Place, word: str, before: str = "") -> Place:
        """Where `word` stands in the text that starts at `place`: one of a comma list, a `{reference}`.

        `before` is the text up to it, in which it may stand, too. A line may end between its words.
        """
        edge = ("", "") if word.startswith("{") else (r"(?<![\w-])", r"(?![\w-])")
        whole = re.compile(edge[0] + r"\s+".join(map(re.escape, word.split())) + edge[1])
        rest = "\n".join([self._lines[place.line - 1][place.column - 1 :], *self._lines[place.line :]])
        found = next(islice(whole.finditer(rest), len(whole.findall(before)), None), None)
        if found is None:
            return place
        line = rest.count("\n", 0, found.start())
        column = found.start() - rest.rfind("\n", 0, found.start())
        return replace(place, line=place.line + line, column=column + (0 if line else place.column - 1))

    def all(self) -> tuple[Problem, ...]:
        """What was found, in file order. Where that is too much to show, warnings wait for the errors."""
        errors = [problem for problem in self._found if problem.severity == "error"]
        return pointed(errors if errors and len(self._found) > MAX_PROBLEMS else self._found, self._data)

    @property
    def errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._found)


def near(word: str, known: Iterable[str]) -> str | None:
    """The one name that was probably meant."""
    if len(word) > MAX_WORD:
        return None
    names = [name for name in islice(known, MAX_KNOWN) if len(name) <= 2 * MAX_WORD]
    return next(iter(get_close_matches(word.lower(), names, n=1, cutoff=0.6)), None)


def quoted(text: str) -> str:
    return f"“{visible(text, 60)}”"
