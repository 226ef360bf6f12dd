"""What the `openssl` program itself says of a case: the same question that our client `openssl` answers."""

import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from corpora import Sample

from tlswizard.core.names import is_address

LONGEST = 20.0
"""Seconds for one call."""


@cache
def version() -> str | None:
    """`OpenSSL 3.0.19`; None where there is no such program."""
    if shutil.which("openssl") is None:
        return None
    said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2])


def accepts(sample: Sample) -> bool:
    """`openssl verify` as a TLS client asks: as a server's, default security level, given roots alone."""
    line = sample.line
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        leaf, *others = line["chain"]
        (here / "leaf.pem").write_text(leaf)
        words = ["-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-auth_level", "2"]
        words += _file(here / "roots.pem", line["roots"], "-CAfile") or ["-no-CAfile"]
        words += _file(here / "others.pem", others, "-untrusted")
        if line["at"]:
            words += ["-attime", str(int(datetime.fromisoformat(line["at"]).timestamp()))]
        if line["name"] is not None:
            words += ["-verify_ip" if is_address(line["name"]) else "-verify_hostname", line["name"]]
        done = subprocess.run(
            ["openssl", "verify", *words, str(here / "leaf.pem")],
            env={k: v for k, v in os.environ.items() if not k.startswith("SSL_CERT_")},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    return done.returncode == 0


def _file(path: Path, blocks: list[str], option: str) -> list[str]:
    if not blocks:
        return []
    path.write_text("".join(block if block.endswith("\n") else block + "\n" for block in blocks))
    return [option, str(path)]
