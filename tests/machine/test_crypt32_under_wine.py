"""The calls of machine/windows.py, made by a C program under Wine: Wine is not Windows, its crypt32 is no
more than a second reading of the same interface."""

import os
import re
import shutil
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlswizard.core.certificate import parse_certificate
from tlswizard.lab.authority import root
from tlswizard.machine import registry_blob, windows

COMPILER = "x86_64-w64-mingw32-gcc"
WINE = shutil.which("wine64") or shutil.which("/usr/lib/wine/wine64")
PATIENCE = 45.0
"""Seconds: a new prefix takes 12."""


def _run(command: list[str], prefix: Path, seconds: float) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(prefix.parent), "WINEPREFIX": str(prefix)}
    environment |= {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
    out = prefix.parent / "out.txt"
    # A file, for Wine's server keeps a pipe open; a session of its own, so that nothing else is ended.
    with out.open("wb") as file, subprocess.Popen(
        command, env=environment, stdout=file, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return out.read_text()


@pytest.mark.skipif(WINE is None, reason="wine64 is not installed")
@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"{COMPILER} is not installed")
def test_a_root_of_the_user_lies_in_the_users_physical_store_alone(tmp_path: Path):
    certificate = root("Root of the probe", at=datetime.now(UTC)).certificate
    (tmp_path / "root.cer").write_bytes(certificate.der)
    numbers = {
        "PROVIDER_SYSTEM_REGISTRY": windows.PROVIDER_SYSTEM_REGISTRY,
        "READ_ONLY": windows.READ_ONLY, "OPEN_EXISTING": windows.OPEN_EXISTING,
        "LOCATION_SHIFT": windows.LOCATION_SHIFT, "FILE_NOT_FOUND": windows.FILE_NOT_FOUND,
        "FRIENDLY_NAME_PROPERTY": windows.FRIENDLY_NAME_PROPERTY,
        "USER": windows.place("user", "Root")[0], "MACHINE": windows.place("machine", "Root")[0],
    }  # fmt: skip
    source = Path(__file__).with_name("crypt32_probe.c")
    subprocess.run(
        [COMPILER, "-Wall", *(f"-D{name}={value}" for name, value in numbers.items()),
         str(source), "-o", str(tmp_path / "probe.exe"), "-lcrypt32"],
        check=True, timeout=5,
    )  # fmt: skip
    prefix = tmp_path / "prefix"
    server = str(Path(WINE).with_name("wineserver"))
    try:
        said = _run([WINE, str(tmp_path / "probe.exe"), str(tmp_path / "root.cer")], prefix, PATIENCE)
    finally:
        # This prefix' own server: it writes the registry as it ends.
        _run([server, "-k"], prefix, 3)
        _run([server, "-w"], prefix, 5)
    lines = [line.strip() for line in said.splitlines()]
    assert f"entry {len(certificate.der)} named 1" in lines
    assert "user 1" in lines
    (machine,) = [line for line in lines if line.startswith("machine ")]
    assert re.fullmatch(r"machine (\d+|none 2)", machine)
    # Windows is said to answer that there is none; Wine opens an empty one. Both are read as nothing.
    assert {"absent none 2", "absent 0"} & set(lines)

    entry = registry_blob.entry(_blob((prefix / "user.reg").read_text("latin-1"), certificate.sha1))
    assert parse_certificate(entry.der) == certificate
    assert entry.properties[windows.FRIENDLY_NAME_PROPERTY].decode("utf-16-le").rstrip("\0") == "probe"


def _blob(registry: str, sha1: str) -> bytes:
    """The Blob value of a certificate's key in Wine's own text form of the registry."""
    after = re.split(rf"\\{sha1}\]", registry, flags=re.IGNORECASE)[1]
    found = re.search(r'"Blob"=hex:([0-9a-f,\\\s]+)', after)
    assert found
    return bytes.fromhex(re.sub(r"[^0-9a-f]", "", found[1]))
