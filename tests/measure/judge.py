"""Measures the judge on corpora that others made: `python tests/measure/judge.py [CORPUS…]`.

Each case goes through the code of `check --batch`, in this process. Nothing is asserted: the numbers are
for people (`--markdown` gives docs/measured.md), the wrong cases for whoever mends them (`--list`).
"""

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openssl_command
from categories import acceptable, meant, right
from corpora import CORPORA, DATA, Sample
from repairs import Repaired, repaired

from tlswizard import __version__
from tlswizard.cli.batch import BadLine, Known, judged
from tlswizard.content.library import Content
from tlswizard.judge.openssl import label

SLOW = 0.3
"""Seconds for one case: what a person does not notice."""

ASKED = ("suites", "chains")
"""Corpora of which the openssl program is asked, too: their expectations are those of several verifiers."""

SCORED = ("high", "medium")
"""Confidence of a reason that is scored."""


@dataclass(frozen=True, slots=True)
class Result:
    """What tlswizard said of a sample."""

    sample: Sample
    verdict: str
    """`accept`, `refuse`, `unknown`, or `error`: there is no document"""
    seconds: float
    causes: tuple[tuple[str, int | None], ...] = ()
    """(cause, position) of the problems that concern the client, the first one first"""
    problems: int = 0
    """causes of severity problem, whomever they concern"""
    disagreement: str | None = None
    proofs: frozenset[str] = frozenset()
    """`original`, `copy`: on what a fix was proven to end in accept for the client"""
    repairs: tuple[Repaired, ...] = ()
    """proofs, really made"""
    command: int | None = None
    """the first error that the openssl program states, 0: it accepts; None: it was not asked"""
    error: str | None = None

    @property
    def right(self) -> bool:
        return self.verdict == ("refuse" if self.sample.fails else "accept")

    @property
    def first(self) -> str | None:
        return self.causes[0][0] if self.causes else None

    @property
    def first_right(self) -> bool:
        return self.verdict == "refuse" and right(self.first, self.sample.reason)

    @property
    def first_acceptable(self) -> bool:
        accepted = (self.sample.reason, *self.sample.also)
        return self.verdict == "refuse" and acceptable(self.first, accepted)

    @property
    def first_as_command(self) -> bool:
        """The first cause is what the openssl program's first error stands for."""
        return self.verdict == "refuse" and self.first in meant(self.command or 0)

    @property
    def scored(self) -> bool:
        """Whether its first cause counts."""
        return self.sample.fails and self.sample.confidence in SCORED

    @property
    def all_named(self) -> bool:
        """Every reason is among the causes."""
        reasons = (self.sample.reason, *self.sample.also)
        return all(any(right(cause, reason) for cause, _ in self.causes) for reason in reasons)


def measured(sample: Sample, content: Content, known: Known, now: datetime) -> Result:
    """One case through the code of `check --batch`."""
    started = time.perf_counter()
    try:
        said = judged(sample.line, content, now, known=known)
    except BadLine as error:
        return Result(sample, "error", time.perf_counter() - started, error=str(error))
    except Exception as error:  # noqa: BLE001 - a case that breaks the judge is a result, too
        seconds = time.perf_counter() - started
        return Result(sample, "error", seconds, error=f"{type(error).__name__}: {error}")
    return result_of(sample, said, time.perf_counter() - started)


def result_of(sample: Sample, said: dict[str, Any], seconds: float) -> Result:
    profile = sample.line["profile"]
    client = next(c for c in said["clients"] if c["id"] == profile)
    problems = [c for c in said["causes"] if c["severity"] == "problem"]
    return Result(
        sample,
        client["verdict"],
        seconds,
        tuple((c["id"], c["position"]) for c in problems if profile in c["clients"]),
        len(problems),
        client.get("disagreement"),
        frozenset(
            proof["on"]
            for fix in said["fixes"]
            for proof in fix["proofs"]
            if any(c["id"] == profile and c["after"] == "accept" for c in proof["clients"])
        ),
    )


def measure(samples: Iterable[Sample], content: Content, now: datetime) -> list[Result]:
    """All cases; a client that the table does not have is asked for as `openssl`."""
    known = Known()
    results = []
    for sample in samples:
        if sample.line["profile"] not in content.clients:
            sample = replace(sample, line=sample.line | {"profile": "openssl"})  # noqa: PLW2901 - the same case
        result = measured(sample, content, known, now)
        if sample.corpus in ASKED and openssl_command.version():
            result = replace(result, command=openssl_command.answer(sample))
        if sample.corpus == "real" and result.verdict == "refuse" and openssl_command.version():
            result = replace(result, repairs=tuple(repaired(sample, content, known, now)))
        results.append(result)
    return results


# --- numbers ------------------------------------------------------------------------------------------

Table = list[dict[str, str]]


def table(results: Sequence[Result]) -> Table:
    """A row for each corpus and tier, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Result]] = {}
    for r in results:
        groups.setdefault((r.sample.corpus, r.sample.tier, r.sample.line["profile"]), []).append(r)
    rows = [
        {"corpus": corpus, "tier": tier, "client": client, **_numbers(group)}
        for (corpus, tier, client), group in groups.items()
    ]
    order = list(CORPORA)
    return sorted(rows, key=lambda row: (order.index(row["corpus"]), row["tier"] != "core"))


def _numbers(group: Sequence[Result]) -> dict[str, str]:
    failing = [r for r in group if r.scored]
    seconds = [r.seconds for r in group]
    return {
        "cases": str(len(group)),
        "verdict right": _share(r.right for r in group),
        "first cause right": _share(r.first_right for r in failing),
        "acceptable": _share(r.first_acceptable for r in failing),
        "median ms": f"{statistics.median(seconds) * 1000:.1f}",
        "max s": f"{max(seconds):.2f}",
        f"> {SLOW} s": str(sum(s > SLOW for s in seconds)),
        "differs from OpenSSL": str(sum(r.disagreement is not None for r in group)),
        "accepted with a problem": str(
            sum(not r.sample.fails and r.verdict == "accept" and r.problems > 0 for r in group)
        ),
        "errors": str(sum(r.verdict == "error" for r in group)),
    }


def more(results: Sequence[Result]) -> Table:
    """What is measured of one corpus alone."""
    rows: list[tuple[str, str, str]] = []
    for corpus in ASKED:
        asked = [r for r in results if r.command is not None and r.sample.corpus == corpus]
        rows += _beside_command(corpus, [r for r in asked if corpus != "suites" or r.sample.tier == "core"])
    found = [r for r in results if r.sample.corpus == "real"]
    if found:
        refused = [r for r in found if r.sample.fails and r.verdict == "refuse"]
        two = [r for r in found if r.sample.also]
        rows += [
            ("real", "both reasons named where there are two", _share(r.all_named for r in two)),
            ("real", "refused with a fix proven to end in accept", _share(bool(r.proofs) for r in refused)),
            ("real", "… on the original", _share("original" in r.proofs for r in refused)),
            ("real", "… on a copy", _share("copy" in r.proofs for r in refused)),
        ]
        made = [one for r in found for one in r.repairs]
        for on in ("original", "copy"):
            those = [one for one in made if one.on == on]
            told = f"the command {openssl_command.version()} says what the proof says, on the {on}"
            rows.append(("real", told, _share(one.says == one.accepts for one in those)))
        copies = [one for one in made if one.on == "copy"]
        rows.append(
            ("real", "copies with a control, which the command refuses", _share(c.control for c in copies))
        )
    return [{"corpus": corpus, "measured": what, "number": number} for corpus, what, number in rows]


def _beside_command(corpus: str, asked: Sequence[Result]) -> Iterator[tuple[str, str, str]]:
    if not asked:
        return
    named = f"the command {openssl_command.version()}"
    failing = [r for r in asked if r.scored and r.command]
    yield corpus, f"verdict as {named}", _share((r.verdict == "refuse") == bool(r.command) for r in asked)
    yield corpus, f"{named} as the corpus expects", _share(bool(r.command) == r.sample.fails for r in asked)
    yield corpus, "first cause right where both fail", _share(r.first_right for r in failing)
    yield corpus, "… or acceptable to the corpus", _share(r.first_acceptable for r in failing)
    yield (
        corpus,
        f"… or what {named} says first",
        _share(r.first_acceptable or r.first_as_command for r in failing),
    )
    culprits = [r for r in failing if r.sample.culprit is not None]
    if culprits:
        right_one = (bool(r.causes) and r.causes[0][1] == r.sample.culprit for r in culprits)
        yield corpus, "certificate right where the corpus names it and both fail", _share(right_one)


def _share(answers: Iterable[bool]) -> str:
    given = list(answers)
    if not given:
        return "–"
    # Cut and not rounded: 100 % is said of all alone.
    return f"{sum(given)}/{len(given)} {1000 * sum(given) // len(given) / 10}%"


# --- faces --------------------------------------------------------------------------------------------


def plain(rows: Table) -> str:
    """Columns side by side."""
    if not rows:
        return ""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    )


def markdown(tables: Sequence[Table], now: datetime) -> str:
    """The tables with what they were measured with."""
    parts = [f"Measured on {now:%Y-%m-%d} with {', '.join(versions())}.\n"]
    for rows in tables:
        if rows:
            lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
            parts.append("".join(f"| {' | '.join(line)} |\n" for line in lines))
    return "\n".join(parts)


def versions() -> list[str]:
    return [
        f"tlswizard {__version__}",
        f"Python {platform.python_version()}",
        f"cryptography {version('cryptography')}",
        f"{label()} (by pyOpenSSL {version('pyopenssl')})",
        f"the command {openssl_command.version() or 'openssl is not there'}",
    ]


def wrong(results: Iterable[Result]) -> list[str]:
    """One line for each wrong case: corpus, id, tier, expected, got, reasons expected, causes got."""
    return [
        "\t".join((
            r.sample.corpus,
            r.sample.id,
            r.sample.tier,
            "refuse" if r.sample.fails else "accept",
            r.verdict + _command(r.command),
            ",".join((r.sample.reason, *r.sample.also)),
            r.error or ",".join(cause if at is None else f"{cause}@{at}" for cause, at in r.causes) or "–",
        ))
        for r in results
        if not r.right or (r.scored and not r.first_right)
    ]  # fmt: skip


def _command(code: int | None) -> str:
    return "" if code is None else f" (openssl: {f'error {code}' if code else 'accept'})"


def as_json(results: Iterable[Result]) -> list[dict[str, Any]]:
    return [
        {
            "corpus": r.sample.corpus,
            "id": r.sample.id,
            "tier": r.sample.tier,
            "expected": "refuse" if r.sample.fails else "accept",
            "verdict": r.verdict,
            "right": r.right,
            "reasons": [r.sample.reason, *r.sample.also],
            "causes": [{"id": cause, "position": at} for cause, at in r.causes],
            "first_right": r.first_right if r.scored else None,
            "seconds": round(r.seconds, 4),
            "disagreement": r.disagreement,
            "proofs": sorted(r.proofs),
            "command": r.command,
            "error": r.error,
        }
        for r in results
    ]


def main(arguments: Sequence[str] | None = None, data: Path = DATA) -> int:
    """The exit code: 0, whatever the numbers are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "corpus", nargs="*", metavar="CORPUS", help=f"{', '.join(CORPORA)}; all, if none is named"
    )
    parser.add_argument("--list", action="store_true", help="each wrong case on a line")
    parser.add_argument("--json", metavar="FILE", help="what was said of each case")
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown, with all versions")
    args = parser.parse_args(arguments)
    if strange := [name for name in args.corpus if name not in CORPORA]:
        parser.error(f"there is no corpus {strange[0]}; there are {', '.join(CORPORA)}")
    if not data.is_dir():
        print(f"There is nothing to measure with: {data} is not there.")
        return 0
    now = datetime.now(UTC)
    samples = [s for name in args.corpus or CORPORA for s in CORPORA[name](data)]
    results = measure(samples, Content.shipped(), now)
    tables = (table(results), more(results))
    if args.list:
        print("\n".join(wrong(results)))
    if args.json:
        Path(args.json).write_text(json.dumps(as_json(results), indent=1) + "\n", "utf-8")
    print(markdown(tables, now) if args.markdown else "\n".join(plain(rows) for rows in tables), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
