"""A walk through a playbook without a screen, a network or a clock: events in, what is wanted out.

The State is a plain value. `want` says what is needed now; `tell` makes the next State of what happened.
Each function is pure, so a session can be saved after each event, resumed, and taken back: going back
returns to the page that the person saw before, as it was, and keeps every answer to offer it again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tlswizard.core.target import parse_target
from tlswizard.playbook.format import (
    DONE,
    FIX_ENDINGS,
    NOT_CHECKED,
    NOT_SURE,
    Ask,
    Check,
    Explain,
    Finish,
    Fix,
    Input,
    Playbook,
    Retest,
    Return,
    Step,
    Use,
)
from tlswizard.playbook.mentions import depends_on_input, depends_on_step, mentions
from tlswizard.playbook.texts import fill, input_values, references
from tlswizard.playbook.typed import NotAccepted, answered

SILENT = frozenset({"ok", "does-not-apply"})
"""Outcomes of a check that pass by themselves: there is no page to go back to."""

ENTERED = "entered"
"""The ending of a `use` step: the other playbook begins."""


class NotNow(Exception):
    """This event does not answer what is wanted: the caller's mistake, never the person's."""


class NotThisPlaybook(Exception):
    """The State holds names that this playbook does not have."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Something that was left behind: a step with its ending, or an input asked on the way to a step."""

    step: str
    ending: str
    inputs: Mapping[str, str]
    """as they were before: Back returns to them"""
    input: str | None = None
    """the input that was asked; `ending` is then its value"""
    asked: str | None = None
    """the input that had to be asked again before this, whatever the step mentions"""


@dataclass(frozen=True, slots=True)
class State:
    step: str
    inputs: Mapping[str, str]
    trail: tuple[Visit, ...] = ()
    asked: str | None = None
    """an input that is asked now, whether the step mentions it or not"""
    answers: Mapping[str, str] = field(default_factory=dict)
    """the last ending of each step, kept when the person goes back"""
    offered: Mapping[str, str] = field(default_factory=dict)
    """values of inputs that were taken back, to be offered again"""
    suggested: Mapping[str, str] = field(default_factory=dict)
    """what a `use` step wants an input to be, as it stands in the file: asked, because it may not set it"""
    out_of_date: frozenset[str] = frozenset()
    """steps whose kept ending is older than a change of something that they depend on"""


@dataclass(frozen=True, slots=True)
class WantInput:
    name: str
    input: Input
    offered: str
    """what to pre-fill: the value it had before, or its default"""


@dataclass(frozen=True, slots=True)
class WantAnswer:
    step: Ask
    offered: str | None
    """the choice that was made before"""
    out_of_date: bool
    """that choice was made before something changed that it depends on"""


@dataclass(frozen=True, slots=True)
class WantCheck:
    step: Check
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WantGoOn:
    step: Explain


@dataclass(frozen=True, slots=True)
class WantFix:
    step: Fix
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WantRetest:
    step: Retest
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    step: Finish


Want = WantInput | WantAnswer | WantCheck | WantGoOn | WantFix | WantRetest | Ended


@dataclass(frozen=True, slots=True)
class InputGiven:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Chosen:
    choice: str


@dataclass(frozen=True, slots=True)
class CheckEnded:
    outcome: str


@dataclass(frozen=True, slots=True)
class WentOn:
    """An explanation was read."""


@dataclass(frozen=True, slots=True)
class FixEnded:
    ending: str
    """`done` or `cannot`"""
    set_inputs: Mapping[str, str] = field(default_factory=dict)
    """what the fix changed: from now on these inputs have these values"""


@dataclass(frozen=True, slots=True)
class Retested:
    outcome: str


@dataclass(frozen=True, slots=True)
class WentBack:
    """To the page before."""


Event = InputGiven | Chosen | CheckEnded | WentOn | FixEnded | Retested | WentBack


def start(playbook: Playbook, inputs: Mapping[str, str]) -> State:
    """The first step, with what is known already. Raises NotThisPlaybook, and NotAccepted for a bad value."""
    return _onward(playbook, State(step=next(iter(playbook.steps)), inputs=_answered(playbook, inputs)))


def resume(playbook: Playbook, state: State) -> State:
    """A State that was kept somewhere, to go on with. Raises NotThisPlaybook if it does not fit."""
    if isinstance(playbook.steps.get(state.step), Use | Return) and not _missing(playbook, state):
        raise NotThisPlaybook(f"{playbook.id} does not stop at {state.step}")
    steps = {state.step, *(visit.step for visit in state.trail), *state.answers, *state.out_of_date}
    if strange := sorted(steps - playbook.steps.keys()):
        raise NotThisPlaybook(f"{playbook.id} has no step {', '.join(strange)}")
    asked = {state.asked, *(visit.asked for visit in state.trail)} - {None, *playbook.inputs}
    if asked:
        raise NotThisPlaybook(f"{playbook.id} has no input {asked.pop()}")
    try:
        for inputs in (state.inputs, state.offered, *(visit.inputs for visit in state.trail)):
            _answered(playbook, inputs)
    except NotAccepted as error:
        raise NotThisPlaybook(str(error)) from None
    return state


def want(playbook: Playbook, state: State) -> Want:
    """What is needed now."""
    step = playbook.steps[state.step]
    if name := _missing(playbook, state):
        input_ = playbook.inputs[name]
        before = state.offered.get(name, input_.default)
        return WantInput(name, input_, state.suggested.get(name, before))
    match step:
        case Ask():
            kept = state.answers.get(step.name)
            return WantAnswer(step, kept if kept in step.choices else None, step.name in state.out_of_date)
        case Check():
            return WantCheck(step, _parameters(playbook, state, step))
        case Explain():
            return WantGoOn(step)
        case Fix():
            return WantFix(step, _parameters(playbook, state, step))
        case Retest():
            return WantRetest(step, _parameters(playbook, state, step))
        case Finish():
            return Ended(step)
        case Use() | Return():
            raise NotThisPlaybook(
                f"at {state.step} another playbook begins or ends, and nobody can stop there"
            )


def tell(playbook: Playbook, state: State, event: Event) -> State:
    """What happened. Raises NotNow for an event that nothing waits for, and NotAccepted for a value that
    is none of its input's type (its message is for the person)."""
    if isinstance(event, WentBack):
        return _back(playbook, state)
    return _onward(playbook, _told(playbook, state, event))


def _told(playbook: Playbook, state: State, event: Event) -> State:
    match want(playbook, state), event:
        case WantInput(name=name, input=input_), InputGiven(value=value) if event.name == name:
            return _with_input(playbook, state, name, answered(input_, value))
        case WantAnswer(step=step), Chosen(choice=id_) if id_ in step.choices:
            choice = step.choices[id_]
            left = _left(playbook, state, id_, choice.next)
            return _asking_again(left, choice.change) if choice.change else left
        case WantCheck(step=step), CheckEnded(outcome=outcome):
            outcome = outcome if outcome in step.next else NOT_CHECKED
            return _left(playbook, state, outcome, step.next[outcome])
        case WantGoOn(step=step), WentOn():
            return _left(playbook, state, "read", step.next)
        case WantFix(step=step), FixEnded(ending=ending, set_inputs=changed) if _is_ending(event):
            after = _set(playbook, _left(playbook, state, ending, step.next[ending]), changed)
            return replace(after, out_of_date=after.out_of_date - {step.name})
        case WantRetest(step=step), Retested(outcome=outcome) if outcome in step.next:
            return _left(playbook, state, outcome, step.next[outcome])
        case wanted, _:
            raise NotNow(f"{event} while at the step {state.step} {type(wanted).__name__} is wanted")


def can_go_back(playbook: Playbook, state: State) -> bool:
    return any(_was_seen(playbook, visit) for visit in state.trail)


def passes_by_itself(step: Step, ending: str) -> bool:
    """Whether this ending leaves a word in the done-list and no page."""
    return isinstance(step, Use | Return) or (isinstance(step, Check) and ending in SILENT)


def stage(playbook: Playbook, step: str) -> tuple[int, int, str] | None:
    """(4, 6, "Compare trust"); None for a step without a stage."""
    name = playbook.steps[step].stage
    if name is None:
        return None
    return list(playbook.stages).index(name) + 1, len(playbook.stages), playbook.stages[name]


def _missing(playbook: Playbook, state: State) -> str | None:
    """The input that must be asked now."""
    needed = (name for name in mentions(playbook, state.step) if name not in state.inputs)
    return state.asked or next(needed, None)


def _onward(playbook: Playbook, state: State) -> State:
    """Into the playbooks that are used, and out of them: nobody sees these steps."""
    while not _missing(playbook, state):
        match playbook.steps[state.step]:
            case Use() as step:
                state = _entered(playbook, state, step)
            case Return(result=result, next=following):
                state = _left(playbook, state, result, following)
            case _:
                break
    return state


def _entered(playbook: Playbook, state: State, step: Use) -> State:
    """The first step of the other playbook, with what is given to it."""
    given = _given(playbook, state, step.parameters)
    taken = _confirmed(playbook, state, given)
    asked = {name for name in step.parameters if name not in taken}
    inside = _left(playbook, state, ENTERED, step.into)
    before = {name: value for name, value in inside.inputs.items() if name in asked}
    return _set(
        playbook,
        replace(
            inside,
            inputs={name: value for name, value in inside.inputs.items() if name not in asked},
            offered={**inside.offered, **before},
            suggested={
                **inside.suggested,
                **{name: given[name] for name in asked if given[name] != NOT_SURE},
            },
        ),
        taken,
    )


def _given(playbook: Playbook, state: State, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts under `with` as values: an answer is passed on as it was given, and “not sure” makes the
    whole value one that nobody knows."""
    raw = {**input_values(playbook, state.inputs), **state.inputs}
    unsure = {name for name, value in state.inputs.items() if value == NOT_SURE}
    return {
        name: NOT_SURE
        if unsure & {reference.partition(".")[0] for reference in references(text)}
        else fill(text, raw, str)
        for name, text in texts.items()
    }


def _confirmed(playbook: Playbook, state: State, given: Mapping[str, str]) -> dict[str, str]:
    """What a `use` step may set by itself. What is none of its input's type, and a server that the person
    has neither typed nor confirmed yet, is asked where it is needed, with that text to begin with."""
    known = {
        _place(value)
        for name, value in state.inputs.items()
        if playbook.inputs[name].type == "server" and value != NOT_SURE
    }
    found = {}
    for name, text in given.items():
        if text == NOT_SURE and not playbook.inputs[name].not_sure:
            continue
        with suppress(NotAccepted):
            value = answered(playbook.inputs[name], text)
            if playbook.inputs[name].type != "server" or _place(value) in known:
                found[name] = value
    return found


def _place(server: str) -> tuple[str, int, str | None]:
    """Where it is contacted, and how."""
    target = parse_target(server)
    return target.host, target.port, target.starttls


def _answered(playbook: Playbook, inputs: Mapping[str, str]) -> dict[str, str]:
    if strange := [name for name in inputs if name not in playbook.inputs]:
        raise NotThisPlaybook(f"{playbook.id} has no input {', '.join(strange)}")
    return {name: answered(playbook.inputs[name], value) for name, value in inputs.items()}


def _is_ending(event: FixEnded) -> bool:
    """A fix that cannot be made changes nothing."""
    return event.ending == DONE or (event.ending in FIX_ENDINGS and not event.set_inputs)


def _parameters(playbook: Playbook, state: State, step: Check | Fix | Retest) -> dict[str, str]:
    """What the file gives, and the inputs of the same name. Who is not sure gives nothing."""
    given = _given(playbook, state, step.parameters)
    if not isinstance(step, Fix):
        given |= {name: state.inputs[from_] for name, from_ in step.takes.items() if from_ in state.inputs}
    return {name: value for name, value in given.items() if value != NOT_SURE}


def _left(playbook: Playbook, state: State, ending: str, to: str) -> State:
    """The step ended, and the next one begins."""
    changed = state.answers.get(state.step, ending) != ending
    stale = {s for s in state.answers if changed and depends_on_step(playbook, s, state.step)}
    return replace(
        state,
        step=to,
        trail=(*state.trail, Visit(state.step, ending, state.inputs)),
        answers={**state.answers, state.step: ending},
        out_of_date=(state.out_of_date - {state.step}) | stale,
    )


def _with_input(playbook: Playbook, state: State, name: str, value: str) -> State:
    """An input was answered; the step is still the same."""
    visit = Visit(state.step, value, state.inputs, input=name, asked=state.asked)
    return _set(playbook, replace(state, trail=(*state.trail, visit), asked=None), {name: value})


def _set(playbook: Playbook, state: State, changed: Mapping[str, str]) -> State:
    """Inputs get values; what was ended with other values is out of date."""
    changed = _answered(playbook, changed)
    before = {**state.offered, **state.inputs}
    stale = {
        step
        for name, value in changed.items()
        for step in state.answers
        if before.get(name, value) != value and depends_on_input(playbook, step, name)
    }
    return replace(
        state,
        inputs={**state.inputs, **changed},
        offered={name: value for name, value in state.offered.items() if name not in changed},
        suggested={name: text for name, text in state.suggested.items() if name not in changed},
        out_of_date=state.out_of_date | stale,
    )


def _asking_again(state: State, name: str) -> State:
    offered = {**state.offered, **({name: state.inputs[name]} if name in state.inputs else {})}
    kept = {other: value for other, value in state.inputs.items() if other != name}
    return replace(state, inputs=kept, asked=name, offered=offered)


def _back(playbook: Playbook, state: State) -> State:
    """To the last page that a person saw, with the inputs as they were there."""
    trail = state.trail
    while trail and not _was_seen(playbook, trail[-1]):
        trail = trail[:-1]
    if not trail:
        raise NotNow("there is no page before this one")
    page = trail[-1]
    taken_back = {n: v for n, v in state.inputs.items() if page.inputs.get(n) != v}
    return replace(
        state,
        step=page.step,
        inputs=page.inputs,
        trail=trail[:-1],
        asked=page.asked,
        offered={**state.offered, **taken_back},
    )


def _was_seen(playbook: Playbook, visit: Visit) -> bool:
    if visit.input is not None:
        return True
    return not passes_by_itself(playbook.steps[visit.step], visit.ending)
