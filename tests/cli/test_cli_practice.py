"""Practice from the command line: the tour, other playbooks on an exercise, and nothing left open."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tlswizard.cli import lab
from tlswizard.cli.main import run
from tlswizard.cli.practice import TOUR_EXERCISE, TOUR_PLAYBOOK, practice, tour
from tlswizard.core.trouble import Trouble
from tlswizard.explain.playbooks import USUAL
from tlswizard.lab.exercise import find_exercise
from tlswizard.wizard.guided import Guided


def test_the_tour_walks_its_own_playbook_on_an_exercise_and_closes_its_world():
    async def walked() -> None:
        async with AsyncExitStack() as worlds:
            guided = await tour(worlds)
            page = await guided.open()
            assert guided.playbook.id == TOUR_PLAYBOOK
            assert guided.pretend
            assert page.can_go_back is False
            port = guided.machine._real_port()  # type: ignore[attr-defined]
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(asyncio.wait_for(walked(), 20))


def test_an_exercise_is_walked_with_another_playbook():
    async def walked() -> None:
        async with AsyncExitStack() as worlds:
            exercise = find_exercise(TOUR_EXERCISE)
            assert exercise is not None
            guided = await practice(worlds, exercise, "check-the-clock")
            assert guided.session.state.inputs == {"server": exercise.asked}
            with pytest.raises(Trouble, match="there is no playbook"):
                await practice(worlds, exercise, "no-such")

    asyncio.run(asyncio.wait_for(walked(), 20))


def test_without_a_terminal_the_tour_prints_the_report_of_its_exercise(capsys, monkeypatch):
    monkeypatch.setattr(lab.sys.stdin, "isatty", lambda: False, raising=False)
    assert run(["lab", "tour", "--format", "text"]) == 2
    assert "jsanders4:443 is refused" in capsys.readouterr().out


@pytest.fixture
def walked(monkeypatch) -> list[Guided]:
    """A person at a terminal; the walks that were opened for them."""
    opened: list[Guided] = []

    def walk_in(open_: Callable[[AsyncExitStack], Awaitable[Guided]], *, plain: bool) -> int:
        async def run() -> None:
            async with AsyncExitStack() as worlds:
                opened.append(await open_(worlds))

        asyncio.run(asyncio.wait_for(run(), 20))
        return 0

    monkeypatch.setattr(lab, "walk_in", walk_in)
    monkeypatch.setattr(lab.sys.stdin, "isatty", lambda: True, raising=False)
    return opened


def test_the_tour_is_in_learning_mode_and_takes_another_playbook(walked: list[Guided]):
    assert run(["lab", "tour"]) == 0
    assert run(["lab", "tour", "--learn", "--playbook", "check-the-clock"]) == 0
    assert [(walk.playbook.id, walk.learning) for walk in walked] == [
        (TOUR_PLAYBOOK, True),
        ("check-the-clock", True),
    ]


def test_an_exercise_takes_its_options(walked: list[Guided]):
    assert run(["lab", "expired"]) == 0
    assert run(["lab", "expired", "--learn", "--playbook", "check-the-clock"]) == 0
    assert [(walk.playbook.id, walk.learning) for walk in walked] == [
        (USUAL, False),
        ("check-the-clock", True),
    ]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["list", "--format", "json"], "--format"),
        (["--learn"], "--learn"),
        (["serve", "expired", "--playbook", "check-the-clock"], "--playbook"),
        (["serve", "expired", "--plain"], "--plain"),
        (["tour", "--format", "json", "--playbook", "check-the-clock"], "--playbook"),
        (["tour", "--format", "json", "--learn"], "--learn"),
        (["expired", "--format", "json", "--plain"], "--plain"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    walked: list[Guided], capsys, words: list[str], option: str
):
    assert run(["lab", *words]) == 3
    said = capsys.readouterr()
    assert option in said.err
    assert (said.out, walked) == ("", [])


@pytest.mark.parametrize("words", [["tour", "--playbook", "check-the-clock"], ["expired", "--learn"]])
def test_where_nobody_can_answer_an_option_of_a_walk_is_refused(
    walked: list[Guided], capsys, monkeypatch, words: list[str]
):
    monkeypatch.setattr(lab.sys.stdin, "isatty", lambda: False, raising=False)
    assert run(["lab", *words]) == 3
    said = capsys.readouterr()
    assert f"{words[1]} " in said.err
    assert "--plain" in said.err
    assert run(["lab", *words, "--plain"]) == 0
    assert len(walked) == 1


def test_who_is_new_is_told_of_the_tour(capsys):
    assert run(["--help"]) == 0
    assert "tlswizard lab tour" in capsys.readouterr().out
