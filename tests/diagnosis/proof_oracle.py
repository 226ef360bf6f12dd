"""What the real `openssl verify` says of a Case, to hold proofs against."""

import subprocess
from pathlib import Path

from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate
from tlswizard.core.names import is_address
from tlswizard.core.pem import pem
from tlswizard.core.store import Store


def openssl_accepts(case: Case, folder: Path) -> bool:
    """What `openssl verify` says of the chain, the roots, the name and the time of a case."""
    leaf, *sent = case.chain
    assert isinstance(leaf, Certificate)
    files = {
        "leaf.pem": [leaf],
        "sent.pem": [c for c in sent if isinstance(c, Certificate)] or [leaf],
        "roots.pem": [c for s in case.all_stores if _read(s) for c in s.anchors],
    }
    for name, held in files.items():
        (folder / name).write_text("".join(pem(c) for c in held))
    name = []
    if case.name is not None:
        name = ["-verify_ip" if is_address(case.name) else "-verify_hostname", case.name]
    asked = subprocess.run(
        [
            "openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore", "-auth_level", "2",
            "-purpose", "sslserver", "-CAfile", "roots.pem", "-untrusted", "sent.pem", *name,
            "-attime", str(int(case.at.timestamp())), "leaf.pem",
        ],
        cwd=folder, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert asked.returncode == 0 or "error" in asked.stderr, asked.stderr
    return asked.returncode == 0


def _read(store: Store) -> bool:
    return store.id.startswith(("linux-", "file:"))
