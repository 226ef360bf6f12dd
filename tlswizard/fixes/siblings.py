"""Every fix, found by walking this package: whatever has the verb `propose`."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from tlswizard.content.library import Content
from tlswizard.core.finding import Findings, Fix


class Kind(Protocol):
    ID: str

    def propose(self, findings: Findings, content: Content) -> Iterator[Fix]: ...


_NEAR_THE_SERVER = ("server", "network", "clock", "program", "client-store", "machine-store")
"""What is done on the server helps everybody at once; a list of roots that many read comes last."""

LAST_RESORT = "ask-owner"
"""Offered only for causes that nothing else repairs."""


@cache
def kinds() -> tuple[Kind, ...]:
    package = importlib.import_module("tlswizard.fixes")
    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(m for m in modules if hasattr(m, "propose"))


def proposals(findings: Findings, content: Content) -> tuple[Fix, ...]:
    """All that can be proposed: server-side before client-side, and then in the order of the table."""
    order = list(content.fixes)
    found = [fix for kind in kinds() if kind.ID != LAST_RESORT for fix in kind.propose(findings, content)]
    return tuple(sorted(found, key=lambda fix: (_NEAR_THE_SERVER.index(fix.where), order.index(fix.id))))


def last_resort(findings: Findings, content: Content) -> tuple[Fix, ...]:
    """Who to hand it to, for problems that no repair is known for."""
    return tuple(fix for kind in kinds() if kind.ID == LAST_RESORT for fix in kind.propose(findings, content))
