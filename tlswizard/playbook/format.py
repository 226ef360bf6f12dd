"""A playbook as values: what is left of the file once it is proven.

Nothing in here can be half right: a `Playbook` is made by `tlswizard.playbook.parse` alone, and every
name in it leads somewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

FORMAT = "1"
"""What stands under `tlswizard:` in a file that this version reads."""

EVERYTHING = "everything"
"""The check of the whole Diagnosis; also what `retest` may name instead of a step."""

NOT_SURE = "not-sure"
NOT_CHECKED = "not-checked"
"""The outcome of every check that could not run. No check declares it, every step routes it."""

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
    takes: tuple[str, ...] = ()
    """inputs that fill the parameter of their own name"""
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
    takes: tuple[str, ...] = ()
    next: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(AnyStep):
    result: Result
    message: str = ""
    give_to: str = ""
    """one of WHO, or a text"""


Step = Ask | Check | Explain | Fix | Retest | Finish


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

    def input_of(self, type_: InputType) -> str | None:
        """The name of the first input of a type: the server, the program."""
        return next((i.name for i in self.inputs.values() if i.type == type_), None)
