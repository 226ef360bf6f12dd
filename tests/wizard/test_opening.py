"""The start: what was typed is read, the playbook is found, kept sessions are listed and gone on with."""

import ast
import os
from pathlib import Path

import pytest
from diagnosis_cases import CONTENT, observed, the
from playbook_copies import SHIPPED, changed, once, written
from wizard_driver import BOOK, enter, story

import tlswizard
from tlswizard.core.case import Observed
from tlswizard.machine.this import ThisMachine
from tlswizard.wizard.keeping import Trouble, save
from tlswizard.wizard.opening import USUAL, Opening, read
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.start import Reading


@pytest.fixture
def opening(tmp_path, monkeypatch) -> Opening:
    """On this machine, with a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Opening(ThisMachine(), CONTENT)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("jsanders4", "server jsanders4 · port 443 · TLS from the first byte"),
        (" https://jsanders4/service.asmx ", "server jsanders4 · port 443 · TLS from the first byte"),
        ("mail.example.com:25", "server mail.example.com · port 25 · STARTTLS (smtp)"),
        ("smtp://mail.example.com", "server mail.example.com · port 25 · STARTTLS (smtp)"),
    ],
)
def test_a_server_is_read_as_one(text: str, line: str):
    reading = read(text, CONTENT)
    assert (reading.kind, reading.line) == ("server", line)
    assert reading.target is not None


def test_a_message_chooses_its_playbook():
    reading = read(the("two-stores").message, CONTENT)
    assert (reading.kind, reading.playbook, reading.target) == ("message", USUAL, None)
    assert "message of .NET" in reading.line
    assert reading.message == the("two-stores").message


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_no_mistake(text: str):
    assert read(text, CONTENT).kind == "empty"


@pytest.mark.parametrize(
    "text", ["??", "host:99999", "the printer on the second floor hums", "\x1b[2J\x1b[31m"]
)
def test_what_is_neither_is_unclear_and_says_what_to_type(text: str):
    reading = read(text, CONTENT)
    assert reading.kind == "unclear"
    assert reading.line
    assert "\x1b" not in reading.line + reading.message


def test_it_never_raises_while_one_types():
    for text in ("https://[::1]:443/x", "x" * 5000, "a:b:c:d", "ftp://", "ünïcode.example", "\u202e\x00"):
        for end in range(0, len(text), max(len(text) // 20, 1)):
            assert isinstance(read(text[:end], CONTENT), Reading)


def test_the_playbooks_are_listed_first(opening: Opening):
    entries = opening.entries()
    assert [e.id for e in entries if e.kind == "playbook"] == list(CONTENT.playbook_ids)
    assert not [e for e in entries if e.kind == "session"]
    assert all(e.title and e.about for e in entries)
    assert [e.hint for e in entries] == ["the usual way in"] + [""] * (len(entries) - 1)
    assert opening.observed == str(ThisMachine().observed)


def test_a_walk_is_kept_listed_and_gone_on_with(opening: Opening, tmp_path: Path):
    async def run() -> None:
        entry = opening.entries()[0]
        walk = await opening.open(opening.read("https://kept.invalid"), entry)
        await walk.open()
        await walk.take(enter(walk.page))
        (session,) = [e for e in opening.entries() if e.kind == "session"]
        assert session.title == "Go on with kept.invalid:443"
        assert Path(session.id).is_relative_to(tmp_path / "state" / "tlswizard" / "sessions")
        kept.append(session.id)
        again = await opening.open(Reading("empty", ""), session)
        await again.open()
        assert (again.page.kind, again.page.choices) == (walk.page.kind, walk.page.choices)
        assert opening.resumed().session.state == walk.session.state

    kept: list[str] = []
    story(run)
    assert [Path(file).stat().st_mode & 0o777 for file in kept] == [0o600]


def test_a_session_of_a_playbook_with_other_names_is_listed_by_its_server(opening: Opening, tmp_path: Path):
    text = (
        SHIPPED.replace("{server", "{host")
        .replace("\n  server:\n", "\n  host:\n")
        .replace("change: server", "change: host")
    )
    file = written(text, tmp_path)

    async def run() -> None:
        walk = opening.begun(str(file), server="https://kept.invalid")
        await walk.open()
        await walk.take(enter(walk.page))
        (session,) = [e for e in opening.entries() if e.kind == "session"]
        assert session.title == "Go on with kept.invalid:443"

    story(run)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff" * 40, b'{"format": 1, "value": {"is": "Session"}}']
)
def test_a_broken_session_file_is_not_offered_and_harms_nothing(opening: Opening, content: bytes):
    opening.sessions.mkdir(parents=True)
    (opening.sessions / "broken.json").write_bytes(content)
    (opening.sessions / "a-folder.json").mkdir()
    assert [e.kind for e in opening.entries()] == ["playbook"] * len(CONTENT.playbook_ids)
    with pytest.raises(Trouble, match=r"broken\.json"):
        opening.resumed(str(opening.sessions / "broken.json"))
    assert (opening.sessions / "broken.json").read_bytes() == content


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_offers_nothing(opening: Opening):
    opening.sessions.mkdir(parents=True, mode=0o000)
    assert [e.kind for e in opening.entries()] == ["playbook"] * len(CONTENT.playbook_ids)


def test_without_any_session_there_is_nothing_to_go_on_with(opening: Opening):
    with pytest.raises(Trouble, match="no session"):
        opening.resumed()


def test_a_case_is_no_session(opening: Opening, tmp_path: Path):
    save(tmp_path / "case.json", observed("expired"))
    with pytest.raises(Trouble, match="check --case"):
        opening.resumed(str(tmp_path / "case.json"))


def test_a_copy_of_a_playbook_is_gone_on_with_and_not_the_shipped_one(opening: Opening, tmp_path: Path):
    """Both have the same id; a file hides the shipped one."""
    file = written(changed(), tmp_path)

    async def run() -> None:
        walk = opening.begun(str(file), server="https://kept.invalid")
        await walk.open()
        assert walk.page.heading == "Who calls?"
        again = opening.resumed()
        await again.open()
        assert again.page.heading == "Who calls?"
        file.unlink()
        with pytest.raises(Trouble, match=f"{file.name} could not be read: No such file"):
            opening.resumed()

    story(run)


def test_the_usual_playbook_is_named_in_one_place():
    """Who wants another usual one changes one line."""
    package = Path(tlswizard.__file__).parent
    named = [
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == USUAL
    ]
    assert named == ["explain/playbooks.py"]


def test_a_playbook_that_is_not_there_is_told_with_those_that_are(opening: Opening):
    with pytest.raises(Trouble, match=f"there is no playbook “nothing-such”; there are {USUAL}"):
        opening.begun("nothing-such")
    with pytest.raises(Trouble, match=r"nowhere\.yaml could not be read: No such file"):
        opening.begun("./nowhere.yaml")


def test_a_broken_playbook_says_file_line_and_column(tmp_path: Path):
    broken = once(SHIPPED, "    check: chain.view\n", "    check: chain.veiw\n")
    broken = once(broken, "    retest: everything\n", "    retest: evrything\n")
    file = written(broken, tmp_path)
    lines = broken.splitlines()
    with pytest.raises(Trouble) as told:
        playbook(CONTENT, str(file))
    for word in ("chain.veiw", "evrything"):
        line = next(n for n, text in enumerate(lines, 1) if word in text)
        column = lines[line - 1].index(word) + 1
        assert f"{file}:{line}:{column}" in str(told.value)


def test_an_input_that_is_none_of_the_playbooks_is_told(opening: Opening):
    with pytest.raises(Trouble, match="no input colour"):
        opening.begun(inputs={"colour": "red"})
    with pytest.raises(Trouble):
        opening.begun(inputs={"server": "host:99999"})


def test_a_message_from_the_start_is_on_the_first_page(opening: Opening):
    async def run() -> None:
        reading = opening.read(the("untrusted-root").message)
        walk = await opening.open(reading, opening.entries()[0])
        await walk.open()
        assert walk.page.choices[walk.page.selected].id == "not-trusted"
        assert walk.page.observed == opening.observed
        assert isinstance(opening.machine.observed, Observed)
        assert BOOK.id == walk.playbook.id

    story(run)
