"""Everything at once, no questions: the causes, the chain, every program's verdict, the proven fixes."""

import argparse
import asyncio
import sys
from pathlib import Path

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.cli.printing import FORMATS, printed, put
from tlswizard.cli.tables import tables
from tlswizard.cli.whose import add_whose, whose
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Options
from tlswizard.core.certificate import utc
from tlswizard.core.target import BadTarget, Target, parse_target
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.machine.door import Machine
from tlswizard.machine.this import ThisMachine
from tlswizard.probe.talk import protocols

AT_ONCE = 8
"""Targets that are looked at side by side: a server meets at most three connections of each."""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("target", nargs="*", metavar="TARGET", help="a server: host, host:port or a URL")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument(
        "--starttls", metavar="PROTO", choices=("none", *protocols()), help="plain text first, then TLS"
    )
    parser.add_argument("--servername", metavar="NAME", help="ask for this name instead of the host's")
    parser.add_argument("--connect", metavar="ADDR", help="connect to this address instead of the host's")
    parser.add_argument(
        "--client", metavar="ID", action="append", default=[], help="this program counts (repeatable)"
    )
    parser.add_argument(
        "--differ", metavar=("A", "B"), nargs=2, help="say why these two programs differ, by their ids"
    )
    parser.add_argument("--no-fetch", action="store_true", help="ask no address that a certificate names")
    parser.add_argument(
        "--timeout", metavar="S", type=_seconds, default=8.0, help="seconds for each step (8)"
    )
    parser.add_argument("--save", metavar="FILE", help="keep what was observed, to look at it elsewhere")
    add_whose(parser)
    offline = parser.add_argument_group("without a network")
    offline.add_argument("--chain", metavar="FILE", help="PEM, DER or an openssl s_client transcript")
    offline.add_argument(
        "--roots", metavar="FILE", action="append", default=[], help="trust these, not the stores"
    )
    offline.add_argument(
        "--crl", metavar="FILE", action="append", default=[], help="revocation lists, PEM or DER (repeatable)"
    )
    offline.add_argument("--name", metavar="HOST", help="the name that is asked for")
    offline.add_argument(
        "--at", metavar="TIME", help="judge at this time, e.g. 2026-01-31 or 2026-01-31T12:00:00Z"
    )
    offline.add_argument("--case", metavar="FILE", help="a saved case or session")
    offline.add_argument(
        "--batch", metavar="FILE", help="JSON lines, one case each (-: stdin); one JSON document out per line"
    )


def run(args: argparse.Namespace, parser: Parser) -> int:
    content = tables()
    compared = tuple(args.differ or ())
    if strange := [c for c in (*args.client, *compared) if c not in content.clients]:
        parser.error(
            f"there is no program “{visible(strange[0], 40)}”; known are {', '.join(content.clients)}"
        )
    if len(set(compared)) == 1:
        parser.error("--differ compares two programs: name another one")
    given = [bool(args.target), bool(args.chain), bool(args.case), bool(args.batch)]
    if sum(given) != 1:
        parser.error("name a server, or give --chain FILE, --case FILE or --batch FILE")
    if not args.chain and (args.roots or args.crl or args.name is not None or args.at is not None):
        parser.error("--roots, --crl, --name and --at go with --chain")
    if args.batch and args.client:
        parser.error("--client does not go with --batch: each line has its own profile")
    if args.batch and compared:
        parser.error("--differ does not go with --batch: each document has one program's verdict")
    if args.save and (args.batch or len(args.target) > 1):
        parser.error("--save keeps one target: name one")
    offline = args.chain or args.case or args.batch
    if offline and (args.as_account or args.pid or args.unit):
        parser.error("--as, --pid and --unit look at this computer; a file is judged as it is")
    try:
        machine = whose(args, ThisMachine())
    except Trouble as trouble:
        print(f"tlswizard check: {trouble}", file=sys.stderr)
        return exits.UNKNOWN
    if offline or args.save:
        return _with_files(args, machine, tuple(args.client), content)
    return _targets(args, machine, tuple(args.client), content)


def _with_files(args: argparse.Namespace, machine: Machine, named: tuple[str, ...], content: Content) -> int:
    from tlswizard.cli.offline import offline_case  # noqa: PLC0415 - most calls name no file
    from tlswizard.wizard.keeping import load_case  # noqa: PLC0415 - as above

    try:
        if args.batch:
            from tlswizard.cli.batch import run as answer  # noqa: PLC0415 - as above

            return answer(args.batch, machine, content)
        if args.case:
            return _show(args, load_case(args.case), named, content)
        if args.chain:
            case = asyncio.run(
                offline_case(machine, args.chain, args.roots, args.crl, args.name, args.at, content)
            )
            return _show(args, case, named, content)
        return _targets(args, machine, named, content)
    except Trouble as trouble:
        print(f"tlswizard check: {trouble}", file=sys.stderr)
        return exits.UNKNOWN


def new_case(machine: Machine, target: Target) -> Case:
    """A Case of which nothing is known yet."""
    return Case(target, machine.observed, machine.now(), name=target.servername)


def _targets(args: argparse.Namespace, machine: Machine, named: tuple[str, ...], content: Content) -> int:
    parsed: list[Target | str] = []
    for text in args.target:
        try:
            parsed.append(parse_target(text, args.starttls, args.servername, args.connect))
        except BadTarget as error:
            parsed.append(str(error))
    options = Options(timeout=args.timeout, fetch=not args.no_fetch)
    cases: list[Case] = []
    asyncio.run(_observe(machine, [t for t in parsed if isinstance(t, Target)], options, content, cases))
    codes: list[int] = []
    for text, target in zip(args.target, parsed, strict=True):
        if isinstance(target, str):
            print(f"tlswizard check: {target}", file=sys.stderr)
            if args.format == "json":
                where = machine.observed
                print(printed_error(text, target, utc(machine.now()), where.machine, where.account))
            codes.append(exits.UNKNOWN)
            continue
        codes.append(_show(args, cases.pop(0), named, content))
    return exits.worst(codes)


def printed_error(text: str, error: str, at: str, machine: str, account: str) -> str:
    import json  # noqa: PLC0415 - only this way needs it

    from tlswizard.report.json import unparsed  # noqa: PLC0415 - as above

    return json.dumps(unparsed(visible(text, 120), error, at, machine, account))


async def _observe(
    machine: Machine, targets: list[Target], options: Options, content: Content, cases: list[Case]
) -> None:
    """Adds one Case for each target; the stores and programs of the machine are looked at once.

    Nothing is returned: at the end asyncio makes a text of the task with its whole result, and a Case
    as text costs 30 ms.
    """
    if not targets:
        return
    first = new_case(machine, targets[0])
    if len(targets) > 1:
        first = await gathered(machine, first, ("stores", "clients"), options, content)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(target: Target) -> Case:
        async with gate:
            case = new_case(machine, target)
            for part in ("stores", "clients"):
                if (seen := getattr(first, part)) is not None:
                    case = case.with_part(part, seen)
            return await gathered(machine, case, EVERYTHING, options, content)

    cases += await asyncio.gather(*(one(target) for target in targets))


def _show(args: argparse.Namespace, case: Case, named: tuple[str, ...], content: Content) -> int:
    if args.save:
        from tlswizard.wizard.keeping import save  # noqa: PLC0415 - only who keeps a file needs it

        save(Path(args.save), case)
        print(f"saved to {visible(args.save)}", file=sys.stderr)
    diagnosis = diagnose(case, content, named)
    if args.differ:
        from tlswizard.cli.differing import printed as compared  # noqa: PLC0415 - most calls ask for none

        put(compared(diagnosis, args.format, tuple(args.differ), content))
    else:
        put(printed(diagnosis, args.format))
    return diagnosis.exit


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 600:
        raise ValueError
    return value
