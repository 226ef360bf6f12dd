"""What reading every store costs, on a machine made for it. Not collected by pytest:

    python tests/benchmarks/stores.py

Debian's bundle as it lies here (else certifi's), three JVMs, five NSS profiles and ten Python environments,
in a temporary folder, through files of the real kinds. Prints the median of ten readings; fails above AIM.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import certifi

from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import certificates_in
from tlswizard.lab.databases import java, nss
from tlswizard.machine.this import ThisMachine
from tlswizard.stores.gather import read_all

AIM = 0.3
"""Seconds for everything."""
RUNS = 10


class Made(ThisMachine):
    """This machine with the home of the benchmark."""

    def __init__(self, home: Path, jvm: Path) -> None:
        self._home, self._jvm = home, jvm

    def home(self) -> str:
        return str(self._home)

    def environment(self) -> Mapping[str, str]:
        return {"HOME": str(self._home), "JAVA_HOME": str(self._jvm), "PATH": "/usr/bin"}


def built(folder: Path) -> tuple[Made, tuple[str, ...]]:
    public = Path(certifi.where()).read_bytes()
    roots = tuple(c for c in certificates_in(public) if isinstance(c, Certificate))
    home = folder / "home"
    for number in range(3):
        security = home / f".jdks/jdk-{number}/lib/security"
        security.mkdir(parents=True)
        (security / "cacerts").write_bytes(java(roots))
        (security.parents[1] / "release").write_text(f'JAVA_VERSION="{17 + number}.0.1"\n')
    for number in range(5):
        profile = home / f".mozilla/firefox/profile{number}"
        profile.mkdir(parents=True)
        (profile / "cert9.db").write_bytes(nss(roots))
    environments = []
    for number in range(10):
        packages = home / f"env{number}/lib/python3.11/site-packages/certifi"
        packages.mkdir(parents=True)
        (packages / "cacert.pem").write_bytes(public + b"#" * number)
        environments.append(str(home / f"env{number}"))
    return Made(home, home / ".jdks/jdk-0"), tuple(environments)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        machine, environments = built(Path(folder))
        taken = []
        for _ in range(RUNS):
            start = time.perf_counter()
            stores = read_all(machine, environments)
            taken.append(time.perf_counter() - start)
    kinds = [s.id.partition(":")[0] for s in stores if s.anchors]
    for kind in dict.fromkeys(kinds):
        print(f"{kinds.count(kind):4}  {kind}")
    middle = statistics.median(taken)
    print(f"{len(stores)} stores, median of {RUNS}: {middle * 1000:.0f} ms (aim {AIM * 1000:.0f} ms)")
    return int(middle > AIM)


if __name__ == "__main__":
    sys.exit(main())
