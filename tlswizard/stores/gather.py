"""The part `stores`: every trust store of the observed machine, as it is now."""

from tlswizard.core.case import Case, Options, Part
from tlswizard.core.store import Store
from tlswizard.machine.daemon import in_daemon
from tlswizard.machine.door import Machine
from tlswizard.stores.reading import Reader
from tlswizard.stores.siblings import kinds

PART = "stores"
READS: tuple[str, ...] = ()


async def gather(machine: Machine, case: Case, options: Options) -> Part[tuple[Store, ...]]:
    return Part(machine.now(), await in_daemon(_read_all, machine))


def _read_all(machine: Machine) -> tuple[Store, ...]:
    reader = Reader(machine)
    platform = machine.observed.platform
    return tuple(s for kind in kinds() if platform in kind.PLATFORMS for s in kind.read(machine, reader))
