import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core.blocks import Bullets, Commands, Paragraph
from tlswizard.playbook.texts import blocks, fill, references


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


def test_a_value_in_a_line_to_copy_is_quoted():
    assert blocks("`look {x}`", {"x": "a; rm b"}) == (Commands(("look 'a; rm b'",)),)


@given(st.text(), st.dictionaries(st.text(max_size=3), st.text(max_size=9)))
def test_no_text_crashes(text, values):
    fill(text, values)
    blocks(text, values)
