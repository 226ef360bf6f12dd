"""The measurement of messages, on a table of its own."""

import gzip
import json

import messages
import pytest
from messages import Row

from tlswizard.explain.match import Match


def match(*causes, kind="specific") -> Match:
    return Match("some", "words", kind, causes, 1, "")


ROWS = [
    ("expired", "reject", "expired", "certificate has expired"),
    ("expired", "reject", "name", "certificate has expired"),
    ("untrusted", "reject", "verify-failed", "certificate verify failed"),
    ("untrusted", "reject", "verify-failed", "exit 1"),
    ("untrusted", "reject", "?", ""),
    ("good", "accept", "", "200 OK\\nall is well"),
    ("good", "accept", "", "Cipher is (NONE)"),
]
FAULTS = {"expired": "leaf expired", "untrusted": "root not in store", "good": "none"}


@pytest.fixture
def folder(tmp_path):
    for name, fault in FAULTS.items():
        (tmp_path / "scenarios" / name).mkdir(parents=True)
        (tmp_path / "scenarios" / name / "scenario.json").write_text(json.dumps({"fault": fault}))
    lines = ["scenario\tclient\tversion\texit\tverdict\tcause\tserver saw\tmessage"]
    lines += [f"{s}\tcurl\t8\t1\t{v}\t{c}\ttls\t{m}" for s, v, c, m in ROWS]
    with gzip.open(tmp_path / "messages.tsv.gz", "wt") as packed:
        packed.write("\n".join(lines) + "\n")
    return tmp_path


def test_rows_are_read_with_their_fault_and_their_lines(folder):
    rows = list(messages.rows(folder))
    assert len(rows) == len(ROWS)
    assert rows[0].fault == "leaf expired"
    assert rows[5].message == "200 OK\nall is well"
    assert [r.says_something for r in rows] == [True, True, True, False, False, True, True]
    assert [r.accepts for r in rows[5:]] == [True, False]


def result(word, *found, scenario="some", fault="", message="it was refused"):
    row = Row(scenario, "curl", "8", True, word, message, fault)
    return messages.Result(row, found, 0.001)


def test_right_is_one_of_the_first_two_causes_that_fits_the_word():
    assert result("expired", match("clock-wrong")).right
    assert result("name", match("expired"), match("name-mismatch")).right
    assert not result("name", match("expired", "not-yet-valid"), match("name-mismatch")).right
    assert not result("name").right


def test_right_is_what_fits_the_fault_of_the_scenario():
    found = result("name", match("expired"), fault="leaf expired")
    assert found.right
    assert found.right_by_fault
    assert not result("name", match("expired"), fault="none (expired)").right_by_fault


def test_to_say_that_no_cause_is_named_is_right_where_none_is():
    assert result("verify-failed", match(kind="any-fault"), message="verification failed").right
    assert not result("verify-failed", match(kind="any-fault"), message="failed: it has expired").right
    assert not result("verify-failed", message="verification failed").right
    inside = result(
        "verify-failed", match(kind="any-fault"), scenario="expired", message="expired.lab.test failed"
    )
    assert inside.right


def test_the_numbers_and_the_list(folder, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(messages, "CLIENTS", folder)
    assert messages.main(["--list", "--json", str(tmp_path / "numbers.json")]) == 0
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert numbers["messages of refusals"] == 3
    assert numbers["right"] == 3
    assert numbers["acceptance explained"] == 0
    assert messages.main(["--markdown", "--client", "wget"]) == 0
    assert "| messages of refusals | 0 |" in capsys.readouterr().out


def test_without_the_material_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(messages, "CLIENTS", tmp_path / "nothing")
    assert messages.main([]) == 0
    assert "nothing measured" in capsys.readouterr().err


def test_every_cause_of_the_tables_is_a_cause(monkeypatch):
    known = messages.Content.shipped().causes.keys()
    for causes in (*messages.BY_WORD.values(), *(c for _, c in messages.BY_FAULT)):
        assert causes <= known
