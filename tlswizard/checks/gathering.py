"""One runner for all parts: gathers what is needed, what depends on nothing at the same time.

Each part has one gatherer (a module with PART, READS and `gather`). A gatherer that breaks costs its
part, which then carries the failure; it never costs the run.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from types import ModuleType
from typing import Any

from tlswizard.clients import found
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Options, Part
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.probe import clock, handshakes, reach
from tlswizard.stores import gather as stores

Gatherer = Callable[[Machine, Case, Options], Awaitable[Part[Any]]]

_MODULES: tuple[ModuleType, ...] = (reach, handshakes, clock, stores, found)
NEEDS: Mapping[str, tuple[str, ...]] = {m.PART: m.READS for m in _MODULES}
"""The parts that can be gathered, and the parts that each of them reads."""

WORDS = {
    "reach": "reaching the server",
    "handshakes": "looking at the chain",
    "clock": "comparing clocks",
    "stores": "reading the trust stores",
    "clients": "finding the programs",
}

EVERYTHING = tuple(NEEDS)


async def gathered(
    machine: Machine,
    case: Case,
    parts: Iterable[str],
    options: Options,
    content: Content,
    progress: Callable[[str], None] = lambda _: None,
) -> Case:
    """The Case with these parts, and those that they read, as far as they were missing."""
    wanted = [p for p in _with_needs(parts) if getattr(case, p) is None]
    tasks: dict[str, asyncio.Task[None]] = {}
    box = [case]

    async def one(name: str) -> None:
        for needed in NEEDS[name]:
            if needed in tasks:
                await asyncio.shield(tasks[needed])
        progress(WORDS[name])
        part = await _safely(_gatherer(name, content), machine, box[0], options)
        box[0] = box[0].with_part(name, part)

    async with asyncio.TaskGroup() as group:
        for name in wanted:
            tasks[name] = group.create_task(one(name))
    return box[0]


def _with_needs(parts: Iterable[str]) -> list[str]:
    """In an order in which each part comes after those that it reads."""
    wanted: dict[str, None] = {}

    def add(part: str) -> None:
        if part not in NEEDS:
            return  # parts that no gatherer of this version fills stay absent: not checked
        for needed in NEEDS[part]:
            add(needed)
        wanted[part] = None

    for part in parts:
        add(part)
    return list(wanted)


def _gatherer(name: str, content: Content) -> Gatherer:
    module = next(m for m in _MODULES if name == m.PART)
    if module is found:
        return partial(found.gather, rows=content.clients.values())
    gather: Gatherer = module.gather
    return gather


async def _safely(gather: Gatherer, machine: Machine, case: Case, options: Options) -> Part[Any]:
    try:
        return await gather(machine, case, options)
    except Exception as error:  # noqa: BLE001 - a broken gatherer is a failed part, not a broken run
        return Part(case.at, failure=f"looking broke off: {visible(f'{type(error).__name__}: {error}', 160)}")
