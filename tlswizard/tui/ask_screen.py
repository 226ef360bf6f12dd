"""One line asked for in a sheet: a note to add, a file to save to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from tlswizard.core.blocks import Paragraph
from tlswizard.tui.command import Command, bindings
from tlswizard.tui.field import TextLine
from tlswizard.tui.lines import STRONG, plain
from tlswizard.tui.save import free_name, refusal, save_new
from tlswizard.tui.sheet import CLOSE, Sheet

ENTER = Command("take", "enter", "Enter", "take it", "Take what is typed", 0)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of the typed text."""

    news: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    value: str
    enter: str
    take: Callable[[str], Taken]


class AskScreen(Sheet[str]):
    """Dismissed with the news of what was done; stays open, with the reason, where it was refused."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE,))

    def __init__(self, title: str, observed: str, question: Question) -> None:
        super().__init__(title, observed, (Paragraph(question.text),))
        self.question = question

    def compose_more(self) -> ComposeResult:
        yield TextLine(self.question.value)
        yield Static(id="refused")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(TextLine).focus()

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        return ((ENTER, self.question.enter), (CLOSE, CLOSE.words))

    def on_input_submitted(self, event: TextLine.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            self._refuse("Nothing is typed yet. Esc goes back.")
            return
        taken = self.question.take(event.value.strip())
        if taken.refused:
            self._refuse(taken.news)
        else:
            self.dismiss(taken.news)

    def _refuse(self, why: str) -> None:
        self.query_one("#refused", Static).update(plain(f"! {why}", STRONG))
        self.call_after_refresh(self._fit)


def saving(text: str) -> Question:
    """Ask for a file; nothing that exists is ever overwritten."""

    def take(name: str) -> Taken:
        try:
            path = save_new(name, text)
        except OSError as error:
            return Taken(refusal(error, name), refused=True)
        return Taken(f"Saved to {path}")

    name = (
        free_name("tlswizard", ".pem")
        if text.startswith("-----BEGIN ")
        else free_name("tlswizard-note", ".txt")
    )
    return Question("A new file, readable for you alone.", name, "save", take)


def noting(add: Callable[[str], None]) -> Question:
    def take(line: str) -> Taken:
        add(line)
        return Taken("Added to the note.")

    return Question("A line for the note of this walk: what you saw, whom you asked.", "", "add it", take)
