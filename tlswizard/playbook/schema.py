"""The JSON Schema of playbooks, for editors: completion, hover, and the simple mistakes while typing.

It is made of the same declarations as the validator, which proves much more. It keeps to what draft 2020-12
(https://json-schema.org/draft/2020-12) and draft-07 (https://json-schema.org/draft-07) have in common: some
editors know only the older one. No `$ref` has neighbours, because draft-07 ignores those. `enumDescriptions`
is in neither draft: editors show it beside the values, and everything else passes over it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tlswizard.core.terms import WHO
from tlswizard.playbook.declared import CheckDeclared, Declared, FixDeclared, PlaybookDeclared
from tlswizard.playbook.form import reserved
from tlswizard.playbook.format import (
    ANY_CAUSE,
    EVERYTHING,
    FIX_ENDINGS,
    FORMAT,
    INPUT_TYPES,
    MANUAL,
    NEED_GIVE_TO,
    NOT_CHECKED,
    READY_LABELS,
    RESULTS,
    RETEST_ENDINGS,
)
from tlswizard.playbook.inputs import INPUT_KEYS
from tlswizard.playbook.parse import TOP_KEYS
from tlswizard.playbook.steps import CHOICE_KEYS, COMMON_KEYS, KIND_KEYS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NEEDED = ("next", "choices")
"""Keys that every kind of step needs that has them."""

TOP_NEEDED = ("tlswizard", "id", "title", "version", "steps")

TOP: Mapping[str, str] = {
    "tlswizard": "The number of the format: 1.",
    "id": "The name by which the playbook is opened: small letters, digits, hyphens, as in the file's name.",
    "title": "What the start screen calls it, at most 70 characters.",
    "version": "The version of the content. It is printed in every note, together with a hash of the file.",
    "summary": "Two sentences for the start screen: when to open it, and what it leads to.",
    "causes": "The kinds of fault for which this playbook is the one to open.",
    "stages": "The sections of the progress line, in order: a name, and behind the colon what is shown.",
    "inputs": "What the person is asked once, before the first step that mentions it.",
    "not-checked": "The step to go to if a check could not run, unless that check's step says another one.",
    "steps": "All steps. The first one starts; the others come where an answer or an outcome leads to them.",
}
KINDS: Mapping[str, str] = {
    "ask": "Asks a question. The person chooses one of the answers below choices.",
    "check": "Looks at something by itself. What follows each outcome stands below next.",
    "explain": "Explains something. The person reads it and goes on.",
    "fix": "A repair that a person makes. tlswizard writes the commands, the risk, the undo and the proof.",
    "retest": "Looks again after a repair: the name of a step that checks something, or everything.",
    "use": "Another playbook as one step. What follows each of its results stands below next.",
    "finish": "Ends the walk, with this result.",
}
STEP: Mapping[str, str] = {
    "title": "The heading of the page, at most 70 characters.",
    "stage": "The section of the progress line to which the step belongs.",
    "why": "Why to look at this now. Shown on demand, and always in learning mode.",
    "say": "What to say to the caller, in words that can be read aloud.",
    "details": "More for who wants to know; folded away until asked for.",
    "learn": "Shown in learning mode only: a question to think about before going on.",
    "note": "An extra line for the ticket.",
    "choices": (
        "The answers. Each is a name and the step that follows, or a table with label, next and more. "
        "yes, no and not-sure have ready labels."
    ),
    "paste": "yes: offers a box for the error message, which pre-selects an answer.",
    "with": "Values for parameters. A value may mention an input in braces.",
    "next": "What follows. Several outcomes with the same step may stand before one colon, with commas.",
    "who": "Who can do it.",
    "text": "What to do, in your own words; needed for manual.",
    "message": "What the last page says.",
    "give-to": "Who takes over; needed for handed-over and unsolved. One of the known groups, or a text.",
}
CHOICE: Mapping[str, str] = {
    "label": "What stands on the button.",
    "next": "The step that follows this answer.",
    "causes": "A pasted message with one of these causes pre-selects it; any: a message that fits any fault.",
    "looks-like": "Parts of a pasted message that pre-select this answer.",
    "change": "The input that is asked again after this answer.",
    "say": "What to say to the caller after this answer.",
    "note": "A line for the ticket if this answer is chosen.",
}
INPUT: Mapping[str, str] = {
    "type": "What an answer must look like.",
    "label": "The question.",
    "hint": "A line below the question: where to find the answer, or an example.",
    "default": "The answer that is offered.",
    "options": "The answers of the type choice: a name, and behind the colon what is shown.",
    "not-sure": 'yes: "I am not sure" is an answer, too.',
}
ENDINGS: Mapping[str, str] = {
    "ok": "Looked at, and found right.",
    "does-not-apply": "It says nothing here, for example on another computer.",
    NOT_CHECKED: "It could not be looked at.",
    "problem": "Something is wrong.",
    "done": "The repair was made.",
    "cannot": "The person cannot make it.",
    "fixed": "What led here is gone, and nothing else is wrong.",
    "changed": "What led here is gone, and something else is wrong.",
    "same": "It is as before.",
    "nothing-wrong": "Nothing is wrong.",
    "solved": "The problem is solved.",
    "handed-over": "Somebody else goes on.",
    "unsolved": "It is not solved.",
}
OWN = "What this check states of its own."


def printed(declared: Declared, titles: Mapping[str, str]) -> str:
    """The schema as the file that is committed."""
    return json.dumps(schema(declared, titles), indent=1, ensure_ascii=False) + "\n"


def schema(declared: Declared, titles: Mapping[str, str]) -> Schema:
    """`titles` has a sentence for the ids of checks, fixes, causes and playbooks, shown on hover."""
    return {
        "$schema": DRAFT,
        "title": "A playbook of tlswizard",
        "description": "Format 1. What an editor cannot see, tlswizard playbooks check proves.",
        "type": "object",
        "properties": _said(TOP, TOP_KEYS, _top()),
        "required": list(TOP_NEEDED),
        "additionalProperties": False,
        "$defs": {"step": _step(declared, titles), "cause": _one_of(declared.causes, titles)},
    }


# ── small things ────────────────────────────────────────────────────────────

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""Every scalar is a text in this format; an editor reads `0443` and `yes` as a number and a truth value."""
MAYBE: Schema = {"type": ["string", "number", "boolean", "null"]}
"""A key with nothing behind it counts as left out."""
STEP_NAME: Schema = {**TEXT, "pattern": NAME}
CAUSES: Schema = {"type": ["array", "null"], "items": {"$ref": "#/$defs/cause"}}
YES_NO: Schema = {"enum": ["yes", "no", True, False]}


def _said(words: Mapping[str, str], keys: Iterable[str], schemas: Mapping[str, Schema]) -> Schema:
    """The schema of each key, with what it means."""
    return {key: {"description": words[key], **schemas.get(key, MAYBE)} for key in keys}


def _names(of: Schema, what: str = "", **more: Any) -> Schema:
    """A table whose keys are names that the author gives, of `what` (see `form.named`)."""
    names: Schema = {"pattern": NAME}
    if taken := reserved(what):
        names["not"] = {"enum": list(taken)}
    return {"type": "object", "propertyNames": names, "additionalProperties": of, **more}


def _table(**more: Any) -> Schema:
    return {"type": "object", "additionalProperties": False, **more}


def _if(key: str, value: str, then: Schema) -> Schema:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


# ── the top, inputs ─────────────────────────────────────────────────────────


def _top() -> Mapping[str, Schema]:
    return {
        "tlswizard": {"enum": [FORMAT, int(FORMAT)]},
        "id": STEP_NAME,
        "title": TEXT,
        "version": TEXT,
        "causes": CAUSES,
        "stages": {**_names(TEXT), "type": ["object", "null"]},
        "inputs": {**_names(_input(), "an input"), "type": ["object", "null"]},
        "not-checked": STEP_NAME,
        "steps": _names({"$ref": "#/$defs/step"}, "a step", minProperties=1),
    }


def _input() -> Schema:
    return _table(
        properties=_said(
            INPUT,
            INPUT_KEYS,
            {
                "type": {"enum": list(INPUT_TYPES)},
                "label": TEXT,
                "options": _names(TEXT, "an option", minProperties=1),
                "not-sure": YES_NO,
            },
        ),
        required=["type", "label"],
        allOf=[
            {**_if("type", "choice", {"required": ["options"]}), "else": {"properties": {"options": False}}}
        ],
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _step(declared: Declared, titles: Mapping[str, str]) -> Schema:
    """Each kind brings the keys that go with it: two kinds in one step refuse each other's."""
    own = _kinds(declared, titles)
    kinds = {kind: own[kind][kind] for kind in KIND_KEYS}
    return {
        "type": "object",
        "properties": {**_said(KINDS, KIND_KEYS, kinds), **_said(STEP, COMMON_KEYS, {})},
        "anyOf": [{"required": [kind]} for kind in KIND_KEYS],
        "allOf": [
            {
                "if": {"required": [kind]},
                "then": {
                    "properties": {
                        kind: True, **dict.fromkeys(COMMON_KEYS, True), **_said(STEP, keys, own[kind])
                    },
                    "required": [key for key in keys if key in NEEDED],
                    "additionalProperties": False,
                },
            }
            for kind, keys in KIND_KEYS.items()
        ]
        + [_one_check(check, titles) for check in declared.checks.values()]
        + [_one_fix(id_, fix, titles) for id_, fix in declared.fixes.items()]
        + [_if("fix", MANUAL, {"required": ["text"], "properties": {"text": TEXT}})]
        + [_one_playbook(p, titles) for p in declared.playbooks.values() if p]
        + [_if("finish", result, {"required": ["give-to"]}) for result in sorted(NEED_GIVE_TO)],
    }  # fmt: skip


def _kinds(declared: Declared, titles: Mapping[str, str]) -> Mapping[str, Mapping[str, Schema]]:
    """For each kind, what may stand under its keys; `next` of checks and playbooks depends on which one."""
    given = _names(TEXT)
    routes: Schema = {"type": "object", "minProperties": 1, "additionalProperties": STEP_NAME}
    return {
        "ask": {"ask": TEXT, "choices": _choices(), "paste": YES_NO},
        "check": {"check": _one_of(declared.checks, titles), "with": given, "next": routes},
        "explain": {"explain": TEXT, "next": STEP_NAME},
        "fix": {
            "fix": _one_of((*declared.fixes, MANUAL), titles),
            "with": given,
            "who": {"enum": list(WHO)},
            "next": _routes(FIX_ENDINGS, titles),
        },
        "retest": {
            "retest": {"anyOf": [{"const": EVERYTHING}, STEP_NAME]},
            "next": _routes(RETEST_ENDINGS, titles),
        },
        "use": {"use": _one_of(declared.playbooks, titles), "with": given, "next": routes},
        "finish": {"finish": {"enum": list(RESULTS)}, "give-to": {"anyOf": [{"enum": list(WHO)}, TEXT]}},
    }


def _one_of(ids: Iterable[str], titles: Mapping[str, str]) -> Schema:
    """One of these ids. Their titles are for editors that show them beside each (as VS Code does)."""
    ids = sorted(ids)
    return {"enum": ids, "enumDescriptions": [titles.get(id_, "") for id_ in ids]}


def _choices() -> Schema:
    own = _choice(["label", "next"])
    ready = _choice(["next"])
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": NAME},
        "properties": {id_: {**ready, "description": f"“{text}”"} for id_, text in READY_LABELS.items()},
        "additionalProperties": own,
    }


def _choice(needed: list[str]) -> Schema:
    causes = {"anyOf": [{"const": ANY_CAUSE}, CAUSES]}
    list_ = {"type": ["array", "null"], "items": TEXT}
    schemas = {"next": STEP_NAME, "causes": causes, "looks-like": list_, "change": STEP_NAME}
    long = _table(properties=_said(CHOICE, CHOICE_KEYS, schemas), required=needed)
    return {"anyOf": [STEP_NAME, long]} if "label" not in needed else long


def _routes(endings: Iterable[str], titles: Mapping[str, str]) -> Schema:
    """A step for each ending, or for several with commas between."""
    endings = tuple(endings)
    one = "|".join(endings)
    return _table(
        minProperties=1,
        properties={e: {"description": ENDINGS.get(e) or titles.get(e, OWN), **STEP_NAME} for e in endings},
        patternProperties={rf"^\s*({one})(\s*,\s*({one}))+\s*$": STEP_NAME},
    )


def _with(parameters: Mapping[str, str]) -> Schema:
    return _table(properties={name: _value(type_) for name, type_ in parameters.items()})


def _value(type_: str) -> Schema:
    """An input in braces fits everywhere."""
    words = {"description": f"A value of the type {type_}, or an input in braces."}
    return {**words, "anyOf": [YES_NO, {"pattern": "{.+}"}]} if type_ == "yes-no" else {**words, **TEXT}


def _one_check(check: CheckDeclared, titles: Mapping[str, str]) -> Schema:
    routes = _routes((*check.outcomes, NOT_CHECKED), titles)
    return _if("check", check.id, {"properties": {"with": _with(check.parameters), "next": routes}})


def _one_fix(id_: str, fix: FixDeclared, titles: Mapping[str, str]) -> Schema:
    return _if("fix", id_, {"properties": {"with": _with(fix.parameters)}})


def _one_playbook(playbook: PlaybookDeclared, titles: Mapping[str, str]) -> Schema:
    routes = _routes(playbook.results, titles)
    return _if("use", playbook.id, {"properties": {"with": _with(playbook.inputs), "next": routes}})
