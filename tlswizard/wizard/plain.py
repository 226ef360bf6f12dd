"""The same session as plain lines: for pipes, serial consoles, screen readers and TERM=dumb.

No cursor movement and no colour. Every page is printed once, then one line is read.
"""

import textwrap
from collections.abc import Callable, Iterator

from tlswizard.core.blocks import Block, Paragraph
from tlswizard.core.text import visible
from tlswizard.playbook.problems import near
from tlswizard.report.text import lines, text
from tlswizard.wizard.glossary import called, explained, spellings
from tlswizard.wizard.page import Choice, Look, Page
from tlswizard.wizard.walk import Action, Back, Chose, GoOn, LookAgain, StopHere, Typed, Walk

READ = Callable[[str], str]
"""Prints a prompt and returns the line; raises EOFError at the end of the input."""

DIFFER = "differ"

_LOOKS = (
    f"w why, d details, s what to say, p programs, {DIFFER} why two programs differ, t chain, "
    "a all findings, g words, n note, r look again, b back, x stop, q quit"
)


async def walk_plainly(walk: Walk, read: READ, write: Callable[[str], object]) -> int:
    """Until the walk is over or the person leaves. Returns the exit code."""

    def progress(line: str) -> None:
        write(f"  … {line}\n")

    walk.progress = progress
    while True:
        page = walk.page
        write(rendered(page))
        if page.over:
            return walk.exit_code()
        action = _asked(walk, page, read, write)
        if action is None:
            return walk.exit_code()
        await walk.take(action)


def rendered(page: Page) -> str:
    """The page as text, at most 80 columns wide."""
    top = [f"{page.title}    {page.where}".rstrip(), f"({page.beside})", "-" * 80]
    body: list[Block] = [Paragraph(page.heading)] if page.heading else []
    body += page.blocks
    if page.field and page.field.hint and not page.choices:
        body.append(Paragraph(page.field.hint))
    out = ["", *top, *lines(body)]
    if page.choices:
        out += ["", *_numbered(page.choices, page.selected)]
    if page.error:
        out += ["", *lines([Paragraph(f"! {page.error}")])]
    if page.done:
        out += ["", *lines([Paragraph(f"Done: {'  '.join(page.done)}")])]
    return "\n".join(out) + "\n"


def _numbered(choices: tuple[Choice, ...], selected: int | None = None) -> Iterator[str]:
    brackets = any("(" in choice.hint for choice in choices)  # never two pairs in one line
    for number, choice in enumerate(choices, 1):
        if choice.group:
            yield from ("", f"  {choice.group}:")
        aside = f": {choice.hint}" if brackets else f"  ({choice.hint})"
        hint = aside if choice.hint else ""
        sign = ">" if number - 1 == selected else " "
        yield from textwrap.wrap(
            f"{choice.label}{hint}", 80, initial_indent=f"{sign} {number}  ", subsequent_indent="     "
        )


def _asked(walk: Walk, page: Page, read: READ, write: Callable[[str], object]) -> Action | None:
    """One line from the person, until it is an action. None: leave."""
    while True:
        try:
            line = read(_prompt(page)).strip()
        except EOFError:
            return None
        if line == "q":
            return None
        if line == DIFFER:
            _compare(walk, read, write)
            continue
        shown = _shown(walk, page, line)
        if shown is not None:
            write(shown)
            continue
        action = _action(page, line)
        if action is not None:
            return action
        if line.startswith("n "):
            walk.add_to_note(line[2:])
            write("  noted\n")
            continue
        write(f"  “{visible(line, 40)}” is no answer here. Keys: {_LOOKS}.\n")


def _prompt(page: Page) -> str:
    if page.choices and page.field:
        return f"Number, or {page.field.label.lower()} (Enter: {page.selected + 1}, ? help): "
    if page.choices:
        return f"Number (Enter: {page.selected + 1}, ? help): "
    if page.field:
        return f"{page.field.label} "
    return f"Enter: {page.enter} (? help): "


def _action(page: Page, line: str) -> Action | None:
    simple: dict[str, Action] = {"b": Back(), "r": LookAgain(), "x": StopHere()}
    if line in simple:
        return simple[line]
    if page.choices:
        if not line:
            return Chose(page.choices[page.selected].id)
        if chosen := _chosen(page.choices, line):
            return Chose(chosen.id)
        return Typed(line) if page.field and len(line) > 2 else None
    if page.field:
        return Typed(line or page.field.value) if line or page.field.value else None
    return GoOn() if not line else None


def _chosen(choices: tuple[Choice, ...], line: str) -> Choice | None:
    """The choice with this number."""
    if not (line.isascii() and line.isdigit() and 0 < int(line[:4]) <= len(choices)):
        return None
    return choices[int(line[:4]) - 1]


def _compare(walk: Walk, read: READ, write: Callable[[str], object]) -> None:
    """Asks for two programs and says why they differ; Enter alone leaves."""
    programs = walk.judged()
    if len(programs) < 2:
        write("  There are no two programs to compare yet.\n")
        return
    write("\n" + "\n".join(_numbered(programs)) + "\n")
    picked: list[Choice] = []
    for question in ("Which program", "And which other one"):
        try:
            line = read(f"{question}? Number (Enter: none): ").strip()
        except EOFError:
            return
        if not line:
            return
        choice = _chosen(programs, line)
        if choice is None or choice in picked:
            write(f"  “{visible(line, 40)}” is no answer here: type another number of the list.\n")
            return
        picked.append(choice)
    write(_look(walk.differ(picked[0].id, picked[1].id)))


def _shown(walk: Walk, page: Page, line: str) -> str | None:
    match line:
        case "?" | "h":
            return text([Paragraph(f"{_LOOKS}; g WORD explains a word; n TEXT adds a line to the note")])
        case "w" | "d" | "s":
            said = {"w": page.why, "d": page.details, "s": page.say}[line]
            return text([Paragraph(said or "There is nothing to say to that here.")])
        case "p":
            return _look(walk.programs())
        case "t":
            return _look(walk.chain())
        case "a":
            return _look(walk.findings())
        case "n":
            return "\n" + walk.note()
        case "g":
            return _words(page)
    if line.startswith("g "):
        return _meaning(walk, page, line[2:].strip())
    return None


def _words(page: Page) -> str:
    if not page.words:
        return "  No word of the glossary is on this page. g WORD explains any other.\n"
    listed = tuple(Choice(word.id, word.word) for word in page.words)
    return "\n" + "\n".join(_numbered(listed)) + "\n  g and a number or a word explains it.\n"


def _meaning(walk: Walk, page: Page, asked: str) -> str:
    """Of the word that is called `asked`, or has this number among the page's."""
    if asked.isascii() and asked.isdigit():
        at = int(asked[:4])
        found = page.words[at - 1] if 0 < at <= len(page.words) else None
    else:
        found = called(asked, walk.glossary())
    if found:
        return _look(explained(found, page.observed))
    known = {s.lower(): s for word in walk.glossary() for s in spellings(word)}
    meant = known.get(near(asked, known) or "")
    hint = f"Did you mean “{meant}”?" if meant else "g alone lists the words on this page."
    return text([Paragraph(f"“{visible(asked, 40)}” is not in the glossary. {hint}")])


def _look(look: Look) -> str:
    return f"\n{look.title} ({look.observed})\n" + text(look.blocks)
