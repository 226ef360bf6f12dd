"""Measures the programs table on what real programs said: `python tests/measure/programs.py`.

Each cell of the matrix (a kind of chain, a program) goes through the code of `check --batch` with that
program as the profile. Nothing is asserted: the numbers are for people, the wrong cells for whoever mends
them.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import messages
from corpora import DATA
from judge import markdown, plain

from tlswizard.cli.batch import Known, judged
from tlswizard.content.library import Content

COLUMNS = {
    "openssl": ("openssl s_client -brief -verify_return_error -verify_hostname",),
    "curl": ("curl 7",),
    "curl-gnutls": ("libcurl-gnutls",),
    "wget": ("wget 1",),
    "git": ("git 2",),
    "gnutls": ("gnutls-cli 3",),
    "python": ("python urllib 3.10", "python urllib 3.11", "python urllib 3.12", "python ssl"),
    "python-3.13": ("python urllib 3.13",),
    "requests": ("python requests",),
    "node-20": ("node https 20", "node https 22"),
    "node-24": ("node https 24",),
    "go": ("go net/http go1.19", "go net/http go1.27"),
    "java-17": ("Java HttpsURLConnection 17", "Java HttpClient 17"),
    "java-25": ("Java HttpsURLConnection 25",),
    "dotnet": (".NET HttpClient 3.1",),
    "chromium": ("chromium headless",),
    "firefox": ("firefox-esr",),
    "rustls": ("uv ", "deno fetch"),
    "ruby": ("ruby net/http",),
    "php": ("php streams",),
    "libpq": ("psql sslmode=verify-full",),
    "openldap": ("ldapsearch",),
    "postfix": ("posttls-finger -l secure",),
}
"""The columns of the matrix that each row of our table speaks for, by how they begin."""

NOT_OF_THE_CHAIN = frozenset({
    "alert_handshake_failure", "alert_internal_error", "client_cert_required_12", "client_cert_required_13",
    "close_after_hello", "close_at_once", "close_after_accept", "legacy_reneg", "no_common_cipher",
    "null_cipher_only", "refused", "smtp_banner", "ssh_banner", "tls10_only", "tls11_only", "tls13_only",
    "wrong_key", "dh_1024", "rsa_kx_only", "sslv3_only", "silent", "plain_http", "dual_stack", "reset",
    "starttls_not_offered",
})  # fmt: skip
"""Kinds of server whose fault is in the handshake: not in chain, roots, name and time."""

ASKED_ELSEWHERE = frozenset({
    "missing_inter_aia", "revoked_ocsp", "revoked_crl", "crl_ok", "crl_expired", "ocsp_ok",
    "must_staple_ok", "must_staple_missing", "stapled_revoked", "rev_full_ok", "rev_full_inter_revoked",
    "rev_full_leaf_revoked",
})  # fmt: skip
"""Kinds that a program may decide by what it fetches, or that come with the handshake."""

IN_ANOTHER_FORM = frozenset({"dotnet", "node-20", "node-24"})
"""Rows whose messages cannot be compared: .NET is of another version, a script wrote down Node's."""

FIXED = 8
"""Letters that are not a hole, or a message says nothing."""

MEANT = {
    "name": {"name-mismatch", "host-name-refused"},
    "issuer": {"missing-intermediate", "wrong-intermediate", "untrusted-root", "self-signed", "intercepted",
               "same-name-different-key", "anchor-is-intermediate", "leaf-pinned", "bad-signature",
               "path-choice", "not-a-ca"},
    "self-signed": {"self-signed", "untrusted-root", "same-name-different-key", "leaf-pinned"},
    "bad-sig": {"bad-signature", "same-name-different-key", "wrong-intermediate"},
    "usage": {"wrong-usage", "wrong-key-usage"},
    "not-a-CA": {"not-a-ca", "path-length", "wrong-key-usage", "leaf-pinned"},
    "not-yet-valid": {"not-yet-valid"},
    "expired": {"expired", "cross-sign-expired", "not-yet-valid"},
    "weak-alg": {"weak-signature", "weak-key", "key-type-not-offered"},
    "crit-ext": {"critical-extension"},
    "strict": {"strict-only", "not-a-ca"},
    "name-constr": {"name-constraint"},
    "pathlen": {"path-length"},
    "revoked": {"revoked"},
    "must-staple": {"staple-missing"},
}  # fmt: skip
"""The causes that a cause word of the matrix stands for. Any other word says nothing of a cause."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a program said of a chain, and what our row says."""

    scenario: str
    client: str
    column: str
    word: str
    """`accept`, or the cause word of a refusal"""
    meant: frozenset[str]
    """the causes that the word stands for, and those of the fault that the scenario was made with"""
    verdict: str
    faults: tuple[str, ...]
    message: str | None
    names: str | None
    """the cause that our message names"""
    printed: str
    """what the program really printed"""

    @property
    def right(self) -> bool:
        return self.verdict == ("accept" if self.word == "accept" else "refuse")

    @property
    def names_cause(self) -> bool:
        """Whether the program's word can be compared: both refuse, and the word is that of a cause."""
        return self.right and self.word in MEANT

    @property
    def cause_right(self) -> bool:
        return not self.meant.isdisjoint(self.faults)

    @property
    def message_right(self) -> bool:
        """Whether the program printed our message: every part of it between what we cannot know."""
        parts = [part for text in (self.message or "").split("…") if (part := _bare(text))]
        printed, at = _bare(self.printed), 0
        for part in parts:
            at = printed.find(part, at)
            if at < 0:
                return False
        return any(len(part) > FIXED for part in parts)

    @property
    def named_right(self) -> bool:
        """By the program's own word alone: which of several faults it names is what this is about."""
        return self.names in MEANT[self.word]


def cells(content: Content, data: Path = DATA) -> Iterator[Cell]:
    known = Known()
    faults: dict[str, frozenset[str]] = {}
    printed: dict[tuple[str, str], str] = {}
    for one in messages.rows(data / "clients"):
        faults[one.scenario] = one.of_the_fault
        program = (one.scenario, one.client)
        printed[program] = printed.get(program, "") + " ".join(one.message.split()) + "\n"
    with (data / "clients/matrix.tsv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        if row[0] in NOT_OF_THE_CHAIN | ASKED_ELSEWHERE:
            continue
        said: dict[str, Any] = {}
        for client, begins in COLUMNS.items():
            for at, (column, answer) in enumerate(zip(head, row, strict=True)):
                # A second column of one name is the same program on Python 3.13, for which there is no row.
                if answer and column.startswith(begins) and "+" not in column and column not in head[:at]:
                    if client not in said:
                        said[client] = _ask(row[0], client, content, known, data)
                    word = answer.removeprefix("reject(").removesuffix(")")
                    meant = faults.get(row[0], frozenset()) | MEANT.get(word, frozenset())
                    text = "".join(
                        t
                        for (name, program), t in printed.items()
                        if name == row[0] and column.startswith(program)
                    )
                    yield Cell(row[0], client, column, word, meant, *said[client], text)


def _ask(
    scenario: str, client: str, content: Content, known: Known, data: Path
) -> tuple[str, tuple[str, ...], str | None, str | None]:
    folder = data / "clients/scenarios" / scenario
    about = json.loads((folder / "scenario.json").read_text())
    line = {
        "id": scenario,
        "chain": _certificates(folder / "chain.pem"),
        "roots": _certificates(folder / "roots.pem"),
        "name": about["host"],
        "at": about["made_at"],
        "profile": client,
    }
    said = judged(line, content, datetime.now(UTC), known=known)
    row = next(c for c in said["clients"] if c["id"] == client)
    return row["verdict"], tuple(f["cause"] for f in row["faults"]), row["message"], row["message_names"]


def _certificates(file: Path) -> list[str]:
    parts = file.read_text(encoding="utf-8").split("-----BEGIN CERTIFICATE-----")[1:]
    return ["-----BEGIN CERTIFICATE-----" + part for part in parts]


def _bare(text: str) -> str:
    """Without what differs from run to run: ports, times, addresses in memory; and on one line."""
    return " ".join(re.sub(r"\d+", "#", text).split())


def share(answers: Sequence[bool]) -> str:
    return f"{sum(answers)}/{len(answers)} {1000 * sum(answers) // max(len(answers), 1) / 10}%"


def table(every: Sequence[Cell]) -> list[dict[str, str]]:
    """A row for each client, and one for all."""
    groups = {client: [c for c in every if c.client == client] for client in COLUMNS}
    return [_numbers(client, group) for client, group in (*groups.items(), ("all", list(every))) if group]


def _numbers(client: str, group: Sequence[Cell]) -> dict[str, str]:
    named = [c for c in group if c.names_cause]
    said = [c for c in group if c.right and c.verdict == "refuse" and c.client not in IN_ANOTHER_FORM]
    return {
        "client": client,
        "cells": str(len(group)),
        "accept or refuse right": share([c.right for c in group]),
        "cause among the faults": share([c.cause_right for c in named]),
        "our message names it": share([c.named_right for c in named]),
        "our message was printed": share([c.message_right for c in said]) if said else "–",
    }


def several(every: Sequence[Cell]) -> list[str]:
    """Scenarios with two faults: each with the causes of all rows that refuse it."""
    names = sorted({c.scenario for c in every if c.scenario.startswith("multi_")})
    return [
        f"{name}: {', '.join(sorted({f for c in every if c.scenario == name for f in c.faults}))}"
        for name in names
    ]


def main(arguments: Sequence[str] | None = None, data: Path = DATA) -> int:
    """The exit code: 0, whatever the numbers are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="each wrong cell on a line")
    parser.add_argument("--said", action="store_true", help="each message of ours that was not printed")
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown, with all versions")
    args = parser.parse_args(arguments)
    if not data.is_dir():
        print(f"There is nothing to measure with: {data} is not there.")
        return 0
    content = Content.shipped()
    every = list(cells(content, data))
    results = list(messages.measured(messages.rows(data / "clients"), content))
    explained = [
        {"messages": name, "number": str(number)} for name, number in messages.counted(results).items()
    ]
    tables = [table(every), explained]
    print(markdown(tables, datetime.now(UTC)) if args.markdown else "\n".join(map(plain, tables)))
    print("Two faults at once: " + "; ".join(several(every)))
    for c in every:
        told = (c.scenario, c.client, c.column, c.word, c.verdict, ",".join(c.faults), str(c.names))
        if args.list and (not c.right or (c.names_cause and not (c.cause_right and c.named_right))):
            print("\t".join(told))
        if args.said and c.verdict == "refuse" and c.client not in IN_ANOTHER_FORM and not c.message_right:
            print("\t".join((*told, str(c.message), c.printed[:200])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
