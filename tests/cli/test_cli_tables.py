"""A site adds its own program, and its words, as files; what cannot be read is told."""

import asyncio
import ctypes
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlswizard.cli.main import run
from tlswizard.cli.starting import Beginning, start
from tlswizard.core.certificate import utc
from tlswizard.core.pem import pem
from tlswizard.core.trouble import Trouble
from tlswizard.lab.authority import root
from tlswizard.wizard.start import Reading

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


# ── what cannot be read ──

OWN = """tlswizard: 1
id: ours
title: Ours
version: "1"
causes: [expired]
steps:
  end: {finish: solved}
"""


@pytest.fixture
def modes_count() -> Iterator[None]:
    """Root reads everything; here it does without that right (capabilities(7): CAP_DAC_OVERRIDE and
    CAP_DAC_READ_SEARCH, the bits 1 and 2 of the first word)."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None)
    head, had = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, had) == 0
    assert libc.capset(head, (ctypes.c_uint32 * 6)(had[0] & ~0b110, *had[1:])) == 0
    yield
    assert libc.capset(head, had) == 0


@pytest.fixture
def closed(monkeypatch, tmp_path: Path, modes_count: None) -> Iterator[Path]:
    """The folder of a person; a test takes rights away from what it made."""
    folder = tmp_path / "config" / "tlswizard"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parent))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield folder
    for path in (folder.parent, folder):
        path.chmod(0o700)


def not_listable(folder: Path) -> Path:
    folder.chmod(0o300)
    return folder


def not_searchable(folder: Path) -> Path:
    folder.chmod(0o600)
    return folder


def not_reached(folder: Path) -> Path:
    folder.parent.chmod(0o600)
    return folder


def no_facts(folder: Path) -> Path:
    return unreadable(folder / "site.yaml", "start: [ours]\n")


def no_words(folder: Path) -> Path:
    (folder / "messages").mkdir()
    return unreadable(folder / "messages" / "till.yaml", WORDS)


def unreadable(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o000)
    return file


@pytest.mark.parametrize("close", [not_listable, not_searchable, not_reached, no_facts, no_words])
@pytest.mark.parametrize("words", [["playbooks", "list"], ["explain", "certificate has expired"]])
def test_what_cannot_be_read_is_named_in_a_sentence(closed: Path, capsys, close, words: list[str]):
    (closed / "ours.playbook.yaml").write_text(OWN)
    path = close(closed)
    assert run(words) == 3
    said = capsys.readouterr()
    assert said.err.startswith("tlswizard: what was added on this computer cannot be read: ")
    assert str(path) in said.err
    assert "Permission denied" in said.err
    assert said.out == ""


@pytest.mark.parametrize("close", [not_listable, not_searchable, not_reached, no_facts, no_words])
def test_the_first_screen_is_not_shown_then(closed: Path, close):
    path = close(closed)
    with pytest.raises(Trouble, match="cannot be read") as told:
        start()
    assert str(path) in str(told.value)


def test_one_playbook_that_cannot_be_read_takes_nothing_else_away(closed: Path, capsys):
    file = unreadable(closed / "ours.playbook.yaml", OWN)
    assert run(["explain", "--format", "json", "certificate has expired"]) == 0
    (match, *_) = json.loads(capsys.readouterr().out)["matches"]
    assert "expired" in match["causes"]
    assert match["playbook"] not in (None, "ours")
    assert run(["playbooks", "list"]) == 0
    said = capsys.readouterr().out
    assert "first-tour" in said
    assert "tlswizard playbooks check ours" in said
    assert run(["playbooks", "check", "ours"]) == 3
    assert f"{file} could not be read: Permission denied" in capsys.readouterr().err


def test_the_first_screen_reads_and_lists_beside_it(closed: Path):
    file = unreadable(closed / "ours.playbook.yaml", OWN)
    begin = Beginning()
    assert begin.read("certificate has expired").kind == "message"
    entries = begin.entries()
    (ours,) = [entry for entry in entries if entry.id == "ours"]
    assert (ours.title, ours.about) == ("ours", "Its file cannot be read: Permission denied.")
    with pytest.raises(Trouble, match="could not be read: Permission denied") as told:
        asyncio.run(begin.open(Reading("empty", ""), ours))
    assert str(file) in str(told.value)


def test_a_folder_that_is_not_there_adds_nothing(closed: Path, capsys):
    closed.rmdir()
    assert run(["playbooks", "list"]) == 0
    closed.parent.chmod(0o700)
    closed.write_text("a file of this name is none of ours")
    assert run(["playbooks", "list"]) == 0
    closed.unlink()
    closed.mkdir()
    assert capsys.readouterr().err == ""
