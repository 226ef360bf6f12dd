import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlswizard.core.certificate import Malformed
from tlswizard.core.names import why_not
from tlswizard.lab import exercises
from tlswizard.lab.exercise import Bench, Exercise, all_exercises, find_exercise

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)

every = pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.id)


def test_every_file_is_an_exercise():
    files = {path.stem for path in Path(exercises.__file__).parent.glob("*.py")} - {"__init__"}
    assert {exercise.id.replace("-", "_") for exercise in all_exercises()} == files


def test_the_exercises_of_the_first_lab_are_there():
    assert {exercise.id for exercise in all_exercises()} >= {
        "two-stores", "short-name", "missing-intermediate", "intermediate-in-user-store", "self-signed",
        "untrusted-root", "expired", "clock-wrong", "two-faults-at-once", "smtp-starttls",
    }  # fmt: skip


def test_an_exercise_is_found_by_its_id():
    found = find_exercise("two-stores")
    assert found is not None
    assert found.asked == "https://jsanders4"
    assert find_exercise("no-such") is None


def test_both_shapes_of_machine_are_used():
    bench = Bench.at(AT)
    platforms = [exercise.build(bench).computer.observed.platform for exercise in all_exercises()]
    assert platforms.count("windows") >= 3
    assert platforms.count("linux") >= 3


@every
def test_it_says_what_it_is(exercise: Exercise):
    assert exercise.title
    assert exercise.expects
    assert exercise.program
    assert exercise.message
    story, drawn = exercise.description.rsplit("\n\n", 1)
    assert len(story) > 80
    assert "\n" not in drawn


@every
def test_the_chain_is_drawn_as_it_is(exercise: Exercise):
    leaf = exercise.build(Bench.at(AT)).sends[0]
    assert exercise.chain_drawn == tuple(i.certificate.title for i in reversed(leaf.path))


@every
def test_every_listed_name_that_one_could_ask_for_leads_to_the_server(exercise: Exercise):
    scene = exercise.build(Bench.at(AT))
    assert exercise.target.host in scene.names
    assert any(why_not(name, scene.sends[0].certificate) is None for name in scene.names)
    assert all(name.endswith(".example") or "." not in name for name in scene.names)


@every
def test_the_name_fits_unless_that_is_the_fault(exercise: Exercise):
    mismatch = why_not(exercise.target.servername, exercise.build(Bench.at(AT)).sends[0].certificate)
    assert (mismatch is not None) == ("name-mismatch" in exercise.expects)


@every
def test_it_starts_serves_and_stops(exercise: Exercise, look):
    async def story():
        async with exercise.open(lambda: AT) as world:
            assert world.folder.stat().st_mode & 0o777 == 0o700
            seen = await look(world.machine, exercise.target)
            assert len(seen.chain) >= 1
            assert not any(isinstance(c, Malformed) for c in seen.chain)
            assert seen.chain[0].title == exercise.chain_drawn[-1]
            assert (b"Date: Tue, 06 May 2031 07:08:09 GMT" in seen.answer) == (
                exercise.target.starttls is None
            )
        assert not world.folder.exists()
        with pytest.raises(ConnectionRefusedError):
            await look(world.machine, exercise.target)

    asyncio.run(asyncio.wait_for(story(), 10), debug=True)
