import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.content.library import Content
from tlswizard.core.case import PARTS, Case, Options
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.codec import Unreadable, decode, encode
from tlswizard.lab.authority import root
from tlswizard.lab.exercise import find_exercise

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
ROOT = root("Root", at=AT).certificate


def _gathered(exercise_id: str) -> Case:
    exercise = find_exercise(exercise_id)

    async def story() -> Case:
        async with exercise.open(lambda: AT) as world:
            target = exercise.target
            case = Case(target, world.machine.observed, world.machine.now(), name=target.servername)
            return await gathered(world.machine, case, EVERYTHING, Options(), Content.shipped())

    return asyncio.run(asyncio.wait_for(story(), 10))


@pytest.fixture(scope="module", params=["two-stores", "missing-intermediate", "smtp-starttls"])
def case(request: pytest.FixtureRequest) -> Case:
    """Everything observed of one of the lab's worlds: Windows-shaped, Linux-shaped, one with STARTTLS."""
    return _gathered(request.param)


def _saved(value: Any) -> Any:
    return json.loads(json.dumps(encode(value)))


def test_a_whole_case_comes_back_as_it_was(case: Case):
    assert case.missing(EVERYTHING) == ()
    assert case.failed(EVERYTHING) == ()
    assert case.chain
    assert any(store.anchors for store in case.all_stores)
    assert decode(Case, _saved(case)) == case


def test_what_came_back_is_written_the_same_again(case: Case):
    assert _saved(decode(Case, _saved(case))) == _saved(case)


def test_a_case_without_parts_and_one_with_a_failure_come_back(case: Case):
    bare = case.without(PARTS)
    assert decode(Case, _saved(bare)) == bare
    failed = case.with_part("stores", replace(case.stores, result=None, failure="it broke"))
    assert decode(Case, _saved(failed)).failed(["stores"]) == ("stores",)


def test_each_certificate_stands_once_however_many_stores_hold_it(case: Case):
    twice = replace(case.stores, result=(*case.all_stores, *case.all_stores))
    document = _saved(case.with_part("stores", twice))
    assert document["certificates"] == _saved(case)["certificates"]
    held = {c.sha256 for store in case.all_stores for c in (*store.anchors, *store.intermediates)}
    held |= {c.sha256 for shake in case.handshakes.result for c in shake.chain}
    assert set(document["certificates"]) == held


def test_a_place_without_a_certificate_is_kept(case: Case):
    broken = Malformed(b"\x30\x03\x02\x01\x00", "whatever the reader said")
    shake = replace(case.handshake, chain=(*case.chain, broken))
    changed = case.with_part("handshakes", replace(case.handshakes, result=(shake,)))
    (*good, last) = decode(Case, _saved(changed)).chain
    assert tuple(good) == case.chain
    assert isinstance(last, Malformed)
    assert last.der == broken.der


# --- what is hostile ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """One field of each kind that a Case has."""

    text: str = ""
    whole: int = 0
    number: float = 0.0
    yes: bool = False
    at: datetime = AT
    raw: bytes = b""
    one: Literal["a", "b"] = "a"
    maybe: str | None = None
    several: tuple[int, ...] = ()
    pair: tuple[str, int] = ("", 0)
    kinds: frozenset[str] = frozenset()
    certificate: Certificate | Malformed | None = None
    table: Mapping[str, int] = field(default_factory=dict)


FULL = Box(
    "t", 3, 2.5, True, AT, b"\x00\xff", "b", "m", (1, 2), ("p", 4), frozenset({"x", "y"}), ROOT, {"k": 9}
)


def _box(**fields: Any) -> Any:
    return {"value": {"is": "Box"} | fields, "certificates": {}}


def test_one_field_of_each_kind_comes_back():
    assert decode(Box, _saved(FULL)) == FULL
    assert decode(Box, _saved(Box())) == Box()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1), ("text", None), ("text", ["a"]),
        ("whole", "1"), ("whole", 1.5), ("whole", True),
        ("number", "1"), ("number", False), ("number", 10**400),
        ("yes", 1), ("yes", "true"),
        ("at", "yesterday"), ("at", 5), ("at", None), ("at", "0001-01-01T00:00:00+23:59"),
        ("raw", "!"), ("raw", "é"), ("raw", 7), ("raw", {"a": 1}),
        ("one", "c"), ("one", []), ("one", None),
        ("maybe", 1), ("maybe", {"is": "str"}),
        ("several", 1), ("several", ["1"]), ("several", {"0": 1}),
        ("pair", ["a"]), ("pair", [1, "a"]), ("pair", ["a", 1, 2]),
        ("kinds", "xy"), ("kinds", [["x"]]),
        ("table", []), ("table", {"k": "1"}),
        ("certificate", "00" * 32), ("certificate", {}), ("certificate", []),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_named_with_its_place(field: str, value: Any):
    with pytest.raises(Unreadable, match=field):
        decode(Box, _box(**{field: value}))


@pytest.mark.parametrize(
    "document",
    [
        None, [], "x", 1, {}, {"value": {"is": "Box"}}, {"certificates": {}},
        {"value": None, "certificates": []},
        {"value": {"is": "Case"}, "certificates": {}}, {"value": {}, "certificates": {}},
        {"value": {"is": "Box"}, "certificates": {"00": "AAAA"}},
        {"value": {"is": "Box"}, "certificates": {"00": 7}},
        {"value": {"is": "Box"}, "certificates": {ROOT.sha256: "AAAA"}},
    ],
)  # fmt: skip
def test_what_nobody_saved_is_refused(document: Any):
    with pytest.raises(Unreadable):
        decode(Box, document)


def test_a_case_with_too_little_is_refused(case: Case):
    document = _saved(case)
    del document["value"]["target"]
    with pytest.raises(Unreadable):
        decode(Case, document)


def test_a_certificate_that_was_exchanged_in_the_file_is_noticed(case: Case):
    document = _saved(case)
    document["certificates"][case.chain[0].sha256] = _saved(ROOT)["certificates"][ROOT.sha256]
    with pytest.raises(Unreadable, match="not those that were saved"):
        decode(Case, document)


def test_every_text_is_made_visible():
    assert decode(Box, _box(text="\x1b[2J\u202e", maybe="a\nb")) == Box(text="\\x1b[2J\\u202e", maybe="a\\nb")


def test_the_keys_of_a_table_are_made_visible_too():
    assert decode(Box, _box(table={"\x1b[2J": 1})).table == {"\\x1b[2J": 1}
    with pytest.raises(Unreadable) as refused:
        decode(Box, _box(table={"\x1b[2J": "one"}))
    assert str(refused.value).isprintable()


def test_a_complaint_is_short_and_visible():
    for hostile in ("\x1b" * 1000, json.loads("[" * 500 + "]" * 500), {"a": {"b": "\u202e" * 500}}):
        with pytest.raises(Unreadable) as refused:
            decode(Box, _box(whole=hostile))
        assert len(str(refused.value)) < 200
        assert str(refused.value).isprintable()


def test_an_unknown_field_is_passed_over():
    # A file of a later version stays readable.
    assert decode(Box, _box(text="a", later="b")) == Box(text="a")


def test_a_time_keeps_its_moment_whatever_its_zone():
    moment = datetime(2031, 5, 6, 9, 8, 9, tzinfo=timezone(timedelta(hours=2)))
    for saved in (
        _saved(Box(at=moment)),
        _box(at="2031-05-06T09:08:09+02:00"),
        _box(at="2031-05-06T07:08:09"),
    ):
        again = decode(Box, saved).at
        assert again == AT
        assert again.utcoffset() == timedelta(0)


SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
KEYS = st.sampled_from(["is", "value", "at", "result"]) | st.text()
JSON = st.recursive(
    SIMPLE | st.sampled_from(["Case", "Part", "Reach"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(document: Any):
    for whole in (document, {"value": document, "certificates": {}}):
        for kind in (Case, Box):
            with pytest.raises(Unreadable):
                decode(kind, whole)


def _places(node: Any) -> list[tuple[Any, Any]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, value in inner for found in ((node, key), *_places(value))]


@settings(max_examples=100)
@given(data=st.data())
def test_a_saved_case_with_anything_put_anywhere_is_read_or_refused(data: st.DataObject, case: Case):
    document = _saved(case)
    node, key = data.draw(st.sampled_from(range(len(_places(document)))).map(_places(document).__getitem__))
    node[key] = data.draw(JSON)
    try:
        found = decode(Case, document)
    except Unreadable as refused:
        assert str(refused).isprintable()
    else:
        assert isinstance(found, Case)
        assert isinstance(json.dumps(encode(found)), str)


def test_bytes_that_are_no_certificate_may_stand_in_the_table():
    found = parse_certificate(b"\x00")
    document = {"value": {"is": "Box", "certificate": found.sha256}, "certificates": {found.sha256: "AA=="}}
    assert decode(Box, document).certificate == found
