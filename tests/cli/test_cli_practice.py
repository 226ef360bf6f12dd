"""Practice from the command line: the tour, other playbooks on an exercise, and nothing left open."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tlswizard.cli import lab
from tlswizard.cli.main import run
from tlswizard.cli.practice import TOUR_EXERCISE, TOUR_PLAYBOOK, practice, tour
from tlswizard.core.trouble import Trouble
from tlswizard.lab.exercise import find_exercise


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


def test_who_is_new_is_told_of_the_tour(capsys):
    assert run(["--help"]) == 0
    assert "tlswizard lab tour" in capsys.readouterr().out
