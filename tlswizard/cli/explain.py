"""What an error message, a log, a trace or a transcript says: the causes, and the playbook to open."""

import argparse
import errno
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tlswizard import __version__
from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.cli.tables import tables
from tlswizard.content.library import Content
from tlswizard.core.text import visible
from tlswizard.explain.match import Reading, reading
from tlswizard.explain.page import page
from tlswizard.explain.secrets import holds_key, masked
from tlswizard.explain.stream import read_stream
from tlswizard.report.markdown import markdown
from tlswizard.report.text import text

FORMAT = 1
FORMATS = ("text", "json", "markdown")

MAX_LINE = 16 * 1024 * 1024
"""Bytes of a line of `--batch`: a log of several megabytes, escaped."""


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "text", nargs="*", metavar="TEXT|FILE|-", help="the message, a file with it, or - for stdin"
    )
    parser.add_argument("--format", choices=FORMATS, help="text if none is given")
    parser.add_argument(
        "--batch", action="store_true", help="JSON lines with id and text; one JSON document out per line"
    )


def run(args: argparse.Namespace, parser: Parser) -> int:
    content = tables()
    if "-" in args.text and len(args.text) > 1:
        parser.error("- stands for stdin, and stands alone")
    if args.batch:
        if args.format not in (None, "json"):
            parser.error("--batch answers in JSON")
        return _batch(args.text, content, parser)
    try:
        told = _read(args.text, content)
    except OSError as error:
        word = visible(masked(" ".join(args.text)), 120)
        print(f"tlswizard explain: {word}: {error.strerror}", file=sys.stderr)
        return exits.UNKNOWN
    if args.format == "json":
        print(json.dumps(document(told)))
    else:
        blocks = page(told, content)
        print(markdown(blocks) if args.format == "markdown" else text(blocks), end="")
    return exits.ACCEPTED if told.matches else exits.UNKNOWN


def _read(words: list[str], content: Content) -> Reading:
    if not words or words == ["-"]:
        if sys.stdin.isatty():
            print("paste the message, then Ctrl-D", file=sys.stderr)
            # Asked a second time, a terminal would want a second Ctrl-D.
            return read_stream([sys.stdin.buffer.read()], content)
        return read_stream(sys.stdin.buffer, content)
    if len(words) == 1 and (file := _file(words[0])):
        with _opened(file) as opened:
            return read_stream(opened, content)
    return reading(" ".join(words), content)


_SUFFIXES = (".log", ".txt", ".json", ".pem")


def _file(word: str) -> Path | None:
    """The file of that name: one that is there, or that can only be meant as one."""
    try:
        file = Path(word)
        if file.exists():
            return file
    except (OSError, ValueError):  # too long for a name, or a NUL in it
        return None
    one_word = len(word.split()) == 1 and "://" not in word and masked(word) == word
    meant = one_word and ("/" in word or word.endswith(_SUFFIXES))
    return file if meant and not holds_key(word) else None


def _opened(file: Path) -> BinaryIO:
    """A regular file: a device has no end, and a pipe may never begin."""
    if file.exists() and not file.is_file():
        number = errno.EISDIR if file.is_dir() else errno.EINVAL
        raise OSError(number, "a directory" if file.is_dir() else "no regular file; - reads stdin")
    return file.open("rb")


def document(told: Reading, id_: Any = None) -> dict[str, Any]:
    """A reading as JSON; the keys are a contract: more may be added, none is taken away."""
    named = {} if id_ is None else {"id": id_}
    return {
        "tlswizard": __version__,
        "format": FORMAT,
        **named,
        "matches": [
            {
                "client": m.client,
                "message": m.message,
                "kind": m.kind,
                "causes": list(m.causes),
                "playbook": m.playbook,
                "line": m.line,
                "note": m.note,
                "count": m.count,
                "shown": m.shown,
                "server": m.server or None,
                "cut_off": m.cut,
            }
            for m in told.matches
        ],
        "private_key": told.withheld.key,
        "certificates": told.withheld.certificates,
        "certificate_part": told.withheld.half,
        "shortened": told.shortened,
    }


def _batch(words: list[str], content: Content, parser: Parser) -> int:
    if len(words) > 1:
        parser.error("--batch takes one file, or stdin")
    code = exits.ACCEPTED
    try:
        if words and words != ["-"]:
            with _opened(Path(words[0])) as opened:
                code = _answered(opened, content)
        else:
            code = _answered(sys.stdin.buffer, content)
    except BrokenPipeError:  # of stdout
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no name of a file"
        print(f"tlswizard explain: {visible(words[0] if words else '-', 120)}: {reason}", file=sys.stderr)
        return exits.UNKNOWN
    return code


def _answered(source: BinaryIO, content: Content) -> int:
    code = exits.ACCEPTED
    for line in _lines(source):
        answer = _answer(line, content)
        if "error" in answer:
            code = exits.UNKNOWN
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return code


def _lines(source: BinaryIO) -> Iterator[bytes | None]:
    """Line by line, empty ones left out; None for one that is too long."""
    while line := source.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = source.readline(MAX_LINE)
            yield None
        elif line.strip():
            yield line


def _answer(line: bytes | None, content: Content) -> dict[str, Any]:
    if line is None:
        return {"id": None, "error": f"The line is longer than {MAX_LINE // 1024 // 1024} MB."}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "The line is no JSON."}
    if not isinstance(row, dict):
        return {"id": None, "error": "The line is no JSON object with “id” and “text”."}
    id_ = row.get("id")
    if not isinstance(id_, str | int | None) or isinstance(id_, bool):
        return {"id": None, "error": "“id” is a text or a number."}
    if not isinstance(row.get("text"), str):
        return {"id": id_, "error": "“text” is missing, or is no text."}
    if strange := sorted(map(str, row.keys() - {"id", "text"})):
        return {"id": id_, "error": f"“{visible(strange[0], 40)}” is not known; there are “id” and “text”."}
    return document(reading(row["text"], content), id_)
