"""What the names in a playbook may refer to, known before its steps are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tlswizard.content.reader import Place, Scalar
from tlswizard.playbook.declared import CheckDeclared, Declared
from tlswizard.playbook.form import written
from tlswizard.playbook.format import SITE, Input
from tlswizard.playbook.problems import Problems, quoted
from tlswizard.playbook.texts import BEHIND, misplaced, references
from tlswizard.playbook.typed import PARTS, NotAccepted, accepted

_PART_TYPES: Mapping[str, str] = {"host": "server", "servername": "server", "port": "port"}
"""What a part of an input is; `starttls` is a text."""
_MIXED = ("server", "path")
"""Types that a longer text with values in it can have: `{server.host}:8443`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the file, and the step in which it stands; None for one outside of the steps."""

    step: str | None
    written: Scalar


@dataclass(frozen=True, slots=True)
class Places:
    """Where the file names things, for what is only seen in the whole playbook."""

    title: Place
    inputs: Mapping[str, Place]
    steps: Mapping[str, Place]
    texts: tuple[Text, ...]
    """those without a mistake"""


@dataclass(frozen=True, slots=True)
class Scope:
    """None stands for a part of the file that could not be read: names that lead there are not judged."""

    problems: Problems
    declared: Declared
    id: str
    """the playbook's own"""
    stages: Mapping[str, str] | None
    inputs: Mapping[str, Input | None] | None
    """None behind a name: there is such an input, and something is wrong with it"""
    steps: Mapping[str, str | None]
    """by name, the check of the step: empty for other kinds, None if that cannot be told"""
    not_checked: str | None
    """the playbook's own step for checks that could not run; None: there is none"""
    texts: list[Text]
    """every text that was read so far and has no mistake"""
    put_in: list[int] = field(default_factory=list)
    """steps of each playbook that is used"""
    input_places: Mapping[str, Place] = field(default_factory=dict)
    mistyped: set[str] = field(default_factory=set)
    """inputs of which it was said that they do not fit the parameter of their name"""
    within: str | None = None
    """the step that is read"""

    def step(self, target: Scalar | None) -> str:
        """A step to go to; of a misspelt name the one that was meant."""
        if target is None:
            return ""
        if (found := written(target.text, self.steps)) is not None:
            return found
        what = f"There is no step {quoted(target.text)}."
        meant = self.problems.unknown(target.place, target.text, self.steps, what, "unknown-step")
        self.problems.ways_known &= meant is not None
        return meant or ""

    def check(self, step: str) -> CheckDeclared | None:
        """The check that a step runs, if it is a known one."""
        return self.declared.checks.get(self.steps.get(step) or "")

    def ambiguous(self, step: str) -> tuple[str, ...]:
        """What the check of a step finds and an input of the same name has as a part."""
        check, input_ = self.check(step), (self.inputs or {}).get(step)
        has = PARTS.get(input_.type, ()) if input_ else ()
        return tuple(field for field in has if check and field in check.fields)

    def prose(self, text: Scalar | None, only_inputs: bool = False) -> str:
        """A text whose `{references}` all lead somewhere."""
        if text is None:
            return ""
        unknown = [r for r in references(text.text) if not self._is_known(r, only_inputs)]
        for reference in unknown:
            word = "{" + reference + "}"
            what = f"Nothing in this playbook has the value {quoted(word)}."
            if only_inputs and self._is_known(reference, False):
                what = f"{quoted(word)} cannot stand under {quoted('with')}: only inputs can."
            place = self.problems.word(text.place, word)
            known = self._values(only_inputs)
            self.problems.unknown(place, reference, known, what, "unknown-value")
        for before, name, why in () if only_inputs else misplaced(text.text):
            word = "{" + name + "}"
            if why.startswith(BEHIND):
                what = f"{quoted(word)} stands {why}, which would change the quotes that its value gets."
                instead = f"write {word} as a word of its own, without the character before it"
            else:
                what = f"{quoted(word)} stands {why}; values in a line to copy are quoted of themselves."
                instead = f"write {word} without quotes, as a word of its own"
            self.problems.add(self.problems.word(text.place, word, before), what, instead, "wrong-type")
        if not unknown:
            self.texts.append(Text(self.within, text))
        return text.text.strip()

    def value(self, value: Scalar, type_: str) -> str:
        """The value of a parameter, of its declared type or filled from an input."""
        filled = self.prose(value, only_inputs=True)
        try:
            if not references(filled):
                return accepted(filled, type_)
            self._fits(filled, type_)
        except NotAccepted as error:
            self.problems.add(value.place, str(error), f"a value of the type {type_}", "wrong-type")
        return filled

    def takes(self, parameters: Mapping[str, str], given: Iterable[str], by: str) -> dict[str, str]:
        """The inputs that fill a parameter of the same name of `by`, unless it is given."""
        found = {name: name for name in parameters if name in (self.inputs or {}) and name not in given}
        for name in found:
            type_, input_ = parameters[name], (self.inputs or {})[name]
            if input_ and type_ not in ("text", input_.type) and name not in self.mistyped:
                self.mistyped.add(name)
                what = (
                    f"The input {quoted(name)} is of the type {input_.type}, and fills the parameter of that "
                    f"name of {by}, which is of the type {type_}."
                )
                instead = f"type: {type_}, or another name"
                self.problems.add(self.input_places[name], what, instead, "wrong-type")
        return found

    def _fits(self, text: str, type_: str) -> None:
        """A text that mentions inputs can be a value of this type. An input that is a text can be one of any:
        a playbook that is used asks for what does not fit. Raises NotAccepted."""
        names = references(text)
        if type_ == "text" or not all(self._is_known(name, True) for name in names):
            return
        if text != "{" + names[0] + "}":
            if type_ not in _MIXED:
                raise NotAccepted(f"A text with values in it is not of the type {type_}.")
            return
        head, dot, part = names[0].partition(".")
        input_ = (self.inputs or {}).get(head)
        if not dot and (input_ is None or input_.type == "text"):
            return
        found = _PART_TYPES.get(part, "text") if dot or input_ is None else input_.type
        if found != type_:
            raise NotAccepted(f"{quoted(text)} is of the type {found}, not {type_}.")

    def _is_known(self, reference: str, only_inputs: bool) -> bool:
        head, _, field = reference.partition(".")
        if head == SITE:
            taken = SITE in (self.inputs or {}) or SITE in self.steps  # which is a mistake of its own
            return taken or (field in self.declared.facts and not only_inputs)
        if self.inputs is None:
            return True
        if (name := written(head, self.inputs)) is not None:
            input_ = self.inputs[name]
            if not field or input_ is None or field in PARTS.get(input_.type, ()):
                return True
        step = written(head, self.steps)
        if only_inputs or not field or step is None:
            return False
        check = self.check(step)
        return field in check.fields if check else self.steps[step] is None

    def _values(self, only_inputs: bool) -> Iterable[str]:
        """All that could be written, for the suggestion."""
        for name, input_ in (self.inputs or {}).items():
            yield name
            yield from (f"{name}.{part}" for part in PARTS.get(input_.type if input_ else "", ()))
        if not only_inputs:
            yield from (f"{SITE}.{fact}" for fact in sorted(self.declared.facts))
        for name in () if only_inputs else self.steps:
            check = self.check(name)
            yield from (f"{name}.{field}" for field in check.fields) if check else ()
