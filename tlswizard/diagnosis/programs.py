"""The programs table: one row per program, what it reads, and what it decides."""

from collections.abc import Iterable

from tlswizard.clients.verdicts import TRUST
from tlswizard.core.blocks import Cell, Mark, Rows, Table
from tlswizard.core.finding import ClientVerdict, Diagnosis
from tlswizard.core.text import listed

_SHORT = {
    "untrusted-root": "root",
    "self-signed": "self-signed",
    "missing-intermediate": "intermediate",
    "wrong-intermediate": "intermediate",
    "name-mismatch": "name",
    "expired": "date",
    "not-yet-valid": "date",
    "same-name-different-key": "root",
    "wrong-usage": "usage",
    "wrong-key-usage": "usage",
    "weak-key": "strength",
    "weak-signature": "strength",
    "bad-signature": "signature",
    "malformed-certificate": "unreadable",
    "leaf-not-first": "order",
    "path-choice": "path",
    "anchor-is-intermediate": "root",
    "leaf-pinned": "root",
    "cross-sign-expired": "date",
    "not-a-ca": "authority",
    "path-length": "authority",
    "name-constraint": "name",
    "critical-extension": "extension",
    "revoked": "withdrawn",
    "revocation-unreachable": "revocation",
    "revocation-stale": "revocation",
    "staple-missing": "revocation",
    "chain-too-long": "length",
    "strict-only": "standards",
    "key-type-not-offered": "strength",
    "host-name-refused": "name",
    "validity-too-long": "date",
}
"""One word for a cause, where a table has room for no more; others say their id."""


def own(diagnosis: Diagnosis) -> tuple[ClientVerdict, ...]:
    """The programs of which a person here asks: those that count, and all that are installed. Where nobody
    looked what is installed, all."""
    return tuple(c for c in diagnosis.clients if c.counts or c.installed or diagnosis.case.clients is None)


def by_verdict(diagnosis: Diagnosis) -> dict[str, str]:
    """The names of the programs that count and accept, and of those that refuse, for a sentence."""
    titles = {
        result: [c.title for c in diagnosis.counting if c.verdict.result == result]
        for result in ("accept", "refuse")
    }
    return {"accepting": listed(titles["accept"]), "refusing": listed(titles["refuse"])}


def program_table(diagnosis: Diagnosis, *, trust: bool = False) -> Table:
    """The person's own programs; `trust` adds a column for the trust alone."""
    shown = sorted(own(diagnosis), key=lambda client: client.verdict.result == "unknown")
    head = ("Program", "reads", *(("trusts it",) if trust else ()), "whole verdict")
    rows = tuple(
        (Cell(c.title), Cell(whose(diagnosis, c)), *((_trusts(c),) if trust else ()), whole(c)) for c in shown
    )
    return Table(head, rows, _judges(shown))


def _judges(shown: Iterable[ClientVerdict]) -> str:
    """Who decided, and of which programs the rules were never held against the program itself."""
    known = [c for c in shown if c.verdict.result != "unknown"]
    tested = sorted({c.verdict.judge for c in known if c.tested})
    untested = [c.title for c in known if not c.tested]
    if not tested:
        return "by rules, not run here" if untested else ""
    rest = f"; by rules, not run here: {' · '.join(untested)}" if untested else ""
    return f"judged by {', '.join(tested)}{rest}"


def others(diagnosis: Diagnosis) -> Rows | None:
    """What programs that are not installed would decide, those of one verdict on a line."""
    rest = [c for c in diagnosis.clients if c not in own(diagnosis) and c.verdict.result != "unknown"]
    said: dict[tuple[str, Mark | None], list[str]] = {}
    for client in rest:
        verdict = whole(client)
        said.setdefault((verdict.text, verdict.mark), []).append(client.title)
    rows = [Cell(f"{verdict}: {' · '.join(titles)}", mark) for (verdict, mark), titles in said.items()]
    labels = ("Not installed here", *("" for _ in rows))
    return Rows(tuple(zip(labels, rows, strict=False))) if rows else None


def in_words(causes: Iterable[str]) -> str:
    """Causes in a word each, every word once."""
    return ", ".join(dict.fromkeys(_SHORT.get(cause, cause.replace("-", " ")) for cause in causes))


def whole(client: ClientVerdict) -> Cell:
    """The verdict, with what it refuses for in a word each."""
    match client.verdict.result:
        case "accept":
            return Cell("accepts", Mark.FINE)
        case "refuse":
            return Cell(f"refuses ({in_words(f.cause for f in client.verdict.faults)})", Mark.REFUSED)
    return Cell("not checked", Mark.NOT_CHECKED)


def whose(diagnosis: Diagnosis, client: ClientVerdict) -> str:
    """Whose stores it reads, in short: `yours + machine`."""
    words = {"user": "yours", "machine": "machine", "program": "its own", "process": "your variable"}
    scopes = [s.scope for id_ in client.stores if (s := diagnosis.case.store(id_))]
    if any(id_.startswith("file:") for id_ in client.stores):
        return "the given file"
    return " + ".join(dict.fromkeys(words[s] for s in scopes)) or "?"


def _trusts(client: ClientVerdict) -> Cell:
    if client.verdict.result == "unknown" or not client.stores:
        return Cell("not checked", Mark.NOT_CHECKED)
    if any(f.cause in TRUST for f in client.verdict.faults):
        return Cell("no", Mark.REFUSED)
    return Cell("yes", Mark.FINE)
