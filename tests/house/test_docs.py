"""The pages for authors are done as they stand: their files are written, their commands run, and what is
printed is compared with what the page shows."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from tlswizard.checks.siblings import all_checks
from tlswizard.content.library import Content
from tlswizard.playbook.declared import CheckDeclared, Declared
from tlswizard.playbook.parse import examine
from tlswizard.wizard.declared import declared
from tlswizard.wizard.shelf import Shelf

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
AUTHORS, FORMAT = DOCS / "authors.md", DOCS / "playbook-format.md"
PLAYBOOK = "mail-complains.playbook.yaml"
HOME = "/home/ann"
"""Whose home the page shows."""

LEFT_OUT = "…"
"""A line of its own in a block: here the page leaves lines out."""

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = re.compile(r"^((?:Number|Enter\b).*\? help\):) ?(.*)$", re.MULTILINE)
"""Before it is the program's, behind it what the person types, or what the program prints next."""
_VOLATILE = (
    (re.compile(r"sha256 [0-9a-f]+"), "sha256 #"),
    (re.compile(r"\d+ plays, the longest with \d+"), "# plays, the longest with #"),
    (re.compile(r"\b(solved|handed-over) \d+"), r"\1 #"),
    (re.compile(r"every one of the \d+ steps"), "every one of the # steps"),
)
"""The hash depends on the line ends, the plays on the playbooks that are used."""


def blocks(page: Path) -> Iterator[tuple[int, str, str]]:
    """Line, kind and content of each fenced block."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2]


# ── a file that grows ──


def grown(before: str, block: str) -> str:
    """The file after a block of the page, by the rule that the page gives its readers."""
    if block.startswith("tlswizard:"):
        return block
    if not block.startswith("  "):
        return _put(before, block, r"(?=^\S)", before.index("steps:\n"))
    head, steps, body = before.partition("steps:\n")
    return head + steps + _put(body, block, r"(?=^  \S)", len(body))


def _put(before: str, block: str, start: str, new_at: int) -> str:
    """Each part of the block takes the place of the one with its name; a new one is put in at `new_at`."""
    old = {_name(part): part for part in _parts(before, start)}
    new = _parts(block, start)
    added = "".join(part for part in new if _name(part) not in old)
    after = before[:new_at] + added + before[new_at:]
    for part in new:
        if _name(part) in old:
            after = after.replace(old[_name(part)], part)
    return after


def _parts(text: str, start: str) -> list[str]:
    return [part for part in re.split(start, text, flags=re.MULTILINE) if part.strip()]


def _name(part: str) -> str:
    return part.partition(":")[0].strip()


def test_a_block_replaces_what_has_its_name_and_adds_what_is_new():
    file = "tlswizard: 1\nid: a\nsteps:\n  one:\n    finish: solved\n  two:\n    finish: solved\n"
    assert grown(file, "id: b\n") == file.replace("id: a", "id: b")
    assert grown(file, "summary: s\n") == file.replace("steps:", "summary: s\nsteps:")
    longer = grown(file, "  one:\n    finish: unsolved\n    say: x\n  three:\n    finish: solved\n")
    assert longer == file.replace("solved\n  two", "unsolved\n    say: x\n  two") + "  three:\n    finish: solved\n"


# ── the page, done ──


@dataclass
class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    folder: Path
    file: str = ""
    checked: bool = True
    unlike: list[str] = field(default_factory=list)

    @property
    def own(self) -> Path:
        return self.folder / ".config" / "tlswizard"

    def write(self, line: int, block: str) -> None:
        if block.startswith("facts:"):
            self.own.mkdir(parents=True)
            (self.own / "site.yaml").write_text(block, "utf-8")
            return
        self.file = grown(self.file, block)
        (self.folder / PLAYBOOK).write_text(self.file, "utf-8")
        self.checked = False

    def type(self, line: int, block: str) -> None:
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            if not part:
                continue
            command, _, shown = part.removeprefix("$ ").partition("\n")
            self.checked |= command.startswith("tlswizard playbooks check ")
            if command == "tlswizard playbooks list":
                (self.own / PLAYBOOK).write_text(self.file, "utf-8")
            printed = self.run(command, "".join(f"{found[2]}\n" for found in _PROMPT.finditer(shown)))
            if not alike(shown, printed):
                self.unlike.append(f"docs/authors.md:{line}: {command}\n{printed}")

    def run(self, command: str, answers: str) -> str:
        """All that it prints, with a home as the page shows it."""
        done = subprocess.run(
            [sys.executable, "-m", *command.split()],
            input=answers,
            capture_output=True,
            encoding="utf-8",
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "PYTHONIOENCODING": "utf-8",
                "HOME": str(self.folder),
            },
            timeout=60,
            check=False,
        )
        return (done.stdout + done.stderr).replace(str(self.folder), HOME)


def alike(shown: str, printed: str) -> bool:
    """Whether this was printed, but for what changes with the day, and for what the page leaves out."""
    lines = plain(_PROMPT.sub(r"\1", shown))
    rest = plain(_PROMPT.sub("\\1\n\\2", printed))
    first, *others = [list(part) for key, part in groupby(lines, LEFT_OUT.__ne__) if key]
    ends = lines[-1] != LEFT_OUT
    if rest[: len(first)] != first:
        return False
    rest = rest[len(first) :]
    last = others.pop() if others and ends else []
    for part in others:
        at = next((n for n in range(len(rest)) if rest[n : n + len(part)] == part), None)
        if at is None:
            return False
        rest = rest[at + len(part) :]
    return rest[len(rest) - len(last) :] == last if last else not (ends and rest)


def plain(text: str) -> list[str]:
    """Its lines, without empty ones."""
    for pattern, stable in _VOLATILE:
        text = pattern.sub(stable, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def test_only_what_the_page_leaves_out_may_differ():
    assert alike("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not alike("a\n…\nd\n", "a\nb\nc\n")
    assert not alike("a\n", "a\nb\n")
    assert not alike("a\n…\nd\n", "a\nb\nd\nc\n")
    assert not alike("a\n…\nc\n…\n", "a\nb\n")
    assert not alike("a\n…\nb\na\n", "a\nb\nb\n")
    assert alike("x sha256 1234\n", "x sha256 98ab\n")
    assert alike("Enter: go on (? help):\nyes\n", "Enter: go on (? help): yes\n")


def test_the_page_for_authors_works_as_it_stands(tmp_path):
    reader = Reader(tmp_path)
    for line, kind, block in blocks(AUTHORS):
        if kind == "yaml":
            reader.write(line, block)
        elif kind == "console":
            reader.type(line, block)
    assert reader.checked, "the last state of the file is not looked at by the validator on the page"
    assert reader.unlike == [], "\n\n".join(["the page shows something else than is printed:", *reader.unlike])
