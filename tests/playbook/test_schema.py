"""The JSON Schema for editors: it is current, lets shipped playbooks pass, and stops typical mistakes."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from tlswizard.cli.playbooks import schema_of
from tlswizard.content.library import Content
from tlswizard.playbook.inputs import INPUT_KEYS
from tlswizard.playbook.parse import TOP_KEYS
from tlswizard.playbook.steps import CHOICE_KEYS, COMMON_KEYS, KIND_KEYS

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "playbooks" / "playbook.schema.json"
CONTENT = Content.shipped()
PRINTED = schema_of(CONTENT)
SCHEMA = json.loads(PRINTED)
DRAFTS = [Draft202012Validator, Draft7Validator]
drafts = pytest.mark.parametrize("draft", DRAFTS, ids=["2020-12", "7"])


def as_text(id_: str) -> Any:
    """Every scalar as text, as the format has it."""
    return yaml.load(CONTENT.playbook_file(id_)[1], Loader=yaml.BaseLoader)


def as_typed(id_: str) -> Any:
    """Scalars with the types of YAML 1.1 (`yes` is true, `443` a number); keys are texts in every editor."""
    return _with_keys_of(as_text(id_), yaml.safe_load(CONTENT.playbook_file(id_)[1]))


def _with_keys_of(texts: Any, typed: Any) -> Any:
    if isinstance(texts, dict):
        both = zip(texts.items(), typed.values(), strict=True)
        return {key: _with_keys_of(text, value) for (key, text), value in both}
    if isinstance(texts, list):
        return [_with_keys_of(text, value) for text, value in zip(texts, typed, strict=True)]
    return typed


def test_the_committed_copy_is_current():
    assert COMMITTED.read_text(encoding="utf-8") == PRINTED, (
        "renew it: python -m tlswizard playbooks schema > playbooks/playbook.schema.json"
    )


@drafts
def test_it_is_a_schema_by_both_drafts(draft):
    draft.check_schema(SCHEMA)


@drafts
@pytest.mark.parametrize("read", [as_text, as_typed])
@pytest.mark.parametrize("id_", CONTENT.playbook_ids)
def test_every_shipped_playbook_passes(id_: str, read, draft):
    assert [f"{'/'.join(map(str, e.path))}: {e.message}" for e in draft(SCHEMA).iter_errors(read(id_))] == []


PROPER: dict[str, Any] = {
    "tlswizard": 1,
    "id": "example",
    "title": "An example",
    "version": 1.0,
    "not-checked": "end",
    "inputs": {
        "server": {"type": "server", "label": "Which server?"},
        "where": {"type": "choice", "label": "Where?", "options": {"here": "Here", "there": "There"}},
    },
    "steps": {
        "first": {"ask": "Is it raining?", "paste": True, "choices": {"yes": "look", "no": {"next": "look"}}},
        "look": {
            "check": "time.clock",
            "with": {"on-this-computer": "yes"},
            "next": {"ok, does-not-apply": "said", "clock-wrong": "repair"},
        },
        "said": {"explain": "It rains.", "next": "again"},
        "repair": {
            "fix": "manual",
            "text": "Shut the window.",
            "who": "caller",
            "next": {"done,cannot": "again"},
        },
        "again": {
            "retest": "look",
            "next": {"fixed, nothing-wrong": "other", "changed, same, not-checked": "end"},
        },
        "other": {"use": "check-the-clock", "next": {"solved, nothing-wrong": "fine", "unsolved": "end"}},
        "fine": {"finish": "solved"},
        "end": {"finish": "unsolved", "give-to": "Frau Weber", "message": ""},
    },
}


@drafts
def test_a_proper_one_passes(draft):
    assert [e.message for e in draft(SCHEMA).iter_errors(PROPER)] == []


GONE = object()

MISTAKES: list[tuple[str, str, Any]] = [
    ("an unknown key at the top", "titel", "An example"),
    ("no title", "title", GONE),
    ("an empty title", "title", None),
    ("another format", "tlswizard", 2),
    ("an id with a blank", "id", "an example"),
    ("an unknown cause", "causes", ["bad-luck"]),
    ("no steps", "steps", {}),
    ("a step name in capitals", "steps/First", {"finish": "solved"}),
    ("an unknown key of a step", "steps/first/titel", "Rain"),
    ("an unknown kind", "steps/first", {"question": "Is it raining?"}),
    ("no kind", "steps/first", {"title": "Rain", "next": "look"}),
    ("two kinds", "steps/first/finish", "solved"),
    ("two kinds with the same keys", "steps/said/fix", "manual"),
    ("a key of another kind", "steps/fine/next", "end"),
    ("no answers", "steps/first/choices", GONE),
    ("an answer without a label", "steps/first/choices/perhaps", "look"),
    ("an unknown key of an answer", "steps/first/choices/no/text", "No"),
    ("an unknown check", "steps/look/check", "time.clok"),
    ("an unknown outcome", "steps/look/next/clock-slow", "repair"),
    ("an unknown outcome in a list", "steps/look/next/ok, clock-slow", "repair"),
    ("an outcome of another check", "steps/look/next/expired", "repair"),
    ("no next", "steps/look/next", GONE),
    ("one next for all", "steps/look/next", "said"),
    ("nothing behind an outcome", "steps/look/next/clock-wrong", None),
    ("an unknown parameter", "steps/look/with/colour", "red"),
    ("a parameter of the wrong type", "steps/look/with/on-this-computer", "perhaps"),
    ("no next of a text", "steps/said/next", GONE),
    ("an unknown fix", "steps/repair/fix", "by-magic"),
    ("an unknown who", "steps/repair/who", "boss"),
    ("manual without a text", "steps/repair/text", GONE),
    ("an unknown ending of a fix", "steps/repair/next/ok", "again"),
    ("an unknown ending of a retest", "steps/again/next/done", "end"),
    ("an unknown playbook", "steps/other/use", "check-the-clok"),
    ("a result that it does not have", "steps/other/next/handed-over", "end"),
    ("an unknown result", "steps/fine/finish", "happy"),
    ("nobody to give it to", "steps/end/give-to", GONE),
    ("an unknown type of an input", "inputs/server/type", "hostname"),
    ("an input without a label", "inputs/server/label", GONE),
    ("a choice without options", "inputs/where/options", GONE),
    ("options of no choice", "inputs/server/options", {"a": "A"}),
    ("an unknown key of an input", "inputs/server/text", "Server"),
    ("no option", "inputs/where/options", {}),
    ("an option that is no text", "inputs/where/options/here", ["Here"]),
    ("an option with a name that is taken", "inputs/where/options/not-sure", "Not sure"),
    ("an input with a name that is taken", "inputs/site", {"type": "text", "label": "Where?"}),
    ("a step with a name that is taken", "steps/everything", {"finish": "solved"}),
]


def with_mistake(path: str, value: Any) -> dict[str, Any]:
    tree: Any = deepcopy(PROPER)
    *ways, last = path.split("/")
    at = tree
    for way in ways:
        at = at[way]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return tree


@drafts
@pytest.mark.parametrize(("path", "value"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_typical_mistake_does_not_pass(path: str, value: Any, draft):
    assert not draft(SCHEMA).is_valid(with_mistake(path, value))


def described(table: dict[str, Any]) -> set[str]:
    return {key for key, schema in table.items() if len(schema.get("description", "")) > 10}


def test_every_key_is_told_on_hover():
    step = SCHEMA["$defs"]["step"]
    assert described(SCHEMA["properties"]) == set(TOP_KEYS)
    assert described(SCHEMA["properties"]["inputs"]["additionalProperties"]["properties"]) == set(INPUT_KEYS)
    assert described(step["properties"]) == {*KIND_KEYS, *COMMON_KEYS}
    for kind, keys in KIND_KEYS.items():
        assert described(of_kind(kind)) == set(keys), kind
    answer = of_kind("ask")["choices"]["additionalProperties"]
    assert described(answer["properties"]) == set(CHOICE_KEYS)


def of_kind(kind: str) -> dict[str, Any]:
    """The keys that a step of this kind may have, without those that are told for every step."""
    rules = SCHEMA["$defs"]["step"]["allOf"]
    (keys,) = (rule["then"]["properties"] for rule in rules if rule["if"] == {"required": [kind]})
    return {key: schema for key, schema in keys.items() if schema is not True}


def test_every_outcome_is_told_on_hover():
    for rule in SCHEMA["$defs"]["step"]["allOf"]:
        routes = rule["then"].get("properties", {}).get("next", {}).get("properties", {})
        assert described(routes) == set(routes)


def test_no_reference_has_neighbours():
    """Draft-07 ignores what stands beside a `$ref`."""
    found = re.findall(r"\{[^{}]*\"\$ref\"[^{}]*\}", json.dumps(SCHEMA))
    assert found
    assert [one for one in found if not re.fullmatch(r'\{"\$ref": "[^"]+"\}', one)] == []
