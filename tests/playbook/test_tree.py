"""The tree of a playbook: each step once, every way on named, 80 columns."""

import re
from dataclasses import replace

import pytest

from tlswizard.content.library import Content
from tlswizard.playbook.declared import PlaybookDeclared
from tlswizard.playbook.format import Ask, Choice, Finish, Playbook, Step
from tlswizard.playbook.parse import parse
from tlswizard.playbook.tree import ABOVE, HERE, WIDTH, tree
from tlswizard.wizard.shelf import Shelf

CONTENT = Content.shipped()
SHELF = Shelf(CONTENT)

SMALL = """\
tlswizard: 1
id: small
title: A small one
version: "3"
stages: {see: See, mend: Mend it}
inputs:
  server: {type: server, label: Which server?}
steps:
  begin:
    title: The beginning
    stage: see
    ask: Is {server} red?
    choices:
      yes: look
      no: inside
      not-sure: look
  look:
    check: time.clock
    next:
      ok, does-not-apply: well
      clock-wrong: repair
      not-checked: over
  repair:
    title: Repair it
    stage: mend
    fix: manual
    who: helpdesk
    text: |
      Turn it.

      Twice.
    next:
      done: look
      cannot: over
  inside:
    use: check-the-clock
    with:
      server: "{server}"
    next:
      solved, nothing-wrong: well
      unsolved: over
  well:
    finish: solved
  over:
    finish: handed-over
    give-to: the night shift
"""

TREE = """\
begin  The beginning
  ask: Is {server} red?
  yes, not-sure → look ↓
  no →
    inside
      use: check-the-clock (with server: {server})
      solved, nothing-wrong → well ↓
      unsolved → over ↓
    over
      finish: handed-over, give to the night shift
look
  check: time.clock
  ok, does-not-apply → well ↓
  clock-wrong →
    repair  Repair it
      fix: manual, by helpdesk
      done → look ↑
      cannot → over ↑
  not-checked → over ↑
well
  finish: solved"""


def lines_of(text: str, declared) -> tuple[str, ...]:
    return tree(parse(text.encode(), "small.playbook.yaml", declared, "our folder"))


def test_a_small_one(declared):
    clock = PlaybookDeclared(
        "check-the-clock", {"server": "server"}, ("solved", "nothing-wrong", "unsolved"), frozenset(), ()
    )
    lines = lines_of(SMALL, replace(declared, playbooks={clock.id: clock}))
    head, body = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert "\n".join(body) == TREE
    assert head[0] == "small: A small one"
    assert re.fullmatch(r"version  3, sha256 [0-9a-f]{8}", head[1])
    assert head[2:] == ("from     our folder", "inputs   server (server)", "stages   See · Mend it")


def shown(lines: tuple[str, ...], steps: list[str]) -> list[str]:
    """The steps that are shown in full: their name, below it their kind."""
    names = [re.match(r" *([a-z0-9-]+)(?=$|  )", line) for line in lines]
    return [found[1] for found in names if found and found[1] in steps]


@pytest.mark.parametrize("id_", CONTENT.playbook_ids)
def test_each_shipped_one_is_shown_whole_in_80_columns(id_: str):
    playbook = SHELF.examined(id_).playbook
    assert playbook
    lines = tree(playbook)
    assert max(map(len, lines)) <= WIDTH
    full = shown(lines[lines.index("") :], list(playbook.steps))
    assert sorted(full) == sorted(playbook.steps)


@pytest.mark.parametrize("id_", CONTENT.playbook_ids)
def test_the_arrows_point_to_where_the_step_is(id_: str):
    playbook = SHELF.examined(id_).playbook
    assert playbook
    lines = tree(playbook)
    place = {name: at for at, line in enumerate(lines) for name in shown((line,), list(playbook.steps))}
    arrows = [
        (at, found[1], found[2])
        for at, line in enumerate(lines)
        if (found := re.search(r"(\S+) ([↑↓])$", line)) and found[1] in playbook.steps
    ]
    assert arrows
    assert [(name, way) for at, name, way in arrows if (place[name] < at) != (way == ABOVE)] == []
    assert {way for _, _, way in arrows} <= {ABOVE, HERE}


def fork(name: str, *to: str) -> Ask:
    choices = {f"way-{at}": Choice(f"way-{at}", "A way", target) for at, target in enumerate(to)}
    return Ask(name=name, question="Where to?", choices=choices)


def test_what_lies_too_deep_follows_at_the_margin():
    """Each second way goes one deeper than the first way."""
    steps: dict[str, Step] = {"z": Finish(name="z", result="solved")}
    for at in range(60):
        steps[f"s{at}"] = fork(f"s{at}", "z", f"s{at + 1}" if at < 59 else "z")
    first = {"s0": steps.pop("s0")}
    book = Playbook("deep", "Deep", "1", "", (), {}, {}, None, {**first, **steps}, "0" * 64, "")
    lines = tree(book)
    assert max(map(len, lines)) <= WIDTH
    assert sorted(shown(lines, list(book.steps))) == sorted(book.steps)


def test_what_a_file_says_cannot_move_the_cursor(declared):
    odd = Finish(name="z", title="a\x1b[2Jb", result="unsolved", give_to="c\u202ed")
    book = Playbook("odd", "T\x1b", "1", "", (), {}, {}, None, {"z": odd}, "0" * 64, "o\x1b")
    assert all(line.isprintable() for line in tree(book))
