"""Collects what is wrong in a playbook, each at the very word, with what to write instead."""

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from tlswizard.content.reader import BadFile, Place, Problem, pointed
from tlswizard.core.text import listed, visible

MAX_PROBLEMS = 50
"""As the reader's: who has more mends the first ones and looks again."""
MAX_CHOICES = 8
"""More than these nobody reads in a message."""


class Problems:
    """The problems of one file. Not frozen: it is filled while the file is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines = re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))
        self._found: list[Problem] = []

    def add(self, place: Place, what: str, instead: str, code: str) -> None:
        self._found.append(Problem(place, what, instead, code))

    def unknown(self, place: Place, word: str, known: Iterable[str], what: str, code: str) -> str | None:
        """`word` is none of the known ones: `what` is the sentence about it. Returns what was meant."""
        known = tuple(known)
        meant = near(word, known)
        if meant:
            instead = f"did you mean {quoted(meant)}?"
        elif not known:
            instead = "there is none; leave it out"
        elif len(known) <= MAX_CHOICES:
            instead = f"write {listed([quoted(k) for k in known], MAX_CHOICES).replace(' and ', ' or ')}"
        else:
            instead = "look up the names in the documentation of the playbook format"
        self.add(place, what, instead, code)
        return meant

    def word(self, place: Place, word: str) -> Place:
        """Where `word` stands in the text that starts at `place`: one of a comma list, a `{reference}`."""
        whole = re.compile(
            re.escape(word) if word.startswith("{") else rf"(?<![\w-]){re.escape(word)}(?![\w-])"
        )
        start = place.column - 1
        for number, line in enumerate(self._lines[place.line - 1 :], place.line):
            if found := whole.search(line, start):
                return replace(place, line=number, column=found.start() + 1)
            start = 0
        return place

    def all(self) -> BadFile:
        """What was found, in file order."""
        return BadFile(pointed(self._found, self._data)[:MAX_PROBLEMS])

    def settle(self) -> None:
        """Raises BadFile if anything was found."""
        if self._found:
            raise self.all()


def near(word: str, known: Iterable[str]) -> str | None:
    """The one name that was probably meant."""
    return next(iter(get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)), None)


def quoted(text: str) -> str:
    return f"“{visible(text, 60)}”"
