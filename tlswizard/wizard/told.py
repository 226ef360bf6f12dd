"""What a session knows, and how texts say it: each Case diagnosed once, the values in braces, the done-list.

It only reads: whoever walks changes the session, and asks again.
"""

from collections.abc import Callable, Mapping

from tlswizard.checks.check import shown
from tlswizard.checks.siblings import all_checks
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.finding import Diagnosis
from tlswizard.core.target import Target
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.playbook import engine
from tlswizard.playbook.format import EVERYTHING, NOT_SURE, SITE, Check, InputType, Playbook
from tlswizard.playbook.record import Session
from tlswizard.playbook.texts import input_values
from tlswizard.wizard import fitting, pages, servers
from tlswizard.wizard.fitting import Heard


class Told:
    """Of sessions of one playbook."""

    def __init__(self, playbook: Playbook, content: Content) -> None:
        self.playbook = playbook
        self.content = content
        self._kept: dict[str, tuple[Case, tuple[str, ...], Diagnosis]] = {}
        self._heard: Heard | None = None

    def target(self, session: Session) -> Target | None:
        """The server that the walk is about now; None if nobody has named one."""
        return servers.target(session, self.input_of(session, "server"))

    def input_of(self, session: Session, type_: InputType) -> str | None:
        """Which server or program the step that is walked now is about."""
        return self.playbook.input_of(type_, session.state.step)

    def named(self, session: Session) -> tuple[str, ...]:
        """The program that the person named, if it is one of the table."""
        name = self.input_of(session, "client")
        value = session.state.inputs.get(name) if name else None
        return (value,) if value and value != NOT_SURE and value in self.content.clients else ()

    def now(self, session: Session) -> Diagnosis | None:
        """Of the case as it is now."""
        return self._diagnosed(session, "now", session.case)

    def before(self, session: Session) -> Diagnosis | None:
        """Of the case as it was before anything was changed."""
        return self._diagnosed(session, "before", session.before)

    def at(self, session: Session, step: str) -> Diagnosis | None:
        """What is known of the server that `step` is about."""
        if not self._is_other(session, step):
            now, before = self.now(session), self.before(session)
            return before if before and not (now and now.case.chain) else now
        seen = servers.about(session, self.playbook, step)
        name = self.playbook.input_of("server", step)
        return self._diagnosed(session, f"aside {name}", seen.case or seen.before)

    def _is_other(self, session: Session, step: str) -> bool:
        """Whether `step` is about another server than the walk is now."""
        name = self.playbook.input_of("server", step)
        return servers.target(session, name) != self.target(session)

    def others(self, session: Session) -> tuple[Diagnosis, ...]:
        """What was seen of the servers that the walk is not about now."""
        told = (
            self._diagnosed(session, f"aside {name}", seen.case or seen.before)
            for name, seen in servers.others(session, self.playbook)
        )
        return tuple(one for one in told if one)

    def _diagnosed(self, session: Session, which: str, case: Case | None) -> Diagnosis | None:
        """Made once for each case."""
        if case is None:
            return None
        named, kept = self.named(session), self._kept.get(which)
        if kept is None or kept[0] is not case or kept[1] != named:
            kept = self._kept[which] = (case, named, diagnose(case, self.content, named))
        return kept[2]

    def heard(self, session: Session) -> Heard | None:
        """The message that the person pasted; read once."""
        if self._heard is None or self._heard.text != session.message:
            self._heard = fitting.hear(session.message, self.content)
        return self._heard

    def fit(self, session: Session) -> str:
        """How the message and what was found agree, in a line."""
        heard, first = self.heard(session), self.before(session) or self.now(session)
        if heard is None or first is None:
            return ""
        if self.unexplained(session):
            return fitting.UNEXPLAINED
        named = next(iter(self.named(session)), None)
        lines = (fitting.fits(heard, f, first, named, self.content) for f in first.urgent)
        return next(filter(None, lines), "")

    def unexplained(self, session: Session) -> bool:
        """Everything was looked at, and nothing of it can be what the message means."""
        heard = self.heard(session)
        if heard is None or not self._looked_at_everything(session):
            return False
        found = [f for told in (self.before(session), self.now(session)) if told for f in told.causes]
        return fitting.unexplained(heard, found, self.content)

    def _looked_at_everything(self, session: Session) -> bool:
        """Nothing is left that could still be found on the computer on which it fails."""
        case = session.case
        seen = case is not None and all(getattr(case, part) for part in all_checks()[EVERYTHING].needs)
        return seen and not self.elsewhere(session)

    def elsewhere(self, session: Session) -> bool:
        """It fails on another computer than the one that is looked at."""
        name = self.playbook.input_named("on-this-computer", session.state.step)
        return name is not None and session.state.inputs.get(name) == "no"

    def looked_at(
        self, session: Session, counts: Callable[[engine.Visit], bool] = lambda _: True
    ) -> dict[str, tuple[str, str]]:
        """Each check that was left: how it ended, and its word if that was well."""
        ended: dict[str, tuple[str, str]] = {}
        for visit in session.state.trail:
            step = self.playbook.steps[visit.step]
            if isinstance(step, Check) and visit.input is None and counts(visit):
                told = self.at(session, visit.step)
                word = shown(all_checks()[step.check], told).word if told and visit.ending == "ok" else ""
                other = told and self._is_other(session, visit.step)
                where = f" of {told.case.target.host}" if told and other else ""
                ended[f"{step.check}{where}"] = (visit.ending, word)
        return ended

    def done(self, session: Session) -> tuple[str, ...]:
        """The done-list: each check's sign and word; none of what was seen under another name."""
        asked = self.input_of(session, "server") or ""
        now = session.state.inputs.get(asked)
        ended = self.looked_at(session, lambda visit: visit.inputs.get(asked) == now)
        return tuple(
            f"{_short(check)} {pages.done_mark(ending)} {word}".strip()
            for check, (ending, word) in ended.items()
        )

    def values(self, session: Session) -> dict[str, str]:
        """What `{input}`, `{input.part}` and `{step.field}` show."""
        values = {f"{SITE}.{name}": text for name, text in self.content.site.facts.items()}
        values |= input_values(self.playbook, session.state.inputs)
        if (named := self.named(session)) and (name := self.input_of(session, "client")):
            values[name] = self.content.clients[named[0]].title
        elif (name := self.input_of(session, "client")) and values.get(name):
            values[name] = "the program"
        fields: dict[tuple[str, int], Mapping[str, str]] = {}
        for step in self.playbook.steps.values():
            if isinstance(step, Check) and (told := self.at(session, step.name)):
                seen = (step.check, id(told))
                if seen not in fields:
                    fields[seen] = shown(all_checks()[step.check], told).fields
                values |= {f"{step.name}.{field}": value for field, value in fields[seen].items()}
        return values


def _short(check: str) -> str:
    """`dates` of cert.dates, and `dates of srv.example` of one that looked at another server."""
    id_, of, host = check.partition(" ")
    return f"{id_.rpartition('.')[2]}{of}{host}"
