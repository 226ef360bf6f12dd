"""What others must know of a playbook to use it as a step, read without proving it.

Proving it would read those that it uses in turn, and a circle of them would never end.
"""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from tlswizard.content.reader import BadFile, Node, Scalar, Table, read
from tlswizard.playbook.declared import PlaybookDeclared
from tlswizard.playbook.format import INPUT_TYPES, RESULTS

_STEPS = re.compile(rb"^steps:", re.M)

_ASKS = ("ask", "fix", "explain")
"""The kinds of steps at which a person is asked or told something."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What a list of playbooks says of one; empty where its file does not say it, or cannot be read."""

    title: str
    summary: str


def headline(data: bytes, file: str) -> Headline:
    """Of the part before the steps, which are many times as long."""
    steps = _STEPS.search(data)
    try:
        root = read(data[: steps.start()] if steps else data, file)
    except BadFile:
        return Headline("", "")
    top = dict(_entries(root))
    return Headline(*(" ".join(_text(top.get(key)).split()) for key in ("title", "summary")))


Lookup = Callable[[str], PlaybookDeclared | None]
"""What is known of another playbook; None if nothing is, or if it is only being found out."""


def summarised(root: Node | None, used: Lookup = lambda _: None) -> PlaybookDeclared | None:
    """None for what is no table. What else is wrong, the playbook's own check says."""
    if not isinstance(root, Table):
        return None
    steps = {name: node for name, node in _entries(root.get("steps")) if isinstance(node, Table)}
    endings = {_text(node.get("finish")) for node in steps.values()}
    uses = [id_ for node in steps.values() if (id_ := _text(node.get("use")))]
    inside = [found for id_ in uses if (found := used(id_))]
    return PlaybookDeclared(
        id=_text(root.get("id")),
        inputs={name: _type(node) for name, node in _entries(root.get("inputs"))},
        results=tuple(result for result in RESULTS if result in endings),
        unattended=frozenset(_unattended(steps, _text(root.get("not-checked")), used)),
        uses=tuple(dict.fromkeys(uses)),
        size=len(steps) + sum(found.size for found in inside),
        depth=1 + max((found.depth for found in inside), default=0),
    )


def _unattended(steps: dict[str, Table], not_checked: str, used: Lookup) -> Iterator[str]:
    """The results that are reached from the first step past no page that stands before a person."""
    waiting, seen = list(steps)[:1], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        step = steps[name]
        if result := _text(step.get("finish")):
            yield result
        if id_ := _text(step.get("use")):
            inside = used(id_)
            waiting += _next(step.get("next"), inside.unattended if inside else frozenset())
        elif not any(step.get(kind) for kind in _ASKS):
            waiting += _next(step.get("next"))
            waiting += [not_checked] if step.get("check") else []


def _next(node: Node | None, after: Container[str] | None = None) -> Iterator[str]:
    """Where it leads; `after` these endings alone."""
    if isinstance(node, Scalar):
        yield _text(node)
    for endings, to in _entries(node):
        if after is None or any(ending.strip() in after for ending in endings.split(",")):
            yield _text(to)


def _type(node: Node) -> str:
    type_ = _text(node.get("type")) if isinstance(node, Table) else ""
    # The options of a choice are its own playbook's business: what is none of them is asked there.
    return type_ if type_ in INPUT_TYPES and type_ != "choice" else "text"


def _entries(node: Node | None) -> tuple[tuple[str, Node], ...]:
    return tuple((key.text, value) for key, value in node.entries) if isinstance(node, Table) else ()


def _text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""
