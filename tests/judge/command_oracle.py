"""The `openssl` program as an oracle: whether it accepts a chain as a TLS client would, and its error."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from judge_making import Made

from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import pem
from tlswizard.core.verdict import Situation


@dataclass(frozen=True, slots=True)
class Said:
    accepts: bool
    errors: tuple[tuple[int, int], ...]
    """(X509_V_ERR_…, depth); OpenSSL's command line names the first one and stops"""


def command_says(facts: Situation, folder: Path, *options: str) -> Said:
    """`openssl verify` of this chain at its time, without a host name."""
    (said,) = commands_say([facts], folder, *options)
    return said


def commands_say(every: Sequence[Situation], folder: Path, *options: str) -> list[Said]:
    """The same of several leaves whose situations do not differ otherwise, in one call."""
    first = every[0]
    anchors = [c for row in first.anchors.values() for c in row]
    (folder / "roots").write_text(_together(anchors))
    (folder / "rest").write_text(_together(first.chain[1:]))
    leaves = []
    for number, facts in enumerate(every):
        leaves.append(folder / f"leaf{number}")
        leaves[-1].write_text(_together(facts.chain[:1]))
    done = subprocess.run(
        ["openssl", "verify", "-purpose", "sslserver", "-auth_level", "2", "-no-CApath", "-no-CAstore",
         "-attime", str(int(first.at.timestamp())), "-CAfile", folder / "roots", *options,
         *(["-untrusted", folder / "rest"] if first.chain[1:] else []), *leaves],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    good = {line.removesuffix(": OK") for line in done.stdout.splitlines() if line.endswith(": OK")}
    # Each complaint ends with the file's name; what stands before it is about that file.
    errors: dict[str, list[tuple[int, int]]] = {str(leaf): [] for leaf in leaves}
    waiting: list[tuple[int, int]] = []
    for line in done.stderr.splitlines():
        if found := re.match(r"error (\d+) at (\d+) depth", line):
            waiting.append((int(found[1]), int(found[2])))
        elif found := re.match(r"error (.+): verification failed", line):
            errors[found[1]] = waiting
            waiting = []
    return [Said(str(leaf) in good, tuple(errors[str(leaf)])) for leaf in leaves]


def _together(certificates: Sequence[object]) -> str:
    bare = (c.certificate if isinstance(c, Made) else c for c in certificates)
    return "".join(pem(c) for c in bare if isinstance(c, Certificate))
