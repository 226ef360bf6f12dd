"""Arguments in, an exit code out. Each command is a file; only the one that is called is imported."""

import argparse
import importlib
import io
import os
import sys
from typing import NoReturn

from tlswizard import __version__
from tlswizard.cli import exits
from tlswizard.core.trouble import Trouble

COMMANDS = {
    "check": "everything at once, no questions",
    "explain": "what an error message or a log says, and what to open for it",
    "stores": "the trust stores of this machine, and who reads them",
    "playbooks": "what the wizard follows: list, show, check, walk, and a schema for editors",
    "lab": "broken servers to practise on: no network, nothing of this machine is touched",
}

OVERVIEW = """\
tlswizard names why a program refuses a TLS server, and proves the fix.

  tlswizard [TARGET]        the wizard: walks you from the error to the cause
{commands}

  tlswizard COMMAND --help  what a command takes
  tlswizard --wizard-help   what the wizard takes

TARGET is a server: example.com, example.com:8443, https://…, smtp://…, [2001:db8::1]:443
New here? tlswizard lab tour
"""


class Parser(argparse.ArgumentParser):
    """Wrong usage is an unknown result (3), not a refused server (2)."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}. Try {self.prog} --help.", file=sys.stderr)
        raise SystemExit(exits.UNKNOWN)


def run(arguments: list[str]) -> int:
    """The exit code of a call with these arguments."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without our signs gets their numbers
    code = exits.UNKNOWN
    try:
        try:
            code = _run(arguments)
        except SystemExit as left:  # argparse, after its help or a wrong word
            code = exits.UNKNOWN if left.code else exits.ACCEPTED
        sys.stdout.flush()
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except Trouble as trouble:
        print(f"tlswizard: {trouble}", file=sys.stderr)
        return exits.UNKNOWN
    except BrokenPipeError:
        # Whoever read us has left (`| head`): nothing more can be said, and that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(arguments: list[str]) -> int:
    if arguments[:1] in (["--help"], ["-h"]):
        print(_overview(), end="")
        return exits.ACCEPTED
    if arguments[:1] == ["--version"]:
        print(f"tlswizard {__version__}")
        return exits.ACCEPTED
    name = arguments[0] if arguments and arguments[0] in COMMANDS else "wizard"
    command = importlib.import_module(f"tlswizard.cli.{name}")
    rest = arguments[1:] if name != "wizard" else ["--help" if a == "--wizard-help" else a for a in arguments]
    parser = Parser(
        prog="tlswizard" if name == "wizard" else f"tlswizard {name}", description=command.__doc__
    )
    command.add_arguments(parser)
    code: int = command.run(parser.parse_args(rest), parser)
    return code


def _overview() -> str:
    lines = "\n".join(f"  tlswizard {name:<15} {what}" for name, what in COMMANDS.items())
    return OVERVIEW.format(commands=lines)
