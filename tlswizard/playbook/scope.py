"""What the names in a playbook may refer to, known before its steps are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tlswizard.content.reader import Place, Scalar
from tlswizard.playbook.declared import CheckDeclared, Declared
from tlswizard.playbook.format import SITE, Input
from tlswizard.playbook.problems import Problems, quoted
from tlswizard.playbook.texts import references
from tlswizard.playbook.typed import PARTS, NotAccepted, accepted


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
    within: str | None = None
    """the step that is read"""

    def step(self, target: Scalar | None) -> str:
        """A step to go to; of a misspelt name the one that was meant."""
        if target is None:
            return ""
        if target.text in self.steps:
            return target.text
        what = f"There is no step {quoted(target.text)}."
        meant = self.problems.unknown(target.place, target.text, self.steps, what, "unknown-step")
        self.problems.ways_known &= meant is not None
        return meant or ""

    def check(self, step: str) -> CheckDeclared | None:
        """The check that a step runs, if it is a known one."""
        return self.declared.checks.get(self.steps.get(step) or "")

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
        if not unknown:
            self.texts.append(Text(self.within, text))
        return text.text.strip()

    def value(self, value: Scalar, type_: str) -> str:
        """The value of a parameter, of its declared type or filled from an input."""
        filled = self.prose(value, only_inputs=True)
        if not references(value.text):
            try:
                return accepted(value.text, type_)
            except NotAccepted as error:
                self.problems.add(value.place, str(error), f"a value of the type {type_}", "wrong-type")
        return filled

    def _is_known(self, reference: str, only_inputs: bool) -> bool:
        head, _, field = reference.partition(".")
        if head == SITE:
            return field in self.declared.facts and not only_inputs
        if self.inputs is None:
            return True
        if head in self.inputs:
            input_ = self.inputs[head]
            if not field or input_ is None or field in PARTS.get(input_.type, ()):
                return True
        if only_inputs or not field or head not in self.steps:
            return False
        check = self.check(head)
        return field in check.fields if check else self.steps[head] is None

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
