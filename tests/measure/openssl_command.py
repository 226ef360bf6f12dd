"""What the `openssl` program itself says of a case: the same question that our client `openssl` answers."""

import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from corpora import Sample

from tlswizard.core.names import is_address

_NUMBER = re.compile(r"^error (\d+) at \d+ depth lookup", re.MULTILINE)

LONGEST = 20.0
"""Seconds for one call."""


@cache
def version() -> str | None:
    """`OpenSSL 3.0.19`; None where there is no such program."""
    if shutil.which("openssl") is None:
        return None
    said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2])


def answer(sample: Sample) -> int:
    """The first X509_V_ERR_… that `openssl verify` states, asked as a TLS client asks: as a server's, at
    security level 2, by the given roots alone. 0 where it accepts, 1 (unspecified) where it says no number.
    """
    line = sample.line
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        leaf, *others = line["chain"]
        (here / "leaf.pem").write_text(leaf)
        words = ["-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-auth_level", "2"]
        words += _file(here / "roots.pem", line["roots"], "-CAfile") or ["-no-CAfile"]
        words += _file(here / "others.pem", others, "-untrusted")
        if line.get("crls"):
            words += ["-crl_check_all", *_file(here / "lists.pem", line["crls"], "-CRLfile")]
        if line["at"]:
            words += ["-attime", str(int(datetime.fromisoformat(line["at"]).timestamp()))]
        if line["name"] is not None:
            words += ["-verify_ip" if is_address(line["name"]) else "-verify_hostname", line["name"]]
        done = subprocess.run(
            ["openssl", "verify", *words, str(here / "leaf.pem")],
            env={k: v for k, v in os.environ.items() if not k.startswith("SSL_CERT_")},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    found = _NUMBER.search(done.stdout + done.stderr)
    return 0 if done.returncode == 0 else int(found[1]) if found else 1


def _file(path: Path, blocks: list[str], option: str) -> list[str]:
    if not blocks:
        return []
    path.write_text("".join(block if block.endswith("\n") else block + "\n" for block in blocks))
    return [option, str(path)]
