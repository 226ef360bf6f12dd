import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core.blocks import Bullets, Commands, Paragraph
from tlswizard.core.text import MAX_TEXT
from tlswizard.playbook.texts import BY_HAND, NOT_KNOWN, blocks, fill, misplaced, references


def test_values_are_filled_in():
    values = {"server.host": "mail.example", "trust.issuer": "Example CA"}
    assert fill("{server.host} by {trust.issuer}.", values) == "mail.example by Example CA."


def test_what_is_not_known_is_said():
    assert fill("Issued by {trust.issuer}", {}) == "Issued by (not known yet)"
    assert fill("Issued by {trust.issuer}", {"trust.issuer": ""}) == "Issued by (not known yet)"


def test_a_value_is_neither_markup_nor_a_reference():
    assert fill("{a}", {"a": "{b}", "b": "secret"}) == "{b}"
    assert fill("{a}", {"a": "x\n- y\u202e"}) == "x\\n- y\\u202e"


@pytest.mark.parametrize("text", ["{}", "{ a }", "{", "a } b {", "%s {0!r"])
def test_other_braces_are_only_braces(text):
    assert references(text) == ()
    assert fill(text, {}) == text


def test_references_come_once_in_their_order():
    assert references("{b} {a.c} {b}") == ("b", "a.c")


def test_paragraphs_lists_and_code():
    text = "One\ntwo.\n\nA list:\n- first\n  goes on\n- second `x`\n\n`run {server}`\n\nUse `y` here.\n"
    assert blocks(text, {"server": "srv"}) == (
        Paragraph("One two."),
        Paragraph("A list:"),
        Bullets(("first goes on", "second `x`")),
        Commands(("run srv",)),
        Paragraph("Use `y` here."),
    )


def test_a_value_changes_no_structure():
    assert blocks("{x}", {"x": "`rm -rf /`"}) == (Paragraph("`rm -rf /`"),)
    assert blocks("{x}", {"x": "a\n\n- b"}) == (Paragraph("a\\n\\n- b"),)


def copied(value: str) -> str:
    (found,) = blocks("`look {x}`", {"x": value})
    assert isinstance(found, Commands)
    (line,) = found.lines
    return line.removeprefix("look ")


@pytest.mark.parametrize("value", ["srv.example:443", "DNS:a.example,DNS:b.example", "DOMAIN-7/web_1", "a=b"])
def test_a_plain_value_in_a_line_to_copy_stands_as_it_is(value):
    assert copied(value) == value


@pytest.mark.parametrize("value", ["a b", "*.example", "Example (CA) #1", NOT_KNOWN])
def test_another_value_in_a_line_to_copy_is_one_word(value):
    assert shlex.split(copied(value)) == [value]


@pytest.mark.parametrize(
    "sign", [*"'\"\\$`%^&|<>;!\n\r\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2028\x1b"], ids=ascii
)
def test_what_a_shell_could_read_is_typed_by_hand(sign):
    assert copied(f"a{sign}id") == shlex.quote(BY_HAND)
    assert shlex.split(copied(f"a{sign}id")) == [BY_HAND]


@pytest.mark.parametrize("value", ["-oProxyCommand=x", "--config", "–Config", "x" * (MAX_TEXT + 1)])
def test_an_option_and_what_would_be_cut_off_are_typed_by_hand(value):
    assert copied(value) == shlex.quote(BY_HAND)


def test_a_value_outside_of_a_line_to_copy_is_shown_as_it_is():
    assert blocks("It is {x}.", {"x": "a; $(id)"}) == (Paragraph("It is a; $(id)."),)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("echo '{x}'", "inside quotes"),
        ('echo "{x}"', "inside quotes"),
        ('echo "a" "b {x}"', "inside quotes"),
        ("echo 'it''s {x}'", "inside quotes"),
        ('echo "it\'s {x}"', "inside quotes"),
        ("echo \\' {x}", "inside quotes"),
        ('echo "a\\" {x}', "inside quotes"),
        ("echo don't {x}", "inside quotes"),
        ("echo C:\\{x}", "behind a “\\”"),
        ("echo ${x}", "behind a “$”"),
        ("echo $(look {x})", "inside $( )"),
        ("echo $(look (a) {x})", "inside $( )"),
        ('echo $(look ")" {x})', "inside $( )"),
        ('echo "$(look "{x}")"', "inside quotes"),
    ],
)
def test_a_reference_that_is_no_word_of_a_line_to_copy_is_seen(code, why):
    assert [(name, at) for _, name, at in misplaced(f"Type:\n\n`{code}`\n\n- a list")] == [("x", why)]
    assert list(misplaced(f"Type {code} and it is fine.")) == []


@pytest.mark.parametrize(
    "code",
    [
        "look {x}", "look a={x},b", "look --x='a b' {x}", 'look "a b" {x} "c"', "look $(date) {x}",
        'look "$(date "+%F")" {x}', "(cd a && look {x})", "look Cert:\\My {x}", "look '\\' {x}",
        "look 'a\"b' {x}", "look {x} 'and more'", "look $true {x}",
    ],
)  # fmt: skip
def test_a_reference_that_is_a_word_or_its_end_is_fine(code):
    assert list(misplaced(f"`{code}`")) == []


@given(st.text(), st.dictionaries(st.text(max_size=3), st.text(max_size=9)))
def test_no_text_crashes(text, values):
    fill(text, values)
    blocks(text, values)
    list(misplaced(f"`{text}{{x}}`"))
