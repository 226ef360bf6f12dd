"""An absent part never looks fine: counted over every set of parts that can be absent, in every exercise."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain, combinations

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, every_exercise, house, made, observed, store

from tlswizard.checks.check import DOES_NOT_APPLY, NOT_CHECKED, OK, run
from tlswizard.checks.gathering import EVERYTHING
from tlswizard.checks.siblings import all_checks
from tlswizard.core.blocks import Mark
from tlswizard.core.case import Case, Part
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise
from tlswizard.report.sections import conclusion, whole
from tlswizard.report.text import text

SETS = list(chain.from_iterable(combinations(EVERYTHING, size) for size in range(1, len(EVERYTHING) + 1)))
WITHOUT = {
    "absent": lambda case, parts: case.without(parts),
    "failed": lambda case, parts: case.without(()) if not parts else failing(case, parts),
}
SEEING = {"handshakes", "stores"}
"""Without these nothing can be said of any certificate or program."""


def failing(case: Case, parts: tuple[str, ...]) -> Case:
    for part in parts:
        case = case.with_part(part, Part(AT, failure="it broke off"))
    return case


def marks(value: object) -> Iterator[Mark]:
    """Every sign in blocks, rows, cells and trees."""
    if isinstance(value, Mark):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from marks(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from marks(getattr(value, one.name))


def told_without(exercise: Exercise, parts: tuple[str, ...], how: str) -> Diagnosis:
    return diagnose(WITHOUT[how](observed(exercise.id), parts), CONTENT, (exercise.program,))


def sound() -> Case:
    root, intermediate, leaf = house()
    return made((leaf, intermediate), [store("linux-system", root)])


@pytest.mark.parametrize("how", WITHOUT)
@every_exercise
def test_a_check_that_needs_it_never_ends_in_ok(exercise: Exercise, how: str):
    counted = 0
    for parts in SETS:
        told = told_without(exercise, parts, how)
        for check in all_checks().values():
            if set(parts) & set(check.needs):
                counted += 1
                found = run(check, told, CONTENT, {})
                assert found.outcome not in (OK, DOES_NOT_APPLY), (check.id, parts)
                assert found.causes or (found.outcome, bool(found.why)) == (NOT_CHECKED, True)
    assert counted > 200


@pytest.mark.parametrize("how", WITHOUT)
def test_where_nothing_is_wrong_either(how: str):
    for parts in SETS:
        told = diagnose(WITHOUT[how](sound(), parts), CONTENT, ("openssl",))
        for check in all_checks().values():
            outcome = run(check, told, CONTENT, {}).outcome
            expected = set(parts) & set(check.needs) or check.id in ("cert.revocation", "stores.freshness")
            assert outcome == (NOT_CHECKED if expected else OK), (check.id, parts)


@pytest.mark.parametrize("how", WITHOUT)
@every_exercise
def test_it_is_listed_as_not_checked_in_every_report(exercise: Exercise, how: str):
    for parts in SETS:
        told = told_without(exercise, parts, how)
        assert set(parts) <= {n.part for n in told.not_checked}
        assert all(n.why for n in told.not_checked)
        said = text(whole(told))
        section = said[said.index("Not checked") :]
        assert all(part in section for part in parts)


@pytest.mark.parametrize("how", WITHOUT)
def test_without_the_chain_or_the_stores_no_sign_anywhere_says_fine(how: str):
    for parts in SETS:
        told = diagnose(WITHOUT[how](sound(), parts), CONTENT, ("openssl",))
        blind = bool(SEEING & set(parts))
        evidence = [check.evidence(told) for check in all_checks().values() if set(parts) & set(check.needs)]
        shown = (whole(told), tuple(e.blocks for e in evidence))
        if blind:
            assert Mark.FINE not in list(marks(shown)), parts
            assert "accept" not in text(whole(told)).replace("before anybody", "")
            assert conclusion(told).mark is not Mark.FINE
            assert told.exit == 3
        else:
            assert Mark.FINE in list(marks(shown))


def test_the_sign_for_not_checked_is_not_the_sign_for_fine():
    assert Mark.NOT_CHECKED.value != Mark.FINE.value
    assert Mark.NOT_CHECKED.word == "not checked"


def test_the_whole_is_seen_where_nothing_is_absent():
    """So that the tests above cannot pass by seeing nothing."""
    assert Mark.FINE in list(marks(whole(diagnosed("two-stores"))))
    assert conclusion(diagnose(sound(), CONTENT, ("openssl",))).mark is Mark.FINE
