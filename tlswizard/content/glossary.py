"""The glossary: words of the trade in plain ones, and where they stand in a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tlswizard.content.rows import Row, read_rows


@dataclass(frozen=True, slots=True)
class Word:
    """A word that callers and learners may not know."""

    id: str
    word: str
    """as it is shown"""
    also: tuple[str, ...]
    """other spellings, plurals among them, that stand in texts"""
    means: str
    example: str
    """one line, or nothing"""
    sources: tuple[str, ...]


def read_words(files: Iterable[tuple[str, bytes]]) -> Iterator[Word]:
    """All words of these files (name, content), in file order. Raises BadFile."""
    return (word for _, word in read_rows(files, _word))


def words_in(text: str, words: Iterable[Word]) -> tuple[Word, ...]:
    """Those of `words` that stand in `text`, each once, in the order in which they come up.

    Whole words only: what is part of a name (`root-ca.example.com`, `ca.pem`) is none. Of two that begin at
    one place the longer one counts. Words in capitals are found in capitals only, with or without an s.
    """
    known = tuple(words)
    spelled, pattern = _pattern(known)
    return tuple(
        dict.fromkeys(spelled[found.lastindex - 1] for found in pattern.finditer(text) if found.lastindex)
    )


def _word(row: Row) -> Word:
    return Word(
        id=row.id,
        word=row.text("word"),
        also=row.words("also"),
        means=row.text("means"),
        example=row.text("example", default=""),
        sources=row.words("sources", required=True),
    )


@lru_cache(maxsize=4)
def _pattern(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], re.Pattern[str]]:
    """One pattern for all spellings, and the word of each of its groups.

    Sorted by first letter, and with the groups at the ends: so one look drops a place where nothing begins.
    """
    spellings = [(spelling, word) for word in words for spelling in (word.word, *word.also)]
    starts: dict[str, list[tuple[str, Word]]] = {}
    for spelling, word in sorted(spellings, key=lambda each: len(each[0]), reverse=True):
        for letter in {spelling[0], spelling[0] if spelling.isupper() else spelling[0].swapcase()}:
            starts.setdefault(letter, []).append((spelling, word))
    ways = (
        re.escape(letter) + f"(?:{'|'.join(_rest(s) for s, _ in found)})" for letter, found in starts.items()
    )
    whole = rf"(?<![\w-])(?<!\w\.)(?:{'|'.join(ways) or '(?!)'})(?![\w-])(?!\.\w)"
    return tuple(word for found in starts.values() for _, word in found), re.compile(whole)


def _rest(spelling: str) -> str:
    """All but the first letter, and a group. Texts are wrapped: a space may be a line's end."""
    rest = r"\s+".join(map(re.escape, spelling[1:].split(" ")))
    return f"{rest}s?()" if spelling.isupper() else f"(?i:{rest})()"
