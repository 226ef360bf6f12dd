"""A pretend Machine: its files, stores and clock are values, its network is one server on loopback."""

import asyncio
import errno
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import Edit
from tlswizard.core.names import is_address
from tlswizard.core.pem import pem
from tlswizard.lab.computer import BUNDLE, Computer
from tlswizard.lab.server import LOOPBACK
from tlswizard.machine.door import NameNotResolved, NoSuchStore, Refused, WindowsEntry
from tlswizard.machine.stream import StreamConnection


class PretendMachine:
    """Implements `tlswizard.machine.door.Machine`. Whatever is not in its tables does not exist for it."""

    def __init__(
        self,
        computer: Computer,
        *,
        true_time: Callable[[], datetime],
        names: Mapping[str, str],
        port: int,
        real_port: Callable[[], int],
        apply: Callable[[Edit], Awaitable[None]],
    ) -> None:
        """`names` gives the address of each name; `port` is open on all of them and leads to `real_port`."""
        self.observed = computer.observed
        self._computer = computer
        self._true_time = true_time
        self._names = names
        self._port = port
        self._real_port = real_port
        self._apply = apply
        self._clock_off = computer.clock_off
        self._windows = dict(computer.windows)
        self._files = dict(computer.files)
        self._databases = {id_: one.holds for id_, one in computer.databases.items()}
        for id_ in self._databases:
            self._write(id_)
        self._environment = dict(computer.environment)

    def now(self) -> datetime:
        return self._true_time() + self._clock_off

    def environment(self) -> Mapping[str, str]:
        return self._environment

    def home(self) -> str:
        return self._computer.home

    def read(self, path: str, limit: int) -> bytes:
        if path not in self._files:
            is_folder = any(file.startswith(path.rstrip("/") + "/") for file in self._files)
            raise _os_error(errno.EISDIR if is_folder else errno.ENOENT, path)
        if len(self._files[path]) > limit:
            raise _os_error(errno.EFBIG, path)
        return self._files[path]

    def names_in(self, folder: str) -> tuple[str, ...]:
        start = folder.rstrip("/") + "/"
        names = {path[len(start) :].split("/")[0] for path in self._files if path.startswith(start)}
        if not names:
            raise _os_error(errno.ENOENT, folder)
        return tuple(sorted(names))

    def real(self, path: str) -> str:
        return self._computer.links.get(path, path)

    def modified(self, path: str) -> datetime | None:
        return None

    def excerpt(self, path: str, start: bytes, limit: int) -> bytes:
        data = self.read(path, sys.maxsize)
        at = data.find(start)
        return data[at : at + limit] if at >= 0 else b""

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        raise _os_error(errno.ENOENT, command[0])

    def windows_store(self, location: str, name: str) -> tuple[WindowsEntry, ...]:
        if not self._windows:
            raise NoSuchStore("This computer does not run Windows.")
        store = self._windows.get(f"windows-{location}-{name.lower()}", ())
        return tuple(WindowsEntry(certificate.der) for certificate in store)

    def registry(self, key: str, value: str) -> int | str | bytes | None:
        return None

    def has(self, sign: str) -> bool:
        return sign in self._computer.signs

    def certifi(self) -> str | None:
        return self._computer.certifi

    def openssl_paths(self) -> tuple[str, str]:
        return self._computer.openssl_paths

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        if is_address(host):
            return (host,)
        address = self._names.get(host.lower().rstrip("."))
        if address is None:
            raise NameNotResolved(
                "No such host is known."
                if self.observed.platform == "windows"
                else "Name or service not known"
            )
        return (address,)

    async def connect(self, address: str, port: int) -> StreamConnection:
        if port != self._port or address not in self._names.values():
            raise _os_error(errno.ECONNREFUSED)
        return StreamConnection(address, *await asyncio.open_connection(LOOPBACK, self._real_port()))

    async def apply(self, edit: Edit) -> None:
        await self._apply(edit)

    def set_clock(self, to: datetime) -> None:
        self._clock_off = to - self._true_time()

    def add(self, store: str, certificate: Certificate) -> None:
        """Put `certificate` into a store, unless it is there. Raises Refused."""
        if store in self._windows:
            if certificate not in self._windows[store]:
                self._windows[store] = (*self._windows[store], certificate)
        elif store == "linux-system" and BUNDLE in self._files:
            text = pem(certificate).encode("ascii")
            if text not in self._files[BUNDLE]:
                self._files[BUNDLE] += text
        elif store in self._databases:
            self._databases[store] = tuple(dict.fromkeys((*self._databases[store], certificate)))
            self._write(store)
        else:
            raise Refused(f"{self.observed.machine} has no store {store} that the lab can change.")

    def _write(self, store: str) -> None:
        database = self._computer.databases[store]
        self._files[database.path] = database.write(self._databases[store])

    def take_back(self, store: str) -> None:
        """Unset the variable that makes programs read this store. Raises Refused."""
        if self._environment.pop(store.removeprefix("env:"), None) is None:
            raise Refused(f"{self.observed.machine} has no variable that names the store {store}.")


def _os_error(number: int, path: str | None = None) -> OSError:
    """OSError picks the right subclass by its number."""
    return OSError(number, os.strerror(number), path) if path else OSError(number, os.strerror(number))
