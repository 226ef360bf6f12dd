"""The program as a user calls it: a process of its own, elsewhere, with an account of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "probe"))  # the servers are the same

from real_servers import Files, keep_files, private_ca  # noqa: E402 - the path comes first

from tlswizard.lab.authority import Identity  # noqa: E402 - as above

LONGEST = 20.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a call said."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def document(self) -> dict[str, Any]:
        (one,) = self.documents
        return one

    @property
    def causes(self) -> list[str]:
        """Those that concern the programs that count."""
        return [c["id"] for c in self.document["causes"] if c["severity"] != "info"]

    def verdict(self, client: str) -> str:
        return next(c["verdict"] for c in self.document["clients"] if c["id"] == client)


Call = Callable[..., Said]


@pytest.fixture(scope="session")
def leaf() -> Identity:
    return private_ca().intermediate("Private Issuing CA").leaf(["localhost", "127.0.0.1", "::1"])


@pytest.fixture(scope="session")
def files(leaf: Identity, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return keep_files(tmp_path_factory.mktemp("server"), leaf)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An account with a home of its own, none of whose variables leads elsewhere."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {
        k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
    }
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "TERM": "dumb"}


@pytest.fixture
def trusting(environment: dict[str, str], files: Files, tmp_path: Path) -> dict[str, str]:
    """The same, and OpenSSL's variables lead to the private root alone."""
    (tmp_path / "no-roots").mkdir()
    return environment | {"SSL_CERT_FILE": str(files.root), "SSL_CERT_DIR": str(tmp_path / "no-roots")}


@pytest.fixture
def call(environment: dict[str, str], tmp_path: Path) -> Call:
    """`tlswizard …`; whatever it says, it never shows a stack trace."""

    def called(*words: str, env: dict[str, str] | None = None) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "tlswizard", *words],
            cwd=tmp_path, env=env or environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=LONGEST, check=False,
        )  # fmt: skip
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in said.out + said.err, said.err
        assert "Warning" not in said.err, said.err
        return said

    return called
