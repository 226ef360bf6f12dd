"""A sheet over the lower part of the screen: what lies under it stays in sight where there is room."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from tlswizard.core.blocks import Block
from tlswizard.tui.command import Command
from tlswizard.tui.frame import Banner, Keys, Status, Story
from tlswizard.tui.lines import READABLE

CLOSE = Command("close", "escape", "Esc", "back", "Back to where you were", 0)


class Sheet(ModalScreen[ScreenResultType]):
    """Head, body, foot; as high as it must be."""

    def __init__(self, title: str, observed: str, blocks: tuple[Block, ...]) -> None:
        super().__init__()
        self.banner_title, self.observed, self.blocks = title, observed, blocks

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Banner()
            yield Story(self._moved)
            yield from self.compose_more()
            yield Status()
            yield Keys()

    def compose_more(self) -> ComposeResult:
        """What stands between the body and the foot."""
        yield from ()

    def on_mount(self) -> None:
        self.query_one(Banner).say(self.banner_title, "", self.observed)
        self.query_one(Story).show(self.blocks)
        self.query_one(Keys).commands = self.key_words()

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        return ((CLOSE, CLOSE.words),)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        sheet, story = self.query_one("#sheet"), self.query_one(Story)
        text = len(story.painted.lines(story.scrollable_content_region.width or READABLE))
        others = sum(child.outer_size.height for child in sheet.children if child is not story)
        sheet.styles.height = min(text + others + sheet.gutter.height, self.size.height)
        story.fit()

    def _moved(self) -> None:
        self.query_one(Keys).more = self.query_one(Story).more

    def action_close(self) -> None:
        self.dismiss(None)

    def action_move(self, by: int) -> None:
        self.query_one(Story).scroll_relative(y=by, animate=False)

    def action_leaf(self, by: int) -> None:
        self.query_one(Story).turn(by)

    def action_edge(self, by: int) -> None:
        self.query_one(Story).edge(by)
