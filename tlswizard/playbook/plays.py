"""Plays a playbook with random answers and outcomes: what nobody comes to, and whether it always ends."""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tlswizard.playbook.engine import (
    CheckEnded,
    Chosen,
    Ended,
    Event,
    FixEnded,
    InputGiven,
    Retested,
    State,
    Want,
    WantAnswer,
    WantCheck,
    WantFix,
    WantGoOn,
    WantInput,
    WantRetest,
    WentBack,
    WentOn,
    can_go_back,
    start,
    tell,
    want,
)
from tlswizard.playbook.format import NOT_SURE, Input, Playbook, Return, Use
from tlswizard.playbook.proof import Graph, graph_of

LONGEST_PLAY = 2000
"""Events after which a play counts as one without end. Random players walk in circles more than people."""

FINE = "ok"
OFTEN_FINE = 0.5
"""How often a check is fine, so that plays get far enough."""

CURIOUS = 2
"""Every second play heads for what was not seen so far: chance alone hardly ever gives ten rare answers in a
row."""

GOING_BACK = 8
"""In one of so many plays the player goes back now and then …"""
BACK = 0.1
"""… this often."""

VALUES: Mapping[str, str] = {
    "server": "https://srv.example", "client": "openssl", "port": "443", "text": "some words",
    "seconds": "30", "days": "30", "path": "/srv/a.pem",
}  # fmt: skip
"""An answer for each type of input that has no list of answers."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was seen in many plays."""

    plays: int
    results: Mapping[str, int]
    """by the word under `finish`, the most frequent first"""
    unseen: tuple[str, ...]
    """steps that no play came to, in the order of the file"""
    longest: int
    """events of the longest play"""
    without_end: int
    """plays that were given up"""
    circle: tuple[str, ...] = ()
    """the steps of the last events of the first play that was given up, each once"""


def played(playbook: Playbook, plays: int, seed: int, limit: int = LONGEST_PLAY) -> Played:
    """Plays a playbook, with the steps of all that it uses, so many times; the same seed plays the same."""
    player = _Player(playbook, random.Random(seed))  # noqa: S311 - chance, no secret
    results: Counter[str] = Counter()
    longest = without_end = 0
    circle: tuple[str, ...] = ()
    for number in range(plays):
        result, steps = player.play(number, limit)
        longest = max(longest, len(steps))
        if result is not None:
            results[result] += 1
        else:
            without_end += 1
            circle = circle or tuple(dict.fromkeys(steps[-len(playbook.steps) :]))
    unseen = tuple(name for name in playbook.steps if name in player.unseen)
    return Played(plays, dict(results.most_common()), unseen, longest, without_end, circle)


class _Player:
    """Who answers, and remembers what was seen. Not frozen."""

    def __init__(self, playbook: Playbook, dice: random.Random) -> None:
        self.playbook = playbook
        self.dice = dice
        self.unseen = set(playbook.steps)
        self._back_from = _backwards(graph_of(playbook))
        self._far = _distances(self._back_from, self.unseen)

    def play(self, number: int, limit: int) -> tuple[str | None, list[str]]:
        """How it ended, None if it did not within so many events; and each step where it stopped."""
        back = BACK if number % GOING_BACK == GOING_BACK - 1 else 0
        state = start(self.playbook, {})
        steps: list[str] = []
        while len(steps) < limit:
            steps.append(state.step)
            self._see({state.step, *self._passed(state)})
            wanted = want(self.playbook, state)
            if isinstance(wanted, Ended):
                return wanted.step.result, steps
            curious = number % CURIOUS == 0 and bool(self.unseen)
            goes_back = self.dice.random() < back and can_go_back(self.playbook, state)
            state = tell(self.playbook, state, WentBack() if goes_back else self._event(wanted, curious))
        return None, steps

    def _passed(self, state: State) -> Iterator[str]:
        """The entries and exits of other playbooks right before, where nobody stops."""
        for visit in reversed(state.trail):
            if not isinstance(self.playbook.steps[visit.step], Use | Return):
                return
            yield visit.step

    def _see(self, steps: set[str]) -> None:
        if steps & self.unseen:
            self.unseen -= steps
            self._far = _distances(self._back_from, self.unseen)

    def _event(self, wanted: Want, curious: bool) -> Event:
        match wanted:
            case WantInput(name=name, input=input_):
                return InputGiven(name, self.dice.choice(_values(input_)))
            case WantAnswer(step=step):
                return Chosen(self._ending({id_: c.next for id_, c in step.choices.items()}, curious))
            case WantCheck(step=step):
                fine = FINE in step.next and not curious and self.dice.random() < OFTEN_FINE
                return CheckEnded(FINE if fine else self._ending(step.next, curious))
            case WantGoOn():
                return WentOn()
            case WantFix(step=step):
                return FixEnded(self._ending(step.next, curious))
            case WantRetest(step=step):
                return Retested(self._ending(step.next, curious))
            case Ended():
                raise AssertionError("this play has ended")

    def _ending(self, next_: Mapping[str, str], curious: bool) -> str:
        endings = list(next_)
        if curious:
            nearest = min(self._far.get(to, NOWHERE) for to in next_.values())
            endings = [e for e, to in next_.items() if self._far.get(to, NOWHERE) == nearest]
        return self.dice.choice(endings)


NOWHERE = sys.maxsize
"""The distance of what cannot be reached."""


def _backwards(graph: Graph) -> Graph:
    found: dict[str, list[str]] = {name: [] for name in graph}
    for name, following in graph.items():
        for to in following:
            found[to].append(name)
    return {name: tuple(before) for name, before in found.items()}


def _distances(back_from: Graph, goals: Iterable[str]) -> Mapping[str, int]:
    """By step, how many steps it is to the nearest goal."""
    far = dict.fromkeys(goals, 0)
    waiting = list(far)
    for name in waiting:
        for before in back_from[name]:
            if before not in far:
                far[before] = far[name] + 1
                waiting.append(before)
    return far


def _values(input_: Input) -> list[str]:
    """Every answer that has a button of its own, or one that could be typed."""
    not_sure = [NOT_SURE] if input_.not_sure else []
    if input_.type == "yes-no":
        return ["yes", "no", *not_sure]
    return [*(input_.options or [VALUES[input_.type]]), *not_sure]
