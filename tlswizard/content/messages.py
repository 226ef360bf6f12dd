"""What programs print when they refuse a server: one row per message, read in both directions.

*Forward*, the judge's verdict becomes the very words of a program: the first row of that program whose
`for` fits the fault, with its holes filled. *Backward*, a pasted text is searched for every pattern.
A file holds, under each client id, the list of its messages.

```yaml
curl:
  - pattern: "curl: (60) SSL certificate problem: {openssl}"   # a hole named as a client: that one's words
    kind: any-fault
    for: any                        # printed for every fault that no earlier row of curl is for
  - pattern: "certificate subject name '{subject}' does not match target host name '{host}'"
    causes: [name-mismatch]         # what the text says, the likeliest first
    for: [name-mismatch other leaf] # cause [kind [role]]: the faults for which this program prints it
    note: what it means, and what it does not mean
```

Holes that are filled: `{host}` `{port}` `{now}`; of the server's certificate `{cn}` `{name}` `{names}`
`{typed-names}`; of the one at fault `{subject}` `{issuer}` `{not-before}` `{not-after}` (RFC 3339), and both
`…-in-full` as date(1) writes them; the ids of clients. Any other hole is shown as `…`. A row without `for` is
recognised only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

from tlswizard.content.rows import Row, read_rows
from tlswizard.content.triples import triple
from tlswizard.core.terms import Triple

ANY = "any"
"""In `for`: every fault that no row before is for."""

MessageKind = Literal["specific", "any-fault", "not-ours"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a program."""

    client: str
    """the id of the client that prints it; programs with the same words have no rows of their own"""
    pattern: str
    """as it is printed; `{…}` is a hole for what varies"""
    causes: tuple[str, ...]
    """the likeliest first, those that it is printed for among them; none unless it is specific"""
    kind: MessageKind
    """`any-fault`: printed for every fault alike; `not-ours`: looks alike and is another matter"""
    note: str
    prints: tuple[Triple, ...] = ()
    """the faults for which this client prints it; `any` for a cause stands for all"""


def read_messages(files: Iterable[tuple[str, bytes]]) -> Iterator[Message]:
    """All messages of these files (name, content), in file order. Raises BadFile."""
    return (message for _, message in read_rows(files, _message, lists=True))


def _message(row: Row) -> Message:
    kind = cast("MessageKind", row.choice("kind", get_args(MessageKind), default="specific"))
    causes = row.words("causes", required=kind == "specific")
    prints = tuple(triple(words) for words in row.words("for"))
    # What is printed for a fault may mean it, however seldom that is.
    seldom = (cause for cause, _, _ in prints if kind == "specific" and cause != ANY)
    return Message(
        client=row.id,
        pattern=row.text("pattern"),
        causes=tuple(dict.fromkeys((*causes, *seldom))),
        kind=kind,
        note=row.text("note", default=""),
        prints=prints,
    )
