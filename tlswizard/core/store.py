"""A place where trust lives, and its content at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tlswizard.core.certificate import CanonicalName, Certificate

Scope = Literal["user", "machine", "program", "process"]
"""Whose it is: this account's, the whole computer's, one program's, or set for one process by a variable."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A certificate that lies in a store, or in the folder that feeds it, and is no anchor there."""

    certificate: Certificate
    why: str
    """a clause for a person: "its file name ends in .pem, and only .crt is read" """
    where: str = ""
    """the file, alias or nickname by which its store knows it"""


@dataclass(frozen=True)
class Store:
    """Certificates that a program which reads this store trusts (anchors) or completes chains with.

    An unreadable store is a Store with `unreadable` saying why, and without content: programs that
    read it get the verdict *unknown*.
    """

    id: str
    title: str
    """what a person calls it: "your list of trusted roots" """
    scope: Scope
    location: str
    anchors: tuple[Certificate, ...] = ()
    intermediates: tuple[Certificate, ...] = ()
    unreadable: str | None = None
    skipped: int = 0
    """entries that are no readable certificate"""
    flavour: str = ""
    """which of its kinds it is, where the way to change it differs: `debian`, `redhat` …"""
    since: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """(sha256, day) of entries whose arrival the platform records"""
    names: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """(sha256, name) of entries that the store knows by a file, alias or nickname of their own"""
    idle: tuple[Idle, ...] = ()
    """certificates that are here and do not count"""
    distrusted: tuple[str, ...] = ()
    """SHA-256 or SHA-1, in lower-case hex, of certificates that readers of this store refuse"""
    notes: tuple[str, ...] = ()
    """what else a person has to know of it, a sentence each"""
    version: str = ""
    """of the program that brings this store along: `17.0.21`; rows of the table are for certain versions"""
    read_by: str = ""
    """programs that read it and have no row in the table: "npm", "docker, for registry.corp.example" """
    assumed: str = ""
    """why the content is taken for the program's own, where that could not be read: a sentence"""
    privileged: str = ""
    """what to run with more privilege, where the store could not be read with this account's"""

    @cached_property
    def by_subject(self) -> dict[CanonicalName, tuple[Certificate, ...]]:
        """The anchors by subject, in store order: built once, shared by every judgement."""
        return index(self.anchors)

    @cached_property
    def intermediates_by_subject(self) -> dict[CanonicalName, tuple[Certificate, ...]]:
        return index(self.intermediates)

    @cached_property
    def hashes(self) -> frozenset[str]:
        return frozenset(c.sha256 for c in (*self.anchors, *self.intermediates))

    @cached_property
    def refused(self) -> frozenset[str]:
        return frozenset(self.distrusted)

    def holds(self, certificate: Certificate) -> bool:
        """The very certificate, as anchor or intermediate."""
        return certificate in self.by_subject.get(certificate.subject_name, ()) or (
            certificate in self.intermediates_by_subject.get(certificate.subject_name, ())
        )


def index(certificates: tuple[Certificate, ...]) -> dict[CanonicalName, tuple[Certificate, ...]]:
    """Certificates by subject, in their order, each once."""
    table: dict[CanonicalName, list[Certificate]] = {}
    for certificate in certificates:
        row = table.setdefault(certificate.subject_name, [])
        if certificate not in row:
            row.append(certificate)
    return {name: tuple(row) for name, row in table.items()}


class Merged(Mapping[CanonicalName, tuple[Certificate, ...]]):
    """Several indexes read as one, in their order: what a client sees that reads several stores."""

    def __init__(self, indexes: tuple[Mapping[CanonicalName, tuple[Certificate, ...]], ...]) -> None:
        self._indexes = indexes

    def __getitem__(self, name: CanonicalName) -> tuple[Certificate, ...]:
        found = dict.fromkeys(c for table in self._indexes for c in table.get(name, ()))
        if not found:
            raise KeyError(name)
        return tuple(found)

    def __iter__(self) -> Iterator[CanonicalName]:
        return iter(dict.fromkeys(name for table in self._indexes for name in table))

    def __len__(self) -> int:
        return sum(1 for _ in self)
