"""The start: Enter, Esc, arrows, Tab and F1 alone suffice."""

import pytest
from textual import events
from tui_driver import Driver, drive
from tui_pages import PLAYBOOKS, SEEN, FakeBegin, FakeWalk

from tlswizard.tui.app import TlsWizard
from tlswizard.tui.choices import Choices
from tlswizard.tui.field import TextLine


def test_the_start_asks_lists_and_names_the_computer():
    async def steps(driver: Driver) -> None:
        assert driver.lines[0] == " tlswizard"
        assert SEEN in driver.lines[1]
        assert " What went wrong? Type a server, or paste the message you got." in driver.lines
        assert driver.one(TextLine).has_focus
        assert any(line.startswith(f" ▸ 1  {PLAYBOOKS[0]}") for line in driver.lines)
        assert "      … 4 more" in driver.lines
        assert "Go on with mail.corp.example:25" in driver.text
        assert driver.keys == " Enter go on   ↑↓ choose   Tab between field and list   F1 help   Esc quit"

    drive(TlsWizard(begin=FakeBegin()), steps)


def test_what_is_typed_is_read_at_once_and_opened_with_the_selected_line():
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        await driver.write("jsanders4")
        assert "   server jsanders4 · port 443 · TLS from the first byte" in driver.lines
        await driver.press("down", "enter")
        assert driver.on == "StepScreen"

    app = drive(TlsWizard(begin=begin), steps)
    [(reading, entry)] = begin.opened
    assert reading.target is not None
    assert (reading.target.where, entry.id) == ("jsanders4:443", "playbook-2")
    assert app.walk is begin.walk


def test_text_that_names_no_server_opens_nothing():
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        await driver.write("??")
        await driver.press("enter")
        assert " ! That names no server. Type a name, for example example.com:443." in driver.lines
        assert driver.on == "StartScreen"

    drive(TlsWizard(begin=begin), steps)
    assert begin.opened == []


def test_a_pasted_message_keeps_its_lines_and_selects_its_playbook():
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        driver.one(TextLine).post_message(
            events.Paste("\nsun.security: error\n  PKIX path building failed\n")
        )
        await driver.settle()
        assert driver.one(TextLine).value == "sun.security: error PKIX path building failed"
        assert f" ▸ 7  {PLAYBOOKS[6]}" in driver.lines
        await driver.press("enter")

    drive(TlsWizard(begin=begin), steps)
    assert begin.opened[0][1].id == "playbook-7"


def test_the_folded_lines_unfold_and_digits_choose_where_the_list_has_the_focus():
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        await driver.press("tab")
        assert driver.one(Choices).has_focus
        await driver.press(*["down"] * 5, "enter")
        assert f" ▸ 6  {PLAYBOOKS[5]}" in driver.lines
        await driver.press("9")

    drive(TlsWizard(begin=begin), steps)
    assert begin.opened[0][1].id == "playbook-9"


@pytest.mark.parametrize(("downs", "kind"), [(6, "session"), (7, "exercise")])
def test_a_session_or_an_exercise_opens_whatever_is_typed(downs: int, kind: str):
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        await driver.write("??")
        await driver.press(*["down"] * downs, "enter")

    drive(TlsWizard(begin=begin), steps)
    assert begin.opened[0][1].kind == kind


def test_escape_leads_back_from_the_first_step_and_the_list_is_asked_anew():
    begin = FakeBegin()

    async def steps(driver: Driver) -> None:
        await driver.press("enter")
        assert driver.on == "StepScreen"
        asked = begin.listed
        await driver.press("escape")
        assert driver.on == "StartScreen"
        assert begin.listed > asked

    app = drive(TlsWizard(begin=begin), steps)
    assert app.walk is begin.walk


def test_escape_quits_and_nothing_chosen_is_nothing_wrong():
    app = drive(TlsWizard(begin=FakeBegin()), lambda driver: driver.press("escape"))
    assert app.return_code == 0


def test_help_keeps_the_selection():
    async def steps(driver: Driver) -> None:
        await driver.press("down", "f1")
        assert "paste it whole" in driver.text
        await driver.press("escape")
        assert f" ▸ 2  {PLAYBOOKS[1]}" in driver.lines

    drive(TlsWizard(begin=FakeBegin()), steps)


def test_a_walk_that_cannot_be_opened_is_a_calm_page():
    begin = FakeBegin()
    begin.error = OSError("the session is gone")

    async def steps(driver: Driver) -> None:
        await driver.press("enter")
        assert "OSError: the session is gone" in driver.text
        await driver.press("escape")
        assert driver.on == "StartScreen"

    drive(TlsWizard(begin=begin), steps)


def test_the_app_wants_something_to_show():
    with pytest.raises(TypeError):
        TlsWizard()


def test_nothing_is_asked_of_the_rest_before_the_first_paint():
    begin = FakeBegin(FakeWalk())
    TlsWizard(begin=begin)
    assert begin.listed == 0
