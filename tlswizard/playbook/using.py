"""Puts the steps of the playbooks that are used in place: what runs is one, however many files it has.

A step `look` of the playbook that the step `clock` uses becomes `clock/look`. Its finishes become ways back
to the outer playbook, its stages the one of the step that uses it. Inputs: what `with` sets belongs to the
inner playbook alone; otherwise the same name and type is the same input, which is asked once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, cast

from tlswizard.playbook.format import (
    EVERYTHING,
    MANUAL,
    SITE,
    WITHIN,
    Ask,
    Check,
    Choice,
    Explain,
    Finish,
    Fix,
    Input,
    Playbook,
    Retest,
    Return,
    Step,
    Use,
    Used,
)

_HEAD = re.compile(r"\{([^{}\s.]+)(?=[.}])")


def expanded(playbook: Playbook, load: Callable[[str], Playbook]) -> Playbook:
    """`playbook` with the steps of all that it uses; `load` gives a playbook by its id.

    The validator has proven that no playbook uses itself.
    """
    steps: dict[str, Step] = {}
    inputs = dict(playbook.inputs)
    used: dict[str, Used] = {u.id: u for u in playbook.uses}
    for name, step in playbook.steps.items():
        if not isinstance(step, Use) or step.into:
            steps[name] = step
            continue
        inner = expanded(load(step.playbook), load)
        names = _inputs(inner, step, inputs)
        for input_ in inner.inputs.values():
            inputs.setdefault(names[input_.name], replace(input_, name=names[input_.name]))
        put = _Put(step, inner, names)
        given = {names[i]: text for i, text in step.parameters.items() if i in inner.inputs}
        steps[name] = replace(step, into=put.name(next(iter(inner.steps))), parameters=given)
        steps |= {put.name(n): put.step(s) for n, s in inner.steps.items()}
        used |= {u.id: u for u in (Used(inner.id, inner.version, inner.sha256), *inner.uses)}
    return replace(playbook, steps=steps, inputs=inputs, uses=tuple(used.values()))


ASKED_SERVER = Input("server", "server", "Which server does it fail on?")
"""What is asked by a playbook that looks at a server and names no input for it."""


def with_server(playbook: Playbook) -> Playbook:
    """`playbook` with an input for the server that its steps look at."""
    looks = any(
        isinstance(step, Check | Retest) or (isinstance(step, Fix) and step.fix != MANUAL)
        for step in playbook.steps.values()
    )
    if not looks or playbook.input_of("server") or ASKED_SERVER.name in playbook.inputs:
        return playbook
    return replace(playbook, inputs={ASKED_SERVER.name: ASKED_SERVER, **playbook.inputs})


def _inputs(inner: Playbook, step: Use, outer: Mapping[str, Input]) -> dict[str, str]:
    """What each input of the inner playbook is called in the outer one."""

    def called(input_: Input) -> str:
        known = outer.get(input_.name)
        own = input_.name in step.parameters or WITHIN in input_.name
        shared = not own and (known is None or (known.type, known.options) == (input_.type, input_.options))
        return input_.name if shared else f"{step.name}{WITHIN}{input_.name}"

    return {input_.name: called(input_) for input_ in inner.inputs.values()}


class _Put:
    """The steps of one playbook as they are called inside of another."""

    def __init__(self, by: Use, inner: Playbook, inputs: Mapping[str, str]) -> None:
        self.by = by
        self.inner = inner
        self.inputs = inputs

    def name(self, step: str) -> str:
        return f"{self.by.name}{WITHIN}{step}"

    def step(self, step: Step) -> Step:
        changed: dict[str, Any] = {
            f.name: self._text(v) for f in fields(step) if (v := _text_of(step, f.name))
        }
        changed |= {"name": self.name(step.name), "stage": self.by.stage}
        match step:
            case Finish():
                common = {
                    f.name: changed.get(f.name, getattr(step, f.name))
                    for f in fields(Return)
                    if f.name != "next"
                }
                return Return(**common, next=self.by.next[step.result])
            case Ask():
                changed["choices"] = {id_: self._choice(choice) for id_, choice in step.choices.items()}
            case Explain() | Return():
                changed["next"] = self.name(step.next)
            case Check() | Retest():
                changed |= self._routes(step)
                changed["takes"] = {name: self.inputs[from_] for name, from_ in step.takes.items()}
                if isinstance(step, Retest) and step.of != EVERYTHING:
                    changed["of"] = self.name(step.of)
            case Fix():
                changed |= self._routes(step)
            case Use():
                changed |= self._routes(step)
                changed["into"] = self.name(step.into)
                changed["parameters"] = {self.inputs[i]: self._text(t) for i, t in step.parameters.items()}
        return cast(Step, replace(step, **changed))

    def _routes(self, step: Check | Fix | Retest | Use) -> dict[str, Any]:
        return {
            "next": {ending: self.name(to) for ending, to in step.next.items()},
            "parameters": {name: self._text(text) for name, text in getattr(step, "parameters", {}).items()},
        }

    def _choice(self, choice: Choice) -> Choice:
        return replace(
            choice,
            label=self._text(choice.label),
            say=self._text(choice.say),
            note=self._text(choice.note),
            next=self.name(choice.next),
            change=self.inputs[choice.change] if choice.change else None,
        )

    def _text(self, text: str) -> str:
        """`text` with each `{reference}` as it is called outside."""
        return _HEAD.sub(lambda found: "{" + self._head(found[1]), text)

    def _head(self, head: str) -> str:
        if head == SITE:
            return head
        return self.inputs[head] if head in self.inputs else self.name(head)


_TEXTS = ("title", "why", "say", "details", "learn", "note", "question", "text", "message")


def _text_of(step: Step, field: str) -> str:
    return getattr(step, field) if field in _TEXTS else ""
