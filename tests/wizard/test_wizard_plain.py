"""The same walk as plain lines: no control sequences, no guessing, one line read per page."""

from collections.abc import Iterable

import pytest
from diagnosis_cases import every_exercise, the
from wizard_driver import BOOK, VOUCHING, guided, story, walking

from tlswizard.lab.exercise import Exercise
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.plain import rendered, walk_plainly


class Typist:
    """Types these lines, then Enter, and yes where an issuer is to be known; counts the prompts."""

    def __init__(self, lines: Iterable[str] = (), limit: int = 60) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []
        self.limit = limit
        self.out: list[str] = []

    def read(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if len(self.prompts) > self.limit:
            raise EOFError
        if self.lines:
            return self.lines.pop(0)
        return "1" if VOUCHING & set(self.out[-1].splitlines()) else ""

    async def walk(self, guided_: Guided) -> int:
        return await walk_plainly(guided_, self.read, self.out.append)

    @property
    def said(self) -> str:
        return "".join(self.out)


def typed(id_: str, *lines: str, limit: int = 60, **more) -> tuple[int, Typist]:
    typist = Typist(lines, limit)
    codes: list[int] = []

    async def run() -> None:
        async with walking(id_, **more) as (walk, _):
            codes.append(await typist.walk(walk))

    story(run)
    return codes[0], typist


@every_exercise
def test_enter_alone_leads_to_solved_and_0(exercise: Exercise):
    code, typist = typed(exercise.id)
    assert code == 0
    assert "✓ It works." in typist.said
    assert "Note for the ticket" in typist.said


@every_exercise
def test_lines_fit_80_columns_and_hold_no_control_characters(exercise: Exercise):
    _, typist = typed(exercise.id)
    commands = ("    ", "# ")
    long = [x for x in typist.said.splitlines() if len(x) > 80 and not x.startswith(commands)]
    heads = [x for x in long if x.startswith(BOOK.title)]
    assert long == heads
    assert typist.said.replace("\n", "").isprintable()


def test_every_page_names_the_computer_and_account():
    _, typist = typed("two-stores")
    pages = typist.said.split("-" * 80)
    assert len(pages) > 8
    assert all(page.rstrip().endswith("(shipped playbook · dana on srv-app-02)") for page in pages[:-1])


def test_a_number_chooses_and_a_wrong_one_is_told():
    _, typist = typed("two-stores", "9", "zz", "2", limit=4)
    assert "“9” is no answer here" in typist.said
    assert "“zz” is no answer here" in typist.said
    assert "Which program fails" in typist.said


def test_a_message_is_pasted_where_a_number_is_asked():
    _, typist = typed("two-stores", "Certificate name mismatch", limit=2, message="")
    assert "> 3  It says that the name does not match" in typist.said


def test_what_stands_beside_the_page_is_shown_without_leaving_it():
    _, typist = typed(
        "two-stores", "w", "s", "?", "", "", "", "p", "t", "a", "n", "n remember this", "n", limit=12
    )
    for words in (
        "The message tells where to look first", "Could you read the message", "w why, d details",
        "Programs (dana on srv-app-02)",
        "The chain (dana on srv-app-02)", "All findings (dana on srv-app-02)", "noted",
        "Note         remember this",
    ):  # fmt: skip
        assert words in typist.said, words
    assert typist.said.count("Compare trust") == 1


def test_why_two_programs_differ_asks_for_two_by_their_numbers():
    _, typist = typed("missing-intermediate", "", "", "", "differ", "3", "1", "q")
    assert typist.prompts[4:6] == [
        "Which program? Number (Enter: none): ",
        "And which other one? Number (Enter: none): ",
    ]
    assert "  3  .NET, started by you: ✓ accepts" in typist.said
    assert "Not installed here:" in typist.said
    assert "Why do these two differ? (dana on build-07)" in typist.said
    assert "Another store" in typist.said


@pytest.mark.parametrize("lines", [("",), ("1", ""), ("0",), ("99",), ("1", "1"), ("x",)])
def test_who_names_no_two_programs_is_back_at_the_page(lines: tuple[str, ...]):
    _, typist = typed("missing-intermediate", "", "", "", "differ", *lines, "q")
    assert "Why do these two differ" not in typist.said
    assert typist.prompts[-1] == "Enter: go on (? help): "


def test_before_anything_was_looked_at_there_are_no_two_to_compare():
    _, typist = typed("missing-intermediate", "differ", "q")
    assert "There are no two programs to compare yet." in typist.said


def test_two_programs_are_chosen_by_their_numbers():
    _, typist = typed("two-stores", "", "", "", "differ", "1", "2", "q")
    assert "Why do these two differ? (dana on srv-app-02)" in typist.said
    assert len(typist.prompts) == 7


def test_the_programs_that_are_not_installed_are_numbered_under_a_heading():
    _, typist = typed("missing-intermediate", "", "q")
    lines = typist.said.splitlines()
    at = lines.index("  Not installed here:")
    assert lines[at - 1] == ""
    assert lines[at + 1].startswith("  4  ")


def test_back_and_stop_and_quit():
    code, typist = typed("two-stores", "2", "b", "x")
    assert typist.said.count("1 of 8  What you see") == 3
    assert "Stopped here." in typist.said
    assert code == 3
    code, typist = typed("two-stores", "", "", "", "q")
    assert code == 2
    assert len(typist.prompts) == 4


def test_the_end_of_the_input_ends_the_walk_with_the_last_verdict():
    code, _ = typed("two-stores", limit=3)
    assert code == 2


def test_a_server_is_asked_for_and_a_bad_one_told():
    code, typist = typed("short-name", "", "", "host:99999", "https://wiki", inputs={})
    assert code == 0
    assert "! " in typist.said
    assert "99999" in typist.said


@pytest.mark.parametrize("line", ["", "  "])
def test_nothing_typed_for_a_server_is_told(line: str):
    _, typist = typed("short-name", "", "", line, limit=4, inputs={})
    assert "is no answer here" in typist.said


def test_the_prompt_says_what_enter_does():
    _, typist = typed("two-stores")
    assert typist.prompts[0] == "Number, or paste the message (Enter: 1, ? help): "
    assert "Enter: show the fix (? help): " in typist.prompts
    assert "Number (Enter: 2, ? help): " in typist.prompts


def test_rendering_a_page_asks_nothing():
    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            assert "The message" in rendered(walk.page)
            assert guided(world, the("two-stores")).page.heading == ""

    story(run)
