"""The app: which screen is shown, how it is left, and with which exit code."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from tlswizard.tui.begin import Begin
from tlswizard.tui.frame import WIDE
from tlswizard.wizard.walk import Walk

if TYPE_CHECKING:
    from tlswizard.tui.start_screen import StartScreen

INTERRUPTED = 130
"""What shells give for a program that was stopped by Ctrl-C."""

THEME = Theme(
    name="tlswizard",
    primary="#5fb3b3",
    accent="#5fb3b3",
    error="#e06c75",
    warning="#d8dee4",
    success="#5fb3b3",
    foreground="#d8dee4",
    background="#14181c",
    surface="#14181c",
    panel="#1c2228",
    variables={"muted": "#929ca6", "rule": "#46505a"},
)


class TlsWizard(App[int]):
    """Opened on a walk, or on the start screen where one is chosen."""

    TITLE = "tlswizard"
    CSS_PATH = "wizard.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 (declared by Textual)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit tlswizard", id="leave", priority=True, show=False),
        Binding("ctrl+c", "interrupt", "Quit at once", id="interrupt", priority=True, show=False),
    ]

    def __init__(self, *, walk: Walk | None = None, begin: Begin | None = None) -> None:
        if walk is None and begin is None:
            raise TypeError("a walk to show, or a beginning from which to choose one")
        super().__init__()
        self.walk = walk
        self.begin = begin
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_default_screen(self) -> Screen[None]:
        """The screen at the bottom: with a beginning, the way back from a walk leads to it."""
        if self.begin is None:
            return self._step(self.walk) if self.walk else super().get_default_screen()
        from tlswizard.tui.start_screen import StartScreen  # noqa: PLC0415 (only the screen that is shown first)

        return StartScreen(self.begin)

    def on_mount(self) -> None:
        if self.begin and self.walk:
            self.push_screen(self._step(self.walk))

    def on_start_screen_opened(self, event: "StartScreen.Opened") -> None:
        self.walk = event.walk
        self.push_screen(self._step(event.walk))

    def on_step_screen_left(self) -> None:
        self.pop_screen()

    def action_leave(self) -> None:
        """Quit with the walk's own exit code; nothing chosen is nothing wrong."""
        code = self.walk.exit_code() if self.walk else 0
        self.exit(code, return_code=code)

    async def action_quit(self) -> None:
        self.action_leave()

    def action_interrupt(self) -> None:
        self.exit(INTERRUPTED, return_code=INTERRUPTED)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what the keys do now. No themes: an ansi one set at run time is black on black."""
        seen: set[str] = set()
        for node, binding, enabled, _ in screen.active_bindings.values():
            if enabled and binding.show and binding.id and binding.id not in seen and node is screen:
                seen.add(binding.id)
                run = partial(self.run_action, binding.action, screen)
                yield SystemCommand(binding.description, f"key {binding.key_display}", run)

    def _step(self, walk: Walk) -> Screen[None]:
        from tlswizard.tui.step_screen import StepScreen  # noqa: PLC0415 (only the screen that is shown first)

        return StepScreen(walk, opened_here=self.begin is not None)
