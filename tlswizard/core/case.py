"""What was observed: a frozen value of named parts.

Each part is absent, or carries its own time and its result or failure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.crl import Crl
from tlswizard.core.store import Store
from tlswizard.core.target import Target

T = TypeVar("T")
Platform = Literal["linux", "windows", "macos"]


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One part of a Case: when it was looked at, and either what was seen or why nothing was."""

    at: datetime
    result: T | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Name resolution and the TCP connection. `outcome` is `connected` or a cause of Reaching."""

    outcome: str
    detail: str
    """one sentence, visible"""
    addresses: tuple[str, ...] = ()
    address: str | None = None
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Handshake:
    """One TLS handshake that took whatever the server offered. `outcome` is `ok` or the cause why it failed.

    It is also `ok` where nothing failed but a certificate that cannot be read and lies in `chain`: the judge
    says that of the certificate. Then `protocol` is None, because nothing was agreed on.
    """

    servername: str | None
    outcome: str
    detail: str
    """one sentence, visible"""
    protocol: str | None = None
    cipher: str | None = None
    chain: tuple[Certificate | Malformed, ...] = ()
    staple: bytes | None = None
    spoke_tls: bool = False
    """a ServerHello or an alert was seen, also if the handshake failed afterwards"""
    greeting: str | None = None
    """what the server said before TLS, visible, if it said anything"""


@dataclass(frozen=True, slots=True)
class ClockSource:
    """Another clock, or a moment that no right clock is before."""

    id: Literal["http-date", "newest-not-before", "release"]
    bound: Literal["exact", "earliest"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The observed machine's clock beside every other source of time."""

    machine: datetime
    sources: tuple[ClockSource, ...]

    @property
    def other(self) -> datetime | None:
        """The time by an exact source that no lower bound contradicts."""
        floor = max((s.at for s in self.sources if s.bound == "earliest"), default=None)
        exact = [s.at for s in self.sources if s.bound == "exact" and (floor is None or s.at >= floor)]
        return exact[0] if exact else None


@dataclass(frozen=True, slots=True)
class Revocation:
    """What is known of certificates that were withdrawn, besides what the server staples."""

    crls: tuple[Crl, ...] = ()


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs found on the observed machine, by client id."""

    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What limits the gathering of parts."""

    timeout: float = 8.0
    """seconds for each step on the network"""
    fetch: bool = True
    """whether addresses that a certificate names may be asked"""
    environments: tuple[str, ...] = ()
    """folders of Python environments whose bundle is looked at besides those that are found"""


@dataclass(frozen=True, slots=True)
class Observed:
    """The computer and the account that were looked at."""

    machine: str
    account: str
    platform: Platform

    def __str__(self) -> str:
        return f"{self.account} on {self.machine}"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything observed of one target. Replayed elsewhere it gives the same verdicts."""

    target: Target
    observed: Observed
    at: datetime
    """the observed machine's clock, also when it is wrong; every judgement is made at this time"""
    offline: bool = False
    """the chain came from a file: nothing was reached, the stores were given"""
    name: str | None = None
    """the name that is checked; None: none"""
    reach: Part[Reach] | None = None
    handshakes: Part[tuple[Handshake, ...]] | None = None
    stores: Part[tuple[Store, ...]] | None = None
    clock: Part[Clock] | None = None
    clients: Part[Programs] | None = None
    revocation: Part[Revocation] | None = None
    addresses: Part[None] | None = None

    @property
    def handshake(self) -> Handshake | None:
        """The first handshake, with the name that was asked for."""
        found = self.handshakes.result if self.handshakes else None
        return found[0] if found else None

    @property
    def chain(self) -> tuple[Certificate | Malformed, ...]:
        return self.handshake.chain if self.handshake else ()

    @property
    def all_stores(self) -> tuple[Store, ...]:
        return (self.stores.result if self.stores else None) or ()

    def store(self, id_: str) -> Store | None:
        return next((s for s in self.all_stores if s.id == id_), None)

    def without(self, parts: Iterable[str]) -> "Case":
        """This Case with these parts forgotten, to be gathered anew when next needed."""
        gone: dict[str, Any] = dict.fromkeys(parts)
        return replace(self, **gone)

    def with_part(self, name: str, part: Part[Any]) -> "Case":
        changed: dict[str, Any] = {name: part}
        return replace(self, **changed)

    def missing(self, parts: Iterable[str]) -> tuple[str, ...]:
        return tuple(p for p in parts if getattr(self, p) is None)

    def failed(self, parts: Iterable[str]) -> tuple[str, ...]:
        return tuple(p for p in parts if (part := getattr(self, p)) is not None and part.failure is not None)


PARTS = tuple(f.name for f in fields(Case) if "Part" in str(f.type))
"""The names of all parts, in the order in which they are usually needed."""
