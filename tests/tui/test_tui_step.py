"""A step: every key, at 80x24."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from tui_driver import Driver, drive
from tui_pages import CHECK, DONE, FINISH, FIX, INPUT, QUESTION, SEEN, TITLE, FakeBegin, FakeWalk

from tlswizard.core.blocks import Cell, Conclusion, Mark, Paragraph, Rows
from tlswizard.tui.app import TlsWizard
from tlswizard.tui.choices import Choices
from tlswizard.tui.field import TextLine
from tlswizard.tui.frame import Status
from tlswizard.tui.step_screen import StepScreen
from tlswizard.wizard.page import Choice, Field, Page
from tlswizard.wizard.walk import Back, Chose, GoOn, LookAgain, StopHere, Typed


def shown(
    *pages: Page, press: tuple[str, ...] = (), size: tuple[int, int] = (80, 24)
) -> tuple[FakeWalk, list[str]]:
    """What stands on the screen after the keys."""
    walk = FakeWalk(*pages)
    seen: list[str] = []

    async def steps(driver: Driver) -> None:
        await driver.press(*press)
        seen.extend(driver.lines)

    drive(TlsWizard(walk=walk), steps, size)
    return walk, seen


def test_a_step_says_where_one_is_whose_computer_it_is_and_what_the_keys_do():
    _, lines = shown(CHECK)
    assert lines[0].startswith(f" {TITLE}")
    assert lines[0].endswith("4 of 6  Compare trust")
    assert SEEN in lines[1]
    assert lines[2].startswith(" ✗ Your store trusts it, this machine's store does not")
    assert lines[-3] == f" Done: {'  '.join(DONE)}"
    assert lines[-1].startswith(" Enter show the fix   w why   d details")
    assert lines[-1].endswith("Esc back")


@pytest.mark.parametrize("page", [QUESTION, INPUT, CHECK, FIX, FINISH])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15)])
def test_the_key_line_fits(page: Page, size: tuple[int, int]):
    _, lines = shown(page, size=size)
    assert all(len(line) <= size[0] for line in lines)
    assert "F1 keys" in lines[-1]


def test_a_long_title_keeps_its_server_and_the_place_moves_to_the_next_line():
    title = "The remote certificate is invalid · jsanders4.northamerica.corp.example:443"
    _, lines = shown(replace(CHECK, title=title))
    assert lines[0].endswith("corp.example:443")
    assert "4 of 6  Compare trust" in lines[1]
    assert SEEN in lines[1]


def test_enter_takes_the_selected_choice():
    walk, _ = shown(QUESTION, CHECK, press=("enter",))
    assert walk.taken == [Chose("mine")]


def test_arrows_move_the_selection_and_stop_at_the_ends():
    walk, _ = shown(QUESTION, CHECK, press=("down", "down", "down", "down", "enter"))
    assert walk.taken == [Chose("unsure")]
    walk, _ = shown(QUESTION, CHECK, press=("up", "up", "up", "enter"))
    assert walk.taken == [Chose("service")]


def test_a_digit_chooses_at_once_and_one_without_a_line_does_nothing():
    walk, _ = shown(QUESTION, CHECK, press=("9", "3"))
    assert walk.taken == [Chose("browser")]


def test_the_selected_choice_carries_a_sign():
    _, lines = shown(QUESTION)
    assert " ▸ 2  A .NET program that I start myself      reads both lists" in lines


def test_enter_goes_on_where_there_is_nothing_to_choose():
    walk, _ = shown(CHECK, FIX, press=("enter",))
    assert walk.taken == [GoOn()]


def test_escape_goes_back():
    walk, lines = shown(CHECK, FIX, press=("enter", "escape"))
    assert walk.taken == [GoOn(), Back()]
    assert "Compare trust" in lines[0]


def test_escape_does_nothing_on_the_first_page():
    walk, lines = shown(QUESTION, press=("escape",))
    assert walk.taken == []
    assert "Esc" not in lines[-1]


def test_look_again_and_stop():
    walk, _ = shown(CHECK, CHECK, FINISH, press=("r", "x"))
    assert walk.taken == [LookAgain(), StopHere()]


def test_look_again_is_for_checks_alone():
    walk, _ = shown(QUESTION, press=("r",))
    assert walk.taken == []


@pytest.mark.parametrize(
    ("key", "title", "words"),
    [
        ("w", "Why", "reads the machine's list."),
        ("d", "Details", "sha256 9D7F"),
        ("s", "What to say", "two lists of trusted issuers"),
        ("p", "Programs", "Chromium"),
        ("t", "The chain of jsanders4:443", "└▸jsanders4.northamerica.corp.example"),
        ("a", "All findings", "root-user-only"),
        ("f1", "Keys", "look anew"),
        ("question_mark", "Keys", "Ctrl+P"),
    ],
)
def test_a_look_opens_over_the_step_and_escape_closes_it(key: str, title: str, words: str):
    async def steps(driver: Driver) -> None:
        await driver.press(key)
        assert driver.on == ("ProgramsScreen" if key == "p" else "LookScreen")
        assert f" {title}" in driver.lines
        assert words.lower() in driver.text.lower()
        assert SEEN in driver.text
        await driver.press("escape")
        assert driver.on == "StepScreen"

    walk = FakeWalk(CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == []


def test_keys_without_anything_behind_them_do_nothing_and_are_not_shown():
    _, lines = shown(replace(CHECK, why="", details="", say=""), press=("w", "d", "s", "c"))
    assert "Keys" not in "\n".join(lines[:2])
    assert not any(f" {word}" in lines[-1] for word in ("w why", "d details", "s say", "c copy"))


def test_copy_sends_the_commands_and_says_so():
    async def steps(driver: Driver) -> None:
        await driver.press("c")
        assert driver.app.clipboard == FIX.copy
        assert "Copied “certutil" in driver.text

    drive(TlsWizard(walk=FakeWalk(FIX)), steps)


def test_a_look_can_be_copied_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async def steps(driver: Driver) -> None:
        await driver.press("t", "c")
        assert driver.app.clipboard.startswith("-----BEGIN CERTIFICATE-----")
        assert "Copied 3 lines" in driver.text
        await driver.press("f", "enter")
        assert driver.on == "LookScreen"

    drive(TlsWizard(walk=FakeWalk(CHECK)), steps)
    assert (tmp_path / "tlswizard.pem").read_text().endswith("-----END CERTIFICATE-----\n")


def test_the_note_is_saved_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async def steps(driver: Driver) -> None:
        await driver.press("f")
        assert "tlswizard-note.txt" in driver.text
        await driver.press("enter")
        assert driver.on == "StepScreen"
        assert "Saved to " in driver.text

    drive(TlsWizard(walk=FakeWalk(FIX)), steps)
    saved = tmp_path / "tlswizard-note.txt"
    assert saved.read_text() == "tlswizard 0.1\nServer   jsanders4:443\n"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "tlswizard-note.txt").symlink_to("/nowhere")

    async def steps(driver: Driver) -> None:
        await driver.press("f")
        field = driver.one(TextLine)
        assert field.value == "tlswizard-note-2.txt"
        field.value = "mine.txt"
        await driver.press("enter")
        assert driver.on == "AskScreen"
        assert "! mine.txt exists already and is left as it is." in driver.text
        field.value = "no/such/folder.txt"
        await driver.press("enter")
        assert "cannot be written" in driver.text
        await driver.press("escape")
        assert driver.on == "StepScreen"

    drive(TlsWizard(walk=FakeWalk(FIX)), steps)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_line_is_added_to_the_note():
    async def steps(driver: Driver) -> None:
        await driver.press("n")
        await driver.press("enter")
        assert "Nothing is typed yet" in driver.text
        await driver.write("asked dana")
        await driver.press("enter")
        assert "Added to the note." in driver.text

    walk = FakeWalk(CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.lines == ["asked dana"]


def test_q_quits_with_the_exit_code_of_the_walk():
    app = drive(TlsWizard(walk=FakeWalk(CHECK, code=2)), lambda driver: driver.press("q"))
    assert app.return_value == app.return_code == 2


def test_control_c_quits_from_a_field():
    app = drive(TlsWizard(walk=FakeWalk(INPUT)), lambda driver: driver.press("ctrl+c"))
    assert app.return_code == 130


def test_letters_are_typed_into_a_field_and_act_outside_it():
    async def steps(driver: Driver) -> None:
        field = driver.one(TextLine)
        assert field.has_focus
        assert field.value == "jsanders4:443"
        assert driver.keys == " Enter go on   Tab leave the field   F1 keys   Esc back"
        field.value = ""
        await driver.write("qwx?1")
        assert field.value == "qwx?1"
        await driver.press("tab")
        assert not field.has_focus
        assert "Tab to the field" in driver.keys
        await driver.press("enter")

    walk = FakeWalk(INPUT, CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == [Typed("qwx?1")]


def test_a_refused_text_stays_with_its_reason():
    refused = replace(INPUT, field=Field("Server and port"), error="jsanders4:x has no port. Type 443.")

    async def steps(driver: Driver) -> None:
        driver.one(TextLine).value = "jsanders4:x"
        await driver.press("enter")
        assert driver.one(TextLine).value == "jsanders4:x"
        assert driver.one(TextLine).has_focus
        assert " ! jsanders4:x has no port. Type 443." in driver.lines

    drive(TlsWizard(walk=FakeWalk(INPUT, refused)), steps)


BOTH = replace(
    INPUT,
    field=Field("Paste the message"),
    choices=(Choice("skip", "I do not know"), Choice("ask", "Ask the owner")),
)


def test_beside_a_field_the_choices_are_one_key_away_and_the_field_is_two():
    async def steps(driver: Driver) -> None:
        assert driver.one(Choices).has_focus
        await driver.press("tab")
        assert driver.one(TextLine).has_focus
        await driver.press("down")
        assert driver.one(Choices).has_focus
        await driver.press("down", "enter")

    walk = FakeWalk(BOTH, CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == [Chose("ask")]


def test_an_empty_field_beside_choices_takes_the_selected_one():
    async def steps(driver: Driver) -> None:
        await driver.press("tab", "enter")

    walk = FakeWalk(BOTH, CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == [Chose("skip")]


def test_a_message_pasted_anywhere_on_the_page_lands_in_the_field():
    async def steps(driver: Driver) -> None:
        driver.app.screen.post_message(events.Paste("first line\nsecond line"))
        await driver.settle()
        await driver.press("enter")

    walk = FakeWalk(BOTH, CHECK)
    drive(TlsWizard(walk=walk), steps)
    assert walk.taken == [Typed("first line second line")]


def test_a_page_that_is_opened_at_once_is_painted():
    class Opening(FakeWalk):
        async def open(self) -> Page:
            self.page = CHECK
            return self.page

    async def steps(driver: Driver) -> None:
        assert "Your store trusts it" in driver.text

    drive(TlsWizard(walk=Opening(INPUT)), steps)


def test_a_long_page_scrolls_and_its_choices_stay_in_sight():
    long = replace(QUESTION, blocks=tuple(Paragraph(f"line {number}") for number in range(40)))

    async def steps(driver: Driver) -> None:
        assert "line 0" in driver.text
        assert "▸ 2  A .NET program" in driver.text
        assert "more lines: PgDn" in driver.lines[-2]
        for _ in range(12):
            await driver.press("pagedown")
        assert "line 39" in driver.text
        assert "the rest is above: PgUp" in driver.lines[-2]
        assert "▸ 2  A .NET program" in driver.text
        await driver.press("pageup")
        assert "more line" in driver.lines[-2]

    drive(TlsWizard(walk=FakeWalk(long)), steps)


def test_a_long_look_scrolls_with_the_arrows():
    page = replace(CHECK, details="\n".join(f"line {number}" for number in range(40)))

    async def steps(driver: Driver) -> None:
        await driver.press("d")
        assert "line 39" not in driver.text
        await driver.press("down")
        assert "line 0" not in driver.lines
        for _ in range(3):
            await driver.press("pagedown")
        assert "line 39" in driver.text

    drive(TlsWizard(walk=FakeWalk(page)), steps)


def test_more_choices_than_fit_scroll_with_the_selection():
    page = replace(QUESTION, choices=tuple(Choice(str(n), f"choice {n}") for n in range(30)), selected=0)
    _, lines = shown(page, CHECK, press=("down",) * 25)
    assert " ▸    choice 25" in lines


def test_a_wide_terminal_shows_the_done_list_beside_the_step():
    _, lines = shown(CHECK, size=(120, 40))
    assert any("│" in line and "• reach ✓ 12 ms" in line for line in lines)
    assert not any(line.startswith(" Done: ") for line in lines)


def test_done_that_is_too_long_keeps_its_newest_entries():
    done = tuple(f"step{number} ✓" for number in range(20))
    _, lines = shown(replace(CHECK, done=done))
    assert lines[-3].startswith(" Done: …  ")
    assert lines[-3].endswith("step19 ✓")


def test_the_end_leads_back_to_the_start_or_waits_for_q():
    walk, lines = shown(FINISH, press=("enter",))
    assert walk.taken == []
    assert "q quit" in lines[-1]
    assert "x stop" not in lines[-1]

    async def steps(driver: Driver) -> None:
        assert "Enter to the start" in driver.keys
        await driver.press("enter")
        assert driver.on == "StartScreen"

    drive(TlsWizard(begin=FakeBegin(), walk=FakeWalk(FINISH)), steps)


def test_the_palette_holds_every_key_of_the_step():
    app = TlsWizard(walk=FakeWalk(CHECK))

    async def steps(driver: Driver) -> None:
        names = {command.title for command in app.get_system_commands(app.screen)}
        assert "The chain of certificates" in names
        assert "Forget what this step saw, and look anew" in names
        assert not any("theme" in name.lower() for name in names)
        await driver.press("ctrl+p")
        await driver.write("chain of")
        await driver.press("enter")
        await driver.press("enter")
        await driver.settle()
        assert driver.on == "LookScreen"

    drive(app, steps)


def test_every_binding_has_an_id():
    async def steps(driver: Driver) -> None:
        ours = [
            node
            for node in driver.app.screen._binding_chain
            if type(node[0]).__module__.startswith("tlswizard")
        ]
        assert ours
        for kind in (StepScreen, TlsWizard):
            assert all(binding.id for binding in kind.BINDINGS)

    drive(TlsWizard(walk=FakeWalk(CHECK)), steps)


@pytest.mark.parametrize(
    "text", ["O=[/]", "[@click=app.quit]x[/]", "[bold", "$x \\[red]", "x" * 300, "漢字" * 90]
)
def test_hostile_text_is_shown_as_it_is(text: str):
    page = Page(
        kind="question",
        title=text,
        where=text,
        observed=text,
        heading=text,
        blocks=(
            Conclusion(Mark.REFUSED, text, text),
            Rows(((text, Cell(text, Mark.FINE)),)),
            *CHECK.blocks,
            Paragraph(text),
        ),
        choices=(Choice("a", text, text),),
        field=Field(text, text, text),
        error=text,
        enter=text,
        why=text,
        details=text,
        say=text,
        done=(text,),
        copy=text,
    )

    async def steps(driver: Driver) -> None:
        assert driver.on == "StepScreen"
        assert text[:6] in driver.text
        for key in ("w", "d", "s", "f1"):
            await driver.press(key)
            assert driver.on == "LookScreen"
            assert text[:6] in driver.text
            await driver.press("escape")
        await driver.press("c")
        await driver.pilot.resize_terminal(40, 12)
        await driver.settle()
        assert driver.app.is_running

    drive(TlsWizard(walk=FakeWalk(page)), steps)


def test_control_characters_never_reach_the_terminal():
    _, lines = shown(replace(CHECK, title="a\x1b[2Jb\u202ec", done=("\x9b31m",)))
    assert "\\x1b[2Jb\\u202ec" in lines[0]
    assert not any(char in "\n".join(lines) for char in "\x1b\x9b\u202e")


def test_not_checked_is_never_painted_as_fine():
    page = replace(
        CHECK,
        blocks=(Conclusion(Mark.NOT_CHECKED, "Revocation"), Rows((("OCSP", Cell("", Mark.NOT_CHECKED)),))),
    )
    _, lines = shown(page)
    body = "\n".join(lines[2:-3])
    assert body.count("not checked") == 2
    assert "✓" not in body
    assert "fine" not in body


def test_news_makes_room_for_the_done_list_at_the_next_page():
    async def steps(driver: Driver) -> None:
        await driver.press("c")
        assert "Copied" in driver.text
        await driver.press("1")
        assert "Copied" not in driver.text
        assert driver.one(Status).line.plain.startswith(" Done: ")

    drive(TlsWizard(walk=FakeWalk(FIX, CHECK)), steps)


def test_an_error_is_told_where_there_is_no_field_too():
    _, lines = shown(replace(CHECK, error="This step cannot be left yet."))
    assert " ! This step cannot be left yet." in lines
