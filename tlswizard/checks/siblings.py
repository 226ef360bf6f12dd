"""Every check, found by walking this package: whatever has a CHECK."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from tlswizard.checks.check import Check


@cache
def all_checks() -> Mapping[str, Check]:
    """By id, in the order of the files."""
    package = importlib.import_module("tlswizard.checks")
    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    found = [m.CHECK for m in modules if hasattr(m, "CHECK")]
    return {check.id: check for check in found}
