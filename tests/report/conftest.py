"""Every exercise of the lab, diagnosed once."""

import asyncio
from functools import cache

import pytest

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Options
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import all_exercises, find_exercise

CONTENT = Content.shipped()


@cache
def diagnosed(exercise: str) -> Diagnosis:
    one = find_exercise(exercise)
    assert one is not None

    async def seen() -> Case:
        async with one.open() as world:
            machine, target = world.machine, one.target
            case = Case(target, machine.observed, machine.now(), name=target.servername)
            return await gathered(machine, case, EVERYTHING, Options(), CONTENT)

    return diagnose(asyncio.run(seen()), CONTENT, (one.program,))


@pytest.fixture(params=[e.id for e in all_exercises()])
def every(request: pytest.FixtureRequest) -> Diagnosis:
    """Each exercise in turn."""
    return diagnosed(request.param)


@pytest.fixture
def two_stores() -> Diagnosis:
    return diagnosed("two-stores")


@pytest.fixture
def content() -> Content:
    return CONTENT
