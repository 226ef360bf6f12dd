"""A SQLite file of a browser as rows, out of its bytes: nothing is written, nothing of the file is run.

The bytes are laid into memory, so that a database that a running browser holds locked can be read and
none is created by looking. Only a real table is queried (a view could hold any computation), with a
bound on steps and rows. NSS's own table and its values: lib/softoken/sdb.c and pkcs11t.h of NSS,
PKCS #11 3.2 for `CKO_TRUST`.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from tlswizard.core.text import visible

MAX_DATABASE = 32 * 1024 * 1024
"""A Firefox profile of many years holds a few thousand cached intermediates: under 10 MB."""

MAX_ROWS = 20_000
"""Two rows for each of 10,000 certificates, ten times what any profile known holds."""

MAX_VALUE = 256 * 1024
"""The longest value taken: the largest certificates known are below 100 KB."""

MAX_STEPS = 20_000_000
"""Of SQLite's machine in one query: 20,000 rows of ten columns take 0.3 million; this is about a second."""

_STEP = 10_000

_HEADER = b"SQLite format 3\0"


class NoDatabase(Exception):
    """The bytes are no readable database of the kind that was looked for; a clause why."""


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[tuple[bytes | None, ...], ...]
    cut: bool
    """there were more than MAX_ROWS"""


def rows_of(
    data: bytes, table: str, wanted: tuple[str, ...], column: str = "", values: tuple[bytes, ...] = ()
) -> Rows:
    """The columns `wanted` of `table`, of the rows with one of `values` in `column`; a column that the table
    does not have is None in every row.

    `table`, `wanted` and `column` are ours, never out of a file. Raises NoDatabase.
    """
    if not data:
        return Rows((), cut=False)
    if not data.startswith(_HEADER):
        raise NoDatabase("it is not an SQLite database")
    try:
        with closing(sqlite3.connect(":memory:")) as memory:
            return _query(memory, data, table, wanted, column, values)
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError, MemoryError) as error:
        raise NoDatabase(f"its database is damaged: {visible(str(error), 120)}") from None


def _query(
    memory: sqlite3.Connection,
    data: bytes,
    table: str,
    wanted: tuple[str, ...],
    column: str,
    values: tuple[bytes, ...],
) -> Rows:
    memory.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_DATABASE)
    memory.deserialize(_without_log(data))
    memory.text_factory = bytes
    memory.execute("PRAGMA trusted_schema = OFF")
    memory.execute("PRAGMA query_only = ON")
    steps = iter(range(MAX_STEPS // _STEP))
    memory.set_progress_handler(lambda: int(next(steps, None) is None), _STEP)
    kinds = memory.execute("SELECT type, rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    if not kinds:
        raise NoDatabase(f"it has no table {table}")
    if len(kinds) > 1 or kinds[0][0] != b"table" or not kinds[0][1]:
        raise NoDatabase(f"its {table} is not a table but something that computes one")
    info = memory.execute(f"PRAGMA table_xinfo({table})").fetchall()
    if any(row[6] for row in info):  # generated columns compute, too
        raise NoDatabase(f"its {table} is not a table but something that computes one")
    there = {bytes(row[1]).decode("utf-8", "replace").lower() for row in info}
    # A value beyond the limit is not fetched; what cannot be a certificate or a trust mark is not either.
    columns = ", ".join(
        f'CASE WHEN length("{c}") <= {MAX_VALUE} THEN "{c}" ELSE NULL END' if c in there else "NULL"
        for c in wanted
    )
    if column and column not in there:
        raise NoDatabase(f"its table {table} has no column {column}")
    where = f"{column} IN ({', '.join('?' * len(values))})" if column else "1"
    # NOT INDEXED: what a damaged or forged index says is never asked.
    query = f'SELECT {columns} FROM "{table}" NOT INDEXED WHERE {where} LIMIT {MAX_ROWS + 1}'  # noqa: S608
    memory.set_authorizer(_only(table))
    found = []
    total = 0
    for row in memory.execute(query, values):
        cells = tuple(_bytes(cell) for cell in row)
        total += sum(len(cell) for cell in cells if cell)
        if total > MAX_DATABASE:  # rows of a forged file may share their pages
            raise NoDatabase("its rows hold more than the file")
        found.append(cells)
    return Rows(tuple(found[:MAX_ROWS]), cut=len(found) > MAX_ROWS)


def _only(table: str) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    """Allows to read one table. What the list of tables calls a table can still be a view: its parts come
    with the view's name behind them."""

    def judge(
        action: int, first: str | None, second: str | None, database: str | None, inside: str | None
    ) -> int:
        reading = action == sqlite3.SQLITE_SELECT or (action == sqlite3.SQLITE_READ and first == table)
        measuring = action == sqlite3.SQLITE_FUNCTION and second == "length"
        return sqlite3.SQLITE_OK if inside is None and (reading or measuring) else sqlite3.SQLITE_DENY

    return judge


def _without_log(data: bytes) -> bytes:
    """Marked as written without a log: SQLite would look for one beside it, and memory has no beside."""
    return data[:18] + b"\x01\x01" + data[20:]


def _bytes(cell: object) -> bytes | None:
    if isinstance(cell, bytes):
        return cell
    return None if cell is None else str(cell).encode()


CERTIFICATE = bytes.fromhex("00000001")
NSS_TRUST = bytes.fromhex("CE534353")
TRUST = bytes.fromhex("0000000B")
"""Classes of objects, as softoken writes numbers: four bytes, the highest first."""

_NULL = b"\xa5\x00\x5a"
"""How softoken writes an attribute that is there without a value."""

_COLUMNS = (
    "a0", "a11", "a3", "a81", "a82",
    "ace536358", "ace536359", "ace53635a", "ace53635b", "ace5363b4",
    "a62c", "a62d", "a62e", "a62f",
)  # fmt: skip

ANCHOR, PEER, DISTRUSTED, OTHER, NONE = "anchor", "peer", "distrusted", "other", ""
"""For servers: `C`, `P`, `p`; OTHER is a mark for another use alone; NONE is no mark."""

_NSS_MARKS = {
    0xCE534351: PEER,  # trusted
    0xCE534352: ANCHOR,  # trusted delegator
    0xCE53435A: DISTRUSTED,  # not trusted
}
_MARKS = {1: PEER, 2: ANCHOR, 3: DISTRUSTED}
"""PKCS #11 3.2: CKT_TRUSTED, CKT_TRUST_ANCHOR, CKT_NOT_TRUSTED. Not tried with an NSS that writes them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate of the database with its mark for servers."""

    der: bytes
    nickname: str
    mark: str


@dataclass(frozen=True, slots=True)
class Database:
    entries: tuple[Entry, ...]
    refused: tuple[str, ...] = ()
    """SHA-1, in hex, of certificates that are distrusted here and lie elsewhere"""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    mark: str
    sha1: bytes
    """of the certificate that is meant, or empty"""


_Key = tuple[bytes, bytes]
"""issuer and serial number, as they are encoded"""


def read_cert9(data: bytes) -> Database:
    """The certificates of a `cert9.db` with their trust. Raises NoDatabase."""
    found = rows_of(data, "nssPublic", _COLUMNS, "a0", (CERTIFICATE, NSS_TRUST, TRUST))
    said: dict[_Key, list[_Said]] = defaultdict(list)
    certificates: list[tuple[bytes, bytes, _Key]] = []
    for row in found.rows:
        kind, der, name, issuer, serial, *trust = (b"" if cell in (None, _NULL) else cell for cell in row)
        key = (issuer, serial)
        if kind == CERTIFICATE:
            certificates.append((der, name, key))
        elif kind == NSS_TRUST:
            said[key].append(_Said(_mark(trust[:4], _NSS_MARKS), trust[4]))
        else:
            said[key].append(_Said(_mark(trust[5:], _MARKS), b""))
    here = {key for _, _, key in certificates}
    refused = {
        one.sha1.hex() for key, row in said.items() if key not in here for one in row
        if one.mark == DISTRUSTED and len(one.sha1) == 20
    }  # fmt: skip
    entries = tuple(
        Entry(der, name.decode("utf-8", "replace"), _of(der, said.get(key, [])))
        for der, name, key in certificates
    )
    return Database(entries, tuple(sorted(refused)), found.cut)


def _of(der: bytes, said: list[_Said]) -> str:
    """The mark of one certificate: what refuses it wins, then what says most. NSS takes no record whose
    hash is another certificate's."""
    if not said:
        return NONE
    sha1 = hashlib.sha1(der, usedforsecurity=False).digest()
    marks = {one.mark for one in said if one.sha1 in (b"", sha1)}
    return next((mark for mark in (DISTRUSTED, ANCHOR, PEER, OTHER) if mark in marks), NONE)


def _mark(uses: list[bytes], table: dict[int, str]) -> str:
    """The mark for servers out of those for servers, clients, code and mail, in this order."""
    server, *others = (table.get(int.from_bytes(value[:8], "big"), NONE) for value in uses)
    return OTHER if server == NONE and {ANCHOR, PEER} & set(others) else server
