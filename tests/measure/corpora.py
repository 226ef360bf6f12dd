"""Cases that others made, in the form in which `check --batch` takes them, each with what is true of it.

The material lies beside the repository and not in it. Its README says where each corpus comes from.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Sample:
    """A line for `check --batch`, and what its makers say of it."""

    corpus: str
    tier: str
    line: dict[str, Any]
    fails: bool
    """whether a verifier is expected to refuse it"""
    reason: str = "ok"
    """the category of the primary reason (see `categories`)"""
    also: tuple[str, ...] = ()
    """other categories that are true of it, or acceptable as an answer"""
    confidence: str = "high"
    culprit: int | None = None
    """position among the served of the certificate that is at fault, where the makers name it"""

    @property
    def id(self) -> str:
        return str(self.line["id"])


def limbo(data: Path = DATA) -> Iterator[Sample]:
    """x509-limbo with BetterTLS (limbo's own JSON schema), with the reasons that were added to it."""
    with gzip.open(data / "limbo" / "reasons.tsv.gz") as file:
        rows = csv.DictReader(io.TextIOWrapper(file, "utf-8"), delimiter="\t")
        reasons = {row["#id"]: row for row in rows}
    for case in _json(data / "limbo" / "limbo.json.gz")["testcases"]:
        why = reasons[case["id"]]
        line = {
            "id": case["id"],
            "chain": [case["peer_certificate"], *case["untrusted_intermediates"]],
            "roots": case["trusted_certs"],
            "crls": case["crls"],
            "name": _value(case["expected_peer_name"]),
            "at": case["validation_time"],
            "profile": "strict",
        }
        also = tuple(why["also"].split(",")) if why["also"] else ()
        fails = case["expected_result"] == "FAILURE"
        yield Sample("limbo", why["tier"], line, fails, why["reason"], also, why["confidence"])


def suites(data: Path = DATA) -> Iterator[Sample]:
    """The verifier tests of BoringSSL, NIST PKITS, OpenSSL, GnuTLS and Go."""
    for case in _json(data / "suites" / "suites.json.gz")["cases"]:
        yield _sample(
            "suites", case["tier"], case, case["served"], case["trusted"], case["crls"], _value(case["host"])
        )


def real(data: Path = DATA) -> Iterator[Sample]:
    """Leaves of real servers of 2014 to 2026 with mechanical faults."""
    held = _json(data / "suites" / "real.json.gz")
    by_hash = held["certs"]
    for case in held["cases"]:
        served, trusted = ([by_hash[h] for h in case[key]] for key in ("served", "trusted"))
        yield _sample("real", "core", case, served, trusted, [], _value(case["host"]))


def chains(data: Path = DATA) -> Iterator[Sample]:
    """Incidents and oddities, each at several times and with several stores."""
    for path in sorted((data / "chains").glob("*/case.json")):
        held = json.loads(path.read_text("utf-8"))
        for case in held["cases"]:
            served, trusted, crls = (_blocks(path.parent, case.get(k)) for k in ("served", "trusted", "crls"))
            tier = case.get("tier", held["tier"])
            yield _sample("chains", tier, case, served, trusted, crls, case["host"])


CORPORA: dict[str, Callable[[Path], Iterator[Sample]]] = {
    "limbo": limbo,
    "suites": suites,
    "real": real,
    "chains": chains,
}


def _sample(
    corpus: str,
    tier: str,
    case: dict[str, Any],
    served: list[str],
    trusted: list[str],
    crls: list[str],
    name: str | None,
) -> Sample:
    """A case of the three corpora that have one format."""
    line = {
        "id": case["id"],
        "chain": served,
        "roots": trusted,
        "crls": crls,
        "name": name,
        "at": case["time"],
        "profile": "openssl",
    }
    first, *others = case["reasons"]
    fails = case["expected"] == "FAILURE"
    confidence = case.get("confidence", "high")
    return Sample(corpus, tier, line, fails, first, tuple(others), confidence, case.get("culprit"))


def _value(name: dict[str, str] | None) -> str | None:
    return name["value"] if name else None


def _json(path: Path) -> Any:
    with gzip.open(path) as file:
        return json.load(file)


_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----\n?")


def _blocks(folder: Path, names: str | list[str] | None) -> list[str]:
    """The PEM blocks of one file or several."""
    files = [names] if isinstance(names, str) else names or []
    return [found[0] for name in files for found in _BLOCK.finditer((folder / name).read_text("utf-8"))]
