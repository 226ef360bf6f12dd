"""Roots from files that the person named: they stand in for every store."""

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.pem import certificates_in
from tlswizard.core.store import Store
from tlswizard.core.text import visible

PREFIX = "file:"


def store_of(path: str, data: bytes) -> Store | None:
    """The store that the file is; None if no certificate is in it."""
    found = certificates_in(data)
    good = tuple(c for c in found if isinstance(c, Certificate))
    if not good:
        return None
    bad = sum(isinstance(c, Malformed) for c in found)
    name = visible(path)
    return Store(f"{PREFIX}{name}", f"the file {name}", "process", name, good, skipped=bad)
