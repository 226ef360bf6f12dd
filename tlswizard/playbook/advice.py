"""What is no mistake and wants a second look."""

import textwrap
from collections.abc import Iterator
from dataclasses import fields

from tlswizard.core.blocks import Block, Bullets, Commands, Paragraph
from tlswizard.playbook.bad_advice import bad_advice
from tlswizard.playbook.declared import Declared
from tlswizard.playbook.format import NOT_SURE, Ask, Check, Explain, Fix, Playbook, Retest, Step, Use
from tlswizard.playbook.mentions import mentions
from tlswizard.playbook.problems import Problems, near, quoted
from tlswizard.playbook.proof import graph_of, reached
from tlswizard.playbook.scope import Places
from tlswizard.playbook.texts import blocks, references
from tlswizard.playbook.typed import PARTS

LONGEST_TITLE = 70
"""What stays of a line of 80 beside the mark and the margins (PLAYBOOKS.md, `title`)."""
WIDTH = 76
"""Columns of a text on a screen of 80: two of margin at each side."""
LINES = 24 - 6
"""Of a screen of 24: two lines each are the banner's and the keys', one the state's, one the heading's."""
ANSWER = 5
"""Columns before an answer: its mark and its number."""
VALUE = "x" * 20
"""How long a value in braces is taken to be: `mail.example.com:443` has 20 characters."""


def advise(playbook: Playbook, declared: Declared, places: Places, problems: Problems) -> None:
    """Adds the warnings. What has a mistake gets none: it will be another text when that is mended."""
    _unused_inputs(playbook, declared, places, problems)
    _maybe_unknown(playbook, places, problems)
    _bad_advice(places, problems)
    _titles(playbook, places, problems)
    _steps(playbook, places, problems)


def _steps(playbook: Playbook, places: Places, problems: Problems) -> None:
    sound = {(text.step, text.written.text.strip()) for text in places.texts}
    for name, step in playbook.steps.items():
        place = places.steps[name]
        if (
            isinstance(step, Ask)
            and {"yes", "no"} <= step.choices.keys()
            and not near(NOT_SURE, step.choices)
        ):
            what = f"The question {quoted(name)} takes yes and no, and has no answer for who cannot tell."
            problems.warn(place, what, f"{NOT_SURE}: a-step", "no-way-to-say-not-sure")
        if (name, _text(step)) in sound and (lines := _lines(step)) > LINES:
            what = f"The page of {quoted(name)} has {lines} lines; a screen of 80 by 24 has room for {LINES}."
            problems.warn(place, what, "make two steps of it, or move a part to details", "long-page")


def _bad_advice(places: Places, problems: Problems) -> None:
    for text in places.texts:
        for advised in bad_advice(text.written.text):
            what = f"Who follows {quoted(advised.words)} {advised.does}."
            place = problems.word(text.written.place, advised.words, advised.before)
            problems.warn(place, what, "say what mends the certificate or the trust in it", "bad-advice")


# ── inputs and values ──


def _unused_inputs(playbook: Playbook, declared: Declared, places: Places, problems: Problems) -> None:
    """Waits for the mistakes: each of them may hide the place where an input is used."""
    if problems.errors:
        return
    used = {name for step in playbook.steps.values() for name in _used(playbook, step, declared)}
    for name in playbook.inputs:
        if name not in used:
            what = f"Nothing uses the input {quoted(name)}: nobody will be asked for it."
            problems.warn(
                places.inputs[name], what, f"write {{{name}}} where it belongs, or delete it", "unused-input"
            )


def _used(playbook: Playbook, step: Step, declared: Declared) -> Iterator[str]:
    """The inputs that a step mentions, changes, or judges by: a verdict is on a server, and for a program."""
    yield from mentions(playbook, step.name)
    shown = (getattr(step, field.name) for field in fields(step))  # a finish mentions, and asks for nothing
    yield from (r.partition(".")[0] for text in shown if isinstance(text, str) for r in references(text))
    judges = {"server", "client"} if isinstance(step, Check | Fix | Retest) else set[str]()
    match step:
        case Ask():
            yield from (choice.change for choice in step.choices.values() if choice.change)
        case Use():
            inner = declared.playbooks.get(step.playbook)
            own = inner.inputs if inner else {}
            yield from own
            judges = {"server", "client"} - set(own.values())
    yield from (name for name, input_ in playbook.inputs.items() if input_.type in judges)


def _maybe_unknown(playbook: Playbook, places: Places, problems: Problems) -> None:
    """A text that shows what a check found, on a way that does not pass that check."""
    if not problems.ways_known:
        return
    graph = graph_of(playbook)
    before: dict[str, frozenset[str]] = {}
    for text in places.texts:
        for reference in references(text.written.text):
            check = _check_of(playbook, reference)
            if check in (None, text.step) or text.step not in playbook.steps:
                continue
            if check not in before:
                before[check] = reached(graph, list(graph)[:1], without=check)
            if text.step in before[check]:
                word = "{" + reference + "}"
                what = (
                    f"A way leads here that does not pass {quoted(check)}: {quoted(word)} is then not known."
                )
                instead = f"lead every way through {quoted(check)} first, or say it without the value"
                problems.warn(problems.word(text.written.place, word), what, instead, "maybe-unknown")


def _check_of(playbook: Playbook, reference: str) -> str | None:
    """The step whose finding is shown; None for a value that is an input's."""
    head, _, field = reference.partition(".")
    input_ = playbook.inputs.get(head)
    if not field or (input_ and field in PARTS.get(input_.type, ())):
        return None
    return head if isinstance(playbook.steps.get(head), Check) else None


# ── sizes ──


def _titles(playbook: Playbook, places: Places, problems: Problems) -> None:
    titles = [(playbook.title, places.title)]
    for text in places.texts:
        step = playbook.steps.get(text.step or "")
        if step and step.title and step.title == text.written.text.strip():
            titles.append((step.title, text.written.place))
    for title, place in titles:
        if (length := len(_with_values(title))) > LONGEST_TITLE:
            what = f"This title has {length} characters; a line has room for {LONGEST_TITLE}."
            problems.warn(place, what, "shorten it", "long-title")


def _with_values(text: str) -> str:
    for reference in references(text):
        text = text.replace("{" + reference + "}", VALUE)
    return text


def _text(step: Step) -> str:
    """What fills the page of a step whose page the author writes; else empty."""
    match step:
        case Ask():
            return step.question
        case Explain() | Fix():
            return step.text
    return ""


def _lines(step: Step) -> int:
    """How many lines the page of a step has below its heading."""
    labels = [choice.label for choice in step.choices.values()] if isinstance(step, Ask) else []
    answers = [line for label in labels for line in _wrapped(_with_values(label), ANSWER)]
    return _height(_text(step)) + (len(answers) + 1 if answers else 0)


def _height(text: str) -> int:
    """Lines of a text as it is shown, with an empty one between its parts."""
    parts = blocks(text, dict.fromkeys(references(text), VALUE))
    return sum(len(list(_block(part))) for part in parts) + max(0, len(parts) - 1)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from _wrapped(text)
        case Bullets(items):
            for item in items:
                yield from _wrapped(item, 2)
        case Commands(lines):
            yield from lines


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH - indent) or [""]
