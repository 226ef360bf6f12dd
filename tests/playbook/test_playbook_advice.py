"""What wants a second look gets a warning at its words; what is right gets none."""

import re

import pytest

from tlswizard.playbook.parse import examine

BOOK = """\
tlswizard: 1
id: small
title: A small one
version: "1"
inputs:
  server:
    type: server
    label: Which server?
  program:
    type: client
    label: Which program?
not-checked: over
steps:
  start:
    ask: What do you see?
    choices:
      yes: look
      no: fine
      not-sure: other
  other:
    ask: Anything else?
    choices:
      a-window: {label: A window, next: look}
      nothing: {label: Nothing, next: fine}
  look:
    check: cert.dates
    next:
      ok, expires-soon: fine
      expired, not-yet-valid: late
  late:
    explain: It is late.
    next: over
  fine:
    finish: nothing-wrong
  over:
    finish: unsolved
    give-to: helpdesk
"""


def warned(declared, *edits: str) -> list[tuple[str, str]]:
    """The code of each warning, and the words from its place to the end of the line."""
    text = BOOK
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    found = examine(text.encode(), "small.playbook.yaml", declared)
    lines = text.split("\n")
    return [
        (p.code, lines[p.place.line - 1][p.place.column - 1 :])
        for p in found.problems
        if p.severity == "warning"
    ]


def test_a_good_one_gets_none(declared):
    assert warned(declared) == []


# ── inputs ──

ANOTHER = "  desk:\n    type: text\n    label: Which desk?\nnot-checked"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It is late.", "It is late at {desk}."),
        ("nothing-wrong\n", "nothing-wrong\n    message: Nothing at {desk}.\n"),
        ("next: look}", "next: look, change: desk}"),
        ("A window", '"A window at {desk}"'),
        ("unsolved\n", 'unsolved\n    note: "{desk}"\n'),
    ],
)
def test_an_input_is_used_where_it_is_mentioned_or_changed(declared, old, new):
    assert warned(declared, "not-checked", ANOTHER) == [("unused-input", "desk:")]
    assert warned(declared, "not-checked", ANOTHER, old, new) == []


def test_an_input_is_used_by_the_parameter_and_by_the_playbook_that_know_it(declared):
    here = ANOTHER.replace("desk", "on-this-computer").replace("text", "yes-no")
    clock = (
        "cert.dates",
        "time.clock",
        "ok, expires-soon",
        "ok, does-not-apply",
        "expired, not-yet-valid",
        "clock-wrong",
    )
    assert warned(declared, "not-checked", here) == [("unused-input", "on-this-computer:")]
    assert warned(declared, "not-checked", here, *clock) == []
    limit = ANOTHER.replace("desk", "limit").replace("text", "seconds")
    use = (
        "explain: It is late.\n    next: over",
        "use: look-at-the-clock\n    next:\n      solved: fine\n      unsolved: over",
    )
    assert warned(declared, "not-checked", limit) == [("unused-input", "limit:")]
    assert warned(declared, "not-checked", limit, *use) == []


def test_a_server_is_of_no_use_where_nothing_looks_at_it(declared):
    look = BOOK[BOOK.index("    check:") : BOOK.index("  late:")]
    found = warned(declared, look, "    explain: Look there.\n    next: late\n", "not-checked: over\n", "")
    assert found == [("unused-input", "server:"), ("unused-input", "program:")]


# ── values ──


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("It is late.", "It was valid until {look.until}.", False),
        ("nothing-wrong\n", "nothing-wrong\n    message: It is valid until {look.until}.\n", True),
        ("    check:", "    title: Until {look.until}\n    check:", False),
        ("Anything else?", "It is {look.until}?", True),
        ("It is late.", "The server is {server.host}.", False),
    ],
    ids=["behind the check", "past the check", "its own", "before the check", "an input"],
)
def test_a_finding_is_known_behind_its_check(declared, old, new, expected):
    found = warned(declared, old, new)
    assert [code for code, _ in found] == ["maybe-unknown"] * expected
    assert all(words.startswith("{look.until}") for _, words in found)


def test_a_step_that_is_called_like_an_input_is_no_reason_to_doubt_the_inputs_parts(declared):
    renamed = BOOK.replace("  look:", "  server:").replace("look", "server")
    text = renamed.replace("Anything else?", "Is it {server.host}?")
    found = examine(text.encode(), "small.playbook.yaml", declared).problems
    assert [problem.code for problem in found] == []


# ── titles and pages ──


def test_a_title_of_seventy_fits_and_a_value_counts_for_twenty(declared):
    assert warned(declared, "A small one", "x" * 70) == []
    assert warned(declared, "A small one", "x" * 71) == [("long-title", "x" * 71)]
    assert warned(declared, "    ask: What", f"    title: {'x' * 50}{{server}}\n    ask: What") == []
    longer = f"{'x' * 51}{{server}}"
    assert warned(declared, "    ask: What", f"    title: {longer}\n    ask: What") == [
        ("long-title", longer)
    ]


@pytest.mark.parametrize(("lines", "expected"), [(15, 0), (16, 1)])
def test_a_question_fits_with_its_answers(declared, lines, expected):
    items = "".join(f"      - It says {n}\n" for n in range(lines))
    found = warned(declared, "ask: Anything else?\n", f"ask: |\n{items}")
    assert found == [("long-page", "other:")] * expected


def test_empty_lines_and_long_ones_count_and_details_do_not(declared):
    paragraphs = "".join(f"      Paragraph {n}.\n\n" for n in range(10))
    assert warned(declared, "explain: It is late.\n", f"explain: |\n{paragraphs}") == [("long-page", "late:")]
    long = "word " * (18 * 15)
    assert warned(declared, "It is late.", long.strip()) == []
    assert warned(declared, "It is late.", f"{long}word") == [("long-page", "late:")]
    assert warned(declared, "It is late.", f"It is late.\n    details: {long * 3}") == []


# ── answers ──


def test_who_cannot_tell_finds_an_answer(declared):
    assert warned(declared, "      not-sure: other\n", "", "no: fine", "no: other") == [
        ("no-way-to-say-not-sure", "start:")
    ]


# ── no twins ──


def test_a_text_with_a_mistake_is_not_also_warned_of(declared):
    bad = "Ignore the warning until {look.untill}."
    assert warned(declared, "It is late.", bad) == []
    assert warned(declared, "It is late.", bad.replace("untill", "until")) == [
        ("bad-advice", "Ignore the warning until {look.until}.")
    ]


def test_the_words_are_found_where_they_are_meant(declared):
    text = (
        "|\n      Never use curl -k here.\n\n      - Some\n        turn off\n"
        "        validation, and use curl -k too.\n      - curl -k is no repair."
    )
    found = warned(declared, "It is late.", text)
    assert found == [("bad-advice", "turn off")]
    found = warned(declared, "It is late.", text.replace("turn off\n        validation, and ", ""))
    assert found == [("bad-advice", "curl -k too.")]


def test_every_warning_says_what_to_do(declared):
    text = BOOK.replace("It is late.", "Ignore the warning.").replace(
        "      not-sure: other\n", "      maybe: {label: Hm, next: other}\n"
    )
    problems = examine(text.encode(), "small.playbook.yaml", declared).problems
    assert {p.code for p in problems} == {"bad-advice", "no-way-to-say-not-sure"}
    assert all(p.instead and re.fullmatch(r"[A-Z“].*\.", p.what) for p in problems)
