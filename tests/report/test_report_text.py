"""Blocks as plain text: 80 columns, nothing cut off, and nothing that looks fine which was not looked at."""

from dataclasses import replace

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
from tlswizard.core.case import Part
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.report.sections import whole
from tlswizard.report.text import text

LONG = "averylongword" * 12


def commands_of(diagnosis) -> set[str]:
    return {
        f"    {line}" for block in whole(diagnosis) if isinstance(block, Commands) for line in block.lines
    }


def test_no_line_but_a_command_is_wider_than_the_terminal(every):
    copied = commands_of(every)
    wide = [line for line in printed(every, "text").splitlines() if len(line) > 80 and line not in copied]
    assert wide == []


def test_commands_are_never_wrapped(every):
    lines = set(printed(every, "text").splitlines())
    assert commands_of(every) <= lines


def test_no_line_ends_in_spaces(every):
    assert [line for line in printed(every, "text").splitlines() if line != line.rstrip()] == []


def test_it_names_computer_account_and_time(every):
    last = printed(every, "text").splitlines()[-1]
    assert every.case.observed.machine in last
    assert every.case.observed.account in last
    assert every.case.at.strftime("%Y-%m-%d") in last


def test_the_first_line_is_the_verdict_in_sign_and_word(every):
    first = printed(every, "text").splitlines()[0]
    assert first.startswith("✗ ")
    assert "refused" in first


def test_every_cause_stands_there_with_its_id(every):
    out = " ".join(printed(every, "text").split())
    assert all(f"[{cause.id}]" in out for cause in every.causes)
    assert all(f"[{proven.fix.id}]" in out for proven in every.fixes)


@pytest.mark.parametrize(
    "block",
    [
        Conclusion(Mark.REFUSED, f"a sentence and {LONG}", "certain"),
        Heading(f"What puts it right and more of the same until it is far too wide for any terminal {LONG}"),
        Paragraph(f"words {LONG} words"),
        Bullets((LONG, "short")),
        Rows((("label", Cell(LONG)), (LONG, Cell("short")), ("", Cell("more")))),
        Table(
            ("Program", LONG), ((Cell(LONG), Cell("x")), (Cell("y"), Cell(LONG, Mark.FINE))), f"foot {LONG}"
        ),
        Tree((Node(LONG, "sent, position 1", (Cell(LONG),)), Node("short", LONG, ()))),
    ],
    ids=lambda b: type(b).__name__,
)
@pytest.mark.parametrize("width", [80, 60, 40])
def test_a_word_without_end_does_not_burst_the_line(block, width):
    out = text([block], width)
    assert [line for line in out.splitlines() if len(line) > width] == []
    assert len("".join(out.split())) >= len(LONG)


ABSENT = ("reach", "handshakes", "stores", "clock")


@pytest.mark.parametrize("part", ABSENT)
def test_an_absent_part_is_in_not_checked_and_never_fine(two_stores, content, part):
    """Fewer things are known, so fewer may be called fine."""
    case = two_stores.case.without((part,))
    absent = diagnose(case, content, ("dotnet-framework-service",))
    assert part in [n.part for n in absent.not_checked]
    out = printed(absent, "text")
    assert out.count("✓") <= printed(two_stores, "text").count("✓")
    row = next(line for line in out.splitlines() if line.startswith(f"  {part} "))
    assert "?" in row
    assert "✓" not in row


@pytest.mark.parametrize("part", ABSENT)
def test_a_failed_part_is_in_not_checked_with_its_reason(two_stores, content, part):
    case = two_stores.case.with_part(part, Part(two_stores.case.at, failure="the disk is on fire"))
    failed = diagnose(case, content, ("dotnet-framework-service",))
    reasons = {n.part: n.why for n in failed.not_checked}
    assert part in reasons
    if part != "clock":
        assert reasons[part] == "the disk is on fire"
    assert any("?" in line for line in printed(failed, "text").splitlines() if line.startswith(f"  {part} "))


def test_with_nothing_looked_at_nothing_is_fine(two_stores, content):
    empty = two_stores.case.without(("reach", "handshakes", "stores", "clock", "clients"))
    nothing = diagnose(empty, content, ("dotnet-framework-service",))
    out = printed(nothing, "text")
    assert nothing.exit == 3
    assert "✓" not in out
    assert "accept" not in out
    assert {n.part for n in nothing.not_checked} >= {"reach", "handshakes", "stores", "clients", "clock"}


def test_without_the_stores_no_certificate_is_called_fine(two_stores, content):
    """Whether the chain leads anywhere was not looked at."""
    blind = diagnose(two_stores.case.without(("stores",)), content, ("dotnet-framework-service",))
    assert blind.exit == 3
    assert "✓" not in printed(blind, "text")


def test_an_unreadable_store_is_named_and_its_programs_have_no_verdict(two_stores, content):
    stores = tuple(
        replace(s, anchors=(), unreadable="access is denied") if s.id == "windows-machine-root" else s
        for s in two_stores.case.all_stores
    )
    case = two_stores.case.with_part("stores", Part(two_stores.case.at, stores))
    case = replace(case, name="jsanders4.northamerica.corp.example")
    blind = diagnose(case, content, ("dotnet-framework-service",))
    assert blind.client("dotnet-framework-service").verdict.result == "unknown"
    assert blind.exit == 3
    assert "store windows-machine-root" in [n.part for n in blind.not_checked]
    assert "access is denied" in " ".join(printed(blind, "text").split())
