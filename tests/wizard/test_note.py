"""The note for the ticket: who it is about, what was asked, looked at, found, changed, and is still open."""

import re
from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, every_exercise, the
from wizard_driver import BOOK, enter, enter_through, story, walking

from tlswizard.core.case import Part
from tlswizard.core.text import visible
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise
from tlswizard.wizard.note import WIDTH, _found
from tlswizard.wizard.walk import Chose, GoOn, StopHere

LABELS = ("Server", "Asked", "Looked at", "Found", "Changed", "Not checked", "Result")


def facts(note: str) -> dict[str, str]:
    """By label, the lines joined."""
    found: dict[str, str] = {}
    label = ""
    for line in note.splitlines()[1:]:
        head, rest = line[:13].strip(), line[13:].strip()
        label = head or label
        found[label] = f"{found[label]} {rest}" if label in found else rest
    return found


@every_exercise
def test_it_has_all_that_whoever_reads_it_needs(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, world):
            await enter_through(walk)
            note = walk.note()
            told = facts(note)
            assert next(iter(told)) == "Server"
            assert set(LABELS) <= set(told)
            seen = world.machine.observed
            assert f"(from {seen.machine}, as {seen.account})" in told["Server"]
            assert f":{exercise.target.port} " in told["Server"]
            for cause in exercise.expects:
                assert f"{cause} (certain" in told["Found"]
            assert told["Found"].count("[put right]") == len(exercise.expects)
            assert "revocation" in told["Not checked"]
            assert told["Result"].startswith("solved")
            assert told["Changed"] != "-"

    story(run)


def test_its_first_line_says_by_what_it_was_made_from_which_playbook_and_when():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            first = walk.note().splitlines()[0]
            assert re.fullmatch(
                r"tlswizard \d+\.\d+\.\d+, playbook remote-certificate-invalid \S+ "
                r"\(sha256 [0-9a-f]{8}…\), 2031-05-06T07:08:09Z",
                first,
            )
            assert BOOK.sha256[:8] in first

    story(run)


def test_each_check_is_named_with_its_outcome():
    async def run() -> None:
        async with walking("missing-intermediate") as (walk, _):
            await enter_through(walk, until="Make the server send")
            looked = facts(walk.note())["Looked at"].split(" · ")
            assert re.fullmatch(r"net\.reach ok( \d+ ms)?", looked[0])
            assert looked[1:] == ["tls.handshake ok TLSv1.3", "chain.view missing-intermediate"]

    story(run)


def test_what_was_asked_and_answered_is_there():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await enter_through(walk, until="Two lists of trust")
            asked = facts(walk.note())["Asked"]
            assert "program = dotnet-framework-service" in asked.replace("- ", "-")
            assert "on-this-computer = yes" in asked
            assert "The message = only-invalid" in asked
            assert "according to the validation procedure" in facts(walk.note())["Message"]

    story(run)


def test_stopped_half_way_it_says_where_and_what_was_not_checked():
    async def run() -> None:
        async with walking("smtp-starttls") as (walk, _):
            await enter_through(walk, until="Trust the issuer")
            page = await walk.take(StopHere())
            told = facts(walk.note())
            assert told["Result"] == "stopped at “Trust the issuer”"
            assert told["Changed"] == "-"
            assert "clock" in told["Not checked"]
            assert page.copy == walk.note()

    story(run)


def test_handed_over_it_says_to_whom():
    async def run() -> None:
        async with walking("untrusted-root", inputs={"server": "https://git.fabrikam.exampel"}) as (walk, _):
            await enter_through(walk, until="Is the server there?")
            await walk.take(GoOn())
            await walk.take(Chose("yes"))
            assert walk.page.over
            told = facts(walk.note())
            assert told["Next"] == "the network team"
            assert told["Result"].startswith("handed-over")
            assert "name-not-resolved" in told["Looked at"]
            assert walk.exit_code() == 3

    story(run)


def test_a_line_that_was_added_is_there_and_visible():
    async def run() -> None:
        async with walking("expired") as (walk, _):
            walk.add_to_note("  called the owner\x1b[31m  ")
            walk.add_to_note("   ")
            assert facts(walk.note())["Note"] == visible("called the owner\x1b[31m")

    story(run)


@every_exercise
def test_it_fits_a_ticket_at_every_step(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, _):
            while not walk.page.over:
                lines = walk.note().splitlines()
                assert all(len(line) <= WIDTH for line in lines[1:])
                assert not [line for line in lines if "{" in line or "None" in line]
                await walk.take(enter(walk.page))

    story(run)


@pytest.mark.parametrize("name", ["short-name"])
def test_a_changed_name_is_told_with_the_one_before(name: str):
    async def run() -> None:
        async with walking(name) as (walk, _):
            await enter_through(walk)
            assert facts(walk.note())["Server"].startswith("wiki.northwind.example:443")
            assert facts(walk.note())["Server"].endswith("at first wiki:443")

    story(run)


def test_where_nothing_was_looked_at_nothing_is_said_to_be_well():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await walk.take(StopHere())
            assert facts(walk.note())["Found"] == "- (nothing was judged yet)"
            assert "nothing wrong" not in walk.note()

    story(run)


def test_what_cannot_be_reached_any_more_is_not_said_to_be_put_right():
    before = diagnosed("expired")
    assert before.case.reach is not None
    reach = replace(before.case.reach.result, outcome="connection-refused")
    case = before.case.with_part("handshakes", Part(AT, ())).with_part("reach", Part(AT, reach))
    now = diagnose(case, CONTENT, (the("expired").program,))
    told = " ".join(_found(now, before))
    assert "expired" in told
    assert "put right" not in told
