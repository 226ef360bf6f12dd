"""The command that measures the programs table, on a matrix made up here: its counting is what is tried."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import programs
import pytest
from programs import Cell, cells, several, share, table

from tlswizard.content.library import Content
from tlswizard.core.certificate import utc
from tlswizard.core.pem import pem
from tlswizard.lab.authority import root

NOW = datetime.now(UTC)
CURL, GO = "curl 7.88.1", "go net/http go1.27.3"
SAYS = "curl: (60) SSL certificate problem: certificate has expired"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two kinds of chain: a good one, and one that is over, which this Go is said to accept."""
    top = root("Root", at=NOW)
    issuing = top.intermediate("Issuing")
    leaves = {
        "good": issuing.leaf(["a.example"]),
        "multi_over": issuing.leaf(
            ["b.example"], not_before=NOW - timedelta(days=90), not_after=NOW - timedelta(days=3)
        ),
        "refused": issuing.leaf(["a.example"]),
    }
    for name, leaf in leaves.items():
        folder = tmp_path / "clients" / "scenarios" / name
        folder.mkdir(parents=True)
        about = {
            "name": name,
            "host": "a.example",
            "made_at": utc(NOW),
            "fault": "leaf expired and wrong name",
        }
        (folder / "scenario.json").write_text(json.dumps(about))
        (folder / "chain.pem").write_text("".join(pem(c) for c in leaf.chain))
        (folder / "roots.pem").write_text(pem(top.certificate))
    rows = [
        ("scenario", "expect", CURL, GO, "a program of nobody 1"),
        ("good", "accept", "accept", "accept", "reject(name)"),
        ("multi_over", "reject", "reject(expired)", "accept", "accept"),
        ("refused", "reject", "reject(refused)", "reject(refused)", "reject(refused)"),
    ]
    (tmp_path / "clients" / "matrix.tsv").write_text("\n".join("\t".join(row) for row in rows) + "\n")
    head = "scenario\tclient\tversion\texit\tverdict\tcause\tserver saw\tmessage"
    said = f"multi_over\tcurl\t7.88.1\t60\treject\texpired\t\t{SAYS}"
    (tmp_path / "clients" / "messages.tsv.gz").write_bytes(gzip.compress(f"{head}\n{said}\n".encode()))
    return tmp_path


def test_each_cell_of_a_program_with_a_row_is_asked_and_a_server_s_own_fault_is_not(data: Path):
    found = {(c.scenario, c.column): c for c in cells(Content.shipped(), data)}
    assert set(found) == {(s, c) for s in ("good", "multi_over") for c in (CURL, GO)}
    assert all(c.right for key, c in found.items() if key != ("multi_over", GO))
    wrong = found["multi_over", GO]
    assert (wrong.right, wrong.verdict, wrong.names_cause) == (False, "refuse", False)


def test_a_cell_is_right_by_its_cause_and_by_its_very_words(data: Path):
    (cell,) = [c for c in cells(Content.shipped(), data) if (c.scenario, c.client) == ("multi_over", "curl")]
    assert set(cell.faults) == {"expired", "name-mismatch"}
    assert (cell.names_cause, cell.cause_right, cell.named_right) == (True, True, True)
    assert cell.message == SAYS
    assert cell.message_right


def cell(**change: object) -> Cell:
    facts: dict[str, object] = {
        "scenario": "one", "client": "curl", "column": CURL, "word": "expired",
        "meant": frozenset({"expired"}), "verdict": "refuse", "faults": ("expired",), "message": SAYS,
        "names": "expired", "printed": SAYS,
    } | change  # fmt: skip
    return Cell(**facts)  # type: ignore[arg-type]


def test_what_is_wrong_is_counted_as_wrong():
    assert not cell(verdict="accept").right
    assert not cell(verdict="unknown", word="accept").right
    assert not cell(faults=("name-mismatch",)).cause_right
    assert not cell(names="name-mismatch").named_right
    assert not cell(printed="curl: (60) SSL certificate problem: self-signed certificate").message_right
    assert not cell(message=None).message_right
    assert cell(message="at … it certainly says … 1701", printed="at 9 it certainly says 42 42").message_right
    assert not cell(message="it says … at", printed="at noon it says 42").message_right
    assert not cell(message="…", printed="anything").message_right
    assert not cell(names="name-mismatch", meant=frozenset({"expired", "name-mismatch"})).named_right
    every = [cell(), cell(verdict="accept"), cell(faults=("name-mismatch",), names=None)]
    (row, total) = table(every)
    assert row["accept or refuse right"] == total["accept or refuse right"] == "2/3 66.6%"
    assert row["cause among the faults"] == "1/2 50.0%"
    assert share([]) == "0/0 0.0%"


def test_two_faults_are_told_by_scenario():
    assert several([cell(scenario="multi_x", faults=("expired", "name-mismatch")), cell()]) == [
        "multi_x: expired, name-mismatch"
    ]


def test_without_material_it_says_so(tmp_path: Path, capsys):
    assert programs.main([], tmp_path / "nothing") == 0
    assert "nothing to measure with" in capsys.readouterr().out
