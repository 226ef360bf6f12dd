"""Which programs this computer has, by the signs of the programs table (see `Machine.has`).

A JDK and most Nodes say their version in a file; a Node without one is run for it. The interpreter is this
one.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from tlswizard.core.version import Version, numbers, within

LIBRARIES = ("/usr/lib/*", "/usr/lib", "/usr/lib64", "/lib/*", "/usr/local/lib")
PATIENCE = 3.0
"""Seconds for a program to tell its version: Node takes 0.05 s."""


def has(sign: str) -> bool:
    kind, _, what = sign.partition(":")
    match kind:
        case "command":
            return shutil.which(what) is not None
        case "package":
            return _importable(what)
        case "interpreter":
            return within(tuple(sys.version_info[:3]), what)
        case "library":
            return any(next(Path("/").glob(f"{folder.lstrip('/')}/{what}"), None) for folder in LIBRARIES)
        case "node":
            return within(_node(), what)
        case "java":
            return any(within(version, what) for version in _javas())
    return False


def _importable(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):  # a part of a package that is not there, or no name of one
        return False


@cache
def _node() -> Version | None:
    command = shutil.which("node")
    if command is None:
        return None
    header = Path(command).resolve().parent.parent / "include/node/node_version.h"
    try:
        lines = header.read_text(encoding="utf-8", errors="replace")[:20_000]
    except OSError:
        lines = ""
    if said := re.search(r"^#define NODE_MAJOR_VERSION (\d+)", lines, re.MULTILINE):
        return (int(said[1]),)
    try:
        # Nothing is given to it but the question, and its answer is a line.
        answer = subprocess.run(  # noqa: S603 - the person's own node, by its full path
            [command, "--version"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return numbers(answer.stdout[:100])


def _javas() -> list[Version]:
    """Of the `java` on the path, and of the JDKs where distributions put them."""
    command = shutil.which("java")
    homes = [Path(command).resolve().parent.parent] if command else []
    homes += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    found = []
    for home in dict.fromkeys(path.resolve() for path in homes):
        try:
            text = (home / "release").read_text(encoding="utf-8", errors="replace")[:10_000]
        except OSError:
            continue
        said = re.search(r'^JAVA_VERSION="?([^"\n]*)', text, re.MULTILINE)
        if said and (version := numbers(said[1])):
            found.append(version)
    return found
