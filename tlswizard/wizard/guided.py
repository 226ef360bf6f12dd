"""The walk itself: the engine says what is wanted, the machine is looked at, pages come out.

One way: what the person did → the engine's next State → what it wants → parts gathered → Diagnosis → the
page. The session is replaced whole and saved after each step; a cancelled look leaves everything as it was.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tlswizard import __version__
from tlswizard.checks.check import CRASHED, NOT_CHECKED, Result, run
from tlswizard.checks.gathering import NEEDS, gathered
from tlswizard.checks.siblings import all_checks
from tlswizard.content.clients import ClientRow
from tlswizard.content.glossary import Word
from tlswizard.content.library import Content
from tlswizard.core.blocks import Block, Paragraph
from tlswizard.core.case import Case, Options
from tlswizard.core.finding import Diagnosis
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.diagnosis.differ import why
from tlswizard.machine.door import Machine
from tlswizard.playbook import engine
from tlswizard.playbook.format import EVERYTHING, Finish, Fix, Playbook
from tlswizard.playbook.pasted import suggested
from tlswizard.playbook.record import Session
from tlswizard.playbook.texts import fill
from tlswizard.playbook.typed import NotAccepted
from tlswizard.report import sections
from tlswizard.wizard import fixing, keeping, learning, note, pages, pasting, servers, speaker
from tlswizard.wizard.forgetting import failed, forgotten
from tlswizard.wizard.page import Choice, Look, Page
from tlswizard.wizard.retest import Retest, compared, side_by_side
from tlswizard.wizard.spoken import Words
from tlswizard.wizard.told import Told
from tlswizard.wizard.walk import Action, Back, Chose, GoOn, LookAgain, StopHere, Typed

NOBODY_KNOWS = "nobody could say which server it is"

SOLVED = ("solved", "nothing-wrong")


class Guided:
    """A walk through `playbook` on `machine`. See `tlswizard.wizard.walk.Walk`."""

    def __init__(
        self,
        machine: Machine,
        content: Content,
        playbook: Playbook,
        *,
        inputs: Mapping[str, str] | None = None,
        message: str = "",
        likely: str | None = None,
        file: Path | None = None,
        options: Options | None = None,
        pretend: bool = False,
        learning: bool = False,
        session: Session | None = None,
    ) -> None:
        """`likely` is the program that is offered first; `file` is where the session is kept, if anywhere;
        `pretend`: the machine is a practice world, in which fixes are made at once; `learning`: see
        tlswizard.wizard.learning.

        Raises engine.NotThisPlaybook for a session of another playbook, and NotAccepted for a bad input.
        """
        self.machine = machine
        self.content = content
        self.playbook = playbook
        self.options = options or Options()
        self.file = file
        self.pretend = pretend
        self.learning = learning
        self.progress: Callable[[str], None] = lambda _: None
        self.trouble = ""
        self._likely = likely
        self._error = ""
        self._outcome: str | None = None
        self._stopped = False
        self._guessed = False
        self._returned = False
        self._moving = asyncio.Lock()
        self._told = Told(playbook, content)
        self.session = session or Session(
            __version__,
            playbook.id,
            playbook.version,
            playbook.sha256,
            playbook.origin,
            machine.now(),
            engine.start(playbook, inputs or {}),
            pasting.kept(message),
        )
        if session:
            self._resume(session)
        self.page = Page(
            "text",
            playbook.title,
            "",
            str(machine.observed),
            "",
            (Paragraph("One moment …"),),
            can_go_back=False,
        )

    def _resume(self, session: Session) -> None:
        """A session of another machine keeps its answers; what was observed there says nothing here."""
        engine.resume(self.playbook, session.state)
        strange = [c.observed for c in servers.cases(session) if c.observed != self.machine.observed]
        if strange:
            line = f"begun as {strange[0]}; looked at anew as {self.machine.observed}"
            self.session = replace(session, case=None, before=None, aside={}, notes=(*session.notes, line))

    # ── what the front ends call ──

    async def open(self) -> Page:
        """The first page."""
        return await self._settled(lambda: None)

    async def take(self, action: Action) -> Page:
        return await self._settled(lambda: self._act(action), action)

    def findings(self) -> Look:
        told = self._told.now(self.session)
        return self._look("All findings", sections.whole(told) if told else ())

    def programs(self) -> Look:
        told = self._told.now(self.session)
        return self._look("Programs", sections.programs(told) if told and told.case.chain else ())

    def judged(self) -> tuple[Choice, ...]:
        told = self._told.now(self.session)
        return pages.programs(told) if told and told.case.chain else ()

    def differ(self, one: str, two: str) -> Look:
        told = self._told.now(self.session)
        first, second = (told.client(id_) if told else None for id_ in (one, two))
        answer = why(told, first, second) if told and first and second else ()
        return self._look("Why do these two differ?", answer)

    def chain(self) -> Look:
        told = self._told.now(self.session)
        tree = sections.chain(told) if told and told.case.chain else ()
        return self._look("The chain", tree)

    def glossary(self) -> tuple[Word, ...]:
        return tuple(self.content.glossary.values())

    def note(self) -> str:
        ended = self._told.looked_at(self.session)
        looked = {check: " ".join(parts).strip() for check, parts in ended.items()}
        words = Words(self._told.values(self.session), self.content.site)
        told, before = self._told.now(self.session), self._told.before(self.session)
        seen = note.Seen(told, before, self._told.others(self.session))
        return note.note(self.session, self.playbook, seen, looked, words, self._told.fit(self.session))

    def add_to_note(self, text: str) -> None:
        if text.strip():
            line = pasting.LEFT_OUT if pasting.holds_key(text) else visible(text.strip(), 2000)
            self.session = replace(self.session, notes=(*self.session.notes, line))
            self._save()

    def exit_code(self) -> int:
        """0 solved or nothing wrong, else the last verdict's."""
        step = self.playbook.steps[self.session.state.step]
        if isinstance(step, Finish) and step.result in SOLVED:
            return 0
        told = self._told.now(self.session)
        return told.exit if told else 3

    # ── one move ──

    async def _settled(self, move: Callable[[], None], action: Action | None = None) -> Page:
        """Makes the move and goes on until a person is wanted. Cancelled or broken: all is as it was."""
        async with self._moving:  # one that was cancelled may still be on its way out
            return await self._moved(move, action)

    async def _moved(self, move: Callable[[], None], action: Action | None) -> Page:
        kept = (self.session, self._outcome, self._stopped, self._guessed)
        self._error = ""
        self._returned = isinstance(action, Back)
        try:
            try:
                if isinstance(action, Chose) and self.page.kind == "fix":
                    await self._end_fix(action.choice)
                elif not isinstance(action, LookAgain) or not self._forget_for_again():
                    move()
            except NotAccepted as error:
                self._error = str(error)
            self.page = await self._next_page()
        except BaseException:  # the page that is shown and the session belong together
            self.session, self._outcome, self._stopped, self._guessed = kept
            raise
        self._save()
        return self.page

    def _act(self, action: Action) -> None:
        wanted = engine.want(self.playbook, self.session.state)
        match wanted, action:
            case _, StopHere():
                self._stopped = True
            case _, Back() if self._stopped:
                self._stopped = False
            case _, Back():
                self._outcome = None
                self._go_back()
            case engine.WantInput(name=name), Chose(choice=value) | Typed(text=value):
                self._give(name, value)
            case engine.WantAnswer(step=step), Typed(text=text) if step.paste:
                self._paste(text)
            case engine.WantAnswer(), Chose(choice=choice):
                self._tell(engine.Chosen(choice))
            case engine.WantGoOn(), GoOn():
                self._tell(engine.WentOn())
            case engine.WantCheck(), GoOn() if self._outcome:
                self._tell(engine.CheckEnded(self._outcome))
            case engine.WantCheck(), GoOn():
                self._guessed = True
            case engine.WantRetest(), GoOn() if self._outcome:
                self._tell(engine.Retested(self._outcome))

    def _give(self, name: str, value: str) -> None:
        """An answer to an input. Another server than the one that was looked at is no repair of that one."""
        self._tell(engine.InputGiven(name, value))
        looked, now = self.session.case or self.session.before, self._told.target(self.session)
        if looked and name == self._told.input_of(self.session, "server") and looked.target != now:
            self.session = replace(self.session, case=None, before=None)

    def _go_back(self) -> None:
        state = self.session.state
        if self._guessed and self._guesses():
            self._guessed = False
        elif self.learning and learning.can_go_back(self.playbook, state):
            self._enter(learning.back(self.playbook, state))
            self._guessed = True  # the page that was left is the one with the result
        elif engine.can_go_back(self.playbook, state):
            self._tell(engine.WentBack())

    def _guesses(self) -> bool:
        """Whether the person guesses before the step that is walked now."""
        wanted = engine.want(self.playbook, self.session.state)
        return self.learning and isinstance(wanted, engine.WantCheck) and learning.guesses(wanted.step)

    def _tell(self, event: engine.Event) -> None:
        self._enter(engine.tell(self.playbook, self.session.state, event))

    def _enter(self, state: engine.State) -> None:
        self._outcome = None
        self._stopped = False
        self._guessed = False
        moved = state.step != self.session.state.step
        self.session = servers.turned(self.session, self.playbook, replace(self.session, state=state))
        if moved:
            self._forget_failed(state.step)

    def _paste(self, text: str) -> None:
        if pasting.holds_key(text):
            self._error = pasting.KEY
            return
        self.session = replace(self.session, message=pasting.kept(text))

    async def _next_page(self) -> Page:
        while True:
            state = self.session.state
            step = self.playbook.steps[state.step]
            if self._stopped:
                return pages.stopped(self._scene(), step, self.note())
            match engine.want(self.playbook, state):
                case engine.WantInput() as wanted:
                    return await self._input_page(wanted)
                case engine.WantAnswer() as wanted:
                    return self._question_page(wanted)
                case engine.WantGoOn(step=explain_):
                    return pages.explanation(self._scene(), explain_, explain_.text)
                case engine.WantCheck(step=check) if self._guesses() and not self._guessed:
                    return pages.guess(self._scene(), check)
                case engine.WantCheck(step=check, parameters=parameters):
                    result = await self._looked(check.check, parameters)
                    self._outcome = NOT_CHECKED if result.outcome == CRASHED else result.outcome
                    # Who goes back sees the page again, also if nothing is wrong there any more.
                    if self._returned or self.learning or not engine.passes_by_itself(check, result.outcome):
                        seen = self._told.now(self.session)
                        following = self.playbook.steps[check.next[self._outcome]]
                        return pages.finding(self._scene(), check, result, seen, isinstance(following, Fix))
                    self._tell(engine.CheckEnded(self._outcome))
                case engine.WantFix(step=fix):
                    if self._told.target(self.session):  # without one there is nothing to prove
                        await self._gather(all_checks()[EVERYTHING].needs)
                    told = self._told.now(self.session)
                    return pages.fix(self._scene(), fix, fixing.offers(told, fix), told, self.pretend)
                case engine.WantRetest() as wanted:
                    return await self._retest_page(wanted)
                case engine.Ended(step=finish):
                    now, before = self._told.now(self.session), self._told.before(self.session)
                    return pages.finish(self._scene(), finish, self.note(), now, before)

    async def _input_page(self, wanted: engine.WantInput) -> Page:
        step = self.playbook.steps[self.session.state.step]
        programs: tuple[ClientRow, ...] = ()
        found: tuple[str, ...] | None = None
        if wanted.input.type == "client":
            if self._told.target(self.session):
                await self._gather(("clients",))
            platform = self.machine.observed.platform
            # What nothing is found by is a yardstick, and no program that anybody runs.
            rows = self.content.clients.values()
            programs = tuple(row for row in rows if row.found_by and platform in row.stores)
            case = self.session.case
            found = case.clients.result.found if case and case.clients and case.clients.result else None
        heard = self._told.heard(self.session)
        spoken = speaker.row_of(heard.matches, self.content, programs, found or ()) if heard else None
        likely = self._likely or spoken or next(iter(found or ()), None)
        return pages.asked_input(self._scene(), step, wanted, programs, found, likely)

    def _question_page(self, wanted: engine.WantAnswer) -> Page:
        heard = self._told.heard(self.session) if wanted.step.paste else None
        if heard is None:
            return pages.question(self._scene(), wanted, None, "")
        causes = [cause for m in heard.specific for cause in m.causes]
        any_fault = any(m.kind == "any-fault" for m in heard.matches)
        choice = suggested(wanted.step, heard.text, causes, any_fault)
        return pages.question(self._scene(), wanted, choice, speaker.meaning(heard.matches, self.content))

    async def _retest_page(self, wanted: engine.WantRetest) -> Page:
        check = all_checks()[wanted.step.check]
        if self._told.target(self.session) is None:
            blank = Retest(NOT_CHECKED, f"It could not be looked at again: {NOBODY_KNOWS}")
            self._outcome = blank.outcome
            return pages.retest(self._scene(), wanted.step, blank, None, None)
        if self._outcome is None:
            before = self.session.before or self.session.case
            self.session = replace(
                self.session, before=before, case=forgotten(self.session.case, check.needs)
            )
        now = await self._looked(wanted.step.check, wanted.parameters)
        was = self._told.before(self.session)
        told = self._certain()
        if was is None:
            was = told
        before_result = run(check, was, self.content, wanted.parameters)
        blind = bool(was.case.chain) and not told.case.chain
        outcome = compared(before_result, now, blind=blind)
        self._outcome = outcome.outcome
        return pages.retest(self._scene(), wanted.step, outcome, side_by_side(was, told), told)

    # ── fixes ──

    async def _end_fix(self, choice: str) -> None:
        wanted = engine.want(self.playbook, self.session.state)
        if not isinstance(wanted, engine.WantFix):
            return
        if choice == pages.CANNOT:
            self._tell(engine.FixEnded("cannot"))
            return
        offered = fixing.offers(self._told.now(self.session), wanted.step)
        if self.pretend and (refused := await fixing.made(self.machine, offered)):
            self._error = refused
            return
        change = fixing.change(wanted.step, offered, self.content, self._told.target(self.session))
        asked = self._told.input_of(self.session, "server")
        server = {asked: change.server} if asked and change.server else {}
        after = engine.tell(self.playbook, self.session.state, engine.FixEnded("done", server))
        self.session = replace(
            self.session,
            before=self.session.before or self.session.case,
            changed=(*self.session.changed, *self._made(change.titles, bool(offered))),
            case=None if server else forgotten(self.session.case, change.parts),
        )
        self.session = servers.changed(self.session, change.parts)
        self._enter(after)

    def _made(self, titles: tuple[str, ...], offered: bool) -> Iterator[str]:
        """In the practice world it is made; elsewhere somebody says so. Where nothing was `offered`, a title
        is the author's and may hold references; else it names what a certificate says, and is only shown."""
        values = {} if offered else self._told.values(self.session)
        for title in titles:
            yield (title if offered else fill(title, values)) + ("" if self.pretend else " (said to be done)")

    # ── looking ──

    async def _looked(self, check_id: str, parameters: Mapping[str, str]) -> Result:
        check = all_checks()[check_id]
        if self._told.target(self.session) is None:
            return Result(check, NOT_CHECKED, why=NOBODY_KNOWS)
        await self._gather(check.needs)
        return run(check, self._certain(), self.content, parameters)

    async def _gather(self, parts: tuple[str, ...]) -> None:
        case = replace(self._case(), at=self.machine.now())
        if not [p for p in parts if p in NEEDS and getattr(case, p) is None]:
            self.session = replace(self.session, case=case)
            return
        case = await gathered(self.machine, case, parts, self.options, self.content, self.progress)
        self.session = replace(self.session, case=case)

    def _case(self) -> Case:
        """The case of the server that the session is about now."""
        target, case = self._told.target(self.session), self.session.case
        if target is None:
            raise engine.NotNow("there is no server to look at yet")
        if case and case.target == target:
            return case
        fresh = Case(target, self.machine.observed, self.machine.now(), name=target.servername)
        of_another = case or next((seen.case for seen in self.session.aside.values() if seen.case), None)
        kept = [p for p in ("stores", "clients") if of_another and getattr(of_another, p) is not None]
        for part in kept:
            fresh = fresh.with_part(part, getattr(of_another, part))
        return fresh

    def _forget_for_again(self) -> bool:
        """`r`: everything that this step looked at."""
        step = self.playbook.steps[self.session.state.step]
        check = getattr(step, "check", None)
        if isinstance(check, str) and self.session.case:
            self._outcome = None
            needs = all_checks()[check].needs
            self.session = replace(self.session, case=forgotten(self.session.case, needs))
        return True

    def _forget_failed(self, step: str) -> None:
        """Entering a check again forgets the parts of it that failed."""
        check = getattr(self.playbook.steps[step], "check", None)
        case = self.session.case
        if isinstance(check, str) and case:
            needs = all_checks()[check].needs
            self.session = replace(self.session, case=forgotten(case, failed(case, needs)))

    # ── telling ──

    def _certain(self) -> Diagnosis:
        told = self._told.now(self.session)
        if told is None:
            raise engine.NotNow("nothing was looked at yet")
        return told

    def _can_go_back(self) -> bool:
        state = self.session.state
        if self.learning:
            return (self._guessed and self._guesses()) or learning.can_go_back(self.playbook, state)
        return engine.can_go_back(self.playbook, state)

    def _scene(self) -> pages.Scene:
        return pages.Scene(
            playbook=self.playbook,
            session=self.session,
            content=self.content,
            observed=str(self.machine.observed),
            server=target.where if (target := self._told.target(self.session)) else "",
            values=self._told.values(self.session),
            done=self._told.done(self.session),
            error=self._error or self.trouble,
            elsewhere=self._told.elsewhere(self.session),
            heard=self._told.heard(self.session),
            named=next(iter(self._told.named(self.session)), None),
            unexplained=self._told.unexplained(self.session),
            learning=self.learning,
            can_go_back=self._can_go_back(),
        )

    def _look(self, title: str, blocks: tuple[Block, ...]) -> Look:
        said = blocks or (Paragraph("Not looked at yet."),)
        observed = str(self.session.case.observed if self.session.case else self.machine.observed)
        return Look(title, observed, said)

    def _save(self) -> None:
        if self.file is None:
            return
        try:
            keeping.save(self.file, self.session)
            self.trouble = ""
        except Trouble as trouble:
            self.trouble = f"The session is not kept: {trouble}"
