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

from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate
from tlswizard.core.names import is_address
from tlswizard.core.pem import pem

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
    """The first X509_V_ERR_… that `openssl verify` states of a sample; 0 where it accepts."""
    line = sample.line
    at = datetime.fromisoformat(line["at"]) if line["at"] else None
    return _ask(line["chain"], line["roots"], line["name"], at, line.get("crls") or [])


def answer_of(case: Case) -> int:
    """The same of a Case: its chain, its stores, its name and its time."""
    chain = [pem(c) for c in case.chain if isinstance(c, Certificate)]
    roots = [pem(c) for store in case.all_stores for c in store.anchors]
    return _ask(chain, roots, case.name, case.at, [])


def _ask(chain: list[str], roots: list[str], name: str | None, at: datetime | None, lists: list[str]) -> int:
    """Asked as a TLS client asks: as a server's, at security level 2, by the given roots alone.

    1 (unspecified) where it refuses and says no number.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        leaf, *others = chain
        (here / "leaf.pem").write_text(leaf)
        words = ["-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-auth_level", "2"]
        words += _file(here / "roots.pem", roots, "-CAfile") or ["-no-CAfile"]
        words += _file(here / "others.pem", others, "-untrusted")
        if lists:
            words += ["-crl_check_all", *_file(here / "lists.pem", lists, "-CRLfile")]
        if at:
            words += ["-attime", str(int(at.timestamp()))]
        if name is not None:
            words += ["-verify_ip" if is_address(name) else "-verify_hostname", name]
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
