"""The causes: every kind of fault with its words, its place in the order, who acts, and its fixes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast, get_args

from tlswizard.content.rows import Row, read_rows
from tlswizard.core.terms import WHO, Severity


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of fault."""

    id: str
    title: str
    """one plain sentence, without a full stop"""
    check: str
    """the check that states it"""
    place: int
    """the smaller, the earlier to deal with"""
    severity: Severity
    tolerated: Severity
    """what it is where no program that counts refuses for it"""
    fatal: bool
    """clients refuse for it unless their policy tolerates it"""
    who: str
    fixes: tuple[str, ...]
    """ids, the one to try first at the front"""
    explains: tuple[str, ...]
    """ids of causes that it replaces where it holds"""
    meaning: str
    """what it means for whoever calls"""
    because: str
    """the usual ways in which it comes about"""
    against: str
    """what would speak against it"""
    sources: tuple[str, ...]


def read_causes(files: Iterable[tuple[str, bytes]]) -> Iterator[Cause]:
    """All causes of these files (name, content), in file order. Raises BadFile."""
    return (cause for _, cause in read_rows(files, _cause))


def _cause(row: Row) -> Cause:
    severity = row.choice("severity", get_args(Severity))
    return Cause(
        id=row.id,
        title=row.text("title"),
        check=row.text("check"),
        place=row.number("place"),
        severity=cast("Severity", severity),
        tolerated=cast(
            "Severity",
            row.choice(
                "tolerated", get_args(Severity), default="warning" if severity == "warning" else "info"
            ),
        ),
        fatal=row.yes("fatal"),
        who=row.choice("who", WHO),
        fixes=row.words("fixes", required=True),
        explains=row.words("explains"),
        meaning=row.text("meaning"),
        because=row.text("because"),
        against=row.text("against"),
        sources=row.words("sources", required=True),
    )
