"""One runner gathers what is needed, in order; what breaks costs its part alone."""

import asyncio

import pytest
from diagnosis_cases import AT, CONTENT, the

from tlswizard.checks import gathering
from tlswizard.checks.gathering import EVERYTHING, NEEDS, WORDS, gathered
from tlswizard.core.case import PARTS, Case, Options
from tlswizard.lab.world import World
from tlswizard.stores import gather as stores


def gather(parts, *, change=lambda world: None, case=None) -> tuple[Case, list[str]]:
    seen: list[str] = []

    async def run(world: World) -> Case:
        target = the("two-stores").target
        first = case or Case(target, world.machine.observed, world.machine.now(), name=target.servername)
        return await gathered(world.machine, first, parts, Options(), CONTENT, seen.append)

    async def story() -> Case:
        async with the("two-stores").open(lambda: AT) as world:
            change(world)
            return await run(world)

    return asyncio.run(asyncio.wait_for(story(), 10)), seen


def test_the_parts_that_can_be_gathered_are_parts_and_read_no_circle():
    assert set(EVERYTHING) <= set(PARTS)
    assert set(WORDS) == set(EVERYTHING)

    def depth(part: str, above: tuple[str, ...] = ()) -> int:
        assert part not in above
        return 1 + max((depth(p, (*above, part)) for p in NEEDS[part]), default=0)

    assert max(map(depth, EVERYTHING)) >= 2


@pytest.mark.parametrize("part", EVERYTHING)
def test_a_part_brings_what_it_reads_and_no_more(part: str):
    def wanted(name: str) -> set[str]:
        return {name}.union(*(wanted(p) for p in NEEDS[name]))

    case, words = gather((part,))
    assert {p for p in PARTS if getattr(case, p) is not None} == wanted(part)
    assert sorted(words) == sorted(WORDS[p] for p in wanted(part))


def test_what_is_there_is_not_looked_at_again():
    first, _ = gather(EVERYTHING)
    again, words = gather(EVERYTHING, case=first)
    assert again == first
    assert words == []


def test_a_gatherer_that_breaks_costs_its_part_alone(monkeypatch):
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug of \x1b[31mours")

    monkeypatch.setattr(stores, "gather", broken)
    case, _ = gather(EVERYTHING)
    assert case.stores is not None
    assert case.stores.failure == "looking broke off: ZeroDivisionError: a bug of \\x1b[31mours"
    assert case.handshake is not None
    assert case.handshake.outcome == "ok"


def test_a_part_that_nobody_gathers_stays_absent():
    case, words = gather(("revocation",))
    assert case.revocation is None
    assert words == []


def test_a_cancelled_look_ends_at_once():
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    def hang(world: World) -> None:
        world.machine.addresses = never  # type: ignore[method-assign, assignment]

    async def story() -> float:
        loop = asyncio.get_running_loop()
        async with the("two-stores").open(lambda: AT) as world:
            hang(world)
            target = the("two-stores").target
            case = Case(target, world.machine.observed, AT, name=target.servername)
            work = asyncio.create_task(gathered(world.machine, case, EVERYTHING, Options(), CONTENT))
            await asyncio.sleep(0.05)
            assert not work.done()
            started = loop.time()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            return loop.time() - started

    assert asyncio.run(asyncio.wait_for(story(), 10)) < 0.2
    assert gathering.NEEDS
