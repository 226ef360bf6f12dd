"""Puts the steps of the playbooks that are used in place: what runs is one, however many files it has.

A step `look` of the playbook that the step `clock` uses becomes `clock/look`. Its finishes become ways back
to the outer playbook, its stages the one of the step that uses it. Inputs: what `with` sets belongs to the
inner playbook alone; otherwise the same name and type is the same input, which is asked once.
"""

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
from tlswizard.playbook.texts import REFERENCE
from tlswizard.playbook.typed import PARTS


def expanded(playbook: Playbook, load: Callable[[str], Playbook]) -> Playbook:
    """`playbook` with the steps of all that it uses; `load` gives a playbook, expanded itself, by its id.

    The validator has proven that no playbook uses itself, and that all together stay within the limits.
    """
    steps: dict[str, Step] = {}
    inputs = dict(playbook.inputs)
    names = dict(playbook.names)
    used: dict[str, Used] = {u.id: u for u in playbook.uses}
    for name, step in playbook.steps.items():
        if not isinstance(step, Use) or step.into:
            steps[name] = step
            continue
        inner = load(step.playbook)
        put = _Put(step, inner, inputs)
        for input_ in inner.inputs.values():
            called = put.inputs[input_.name]
            if called not in inputs:
                inputs[called] = replace(input_, name=called)
                if WITHIN not in called:  # asked for both of them, so that it is the outer one's, too
                    names[""] = {**names.get("", {}), called: called}
        steps[name] = put.entry()
        steps |= {put.name(n): put.step(s) for n, s in inner.steps.items()}
        for within, own in inner.names.items():
            names[put.name(within) if within else name] = {n: put.inputs[flat] for n, flat in own.items()}
        used |= {u.id: u for u in (Used(inner.id, inner.version, inner.sha256), *inner.uses)}
    return replace(playbook, steps=steps, inputs=inputs, names=names, uses=tuple(used.values()))


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
    name = ASKED_SERVER.name
    names = {**playbook.names, "": {name: name, **playbook.names.get("", {})}}
    return replace(playbook, inputs={name: ASKED_SERVER, **playbook.inputs}, names=names)


class _Put:
    """The steps of one playbook as they are called inside of another."""

    def __init__(self, by: Use, inner: Playbook, outer: Mapping[str, Input]) -> None:
        self.by = by
        self.inner = inner
        self.outer = outer
        self.inputs = {name: self._called(input_) for name, input_ in inner.inputs.items()}
        """what each input of the inner playbook is called outside"""

    def name(self, step: str) -> str:
        return f"{self.by.name}{WITHIN}{step}"

    def _called(self, input_: Input) -> str:
        own = input_.name in self.by.parameters or WITHIN in input_.name
        known = self.outer.get(input_.name)
        same = known is None or (
            (known.type, known.options, known.not_sure) == (input_.type, input_.options, input_.not_sure)
        )
        return input_.name if same and not own else self.name(input_.name)

    def entry(self) -> Use:
        """The step itself, which leads in. Of an input that is not quite the same (it takes no “not sure”)
        the outer one's value is taken where it fits."""
        alike = {
            called: "{" + name + "}"
            for name, called in self.inputs.items()
            if called != name and name in self.outer
            if self.outer[name].type == self.inner.inputs[name].type
        }
        said = {self.inputs[i]: text for i, text in self.by.parameters.items() if i in self.inputs}
        given = {**alike, **said}
        return replace(self.by, into=self.name(next(iter(self.inner.steps))), parameters=given)

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
        return REFERENCE.sub(lambda found: "{" + self._outside(found[1]) + "}", text)

    def _outside(self, reference: str) -> str:
        head, dot, part = reference.partition(".")
        if head == SITE:
            return reference
        input_ = self.inner.inputs.get(head)
        if input_ and (not dot or part in PARTS.get(input_.type, ())):
            return f"{self.inputs[head]}{dot}{part}"
        return f"{self.name(head)}{dot}{part}"


_TEXTS = ("title", "why", "say", "details", "learn", "note", "question", "text", "message", "give_to")


def _text_of(step: Step, field: str) -> str:
    return getattr(step, field) if field in _TEXTS else ""
