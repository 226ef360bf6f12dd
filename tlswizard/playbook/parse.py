"""From the bytes of a file to a Playbook that is proven, or to everything that is wrong with it.

Two passes, because names may be used before they are written: first what can be referred to (stages,
inputs, the names of the steps and the checks they run), then the steps themselves.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from tlswizard.content.library import PLAYBOOK
from tlswizard.content.reader import BadFile, Node, Place, Problem, Scalar, Table, examined
from tlswizard.playbook.advice import advise
from tlswizard.playbook.declared import Declared
from tlswizard.playbook.form import Form, as_name, is_name, named, unquoted
from tlswizard.playbook.format import FORMAT, Check, Playbook, Retest, Step
from tlswizard.playbook.inputs import read_input
from tlswizard.playbook.problems import Enough, Problems, quoted
from tlswizard.playbook.proof import prove
from tlswizard.playbook.scope import Places, Scope
from tlswizard.playbook.steps import causes, kind_of, read_step

TOP_KEYS = (
    "tlswizard", "id", "title", "version", "summary", "causes", "stages", "inputs", "not-checked", "steps",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """A file, and all that is to be said about it."""

    playbook: Playbook | None
    """None if there are errors"""
    problems: tuple[Problem, ...]
    """errors and warnings, in file order"""
    readable: bool
    """False if it is no text that could be looked through"""


def parse(data: bytes, file: str, declared: Declared, origin: str | None = None) -> Playbook:
    """The playbook in `data`; `file` is its name in the messages, `origin` what the screen says of it.

    Raises BadFile with all the errors, in file order.
    """
    found = examine(data, file, declared, origin, advice=False)
    if found.playbook is None:
        raise BadFile(problem for problem in found.problems if problem.severity == "error")
    return found.playbook


def examine(
    data: bytes,
    file: str,
    declared: Declared,
    origin: str | None = None,
    *,
    id_: str | None = None,
    read: tuple[Node | None, tuple[Problem, ...]] | None = None,
    advice: bool = True,
) -> Examined:
    """What `parse` gives or refuses, with the warnings. `id_` is the one under which others find it, if that
    is known; `read` is what the reader made of `data` already;
    without `advice` some warnings are left out, which takes half of the time."""
    node, unread = read or examined(data, file)
    if node is None:
        return Examined(None, unread, readable=False)
    problems = Problems(data, unread)
    root = _table(node, file, problems)
    if root is None:
        return Examined(None, problems.all(), readable=True)
    sha256 = hashlib.sha256(data).hexdigest()
    playbook = None
    with suppress(Enough):
        playbook, places = _playbook(root, file, id_, problems, declared, sha256, origin or file)
        prove(playbook, declared, places, problems)
        if advice:
            advise(playbook, declared, places, problems)
    return Examined(None if problems.errors else playbook, problems.all(), readable=True)


def _table(root: Node, file: str, problems: Problems) -> Table | None:
    """None for what is no playbook, or one of another format: it may well be right there."""
    if not isinstance(root, Table):
        what = "The file is not a playbook: at its start stand no keys."
        problems.add(Place(file, 1, 1), what, f"tlswizard: {FORMAT}", "wrong-type")
        return None
    found = root.get("tlswizard")
    if isinstance(found, Scalar) and found.text.strip() not in ("", FORMAT):
        what = f"This is format {quoted(found.text)}; this version reads format {FORMAT}."
        problems.add(found.place, what, f"tlswizard: {FORMAT}", "unknown-value")
        return None
    return root


def _playbook(
    root: Table,
    file: str,
    known_as: str | None,
    problems: Problems,
    declared: Declared,
    sha256: str,
    origin: str,
) -> tuple[Playbook, Places]:
    top = Form(problems, root, root.place, "the playbook", TOP_KEYS)
    top.scalar("tlswizard", required=True)
    id_ = top.scalar("id", required=True)
    if version := top.scalar("version", required=True):
        unquoted(problems, version)
    stages = top.texts("stages", "a stage")
    inputs = {key.text: read_input(key, node, problems) for key, node in top.entries("inputs")}
    entries = top.entries("steps", required=True)
    route = top.scalar("not-checked")
    problems.ways_known &= top.reads("not-checked")
    scope = Scope(
        problems=problems,
        declared=declared,
        id=known_as or (id_.text if id_ else ""),
        stages=stages if top.reads("stages") else None,
        inputs=inputs if top.reads("inputs") else None,
        steps={key.text: _check_of(node, declared) for key, node in entries},
        not_checked=None,
        texts=[],
        input_places={key.text: key.place for key, _ in top.entries("inputs")},
    )
    if entries:
        scope = replace(
            scope, not_checked=scope.step(route) if route else None if top.reads("not-checked") else ""
        )
    found = (read_step(key, node, scope) for key, node in entries if named(problems, key, "a step"))
    steps = {step.name: step for step in found if step}
    playbook = Playbook(
        id=_id(problems, id_, file) if id_ else "",
        title=top.text("title", required=True),
        version=version.text.strip() if version else "",
        summary=top.text("summary"),
        causes=causes(top, problems, declared.causes),
        stages=stages,
        inputs={name: input_ for name, input_ in inputs.items() if input_},
        not_checked=scope.not_checked,
        steps={name: _as_its_check(step, steps) for name, step in steps.items()},
        sha256=sha256,
        origin=origin,
        names={"": {name: name for name, input_ in inputs.items() if input_}},
    )
    places = Places(
        title=title.place if (title := root.get("title")) else root.place,
        inputs=scope.input_places,
        steps={key.text: key.place for key, _ in entries},
        texts=tuple(scope.texts),
    )
    return playbook, places


def _id(problems: Problems, id_: Scalar, file: str) -> str:
    stem = _stem(file)
    if not file.endswith(PLAYBOOK):
        pass  # others do not find it by its name
    elif not is_name(stem):
        name = as_name(stem) or "a-name"
        what = f"The file is called {quoted(stem)}, which is no name for a playbook."
        instead = f"id: {name}, and call the file {name}{PLAYBOOK}"
        problems.warn(id_.place, what, instead, "unknown-value")
    elif id_.text != stem:
        what = f"The id is {quoted(id_.text)}, and the file is called {quoted(stem)}."
        problems.warn(id_.place, what, f"id: {stem}", "unknown-value")
    return named(problems, id_, "a playbook")


def _stem(file: str) -> str:
    """Under which id others find a file."""
    return PurePath(file).name.removesuffix(PLAYBOOK)


def _check_of(node: Node, declared: Declared) -> str | None:
    """The check that a step runs: empty if it is of another kind, None if that cannot be told."""
    kind = kind_of(node)
    if kind is None or not isinstance(node, Table):
        return None
    check = node.get("check")
    if kind != "check":
        return ""
    return check.text if isinstance(check, Scalar) and check.text in declared.checks else None


def _as_its_check(step: Step, steps: Mapping[str, Step]) -> Step:
    """A retest asks what the step that it repeats asked."""
    if not isinstance(step, Retest) or not isinstance(of := steps.get(step.of), Check):
        return step
    return replace(step, parameters=of.parameters, takes=of.takes)
