"""The rows of the programs table, as their YAML files state them.

```yaml
openssl:
  title: OpenSSL
  family: openssl                 # rows of one family differ by account
  account: user                   # or service
  judge: openssl                  # or rules
  found-by: [command:openssl]     # signs for Machine.has
  stores:
    linux:                        # read together; of a first-of list only the first that is there
      - first-of: [env:SSL_CERT_FILE, linux-system]
  refuses: [leaf-pinned issued]   # cause [kind [role]], beyond what everybody refuses
  tolerates: [name-mismatch cn-only]
```
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from tlswizard.content.reader import List, Node, Scalar, Table
from tlswizard.content.rows import Row, read_rows
from tlswizard.content.triples import triple
from tlswizard.core.verdict import Triple

Account = Literal["user", "service"]
Judge = Literal["openssl", "rules"]


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A kind of program, and whose stores it reads."""

    id: str
    title: str
    family: str
    account: Account
    judge: Judge
    found_by: tuple[str, ...]
    stores: Mapping[str, tuple[tuple[str, ...], ...]]
    """per platform: groups that are read together; of a group only the first store that is there"""
    refuses: frozenset[Triple]
    tolerates: frozenset[Triple]
    sources: tuple[str, ...]


def read_clients(files: Iterable[tuple[str, bytes]]) -> Mapping[str, ClientRow]:
    """All rows of these files (name, content) by id. Raises BadFile."""
    return dict(read_rows(files, _row))


def _row(row: Row) -> ClientRow:
    return ClientRow(
        id=row.id,
        title=row.text("title"),
        family=row.text("family"),
        account=cast("Account", row.choice("account", get_args(Account), default="user")),
        judge=cast("Judge", row.choice("judge", get_args(Judge))),
        found_by=row.words("found-by"),
        stores={platform: tuple(_groups(row, node)) for platform, node in row.table("stores")},
        refuses=frozenset(triple(t) for t in row.words("refuses")),
        tolerates=frozenset(triple(t) for t in row.words("tolerates")),
        sources=row.words("sources", required=True),
    )


def _groups(row: Row, node: Node) -> Iterator[tuple[str, ...]]:
    for item in node.items if isinstance(node, List) else (node,):
        first_of = item.get("first-of") if isinstance(item, Table) else None
        if isinstance(item, Scalar):
            yield (item.text,)
        elif isinstance(first_of, List):
            yield tuple(one.text for one in first_of.items if isinstance(one, Scalar))
        else:
            row.wrong(item.place, "Here a store is expected, or a list of which the first counts.",
                      "- first-of: [env:SSL_CERT_FILE, linux-system]", "wrong-type")  # fmt: skip

