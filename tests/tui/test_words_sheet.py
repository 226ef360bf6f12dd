"""The words of a page, opened where they stand."""

from dataclasses import replace

import pytest
from tui_driver import Driver, drive
from tui_pages import CHECK, FINISH, FIX, INPUT, QUESTION, WORDS, FakeWalk

from tlswizard.tui.app import TlsWizard
from tlswizard.wizard.page import Choice, Page

ROOT, STORE = WORDS
LISTED = ["g", "Words", "on", "this", "page,", "and", "what", "they", "mean"]
PAGE = replace(CHECK, words=WORDS)


def on(page: Page, steps, size: tuple[int, int] = (80, 24)) -> FakeWalk:
    walk = FakeWalk(page, FIX)
    drive(TlsWizard(walk=walk), steps, size)
    return walk


def test_g_lists_the_words_and_enter_explains_the_selected_one():
    async def steps(driver: Driver) -> None:
        await driver.press("g")
        assert driver.on == "WordsSheet"
        assert "Words on this page" in driver.text
        assert " ▸ 1  root" in driver.text
        assert "   2  store" in driver.text
        assert driver.keys == " Enter explain it   ↑↓ choose   Esc back"
        await driver.press("down", "enter")
        assert driver.on == "LookScreen"
        assert "A list of the roots that count." in driver.text
        assert "RFC 4949" in driver.text
        assert "Example" not in driver.text

    assert not on(PAGE, steps).taken


def test_escape_goes_back_to_the_list_and_then_to_the_page():
    async def steps(driver: Driver) -> None:
        await driver.press("g", "down", "enter", "escape")
        assert driver.on == "WordsSheet"
        assert " ▸ 2  store" in driver.text
        await driver.press("escape")
        assert driver.on == "StepScreen"

    assert not on(PAGE, steps).taken


def test_a_digit_explains_a_word_and_its_meaning_can_be_copied():
    async def steps(driver: Driver) -> None:
        await driver.press("g", "1")
        assert "The top of a chain." in driver.text
        assert "Contoso Root CA." in driver.text
        await driver.press("c")
        assert driver.app.clipboard == "root: The top of a chain."

    on(PAGE, steps)


def test_a_digit_without_a_word_does_nothing():
    async def steps(driver: Driver) -> None:
        await driver.press("g", "3")
        assert driver.on == "WordsSheet"

    on(PAGE, steps)


def test_a_page_without_words_has_no_such_key():
    async def steps(driver: Driver) -> None:
        assert "g words" not in driver.keys
        await driver.press("g")
        assert driver.on == "StepScreen"
        await driver.press("f1")
        assert "Words on this page" not in driver.text

    on(CHECK, steps, (120, 40))


def test_in_a_field_g_is_a_letter():
    async def steps(driver: Driver) -> None:
        await driver.write("g")
        assert driver.on == "StepScreen"
        assert "jsanders4:443g" in driver.text
        assert "g words" not in driver.keys
        await driver.press("tab", "g")
        assert driver.on == "WordsSheet"

    on(replace(INPUT, words=WORDS), steps, (120, 40))


def test_f1_lists_the_key():
    async def steps(driver: Driver) -> None:
        await driver.press("f1")
        assert LISTED in [line.split() for line in driver.lines]

    on(PAGE, steps, (120, 50))


def test_f1_explains_the_words_of_the_selected_answer_before_the_keys():
    choices = (Choice("a", "A browser"), Choice("b", "The roots are missing", "in the store"))
    page = replace(QUESTION, choices=choices, selected=1, words=WORDS)

    async def steps(driver: Driver) -> None:
        await driver.press("f1")
        text = driver.text
        assert text.index("The roots are missing:") < text.index(ROOT.means) < text.index("Enter")
        assert STORE.means in text
        await driver.press("escape", "up", "f1")
        assert ROOT.means not in driver.text

    on(page, steps)


@pytest.mark.parametrize("page", [QUESTION, CHECK, FIX, FINISH], ids=lambda page: page.kind)
def test_the_key_takes_no_room_from_the_important_ones(page: Page):
    without: list[str] = []
    having: list[str] = []

    def keys(into: list[str]):
        async def steps(driver: Driver) -> None:
            into.extend(driver.keys.strip().split("   "))

        return steps

    on(page, keys(without))
    on(replace(page, words=WORDS), keys(having))
    lost = set(without) - set(having)
    assert not lost & {"w why", "d details", "s say", "x stop", "c copy", "F1 keys", "Esc back"}


def test_a_wide_terminal_shows_the_key():
    async def steps(driver: Driver) -> None:
        assert "g words" in driver.keys

    on(PAGE, steps, (120, 40))
