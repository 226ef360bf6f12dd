"""Broken servers to practise on: a real server on loopback beside a pretend machine. No network is used."""

import argparse
import asyncio
import sys

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.cli import exits
from tlswizard.cli.check import new_case
from tlswizard.cli.main import Parser
from tlswizard.cli.practice import TOUR, TOUR_EXERCISE, TOUR_PLAYBOOK, practice, tour
from tlswizard.cli.printing import FORMATS, printed, put
from tlswizard.cli.walking import walk_in
from tlswizard.content.library import Content
from tlswizard.core.case import Options
from tlswizard.core.text import visible
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.explain.playbooks import USUAL
from tlswizard.lab.exercise import Exercise, all_exercises, find_exercise

OF_WALKS = ("plain", "playbook", "learn")
OPTIONS = ("format", *OF_WALKS)


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="EXERCISE", help="an exercise, or: tour, or: list, or: serve EXERCISE"
    )
    parser.add_argument("--format", choices=FORMATS, default=None, help="print the report instead of walking")
    parser.add_argument("--plain", action="store_true", help="plain lines instead of the full screen")
    parser.add_argument("--playbook", metavar="ID|FILE", help="walk this one")
    parser.add_argument(
        "--learn",
        action="store_true",
        help="learning mode: guess first, then see every result and why",
    )


def run(args: argparse.Namespace, parser: Parser) -> int:
    words = args.words
    if words in ([], ["list"]):
        _refuse(parser, args, OPTIONS, "the list is the same for all")
        return _list()
    serve = words[0] == "serve"
    touring = words == [TOUR]
    names = [TOUR_EXERCISE] if touring else words[1:] if serve else words
    if len(names) != 1:
        parser.error("name one exercise")
    found = find_exercise(names[0])
    if found is None:
        known = ", ".join(e.id for e in all_exercises())
        parser.error(f"there is no exercise “{visible(names[0], 40)}”; there are {known}")
    if serve:
        _refuse(parser, args, OPTIONS, "the exercise is served, and not walked")
        return asyncio.run(_serve(found))
    if args.format:
        _refuse(parser, args, OF_WALKS, "--format prints the report, and nothing is walked")
        return asyncio.run(_report(found, args.format))
    if not (sys.stdin.isatty() or args.plain):
        _refuse(parser, args, OF_WALKS, "nobody can answer (no terminal on stdin); --plain walks anyway")
        return asyncio.run(_report(found, "text"))
    if touring:
        return walk_in(lambda worlds: tour(worlds, args.playbook or TOUR_PLAYBOOK), plain=args.plain)
    return walk_in(
        lambda worlds: practice(worlds, found, args.playbook or USUAL, learning=args.learn), plain=args.plain
    )


def _refuse(parser: Parser, args: argparse.Namespace, options: tuple[str, ...], why: str) -> None:
    """Whoever gives an option wants what it does: one that would do nothing is wrong usage."""
    for option in options:
        if getattr(args, option):
            parser.error(f"--{option} changes nothing here: {why}")


def _list() -> int:
    for one in all_exercises():
        print(f"{one.id:<28} {one.title}")
    return exits.ACCEPTED


async def _report(one: Exercise, form: str) -> int:
    """The verdict before any repair, as `check` gives it."""
    content = Content.shipped()
    async with one.open() as world:
        case = await gathered(
            world.machine, new_case(world.machine, one.target), EVERYTHING, Options(), content
        )
    diagnosis = diagnose(case, content, (one.program,))
    put(printed(diagnosis, form))
    return diagnosis.exit


async def _serve(one: Exercise) -> int:
    async with one.open() as world:
        print(f"{one.id}: {one.title}\n\n{one.description}\n")
        print(f"serving on 127.0.0.1:{world.server.port} until Ctrl-C", flush=True)
        await asyncio.Event().wait()
    return exits.ACCEPTED
