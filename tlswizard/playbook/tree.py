"""A playbook as a tree of lines: each step once, below the answer or outcome that leads to it.

The first way on from a step follows at the same indentation, so that the usual walk reads from top to bottom;
the other ways are indented below their step. `↑` and `↓` say where a step stands that is not shown here.
"""

from collections.abc import Iterator, Mapping
from textwrap import wrap

from tlswizard.core.text import visible
from tlswizard.playbook.format import Ask, Check, Explain, Finish, Fix, Playbook, Retest, Return, Step, Use

WIDTH = 80
DEEPEST = 8
"""Indentations; what would lie deeper follows at the end, at the margin."""
INDENT = 2

HERE = "↓"
ABOVE = "↑"


def tree(playbook: Playbook) -> tuple[str, ...]:
    """The whole playbook; of another one that it uses only the name and the results."""
    return (*head(playbook), "", *_Tree(playbook).lines())


def head(playbook: Playbook) -> tuple[str, ...]:
    """What it is and where it comes from."""
    rows = {
        "version": f"{playbook.version}, sha256 {playbook.sha256[:8]}",
        "from": playbook.origin,
        "hides": ", ".join(playbook.hides),
        "inputs": ", ".join(f"{input_.name} ({input_.type})" for input_ in playbook.inputs.values()),
        "stages": " · ".join(playbook.stages.values()),
    }
    label = max(map(len, rows)) + 2
    return (
        *_wrapped(f"{playbook.id}: {visible(playbook.title)}", 0),
        *(
            line
            for key, text in rows.items() if text
            for line in _wrapped(f"{key:<{label}}{visible(text, len(text))}", 0, label)
        ),
    )  # fmt: skip


class _Tree:
    """Not frozen: it remembers which steps have their place, and which were shown."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.placed: set[str] = set()
        self.shown: set[str] = set()
        self.later: list[str] = []
        """steps that follow at the margin, because they would lie too deep"""

    def lines(self) -> Iterator[str]:
        self.later = list(self.playbook.steps)[:1]
        self.placed = set(self.later)
        for name in self.later:
            yield from self.way(name, 0)

    def way(self, name: str, depth: int) -> Iterator[str]:
        """The steps from here on along the first way that leads to something new."""
        steps = list(self.main_way(name))
        for at, step in enumerate(steps):
            self.shown.add(step.name)
            yield from _step(step, depth)
            for target, endings in _ways(step).items():
                onward = at + 1 < len(steps) and steps[at + 1].name == target
                yield from self.ending(", ".join(endings), target, depth + 1, onward)

    def main_way(self, name: str) -> Iterator[Step]:
        following: str | None = name
        while following:
            self.placed.add(following)
            step = self.playbook.steps[following]
            yield step
            following = next((to for to in _ways(step) if to not in self.placed), None)

    def ending(self, endings: str, target: str, depth: int, onward: bool) -> Iterator[str]:
        lead = f"{endings} → " if endings else "→ "
        if target not in self.placed and depth < DEEPEST:
            yield from _wrapped(lead.rstrip(), depth, 2)
            yield from self.way(target, depth + 1)
            return
        if target not in self.placed:
            self.placed.add(target)
            self.later.append(target)
        yield from _wrapped(f"{lead}{target} {ABOVE if target in self.shown else HERE}", depth, 2)


def _step(step: Step, depth: int) -> Iterator[str]:
    yield from _wrapped(f"{step.name}  {visible(step.title)}".rstrip(), depth, 2)
    yield from _wrapped(_what(step), depth + 1, 2)


def _what(step: Step) -> str:
    """The kind, and what it asks, checks or fixes."""
    match step:
        case Ask():
            return f"ask: {_line(step.question)}"
        case Check():
            return f"check: {step.check}{_with(step.parameters)}"
        case Explain():
            return f"explain: {_line(step.text)}"
        case Fix():
            return f"fix: {step.fix}{_with(step.parameters)}{f', by {step.who}' if step.who else ''}"
        case Retest():
            return f"retest: {step.of}"
        case Use():
            return f"use: {step.playbook}{_with(step.parameters)}"
        case Return() | Finish():
            to = step.give_to if isinstance(step, Finish) else ""
            return f"finish: {step.result}{f', give to {visible(to)}' if to else ''}"


def _with(parameters: Mapping[str, str]) -> str:
    given = ", ".join(f"{name}: {visible(text)}" for name, text in parameters.items())
    return f" (with {given})" if given else ""


def _line(text: str) -> str:
    """The first paragraph."""
    return visible(" ".join(text.strip().partition("\n\n")[0].split()))


def _ways(step: Step) -> Mapping[str, list[str]]:
    """By the step that comes next, the endings that lead to it; one without a name is no ending."""
    match step:
        case Ask():
            following = {id_: choice.next for id_, choice in step.choices.items()}
        case Explain() | Return():
            following = {"": step.next}
        case Finish():
            following = {}
        case _:
            following = dict(step.next)
    found: dict[str, list[str]] = {}
    for ending, target in following.items():
        found.setdefault(target, []).append(ending)
    return found


def _wrapped(text: str, depth: int, hanging: int = 0) -> Iterator[str]:
    margin = " " * (INDENT * depth)
    yield from wrap(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin + " " * hanging, break_on_hyphens=False
    )
