"""What a whole diagnosis costs, and whether it stays that way. Not collected by pytest:

    python tests/benchmarks/diagnosis.py [DIAGNOSES]

A server with two faults (expired, another name) behind one intermediate; stores of 150 roots each,
already read; every fix with its proofs. Prints the CPU time for 12 programs, how it grows with programs
and stores, and the memory of the process over DIAGNOSES (10,000) diagnoses of ever new certificates.
"""

import resource
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Handshake, Observed, Part, Programs
from tlswizard.core.store import Store
from tlswizard.core.target import parse_target
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.authority import Identity, root

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
AIM = 15.0
"""Milliseconds of CPU for 12 programs."""
ROOTS = 150
RUNS = 25


def content_with(programs: int, stores: int) -> Content:
    """Programs of every shipped kind in turn, each with one of the stores."""
    shipped = Content.shipped()
    found = [row for row in shipped.clients.values() if row.found_by]
    kinds = [found[i % len(found)] for i in range(programs)]
    rows: Mapping[str, ClientRow] = {
        f"program-{i}": replace(row, id=f"program-{i}", stores={"linux": ((f"store-{i % stores}",),)})
        for i, row in enumerate(kinds)
    }
    shipped.__dict__["clients"] = rows
    return shipped


def make_stores(count: int, trusted: Identity, others: list[Identity]) -> tuple[Store, ...]:
    """Each holds the trusted root among ROOTS others, in an order of its own."""
    certificates = [o.certificate for o in others[: ROOTS - 1]]
    return tuple(
        Store(
            f"store-{i}", f"the list {i}", "machine", f"/{i}",
            (*certificates[i:], trusted.certificate, *certificates[:i]),
        )
        for i in range(count)
    )  # fmt: skip


def case_of(issuing: Identity, stores: tuple[Store, ...], programs: int) -> Case:
    leaf = issuing.leaf(
        ["www.example.com"], not_before=AT - timedelta(days=90), not_after=AT - timedelta(days=1)
    )
    target = parse_target("mail.example.com")
    return Case(
        target, Observed("bench", "me", "linux"), AT, name="mail.example.com",
        handshakes=Part(AT, (Handshake("mail.example.com", "ok", "", chain=leaf.chain, spoke_tls=True),)),
        stores=Part(AT, stores), clients=Part(AT, Programs(tuple(f"program-{i}" for i in range(programs)))),
    )  # fmt: skip


def cpu(case: Case, content: Content) -> float:
    begun = time.process_time()
    found = diagnose(case, content)
    took = time.process_time() - begun
    assert found.exit == 2
    assert {"expired", "name-mismatch"} <= {f.id for f in found.causes}
    assert any(p.proofs for p in found.fixes)
    return took * 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    trusted = root("Trusted", at=AT)
    others = [root(f"Root {i}", at=AT) for i in range(ROOTS - 1)]
    issuing = trusted.intermediate("Issuing")
    print("programs  stores  CPU ms (median of", RUNS, "cases, each new)")
    for programs, number in ((1, 1), (12, 1), (12, 6), (12, 24), (24, 6), (48, 6)):
        stores, content = make_stores(number, trusted, others), content_with(programs, number)
        for store in stores:
            _ = store.by_subject  # already read
        cpu(case_of(issuing, stores, programs), content)
        took = [cpu(case_of(issuing, stores, programs), content) for _ in range(RUNS)]
        aim = f"  (aim {AIM:.0f})" if (programs, number) == (12, 6) else ""
        print(f"{programs:8}  {number:6}  {statistics.median(took):6.1f}{aim}")
    if not count:
        return
    stores, content = make_stores(1, trusted, others), content_with(1, 1)
    print("\ndiagnoses  memory (peak, MiB)")
    for number in range(1, count + 1):
        cpu(case_of(issuing, stores, 1), content)
        if number in (count // 10, count // 2, count):
            print(f"{number:9}  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}")


if __name__ == "__main__":
    main()
