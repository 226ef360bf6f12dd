"""Learning mode: guess before you look, and see every result with its reason."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from diagnosis_cases import CONTENT, every_exercise
from test_wizard_plain import typed
from wizard_driver import BOOK, enter, enter_through, story, strings, walking

from tlswizard.cli import lab, starting, wizard
from tlswizard.cli import walking as walking_
from tlswizard.cli.main import run as called
from tlswizard.core.blocks import Conclusion, Heading, Paragraph
from tlswizard.lab.exercise import Exercise
from tlswizard.machine.this import ThisMachine
from tlswizard.playbook import engine
from tlswizard.playbook.format import Check
from tlswizard.wizard import keeping
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.learning import COMPARE, GUESS, THINK, back, can_go_back
from tlswizard.wizard.opening import Opening
from tlswizard.wizard.page import Page
from tlswizard.wizard.walk import Back, GoOn, LookAgain, StopHere

HEADINGS = {THINK, COMPARE}


def headings(page: Page) -> list[str]:
    return [block.text for block in page.blocks if isinstance(block, Heading)]


def is_guess(page: Page) -> bool:
    return Paragraph(GUESS) in page.blocks


def step(walk: Guided):
    return walk.playbook.steps[walk.session.state.step]


async def to_guess(walk: Guided) -> Page:
    """The first page that asks to guess."""
    while not is_guess(walk.page):
        await walk.take(enter(walk.page))
    return walk.page


async def to_fine(walk: Guided) -> Page:
    """The first page of a check that found nothing wrong."""
    while not (walk.page.kind == "check" and "✓" in list(strings(walk.page.blocks))[:1]):
        await walk.take(enter(walk.page))
    return walk.page


# ── the way through ──


@every_exercise
def test_enter_alone_still_leads_to_solved_and_every_check_is_seen(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id, learning=True) as (walk, _):
            pages: list[tuple[str, Page]] = []
            last = await enter_through(walk, lambda page: pages.append((step(walk).name, page)))
            assert (last.over, walk.exit_code()) == (True, 0)
            seen = {name for name, page in pages if page.kind == "check"}
            looked = {v.step for v in walk.session.state.trail if isinstance(BOOK.steps[v.step], Check)}
            assert seen == looked
            assert {"ok"} <= {v.ending for v in walk.session.state.trail}

    story(run, 40)


def test_a_guess_comes_before_each_check_that_has_something_to_learn_and_before_no_other():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            pages: list[tuple[str, Page]] = []
            await enter_through(walk, lambda page: pages.append((step(walk).name, page)))
            checks = {v.step for v in walk.session.state.trail if isinstance(BOOK.steps[v.step], Check)}
            for name in checks:
                mine = [is_guess(page) for at, page in pages if at == name and page.kind in ("text", "check")]
                assert mine == ([True, False] if BOOK.steps[name].learn else [False]), name
            assert any(BOOK.steps[name].learn for name in checks)
            assert not all(BOOK.steps[name].learn for name in checks)

    story(run)


def test_a_guess_is_asked_before_anything_was_looked_at():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            page = await to_guess(walk)
            assert (page.kind, page.enter, page.details) == ("text", "look", "")
            assert page.heading == step(walk).title
            assert headings(page) == [THINK, "Why"]
            assert " ".join(step(walk).learn.split()) in list(strings(page.blocks))
            assert walk.session.case.reach is None
            assert not [block for block in page.blocks if isinstance(block, Conclusion)]
            told = await walk.take(GoOn())
            assert told.kind == "check"
            assert walk.session.case.reach is not None
            assert headings(told)[-2:] == [COMPARE, "Why"]

    story(run)


def test_what_is_well_shows_its_conclusion_and_evidence():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            page = await to_fine(walk)
            assert isinstance(page.blocks[0], Conclusion)
            assert not isinstance(page.blocks[1], Heading)

    story(run)


def test_every_page_of_a_step_shows_what_it_teaches_and_questions_on_the_way_do_not():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            seen: list[str] = []

            def look(page: Page) -> None:
                seen.append(page.kind)
                here = step(walk)
                told = set(headings(page))
                if page.kind == "input":
                    assert not told
                    return
                assert ("Why" in told) == bool(here.why)
                assert bool(told & HEADINGS) == bool(here.learn)
                assert not told & HEADINGS or page.words

            await enter_through(walk, look)
            assert {"question", "input", "text", "check", "fix", "retest", "finish"} <= set(seen)

    story(run)


@every_exercise
def test_outside_learning_mode_nothing_of_it_shows(exercise: Exercise):
    learn = {" ".join(s.learn.split()) for s in BOOK.steps.values() if s.learn}

    async def run() -> None:
        async with walking(exercise.id) as (walk, _):

            def look(page: Page) -> None:
                assert not set(headings(page)) & {*HEADINGS, "Why"}
                assert not is_guess(page)
                assert not learn & set(strings(page))

            await enter_through(walk, look)

    story(run)


# ── back, look again, stop ──


def test_back_goes_through_the_pages_as_they_were_seen():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            seen: list[Page] = []
            await enter_through(walk, seen.append, until="Two lists of trust")
            facts = [(p.kind, p.heading, is_guess(p)) for p in seen]
            assert ("check", "Does it speak TLS?", False) in facts
            for expected in reversed(facts[:-1]):
                assert walk.page.can_go_back
                page = await walk.take(Back())
                assert (page.kind, page.heading, is_guess(page)) == expected
            assert not walk.page.can_go_back
            assert await walk.take(Back()) == walk.page

    story(run)


def test_after_back_the_guess_is_asked_again_on_the_way_on():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            guess = await to_guess(walk)
            await walk.take(GoOn())
            await walk.take(Back())
            assert walk.page == guess
            await walk.take(Back())
            assert walk.page.kind == "input"
            await walk.take(enter(walk.page))
            assert is_guess(walk.page)

    story(run)


def test_looking_again_stays_at_the_result():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            await to_guess(walk)
            told = await walk.take(GoOn())
            before = walk.session.case.reach
            again = await walk.take(LookAgain())
            assert (again.kind, again.heading) == (told.kind, told.heading)
            assert walk.session.case.reach is not before

    story(run)


def test_stop_at_a_guess_leads_back_to_it_and_teaches_nothing():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            guess = await to_guess(walk)
            stopped = await walk.take(StopHere())
            assert stopped.over
            assert not set(headings(stopped)) & {*HEADINGS, "Why"}
            assert await walk.take(Back()) == guess

    story(run)


def test_a_look_that_is_cancelled_leaves_the_walk_at_the_guess():
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, _):
            guess = await to_guess(walk)
            begun = asyncio.Event()
            walk.progress = lambda _: begun.set()
            taking = asyncio.ensure_future(walk.take(GoOn()))
            await begun.wait()
            taking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await taking
            assert walk.page == guess
            assert await walk.take(LookAgain()) == guess
            assert (await walk.take(GoOn())).kind == "check"

    story(run)


# ── what is kept ──


def test_the_note_and_the_kept_session_know_nothing_of_it():
    kept: list[tuple] = []

    async def run() -> None:
        for learning in (False, True):
            async with walking("two-stores", learning=learning) as (walk, _):
                await enter_through(walk)
                state = walk.session.state
                kept.append((state.trail, state.answers, _stable(walk.note())))

    story(run, 40)
    assert kept[0] == kept[1]


def _stable(note: str) -> list[str]:
    """The note's lines; how long something took is another thing each time."""
    return [line for line in note.splitlines() if " ms" not in line]


@pytest.mark.parametrize("learning", [True, False])
def test_a_session_is_resumed_at_what_was_well(learning: bool):
    async def run() -> None:
        async with walking("two-stores", learning=True) as (walk, world):
            await to_fine(walk)
            name = step(walk).name
            session = keeping.load(str(world.folder / "session.json"))
            other = Guided(world.machine, CONTENT, BOOK, session=session, learning=learning, pretend=True)
            page = await other.open()
            assert (step(other).name == name) == learning
            assert is_guess(page) == (learning and bool(BOOK.steps[name].learn))
            assert (await enter_through(other)).over

    story(run, 40)


# ── back, as a value ──


def test_back_restores_the_state_before_with_its_trail_as_it_was():
    state = engine.start(BOOK, {"server": "example.com"})
    first = engine.tell(BOOK, state, engine.Chosen(next(iter(BOOK.steps[state.step].choices))))
    while not isinstance(wanted := engine.want(BOOK, first), engine.WantCheck):
        given = "yes" if wanted.input.type == "yes-no" else "not-sure"
        first = engine.tell(BOOK, first, engine.InputGiven(wanted.name, given))
    second = engine.tell(BOOK, first, engine.CheckEnded("ok"))
    third = engine.tell(BOOK, second, engine.CheckEnded("ok"))
    assert (back(BOOK, third).step, back(BOOK, third).trail) == (second.step, second.trail)
    assert back(BOOK, back(BOOK, third)).trail == first.trail
    assert can_go_back(BOOK, first)
    assert not can_go_back(BOOK, state)


# ── plain lines ──


def test_plain_lines_show_the_guess_and_the_result():
    _, typist = typed("two-stores", "", "", "", "", "", "q", learning=True)
    said = typist.said
    assert typist.prompts[3:6] == [
        "Enter: look (? help): ",
        "Enter: go on (? help): ",
        "Enter: look (? help): ",
    ]
    assert said.index(GUESS) < said.index("✓ The server can be reached") < said.index(COMPARE)


# ── how it is asked for ──


@pytest.mark.parametrize("learning", [True, False])
def test_walks_are_opened_as_it_was_asked(learning: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "folder", lambda *_: tmp_path)
    opening = Opening(ThisMachine(), CONTENT, learning=learning)
    begun = opening.begun(server="example.com")
    assert begun.learning == learning
    keeping.save(begun.file, begun.session)
    assert opening.resumed(str(begun.file)).learning == learning


@pytest.mark.parametrize(("words", "learning"), [(["--learn"], True), ([], False)])
def test_the_command_lines_pass_it_on(words: list[str], learning: bool, monkeypatch: pytest.MonkeyPatch):
    asked: list[bool] = []

    def in_world(opened: Callable[[AsyncExitStack], Awaitable[Guided]], *, plain: bool) -> int:
        async def run() -> None:
            async with AsyncExitStack() as worlds:
                asked.append((await opened(worlds)).learning)

        asyncio.run(run())
        return 0

    monkeypatch.setattr(lab, "walk_in", in_world)
    monkeypatch.setattr(walking_, "walk", lambda guided, *, plain: asked.append(guided.learning) or 0)
    monkeypatch.setattr(starting, "start", lambda *, learning: asked.append(learning) or 0)
    monkeypatch.setattr(wizard, "prefers_plain", lambda _: False)
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert called(["lab", "two-stores", "--plain", *words]) == 0
    assert called(["example.com", *words]) == 0
    assert called(words) == 0
    assert asked == [learning] * 3


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
