"""Blocks as Markdown: foreign text makes no link, no code, no row of its own."""

import re

import pytest

from tlswizard.cli.printing import printed
from tlswizard.core.blocks import (
    Bullets,
    Cell,
    Commands,
    Conclusion,
    Heading,
    Mark,
    Node,
    Paragraph,
    Rows,
    Table,
    Tree,
)
from tlswizard.report.markdown import escaped, markdown

HOSTILE = "a|b [link](http://evil.example) `code` <img src=x> *bold* _under_ ![p](q) # h ~~s~~ \\| {x}"


def bare(line: str) -> str:
    """What is left of a line for Markdown to read: escaped characters are taken out."""
    return re.sub(r"\\[\\`*_{}\[\]<>()#+!|~&.-]", "", line)


@pytest.mark.parametrize("char", "\\`*_[]<>#|~!")
def test_each_special_character_is_escaped(char):
    assert escaped(char) == f"\\{char}"


@pytest.mark.parametrize(
    "block",
    [
        Conclusion(Mark.REFUSED, HOSTILE, "certain"),
        Heading(HOSTILE),
        Paragraph(HOSTILE),
        Bullets((HOSTILE,)),
        Rows(((HOSTILE, Cell(HOSTILE)),)),
        Tree((Node(HOSTILE, HOSTILE, (Cell(HOSTILE),)),)),
    ],
    ids=lambda b: type(b).__name__,
)
def test_foreign_text_stays_text(block):
    for line in markdown([block]).splitlines():
        own = re.sub(r"^(## | *- |\*\*)|\*\*", "", line)
        assert not re.search(r"[\[\]`<>|_*]", bare(own)), line


def test_a_pipe_makes_no_cell():
    out = markdown([Table(("a|b", "c"), ((Cell(HOSTILE), Cell("|", Mark.FINE)),), "foot | foot")])
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert [bare(row).count("|") for row in rows] == [3, 3, 3]


def test_commands_stand_in_a_fence_that_they_cannot_close():
    out = markdown([Commands(("echo ```", "````"))]).splitlines()
    assert out[0] == out[-1]
    assert len(out[0]) > 4
    assert out[1:-1] == ["echo ```", "````"]


@pytest.mark.parametrize(
    "text", ["1. first", "- item", "+ item", "# head", "> quote", "    code", "---", "===", "1) x"]
)
def test_a_paragraph_that_begins_like_something_else_is_a_paragraph(text):
    """CommonMark 0.31 sections 4 and 5: what opens a block at the start of a line."""
    (line,) = markdown([Paragraph(text)]).splitlines()
    assert not re.match(r"\s{0,3}([-+*>#=]|\d+[.)])(\s|$|[-=])| {4}", line), line


def test_a_table_of_the_report_has_even_rows(every):
    tables = re.findall(r"(?:^\|.*\n)+", printed(every, "markdown"), flags=re.M)
    assert tables
    for table in tables:
        assert len({bare(row).count("|") for row in table.splitlines()}) == 1


def test_it_says_what_the_text_says(every):
    out = printed(every, "markdown")
    assert all(f"\\[{escaped(cause.id)}\\]" in out for cause in every.causes)
    assert f"looked at as {escaped(str(every.case.observed))}" in out
