"""Something to look at beside the step, closed with Esc: all findings, why, details, what to say, keys."""

import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from tlswizard.content.glossary import Word
from tlswizard.core.blocks import Cell, Paragraph, Rows
from tlswizard.core.trouble import Trouble
from tlswizard.tui.ask_screen import AskScreen, saving
from tlswizard.tui.command import Command, bindings, moves
from tlswizard.tui.frame import Status
from tlswizard.tui.lines import shortened
from tlswizard.tui.sheet import CLOSE, Sheet
from tlswizard.wizard.page import Look

COPY = Command("copy", "c", "c", "copy", "Copy this text", 2)
SAVE = Command("save", "f", "f", "save", "Save this text to a file", 3)
QUIT = Command("app.leave", "q", "q", "quit", "Quit tlswizard", 4)


class LookScreen(Sheet[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings((COPY, SAVE, QUIT, CLOSE)), *moves()]

    def __init__(self, look: Look) -> None:
        super().__init__(look.title, look.observed, look.blocks or (Paragraph("Nothing to see here yet."),))
        self.look = look

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        shown = (COPY, SAVE, CLOSE, QUIT) if self.look.copy else (CLOSE, QUIT)
        return tuple((command, command.words) for command in shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.look.copy) if action in {"copy", "save"} else True

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.look.copy)
        self.query_one(Status).show_news(copied(self.look.copy))

    def action_save(self) -> None:
        ask = AskScreen("Save to a file", self.look.observed, saving(self.look.copy))
        self.app.push_screen(ask, self._saved)

    def _saved(self, news: str | None) -> None:
        if news:
            self.query_one(Status).show_news(news)


def copied(text: str) -> str:
    """What went to the clipboard. No terminal says whether it took it."""
    lines = text.strip("\n").split("\n")
    what = f"{len(lines)} lines" if len(lines) > 1 else f"“{shortened(lines[0], 30)}”"
    return f"Copied {what}. If nothing can be pasted: f saves to a file."


def text_look(title: str, observed: str, text: str) -> Look:
    """Plain text to read, with its own line breaks."""
    parts = [part for part in text.strip("\n").split("\n\n") if part.strip()]
    return Look(title, observed, tuple(Paragraph(part) for part in parts), copy=text)


def keys_look(
    observed: str,
    selected: str,
    hint: str,
    meanings: Iterable[Word],
    done: tuple[str, ...],
    commands: Iterable[tuple[Command, str]],
    *,
    long: bool = False,
) -> Look:
    """F1: what is selected, what its words mean, what each key does here, and what is done so far.

    `long`: the list has more lines than digits.
    """
    rows = [(c.shown, Cell(c.help if words == c.words else words)) for c, words in commands]
    rows += [("↑↓ Tab", Cell("Move")), ("1-9", Cell("Choose the line with this number"))]
    if long:
        rows.append(("A-Z", Cell("With Shift: to the next line that begins with this letter")))
    rows += [
        ("PgUp PgDn", Cell("Turn the page; Home and End go to its start and end")),
        ("Ctrl+P", Cell("All commands in a list; Ctrl+C quits from everywhere")),
    ]
    about = (Rows(((f"{selected}:" if hint else "Selected", Cell(hint or selected)),)),) if selected else ()
    told = tuple((word.word, Cell(word.means)) for word in meanings)
    words = (Rows(told),) if told else ()
    so_far = (Rows((("Done", Cell(" · ".join(done))),)),)
    return Look(
        "Keys",
        observed,
        (*about, *words, Rows(tuple(rows)), *(so_far if done else ())),
    )


def error_look(observed: str, error: BaseException) -> Look:
    """What the person can put right, in its own words; anything else is a fault of ours."""
    if isinstance(error, Trouble):
        return text_look("That cannot be opened", observed, str(error))
    return crash_look(observed, error)


def crash_look(observed: str, error: BaseException) -> Look:
    """A fault of ours, said calmly; the whole report can be copied."""
    report = "".join(traceback.format_exception(error))
    frames = traceback.extract_tb(error.__traceback__)
    where = (
        f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}, in {frames[-1].name}"
        if frames
        else "unknown"
    )
    told = str(error) or "no words with it"
    blocks = (
        Paragraph(
            "It is no fault of the server, nor of anything you did; your answers are kept. "
            "Esc goes back to the step: try it again, or go on another way."
        ),
        Rows((("Details", Cell(f"{type(error).__name__}: {told}")), ("Where", Cell(where)))),
        Paragraph("c copies the whole report, for those who look after tlswizard."),
    )
    return Look("Something in tlswizard broke", observed, blocks, copy=report)
