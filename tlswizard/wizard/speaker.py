"""Of which program a pasted message is, and what it says: in words, and as a row of the programs table."""

from collections.abc import Sequence

from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.explain.match import Match
from tlswizard.explain.page import said_by

NOT_KNOWN = "not known here: choose what comes closest"
ONLY_WRONG = "it only says that something is wrong, not what"
MAX_CAUSES = 2
"""Causes that are named in a line; the page of `explain` has them all."""


def introduced(matches: tuple[Match, ...], content: Content) -> str:
    """Who speaks, and what is said: `a message of curl: the server does not send the whole chain`."""
    best = matches[0]
    who = f"a message of {said_by(best, content)}"
    if best.kind == "not-ours":
        return best.note or f"{who}, and not about a server's certificate"
    return f"{who}: {_said(best, content)}"


def meaning(matches: tuple[Match, ...], content: Content) -> str:
    """The same beside the message itself."""
    if not matches:
        return NOT_KNOWN
    best = matches[0]
    if best.kind == "not-ours":
        return best.note or "this is not about a server's certificate"
    if best.kind == "any-fault":
        return f"{said_by(best, content)} only says that something is wrong, not what"
    return f"{said_by(best, content)} says: {_said(best, content)}"


def _said(match: Match, content: Content) -> str:
    if match.kind == "any-fault":
        return ONLY_WRONG
    titles = [_in_a_sentence(content.causes[id_].title) for id_ in match.causes[:MAX_CAUSES]]
    return " — or: ".join(titles)


def _in_a_sentence(title: str) -> str:
    """Without the capital of a sentence's first word; an abbreviation such as TLS keeps its own."""
    first = title.partition(" ")[0]
    return title[:1].lower() + title[1:] if not first[1:] or first[1:].islower() else title


def row_of(
    matches: tuple[Match, ...], content: Content, rows: Sequence[ClientRow], found: Sequence[str]
) -> str | None:
    """The row to offer first for this message, out of `rows`; `found` are those that are installed.

    A message that only one program prints names it, installed or not; of its versions and accounts, of
    which the message says nothing, one that is installed. The words of a library, which many programs
    pass on, and a text in which several speak, name nobody who is not there.
    """
    ours = [m.client for m in matches if m.kind != "not-ours" and m.client in content.clients]
    spoken = list(dict.fromkeys(ours))
    programs = [id_ for id_ in spoken if not _is_library(id_, content)]
    if len({content.clients[id_].family for id_ in programs}) != 1:
        return next((id_ for id_ in spoken if id_ in found), None)
    return _of_family(content.clients[programs[0]], rows, found)


def _is_library(id_: str, content: Content) -> bool:
    """Several programs put its words into their own messages."""
    hole = f"{{{id_}}}"
    passing = {m.client for m in content.messages if hole in m.pattern and m.client in content.clients}
    families = {content.clients[other].family for other in passing} - {content.clients[id_].family}
    return len(families) > 1


def _of_family(spoken: ClientRow, rows: Sequence[ClientRow], found: Sequence[str]) -> str | None:
    same = [row for row in rows if row.family == spoken.family] or [r for r in rows if _is_like(r, spoken)]
    if len({row.family for row in same}) != 1:
        return None
    ordered = sorted(same, key=lambda row: (row.id not in found, row.id != spoken.id))
    return ordered[0].id


def _is_like(row: ClientRow, other: ClientRow) -> bool:
    """It agrees with `other` in what it does not say itself: where that one is not, it speaks as that one."""
    base = row.like
    while base is not None and base.id != other.id:
        base = base.like
    return base is not None
