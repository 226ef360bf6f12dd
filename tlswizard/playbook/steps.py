"""Reads one step. Exactly one key makes its kind; each kind has its own reader here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

from tlswizard.content.reader import Node, Scalar, Table
from tlswizard.core.terms import WHO
from tlswizard.playbook.declared import PlaybookDeclared
from tlswizard.playbook.form import Form, as_name, is_name, named, unquoted, written
from tlswizard.playbook.format import (
    ANY_CAUSE,
    EVERYTHING,
    FIX_ENDINGS,
    MANUAL,
    MAX_NESTING,
    MAX_STEPS,
    NEED_GIVE_TO,
    READY_LABELS,
    RESULTS,
    RETEST_ENDINGS,
    Ask,
    Check,
    Choice,
    Explain,
    Finish,
    Fix,
    Result,
    Retest,
    Step,
    Use,
)
from tlswizard.playbook.problems import Problems, near, quoted
from tlswizard.playbook.routes import routes
from tlswizard.playbook.scope import Scope

COMMON_KEYS = ("title", "stage", "why", "say", "details", "learn", "note")
_PROSE = ("title", "why", "say", "details", "learn", "note")
KIND_KEYS: Mapping[str, tuple[str, ...]] = {
    "ask": ("choices", "paste"),
    "check": ("with", "next"),
    "explain": ("next",),
    "fix": ("with", "who", "text", "next"),
    "retest": ("next",),
    "use": ("with", "next"),
    "finish": ("message", "give-to"),
}
"""The kinds of steps, and the keys that only they have."""
CHOICE_KEYS = ("label", "next", "causes", "looks-like", "change", "say", "note")


def kind_of(node: Node) -> str | None:
    """The one key that makes the step's kind; None if that cannot be told."""
    kinds = [key for key in node.keys if key in _KINDS] if isinstance(node, Table) else []
    return kinds[0] if len(kinds) == 1 else None


def read_step(name: Scalar, node: Node, scope: Scope) -> Step | None:
    """The step that stands under `name`; None if its kind cannot be told or run."""
    scope = replace(scope, within=name.text)
    problems = scope.problems
    if both := scope.ambiguous(name.text):
        word = "{" + f"{name.text}.{both[0]}" + "}"
        what = f"The step {quoted(name.text)} is called like an input: {quoted(word)} could mean either."
        problems.add(name.place, what, "give one of them another name", "duplicate")
    if not isinstance(node, Table):
        problems.ways_known = False
        what = f"The keys of the step {quoted(name.text)} do not stand below it."
        problems.add(node.place, what, "write them there, indented: title, ask, next …", "wrong-type")
        return None
    kind = kind_of(node)
    if kind is None:
        problems.ways_known = False
        _unclear(name, node, problems)
        return None
    form = Form(
        problems, node, name.place, f"the step {quoted(name.text)}", (kind, *COMMON_KEYS, *KIND_KEYS[kind])
    )
    common: dict[str, Any] = {key: scope.prose(form.scalar(key)) for key in _PROSE}
    stage = form.scalar("stage")
    if stage and scope.stages is not None and written(stage.text, scope.stages) is None:
        what = f"There is no stage {quoted(stage.text)}."
        problems.unknown(stage.place, stage.text, scope.stages, what, "unknown-stage")
    common |= {"name": name.text, "stage": stage.text if stage else None}
    return _KINDS[kind](form, scope, common)


def _unclear(name: Scalar, node: Table, problems: Problems) -> None:
    """No kind, or two. A misspelt kind is said once, as the unknown key that it is."""
    kinds = [key for key, _ in node.entries if key.text in _KINDS]
    if kinds:
        both = f"{quoted(kinds[0].text)} and {quoted(kinds[1].text)}"
        what = f"The step {quoted(name.text)} is two things at once: {both}."
        problems.add(kinds[1].place, what, "make two steps of it", "two-kinds")
        return
    others = {key for keys in KIND_KEYS.values() for key in keys}
    for key in (key for key, _ in node.entries if key.text not in (*COMMON_KEYS, *others)):
        if near(key.text, KIND_KEYS):
            what = f"{quoted(key.text)} is no kind of step."
            problems.unknown(key.place, key.text, KIND_KEYS, what, "unknown-key")
            return
    what = f"The step {quoted(name.text)} does not say what it is."
    problems.add(name.place, what, f"add one of {', '.join(KIND_KEYS)}", "no-kind")


def _ask(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    question = scope.prose(form.scalar("ask", required=True))
    found = [_choice(key, node, scope) for key, node in form.entries("choices", required=True)]
    return Ask(
        question=question, choices={choice.id: choice for choice in found}, paste=form.yes("paste"), **common
    )


def _choice(key: Scalar, node: Node, scope: Scope) -> Choice:
    id_ = named(scope.problems, key, "an answer")
    label = READY_LABELS.get(id_, "")
    of = f"the answer {quoted(id_)}"
    if not isinstance(node, Table):
        # `yes: step` is short for a table with `next` alone
        short = Table(((Scalar("next", key.place), node),), node.place)
        form = Form(scope.problems, short, key.place, of, CHOICE_KEYS)
    else:
        form = Form(scope.problems, node, key.place, of, CHOICE_KEYS)
    meant = near(id_, READY_LABELS)
    example = f"a few words; or did you mean {quoted(meant)}?" if meant else ""
    own = scope.prose(form.scalar("label", not label and is_name(id_), example))
    change = None
    if scope.inputs is not None:
        known = dict.fromkeys((*scope.inputs, *map(as_name, scope.inputs)))
        change = form.word("change", known, "is none of the inputs", "unknown-value")
    looks_like = form.items("looks-like")
    for item in looks_like:
        unquoted(scope.problems, item)
    return Choice(
        id=id_, label=own or label, next=scope.step(form.scalar("next", required=True)),
        causes=_causes(form, scope), looks_like=tuple(item.text for item in looks_like),
        change=change.text if change else None,
        say=scope.prose(form.scalar("say")), note=scope.prose(form.scalar("note")),
    )  # fmt: skip


def _causes(form: Form, scope: Scope) -> tuple[str, ...]:
    node = form.table.get("causes")
    if isinstance(node, Scalar) and node.text == ANY_CAUSE:
        return (ANY_CAUSE,)
    return causes(form, scope.problems, scope.declared.causes)


def causes(form: Form, problems: Problems, known: frozenset[str]) -> tuple[str, ...]:
    """The ids of causes in the list under `causes`."""
    found = form.items("causes")
    for item in found:
        if item.text not in known:
            what = f"There is no cause {quoted(item.text)}."
            problems.unknown(item.place, item.text, sorted(known), what, "unknown-value")
    return tuple(item.text for item in found)


def _check(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    id_ = form.word("check", scope.declared.checks, "is no check", "unknown-check", required=True)
    declared = scope.declared.checks[id_.text] if id_ else None
    outcomes = declared.outcomes if declared else None
    types, required = (declared.parameters, declared.required) if declared else (None, frozenset[str]())
    parameters = _parameters(form, scope, types, required)
    return Check(
        check=id_.text if id_ else "",
        parameters=parameters,
        takes=scope.takes(types or {}, parameters, f"the check {quoted(declared.id)}" if declared else ""),
        next=routes(form, scope, outcomes, f"The check {quoted(declared.id)}" if declared else "", True),
        **common,
    )


def _parameters(
    form: Form, scope: Scope, types: Mapping[str, str] | None, required: frozenset[str] = frozenset()
) -> Mapping[str, str]:
    """What stands under `with`; `types` is None if what declares it is not known. `required` are those that
    must be given, here or by an input of the same name."""
    found: dict[str, str] = {}
    written = {key.text for key, _ in form.entries("with")}
    for name in sorted(required - written - set(scope.inputs or {})):
        what = f"{form.subject} does not say what its parameter {quoted(name)} is."
        instead = f"add “{name}: …” under “with”, or an input {quoted(name)}"
        if not any(near(key, [name]) for key in written) and scope.inputs is not None:
            scope.problems.add(form.place, what, instead, "missing-parameter")
    for key, node in form.entries("with"):
        if not isinstance(node, Scalar):
            what = f"Behind the parameter {quoted(key.text)} stands no text."
            scope.problems.add(node.place, what, f"{key.text}: value", "wrong-type")
        elif types is not None and key.text not in types:
            what = f"{form.subject} takes no parameter {quoted(key.text)}."
            scope.problems.unknown(key.place, key.text, types, what, "unknown-parameter")
        elif types is not None:
            unquoted(scope.problems, node)
            found[key.text] = scope.value(node, types[key.text])
    return found


def _explain(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    text = scope.prose(form.scalar("explain", required=True))
    return Explain(text=text, next=scope.step(form.scalar("next", required=True)), **common)


def _fix(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    id_ = form.word("fix", (*scope.declared.fixes, MANUAL), "is no fix", "unknown-fix", required=True)
    is_manual = id_ is not None and id_.text == MANUAL
    declared = scope.declared.fixes.get(id_.text) if id_ else None
    types: Mapping[str, str] | None = declared.parameters if declared else {} if is_manual else None
    who = form.word("who", WHO, "is nobody who can act here", "unknown-value")
    return Fix(
        fix=id_.text if id_ else "",
        parameters=_parameters(form, scope, types, declared.required if declared else frozenset()),
        who=who.text if who else "",
        text=scope.prose(form.scalar("text", required=is_manual)),
        next=routes(form, scope, FIX_ENDINGS, "A fix"),
        **common,
    )


def _retest(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    of = form.scalar("retest", required=True)
    known = [EVERYTHING, *(name for name, check in scope.steps.items() if check != "")]
    target = of.text if of else ""
    if of and written(target, known) is None:
        what = f"{quoted(target)} is no step that checks something."
        scope.problems.unknown(of.place, target, known, what, "unknown-step")
    declared = scope.declared.checks.get(EVERYTHING) if target == EVERYTHING else scope.check(target)
    return Retest(
        of=target,
        check=declared.id if declared else "",
        takes=scope.takes(declared.parameters, (), f"the check {quoted(declared.id)}") if declared else {},
        next=routes(form, scope, RETEST_ENDINGS, "A retest"),
        **common,
    )


def _use(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    id_ = form.word("use", scope.declared.playbooks, "is no playbook here", "unknown-playbook", required=True)
    declared = scope.declared.playbooks.get(id_.text) if id_ else None
    if id_ and id_.text in scope.declared.playbooks:
        _usable(id_, declared, scope)
    if declared and not declared.sound:
        declared = None  # what it takes and how it ends may change when it is mended
    return Use(
        playbook=id_.text if id_ else "",
        parameters=_parameters(form, scope, declared.inputs if declared else None),
        next=routes(form, scope, declared.results if declared else None, _by(declared)),
        **common,
    )


def _by(declared: PlaybookDeclared | None) -> str:
    return f"The playbook {quoted(declared.id)}" if declared else ""


def _usable(id_: Scalar, declared: PlaybookDeclared | None, scope: Scope) -> None:
    """It can be read, has an end, and does not lead back to this playbook."""
    if circle := _way_back(id_.text, scope):
        way = " → ".join(quoted(name) for name in circle)
        what = f"This playbook would use itself: {way}."
        scope.problems.add(id_.place, what, "end here with finish, or write the steps out", "use-circle")
    elif declared and (limit := _beyond(declared, scope)):
        what = f"With {quoted(id_.text)} this playbook has more than {limit}."
        scope.problems.add(id_.place, what, "use it in one place, or write what is needed out", "too-big")
    elif declared is None or not declared.sound:
        what = f"The playbook {quoted(id_.text)} cannot be used: it has mistakes of its own."
        scope.problems.add(id_.place, what, f"tlswizard playbooks check {id_.text}", "unknown-playbook")


def _beyond(declared: PlaybookDeclared, scope: Scope) -> str:
    """The limit that is passed when this playbook is put in, in words; empty if none is."""
    scope.put_in.append(declared.size)
    if len(scope.steps) + sum(scope.put_in) > MAX_STEPS:
        return f"{MAX_STEPS} steps, with those of all that it uses"
    return f"{MAX_NESTING} playbooks that use each other in a row" if declared.depth >= MAX_NESTING else ""


def _way_back(start: str, scope: Scope) -> tuple[str, ...]:
    """The playbooks along which `start` leads back to this one; empty if it does not."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == scope.id:
            return (scope.id, *way)
        declared = scope.declared.playbooks.get(way[-1])
        for used in declared.uses if declared else ():
            if used not in seen:
                seen.add(used)
                ways.append((*way, used))
    return ()


def _finish(form: Form, scope: Scope, common: dict[str, Any]) -> Step:
    result = form.word("finish", RESULTS, "is no way to end", "unknown-value", required=True)
    receiver = form.scalar("give-to")
    give_to = scope.prose(receiver)
    if receiver:
        _misspelt_role(receiver, scope.problems)
    if result and result.text in NEED_GIVE_TO and not give_to and "give-to" not in form.spoilt:
        what = f"{form.subject} ends in {quoted(result.text)} and names nobody to turn to."
        scope.problems.add(result.place, what, "give-to: helpdesk", "dead-end")
    return Finish(
        result=cast(Result, result.text if result else "unsolved"),
        message=scope.prose(form.scalar("message")),
        give_to=give_to,
        **common,
    )


_ALIKE = 0.85
"""How like a role a word is that was meant as one: “server-ownr”, and not “Network” or “IT-Helpdesk”."""


def _misspelt_role(written: Scalar, problems: Problems) -> None:
    """A text is fine; a single word that is nearly a role is probably meant as it."""
    word = written.text.strip()
    if word in WHO or len(word.split()) > 1:
        return
    if meant := get_close_matches(word.lower(), WHO, n=1, cutoff=_ALIKE):
        what = f"{quoted(word)} is none of the roles, and is shown as it stands."
        problems.warn(written.place, what, f"did you mean {quoted(meant[0])}?", "unknown-value")


_KINDS: Mapping[str, Callable[[Form, Scope, dict[str, Any]], Step]] = {
    "ask": _ask,
    "check": _check,
    "explain": _explain,
    "fix": _fix,
    "retest": _retest,
    "use": _use,
    "finish": _finish,
}
