"""Machine: files, environment, clock, the operating system's stores, names, connections, programs.

Everything that tlswizard knows of the outside it knows through one of these, so that a check runs
unchanged on the real machine, on a pretend one in the lab and on a recorded one in a test. Files are
sync; network and names are async. Every method may be slow or fail; none may hang past its deadline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tlswizard.core.case import Observed
from tlswizard.core.edit import Edit


class Connection(Protocol):
    """A stream of bytes to a server."""

    address: str

    async def send(self, data: bytes) -> None:
        """Raises OSError."""

    async def receive(self, limit: int = 65536) -> bytes:
        """At least one byte, or b"" at the end. Raises OSError."""

    def close(self) -> None:
        """At once, without waiting for the other side."""


class NameNotResolved(OSError):
    """No address for this name; the message is the resolver's own."""


class Refused(Exception):
    """An edit that this machine does not make, with one sentence why."""


class NoSuchStore(Exception):
    """The operating system's store cannot be read here; one sentence why."""


@dataclass(frozen=True, slots=True)
class WindowsEntry:
    """A certificate of a Windows store with the properties that its owner put on it."""

    der: bytes
    properties: Mapping[int, bytes] = field(default_factory=dict)
    """by property id (wincrypt.h): 9 restricts its purposes, 11 is its friendly name"""
    since: datetime | None = None


class Machine(Protocol):
    @property
    def observed(self) -> Observed:
        """The computer and the account that are looked at."""

    def now(self) -> datetime:
        """This machine's clock, in UTC, also when it is wrong."""

    def environment(self) -> Mapping[str, str]: ...

    def home(self) -> str:
        """The account's home directory."""

    def read(self, path: str, limit: int) -> bytes:
        """A regular file's bytes. Raises OSError (also past `limit` bytes, and for what is no file)."""

    def names_in(self, folder: str) -> tuple[str, ...]:
        """Sorted names in a folder. Raises OSError."""

    def real(self, path: str) -> str:
        """The path with every link followed; `path` itself where that cannot be done."""

    def modified(self, path: str) -> datetime | None:
        """When a file was last written; None if that is not known."""

    def excerpt(self, path: str, start: bytes, limit: int) -> bytes:
        """At most `limit` bytes of a large file, from where `start` first stands in it; b"" if it does not.

        Raises OSError.
        """

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        """What a command of the system prints: one that reads and changes nothing, such as macOS' `security`.

        Raises OSError, also where it fails, says more than `limit` bytes, or does not end in time.
        """

    def windows_store(self, location: str, name: str) -> tuple[WindowsEntry, ...]:
        """The *physical* store `name` (`Root`, `CA`, `AuthRoot`, `Disallowed`, `TrustedPeople`): what this
        location itself holds, nothing inherited. Locations: `user`, `machine`, `user-policy`,
        `machine-policy`, `enterprise`, `service:<name>`, `account:<SID>`.

        Raises NoSuchStore.
        """

    def registry(self, key: str, value: str) -> int | str | bytes | None:
        """A value of the Windows registry (`HKLM\\…`); None if it is not there or cannot be read."""

    def has(self, sign: str) -> bool:
        """Whether a program is installed, by one of its signs: `command:curl`, `package:requests`,
        `library:libcurl-gnutls.so.4`, `registry:HKLM\\…`, and of those whose rows are for certain versions
        `interpreter:<3.13`, `java:17`, `node:>=23`. It may run a program for its version: call it aside."""

    def certifi(self) -> str | None:
        """The path of the certifi bundle that this interpreter's packages read."""

    def openssl_paths(self) -> tuple[str, str]:
        """The default certificate file and folder of the system's OpenSSL."""

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses of a host, in the system's order. Raises NameNotResolved."""

    async def connect(self, address: str, port: int) -> Connection:
        """Raises OSError."""

    async def apply(self, edit: Edit) -> None:
        """Make the change. Raises Refused."""
