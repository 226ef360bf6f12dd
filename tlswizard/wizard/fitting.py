"""Whether what was found fits the message that the person pasted. Pure: no walk, no machine.

A message names one fault out of several, or none. So a cause fits if the message can mean it, unless the
program that was named would say something else about this server.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tlswizard.content.library import Content
from tlswizard.core.finding import ClientVerdict, Diagnosis, Found
from tlswizard.core.verdict import Fault
from tlswizard.explain.match import Match, explain

UNEXPLAINED = "Nothing that was found explains your message"

MAX_QUOTED = 60
"""Characters of the message that are quoted beside a cause: the page of the message has it whole."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A pasted message, and the messages of the tables that are in it, the best first."""

    text: str
    matches: tuple[Match, ...]

    @property
    def specific(self) -> tuple[Match, ...]:
        return tuple(m for m in self.matches if m.kind == "specific")


def hear(text: str, content: Content) -> Heard | None:
    """None where nothing was pasted."""
    return Heard(text, explain(text, content)) if text else None


def fits(heard: Heard, found: Found, diagnosis: Diagnosis, named: str | None, content: Content) -> str:
    """One line that says how `found` and the message agree, or nothing.

    `named` is the program that the person named: what it would print here is held against the message.
    """
    client = diagnosis.client(named) if named else None
    meant = _meant([found], content)
    if client and _is_named(found, client.names, meant) and _is_in(client.verdict.message, heard.text):
        return f"This is word for word what {_quoted(client.title)} says"
    spoken = next((m for m in heard.specific if meant & set(m.causes)), None)
    if spoken is None or (client and _says_something_else(client, heard, content)):
        return ""
    return f"This fits your message: “{_short(spoken.shown or spoken.message)}”"


def unexplained(heard: Heard, found: Iterable[Found], content: Content) -> bool:
    """Nothing among all that was found can be what the message means.

    Not for a message that nobody here knows: of that nothing can be said.
    """
    causes = tuple(found)
    if heard.specific:
        meant = _meant(causes, content)
        return not any(meant & set(m.causes) for m in heard.specific)
    if any(m.kind == "any-fault" for m in heard.matches):
        return all(f.severity == "info" for f in causes)
    return bool(heard.matches)


def _meant(found: Iterable[Found], content: Content) -> set[str]:
    """The causes, and those that they stand for: a message speaks of an untrusted root, never of a list."""
    return {id_ for f in found for id_ in (f.id, *content.causes[f.id].explains)}


def _is_named(found: Found, names: Fault | None, meant: set[str]) -> bool:
    """Whether the program's message is about this very finding."""
    if names is None or names.cause not in meant:
        return False
    return names.cause != found.id or names.on is None or found.certificate in (None, names.on)


def _says_something_else(client: ClientVerdict, heard: Heard, content: Content) -> bool:
    """The program would not print here what was pasted."""
    said = client.verdict.message
    if not said:
        return client.verdict.result == "accept"
    if _is_in(said, heard.text) or _is_in(heard.text, said):
        return False
    pasted = {(m.row, m.message) for m in heard.matches}
    printed = {(m.row, m.message) for m in explain(said, content)}
    return bool(printed) and not printed & pasted


def _is_in(part: str | None, whole: str) -> bool:
    return bool(part) and _folded(part or "") in _folded(whole)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(title: str) -> str:
    return f"“{title}”" if "," in title else title


def _short(text: str) -> str:
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 1].rstrip()}…"
