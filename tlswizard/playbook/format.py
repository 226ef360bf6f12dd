"""A playbook as values: what is left of the file once it is proven.

What is run was proven by `tlswizard.playbook.parse`, and every name in it leads somewhere; while a file is
looked at, the same values stand for what can be told of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

FORMAT = "1"
"""What stands under `tlswizard:` in a file that this version reads."""

EVERYTHING = "everything"
"""The check of the whole Diagnosis; also what `retest` may name instead of a step."""

NOT_SURE = "not-sure"
NOT_CHECKED = "not-checked"
"""The outcome of every check that could not run. No check declares it, every step routes it."""

MAX_STEPS = 5000
"""Of a playbook with all that it uses: the largest shipped one has 600."""
MAX_NESTING = 8
"""Playbooks that use each other in a row; shipped ones go three deep."""

WITHIN = "/"
"""Between a `use` step and a step of the playbook that it uses; no name in a file can hold it."""

SITE = "site"
"""`{site.service-desk}`: a fact of the organisation, from site.yaml."""

ANY_CAUSE = "any"
"""Stands in a choice's `causes` for messages that fit any fault."""

READY_LABELS: Mapping[str, str] = {"yes": "Yes", "no": "No", NOT_SURE: "I am not sure"}
"""Answers that need no label of their own."""

InputType = Literal["server", "client", "port", "text", "seconds", "days", "path", "yes-no", "choice"]
INPUT_TYPES: tuple[str, ...] = get_args(InputType)

Result = Literal["solved", "nothing-wrong", "handed-over", "unsolved"]
RESULTS: tuple[str, ...] = get_args(Result)
NEED_GIVE_TO = frozenset({"handed-over", "unsolved"})
"""Results with which a person would otherwise stand alone."""

MANUAL = "manual"
"""The fix whose text the author writes."""

DONE = "done"
FIX_ENDINGS = (DONE, "cannot")
RETEST_ENDINGS = ("fixed", "changed", "same", "nothing-wrong", NOT_CHECKED)


@dataclass(frozen=True, slots=True)
class Input:
    """Something a person is asked once, before the first step that needs it."""

    name: str
    type: InputType
    label: str
    hint: str = ""
    default: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    """id and label, for the type `choice`"""
    not_sure: bool = False
    """“I am not sure” is an answer"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question."""

    id: str
    label: str
    next: str
    causes: tuple[str, ...] = ()
    """a pasted message with one of these causes pre-selects this answer; `any`: one that fits any fault"""
    looks_like: tuple[str, ...] = ()
    """parts of a pasted message that pre-select this answer"""
    change: str | None = None
    """the input that is asked again"""
    say: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyStep:
    """What every step may have."""

    name: str
    title: str = ""
    stage: str | None = None
    why: str = ""
    say: str = ""
    details: str = ""
    learn: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(AnyStep):
    question: str
    choices: Mapping[str, Choice]
    paste: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(AnyStep):
    check: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """what the file says under `with`; may mention inputs"""
    takes: Mapping[str, str] = field(default_factory=dict)
    """by parameter, the input that fills it: the one of the same name"""
    next: Mapping[str, str]
    """by outcome; `not-checked` is always among them"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain(AnyStep):
    text: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix(AnyStep):
    fix: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    text: str = ""
    next: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest(AnyStep):
    of: str
    """the step that is checked again, or `everything`"""
    check: str
    """the check of that step"""
    parameters: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    next: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(AnyStep):
    """Another playbook as one step."""

    playbook: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """its inputs that are set here, each a text that may mention inputs"""
    next: Mapping[str, str]
    """by the results in which that playbook finishes"""
    into: str = ""
    """its first step; empty until `using.expanded` has put its steps in"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(AnyStep):
    """The finish of a playbook that is used by another one: nobody sees it, the other one goes on."""

    result: Result
    message: str = ""
    give_to: str = ""
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(AnyStep):
    result: Result
    message: str = ""
    give_to: str = ""
    """one of WHO, or a text"""


Step = Ask | Check | Explain | Fix | Retest | Use | Return | Finish


@dataclass(frozen=True, slots=True)
class Used:
    """A playbook whose steps were put in, for the note."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Playbook:
    id: str
    title: str
    version: str
    summary: str
    causes: tuple[str, ...]
    stages: Mapping[str, str]
    """name and text, in order"""
    inputs: Mapping[str, Input]
    not_checked: str | None
    """the step after a check that could not run, unless that check's step names its own"""
    steps: Mapping[str, Step]
    """in the order of the file; the first starts"""
    sha256: str
    """of the file's bytes"""
    origin: str
    """where it came from, as the screen says it"""
    hides: tuple[str, ...] = ()
    """where playbooks of the same id lie that it hides"""
    uses: tuple[Used, ...] = ()
    """those whose steps were put in, see `using.expanded`"""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """by the `use` step (empty for the outermost playbook), what each of its own inputs is called here"""

    def input_of(self, type_: InputType, step: str = "") -> str | None:
        """The input of this type that `step` is about: the first one of the playbook that the step belongs
        to, else of the one around it."""
        return next((n for names in self._around(step) for n in names if self._is(n, type_)), None)

    def input_named(self, name: str, step: str = "") -> str | None:
        """What the input that the playbook of `step` calls `name` is called here."""
        for within in _homes(step):
            if name in self.names.get(within, {}):
                return self.names[within][name]
        return None

    def _around(self, step: str) -> Iterator[Iterable[str]]:
        return (self.names.get(within, {}).values() for within in _homes(step))

    def _is(self, name: str, type_: InputType) -> bool:
        return name in self.inputs and self.inputs[name].type == type_


def _homes(step: str) -> Iterator[str]:
    """The `use` steps around a step, from the innermost to the outermost playbook."""
    while step := step.rpartition(WITHIN)[0]:
        yield step
    yield ""
