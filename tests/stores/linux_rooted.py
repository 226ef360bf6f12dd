"""The real file system below one folder as a whole machine's: real links, FIFOs and permissions."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from stores_making import Recorded

from tlswizard.machine.this import ThisMachine


@dataclass
class Rooted(Recorded):
    """`top` stands for `/`. Links inside it have to be relative."""

    top: Path = Path("/")

    def _at(self, path: str) -> str:
        return f"{self.top}{path}"

    def read(self, path: str, limit: int) -> bytes:
        return ThisMachine().read(self._at(path), limit)

    def names_in(self, folder: str) -> tuple[str, ...]:
        return ThisMachine().names_in(self._at(folder))

    def real(self, path: str) -> str:
        return ThisMachine().real(self._at(path)).removeprefix(os.path.realpath(self.top))

    def modified(self, path: str) -> datetime | None:
        return ThisMachine().modified(self._at(path))

    def put(self, path: str, data: bytes) -> Path:
        file = self.top / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file
