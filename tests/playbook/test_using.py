"""Another playbook as one step: its steps are put in, its inputs are shared or given, its ends lead on."""

import pytest

from tlswizard.content.reader import read
from tlswizard.playbook.declared import Declared
from tlswizard.playbook.engine import (
    CheckEnded,
    Chosen,
    Ended,
    InputGiven,
    WantAnswer,
    WantCheck,
    WantInput,
    WentBack,
    can_go_back,
    resume,
    start,
    tell,
    want,
)
from tlswizard.playbook.format import Finish, Playbook
from tlswizard.playbook.parse import parse
from tlswizard.playbook.summary import summarised
from tlswizard.playbook.using import expanded, with_server

OUTER = """\
tlswizard: 1
id: outer
title: Outer
version: "1"
stages: {one: The first, two: The second}
inputs:
  server: {type: server, label: Which server?}
  on-this-computer: {type: yes-no, label: Here?}
steps:
  begin:
    stage: one
    ask: Is it {server}?
    choices: {yes: clock, no: clock, not-sure: clock}
  clock:
    stage: two
    use: inner
    with: {WITH}
    next:
      nothing-wrong: good
      unsolved: bad
  good: {finish: solved}
  bad: {finish: unsolved, give-to: helpdesk}
"""

INNER = """\
tlswizard: 1
id: inner
title: Inner
version: "3"
stages: {own: Its own}
inputs:
  server: {type: server, label: Which server?}
  on-this-computer: {type: yes-no, label: Here?}
  account: {type: text, label: Whose account?}
not-checked: unknown
steps:
  look:
    stage: own
    check: time.clock
    next:
      ok: right
      does-not-apply: whose
      clock-wrong: whose
  whose:
    ask: "{server.host} is off by {look.difference} for {account}. Set?"
    choices: {yes: right, no: unknown, not-sure: look}
  right: {finish: nothing-wrong, message: "Right on {server.host}."}
  unknown: {finish: unsolved, give-to: helpdesk, message: Not known.}
"""


def books(declared: Declared, with_: str = "{}", inner: str = INNER, outer: str = OUTER) -> Playbook:
    told = summarised(read(inner.encode(), "inner"))
    known = Declared(declared.checks, declared.fixes, declared.causes, {"inner": told})
    outer_book = parse(outer.replace("{WITH}", with_).encode(), "outer.playbook.yaml", known)
    return expanded(outer_book, lambda id_: parse(inner.encode(), f"{id_}.playbook.yaml", known))


def into_the_clock(book: Playbook):
    state = start(book, {"server": "https://srv.example", "on-this-computer": "yes"})
    return tell(book, state, Chosen("yes"))


def test_its_steps_are_put_in_under_the_name_of_the_step(declared):
    book = books(declared)
    assert list(book.steps) == [
        "begin", "clock", "clock/look", "clock/whose", "clock/right", "clock/unknown", "good", "bad",
    ]  # fmt: skip
    assert [(used.id, used.version) for used in book.uses] == [("inner", "3")]


def test_what_it_finishes_in_leads_on_outside(declared):
    book = books(declared)
    wanted = want(book, state := into_the_clock(book))
    assert isinstance(wanted, WantCheck)
    assert wanted.parameters == {"on-this-computer": "yes"}
    ended = want(book, tell(book, state, CheckEnded("ok")))
    assert isinstance(ended, Ended)
    assert ended.step.name == "good"
    gone = want(book, tell(book, state, CheckEnded("not-checked")))
    assert isinstance(gone, Ended)
    assert gone.step.name == "bad"


def test_an_input_of_the_same_name_is_the_same_input_and_a_new_one_is_asked_once(declared):
    book = books(declared)
    state = tell(book, into_the_clock(book), CheckEnded("clock-wrong"))
    wanted = want(book, state)
    assert isinstance(wanted, WantInput)
    assert wanted.name == "account"
    state = tell(book, state, InputGiven("account", "svc"))
    assert isinstance(want(book, state), WantAnswer)
    assert set(book.inputs) == {"server", "on-this-computer", "account"}


def test_what_with_sets_counts_inside_alone(declared):
    book = books(declared, '{server: "smtp://{server.host}", on-this-computer: no}')
    state = into_the_clock(book)
    wanted = want(book, state)
    assert isinstance(wanted, WantCheck)
    assert wanted.parameters == {"on-this-computer": "no"}
    assert state.inputs["clock/server"] == "smtp://srv.example"
    assert state.inputs["server"] == "https://srv.example"
    assert book.input_of("server", "clock/look") == "clock/server"
    assert book.input_of("server", "begin") == "server"
    assert book.input_of("client", "clock/look") is None


def test_a_value_that_is_none_of_its_type_is_asked_instead(declared):
    book = books(
        declared,
        '{server: "{account} {account}"}',
        outer=OUTER.replace(
            "  on-this-computer: {type", "  account: {type: text, label: Whose?}\n  on-this-computer: {type"
        ),
    )
    state = start(book, {"server": "https://a.example", "on-this-computer": "yes", "account": "two words"})
    wanted = want(book, tell(book, state, Chosen("yes")))
    assert isinstance(wanted, WantInput)
    assert wanted.name == "clock/server"


def test_its_texts_speak_of_its_own_steps_and_inputs(declared):
    book = books(declared, '{server: "smtp://{server.host}"}')
    whose = book.steps["clock/whose"]
    assert "{clock/server.host} is off by {clock/look.difference} for {account}" in whose.question  # type: ignore[union-attr]
    assert whose.stage == "two"


def test_back_leads_over_the_border_to_the_page_that_was_seen(declared):
    book = books(declared)
    state = into_the_clock(book)
    assert can_go_back(book, state)
    back = tell(book, state, WentBack())
    assert back.step == "begin"
    ended = tell(book, state, CheckEnded("ok"))
    assert ended.step == "good"
    assert tell(book, ended, WentBack()).step == "begin"


def test_a_session_is_resumed_inside_and_never_between(declared):
    book = books(declared)
    state = into_the_clock(book)
    assert resume(book, state) == state


def test_a_playbook_may_begin_with_another_one(declared):
    book = books(
        declared,
        outer=OUTER.replace(
            """  begin:
    stage: one
    ask: Is it {server}?
    choices: {yes: clock, no: clock, not-sure: clock}
""",
            "",
        ),
    )
    wanted = want(book, start(book, {"server": "https://a.example", "on-this-computer": "yes"}))
    assert isinstance(wanted, WantCheck)
    assert wanted.step.name == "clock/look"


def test_playbooks_are_put_into_each_other(declared):
    middle = OUTER.replace("id: outer", "id: middle").replace("{WITH}", "{}")
    known = Declared(
        declared.checks,
        declared.fixes,
        declared.causes,
        {
            "inner": summarised(read(INNER.encode(), "inner")),
            "middle": summarised(read(middle.encode(), "middle")),
        },
    )
    texts = {"inner": INNER, "middle": middle}

    def load(id_: str) -> Playbook:
        return parse(texts[id_].encode(), f"{id_}.playbook.yaml", known)

    outer = OUTER.replace("use: inner", "use: middle").replace("{WITH}", '{server: "{server.host}:25"}')
    outer = outer.replace("nothing-wrong: good", "solved: good")
    book = expanded(parse(outer.encode(), "outer.playbook.yaml", known), load)
    assert "clock/clock/look" in book.steps
    assert book.input_of("server", "clock/clock/look") == "clock/server"
    assert {used.id for used in book.uses} == {"inner", "middle"}
    state = tell(book, start(book, {"server": "https://a.example", "on-this-computer": "yes"}), Chosen("no"))
    state = tell(book, state, Chosen("no"))
    assert state.step == "clock/clock/look"
    ended = book.steps[tell(book, state, CheckEnded("ok")).step]
    assert isinstance(ended, Finish)
    assert ended.name == "good"


@pytest.mark.parametrize("result", ["solved", "unsolved"])
def test_the_summary_says_what_is_reached_without_a_person(result):
    told = summarised(read(INNER.encode(), "inner"))
    assert told is not None
    assert told.unattended == {"nothing-wrong", "unsolved"}
    assert told.results == ("nothing-wrong", "unsolved")
    first = f"  first:\n    ask: Go?\n    choices: {{yes: look, {result}: {{label: x, next: right}}}}\n"
    asked = summarised(read(INNER.replace("  look:", f"{first}  look:").encode(), "inner"))
    assert asked is not None
    assert asked.unattended == frozenset()


@pytest.mark.parametrize(
    "evil", ["https://evil.example", "{server.host}.evil.example", "https://evil.example#{server.host}"]
)
def test_a_server_that_nobody_typed_is_shown_and_confirmed_before_it_is_asked(declared, evil):
    book = books(declared, f'{{server: "{evil}"}}')
    state = into_the_clock(book)
    wanted = want(book, state)
    assert isinstance(wanted, WantInput)
    assert wanted.name == "clock/server"
    assert "evil.example" in wanted.offered
    wanted = want(book, tell(book, state, InputGiven("clock/server", "https://srv.example")))
    assert isinstance(wanted, WantCheck)


def test_what_was_confirmed_once_is_asked_again_when_the_playbook_names_another(declared):
    book = books(
        declared,
        '{server: "{server.host}.evil.example"}',
        outer=OUTER.replace(
            "bad: {finish: unsolved, give-to: helpdesk}",
            """bad:
    ask: Again?
    choices: {yes: clock, no: {label: Another, change: server, next: clock}, not-sure: good}""",
        ),
    )
    state = tell(book, into_the_clock(book), InputGiven("clock/server", "https://first.evil.example"))
    state = tell(book, state, CheckEnded("not-checked"))
    state = tell(book, tell(book, state, Chosen("no")), InputGiven("server", "https://second.example"))
    wanted = want(book, state)
    assert isinstance(wanted, WantInput)
    assert wanted.offered == "second.example.evil.example"


def test_who_looks_at_a_server_is_asked_for_one_even_if_the_author_forgot(declared):
    bare = (
        INNER[: INNER.index("inputs:")]
        + """not-checked: over
steps:
  look: {check: cert.usage, next: {ok: over, wrong-usage: over}}
  over: {finish: solved}
"""
    )
    book = with_server(parse(bare.encode(), "inner.playbook.yaml", declared))
    wanted = want(book, start(book, {}))
    assert isinstance(wanted, WantInput)
    assert (wanted.name, wanted.input.type) == ("server", "server")
    assert with_server(book) == book
    talk = bare.replace(
        "{check: cert.usage, next: {ok: over, wrong-usage: over}}", "{explain: Hm., next: over}"
    )
    assert with_server(parse(talk.encode(), "inner.playbook.yaml", declared)).inputs == {}
