"""The part `stores`: every trust store of the observed machine, as it is now."""

from tlswizard.core.case import Case, Options, Part
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.daemon import in_daemon
from tlswizard.machine.door import Machine
from tlswizard.stores.reading import Reader
from tlswizard.stores.siblings import Kind, kinds

PART = "stores"
READS: tuple[str, ...] = ()


async def gather(machine: Machine, case: Case, options: Options) -> Part[tuple[Store, ...]]:
    return Part(machine.now(), await in_daemon(read_all, machine, options.environments))


def read_all(machine: Machine, environments: tuple[str, ...] = ()) -> tuple[Store, ...]:
    """Every store of this machine, and the bundles of these Python environments besides those found."""
    reader = Reader(machine, environments)
    platform = machine.observed.platform
    here = [kind for kind in kinds() if platform in kind.PLATFORMS]
    return tuple(store for kind in here for store in _safely(kind, machine, reader))


def _safely(kind: Kind, machine: Machine, reader: Reader) -> tuple[Store, ...]:
    """A kind that breaks costs its own stores, never those of the others."""
    try:
        return kind.read(machine, reader)
    except Exception as error:  # noqa: BLE001 - as said
        why = f"looking broke off: {visible(f'{type(error).__name__}: {error}', 160)}"
        return (Store(kind.IDS[0], f"a store ({kind.IDS[0]})", "program", "", unreadable=why),)
