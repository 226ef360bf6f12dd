import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core.text import MAX_TEXT, fingerprint, listed, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028par\u2029", "line\\u2028par\\u2029"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\ue000", "\\ue000"),
    ],
)
def test_what_moves_the_cursor_or_turns_the_text_is_shown_as_an_escape(hostile: str, shown: str):
    assert visible(hostile) == shown


@pytest.mark.parametrize("plain", ["", "O=[/]", "[b]a[/b]", "C:\\new", "Zoë & Søn 株式会社", 'a\' "b"'])
def test_what_is_harmless_is_left_alone(plain: str):
    assert visible(plain) == plain


def test_a_long_text_is_cut_and_says_so():
    assert visible("a" * (MAX_TEXT + 1)) == "a" * MAX_TEXT + "…"
    assert visible("a" * MAX_TEXT) == "a" * MAX_TEXT
    assert visible("\n\n\n", 2) == "\\n\\n…"


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_hidden_is_left_and_what_is_visible_stays(text: str):
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert visible(shown, 10 * MAX_TEXT) == shown


def test_a_fingerprint_is_read_in_groups_of_four():
    digest = "9d7f9b30ab"
    assert fingerprint(digest) == "9D7F 9B30 AB"
    assert fingerprint(digest, 2) == "9D7F 9B30 …"
    assert fingerprint(digest, 3) == "9D7F 9B30 AB"


def test_a_list_reads_as_a_sentence():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(("a", "b", "c")) == "a, b and c"
    assert listed(list("abcdef")) == "a, b, c, d and 2 more"
