"""Opens walks: reads what was typed at first, finds the playbook, goes on with kept sessions."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tlswizard.content.library import SHIPPED, Content
from tlswizard.core.case import Options
from tlswizard.core.target import BadTarget, Target, parse_target
from tlswizard.core.text import listed, visible
from tlswizard.core.trouble import Trouble
from tlswizard.explain.match import Match, explain
from tlswizard.explain.playbooks import USUAL as USUAL  # noqa: PLC0414 - the front ends open it
from tlswizard.machine.door import Machine
from tlswizard.playbook.engine import NotThisPlaybook
from tlswizard.playbook.record import Session
from tlswizard.playbook.summary import Headline, headline
from tlswizard.playbook.typed import NotAccepted
from tlswizard.wizard import keeping, pasting
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.resuming import caught_up, name_of, own_file
from tlswizard.wizard.shelf import opened
from tlswizard.wizard.speaker import introduced
from tlswizard.wizard.start import Entry, Reading

MESSAGE = 4
"""Words from which a text is meant as a message, known or not."""


def read(text: str, content: Content) -> Reading:
    """What the person typed or pasted on the start screen."""
    if not text.strip():
        return Reading("empty", "a server such as mail.example.com:443, or the message you got")
    if pasting.holds_key(text):
        return Reading("unclear", pasting.KEY)
    words = text.split()
    # One word is a server, unless it has a sign that codes of errors have and names of servers do not.
    found = explain(text, content) if len(words) > 1 or "_" in text else ()
    if found:
        return _message(text, found, content)
    if len(words) >= MESSAGE:
        problem = "This is no message known here. Choose what comes closest."
        return Reading("unclear", problem, message=pasting.kept(text))
    try:
        target = parse_target(text)
    except BadTarget as error:
        return Reading("unclear", str(error), message=pasting.kept(text))
    return Reading("server", _said(target), target)


def _message(text: str, found: tuple[Match, ...], content: Content) -> Reading:
    line, named = introduced(found, content), _server_in(text)
    if named:
        line += f" · server {named.where}"
    return Reading("message", line, named, message=pasting.kept(text), playbook=found[0].playbook or USUAL)


def _server_in(text: str) -> Target | None:
    """The server of a URL that the message names."""
    if "://" not in text:
        return None
    try:
        found = parse_target(text)
    except BadTarget:
        return None
    return replace(found, text=f"{found.scheme}://{found.where}")


def _said(target: Target) -> str:
    how = f"STARTTLS ({target.starttls})" if target.starttls else "TLS from the first byte"
    return f"server {target.host} · port {target.port} · {how}"


@dataclass(frozen=True)
class Opening:
    """What a start screen needs (see `tlswizard.tui.begin.Begin`)."""

    machine: Machine
    content: Content
    options: Options = field(default_factory=Options)
    learning: bool = False
    """the walks are opened in learning mode"""

    @property
    def observed(self) -> str:
        return str(self.machine.observed)

    @property
    def sessions(self) -> Path:
        return keeping.folder(self.machine.environment(), self.machine.home())

    def warm(self) -> None:
        """Reads the tables of messages, so that no message has to wait for them."""
        explain("certificate", self.content)

    def read(self, text: str) -> Reading:
        return read(text, self.content)

    def entries(self) -> tuple[Entry, ...]:
        """The playbooks, then the sessions kept last."""
        rows = list(self._playbooks())
        for path in keeping.newest(self.sessions):
            try:
                kept = keeping.load(str(path))
            except Trouble:
                continue  # a file that is none of ours is not offered
            if isinstance(kept, Session) and kept.state.trail:
                where = (
                    kept.case.target.where if kept.case else kept.state.inputs.get("server", kept.playbook)
                )
                rows.append(Entry("session", str(path), f"Go on with {where}", f"{kept.started:%d %b %H:%M}"))
        return tuple(rows)

    async def open(self, reading: Reading, entry: Entry) -> Guided:
        """Raises Trouble."""
        if entry.kind == "session":
            return self.resumed(entry.id)
        server = reading.target.text if reading.target else None
        return self.begun(entry.id, server=server, message=reading.message)

    def begun(
        self,
        name: str = USUAL,
        *,
        server: str | None = None,
        message: str = "",
        inputs: dict[str, str] | None = None,
    ) -> Guided:
        """A new walk. Raises Trouble."""
        id_, shelf = opened(self.content, name)
        book = shelf.runnable(id_)
        given = dict(inputs or {})
        asked = book.input_of("server")
        if server and asked:
            given.setdefault(asked, server)
        now = self.machine.now()
        file = keeping.new_file(self.sessions, server or name, now)
        try:
            walk = Guided(
                self.machine,
                self.content,
                book,
                inputs=given,
                message=message,
                file=file,
                options=self.options,
                learning=self.learning,
            )
        except (NotAccepted, NotThisPlaybook) as error:
            raise Trouble(str(error)) from None
        walk.session = replace(
            walk.session, playbook=id_, playbook_file=own_file(name, self.content), uses=book.uses
        )
        return walk

    def resumed(self, path: str | None = None) -> Guided:
        """The session in this file, else the one kept last. Raises Trouble."""
        if path is None:
            last = keeping.newest(self.sessions)
            if not last:
                raise Trouble("there is no session to go on with")
            path = str(last[0])
        kept = keeping.load(path)
        if not isinstance(kept, Session):
            raise Trouble(f"{visible(path)} is a case without answers: open it with tlswizard check --case")
        name = name_of(kept)
        id_, shelf = opened(self.content, name)
        book = shelf.runnable(id_)
        found = replace(kept, playbook=id_, playbook_file=own_file(name, self.content))
        try:
            return Guided(
                self.machine,
                self.content,
                book,
                session=caught_up(found, book),
                file=Path(path),
                options=self.options,
                learning=self.learning,
            )
        except NotThisPlaybook as error:
            raise Trouble(f"the playbook has changed since this session was kept: {error}") from None

    def _playbooks(self) -> Iterator[Entry]:
        """Their heads alone: what is wrong with one, the person learns who opens it."""
        for id_ in self.content.playbook_ids:
            row = self.content.playbooks[id_]
            try:
                head = headline(self.content.playbook_file(id_)[1], id_)
            except OSError as error:
                head = Headline("", f"Its file cannot be read: {error.strerror}.")
            hint = "the usual way in" if id_ == USUAL else ""
            if row.origin != SHIPPED:
                hint = f"from {row.origin}" + (f"; hides the one {listed(row.hides)}" if row.hides else "")
            yield Entry("playbook", id_, head.title or id_, hint, head.summary)
