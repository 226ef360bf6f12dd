"""Measures `explain` on what real programs printed: `python tests/measure/messages.py`.

The material (`clients/messages.tsv.gz`) lies beside the repository. A row is a message that a program printed
when it refused, with a word for its cause that was derived from the message by pattern, and with the fault of
the scenario. A row is right if one of the first two causes that `explain` names fits the word, or fits the
fault; where the message names no cause, it is right to say just that (kind `any-fault`). Nothing is
asserted: the numbers are for people, `--list` shows every wrong row to whoever mends the tables.
"""

import argparse
import csv
import gzip
import io
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import DATA

from tlswizard.content.library import Content
from tlswizard.explain.match import Match, explain

CLIENTS = DATA / "clients"

SHOWN = 300
"""Characters of a message in `--list`."""

FIRST = 2
"""Causes that count."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNKNOWN_ISSUER = _set(
    "missing-intermediate untrusted-root wrong-intermediate same-name-different-key self-signed intercepted "
    "anchor-is-intermediate stale-roots installed-not-trusted"
)
_NO_HANDSHAKE = _set(
    "handshake-alert cipher-unsupported protocol-unsupported client-certificate-required "
    "key-type-not-offered server-name-unrecognized legacy-renegotiation"
)
_CLOSED = frozenset({"handshake-closed", "connection-reset"})
_NOT_TLS = frozenset({"not-tls", "starttls-not-offered"})
_NO_REVOCATION = frozenset({"revocation-unreachable", "revocation-stale", "no-revocation-information"})
_SIGNATURE = frozenset({"bad-signature", "same-name-different-key", "wrong-intermediate"})

BY_WORD: dict[str, frozenset[str]] = {
    "name": frozenset({"name-mismatch", "host-name-refused"}),
    "issuer": _UNKNOWN_ISSUER,
    "self-signed": frozenset({"self-signed", "untrusted-root", "intercepted"}),
    "bad-sig": _SIGNATURE | {"server-key-mismatch"},
    "usage": frozenset({"wrong-usage", "wrong-key-usage"}),
    "not-a-CA": frozenset({"not-a-ca", "wrong-key-usage", "weak-key", "path-length", "strict-only"}),
    "expired": frozenset({"expired", "clock-wrong", "cross-sign-expired"}),
    "not-yet-valid": frozenset({"not-yet-valid", "clock-wrong"}),
    "weak-alg": frozenset({"weak-signature", "weak-key"}),
    "crl": _NO_REVOCATION,
    "revoked": frozenset({"revoked"}),
    "must-staple": frozenset({"staple-missing"}),
    "crit-ext": frozenset({"critical-extension"}),
    "strict": frozenset({"strict-only"}),
    "name-constr": frozenset({"name-constraint"}),
    "pathlen": frozenset({"path-length"}),
    "alert-hs": _NO_HANDSHAKE,
    "closed": _CLOSED,
    "not-tls": _NOT_TLS,
    "refused": frozenset({"connection-refused"}),
    "protocol": frozenset({"protocol-unsupported", "cipher-unsupported"}),
    "client-cert": frozenset({"client-certificate-required"}),
    "(silent)": frozenset({"server-silent", "connection-timeout"}),
    "timeout": frozenset({"server-silent", "connection-timeout"}),
}
"""What a cause word of the table stands for; `verify-failed` and `?` stand for no cause."""

BY_FAULT: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (pattern, frozenset(causes.split()))
    for pattern, causes in [
        (r"unknown critical|critical unknown", "critical-extension"),
        (r"BasicConstraints|used as issuer|CA:FALSE issuer|not a CA", "not-a-ca"),
        (r"CA:TRUE leaf|self-signed leaf.*store", "not-a-ca leaf-pinned self-signed untrusted-root"),
        (r"self-signed", "self-signed untrusted-root"),
        (r"EKU|KeyUsage|without keyCertSign", "wrong-usage wrong-key-usage strict-only"),
        (r"inspecting proxy", "intercepted untrusted-root missing-intermediate"),
        (r"same name", "same-name-different-key wrong-intermediate bad-signature untrusted-root"
                       " missing-intermediate"),
        (r"wrong intermediate", "wrong-intermediate missing-intermediate untrusted-root"),
        (r"untrusted root", "untrusted-root missing-intermediate"),
        (r"(root|CA) not in (the |this )?store", "untrusted-root missing-intermediate self-signed"),
        (r"intermediate not sent|missing intermediate", "missing-intermediate untrusted-root"),
        (r"only the (intermediate|leaf)", "anchor-is-intermediate missing-intermediate untrusted-root"
                                          " leaf-pinned self-signed"),
        (r"intermediate sent first|leaf (second|last|not first)", "leaf-not-first name-mismatch"),
        (r"cross-signed", "expired cross-sign-expired untrusted-root missing-intermediate"),
        (r"not yet valid|valid from|days ahead", "not-yet-valid clock-wrong"),
        (r"expired", "expired clock-wrong"),
        (r"valid \d+ days", "validity-too-long"),
        (r"(wrong|other) name|name in CN|e-mail address|host name|used, certificate|no IP SAN|wildcard"
         r"|trailing|dNSName|SAN", "name-mismatch host-name-refused"),
        (r"name constraint|subtree", "name-constraint"),
        (r"path ?len", "path-length"),
        (r"CRL past", "revocation-stale revocation-unreachable no-revocation-information"),
        (r"CRL|OCSP|[Rr]evo|staple", "revoked revocation-unreachable revocation-stale staple-missing"
                                     " no-revocation-information"),
        (r"SHA-?1|MD5|signed with", "weak-signature"),
        (r"\d+-bit|RSA-\d+|weak key|DH", "weak-key cipher-unsupported"),
        (r"strict|v1\b|Identifier", "strict-only"),
        (r"is not that of|wrong key|other key", "server-key-mismatch"),
        (r"signature", "bad-signature"),
        (r"client certificate", "client-certificate-required handshake-alert"),
        (r"RFC 5746", "legacy-renegotiation"),
        (r"cipher|key exchange", "cipher-unsupported protocol-unsupported handshake-alert"),
        (r"TLS 1\.[013]", "protocol-unsupported cipher-unsupported handshake-alert"),
        (r"server answers alert", "handshake-alert cipher-unsupported protocol-unsupported"
                                  " client-certificate-required"),
        (r"SNI|unrecognized", "server-name-unrecognized handshake-alert servername-dependent"),
        (r"closes|reset", "handshake-closed connection-reset"),
        (r"nothing listens", "connection-refused"),
        (r"greeting|banner|[Pp]lain|HTTP", "not-tls starttls-not-offered"),
        (r"silent|never answers|hangs", "server-silent connection-timeout"),
        (r"twelve|chain length|too long", "chain-too-long"),
        (r"P-521|curve", "key-type-not-offered handshake-alert cipher-unsupported"),
        (r"IPv6", "addresses-differ"),
    ]
)  # fmt: skip
"""What the description of a scenario stands for: every line whose pattern is in it."""

_HOSTS = re.compile(r"[\w.*@-]*\.lab\.test|CN ?= ?[^,/\\\"']+|/tmp/\S*|/usr/\S*")
"""The scenarios' own names, that speak of faults."""
_SAYS_NOTHING = re.compile(
    r"(\s|\[?exit(ed)?\b.{0,20}?-?\d+\]?|(return(ed)?|exit|status) (code|status)[: ]*-?\d+|^-?\d+$"
    r"|^usage:.*|^\S+: --help.*)*", re.I | re.M
)  # fmt: skip
_NAMES_A_CAUSE = re.compile(
    r"expire|not yet|activat|validity|host ?name|\bname (does|mis)|mismatch|issuer|self.signed|unknown.?ca"
    r"|purpose|usage|signature|revo[ck]|crl\b(?!file)|critical|too weak|too small|algorithm|constrain|basic"
    r"|trust(?!fail)|local|refused|reset|protocol version|wrong version", re.I
)  # fmt: skip


_FAILED = re.compile(r"Cipher is \(NONE\)|(^|:)error:[0-9A-F]{8}:|Fatal error:|alert received", re.M)
"""Programs that end well after a handshake that did not (s_client, gnutls-cli); the message is right."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one program printed in one scenario."""

    scenario: str
    client: str
    version: str
    refuses: bool
    word: str
    message: str
    fault: str
    """the scenario's, in words; empty if it is not known"""

    @property
    def says_something(self) -> bool:
        return not _SAYS_NOTHING.fullmatch(self.message)

    @property
    def accepts(self) -> bool:
        return not self.refuses and self.says_something and not _FAILED.search(self.message)

    @property
    def names_a_cause(self) -> bool:
        message = self.message.replace(self.scenario, " ").replace(self.scenario.replace("_", "-"), " ")
        return bool(_NAMES_A_CAUSE.search(_HOSTS.sub(" ", message)))

    @property
    def of_the_fault(self) -> frozenset[str]:
        fitting = [causes for pattern, causes in BY_FAULT if re.search(pattern, self.fault)]
        return (
            frozenset().union(*fitting) if self.fault and not self.fault.startswith("none") else frozenset()
        )


@dataclass(frozen=True, slots=True)
class Result:
    row: Row
    matches: tuple[Match, ...]
    seconds: float

    @property
    def causes(self) -> tuple[str, ...]:
        """The best first, without repeats."""
        return tuple(dict.fromkeys(cause for m in self.matches for cause in m.causes))

    @property
    def right_by_fault(self) -> bool:
        return not self.row.of_the_fault.isdisjoint(self.causes[:FIRST])

    @property
    def right(self) -> bool:
        fits = not BY_WORD.get(self.row.word, frozenset()).isdisjoint(self.causes[:FIRST])
        honest = (
            not self.causes
            and not self.row.names_a_cause
            and any(m.kind == "any-fault" for m in self.matches)
        )
        return fits or honest or self.right_by_fault


def rows(folder: Path) -> Iterator[Row]:
    """All rows of the table, in file order."""
    faults = {
        file.parent.name: str(json.loads(file.read_text("utf-8")).get("fault", ""))
        for file in (folder / "scenarios").glob("*/scenario.json")
    }
    csv.field_size_limit(10_000_000)
    with gzip.open(folder / "messages.tsv.gz", "rb") as packed:
        lines = io.TextIOWrapper(packed, "utf-8", errors="replace", newline="\n")
        for line in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if line[0] == "scenario":
                continue
            scenario, client, version, _, verdict, word, _, message = line
            yield Row(
                scenario, client, version, verdict == "reject", word, message.replace("\\n", "\n"),
                faults.get(scenario, ""),
            )  # fmt: skip


def measured(
    all_rows: Iterable[Row],
    content: Content,
    explained: Callable[[str, Content], tuple[Match, ...]] = explain,
) -> Iterator[Result]:
    for row in all_rows:
        started = time.process_time()
        matches = explained(row.message, content)
        yield Result(row, matches, time.process_time() - started)


def counted(results: Sequence[Result]) -> dict[str, float]:
    """The numbers, by name."""
    scored = [r for r in results if r.row.refuses and r.row.says_something]
    by_fault = [r for r in scored if r.row.of_the_fault]
    accepting = [r for r in results if r.row.accepts]
    seconds = [r.seconds for r in results if r.row.says_something] or [0.0]
    return {
        "messages of refusals": len(scored),
        "right": sum(r.right for r in scored),
        "of these right to say that no cause is named": sum(r.right and not r.causes for r in scored),
        "the same where the record derived a cause": sum(
            r.right and not r.causes and r.row.word not in ("verify-failed", "?") for r in scored
        ),
        "right, per cent": _share(sum(r.right for r in scored), len(scored)),
        "right by the scenario's fault, per cent": _share(
            sum(r.right_by_fault for r in by_fault), len(by_fault)
        ),
        "nothing recognised": sum(not r.matches for r in scored),
        "messages of acceptance": len(accepting),
        "acceptance explained": sum(bool(r.matches) for r in accepting),
        "milliseconds, median": round(1000 * statistics.median(seconds), 2),
        "milliseconds, most": round(1000 * max(seconds), 2),
    }


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def wrong(results: Sequence[Result]) -> list[Result]:
    """Refusals that are not explained, or wrongly; acceptances that are explained."""
    return [
        r
        for r in results
        if r.row.says_something and (not r.right if r.row.refuses else r.row.accepts and bool(r.matches))
    ]


def listed(result: Result) -> str:
    row, said = result.row, [(m.client, m.kind, m.message[:50]) for m in result.matches[:3]]
    verdict = row.word if row.refuses else "accept"
    head = f"{row.scenario} | {row.client} | {verdict} | {', '.join(result.causes[:4]) or '-'} | {said}"
    return f"{head}\n    {row.message[:SHOWN]!r}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="every wrong row")
    parser.add_argument("--client", default="", help="only programs with this word in their name")
    parser.add_argument("--json", type=Path, help="write the numbers into this file")
    parser.add_argument("--markdown", action="store_true", help="the numbers as a table")
    args = parser.parse_args(arguments)
    if not CLIENTS.is_dir():
        print(f"nothing measured: {CLIENTS} is not there", file=sys.stderr)
        return 0
    chosen = [row for row in rows(CLIENTS) if args.client.casefold() in row.client.casefold()]
    content = Content.shipped()
    explain("certificate has expired", content)  # what is read and built once is not counted
    results = list(measured(chosen, content))
    if args.list:
        for result in wrong(results):
            print(listed(result))
        print()
    numbers = counted(results)
    if args.markdown:
        print("| measured | number |\n| --- | ---: |")
    for name, number in numbers.items():
        print(f"| {name} | {number:g} |" if args.markdown else f"{number:>9g}  {name}")
    if not args.markdown:
        missed = Counter(r.row.client for r in wrong(results))
        print(
            "\nwrong, by program:", ", ".join(f"{name} {n}" for name, n in missed.most_common(30)) or "none"
        )
    if args.json:
        args.json.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
