"""A kept session finds the playbook that it was begun with, and is told when that has changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from diagnosis_cases import CONTENT
from wizard_driver import story, strings

from tlswizard.content.library import PLAYBOOK
from tlswizard.core.trouble import Trouble
from tlswizard.machine.this import ThisMachine
from tlswizard.playbook.record import Session
from tlswizard.wizard import keeping
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.opening import Opening
from tlswizard.wizard.walk import Back, Chose

BOOK = """tlswizard: 1
id: {id}
title: {title}
version: "{version}"
steps:
  first:
    ask: {question}
    choices: {{yes: second, no: second, not-sure: second}}
  second:
    explain: Read this.
    next: end
  end:
    finish: solved
"""

OUTER = """tlswizard: 1
id: outer
title: The outer one
version: "7"
steps:
  inside:
    use: inner
    next: {solved: end}
  end:
    finish: solved
"""


def put(
    path: Path, *, id: str, title: str = "A", version: str = "1", question: str = "Is it broken?"
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BOOK.format(id=id, title=title, version=version, question=question))
    return path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def opening(tmp_path: Path, site: Path, monkeypatch) -> Callable[[], Opening]:
    """The program, begun anew: the files of the site are read again."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return lambda: Opening(ThisMachine(), CONTENT.with_added((site,)))


def answered(walk: Guided) -> str:
    """The question is answered, the session is kept; its file."""

    async def run() -> None:
        await walk.open()
        await walk.take(Chose("yes"))

    story(run)
    return str(walk.file)


def kept(file: str) -> Session:
    session = keeping.load(file)
    assert isinstance(session, Session)
    return session


# ── the playbook is the one that was opened ──


def test_a_playbook_of_a_site_is_found_by_its_file_and_not_by_the_id_inside(opening, site: Path):
    put(site / f"house{PLAYBOOK}", id="revocation", title="Of the house")
    file = answered(opening().begun("house"))
    assert kept(file).playbook == "house"
    assert opening().resumed(file).playbook.title == "Of the house"


def test_a_file_is_found_from_every_folder(opening, tmp_path: Path, monkeypatch):
    for where in ("one", "two"):
        put(tmp_path / where / "mine.yaml", id="mine", title=where)
    monkeypatch.chdir(tmp_path / "one")
    file = answered(opening().begun("./mine.yaml"))
    for where in ("two", "."):
        monkeypatch.chdir(tmp_path / where)
        assert opening().resumed(file).playbook.title == "one"


@pytest.mark.parametrize(
    "name",
    ["\x1b[2J\u202e.yaml", "\udcff.yaml", "x" * 200 + "/" + "y" * 200 + ".yaml"],
    ids=["hidden characters", "no UTF-8", "longer than a screen shows"],
)
def test_a_file_with_a_strange_or_long_name_is_found_again(opening, tmp_path: Path, name: str):
    book = put(tmp_path / name, id="mine", title="Strange")
    file = answered(opening().begun(str(book)))
    assert opening().resumed(file).playbook.title == "Strange"


def test_a_file_that_is_gone_is_told_and_no_other_playbook_is_opened(opening, tmp_path: Path):
    book = put(tmp_path / f"revocation{PLAYBOOK}", id="revocation")
    file = answered(opening().begun(str(book)))
    book.unlink()
    with pytest.raises(Trouble, match=r"revocation\.playbook\.yaml could not be read: No such file"):
        opening().resumed(file)


def test_a_session_from_before_these_were_kept_still_opens(opening, tmp_path: Path):
    book = put(tmp_path / "mine.yaml", id="mine", title="Old")
    file = answered(opening().begun(str(book)))
    document = json.loads(Path(file).read_text())
    for name in ("playbook_file", "uses"):
        del document["value"][name]
    Path(file).write_text(json.dumps(document))
    walk = opening().resumed(file)
    assert walk.playbook.title == "Old"
    assert walk.session.notes == ()
    assert os.fsdecode(walk.session.playbook_file) == str(book)


def test_a_file_of_this_name_here_does_not_stand_for_a_shipped_playbook(opening, tmp_path: Path, monkeypatch):
    put(tmp_path / "shipped with tlswizard", id="mine", title="Not this one")
    monkeypatch.chdir(tmp_path)
    walk = opening().begun("first-tour")
    keeping.save(tmp_path / "s.json", walk.session)
    assert opening().resumed(str(tmp_path / "s.json")).playbook.id == "first-tour"


# ── what has changed is told ──


def test_a_playbook_as_it_was_is_gone_on_with_without_a_word(opening, site: Path):
    put(site / f"mine{PLAYBOOK}", id="mine")
    file = answered(opening().begun("mine"))
    again = opening().resumed(file)
    assert again.session == kept(file)
    assert not again.session.state.out_of_date


def test_a_changed_playbook_is_told_once_and_its_answers_are_out_of_date(opening, site: Path):
    put(site / f"mine{PLAYBOOK}", id="mine")
    file = answered(opening().begun("mine"))
    put(site / f"mine{PLAYBOOK}", id="mine", version="2", question="Is it fine?")
    again = opening().resumed(file)
    line = "playbook mine changed since this session was kept: version 1 -> 2"
    assert again.session.notes == (line,)
    assert line in " ".join(again.note().split())
    assert again.session.state.out_of_date == {"first"}
    assert again.session.playbook_version == "2"

    async def goes_on() -> None:
        await again.open()

    story(goes_on)
    assert opening().resumed(file).session.notes == (line,)


def test_another_content_of_the_same_version_is_told(opening, site: Path):
    put(site / f"mine{PLAYBOOK}", id="mine")
    file = answered(opening().begun("mine"))
    put(site / f"mine{PLAYBOOK}", id="mine", question="Is it fine?")
    (line,) = opening().resumed(file).session.notes
    assert line == "playbook mine changed since this session was kept: version 1 as before, other content"


def test_a_changed_playbook_that_is_used_is_told_by_its_own_name(opening, site: Path):
    (site / f"outer{PLAYBOOK}").write_text(OUTER)
    put(site / f"inner{PLAYBOOK}", id="inner")
    file = answered(opening().begun("outer"))
    assert [(used.id, used.version) for used in kept(file).uses] == [("inner", "1")]
    assert opening().resumed(file).session.notes == ()
    put(site / f"inner{PLAYBOOK}", id="inner", version="2", question="Is it fine?")
    again = opening().resumed(file)
    assert again.session.notes == ("playbook inner changed since this session was kept: version 1 -> 2",)
    assert "inside/first" in again.session.state.out_of_date
    assert [used.version for used in again.session.uses] == ["2"]


def test_a_playbook_that_lost_a_step_of_the_session_is_trouble(opening, site: Path):
    book = put(site / f"mine{PLAYBOOK}", id="mine")
    file = answered(opening().begun("mine"))
    book.write_text(book.read_text().replace("second", "other"))
    with pytest.raises(Trouble, match=r"changed since this session was kept: .*second"):
        opening().resumed(file)


def test_who_goes_back_is_told_that_the_answer_is_older_than_the_question(opening, site: Path):
    put(site / f"mine{PLAYBOOK}", id="mine")
    file = answered(opening().begun("mine"))
    put(site / f"mine{PLAYBOOK}", id="mine", version="2", question="Is it fine?")

    async def run() -> None:
        walk = opening().resumed(file)
        await walk.open()
        page = await walk.take(Back())
        shown = " ".join(strings(page))
        assert "Is it fine?" in shown
        assert "You answered this before something changed" in shown

    story(run)
