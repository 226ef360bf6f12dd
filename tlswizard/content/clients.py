"""The rows of the programs table, as their YAML files state them. A site adds its program as one more file.

```yaml
curl:
  title: curl
  like: openssl                   # agrees with that row in all that it does not say itself
  family: curl                    # rows of one family differ by account; the id, if it is not said
  account: user                   # or service
  judge: openssl                  # or rules
  flags: [partial-chain, strict]  # what it asks of OpenSSL
  found-by: [command:curl]        # signs for Machine.has
  stores:
    linux:                        # read together; of a first-of list only the first that is there
      - first-of: [env:SSL_CERT_FILE, linux-system]
  refuses: [leaf-pinned issued]   # cause [kind [role]], beyond what everybody refuses; * stands for any
  tolerates: [name-mismatch cn-only]
  fetches-issuers: yes            # asks the address in a certificate for its issuer (AIA)
  first-error: […, name-mismatch] # faults in the order in which it meets them; … stands for all others
  tested: [curl 7.88.1]             # the versions that tests have run; without it, "by rules, not run here"
  sources: [curl(1)]
```
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, cast, get_args

from tlswizard.content.reader import BadFile, List, Node, Problem, Scalar, Table
from tlswizard.content.rows import Row, read_rows
from tlswizard.content.triples import triple
from tlswizard.core.terms import Flag, Triple
from tlswizard.core.text import visible

Account = Literal["user", "service"]
Judge = Literal["openssl", "rules"]
Groups = tuple[tuple[str, ...], ...]


MAX_LIKE = 20
"""Rows that are each like the next one; the shipped table needs two."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A kind of program, and whose stores it reads."""

    id: str
    title: str
    family: str
    account: Account
    judge: Judge
    found_by: tuple[str, ...]
    stores: Mapping[str, Groups]
    """per platform: groups that are read together; of a group only the first store that is there"""
    refuses: frozenset[Triple]
    tolerates: frozenset[Triple]
    sources: tuple[str, ...]
    like: "ClientRow | None" = None
    """the row that it agrees with where it says nothing itself"""
    flags: frozenset[Flag] = frozenset()
    fetches_issuers: bool = False
    first_error: tuple[Triple, ...] = ()
    tested: tuple[str, ...] = ()
    """the versions that tests have run; () for a row by rules alone"""


@dataclass(frozen=True, slots=True)
class _Said:
    """A row as its file has it: what is not said is empty."""

    row: Row
    id: str
    like: str
    title: str
    family: str
    account: str
    judge: str
    flags: tuple[str, ...]
    found_by: tuple[str, ...]
    stores: Mapping[str, Groups]
    refuses: frozenset[Triple]
    tolerates: frozenset[Triple]
    fetches_issuers: str
    first_error: tuple[Triple, ...]
    tested: tuple[str, ...]
    sources: tuple[str, ...] = field(default=())


def read_clients(files: Iterable[tuple[str, bytes]]) -> Mapping[str, ClientRow]:
    """All rows of these files (name, content) by id, in their order. Raises BadFile."""
    said = dict(read_rows(files, _said))
    made: dict[str, ClientRow] = {}
    for id_ in said:
        _make(id_, said, made)
    return MappingProxyType({id_: made[id_] for id_ in said})


def _make(id_: str, said: Mapping[str, _Said], made: dict[str, ClientRow]) -> None:
    own = said[id_]
    if id_ in made:
        return
    if own.like and (own.like not in said or not _has_end(id_, said)):
        what = f"“{visible(own.like, 60)}” is no row that “{visible(id_, 60)}” can be like."
        raise BadFile([Problem(own.row.place, what, "like: openssl", "unknown-value")])
    if own.like:
        _make(own.like, said, made)
    base = made.get(own.like)
    made[id_] = ClientRow(
        id=id_,
        title=own.title,
        family=own.family or id_,
        account=cast("Account", own.account),
        judge=cast("Judge", own.judge or (base.judge if base else "rules")),
        found_by=own.found_by,
        stores=own.stores or (base.stores if base else {}),
        refuses=own.refuses,
        tolerates=own.tolerates,
        sources=own.sources,
        like=base,
        flags=frozenset(cast("tuple[Flag, ...]", own.flags)) or (base.flags if base else frozenset()),
        fetches_issuers=(own.fetches_issuers or ("yes" if base and base.fetches_issuers else "no")) == "yes",
        first_error=own.first_error or (base.first_error if base else ()),
        tested=own.tested,
    )


def _has_end(id_: str, said: Mapping[str, _Said]) -> bool:
    """Whether a row that is like none comes within MAX_LIKE: else they go in a circle, or far."""
    for _ in range(MAX_LIKE):
        id_ = said[id_].like if id_ in said else ""
        if not id_:
            return True
    return False


def _said(row: Row) -> _Said:
    like = row.text("like", default="")
    return _Said(
        row=row,
        id=row.id,
        like=like,
        title=row.text("title"),
        family=row.text("family", default=""),
        account=row.choice("account", get_args(Account), default="user"),
        judge=row.choice("judge", get_args(Judge), default="" if like else None),
        flags=_among(row, "flags", get_args(Flag)),
        found_by=_signs(row),
        stores={platform: tuple(_groups(row, node)) for platform, node in row.table("stores")},
        refuses=frozenset(triple(t) for t in row.words("refuses")),
        tolerates=frozenset(triple(t) for t in row.words("tolerates")),
        fetches_issuers=row.choice("fetches-issuers", ("yes", "no"), default=""),
        first_error=tuple(triple(t) for t in row.words("first-error")),
        tested=row.words("tested"),
        sources=row.words("sources", required=True),
    )


_SIGN = re.compile(
    r"package:[\w-]{1,60}|(command|interpreter|library|node|java|windows|macos):[\w .+<>=-]{1,60}", re.ASCII
)
"""A word, and no path. Of a package no part either: importlib.util.find_spec runs the package for it."""


def _signs(row: Row) -> tuple[str, ...]:
    words = row.words("found-by")
    if strange := [word for word in words if not _SIGN.fullmatch(word) or ".." in word]:
        what = f"“{visible(strange[0], 60)}” is no sign of a program."
        row.wrong(row.place, what, "found-by: [command:curl]", "unknown-value")
    return words


def _among(row: Row, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    words = row.words(key)
    if strange := [word for word in words if word not in known]:
        row.wrong(
            row.place,
            f"“{visible(strange[0], 60)}” is not known for “{key}”.",
            ", ".join(known),
            "unknown-value",
        )
    return words


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
