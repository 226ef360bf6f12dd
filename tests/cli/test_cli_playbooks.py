"""`tlswizard playbooks`: what there is, what is in it, and what is wrong with it."""

import json
from pathlib import Path

import pytest

from tlswizard.cli.main import run
from tlswizard.content.library import Content

CONTENT = Content.shipped()

GOOD = """\
tlswizard: 1
id: rain
title: Is it raining?
version: "7"
steps:
  begin:
    ask: Is it raining?
    choices:
      yes: look
      no: fine
      not-sure: look
  look:
    check: time.clock
    next:
      ok, does-not-apply: twice
      clock-wrong, not-checked: wet
  twice:
    check: cert.dates
    next:
      ok, expires-soon, expired, not-yet-valid, not-checked: fine
  fine:
    finish: solved
  wet:
    finish: unsolved
    give-to: helpdesk
"""
WARNED = GOOD.replace("      not-sure: look\n", "")
WRONG = GOOD.replace("check: time.clock", "check: time.clok").replace("finish: solved", "finish: happy")
BROKEN = "tlswizard: [1\n"


@pytest.fixture(autouse=True)
def nothing_added(tmp_path: Path, monkeypatch):
    """No folder of this person's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def kept(folder: Path, text: str, name: str = "rain") -> str:
    file = folder / f"{name}.playbook.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def own(tmp_path: Path, text: str, name: str = "rain") -> str:
    """In this person's own folder, where it is found by its id."""
    folder = tmp_path / "config" / "tlswizard"
    folder.mkdir(parents=True, exist_ok=True)
    return kept(folder, text, name)


# ── check ──


def test_the_facts_of_a_site_are_checked_too(tmp_path, capsys):
    file = tmp_path / "site.yaml"
    file.write_text("facts: {service-desk: the desk}\n")
    assert run(["playbooks", "check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: nothing to mend\n"
    file.write_text("facts: {Service Desk: the desk}\nroots: {Ours: 12}\n")
    assert run(["playbooks", "check", str(file), "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in document["problems"]] == ["unknown-value", "wrong-type"]
    assert run(["playbooks", "check", str(tmp_path / "no" / "site.yaml")]) == 3


def test_a_file_without_mistakes(tmp_path, capsys):
    file = kept(tmp_path, GOOD)
    assert run(["playbooks", "check", file]) == 0
    said = capsys.readouterr()
    assert said.out == f"{file}: nothing to mend; longest unattended run: 2 checks\n"
    assert said.err == ""


def test_a_warning_is_told_and_does_not_keep_it_from_running(tmp_path, capsys):
    file = kept(tmp_path, WARNED)
    assert run(["playbooks", "check", file]) == 1
    out = capsys.readouterr().out
    assert "[no-way-to-say-not-sure]" in out
    assert out.endswith(f"\n\n{file}: 1 warning; longest unattended run: 2 checks\n")


def test_all_mistakes_at_once_with_their_places(tmp_path, capsys):
    file = kept(tmp_path, WRONG)
    assert run(["playbooks", "check", file]) == 2
    said = capsys.readouterr()
    first, second, last = said.out.split("\n\n")
    assert first.startswith(f"{file}:13:12: ")
    assert "did you mean “time.clock”?" in first
    assert "[unknown-check]" in first
    assert second.startswith(f"{file}:22:13: ")
    assert last == f"{file}: 2 errors\n"
    assert said.err == ""


def test_what_cannot_be_looked_through(tmp_path, capsys):
    file = kept(tmp_path, BROKEN)
    assert run(["playbooks", "check", file]) == 3
    assert capsys.readouterr().out.endswith(f"{file}: 1 error\n")


def test_a_file_that_is_not_there_and_a_misspelt_id(tmp_path, capsys):
    assert run(["playbooks", "check", str(tmp_path / "none.yaml")]) == 3
    said = capsys.readouterr()
    assert (said.out, "none.yaml" in said.err) == ("", True)
    assert run(["playbooks", "check", "check-the-clok"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "did you mean “check-the-clock”?" in said.err


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([GOOD, WARNED], 1),
        ([WARNED, BROKEN], 3),
        ([BROKEN, WRONG, GOOD], 2),
    ],
    ids=["warning", "unreadable", "error"],
)
def test_of_several_the_worst_counts(texts: list[str], code: int, tmp_path, capsys):
    files = []
    for at, text in enumerate(texts):
        (folder := tmp_path / str(at)).mkdir()
        files.append(kept(folder, text))
    assert run(["playbooks", "check", *files]) == code
    out = capsys.readouterr().out
    assert all(f"{file}: " in out for file in files)


def test_as_json(tmp_path, capsys):
    good, wrong = kept(tmp_path, GOOD), kept(tmp_path, WRONG, "wrong")
    none = str(tmp_path / "none.yaml")
    assert run(["playbooks", "check", "--format", "json", good, wrong, none]) == 2
    said = capsys.readouterr()
    assert said.err == ""
    first, second, third = map(json.loads, said.out.splitlines())
    assert (first["format"], first["file"], first["playbook"], first["version"]) == (1, good, "rain", "7")
    assert (first["problems"], first["exit"], len(first["sha256"])) == ([], 0, 64)
    assert (first["longest_run"], first["longest_way"]) == (2, ["look", "twice"])
    assert (second["version"], second["longest_run"], second["longest_way"]) == (None, None, [])
    assert second["exit"] == 2
    problem = next(p for p in second["problems"] if p["code"] == "unknown-check")
    assert problem == {
        "line": 13,
        "column": 12,
        "severity": "error",
        "code": "unknown-check",
        "what": "“time.clok” is no check.",
        "instead": "did you mean “time.clock”?",
        "source": "    check: time.clok",
    }
    assert (third["file"], third["exit"]) == (none, 3)
    assert third["error"]


def test_every_shipped_one_is_checked_without_a_name(capsys):
    assert run(["playbooks", "check"]) in (0, 1)
    ends = [line for line in capsys.readouterr().out.splitlines() if "longest unattended run" in line]
    assert len(ends) == len(CONTENT.playbook_ids)


# ── list ──


def test_the_list_names_every_one_with_its_title(capsys):
    assert run(["playbooks", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CONTENT.playbook_ids)
    assert "Is the clock right?" in next(line for line in lines if line.startswith("check-the-clock"))


def test_the_list_says_where_it_is_from_what_it_hides_and_what_cannot_run(tmp_path, capsys):
    own(tmp_path, WRONG)
    own(tmp_path, GOOD.replace("id: rain", "id: check-the-clock"), "check-the-clock")
    assert run(["playbooks", "list"]) == 0
    said = capsys.readouterr().out
    rain = said[said.index("rain ") :].splitlines()[:3]
    folder = str(tmp_path / "config" / "tlswizard")
    assert rain[0].split(maxsplit=1) == ["rain", "Is it raining?"]
    assert rain[1].strip() == f"from {folder}"
    assert rain[2].strip() == "has mistakes: tlswizard playbooks check rain"
    clock = said[said.index("check-the-clock ") :].splitlines()[:3]
    assert clock[1].strip() == f"from {folder}"
    assert clock[2].strip() == "hides the one shipped with tlswizard"


def test_the_list_as_json(tmp_path, capsys):
    own(tmp_path, WRONG)
    assert run(["playbooks", "list", "--format", "json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)["playbooks"]}
    assert set(rows) == {*CONTENT.playbook_ids, "rain"}
    assert (rows["rain"]["runs"], rows["rain"]["title"]) == (False, "Is it raining?")
    assert rows["check-the-clock"]["runs"]
    assert rows["check-the-clock"]["hides"] == []


def test_a_file_that_nobody_finds_is_named_with_what_to_call_it(tmp_path, capsys):
    (tmp_path / "Mein Drucker.playbook.yml").write_text(GOOD, encoding="utf-8")
    assert run(["playbooks", "check", str(tmp_path / "Mein Drucker.playbook.yml")]) == 0
    folder = Path(own(tmp_path, GOOD)).parent
    file = folder / "Our Prüfung.Playbook.yml"
    file.write_text(GOOD, encoding="utf-8")
    (folder / "rain.playbook.yaml~").write_text(GOOD, encoding="utf-8")
    capsys.readouterr()
    told = (
        f"{file}:1:1: Nobody finds this playbook: the name of its file does not end in “.playbook.yaml”.\n"
        "  -> call it our-pruefung.playbook.yaml\n"
        "  [unknown-value]\n"
    )
    assert run(["playbooks", "list"]) == 0
    assert capsys.readouterr().out.endswith(f"\n\n{told}")
    assert run(["playbooks", "list", "--format", "json"]) == 0
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["file"], problem["code"]) == (str(file), "unknown-value")
    assert run(["playbooks", "check"]) == 1
    assert capsys.readouterr().out.endswith(f"{told}\n{file}: 1 warning\n")
    assert run(["playbooks", "check", "--format", "json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["file"], last["exit"], len(last["problems"])) == (str(file), 1, 1)
    assert run(["playbooks", "check", "rain"]) == 0


def test_a_file_in_the_current_folder_needs_its_path(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rain.txt").write_text(GOOD, encoding="utf-8")
    assert run(["playbooks", "check", "rain.txt"]) == 3
    assert "for the file write ./rain.txt" in capsys.readouterr().err
    assert run(["playbooks", "check", "./rain.txt"]) == 0
    assert run(["playbooks", "check", "snow.txt"]) == 3
    assert "A file needs its path" in capsys.readouterr().err


# ── show, walk, schema ──


def test_show_is_a_tree_of_a_file_and_of_an_id(tmp_path, capsys):
    assert run(["playbooks", "show", kept(tmp_path, GOOD)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("rain: Is it raining?\n")
    assert "  yes, not-sure → look ↓\n" in out
    assert run(["playbooks", "show", "check-the-clock"]) == 0
    assert "from     shipped with tlswizard" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["show", "walk"])
def test_one_with_mistakes_is_refused_with_all_of_them(verb: str, tmp_path, capsys):
    assert run(["playbooks", verb, kept(tmp_path, WRONG)]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "[unknown-check]" in said.err


def test_walk_tells_what_happened(tmp_path, capsys):
    file = kept(tmp_path, GOOD)
    assert run(["playbooks", "walk", file, "--plays", "100"]) == 0
    first, results, last = capsys.readouterr().out.splitlines()
    assert first.startswith("100 plays, the longest with ")
    assert sum(int(word.split()[1]) for word in results.split(", ")) == 100
    assert last == "every one of the 5 steps was seen"
    assert run(["playbooks", "walk", file, "--plays", "1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("never seen: ")
    assert len(lines) == 3 + int(lines[2].split()[2])
    assert run(["playbooks", "walk", file, "--plays", "0"]) == 3


def test_walk_finds_a_play_without_end(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tlswizard.cli.playbooks.LONGEST_PLAY", 1)
    assert run(["playbooks", "walk", kept(tmp_path, GOOD), "--plays", "5"]) == 2
    assert "5 without an end after 1 events" in capsys.readouterr().out


def test_the_schema_knows_this_persons_own_playbooks(tmp_path, capsys):
    own(tmp_path, GOOD)
    assert run(["playbooks", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["$defs"]["step"]["properties"]["use"]["enum"]) == {*CONTENT.playbook_ids, "rain"}


@pytest.mark.parametrize("words", [[], ["look"], ["show"], ["list", "--format", "xml"], ["walk"]])
def test_wrong_usage(words: list[str], capsys):
    assert run(["playbooks", *words]) == 3
    assert "--help" in capsys.readouterr().err
