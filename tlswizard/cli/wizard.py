"""The wizard: walks you from the error to the cause, the fix and its proof."""

import argparse
import sys

from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.content.library import Content
from tlswizard.core.case import Options
from tlswizard.core.target import BadTarget, parse_target
from tlswizard.core.text import visible
from tlswizard.machine.this import ThisMachine
from tlswizard.wizard.keeping import Trouble
from tlswizard.wizard.opening import USUAL, Opening


def add_arguments(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="TARGET", help="a server: host, host:port or a URL")
    parser.add_argument("--plain", action="store_true", help="plain lines instead of the full screen")
    parser.add_argument("--playbook", metavar="ID|FILE", help="walk this one", default=USUAL)
    parser.add_argument(
        "--set", metavar="INPUT=VALUE", action="append", default=[], help="answer an input in advance"
    )
    parser.add_argument("--resume", metavar="FILE", nargs="?", const="", help="go on with a kept session")


def run(args: argparse.Namespace, parser: Parser) -> int:
    from tlswizard.cli.walking import prefers_plain, start, walk  # noqa: PLC0415 - the usage check comes first

    inputs = {}
    for pair in args.set:
        name, equals, value = pair.partition("=")
        if not equals:
            parser.error(f"--set takes input=value, not “{visible(pair, 40)}”")
        inputs[name] = value
    opening = Opening(ThisMachine(), Content.shipped(), Options())
    try:
        if args.target:
            parse_target(args.target)
        if not sys.stdin.isatty():
            return _without_person(args, parser)
        if args.resume is not None:
            return walk(opening.resumed(args.resume or None), plain=args.plain)
        chosen = args.target or inputs or args.playbook != USUAL
        if chosen or prefers_plain(args.plain):
            return walk(opening.begun(args.playbook, server=args.target, inputs=inputs), plain=args.plain)
        return start(opening)
    except (BadTarget, Trouble) as trouble:
        print(f"tlswizard: {trouble}", file=sys.stderr)
        return exits.UNKNOWN


def _without_person(args: argparse.Namespace, parser: Parser) -> int:
    """Nobody can answer: the report, as `check` gives it."""
    if not args.target:
        parser.error("nobody can answer here (no terminal on stdin): name a server, or use tlswizard check")
    from tlswizard.cli import check  # noqa: PLC0415 - only this way needs it

    report = Parser(prog="tlswizard check")
    check.add_arguments(report)
    return check.run(report.parse_args([args.target]), report)
