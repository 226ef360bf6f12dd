"""The list of programs, and why two of them differ."""

from dataclasses import replace

import pytest
from tui_driver import Driver, drive
from tui_pages import CHECK, PROGRAMS, QUESTION, SEEN, FakeWalk

from tlswizard.core.blocks import Paragraph
from tlswizard.tui.app import TlsWizard
from tlswizard.tui.choices import Choices
from tlswizard.wizard.page import Choice
from tlswizard.wizard.walk import Chose

TITLES = (
    "OpenSSL", "curl", "I am not sure", "Chromium", "Firefox", ".NET, started by you", ".NET, as a service",
    "GnuTLS", "wget", "git", "Go", "Java (to 24)", "Java (25 and later)", "Node.js (to 22)",
    "Node.js (23 and later)", "Ruby",
    "PHP", "PostgreSQL's clients, which have a title that is far too long for one line of a terminal",
    "Postfix", "Python (to 3.12)", "Python (3.13 and later)", "Python requests", "Rust programs",
)  # fmt: skip
LONG = replace(
    QUESTION,
    kind="input",
    blocks=(Paragraph("Which program fails, and as whom does it run?"),),
    choices=tuple(
        Choice(f"id-{at}", title, group="Not installed here" if at == 3 else "")
        for at, title in enumerate(TITLES)
    ),
)


def selected(driver: Driver) -> str:
    return TITLES[driver.one(Choices).selected]


def on(walk: FakeWalk, steps, size: tuple[int, int] = (80, 24)) -> None:
    drive(TlsWizard(walk=walk), steps, size)


# ── a list that is longer than the screen ──


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
def test_the_others_stand_under_a_heading_and_the_rest_is_announced(size: tuple[int, int]):
    async def steps(driver: Driver) -> None:
        text = driver.text
        assert text.index("I am not sure") < text.index("Not installed here") < text.index("4  Chromium")
        assert "more in the list: PgDn" in text
        assert all(len(line) <= size[0] for line in driver.lines)
        await driver.press("end")
        assert "the list begins above: PgUp" in driver.text

    on(FakeWalk(LONG), steps, size)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
def test_home_end_and_pages_move_the_selection_and_keep_it_in_sight(size: tuple[int, int]):
    async def steps(driver: Driver) -> None:
        await driver.press("end")
        assert selected(driver) == "Rust programs"
        assert "▸    Rust programs" in driver.text
        await driver.press("home")
        assert selected(driver) == "OpenSSL"
        assert "▸ 1  OpenSSL" in driver.text
        places = [driver.one(Choices).selected]
        for _ in range(2):
            await driver.press("pagedown")
            places.append(driver.one(Choices).selected)
            assert f"▸ {places[-1] + 1 if places[-1] < 9 else ' '}  " in driver.text
        assert places == sorted(set(places))
        await driver.press("pageup")
        assert driver.one(Choices).selected < places[-1]

    on(FakeWalk(LONG), steps, size)


def test_what_is_too_long_for_a_line_goes_on_in_the_next():
    async def steps(driver: Driver) -> None:
        await driver.press("end")
        assert "far too long for one line of a" in " ".join(driver.text.split())

    on(FakeWalk(LONG), steps, (60, 20))


def test_a_capital_goes_to_the_next_line_that_begins_with_it():
    walk = FakeWalk(LONG, CHECK)

    async def steps(driver: Driver) -> None:
        for key, title in (
            ("P", "PHP"), ("P", "PostgreSQL's clients, which have a title that is far too long for one line "
            "of a terminal"), ("P", "Postfix"), ("J", "Java (to 24)"), ("N", "Node.js (to 22)"),
            ("C", "curl"), ("N", ".NET, started by you"), ("Z", ".NET, started by you"),
        ):  # fmt: skip
            await driver.press(key)
            assert selected(driver) == title
        await driver.press("enter")

    on(walk, steps)
    assert walk.taken == [Chose("id-5")]


def test_the_help_says_so_where_the_list_is_long():
    async def steps(driver: Driver) -> None:
        await driver.press("f1")
        assert "With Shift" in driver.text
        assert "Home and End" in driver.text

    on(FakeWalk(LONG), steps)

    async def short(driver: Driver) -> None:
        await driver.press("f1")
        assert "With Shift" not in driver.text

    on(FakeWalk(QUESTION), short)


def test_a_text_that_is_too_long_is_read_to_its_end_before_the_list_moves():
    long_text = tuple(Paragraph(f"paragraph {at}") for at in range(20))

    async def steps(driver: Driver) -> None:
        assert "paragraph 19" not in driver.text
        for _ in range(12):
            if "paragraph 19" in driver.text:
                break
            assert driver.one(Choices).selected == LONG.selected
            await driver.press("pagedown")
        await driver.press("pagedown")
        assert driver.one(Choices).selected > LONG.selected
        await driver.press("home", "pageup")
        assert "paragraph 19" not in driver.text

    on(FakeWalk(replace(LONG, blocks=long_text)), steps)


def test_on_a_page_without_a_list_home_and_end_go_through_the_text():
    page = replace(CHECK, blocks=tuple(Paragraph(f"paragraph {at}") for at in range(30)))

    async def steps(driver: Driver) -> None:
        await driver.press("end")
        assert "paragraph 29" in driver.text
        await driver.press("home")
        assert "paragraph 0" in driver.lines[2] + driver.lines[4]

    on(FakeWalk(page), steps)


# ── why two differ ──


def test_two_programs_are_picked_and_the_answer_is_shown():
    walk = FakeWalk(CHECK)

    async def steps(driver: Driver) -> None:
        await driver.press("p")
        assert driver.on == "ProgramsScreen"
        assert driver.keys.startswith(" d why two differ   Esc back")
        await driver.press("d")
        assert driver.on == "PickScreen"
        assert "Which program?" in driver.text
        assert "✗ refuses (root, name)" in driver.text
        assert SEEN in driver.text
        await driver.press("2")
        assert "Why does it differ from .NET, started by you?" in driver.text
        assert "1  .NET, as a service" in driver.text
        await driver.press("down", "enter")
        assert driver.on == "LookScreen"
        assert "mine reads another store than browser." in driver.text
        await driver.press("escape")
        assert driver.on == "ProgramsScreen"
        await driver.press("escape")
        assert driver.on == "StepScreen"

    on(walk, steps)
    assert walk.compared == [("mine", "browser")]
    assert walk.taken == []


def test_escape_goes_back_one_question_at_a_time():
    async def steps(driver: Driver) -> None:
        await driver.press("p", "d", "down", "down", "enter", "escape")
        assert "Which program?" in driver.text
        assert "▸ 3  Chromium" in driver.text
        await driver.press("escape")
        assert driver.on == "ProgramsScreen"

    walk = FakeWalk(CHECK)
    on(walk, steps)
    assert walk.compared == []


def test_the_heading_of_a_group_stays_when_its_first_program_was_picked():
    async def steps(driver: Driver) -> None:
        await driver.press("p", "d", "3")
        text = driver.text[driver.text.index("And which other program?") :]
        assert text.index("Not installed here") < text.index("3  curl")

    on(FakeWalk(CHECK), steps)


def test_of_two_programs_nothing_is_asked():
    walk = FakeWalk(CHECK)
    walk.judged = lambda: PROGRAMS[:2]  # type: ignore[method-assign]

    async def steps(driver: Driver) -> None:
        await driver.press("p", "d")
        assert "service reads another store than mine." in driver.text

    on(walk, steps)


@pytest.mark.parametrize("count", [0, 1])
def test_where_there_are_no_two_the_key_does_nothing_and_is_not_shown(count: int):
    walk = FakeWalk(CHECK)
    walk.judged = lambda: PROGRAMS[:count]  # type: ignore[method-assign]

    async def steps(driver: Driver) -> None:
        await driver.press("p")
        assert "differ" not in driver.keys
        await driver.press("d")
        assert driver.on == "ProgramsScreen"

    on(walk, steps)


def test_a_walk_that_breaks_while_it_compares_is_told_calmly():
    walk = FakeWalk(CHECK)

    async def steps(driver: Driver) -> None:
        await driver.press("p", "d", "1", "1")
        assert "Something in tlswizard broke" in driver.text
        assert "no such thing" in driver.text
        await driver.press("escape")
        assert driver.on == "ProgramsScreen"

    def broken(one: str, two: str) -> None:
        raise ValueError("no such thing")

    walk.differ = broken  # type: ignore[method-assign,assignment]
    on(walk, steps)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
def test_a_long_list_to_pick_from_fits_the_screen(size: tuple[int, int]):
    walk = FakeWalk(CHECK)
    walk.judged = lambda: tuple(replace(c, hint="✗ refuses (intermediate)") for c in LONG.choices)  # type: ignore[method-assign]

    async def steps(driver: Driver) -> None:
        await driver.press("p", "d")
        assert "Enter take it" in driver.keys
        assert "more in the list: PgDn" in driver.text
        await driver.press("end")
        assert "▸    Rust programs" in driver.text
        assert len(driver.lines) <= size[1]
        assert all(len(line) <= size[0] for line in driver.lines)
        await driver.press("home", "J", "enter")
        assert "Why does it differ from Java (to 24)?" in driver.text

    on(walk, steps, size)


def test_the_help_of_a_step_says_where_two_are_compared():
    async def steps(driver: Driver) -> None:
        await driver.press("f1")
        assert "why two of them differ" in " ".join(driver.text.split())

    on(FakeWalk(CHECK), steps)
