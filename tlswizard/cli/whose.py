"""--as, --pid and --unit: as whom the machine is looked at."""

import argparse

from tlswizard.core.text import visible
from tlswizard.machine.door import Machine


def add_whose(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("as somebody else (Linux)").add_mutually_exclusive_group()
    group.add_argument("--as", dest="as_account", metavar="ACCOUNT", help="look as this account")
    group.add_argument("--pid", metavar="N", type=_pid, help="look as this running process")
    group.add_argument("--unit", metavar="NAME", help="look as this systemd service")


def whose(args: argparse.Namespace, machine: Machine) -> Machine:
    """The machine as the person asked to look at it. Raises CannotSee."""
    if args.as_account is None and args.pid is None and args.unit is None:
        return machine
    from tlswizard.machine import seen_as  # noqa: PLC0415 - only who looks as somebody else needs it

    if args.as_account is not None:
        return seen_as.as_account(machine, args.as_account)
    if args.pid is not None:
        return seen_as.as_process(machine, args.pid)
    return seen_as.as_unit(machine, args.unit)


def _pid(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:10]) < 2**31 or len(text) > 10:
        raise argparse.ArgumentTypeError(f"“{visible(text, 20)}” is no number of a process")
    return int(text)
