"""One of a list, picked in a sheet over what it is about."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tlswizard.core.blocks import Paragraph
from tlswizard.tui.choices import Choices, Shelf, items
from tlswizard.tui.command import Command, bindings, digits, moves
from tlswizard.tui.frame import Keys
from tlswizard.tui.sheet import CLOSE, Sheet
from tlswizard.wizard.page import Choice

ENTER = Command("take", "enter", "Enter", "take it", "Take the selected line", 0)
MOVE = Command("move(1)", "down", "↑↓", "choose", "Choose from the list", 1)


@dataclass(frozen=True, slots=True)
class Pick:
    title: str
    text: str
    choices: tuple[Choice, ...]
    selected: int = 0


class PickScreen(Sheet[str]):
    """Dismissed with the id that was picked; None with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings((ENTER, CLOSE)), *digits(), *moves()]

    def __init__(self, observed: str, pick: Pick) -> None:
        super().__init__(pick.title, observed, (Paragraph(pick.text),))
        self.pick = pick

    def compose_more(self) -> ComposeResult:
        with Shelf(self._moved):
            yield Choices()

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.items = items(self.pick.choices)
        choices.selected = self.pick.selected
        choices.focus()

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        return ((ENTER, ENTER.words), (MOVE, MOVE.words), (CLOSE, CLOSE.words))

    def _moved(self) -> None:
        self.query_one(Keys).more = self.query_one(Shelf).more

    def on_choices_picked(self, event: Choices.Picked) -> None:
        self.picked(event.index)

    def action_take(self) -> None:
        self.picked(self.query_one(Choices).selected)

    def action_choose(self, number: int) -> None:
        if number <= len(self.pick.choices):
            self.picked(number - 1)

    def picked(self, index: int) -> None:
        self.dismiss(self.pick.choices[index].id)

    def action_move(self, by: int) -> None:
        self.query_one(Choices).move(by)

    def action_leaf(self, by: int) -> None:
        self.query_one(Choices).leaf(by)

    def action_edge(self, by: int) -> None:
        self.query_one(Choices).edge(by)
