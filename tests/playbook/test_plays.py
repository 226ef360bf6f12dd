"""Random plays: every shipped playbook ends every time, and every step of it is seen."""

import time
from functools import cache

import pytest

from tlswizard.content.library import Content
from tlswizard.playbook.format import Explain, Finish, Playbook, Return, Use
from tlswizard.playbook.parse import parse
from tlswizard.playbook.plays import played
from tlswizard.wizard.shelf import Shelf

CONTENT = Content.shipped()
SHELF = Shelf(CONTENT)
PLAYS = 2000
LONGEST_WAIT = 10.0


@cache
def whole(id_: str) -> Playbook:
    return SHELF.runnable(id_)


@pytest.mark.parametrize("id_", CONTENT.playbook_ids)
def test_each_shipped_playbook_ends_every_time_and_every_step_is_seen(id_: str):
    before = time.process_time()
    found = played(whole(id_), PLAYS, seed=20261121)
    assert time.process_time() - before < LONGEST_WAIT
    assert found.without_end == 0
    assert found.unseen == ()
    assert sum(found.results.values()) == PLAYS


def test_steps_of_used_playbooks_count():
    books = [whole(id_) for id_ in CONTENT.playbook_ids]
    book = next(b for b in books if any(isinstance(step, Use) for step in b.steps.values()))
    never = {name for name, step in book.steps.items() if "/" in name or isinstance(step, Use)}
    found = played(book, 1, seed=1)
    assert any(isinstance(book.steps[name], Return) for name in never)
    assert set(found.unseen) & never


SMALL = """\
tlswizard: 1
id: small
title: Small
version: "1"
inputs:
  server: {type: server, label: Which server?}
  days: {type: days, label: How many days?, not-sure: yes}
  colour: {type: choice, label: Which colour?, options: {red: Red, green: Green}}
steps:
  begin:
    ask: Is {server} red, {colour}, for {days} days?
    choices:
      yes: well
      no: {next: begin, change: server}
      not-sure: look
  look:
    check: time.clock
    next:
      ok, does-not-apply, not-checked: well
      clock-wrong: repair
  repair:
    fix: set-clock
    next: {done: again, cannot: begin}
  again:
    retest: look
    next:
      fixed, nothing-wrong: well
      changed, same, not-checked: look
  well:
    finish: solved
"""


@pytest.fixture
def small(declared) -> Playbook:
    return parse(SMALL.encode(), "small.playbook.yaml", declared)


def test_inputs_of_all_kinds_are_answered(small):
    found = played(small, 200, seed=1)
    assert (found.unseen, found.without_end) == ((), 0)
    assert dict(found.results) == {"solved": 200}


def test_the_same_seed_plays_the_same(small):
    assert played(small, 50, seed=5) == played(small, 50, seed=5)
    assert played(small, 50, seed=5) != played(small, 50, seed=6)


def made(**steps: Explain | Finish) -> Playbook:
    """A playbook that no validator would let pass."""
    return Playbook("odd", "Odd", "1", "", (), {}, {}, None, steps, "0" * 64, "")


def test_a_step_to_which_nothing_leads_is_reported_in_the_order_of_the_file():
    book = made(
        a=Explain(name="a", text="A", next="z"),
        lost=Explain(name="lost", text="L", next="z"),
        astray=Explain(name="astray", text="L", next="lost"),
        z=Finish(name="z", result="solved"),
    )
    found = played(book, 20, seed=1)
    assert found.unseen == ("lost", "astray")
    assert (found.results, found.longest, found.without_end) == ({"solved": 20}, 2, 0)


def test_a_play_without_end_is_given_up_and_its_circle_is_named():
    book = made(
        a=Explain(name="a", text="A", next="b"),
        b=Explain(name="b", text="B", next="c"),
        c=Explain(name="c", text="C", next="b"),
        z=Finish(name="z", result="solved"),
    )
    found = played(book, 3, seed=1, limit=50)
    assert (found.without_end, found.unseen) == (3, ("z",))
    assert set(found.circle) == {"b", "c"}
    assert found.results == {}
