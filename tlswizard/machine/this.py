"""ThisMachine: the real one. It reads; it never changes anything.

Windows and macOS: files, environment, names and connections work the same there, and their stores have
calls of their own, but nothing of it has been run there.
"""

import asyncio
import errno
import importlib.util
import mmap
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from tlswizard.core.case import Observed, Platform
from tlswizard.core.edit import Edit
from tlswizard.core.text import visible
from tlswizard.machine.account import account, computer
from tlswizard.machine.daemon import in_daemon
from tlswizard.machine.door import NameNotResolved, NoSuchStore, Refused, WindowsEntry
from tlswizard.machine.stream import StreamConnection

OPENSSL_FOLDERS = ("/usr/lib/ssl", "/etc/pki/tls", "/etc/ssl", "/usr/local/ssl")
"""OPENSSLDIR of Debian, Red Hat, Alpine/Arch/SUSE, and of OpenSSL's own build."""


PATIENCE = 5.0
"""Seconds for a command that reads a store: macOS' `security` takes 0.1 s."""


class ThisMachine:
    """The computer and the account that tlswizard runs on and as."""

    @cached_property
    def observed(self) -> Observed:
        return Observed(computer(), account(), _platform())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def home(self) -> str:
        return str(Path.home())

    def read(self, path: str, limit: int) -> bytes:
        # A FIFO or a device would never end: only regular files are read, and never past the limit.
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError("it is not a file")
            data = file.read(limit + 1)
        if len(data) > limit:
            raise OSError(f"it is larger than {limit // 1024} KB")
        return data

    def names_in(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 - names, not paths

    def real(self, path: str) -> str:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return path

    def modified(self, path: str) -> datetime | None:
        try:
            return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            return None

    def excerpt(self, path: str, start: bytes, limit: int) -> bytes:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or not os.fstat(file.fileno()).st_size:
                raise OSError("it is not a file")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                at = view.find(start)
                return view[at : at + limit] if at >= 0 else b""

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        program = shutil.which(command[0])
        if program is None:
            raise FileNotFoundError(errno.ENOENT, f"{command[0]} is not on this computer")
        try:
            # Only commands of the system that read, spelled in full by the store that asks.
            done = subprocess.run(  # noqa: S603 - as said
                [program, *command[1:]], capture_output=True, timeout=PATIENCE, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise OSError(f"{command[0]} did not answer in time") from None
        if done.returncode:
            raise OSError(visible(done.stderr.decode("utf-8", "replace").strip(), 200) or "it failed")
        if len(done.stdout) > limit:
            raise OSError(f"it printed more than {limit // 1024} KB")
        return done.stdout

    def windows_store(self, location: str, name: str) -> tuple[WindowsEntry, ...]:
        if sys.platform != "win32":
            raise NoSuchStore("this computer does not run Windows")
        from tlswizard.machine.windows import system_store  # noqa: PLC0415 - only Windows needs it

        return system_store(location, name)

    def registry(self, key: str, value: str) -> int | str | bytes | None:
        if sys.platform != "win32":
            return None
        from tlswizard.machine.windows import registry_value  # noqa: PLC0415 - only Windows needs it

        return registry_value(key, value)

    def has(self, sign: str) -> bool:
        from tlswizard.machine.installed import has  # noqa: PLC0415 - only who looks for programs needs it

        return has(sign)

    def certifi(self) -> str | None:
        found = importlib.util.find_spec("certifi")
        if found is None or found.origin is None:
            return None
        return str(Path(found.origin).with_name("cacert.pem"))

    def openssl_paths(self) -> tuple[str, str]:
        folder = next((f for f in OPENSSL_FOLDERS if Path(f, "certs").is_dir()), OPENSSL_FOLDERS[0])
        return f"{folder}/cert.pem", f"{folder}/certs"

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        try:
            rows = await in_daemon(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameNotResolved(visible(getattr(error, "strerror", None) or str(error))) from None
        return tuple(dict.fromkeys(str(row[4][0]) for row in rows))

    async def connect(self, address: str, port: int) -> StreamConnection:
        reader, writer = await asyncio.open_connection(address, port)
        return StreamConnection(address, reader, writer)

    async def apply(self, edit: Edit) -> None:
        raise Refused("This version changes nothing on a real machine: type the commands yourself.")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _platform() -> Platform:
    return "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"
