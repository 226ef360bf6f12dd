"""A recorded Machine for tests: what is not in its tables does not exist for it."""

import errno
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tlswizard.core.case import Observed, Platform
from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import pem
from tlswizard.lab.authority import Identity, root
from tlswizard.machine.door import NoSuchStore, WindowsEntry

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
A, B, C = (root(name, at=AT) for name in ("Root A", "Root B", "Root C"))


def bundle(*identities: Identity) -> bytes:
    return "".join(pem(i.certificate) for i in identities).encode()


@dataclass
class Recorded:
    """Files by path; an errno instead of bytes is a file that fails so."""

    files: Mapping[str, bytes | int] = field(default_factory=dict)
    folders: Iterable[str] = ()
    """folders that are there although nothing is in them"""
    variables: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[tuple[str, str], tuple[bytes | WindowsEntry, ...]] = field(default_factory=dict)
    registered: Mapping[tuple[str, str], int | str | bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    """where links lead, for `real`; what is read through them stands in `files` under both names"""
    written: Mapping[str, datetime] = field(default_factory=dict)
    commands: Mapping[tuple[str, ...], bytes] = field(default_factory=dict)
    bundle_of_certifi: str | None = None
    platform: Platform = "linux"

    @property
    def observed(self) -> Observed:
        return Observed("build-07", "dana", self.platform)

    def now(self) -> datetime:
        return AT

    def environment(self) -> Mapping[str, str]:
        return self.variables

    def home(self) -> str:
        return "/home/dana"

    def read(self, path: str, limit: int) -> bytes:
        found = self.files.get(path)
        if isinstance(found, int):
            raise OSError(found, os.strerror(found), path)
        if found is None:
            number = errno.EISDIR if self._is_folder(path) else errno.ENOENT
            raise OSError(number, os.strerror(number), path)
        assert len(found) <= limit
        return found

    def names_in(self, folder: str) -> tuple[str, ...]:
        failing = self.files.get(folder)
        if isinstance(failing, int) or not self._is_folder(folder):
            number = failing if isinstance(failing, int) else errno.ENOENT
            raise OSError(number, os.strerror(number), folder)
        start = folder.rstrip("/") + "/"
        return tuple(sorted({p[len(start) :].split("/")[0] for p in self.files if p.startswith(start)}))

    def real(self, path: str) -> str:
        return self.links.get(path, path)

    def modified(self, path: str) -> datetime | None:
        return self.written.get(path)

    def excerpt(self, path: str, start: bytes, limit: int) -> bytes:
        data = self.read(path, sys.maxsize)
        at = data.find(start)
        return data[at : at + limit] if at >= 0 else b""

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        if command not in self.commands:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
        return self.commands[command]

    def windows_store(self, location: str, name: str) -> tuple[WindowsEntry, ...]:
        if (location, name) not in self.windows:
            raise NoSuchStore("access is denied")
        return tuple(
            entry if isinstance(entry, WindowsEntry) else WindowsEntry(entry)
            for entry in self.windows[location, name]
        )

    def registry(self, key: str, value: str) -> int | str | bytes | None:
        return self.registered.get((key, value))

    def certifi(self) -> str | None:
        return self.bundle_of_certifi

    def openssl_paths(self) -> tuple[str, str]:
        return "/usr/lib/ssl/cert.pem", "/usr/lib/ssl/certs"

    def has(self, sign: str) -> bool:
        return False

    def _is_folder(self, path: str) -> bool:
        return path in self.folders or any(p.startswith(path.rstrip("/") + "/") for p in self.files)


def titles(certificates: Iterable[Certificate]) -> list[str]:
    return [c.title for c in certificates]
