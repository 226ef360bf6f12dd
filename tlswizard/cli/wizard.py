"""The wizard: walks you from the error to the cause, the fix and its proof."""

import argparse
import sys
from typing import TYPE_CHECKING

from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.cli.terminal import prefers_plain
from tlswizard.cli.whose import add_whose, whose
from tlswizard.core.target import BadTarget, parse_target
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble

if TYPE_CHECKING:
    from tlswizard.wizard.guided import Guided
    from tlswizard.wizard.opening import Opening


def add_arguments(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="TARGET", help="a server: host, host:port or a URL")
    parser.add_argument("--plain", action="store_true", help="plain lines instead of the full screen")
    parser.add_argument("--playbook", metavar="ID|FILE", help="walk this one")
    parser.add_argument(
        "--set", metavar="INPUT=VALUE", action="append", default=[], help="answer an input now"
    )
    parser.add_argument("--resume", metavar="FILE", nargs="?", const="", help="go on with a kept session")
    parser.add_argument(
        "--learn",
        action="store_true",
        help="learning mode: guess first, then see every result and why",
    )
    add_whose(parser)


def run(args: argparse.Namespace, parser: Parser) -> int:
    inputs = dict(_pair(text, parser) for text in args.set)
    try:
        if args.target:
            parse_target(args.target)
    except BadTarget as error:
        print(f"tlswizard: {error}", file=sys.stderr)
        return exits.UNKNOWN
    if not sys.stdin.isatty() and not args.plain:
        return _without_person(args, parser)
    somebody = args.as_account is not None or args.pid is not None or args.unit is not None
    told = args.target or inputs or args.playbook or args.resume is not None or somebody
    if not told and not prefers_plain(args.plain):
        from tlswizard.cli.starting import start  # noqa: PLC0415 - nothing else is imported for the first screen

        return start(learning=args.learn)
    return _walk(args, inputs)


def _walk(args: argparse.Namespace, inputs: dict[str, str]) -> int:
    from tlswizard.cli.tables import tables  # noqa: PLC0415
    from tlswizard.cli.walking import walk  # noqa: PLC0415 - after the usage was checked
    from tlswizard.machine.this import ThisMachine  # noqa: PLC0415
    from tlswizard.wizard.opening import USUAL, Opening  # noqa: PLC0415

    try:
        opening = Opening(whose(args, ThisMachine()), tables(), learning=args.learn)
        if args.resume is not None:
            return walk(opening.resumed(args.resume or None), plain=args.plain)
        if args.target or inputs or args.playbook:
            guided = opening.begun(args.playbook or USUAL, server=args.target, inputs=inputs)
        else:
            guided = _asked(opening)
        return walk(guided, plain=args.plain)
    except Trouble as trouble:
        print(f"tlswizard: {trouble}", file=sys.stderr)
        return exits.UNKNOWN


def _asked(opening: "Opening") -> "Guided":
    """The start screen in plain lines: one question."""
    from tlswizard.cli.typed import typed  # noqa: PLC0415 - only this way needs it
    from tlswizard.wizard.opening import USUAL  # noqa: PLC0415 - as above

    while True:
        try:
            said = typed("What went wrong? Type a server, or paste the message you got: ")
        except EOFError:
            raise Trouble("nothing was typed") from None
        reading = opening.read(said)
        print(f"  {reading.line}")
        if reading.target or reading.message:
            return opening.begun(
                reading.playbook or USUAL,
                server=reading.target.text if reading.target else None,
                message=reading.message,
            )


def _pair(text: str, parser: Parser) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        parser.error(f"--set takes input=value, not “{visible(text, 40)}”")
    return name, value


def _without_person(args: argparse.Namespace, parser: Parser) -> int:
    """Nobody can answer: the report, as `check` gives it."""
    if not args.target:
        parser.error("nobody can answer here (no terminal on stdin): name a server, or use tlswizard check")
    from tlswizard.cli import check  # noqa: PLC0415 - only this way needs it

    report = Parser(prog="tlswizard check")
    check.add_arguments(report)
    given = (("--as", args.as_account), ("--pid", args.pid), ("--unit", args.unit))
    seen_as = [word for name, value in given if value is not None for word in (name, str(value))]
    return check.run(report.parse_args([args.target, *seen_as]), report)
