"""Blocks as lines: what fits, what wraps, and what is never lost."""

import pytest
from rich.cells import cell_len
from tui_pages import CHAIN, STORY

from tlswizard.core.blocks import (
    Block,
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
from tlswizard.tui.lines import rule, shortened
from tlswizard.tui.paint import paint


def painted(*blocks: Block, width: int = 80) -> list[str]:
    return [line.plain.rstrip() for line in paint(blocks, width)]


EVERYTHING = [*[block for page in STORY for block in page.blocks], *CHAIN.blocks]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("block", EVERYTHING, ids=lambda block: type(block).__name__)
def test_no_line_is_wider_than_the_screen(block: Block, width: int):
    assert all(cell_len(line) <= width for line in painted(block, width=width))


def test_wide_characters_count_twice():
    assert all(
        cell_len(line) <= 30
        for line in painted(Paragraph("証明書" * 40), Rows((("名", Cell("証" * 40)),)), width=30)
    )


def test_rows_stand_in_line_and_continue_under_their_value():
    lines = painted(
        Rows((("Who", Cell("a b")), ("What to do", Cell("word " * 20)), ("", Cell("", Mark.FINE))))
    )
    assert lines[0] == "   Who          a b"
    assert lines[1].startswith("   What to do   word word")
    assert lines[2].startswith("                word")
    assert lines[-1] == "                ✓ fine"


def test_a_table_gives_way_in_its_widest_column_and_not_within_a_word():
    lines = painted(
        Table(("Program", "says"), ((Cell("curl"), Cell("certificate verify failed", Mark.REFUSED)),)),
        width=34,
    )
    assert lines == ["   Program  says", "   curl     ✗ certificate verify", "              failed"]


def test_a_table_that_cannot_be_read_stands_as_rows():
    head = tuple(f"column{number}" for number in range(8))
    lines = painted(Table(head, (tuple(Cell("accepted", Mark.FINE) for _ in head),), "and a foot"), width=40)
    assert lines[0] == "   column0   ✓ accepted"
    assert lines[7] == "   column7   ✓ accepted"
    assert lines[-1] == "   and a foot"


def test_a_row_with_too_few_cells_is_painted():
    assert painted(Table(("a", "b"), ((Cell("x"),),))) == ["   a  b", "   x"]


def test_an_empty_table_is_its_head():
    assert painted(Table(("a", "b"), ())) == ["   a  b"]
    assert painted(Table((), ())) == []


def test_a_command_is_cut_at_the_edge_and_nothing_is_added():
    command = (
        "openssl s_client -connect jsanders4.northamerica.corp.example:443 -servername jsanders4 -showcerts"
    )
    lines = painted(Commands((command, "  indented  twice")), width=60)
    assert "".join(line[3:] for line in (line.ljust(59) for line in lines[:-1])).rstrip() == command
    assert lines[-1] == "     indented  twice"


def test_the_chain_is_drawn_from_its_top():
    lines = painted(*CHAIN.blocks[:1])
    assert lines[0] == "   ┌ Contoso Root CA                       from your store, not sent"
    assert lines[2] == "   │   ✓ nothing wrong"
    assert lines[3].startswith("   ├ Contoso Subordinate CA")
    assert lines[6].startswith("   └▸jsanders4.northamerica.corp.example   sent, position 0")


def test_a_chain_of_one_and_a_title_too_long_for_its_line():
    assert painted(Tree((Node("leaf", "", ()),))) == ["   └ leaf"]
    lines = painted(Tree((Node("x" * 90, "sent", (Cell("RSA"),)), Node("y", "found", ()))))
    assert lines[1].startswith("   │ xxx")
    assert "   │   sent" in lines


def test_a_conclusion_has_its_certainty_at_the_end_of_its_line():
    [line] = painted(Conclusion(Mark.REFUSED, "The root is missing", "certain"))
    assert line.startswith(" ✗ The root is missing  ")
    assert line.endswith("  certain")
    assert len(line) == 79


@pytest.mark.parametrize("mark", list(Mark))
def test_every_sign_has_its_word(mark: Mark):
    [line] = painted(Rows((("x", Cell("", mark)),)))
    assert line.endswith(f"{mark.value} {mark.word}")


def test_not_checked_says_so_though_it_is_certain():
    [line] = painted(Conclusion(Mark.NOT_CHECKED, "Revocation", "certain"))
    assert line.endswith("not checked, certain")


def test_no_two_signs_that_matter_share_a_colour():
    styles = {
        mark: str(line.spans[0].style)
        for mark in (Mark.FINE, Mark.REFUSED, Mark.NOT_CHECKED)
        for line in paint((Rows((("", Cell("x", mark)),)),), 80)
    }
    assert len(set(styles.values())) == 3
    assert "$error" in styles[Mark.REFUSED]


def test_a_heading_stands_close_to_its_block_and_blocks_stand_apart():
    assert painted(Heading("Note"), Paragraph("a"), Bullets(("b", "c"))) == [
        " Note",
        "   a",
        "",
        "   • b",
        "   • c",
    ]


def test_text_keeps_its_line_breaks_and_is_no_markup():
    assert painted(Paragraph("a\n  [b]x[/b]\n\nO=[/]")) == ["   a", "     [b]x[/b]", "", "   O=[/]"]


def test_a_title_loses_its_middle():
    assert cell_len(shortened("The remote certificate · host:443", 20)) == 20
    assert shortened("The remote certificate · host:443", 20).endswith("host:443")


def test_a_rule_fills_its_line():
    assert rule(20).plain == "─" * 20
    assert cell_len(rule(40, "left", "right").plain) == 40
