"""Enter through a real exercise on the real screen, at both sizes, and with a changed playbook."""

from pathlib import Path

import pytest
from app_driver import Walking, fits, on_exercise
from playbook_copies import book, changed, renamed
from textual.widgets import Input
from wizard_driver import VOUCHING

from tlswizard.tui.frame import Story

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_two_stores_is_solved_by_enter_and_each_screen_fits(size: tuple[int, int]):
    async def steps(driver: Walking) -> None:
        pages = 0
        while not driver.walk.page.over:
            page = driver.walk.page
            assert fits(driver, size), driver.text
            assert page.observed in driver.text
            assert "Enter" in driver.keys or isinstance(driver.app.focused, Input)
            assert page.where.split("  ")[1] in driver.text
            if page.choices:
                assert f"▸ {page.selected + 1}" in driver.text
            pages += 1
            assert pages < 20
            await driver.press("enter")
        assert fits(driver, size)
        assert "✓ It works." in driver.text
        assert "dana on srv-app-02" in driver.text
        assert pages <= 10

    app = on_exercise("two-stores", steps, size)
    assert app.walk.exit_code() == 0


@pytest.mark.parametrize("id_", ["smtp-starttls", "self-signed", "clock-wrong"])
def test_other_exercises_are_solved_by_enter_and_a_word_for_the_issuer(id_: str):
    async def steps(driver: Walking) -> None:
        for _ in range(25):
            if driver.walk.page.over:
                break
            assert fits(driver, (80, 24))
            await driver.press("1" if driver.walk.page.heading in VOUCHING else "enter")
        assert "✓ It works." in driver.text
        await driver.press("q")

    app = on_exercise(id_, steps)
    assert app.return_code == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_does_not_fit_is_reached_by_scrolling_and_said(size: tuple[int, int]):
    async def steps(driver: Walking) -> None:
        while driver.walk.page.kind != "fix":
            await driver.press("enter")
        story = driver.one(Story)
        if story.max_scroll_y:
            assert "more line" in driver.text
            for _ in range(6):
                await driver.press("pagedown")
            assert "PgUp" in driver.text
        assert "▸ 1" in driver.text

    on_exercise("two-stores", steps, size)


def test_escape_goes_back_and_answers_are_kept():
    async def steps(driver: Walking) -> None:
        await driver.press("enter", "enter", "enter")
        assert "Two lists of trust" in driver.text or "Compare trust" in driver.text
        await driver.press("escape", "escape")
        assert "▸ 2  .NET Framework, as a service" in driver.text
        await driver.press("enter", "enter")
        assert "You trust this issuer, but services on this computer do not" in driver.text

    on_exercise("two-stores", steps)


def test_looks_beside_the_step_name_the_computer_and_close():
    async def steps(driver: Walking) -> None:
        await driver.press("enter", "enter", "enter")
        for key, words in (("a", "All findings"), ("p", "Programs"), ("t", "The chain"), ("w", "Why")):
            await driver.press(key)
            assert words in driver.text
            assert "dana on srv-app-02" in driver.text
            assert fits(driver, (80, 24))
            await driver.press("escape")
        assert "Compare trust" in driver.text

    on_exercise("two-stores", steps)


def test_stop_here_shows_the_note_and_it_is_copied():
    async def steps(driver: Walking) -> None:
        await driver.press("enter", "enter", "enter", "x")
        assert "Stopped here." in driver.text
        await driver.press("c")
        assert driver.app.clipboard == driver.walk.note()
        await driver.press("q")

    assert on_exercise("two-stores", steps).return_code == 2


def test_the_screen_follows_a_copy_of_the_playbook(tmp_path: Path):
    copy = book(changed(), tmp_path)

    async def steps(driver: Walking) -> None:
        assert "Who calls?" in driver.text
        assert "Somebody else's" in driver.text
        await driver.press("2")
        seen: list[str] = []
        renamed_answer = False
        for _ in range(25):
            seen.append(driver.walk.page.heading)
            renamed_answer |= "Yes, the full name leads there" in driver.text
            if driver.walk.page.over:
                break
            await driver.press("enter")
        assert seen[0] == "The message"
        assert seen.index("The name") < seen.index("Two lists of trust")
        assert renamed_answer
        assert "✓ It works." in driver.text

    on_exercise("two-stores", steps, book=copy)


def test_the_screen_follows_a_copy_in_which_every_step_has_another_name(tmp_path: Path):
    copy = book(renamed(), tmp_path)

    async def steps(driver: Walking) -> None:
        for _ in range(25):
            if driver.walk.page.over:
                break
            await driver.press("enter")
        assert "✓ It works." in driver.text

    on_exercise("two-stores", steps, book=copy)
