"""The first screen: what went wrong? A field, what it is understood as, and a list."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from tlswizard.core.blocks import Cell, Paragraph, Rows
from tlswizard.tui.begin import Begin
from tlswizard.tui.choices import Choices, Item, Shelf
from tlswizard.tui.command import Command, bindings, digits, moves
from tlswizard.tui.field import TextLine
from tlswizard.tui.frame import Banner, Keys, Status
from tlswizard.tui.lines import MUTED, STRONG, hanging, plain
from tlswizard.wizard.page import Look
from tlswizard.wizard.start import Entry, Reading
from tlswizard.wizard.walk import Walk

FOLDED = 5
"""Playbooks in sight while the list is folded: with sessions and the tour it then fits 24 lines."""

ENTER = Command("go_on", "enter", "Enter", "go on", "Open the selected line with what is typed", 0)
CHOOSE = Command("move(1)", "down", "↑↓", "choose", "Choose from the list, also while you type", 3)
TAB = Command(
    "app.focus_next", "tab", "Tab", "between field and list", "Digits choose where the list has the focus", 4
)
HELP = Command("help", "f1", "F1", "help", "What can be typed, and every key", 2)
QUIT = Command("app.leave", "escape", "Esc", "quit", "Quit tlswizard", 1)

MORE = "more"


class StartScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings((ENTER, HELP, QUIT)), *digits(), *moves()]

    @dataclass
    class Opened(Message):
        walk: Walk

    def __init__(self, begin: Begin) -> None:
        super().__init__()
        self.begin = begin
        self.reading = Reading("empty", "")
        self.entries: tuple[Entry, ...] = ()
        self.folded = True
        self.opening: Worker[Walk] | None = None

    def compose(self) -> ComposeResult:
        yield Banner()
        yield Static(
            plain("What went wrong? Type a server, or paste the message you got.", STRONG), id="label"
        )
        yield TextLine()
        yield Static(id="hint")
        with Shelf():
            yield Choices()
        yield Status()
        yield Keys()

    def on_mount(self) -> None:
        self.query_one(Banner).say("tlswizard", "", self.begin.observed)
        self.query_one(Keys).commands = tuple((c, c.words) for c in (ENTER, CHOOSE, TAB, HELP, QUIT))
        self.query_one(TextLine).focus()

    def on_screen_resume(self) -> None:
        """At the first paint, and when a walk was left: then its session is in the list too."""
        self.call_after_refresh(self._list)

    # --- the list -----------------------------------------------------------------------------------

    def _list(self) -> None:
        entries = self.begin.entries()
        if entries == self.entries:
            return
        self.entries = entries
        self.folded = len(self._of("playbook")) > FOLDED + 1
        self._show_list(0)

    def _of(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in kinds]

    def _lines(self) -> list[Entry | None]:
        """The entries in sight; None is the line that unfolds the others."""
        playbooks, others = self._of("playbook"), self._of("session", "exercise")
        shown = playbooks[:FOLDED] if self.folded else playbooks
        return [*shown, *([None] if self.folded else []), *others]

    def _show_list(self, selected: int) -> None:
        lines = self._lines()
        hidden = len(self._of("playbook")) - FOLDED
        items, apart = [], False
        for line in lines:
            if line is None:
                items.append(Item(f"… {hidden} more", numbered=False))
            else:
                first_other = line.kind != "playbook" and not apart and bool(items)
                apart = apart or first_other
                items.append(Item(line.title, line.hint, first_other, line.kind == "playbook"))
        choices = self.query_one(Choices)
        choices.items = tuple(items)
        choices.selected = selected

    def action_move(self, by: int) -> None:
        self.query_one(Choices).move(by)

    def action_leaf(self, by: int) -> None:
        self.query_one(Choices).leaf(by)

    def action_edge(self, by: int) -> None:
        self.query_one(Choices).edge(by)

    def action_choose(self, number: int) -> None:
        lines = self._lines()
        if number <= len(lines) and (line := lines[number - 1]) and line.kind == "playbook":
            self.query_one(Choices).selected = number - 1
            self.action_go_on()

    def on_choices_picked(self) -> None:
        self.action_go_on()

    # --- the field ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        self.reading = self.begin.read(event.value)
        style, sign = (STRONG, "! ") if self.reading.kind == "unclear" else (MUTED, "  ")
        line = plain(self.reading.line, style)
        hint = hanging(plain(sign, style), line, self.size.width - 2) if line else [line]
        self.query_one("#hint", Static).update(Content("\n").join(hint))
        if self.reading.playbook:
            self._select(self.reading.playbook)

    def _select(self, playbook: str) -> None:
        """The playbook that fits the pasted message."""
        playbooks = [entry.id for entry in self._of("playbook")]
        if playbook in playbooks:
            at = playbooks.index(playbook)
            self.folded = self.folded and at < FOLDED
            self._show_list(at)

    def on_input_submitted(self) -> None:
        self.action_go_on()

    # --- opening ------------------------------------------------------------------------------------

    def action_go_on(self) -> None:
        lines, at = self._lines(), self.query_one(Choices).selected
        if self.opening or not self.entries or at >= len(lines):
            return
        entry = lines[at]
        if entry is None:
            self.folded = False
            self._show_list(at)
        elif entry.kind == "playbook" and self.reading.kind == "unclear":
            self.query_one(TextLine).focus()
        else:
            self._open(self.reading, entry)

    def _open(self, reading: Reading, entry: Entry) -> None:
        async def opened() -> Walk:
            return await self.begin.open(reading, entry)

        self.opening = self.run_worker(opened, group="open", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker is not self.opening or event.state in {WorkerState.PENDING, WorkerState.RUNNING}:
            return
        self.opening = None
        if event.worker.result:
            self.post_message(self.Opened(event.worker.result))
        elif event.worker.error:
            from tlswizard.tui.look_screen import LookScreen, error_look  # noqa: PLC0415 (not before the first paint)

            self.app.push_screen(LookScreen(error_look(self.begin.observed, event.worker.error)))

    def action_help(self) -> None:
        from tlswizard.tui.look_screen import LookScreen  # noqa: PLC0415 (not before the first paint)

        typed = (
            ("A server", Cell("example.com · mail.example.com:25 · https://intranet/page · ldap://dc1")),
            ("A message", Cell("paste it whole, with the lines around it")),
            ("Nothing", Cell("is fine too: the first step asks")),
        )
        keys = [(c.shown, Cell(c.help)) for c in (ENTER, CHOOSE, TAB, HELP, QUIT)]
        keys.append(("Ctrl+P", Cell("All commands in a list; Ctrl+C quits from everywhere")))
        lines, at = self._lines(), self.query_one(Choices).selected
        entry = lines[at] if at < len(lines) else None
        about = (Rows(((f"{entry.title}:", Cell(entry.about)),)),) if entry and entry.about else ()
        blocks = (
            *about,
            Paragraph("Type what you have, choose what fits best, press Enter."),
            Rows(typed),
            Rows(tuple(keys)),
        )
        self.app.push_screen(LookScreen(Look("Help", self.begin.observed, blocks)))
