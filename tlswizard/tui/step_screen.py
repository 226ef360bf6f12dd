"""One step of a walk: the page it stands on, painted, and keys turned into actions.

All that looks at the network happens in `walk.take`, on the app's own loop: nothing here may block,
or leaving would have to wait for it.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from tlswizard.content.glossary import words_in
from tlswizard.core.blocks import Bullets
from tlswizard.tui.ask_screen import AskScreen, noting, saving
from tlswizard.tui.choices import NUMBERED, Choices, Shelf, items
from tlswizard.tui.command import Command, bindings, digits, moves
from tlswizard.tui.field import TextLine
from tlswizard.tui.frame import WIDE, Banner, Keys, Painted, Status, Story
from tlswizard.tui.lines import MUTED, STRONG, plain
from tlswizard.tui.look_screen import LookScreen, copied, crash_look, keys_look, text_look
from tlswizard.tui.programs_screen import ProgramsScreen
from tlswizard.tui.sheet import Sheet
from tlswizard.tui.step_commands import (
    AGAIN,
    BACK,
    COMMANDS,
    COPY,
    DETAILS,
    ENTER,
    SAY,
    STOP,
    TAB,
    WALK_CHANGES,
    WHY,
    WORDS,
)
from tlswizard.tui.words_sheet import WordsSheet
from tlswizard.wizard.page import Page
from tlswizard.wizard.walk import Action, Back, Chose, GoOn, LookAgain, StopHere, Typed, Walk

SHARE = 0.7
"""Of the height, for the answers below a text that does not fit."""

PATIENCE = 0.1
"""Seconds until work is worth a word: shorter work would only flicker."""


class StepScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(c for c in COMMANDS if c is not TAB),
        *digits(),
        *moves(),
    ]

    @dataclass
    class Left(Message):
        """Back from the first page, or on from the last: to where the walk was opened."""

    def __init__(self, walk: Walk, *, opened_here: bool = False) -> None:
        """`opened_here`: there is a start screen to go back to."""
        super().__init__()
        self.walk = walk
        self.opened_here = opened_here
        self.work: Worker[Page] | None = None
        self.progress = ""

    @property
    def page(self) -> Page:
        return self.walk.page

    @property
    def typed(self) -> str:
        return self.query_one(TextLine).value

    def compose(self) -> ComposeResult:
        yield Banner()
        with Horizontal(id="middle"):
            with Vertical(id="step"):
                yield Story(self._moved)
                with Vertical(id="answers"):
                    yield Static(id="label")
                    yield TextLine()
                    yield Static(id="hint")
                    with Shelf(self._moved):
                        yield Choices()
            with Vertical(id="side"):
                yield Painted()
        yield Status()
        yield Keys()

    def on_mount(self) -> None:
        self.walk.progress = self._progressed
        self.show()
        self.do(self.walk.open)

    # --- painting -----------------------------------------------------------------------------

    def show(self) -> None:
        """Paint the page that the walk stands on."""
        page = self.page
        self.query_one(Banner).say(page.title, page.where, page.beside)
        self.query_one(Story).show(page.blocks, "" if page.where.endswith(page.heading) else page.heading)
        self.query_one("#side").set_class(not page.done, "-empty")
        self.query_one("#side").query_one(Painted).show((Bullets(page.done),), "Done")
        self._show_answers(page)
        self.show_status()

    def _show_answers(self, page: Page) -> None:
        typing, choices, field = self.query_one(TextLine), self.query_one(Choices), page.field
        choices.items = items(page.choices)
        choices.selected = min(page.selected, max(len(page.choices) - 1, 0))
        choices.display = bool(page.choices)
        typing.display = field is not None
        self.query_one("#label").display = field is not None
        self.query_one("#hint").display = bool(page.error or (field and field.hint))
        self.query_one("#answers").display = bool(field or page.choices or page.error)
        if field:
            self.query_one("#label", Static).update(plain(field.label))
            if field.value or not page.error:  # what was refused stays, to be mended
                typing.value = field.value
        told = plain(f"! {page.error}", STRONG) if page.error else plain(field.hint if field else "", MUTED)
        self.query_one("#hint", Static).update(told)
        self.query_one(Story).can_focus = not page.choices  # else Tab goes between list and field alone
        self.set_focus(choices if page.choices else typing if field else None)
        self.call_after_refresh(self._fit_answers)

    def show_status(self) -> None:
        status, keys = self.query_one(Status), self.query_one(Keys)
        if self.work:
            status.show_news(f"{self.progress or 'looking'} …")
        else:
            status.show_done(() if self.app.size.width >= WIDE else self.page.done)
        keys.commands = self.key_words()

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        """The keys that do something here and now, with their words."""
        words = {
            ENTER: self.page.enter if not self.page.over else "to the start",
            BACK: "stop this" if self.work else BACK.words,
            TAB: TAB.words if isinstance(self.focused, Input) else "to the field",
        }
        return tuple((c, words.get(c, c.words)) for c in COMMANDS if self._acts(c))

    def _acts(self, command: Command) -> bool:
        """A letter does nothing while a field takes it as text."""
        typing = isinstance(self.focused, Input)
        if command is TAB:
            return self.page.field is not None and not self.work
        return not (typing and command.is_letter) and bool(self.check_action(command.action, ()))

    def on_descendant_focus(self) -> None:
        self.query_one(Keys).commands = self.key_words()

    def on_resize(self) -> None:
        self.show_status()
        self.call_after_refresh(self._fit_answers)

    def _fit_answers(self) -> None:
        """A long list gets the room that a short text leaves, and never more than its share otherwise."""
        story, room = self.query_one(Story), self.query_one("#step").size.height
        text = len(story.painted.lines(story.scrollable_content_region.width or self.app.size.width))
        self.query_one("#answers").styles.max_height = max(room - text, int(room * SHARE))
        self.call_after_refresh(self._moved)

    def _moved(self) -> None:
        rest = self.query_one(Story).more
        shelf = self.query_one(Shelf)
        self.query_one(Keys).more = shelf.more if shelf.more and "PgDn" not in rest else rest

    # --- what can be done here ------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        page = self.page
        if self.work and action in WALK_CHANGES:
            return False
        needs: dict[str, bool] = {
            WHY.action: bool(page.why),
            DETAILS.action: bool(page.details),
            SAY.action: bool(page.say),
            WORDS.action: bool(page.words),
            COPY.action: bool(page.copy),
            AGAIN.action: page.kind in {"check", "retest"},
            STOP.action: not page.over,
            BACK.action: bool(self.work) or page.can_go_back or self.opened_here,
            ENTER.action: not page.over or self.opened_here,
            "choose": bool(page.choices),
        }
        return needs.get(action, True)

    def action_go_on(self) -> None:
        page, choices = self.page, self.query_one(Choices)
        if page.over:
            self.post_message(self.Left())
        elif page.field and (not page.choices or (isinstance(self.focused, Input) and self.typed)):
            self.take(Typed(self.typed))
        elif page.choices:
            self.take(Chose(page.choices[choices.selected].id))
        else:
            self.take(GoOn())

    def on_paste(self, event: events.Paste) -> None:
        """Pasted beside the field, it is meant for the field."""
        line = self.query_one(TextLine)
        if self.page.field and not isinstance(self.focused, Input):
            event.stop()
            line.focus()
            line.post_message(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.check_action(ENTER.action, ()):
            self.action_go_on()

    def on_choices_picked(self, event: Choices.Picked) -> None:
        self.action_choose(event.index + 1)

    def action_choose(self, number: int) -> None:
        if not self.work and number <= len(self.page.choices):
            self.query_one(Choices).selected = number - 1
            self.take(Chose(self.page.choices[number - 1].id))

    def action_back(self) -> None:
        if self.work:
            # A worker that has not begun yet never tells that it was cancelled: so it is let go here.
            self.work.cancel()
            self._taken(WorkerState.CANCELLED)
        elif self.page.can_go_back:
            self.take(Back())
        else:
            self.post_message(self.Left())

    def action_again(self) -> None:
        self.take(LookAgain())

    def action_stop(self) -> None:
        self.take(StopHere())

    def action_move(self, by: int) -> None:
        """↑↓ choose; from a field they go to the choices; without choices they scroll."""
        choices = self.query_one(Choices)
        if not self.page.choices:
            self.query_one(Story).scroll_relative(y=by, animate=False)
        elif isinstance(self.focused, Input):
            choices.focus()
        else:
            choices.move(by)

    def action_leaf(self, by: int) -> None:
        """Text and list are one long page: down through the text first, up through the list first."""
        story, choices = self.query_one(Story), self.query_one(Choices)
        through = story.scroll_y >= story.max_scroll_y if by > 0 else choices.selected > 0
        if self.page.choices and self.query_one(Shelf).max_scroll_y and through:
            choices.leaf(by)
        else:
            story.turn(by)

    def action_edge(self, by: int) -> None:
        (self.query_one(Choices) if self.page.choices else self.query_one(Story)).edge(by)

    # --- taking: the only thing that lasts ---------------------------------------------------------

    def take(self, action: Action) -> None:
        if not self.work:
            self.do(partial(self.walk.take, action))

    def do(self, moving: Callable[[], Coroutine[Any, Any, Page]]) -> None:
        self.progress = ""
        self.work = self.run_worker(moving, group="take", exit_on_error=False)
        self.set_timer(PATIENCE, self._say_busy)

    def _say_busy(self) -> None:
        if self.work:
            self.add_class("-busy")
            self.show_status()

    def _progressed(self, line: str) -> None:
        self.progress = line
        if self.has_class("-busy"):
            self.show_status()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        # A quick worker may be finished before the news of its start is handled: the event's state counts.
        if event.state in {WorkerState.PENDING, WorkerState.RUNNING}:
            return
        if event.worker is self.work:
            self._taken(event.state)
        if event.state is WorkerState.ERROR and event.worker.error:
            self.app.push_screen(LookScreen(crash_look(self.page.observed, event.worker.error)))
        elif isinstance(event.worker.result, Sheet):
            self.app.push_screen(event.worker.result, self._news)

    def _taken(self, state: WorkerState) -> None:
        self.work = None
        self.remove_class("-busy")
        if state is WorkerState.SUCCESS:
            self.show()
            return
        self.show_status()
        if state is WorkerState.CANCELLED:
            self._news("Stopped. Nothing was changed; you are where you were.")

    def _news(self, news: str | None) -> None:
        if news:
            self.query_one(Status).show_news(news)

    # --- beside the step ----------------------------------------------------------------------------

    def action_why(self) -> None:
        self.app.push_screen(LookScreen(text_look("Why", self.page.observed, self.page.why)))

    def action_details(self) -> None:
        self.app.push_screen(LookScreen(text_look("Details", self.page.observed, self.page.details)))

    def action_say(self) -> None:
        self.app.push_screen(LookScreen(text_look("What to say", self.page.observed, self.page.say)))

    def action_words(self) -> None:
        self.app.push_screen(WordsSheet(self.page.observed, self.page.words))

    def action_help(self) -> None:
        page = self.page
        choice = page.choices[self.query_one(Choices).selected] if page.choices else None
        about = page.field if isinstance(self.focused, Input) else choice
        label, hint = (about.label, about.hint) if about else ("", "")
        words, long = self.key_words(), len(page.choices) > NUMBERED
        meanings = words_in(f"{label}: {hint}", page.words)
        look = keys_look(page.observed, label, hint, meanings, page.done, words, long=long)
        self.app.push_screen(LookScreen(look))

    def action_findings(self) -> None:
        self._open(lambda: LookScreen(self.walk.findings()))

    def action_programs(self) -> None:
        self._open(lambda: ProgramsScreen(self.walk))

    def action_chain(self) -> None:
        self._open(lambda: LookScreen(self.walk.chain()))

    def action_note(self) -> None:
        self._open(lambda: AskScreen("Note", self.page.observed, noting(self.walk.add_to_note)))

    def action_save(self) -> None:
        self._open(lambda: AskScreen("Save the note", self.page.observed, saving(self.walk.note())))

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.page.copy)
        self.query_one(Status).show_news(copied(self.page.copy))

    def _open(self, make: Callable[[], Sheet[Any]]) -> None:
        """Put a sheet over the step. The walk makes it, and may break while it does: hence the worker."""

        async def made() -> Sheet[Any]:
            return make()

        self.run_worker(made(), group="open", exit_on_error=False)
