"""The fixes in words: what to do, where, who, the risk, and how to see that it worked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

from tlswizard.content.rows import Row, read_rows
from tlswizard.core.terms import WHO

Where = Literal["server", "client-store", "machine-store", "program", "clock", "network"]


@dataclass(frozen=True, slots=True)
class FixText:
    """What a person reads about a fix. Commands and their undo are written where the platform is known."""

    id: str
    title: str
    """what to do, as an order"""
    text: str
    where: Where
    who: str
    risk: str
    takes_effect: str
    check: str
    """how to see that it worked"""
    changes: tuple[str, ...]
    """parts of the Case that are forgotten and inputs that are set when it is done"""
    parameters: tuple[str, ...]
    """inputs that it needs"""


def read_fixes(files: Iterable[tuple[str, bytes]]) -> Iterator[FixText]:
    """All fixes of these files (name, content), in file order. Raises BadFile."""
    return (fix for _, fix in read_rows(files, _fix))


def _fix(row: Row) -> FixText:
    return FixText(
        id=row.id,
        title=row.text("title"),
        text=row.text("text"),
        where=cast("Where", row.choice("where", get_args(Where))),
        who=row.choice("who", WHO),
        risk=row.text("risk"),
        takes_effect=row.text("takes-effect"),
        check=row.text("check"),
        changes=row.words("changes"),
        parameters=row.words("parameters"),
    )
