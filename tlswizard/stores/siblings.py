"""Every kind of store, found by walking this package: whatever has the verbs `read`, `adding`, `removing`."""

import importlib
import pkgutil
from functools import cache
from typing import Protocol

from tlswizard.core.case import Platform
from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Idle, Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.reading import Reader


class Kind(Protocol):
    PLATFORMS: tuple[Platform, ...]
    IDS: tuple[str, ...]
    """how the ids of its stores begin"""

    def read(self, machine: Machine, reader: Reader) -> tuple[Store, ...]: ...

    def adding(self, store: Store, certificate: Certificate) -> Change: ...

    def removing(self, store: Store, certificate: Certificate) -> tuple[str, ...]: ...


@cache
def kinds() -> tuple[Kind, ...]:
    package = importlib.import_module("tlswizard.stores")
    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(m for m in modules if hasattr(m, "read") and hasattr(m, "adding"))


def marking(store: Store, idle: Idle) -> Change | None:
    """How a certificate that lies in the store is made to count, where that differs from adding it anew."""
    kind = kind_of(store.id)
    own = getattr(kind, "marking", None)
    if own is not None:
        change: Change = own(store, idle)
        return change
    return kind.adding(store, idle.certificate) if kind else None


def kind_of(store: str) -> Kind | None:
    """The kind that knows how the store with this id is changed; None for files that were given."""
    return next((kind for kind in kinds() if store.startswith(kind.IDS)), None)
