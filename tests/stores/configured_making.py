"""A recorded machine with some programs installed, and one kind of store read on it."""

from dataclasses import dataclass
from types import ModuleType

from stores_making import Recorded

from tlswizard.core.store import Store
from tlswizard.stores.reading import Reader


@dataclass
class Installed(Recorded):
    signs: tuple[str, ...] = ()

    def has(self, sign: str) -> bool:
        return sign in self.signs


def read(kind: ModuleType, files=None, *, signs=(), **more) -> tuple[Store, ...]:
    machine = Installed(files or {}, signs=signs, **more)
    stores = kind.read(machine, Reader(machine))
    assert all(store.id.startswith(kind.IDS) for store in stores)
    assert len({store.id for store in stores}) == len(stores)
    return stores
