"""What programs print when they refuse a server: one row per message, with the causes that it names.

A file holds, under each client id, the list of its messages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

from tlswizard.content.rows import Row, read_rows

MessageKind = Literal["specific", "any-fault", "not-ours"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a program."""

    client: str
    """the id of the client that prints it; programs with the same words have no rows of their own"""
    pattern: str
    """as it is printed; `{…}` is a hole for what varies"""
    causes: tuple[str, ...]
    """the likeliest first; none unless it is specific"""
    kind: MessageKind
    """`any-fault`: printed for every fault alike; `not-ours`: looks alike and is another matter"""
    note: str


def read_messages(files: Iterable[tuple[str, bytes]]) -> Iterator[Message]:
    """All messages of these files (name, content), in file order. Raises BadFile."""
    return (message for _, message in read_rows(files, _message, lists=True))


def _message(row: Row) -> Message:
    kind = cast("MessageKind", row.choice("kind", get_args(MessageKind), default="specific"))
    return Message(
        client=row.id,
        pattern=row.text("pattern"),
        causes=row.words("causes", required=kind == "specific"),
        kind=kind,
        note=row.text("note", default=""),
    )
