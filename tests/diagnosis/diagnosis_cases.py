"""Cases to diagnose: those of the lab's exercises, observed once each, and small ones made by hand."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.content.library import Content
from tlswizard.core.case import (
    Case,
    Clock,
    ClockSource,
    Handshake,
    Observed,
    Options,
    Part,
    Platform,
    Programs,
    Reach,
)
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Diagnosis
from tlswizard.core.store import Scope, Store
from tlswizard.core.target import parse_target
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab import authority
from tlswizard.lab.authority import Identity
from tlswizard.lab.exercise import Exercise, all_exercises, find_exercise
from tlswizard.lab.world import World

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
"""The moment of all tests: after this release, and far from the end of anything."""

CONTENT = Content.shipped()
EXERCISES = all_exercises()

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def the(id_: str) -> Exercise:
    found = find_exercise(id_)
    assert found is not None
    return found


async def looked(world: World, exercise: Exercise) -> Case:
    """Everything that can be seen in a world, with the name that is asked for there now."""
    machine = world.machine
    target = replace(exercise.target, servername=world.asked)
    case = Case(target, machine.observed, machine.now(), name=world.asked)
    return await gathered(machine, case, EVERYTHING, Options(), CONTENT)


@cache
def observed(id_: str) -> Case:
    """The case of an exercise, as it is before any repair."""

    async def look() -> Case:
        async with the(id_).open(lambda: AT) as world:
            return await looked(world, the(id_))

    return asyncio.run(asyncio.wait_for(look(), 10))


@cache
def diagnosed(id_: str) -> Diagnosis:
    return diagnose(observed(id_), CONTENT, (the(id_).program,))


# ── made by hand ──


@cache
def house() -> tuple[Identity, Identity, Identity]:
    """root -> intermediate -> server.example"""
    root = authority.root("Test Root CA", org="Test", at=AT)
    intermediate = root.intermediate("Test Issuing CA")
    return root, intermediate, intermediate.leaf(["server.example"])


@cache
def stranger() -> Identity:
    """A root that has nothing to do with anything."""
    return authority.root("Unrelated Root CA", org="Unrelated", at=AT)


def certificates(*identities: Identity) -> tuple[Certificate, ...]:
    return tuple(i.certificate for i in identities)


SCOPES: dict[str, Scope] = {
    "windows-user-root": "user", "windows-user-ca": "user", "windows-machine-root": "machine",
    "windows-machine-ca": "machine", "linux-system": "machine", "linux-directory": "machine",
    "dotnet-user-root": "user", "dotnet-user-ca": "user", "certifi:/venv": "program",
    "env:SSL_CERT_FILE": "process", "git:/home/kim/roots.pem": "program",
}  # fmt: skip


def store(id_: str, *held: Identity, unreadable: str | None = None, location: str = "") -> Store:
    inside = certificates(*held)
    anchors = not id_.endswith("-ca")
    return Store(
        id_, f"the store {id_}", SCOPES[id_], location or f"at {id_}", inside if anchors else (),
        () if anchors else inside, unreadable=unreadable,
    )  # fmt: skip


def clock(server: datetime | None = AT, *, machine: datetime = AT, **bounds: datetime) -> Clock:
    """The machine's clock beside the server's, and `release=` or `newest_not_before=`."""
    sources = [ClockSource("http-date", "exact", server)] if server else []
    for name, at in bounds.items():
        sources.append(ClockSource(name.replace("_", "-"), "earliest", at))  # type: ignore[arg-type]
    return Clock(machine, tuple(sources))


def made(
    sent: Iterable[Identity],
    stores: Iterable[Store] | None,
    *,
    platform: Platform = "linux",
    name: str = "server.example",
    found: tuple[str, ...] = (),
    at: datetime = AT,
    time: Clock | None = None,
    handshake: str = "ok",
) -> Case:
    """A case of these certificates and stores; nothing was looked at for it. `stores=None`: not looked at."""
    target = parse_target(f"https://{name}")
    shake = Handshake(name, handshake, "made by hand", "TLSv1.3", chain=certificates(*sent), spoke_tls=True)
    return Case(
        target, Observed("test-01", "kim", platform), at, name=name,
        reach=Part(at, Reach("connected", "connected", ("192.0.2.1",), "192.0.2.1", 1)),
        handshakes=Part(at, (shake,)),
        stores=None if stores is None else Part(at, tuple(stores)),
        clock=Part(at, time or clock(machine=at)),
        clients=Part(at, Programs(found)),
    )  # fmt: skip


def days(number: float) -> timedelta:
    return timedelta(days=number)
