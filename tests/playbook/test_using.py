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
    book = books(declared, '{server: "{server.host}:443", on-this-computer: no}')
    state = into_the_clock(book)
    wanted = want(book, state)
    assert isinstance(wanted, WantCheck)
    assert wanted.parameters == {"on-this-computer": "no"}
    assert state.inputs["clock/server"] == "srv.example:443"
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
        return expanded(parse(texts[id_].encode(), f"{id_}.playbook.yaml", known), load)

    outer = OUTER.replace("use: inner", "use: middle").replace("{WITH}", '{server: "{server.host}:25"}')
    outer = outer.replace("nothing-wrong: good", "solved: good")
    book = expanded(parse(outer.encode(), "outer.playbook.yaml", known), load)
    assert "clock/clock/look" in book.steps
    assert book.input_of("server", "clock/clock/look") == "clock/server"
    assert {used.id for used in book.uses} == {"inner", "middle"}
    state = tell(book, start(book, {"server": "https://a.example", "on-this-computer": "yes"}), Chosen("no"))
    state = tell(book, tell(book, state, InputGiven("clock/server", "a.example:25")), Chosen("no"))
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


def test_another_port_of_a_server_that_was_typed_is_shown_first_too(declared):
    book = books(declared, '{server: "smtp://{server.host}"}')
    wanted = want(book, into_the_clock(book))
    assert isinstance(wanted, WantInput)
    assert (wanted.name, wanted.offered) == ("clock/server", "smtp://srv.example")


HOW = "how: {type: choice, label: How?, options: {fast: In haste, slow: Slowly}}"
ACCOUNT = "  account: {type: text, label: Whose account?}"


def test_an_answer_is_passed_on_as_it_was_given_and_not_as_it_is_shown(declared):
    inner = INNER.replace(ACCOUNT, f"{ACCOUNT}\n  {HOW.replace('how', 'way', 1)}")
    inner = inner.replace("for {account}", "for {account} {way}")
    outer = OUTER.replace("  on-this-computer: {type", f"  {HOW}\n  on-this-computer: {{type")
    book = books(declared, '{way: "{how}", account: "{how} x"}', inner, outer)
    state = start(book, {"server": "https://a.example", "on-this-computer": "yes", "how": "slow"})
    state = tell(book, state, Chosen("yes"))
    assert state.inputs["clock/way"] == "slow"
    assert state.inputs["clock/account"] == "slow x"


def test_who_is_not_sure_outside_is_asked_inside_where_that_is_no_answer(declared):
    outer = OUTER.replace(
        "  on-this-computer: {type: yes-no, label: Here?}",
        "  on-this-computer: {type: yes-no, label: Here?, not-sure: yes}\n"
        "  who: {type: text, label: Who?, not-sure: yes}",
    )
    book = books(declared, '{account: "{who}"}', outer=outer)
    given = {"server": "https://a.example", "on-this-computer": "not-sure", "who": "not-sure"}
    wanted = want(book, state := tell(book, start(book, given), Chosen("yes")))
    assert isinstance(wanted, WantInput)
    assert wanted.name == "clock/on-this-computer"
    assert "clock/account" not in state.inputs
    sure = tell(book, start(book, {**given, "on-this-computer": "no"}), Chosen("yes"))
    assert sure.inputs["clock/on-this-computer"] == "no"


def test_an_answer_for_another_server_is_marked_out_of_date(declared):
    inner = INNER.replace(
        "  look:\n    stage: own",
        """  right-one:
    ask: Is {server} the right one?
    choices: {yes: look, no: look, not-sure: look}
  look:
    stage: own""",
    )
    outer = OUTER.replace(
        "bad: {finish: unsolved, give-to: helpdesk}",
        """bad:
    ask: Again?
    choices: {no: {label: Another, change: server, next: clock}, yes: clock, not-sure: good}""",
    )
    book = books(declared, '{server: "{server}"}', inner, outer)
    state = tell(book, into_the_clock(book), Chosen("yes"))
    state = tell(book, tell(book, state, CheckEnded("not-checked")), Chosen("no"))
    wanted = want(book, tell(book, state, InputGiven("server", "https://b.example")))
    assert isinstance(wanted, WantAnswer)
    assert wanted.step.name == "clock/right-one"
    assert wanted.out_of_date


def test_a_session_is_resumed_where_a_value_was_refused(declared):
    outer = OUTER.replace(
        "  on-this-computer: {type", "  who: {type: text, label: Who?}\n  on-this-computer: {type"
    )
    book = books(declared, '{server: "{who} {who}"}', outer=outer)
    given = {"server": "https://a.example", "on-this-computer": "yes", "who": "two words"}
    state = tell(book, start(book, given), Chosen("yes"))
    assert state.suggested == {"clock/server": "two words two words"}
    assert resume(book, state) == state


def test_a_playbook_looks_at_the_server_that_it_asked_for(declared):
    inner = INNER.replace(
        "  server: {type: server, label: Which server?}", "  web: {type: server, label: Web?}"
    )
    book = books(declared, inner=inner.replace("{server.host}", "{web.host}"))
    assert book.input_of("server", "clock/look") == "web"
    assert book.input_of("server", "begin") == "server"
    wanted = want(book, into_the_clock(book))
    assert isinstance(wanted, WantInput)
    assert wanted.name == "web"


def test_a_server_that_only_the_inner_playbook_names_is_the_outer_ones_too(declared):
    outer = OUTER.replace("  server: {type: server, label: Which server?}\n", "")
    outer = outer.replace("Is it {server}?", "Is it so?")
    book = with_server(books(declared, outer=outer))
    assert book.input_of("server", "begin") == "server"
    assert book.input_of("server", "clock/look") == "server"
    assert list(book.inputs).count("server") == 1
