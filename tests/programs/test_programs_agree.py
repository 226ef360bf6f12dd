"""Every row of the programs table beside the program itself: same verdict, same fault, same words."""

import re

import pytest
from program_results import meets
from program_situations import all_ids, transports_of
from real_programs import PROGRAMS

from tlswizard.explain.match import explain

DIFFERS: dict[tuple[str, str, str], str] = {}
"""Known differences: (test, program, situation) and why."""

FIRST_CAUSES = 3
"""Of all causes that `explain` gives; a person reads no further."""

ISO = "%Y-%m-%dT%H:%M:%SZ"

FIXED_PART = 8
"""Characters; what is shorter between two holes says nothing."""


def cells(test):
    found = []
    for name, program in PROGRAMS.items():
        if program.path() is None:
            reason = f"{program.wanted} is not on this machine"
            found.append(pytest.param(name, None, marks=pytest.mark.skip(reason), id=name))
            continue
        for id_ in all_ids():
            if meets(program, transports_of(id_)):
                why = DIFFERS.get((test, name, id_))
                marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
                found.append(pytest.param(name, id_, marks=marks, id=f"{name}-{id_}"))
    return found


@pytest.fixture
def seen(program, situation, did, our_verdict):
    """Our row of the document, what the program did, and when it ran."""
    ran = did(program)
    return our_verdict(PROGRAMS[program].client, situation, ran.at), ran.outcomes[situation], ran.at


@pytest.mark.parametrize(("program", "situation"), cells("verdict"))
def test_the_row_decides_as_the_program_does(program, situation, seen):
    ours, theirs, _ = seen
    assert ours["verdict"] == ("accept" if theirs.accepted else "refuse"), told(ours, theirs)


@pytest.mark.parametrize(("program", "situation"), cells("explain"))
def test_what_the_program_prints_is_explained_by_a_fault(program, situation, seen, content):
    ours, theirs, _ = seen
    if not_both_refuse(ours, theirs):
        return
    found = explain(theirs.output, content)
    specific = [match for match in found if match.kind == "specific"]
    if specific:
        # A message that stands for many faults names them all: then its own list is what is read.
        read = [cause for match in specific for cause in match.causes][:FIRST_CAUSES]
        named = {*read, *specific[0].causes}
        assert {fault["cause"] for fault in ours["faults"]} & named, told(ours, theirs, found)
    else:
        assert any(match.kind == "any-fault" for match in found), told(ours, theirs, found)


@pytest.mark.parametrize(("program", "situation"), cells("message"))
def test_the_message_that_we_foretell_is_printed(program, situation, seen):
    ours, theirs, at = seen
    if not_both_refuse(ours, theirs):
        return
    assert ours["message"] is not None, told(ours, theirs)
    # The program looked at the clock itself, a moment before.
    message = plain(ours["message"].replace(at.strftime(ISO), "…"))
    fixed = [part.strip() for part in message.split("…") if len(part.strip()) > FIXED_PART]
    assert fixed, told(ours, theirs)
    assert all(part in plain(theirs.output) for part in fixed), told(ours, theirs)


def not_both_refuse(ours, theirs):
    """Only a refusal has words, and the first test tells of different verdicts."""
    return theirs.accepted or ours["verdict"] != "refuse"


def plain(text):
    """On one line, without quotes (they follow the locale) and ports (a chain tells none)."""
    bare = re.sub(r"\bport=\d+", "port=…", text.translate(dict.fromkeys(map(ord, "'\"`´‘’“”"))))
    return " ".join(bare.split())


def told(ours, theirs, found=()):
    """Both sides, for the person who reads that they differ."""
    faults = [f"{fault['cause']} ({fault['kind']})" for fault in ours["faults"]]
    lines = [
        f"the row: {ours['verdict']} {', '.join(faults)}",
        f"our message: {ours['message']}",
        f"the program: {'accepts' if theirs.accepted else 'refuses'}",
        *(f"explained: {match.client} {match.kind} {match.causes} {match.message}" for match in found),
        theirs.output,
    ]
    return "\n".join(lines)
