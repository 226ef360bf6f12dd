"""The programs and their verdicts, and the way to ask why two of them differ."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from tlswizard.tui.command import Command, bindings
from tlswizard.tui.look_screen import LookScreen, crash_look
from tlswizard.tui.pick_screen import Pick, PickScreen
from tlswizard.wizard.page import Choice, Look
from tlswizard.wizard.walk import Walk

DIFFER = Command("differ", "d", "d", "why two differ", "Why two programs differ", 1)


class ProgramsScreen(LookScreen):
    BINDINGS: ClassVar[list[BindingType]] = bindings((DIFFER,))

    def __init__(self, walk: Walk) -> None:
        super().__init__(walk.programs())
        self.walk = walk
        self.choices = walk.judged()

    def key_words(self) -> tuple[tuple[Command, str], ...]:
        shown = super().key_words()
        return ((DIFFER, DIFFER.words), *shown) if self._can_differ else shown

    @property
    def _can_differ(self) -> bool:
        return len(self.choices) > 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._can_differ if action == DIFFER.action else super().check_action(action, parameters)

    def action_differ(self) -> None:
        one, two, *others = (choice.id for choice in self.choices)
        if others:
            self._ask_first(one)
        else:
            self._tell(one, two)

    def _ask_first(self, selected: str) -> None:
        at = [choice.id for choice in self.choices].index(selected)
        pick = Pick("Why do two programs differ?", "Which program?", self.choices, at)

        def picked(one: str | None) -> None:
            if one is not None:
                self._ask_second(one)

        self.app.push_screen(PickScreen(self.look.observed, pick), picked)

    def _ask_second(self, one: str) -> None:
        """Esc goes back to the first, which is still selected."""
        first = next(choice for choice in self.choices if choice.id == one)
        others = _without(self.choices, one)
        pick = Pick(f"Why does it differ from {first.label}?", "And which other program?", others)

        def picked(two: str | None) -> None:
            if two is None:
                self._ask_first(one)
            else:
                self._tell(one, two)

        self.app.push_screen(PickScreen(self.look.observed, pick), picked)

    def _tell(self, one: str, two: str) -> None:
        """The walk says it, and may break while it does: hence the worker."""

        async def told() -> Look:
            return self.walk.differ(one, two)

        self.run_worker(told(), group="open", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error:
            self.app.push_screen(LookScreen(crash_look(self.look.observed, event.worker.error)))
        elif event.state is WorkerState.SUCCESS and isinstance(event.worker.result, Look):
            self.app.push_screen(LookScreen(event.worker.result))


def _without(choices: tuple[Choice, ...], id_: str) -> tuple[Choice, ...]:
    """The others; the name of a group passes on to the next of it."""
    kept: list[Choice] = []
    group = ""
    for choice in choices:
        if choice.id == id_:
            group = choice.group
        else:
            kept.append(replace(choice, group=choice.group or group))
            group = ""
    return tuple(kept)
