"""The words of the glossary that stand on a page, and how plain lines explain them."""

import pytest
from diagnosis_cases import CONTENT
from test_wizard_plain import typed
from wizard_driver import enter, enter_through, story, walking

from tlswizard.content.glossary import Word
from tlswizard.core.blocks import Cell, Paragraph, Rows, Table
from tlswizard.wizard.glossary import called, explained, words_on
from tlswizard.wizard.page import Choice, Field, Page


def word(id_: str, *also: str) -> Word:
    return Word(id_, id_, also, f"What {id_} means.", "", (f"RFC of {id_}",))


KNOWN = tuple(map(word, ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota")))


def page(**more: object) -> Page:
    facts = {"kind": "text", "title": "", "where": "", "observed": "", "heading": "", "blocks": ()}
    return Page(**(facts | more))


# ── which words ──


def test_words_come_from_every_text_in_reading_order():
    shown = page(
        heading="The iota",
        blocks=(
            Paragraph("An eta."),
            Rows((("Theta", Cell("a zeta")),)),
            Table(("Program",), ((Cell("epsilon"),),), "a delta"),
        ),
        choices=(Choice("x", "gamma", "beta"),),
        field=Field("alpha"),
    )
    found = [w.id for w in words_on(shown, KNOWN)]
    assert found == ["iota", "eta", "theta", "zeta", "epsilon", "delta", "gamma", "beta", "alpha"]


def test_what_the_keys_open_comes_last_and_each_word_once():
    shown = page(blocks=(Paragraph("beta beta"),), why="alpha", details="beta gamma", say="delta alpha")
    assert [w.id for w in words_on(shown, KNOWN)] == ["beta", "alpha", "gamma", "delta"]


def test_no_word_goes_over_from_one_text_into_the_next():
    known = (word("name constraint"),)
    assert words_on(page(blocks=(Paragraph("a name"), Paragraph("constraint")), why="x"), known) == ()
    assert words_on(page(blocks=(Paragraph("a name constraint"),)), known) == known


def test_the_title_and_the_ids_of_answers_are_no_text_to_explain():
    shown = page(title="alpha", observed="beta", where="gamma", choices=(Choice("delta-1", "yes"),))
    assert words_on(shown, KNOWN) == ()


def test_the_pages_of_a_walk_carry_their_words():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            assert walk.glossary() == tuple(CONTENT.glossary.values())
            assert "issuer" in [w.id for w in walk.page.words]
            pages: list[Page] = []
            await enter_through(walk, pages.append)
            for shown in pages:
                assert shown.words == words_on(shown, CONTENT.glossary.values())
            assert sum(bool(shown.words) for shown in pages) >= len(pages) - 2

    story(run)


# ── one word ──


def test_a_word_is_told_with_its_example_and_sources():
    told = explained(Word("x", "SNI", (), "The name.", "For example this.", ("RFC 1", "RFC 2")), "dana on pc")
    assert (told.title, told.observed) == ("SNI", "dana on pc")
    assert told.blocks == (
        Paragraph("The name."),
        Rows((("Example", Cell("For example this.")), ("Source", Cell("RFC 1")), ("", Cell("RFC 2")))),
    )
    assert told.copy == "SNI: The name."


@pytest.mark.parametrize("name", ["trust store", "TRUST STORE", " trust   stores ", "lists of trust"])
def test_a_word_is_called_by_any_of_its_spellings(name: str):
    store = word("trust store", "trust stores", "lists of trust")
    assert called(name, (*KNOWN, store)) == store


def test_nothing_else_is_called():
    assert called("", KNOWN) is None
    assert called("alph", KNOWN) is None


# ── plain lines ──


def test_g_lists_the_words_of_the_page_with_numbers():
    _, typist = typed("two-stores", "g", "q")
    said = typist.said.splitlines()
    at = next(at for at, line in enumerate(said) if line.endswith("1  certificate"))
    assert said[at + 1].endswith("2  issuer")
    assert "g and a number or a word explains it." in said[at + 2]
    assert typist.said.count("1 of 8") == 1


@pytest.mark.parametrize("line", ["g 2", "g issuer", "g Issuer"])
def test_a_word_of_the_page_is_explained_by_its_number_or_its_name(line: str):
    _, typist = typed("two-stores", line, "q")
    assert "\nissuer (dana on srv-app-02)\n" in typist.said
    assert " ".join(CONTENT.glossary["issuer"].means.split()) in " ".join(typist.said.split())
    assert typist.said.count("1 of 8") == 1


def test_a_word_that_is_not_on_the_page_is_explained_too():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            assert "stapling" not in [w.id for w in walk.page.words]

    story(run)
    _, typist = typed("two-stores", "g stapling", "q")
    assert " ".join(CONTENT.glossary["stapling"].means.split()) in " ".join(typist.said.split())


def test_a_misspelt_word_is_told_with_the_one_that_was_meant():
    _, typist = typed("two-stores", "g certifcate", "q")
    assert "“certifcate” is not in the glossary. Did you mean “certificate”?" in typist.said


@pytest.mark.parametrize("line", ["g 0", "g 99", "g qqqqqq", "g ²"])
def test_what_is_neither_is_told_where_the_words_are(line: str):
    _, typist = typed("two-stores", line, "q")
    told = f"“{line[2:]}” is not in the glossary. g alone lists the words on this page."
    assert told in " ".join(typist.said.split())


def test_a_page_without_words_says_so_and_lists_none():
    asked: list[str] = []

    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            while walk.page.words:
                asked.append("")
                await walk.take(enter(walk.page))
            assert walk.page.kind == "input"

    story(run)
    _, typist = typed("two-stores", *asked, "g", "q")
    assert "No word of the glossary is on this page." in typist.said


def test_help_tells_of_the_words_within_80_columns():
    _, typist = typed("two-stores", "?", "q")
    assert "g words" in typist.said
    assert "g WORD explains a word" in " ".join(typist.said.split())
    assert max(map(len, typist.said.splitlines())) <= 80
