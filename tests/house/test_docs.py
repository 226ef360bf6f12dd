"""The pages for authors are done as they stand: their files are written, their commands run, and what is
printed is compared with what the page shows."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from tlswizard.checks.siblings import all_checks
from tlswizard.content.library import Content
from tlswizard.content.site import FACTS, GIVE_TO, ROOTS, START
from tlswizard.core.terms import WHO
from tlswizard.playbook.declared import CheckDeclared, FixDeclared
from tlswizard.playbook.format import FIX_ENDINGS, INPUT_TYPES, RESULTS, RETEST_ENDINGS
from tlswizard.playbook.inputs import INPUT_KEYS
from tlswizard.playbook.parse import TOP_KEYS, examine
from tlswizard.playbook.steps import CHOICE_KEYS, COMMON_KEYS, KIND_KEYS
from tlswizard.report import sections
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
    assert (
        longer
        == file.replace("solved\n  two", "unsolved\n    say: x\n  two") + "  three:\n    finish: solved\n"
    )


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
    assert reader.unlike == [], "\n\n".join(
        ["the page shows something else than is printed:", *reader.unlike]
    )


def test_a_whole_playbook_stands_beside_what_the_validator_says_of_it():
    shown = [(kind, block) for _, kind, block in blocks(AUTHORS) if kind in ("yaml", "console")]
    for (_, block), (kind, beside) in pairwise(shown):
        if block.startswith("tlswizard:"):
            assert kind == "console"
            assert beside.startswith(f"$ tlswizard playbooks check {PLAYBOOK}\n"), block


def test_the_frequent_messages_are_what_the_validator_says():
    table = AUTHORS.read_text("utf-8").partition("## Frequent messages")[2]
    rows = re.findall(r"^\| (?!the validator says|-)(.+?) \|", table, re.MULTILINE)
    said = "".join(path.read_text("utf-8") for path in (ROOT / "tests/playbook/golden").glob("*.txt"))
    assert len(rows) > 10
    assert [row for row in rows if not re.search(re.escape(row).replace("…", ".+?"), said)] == []


# ── the reference ──


def test_the_blocks_of_the_reference_are_one_sound_playbook():
    file = ""
    for _, kind, block in blocks(FORMAT):
        assert kind == "yaml"
        file = grown(file, block)
    content = Content.shipped()
    shelf = Shelf(content)
    known = declared(content)
    books = {id_: shelf.summary(id_) for id_ in shelf.files}
    found = examine(file.encode(), "example.playbook.yaml", replace(known, playbooks=books))
    assert found.problems == ()


def test_every_code_of_the_validator_has_a_line():
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", _section("What the validator says"), re.MULTILINE)
    golden = {path.name.split(".")[0] for path in (ROOT / "tests/playbook/golden").glob("*.txt")}
    assert sorted(listed) == sorted(golden)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("Top-level keys", TOP_KEYS),
        ("Inputs", (*INPUT_KEYS, *INPUT_TYPES)),
        ("Steps", COMMON_KEYS),
        ("ask", ("ask", *KIND_KEYS["ask"], *CHOICE_KEYS)),
        *((kind, (kind, *keys)) for kind, keys in KIND_KEYS.items() if kind != "ask"),
        ("retest", RETEST_ENDINGS),
        ("fix", FIX_ENDINGS),
        ("finish", RESULTS),
        ("site.yaml", (FACTS, GIVE_TO, ROOTS, START)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_key_and_word_has_its_place(section, words):
    told = _section(section)
    assert [word for word in words if f"`{word}`" not in told] == []


def _section(title: str) -> str:
    text = FORMAT.read_text("utf-8")
    return re.split(rf"^#+ {re.escape(title)}$", text, flags=re.MULTILINE)[1].split("\n#")[0]


def renewed(page: str) -> str:
    """The page with the tables that are made from the declarations."""
    for name, table in tables().items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, after = page.partition(start)
        page = before + start + table + end + after.partition(end)[2]
    return page


def tables() -> dict[str, str]:
    """By the marker before it, what stands there up to the next end."""
    content = Content.shipped()
    known = declared(content)
    return {
        "roles": "".join(f"- `{who}`: {sections.who(who)}\n" for who in WHO),
        "checks": "\n".join(_check(check, content) for _, check in sorted(known.checks.items())),
        "fixes": _fixes(known.fixes, content),
    }


def _check(declared: CheckDeclared, content: Content) -> str:
    check = all_checks()[declared.id]
    told = {
        "ok": check.fine,
        "does-not-apply": "it fails on another computer",
        **{id_: cause.title for id_, cause in content.causes.items()},
        **dict.fromkeys(check.own_outcomes, "something is wrong; the page shows all of it"),
    }
    lines = [f"### {declared.id}", "", f"{check.title}.", "", "| outcome | |", "|---|---|"]
    lines += [f"| `{outcome}` | {told[outcome]} |" for outcome in declared.outcomes]
    lines += [""] if declared.fields or declared.parameters else []
    lines += [f"Fields: {', '.join(f'`{name}`' for name in declared.fields)}."] if declared.fields else []
    taken = ", ".join(f"`{name}` ({type_})" for name, type_ in declared.parameters.items())
    lines += [f"Parameters: {taken}."] if taken else []
    return "".join(f"{line}\n" for line in lines)


def _fixes(fixes: Mapping[str, FixDeclared], content: Content) -> str:
    rows = ["| fix | what it does | usually by | parameters |", "|---|---|---|---|"]
    for id_, fix in fixes.items():
        text = content.fixes[id_]
        taken = ", ".join(f"`{name}` ({type_})" for name, type_ in fix.parameters.items())
        rows.append(f"| `{id_}` | {text.title} | `{text.who}` | {taken or '–'} |")
    return "".join(f"{row}\n" for row in rows)


def test_the_tables_say_what_checks_and_fixes_declare():
    page = FORMAT.read_text("utf-8")
    assert page == renewed(page), (
        f"the tables are stale: python {Path(__file__).relative_to(ROOT)} renews them"
    )


# ── all pages ──


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", _BLOCK.sub("", page.read_text("utf-8"))):
        if "://" in link:
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.is_file(), link
        assert not heading or heading in anchors(target), link


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: small letters, hyphens for blanks; of signs only `_` and `-` stay."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    FORMAT.write_text(renewed(FORMAT.read_text("utf-8")), "utf-8")
