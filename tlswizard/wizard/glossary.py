"""The glossary's words on a page, and how one is explained."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from tlswizard.content.glossary import Word, words_in
from tlswizard.core.blocks import Cell, Paragraph, Rows
from tlswizard.wizard.page import Look, Page

APART = "\n|\n"
"""Between two texts: no word goes from one over into the other."""


def words_on(page: Page, known: Iterable[Word]) -> tuple[Word, ...]:
    """Those of `known` that stand on the page, in reading order; what its keys open comes last."""
    shown = (page.heading, page.blocks, page.choices, page.field, page.why, page.details, page.say)
    return words_in(APART.join(_texts(shown)), known)


def explained(word: Word, observed: str) -> Look:
    """What it means, to be read or copied for somebody."""
    rows = [("Example", Cell(word.example))] if word.example else []
    rows += [("" if at else "Source", Cell(source)) for at, source in enumerate(word.sources)]
    blocks = (Paragraph(word.means), Rows(tuple(rows)))
    return Look(word.word, observed, blocks, copy=f"{word.word}: {word.means}")


def called(name: str, known: Iterable[Word]) -> Word | None:
    """The word that is spelled like this, in small letters or capitals."""
    wanted = " ".join(name.split()).casefold()
    return next((word for word in known if wanted in map(str.casefold, spellings(word))), None)


def spellings(word: Word) -> tuple[str, ...]:
    return (word.word, *word.also)


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, in the order of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
