"""The rows of the programs table, as their YAML files state them.

```yaml
clients:
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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tlswizard.content.reader import BadFile, List, Node, Problem, Scalar, Table, read
from tlswizard.core.verdict import Triple


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A kind of program, and whose stores it reads."""

    id: str
    title: str
    family: str
    account: Literal["user", "service"]
    judge: Literal["openssl", "rules"]
    found_by: tuple[str, ...]
    stores: Mapping[str, tuple[tuple[str, ...], ...]]
    """per platform: groups that are read together; of a group only the first store that is there"""
    refuses: frozenset[Triple]
    tolerates: frozenset[Triple]
    sources: tuple[str, ...]


_KEYS = {"title", "family", "account", "judge", "found-by", "stores", "refuses", "tolerates", "sources"}


def read_clients(files: Iterable[tuple[str, bytes]]) -> Mapping[str, ClientRow]:
    """All rows of these files (name, bytes) by id. Raises BadFile with everything that is wrong."""
    rows: dict[str, ClientRow] = {}
    for name, data in files:
        top = _table(read(data, name), "a table with the key `clients`")
        rows |= {key.text: _row(key, node) for key, node in _table(top.get("clients") or top, "rows").entries}
    return rows


def _row(key: Scalar, node: Node) -> ClientRow:
    row = _table(node, f"what `{key.text}` is")
    for found, _ in row.entries:
        if found.text not in _KEYS:
            raise _bad(found, f"`{found.text}` is no key of a program", ", ".join(sorted(_KEYS)), "unknown-key")
    account, judge = _text(row, "account", "user"), _text(row, "judge", "rules")
    if account not in ("user", "service") or judge not in ("openssl", "rules"):
        raise _bad(key, "`account` is user or service, `judge` is openssl or rules", "", "unknown-value")
    return ClientRow(
        id=key.text,
        title=_text(row, "title", key.text),
        family=_text(row, "family", key.text),
        account=account,
        judge=judge,
        found_by=_texts(row, "found-by"),
        stores=_stores(row),
        refuses=frozenset(_triple(t) for t in _texts(row, "refuses")),
        tolerates=frozenset(_triple(t) for t in _texts(row, "tolerates")),
        sources=_texts(row, "sources"),
    )


def _stores(row: Table) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found = row.get("stores")
    if found is None:
        return {}
    return {
        platform.text: tuple(
            (item.text,) if isinstance(item, Scalar) else _texts(_table(item, "a first-of list"), "first-of")
            for item in _list(groups).items
        )
        for platform, groups in _table(found, "stores by platform").entries
    }


def _triple(text: str) -> Triple:
    cause, kind, role, *_ = [*text.split(), None, None]
    return str(cause), kind if kind != "*" else None, role


def _text(row: Table, key: str, default: str) -> str:
    node = row.get(key)
    return node.text if isinstance(node, Scalar) else default


def _texts(row: Table, key: str) -> tuple[str, ...]:
    node = row.get(key)
    return tuple(i.text for i in _list(node).items if isinstance(i, Scalar)) if node is not None else ()


def _table(node: Node, what: str) -> Table:
    if not isinstance(node, Table):
        raise _bad(node, f"here stands {what}: a table is expected", "", "wrong-type")
    return node


def _list(node: Node) -> List:
    if not isinstance(node, List):
        raise _bad(node, "a list is expected here", "- one\n- two", "wrong-type")
    return node


def _bad(node: Node, what: str, instead: str, code: str) -> BadFile:
    return BadFile((Problem(node.place, what, instead, code),))
