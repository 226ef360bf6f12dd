"""The words of a page, to be opened one by one."""

from tlswizard.content.glossary import Word
from tlswizard.tui.command import Command
from tlswizard.tui.look_screen import LookScreen
from tlswizard.tui.pick_screen import ENTER, Pick, PickScreen
from tlswizard.wizard.glossary import explained
from tlswizard.wizard.page import Choice


class WordsSheet(PickScreen):
    """Stays open below the meaning of a word."""

    def __init__(self, observed: str, words: tuple[Word, ...]) -> None:
        choices = tuple(Choice(word.id, word.word) for word in words)
        super().__init__(observed, Pick("Words on this page", "Which one shall be explained?", choices))
        self.words = words

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        return tuple((c, "explain it" if c is ENTER else words) for c, words in super().key_words())

    def picked(self, index: int) -> None:
        self.app.push_screen(LookScreen(explained(self.words[index], self.observed)))
