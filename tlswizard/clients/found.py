"""The part `clients`: which programs of the table are installed on the observed machine."""

from collections.abc import Iterable

from tlswizard.clients.reading import OWN
from tlswizard.content.clients import ClientRow
from tlswizard.core.case import Case, Options, Part, Programs
from tlswizard.machine.daemon import in_daemon
from tlswizard.machine.door import Machine

PART = "clients"
READS: tuple[str, ...] = ()


async def gather(machine: Machine, case: Case, options: Options, rows: Iterable[ClientRow]) -> Part[Programs]:
    found = await in_daemon(_found, machine, tuple(rows))
    return Part(machine.now(), Programs(found))


def _found(machine: Machine, rows: tuple[ClientRow, ...]) -> tuple[str, ...]:
    there = [row for row in rows if any(machine.has(sign) for sign in row.found_by)]
    return tuple(row.id for row in sorted(there, key=_brings_its_own))


def _brings_its_own(row: ClientRow) -> bool:
    """The others come first: they share a store with most of the machine, and with each other."""
    return any(id_.endswith(OWN) for groups in row.stores.values() for group in groups for id_ in group)
