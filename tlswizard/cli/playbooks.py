"""The playbooks that the wizard follows: which there are, what is in them, and whether they hold."""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tlswizard import __version__
from tlswizard.checks.siblings import all_checks
from tlswizard.cli import exits
from tlswizard.cli.main import Parser
from tlswizard.cli.printing import put
from tlswizard.cli.tables import tables
from tlswizard.content.library import PLAYBOOK, SHIPPED, SITE, Content, PlaybookFile
from tlswizard.content.reader import MAX_BYTES, BadFile, Place, Problem
from tlswizard.content.site import read_site
from tlswizard.core.text import listed, visible
from tlswizard.core.trouble import Trouble
from tlswizard.playbook.declared import Declared
from tlswizard.playbook.form import as_name
from tlswizard.playbook.parse import Examined
from tlswizard.playbook.plays import LONGEST_PLAY, Played, played
from tlswizard.playbook.problems import near, quoted
from tlswizard.playbook.proof import longest_way
from tlswizard.playbook.schema import printed
from tlswizard.playbook.summary import headline
from tlswizard.playbook.tree import tree
from tlswizard.wizard.declared import declared
from tlswizard.wizard.keeping import read_bytes
from tlswizard.wizard.shelf import Shelf, opened

FORMAT = 1

FORMATS = ("text", "json")

PLAYS = 2000
SEED = 1
MOST_PLAYS = 1_000_000


def add_arguments(parser: Parser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|show|check|schema|walk")

    def verb(
        run_: Callable[[argparse.Namespace, Content], int], name: str, what: str
    ) -> argparse.ArgumentParser:
        found = verbs.add_parser(name, help=what, description=what)
        found.set_defaults(run_=run_)
        return found

    listing = verb(_list, "list", "which playbooks there are")
    listing.add_argument("--format", choices=FORMATS, default="text")
    show = verb(_show, "show", "one playbook as a tree")
    show.add_argument("name", metavar="ID|FILE")
    check = verb(_check, "check", "what is wrong in playbooks, all of it; without a name, in all of them")
    check.add_argument("books", nargs="*", metavar="ID|FILE")
    check.add_argument("--format", choices=FORMATS, default="text")
    verb(_schema, "schema", "the JSON Schema of playbooks, for editors")
    walk = verb(_walk, "walk", "plays one many times with random answers, and names what nobody comes to")
    walk.add_argument("name", metavar="ID|FILE")
    walk.add_argument("--plays", type=_count, default=PLAYS, metavar="N", help=f"how often ({PLAYS})")
    walk.add_argument("--seed", type=int, default=SEED, metavar="S", help="the same one plays the same")


def run(args: argparse.Namespace, parser: Parser) -> int:
    code: int = args.run_(args, tables())
    return code


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= MOST_PLAYS:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{visible(text, 40)}” is no number from 1 to {MOST_PLAYS}")


def _taken(content: Content, name: str) -> tuple[str, Shelf]:
    """As `opened`, and a misspelt id is told what was meant. Raises Trouble."""
    try:
        return opened(content, name)
    except Trouble:
        if not Path(name).is_file() and (meant := near(name, content.playbook_ids)):
            raise Trouble(f"there is no playbook {quoted(name)}; did you mean {quoted(meant)}?") from None
        raise


# ── list ────────────────────────────────────────────────────────────────────


def _list(args: argparse.Namespace, content: Content) -> int:
    shelf = Shelf(content)
    rows = [_row(shelf, file) for file in shelf.files.values()]
    if args.format == "json":
        misnamed = [{"file": p.place.file, **_problem(p)} for p in _misnamed(content)]
        document = {"tlswizard": __version__, "format": FORMAT, "playbooks": rows, "problems": misnamed}
        put(json.dumps(document) + "\n")
    else:
        put("".join(f"{line}\n" for row in rows for line in _listed(row)))
        put("".join(f"\n{problem}\n" for problem in _misnamed(content)))
    return exits.ACCEPTED


def _row(shelf: Shelf, file: PlaybookFile) -> dict[str, Any]:
    try:
        told = headline(shelf.data(file.id), str(file.file))
        runs = shelf.examined(file.id, advice=False).playbook is not None
    except Trouble:
        told, runs = headline(b"", ""), False
    return {
        "id": file.id,
        "title": told.title,
        "summary": told.summary,
        "origin": file.origin,
        "hides": list(file.hides),
        "runs": runs,
    }


def _listed(row: dict[str, Any]) -> Iterator[str]:
    id_ = visible(row["id"])
    yield f"{id_:<28} {visible(row['title'])}".rstrip()
    margin = " " * 29
    if row["origin"] != SHIPPED:
        yield f"{margin}from {visible(row['origin'])}"
    if row["hides"]:
        hidden = [h if h == SHIPPED else f"from {visible(h)}" for h in row["hides"]]
        yield f"{margin}hides the one {listed(hidden)}"
    if not row["runs"]:
        yield f"{margin}has mistakes: tlswizard playbooks check {id_}"


def _misnamed(content: Content) -> Iterator[Problem]:
    """The playbooks of a site that nobody finds."""
    for file in content.misnamed:
        stem = re.split(re.escape(PLAYBOOK[: -len(".yaml")]), file.name, flags=re.IGNORECASE)[0]
        what = f"Nobody finds this playbook: the name of its file does not end in {quoted(PLAYBOOK)}."
        name = f"{as_name(stem) or 'a-name'}{PLAYBOOK}"
        place = Place(visible(str(file)), 1, 1)
        yield Problem(place, what, f"call it {name}", "unknown-value", severity="warning")


# ── show ────────────────────────────────────────────────────────────────────


def _show(args: argparse.Namespace, content: Content) -> int:
    id_, shelf = _taken(content, args.name)
    shelf.runnable(id_)  # raises, with all that is wrong
    playbook = shelf.examined(id_, advice=False).playbook
    put("".join(f"{line}\n" for line in (tree(playbook) if playbook else ())))
    return exits.ACCEPTED


# ── check ───────────────────────────────────────────────────────────────────


def _check(args: argparse.Namespace, content: Content) -> int:
    codes = []
    whole = Shelf(content)
    for name in args.books or tuple(whole.files):
        if Path(name).name == SITE:
            codes.append(_check_site(name, args.format, content))
            continue
        whole = Shelf(content) if whole.shortened else whole
        try:
            id_, shelf = (name, whole) if name in whole.files else _taken(content, name)
            found, way = shelf.examined(id_), _longest(shelf, id_)
        except Trouble as trouble:
            _not_opened(name, str(trouble), args.format)
            codes.append(exits.UNKNOWN)
            continue
        code = _code(found)
        if args.format == "json":
            put(json.dumps({**_document(shelf, id_, found, way), "exit": code}) + "\n")
        else:
            put(_told(visible(str(shelf.files[id_].file)), found, way))
        codes.append(code)
    if not args.books:
        codes.extend(_check_name(problem, args.format) for problem in _misnamed(content))
    return exits.worst(codes)


def _check_name(problem: Problem, form: str) -> int:
    """A file of which nothing but its name is looked at."""
    if form == "json":
        document = {"tlswizard": __version__, "format": FORMAT, "file": problem.place.file}
        put(json.dumps({**document, "problems": [_problem(problem)], "exit": exits.WARNING}) + "\n")
    else:
        put(f"{problem}\n\n{problem.place.file}: {_counted((problem,))}\n")
    return exits.WARNING


def _check_site(name: str, form: str, content: Content) -> int:
    """The facts of an organisation, which stand beside its playbooks."""
    beside = (file.name.removesuffix(PLAYBOOK) for file in Path(name).parent.glob(f"*{PLAYBOOK}"))
    known = (*content.playbook_ids, *beside)
    try:
        problems: tuple[Problem, ...] = ()
        read_site([(name, read_bytes(name, MAX_BYTES))], known)
    except Trouble as trouble:
        _not_opened(name, str(trouble), form)
        return exits.UNKNOWN
    except BadFile as bad:
        problems = bad.problems
    code = exits.REFUSED if problems else exits.ACCEPTED
    if form == "json":
        document = {"tlswizard": __version__, "format": FORMAT, "file": name}
        put(json.dumps({**document, "problems": [_problem(p) for p in problems], "exit": code}) + "\n")
    else:
        put("".join(f"{problem}\n\n" for problem in problems) + f"{visible(name)}: {_counted(problems)}\n")
    return code


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "instead": problem.instead,
        "source": problem.source,
    }


def _longest(shelf: Shelf, id_: str) -> tuple[str, ...] | None:
    """The checks of the longest run without a person; None for what cannot be run. Raises Trouble."""
    return longest_way(shelf.runnable(id_)) if shelf.examined(id_).playbook else None


def _code(found: Examined) -> int:
    if not found.readable:
        return exits.UNKNOWN
    if found.playbook is None:
        return exits.REFUSED
    return exits.WARNING if found.problems else exits.ACCEPTED


def _not_opened(name: str, why: str, form: str) -> None:
    if form == "json":
        document = {"tlswizard": __version__, "format": FORMAT, "file": name, "error": why}
        put(json.dumps({**document, "exit": exits.UNKNOWN}) + "\n")
    else:
        print(f"tlswizard: {why}", file=sys.stderr)


def _told(file: str, found: Examined, way: tuple[str, ...] | None) -> str:
    runs = "" if way is None else f"; longest unattended run: {_number(len(way), 'check')}"
    problems = "".join(f"{problem}\n\n" for problem in found.problems)
    return f"{problems}{file}: {_counted(found.problems)}{runs}\n"


def _counted(problems: tuple[Problem, ...]) -> str:
    kinds = [problem.severity for problem in problems]
    words = [_number(kinds.count(kind), kind) for kind in ("error", "warning") if kind in kinds]
    return ", ".join(words) or "nothing to mend"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _document(shelf: Shelf, id_: str, found: Examined, way: tuple[str, ...] | None) -> dict[str, Any]:
    return {
        "tlswizard": __version__,
        "format": FORMAT,
        "file": str(shelf.files[id_].file),
        "playbook": id_,
        "version": found.playbook.version if found.playbook else None,
        "sha256": hashlib.sha256(shelf.data(id_)).hexdigest(),
        "problems": [_problem(problem) for problem in found.problems],
        "longest_run": None if way is None else len(way),
        "longest_way": list(way or ()),
    }


# ── walk ────────────────────────────────────────────────────────────────────


def _walk(args: argparse.Namespace, content: Content) -> int:
    id_, shelf = _taken(content, args.name)
    playbook = shelf.runnable(id_)
    found = played(playbook, args.plays, args.seed, LONGEST_PLAY)
    put("".join(f"{line}\n" for line in _walked(found, tuple(playbook.steps))))
    if found.without_end:
        return exits.REFUSED
    return exits.WARNING if found.unseen else exits.ACCEPTED


def _walked(found: Played, steps: tuple[str, ...]) -> Iterator[str]:
    yield f"{_number(found.plays, 'play')}, the longest with {_number(found.longest, 'event')}"
    if found.results:
        yield ", ".join(f"{result} {count}" for result, count in found.results.items())
    if found.without_end:
        round_ = listed([quoted(name) for name in found.circle], 8)
        yield f"{found.without_end} without an end after {LONGEST_PLAY} events; they were among {round_}"
    if found.unseen:
        yield f"never seen: {len(found.unseen)} of {len(steps)} steps"
        yield from (f"  {name} (step {steps.index(name) + 1} of {len(steps)})" for name in found.unseen)
    else:
        yield f"every one of the {len(steps)} steps was seen"


# ── schema ──────────────────────────────────────────────────────────────────


def _schema(args: argparse.Namespace, content: Content) -> int:
    put(schema_of(content))
    return exits.ACCEPTED


def schema_of(content: Content) -> str:
    """For the checks, fixes and playbooks that there are here."""
    shelf = Shelf(content)
    known = replace(declared(content), playbooks={id_: shelf.summary(id_) for id_ in shelf.files})
    return printed(known, _titles(content, shelf, known))


def _titles(content: Content, shelf: Shelf, known: Declared) -> dict[str, str]:
    """What each id means, in one sentence."""
    books = {id_: headline(shelf.data(id_), id_).title for id_, told in known.playbooks.items() if told}
    checks = {id_: check.title for id_, check in all_checks().items()}
    fixes = {id_: fix.title for id_, fix in content.fixes.items()}
    return {**books, **checks, **fixes, **{id_: cause.title for id_, cause in content.causes.items()}}
