"""Broken servers to practise on: a real server on loopback beside a pretend machine. No network is used."""

import argparse
import asyncio
import sys

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.cli import exits
from tlswizard.cli.check import new_case
from tlswizard.cli.main import Parser
from tlswizard.cli.printing import FORMATS, printed, put
from tlswizard.cli.walking import walk_in
from tlswizard.content.library import Content
from tlswizard.core.case import Options
from tlswizard.core.text import visible
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise, all_exercises, find_exercise


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="EXERCISE", help="an exercise, or: list, or: serve EXERCISE"
    )
    parser.add_argument("--format", choices=FORMATS, default=None, help="print the report instead of walking")
    parser.add_argument("--plain", action="store_true", help="plain lines instead of the full screen")


def run(args: argparse.Namespace, parser: Parser) -> int:
    words = args.words
    if words in ([], ["list"]):
        return _list()
    serve = words[0] == "serve"
    names = words[1:] if serve else words
    if len(names) != 1:
        parser.error("name one exercise")
    found = find_exercise(names[0])
    if found is None:
        known = ", ".join(e.id for e in all_exercises())
        parser.error(f"there is no exercise “{visible(names[0], 40)}”; there are {known}")
    if serve:
        return asyncio.run(_serve(found))
    if args.format or not (sys.stdin.isatty() or args.plain):
        return asyncio.run(_report(found, args.format or "text"))
    return walk_in(found, plain=args.plain)


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
