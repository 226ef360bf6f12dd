"""Sessions: kept after each step, whole or not at all, for this account alone; gone on with later."""

import json
import os
import random
import re
import stat
from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, every_exercise, the
from wizard_driver import BOOK, conclusion_of, enter, enter_through, guided, story, walking

from tlswizard.core.case import Observed
from tlswizard.lab.exercise import Exercise
from tlswizard.lab.world import World
from tlswizard.playbook.engine import NotThisPlaybook
from tlswizard.playbook.record import Session
from tlswizard.wizard import keeping
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.keeping import Trouble, load, save
from tlswizard.wizard.page import Page
from tlswizard.wizard.walk import Chose, StopHere


def kept(walk: Guided) -> Session:
    session = load(str(walk.file))
    assert isinstance(session, Session)
    return session


def again(walk: Guided, world: World, session: Session) -> Guided:
    """Another program, later, on the same world."""
    return Guided(
        world.machine, CONTENT, BOOK, session=session, file=walk.file, pretend=True,
        likely=walk._likely,
    )  # fmt: skip


def standing(page: Page) -> tuple:
    """All but how long it took."""
    done = re.sub(r"\d+ ms", "", "  ".join(page.done))
    return page.kind, page.title, page.where, page.heading, page.choices, page.selected, done


@every_exercise
def test_after_each_step_it_is_kept_and_goes_on_at_the_same_page(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, world):
            steps = 0
            while not walk.page.over:
                await walk.take(enter(walk.page))
                assert kept(walk) == walk.session
                resumed = again(walk, world, kept(walk))
                await resumed.open()
                assert standing(resumed.page) == standing(walk.page)
                steps += 1
            assert steps > 4
            assert conclusion_of(resumed.page) == conclusion_of(walk.page)

    story(run)


def test_a_resumed_walk_can_be_ended():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            await enter_through(walk, until="Copy it to the computer")
            await walk.take(StopHere())
            resumed = again(walk, world, kept(walk))
            await resumed.open()
            assert resumed.page.heading.startswith("Copy it to the computer")
            assert conclusion_of(await enter_through(resumed)) == "It works."
            assert resumed.note().replace("\n", " ").count("[put right]") == 2

    story(run)


def test_the_file_is_for_this_account_alone_and_no_other_file_is_left():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            old = os.umask(0)
            try:
                await enter_through(walk)
            finally:
                os.umask(old)
            assert stat.S_IMODE(walk.file.stat().st_mode) == 0o600
            assert [p.name for p in world.folder.iterdir() if "session" in p.name] == ["session.json"]

    story(run)


def test_a_new_folder_for_sessions_is_for_this_account_alone(tmp_path):
    where = tmp_path / "state" / "sessions"
    save(where / "one.json", made_session())
    assert stat.S_IMODE(where.stat().st_mode) == 0o700


@pytest.mark.parametrize("breaks", ["json.dump", "os.fsync"])
def test_a_disk_that_is_full_leaves_the_old_file_whole_and_nothing_else(monkeypatch, tmp_path, breaks: str):
    file = tmp_path / "session.json"
    save(file, made_session())
    whole = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"tlswizard.wizard.keeping.{breaks}", full)
    with pytest.raises(Trouble, match=r"session\.json could not be written: No space left on device"):
        save(file, replace(made_session(), message="longer"))
    assert file.read_bytes() == whole
    assert [p.name for p in tmp_path.iterdir()] == ["session.json"]


def test_a_session_that_cannot_be_kept_is_said_on_the_page_and_the_walk_goes_on(tmp_path):
    blocked = tmp_path / "a-file"
    blocked.write_text("")

    async def run() -> None:
        async with walking("short-name", file=blocked / "session.json") as (walk, _):
            page = await walk.take(enter(walk.page))
            assert "The session is not kept" in page.error
            assert conclusion_of(await enter_through(walk)) == "It works."

    story(run)


def test_the_case_of_another_machine_is_dropped_with_a_line_in_the_note():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            await enter_through(walk, until="Two lists of trust")
            session = kept(walk)
            world.machine.observed = Observed("other-09", "kim", "windows")
            resumed = again(walk, world, session)
            assert resumed.session.case is None
            assert resumed.session.before is None
            assert resumed.session.state == session.state
            await resumed.open()
            assert resumed.page.observed == "kim on other-09"
            words = " ".join(resumed.note().split())
            assert "begun as dana on srv-app-02; looked at anew as kim on other-09" in words
            assert "(from other-09, as kim)" in words

    story(run)


def test_what_was_seen_before_on_another_machine_is_dropped_too():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            await enter_through(walk, until="Another name")
            session = replace(kept(walk), case=None)
            assert session.before is not None
            world.machine.observed = Observed("other-09", "kim", "windows")
            assert again(walk, world, session).session.before is None

    story(run)


def test_the_same_machine_keeps_its_case_and_is_not_asked_again():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            await enter_through(walk, until="Two lists of trust")
            resumed = again(walk, world, kept(walk))
            words: list[str] = []
            resumed.progress = words.append
            await resumed.open()
            assert words == []
            assert resumed.session.notes == ()

    story(run)


# ── files that are none of ours ──


def made_session() -> Session:
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await enter_through(walk, until="Another name")
            found.append(walk.session)

    found: list[Session] = []
    story(run)
    return found[0]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"12", b'{"format": 1}', b"\xff\xfe", b"[" * 100_000,
        b'{"value": {"is": "Session"}}',
        b'{"value": {"is": "Case"}}', b'{"value": 3, "format": 1}',
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_ours_is_trouble_in_a_sentence(tmp_path, content: bytes):
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(Trouble) as told:
        load(str(file))
    assert "x.json" in str(told.value)
    assert "Traceback" not in str(told.value)


def test_a_session_that_was_tampered_with_is_loaded_whole_or_is_trouble(tmp_path):
    """Values at random places are replaced, with a fixed seed: no other error ever leaves `load`."""
    save(tmp_path / "s.json", made_session())
    whole = (tmp_path / "s.json").read_text()
    dice = random.Random(7)
    strange = [None, True, -1, 1e400, "", "x" * 50, "\x1b[31m", [], {}, [[1]], {"is": "Case"}, "2026-13-45"]
    refused = 0
    for _ in range(150):
        document = json.loads(whole)
        parent, key = dice.choice(list(places(document)))
        parent[key] = dice.choice(strange)
        (tmp_path / "s.json").write_text(json.dumps(document))
        try:
            load(str(tmp_path / "s.json"))
        except Trouble:
            refused += 1
    assert refused > 75


def places(node: object):
    if isinstance(node, dict | list):
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            yield node, key
            yield from places(value)


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_BYTES", 2 * 1024 * 1024)
    (tmp_path / "x.json").write_bytes(b" " * (2 * 1024 * 1024 + 1))
    with pytest.raises(Trouble, match="larger than 2 MB"):
        load(str(tmp_path / "x.json"))


def test_the_newest_sessions_come_first_and_unfinished_files_never(tmp_path):
    for index in range(7):
        file = tmp_path / f"{index}.json"
        file.write_text("{}")
        os.utime(file, (1000 + index, 1000 + index))
    (tmp_path / ".7.json.tmp.json").write_text("{}")
    (tmp_path / "readme.txt").write_text("")
    assert [p.name for p in keeping.newest(tmp_path)] == [f"{i}.json" for i in (6, 5, 4, 3, 2)]
    assert keeping.newest(tmp_path / "nowhere") == []


def test_a_file_name_says_when_and_which_server_and_is_harmless(tmp_path):
    name = keeping.new_file(tmp_path, "../../etc/https://x y\x1b", AT).name
    assert name.startswith("20310506-070809-")
    assert "/" not in name
    assert name.replace("-", "").replace(".", "").isalnum()


def test_a_session_of_another_playbook_is_refused():
    async def run() -> None:
        async with walking("expired") as (walk, world):
            await walk.take(Chose(walk.page.choices[0].id))
            state = replace(walk.session.state, step="no-such-step")
            with pytest.raises(NotThisPlaybook, match="no-such-step"):
                again(walk, world, replace(walk.session, state=state))

    story(run)


def test_the_exercises_own_session_lives_in_its_temporary_folder():
    async def run() -> None:
        async with the("expired").open(lambda: AT) as world:
            walk = guided(world, the("expired"))
            await walk.open()
            await walk.take(enter(walk.page))
            assert walk.file.parent == world.folder
            file = walk.file
            assert file.exists()
        assert not file.exists()

    story(run)
