"""A site adds its own program, and its words, as files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlswizard.cli.main import run
from tlswizard.core.certificate import utc
from tlswizard.core.pem import pem
from tlswizard.lab.authority import root

ROW = """till:
  title: The till
  like: curl
  stores:
    linux: [linux-system]
  found-by: ["command:till-of-ours"]
  sources: [our handbook]
"""
WORDS = """till:
  - pattern: "Kasse 7: TLS kaputt ({curl})"
    kind: any-fault
    for: any
  - pattern: "Kasse 7: Datum"
    causes: [clock-wrong]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "tlswizard"
    (folder / "clients").mkdir(parents=True)
    (folder / "messages").mkdir()
    (folder / "clients" / "till.yaml").write_text(ROW)
    (folder / "messages" / "till.yaml").write_text(WORDS)
    return folder


def batch(tmp_path: Path) -> str:
    now = datetime.now(UTC)
    leaf = root("Root", at=now).intermediate("Issuing").leaf(["a.example"])
    line = {
        "id": 1, "chain": [pem(c) for c in leaf.chain], "roots": [], "name": "a.example", "at": utc(now),
        "profile": "till",
    }  # fmt: skip
    file = tmp_path / "lines.json"
    file.write_text(json.dumps(line) + "\n")
    return str(file)


def test_its_program_is_judged_and_speaks_its_own_words(site: Path, tmp_path: Path, capsys):
    assert run(["check", "--batch", batch(tmp_path)]) == 0
    (client,) = [c for c in json.loads(capsys.readouterr().out)["clients"] if c["id"] == "till"]
    assert (client["verdict"], client["tested"]) == ("refuse", False)
    assert client["message"] == (
        "Kasse 7: TLS kaputt (curl: (60) SSL certificate problem: unable to get local issuer certificate)"
    )


def test_its_words_are_explained(site: Path, capsys):
    assert run(["explain", "--format", "json", "kasse 7: datum"]) == 0
    (match, *_) = json.loads(capsys.readouterr().out)["matches"]
    assert (match["client"], match["causes"]) == ("till", ["clock-wrong"])


def test_a_mistake_in_it_is_told_with_its_place(site: Path, capsys):
    (site / "clients" / "till.yaml").write_text(ROW.replace("like: curl", "like: nobody"))
    assert run(["explain", "anything"]) == 3
    said = capsys.readouterr()
    assert "till.yaml:1" in said.err
    assert "nobody" in said.err
    assert "Traceback" not in said.err


def test_a_second_row_of_a_shipped_id_is_a_mistake(site: Path, capsys):
    (site / "clients" / "till.yaml").write_text(
        ROW.replace("till:", "curl:").replace("like: curl", "like: openssl")
    )
    assert run(["check", "--chain", "x.pem"]) == 3
    assert "curl" in capsys.readouterr().err
