"""Learning mode: the same walk, slower. Guess before you look, and see what was found to be well, too.

Who only follows a procedure learns little of it: guessing first, and comparing then, is what teaches
(Jonassen and Hung 2006). The engine and the kept session know nothing of this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tlswizard.core.blocks import Block, Heading
from tlswizard.playbook import engine
from tlswizard.playbook.format import NOT_CHECKED, Check, Playbook, Step
from tlswizard.playbook.texts import blocks

GUESS = "What do you expect to see here? Guess, then look."
THINK = "Think first"
COMPARE = "Compare with your guess"


def lesson(step: Step, values: Mapping[str, str], *, guessed: bool = False) -> Iterator[Block]:
    """What the step has to teach: something to think about, and why it comes now."""
    if step.learn:
        yield Heading(COMPARE if guessed else THINK)
        yield from blocks(step.learn, values)
    if step.why:
        yield Heading("Why")
        yield from blocks(step.why, values)


def guesses(step: Step) -> bool:
    """Whether the person is asked to guess before this step looks."""
    return isinstance(step, Check) and bool(step.learn)


def can_go_back(playbook: Playbook, state: engine.State) -> bool:
    return engine.can_go_back(playbook, _all_seen(state))


def back(playbook: Playbook, state: engine.State) -> engine.State:
    """To the page before; that of a check that found nothing wrong is one of them."""
    before = engine.tell(playbook, _all_seen(state), engine.WentBack())
    return replace(before, trail=state.trail[: len(before.trail)])


def _all_seen(state: engine.State) -> engine.State:
    """The same as if no check had passed by itself."""
    seen = (
        replace(visit, ending=NOT_CHECKED) if visit.input is None and visit.ending in engine.SILENT else visit
        for visit in state.trail
    )
    return replace(state, trail=tuple(seen))
