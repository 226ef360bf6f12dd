import json

import pytest

from tlswizard.core.codec import decode, encode
from tlswizard.playbook.engine import (
    CheckEnded,
    Chosen,
    Ended,
    FixEnded,
    InputGiven,
    NotNow,
    NotThisPlaybook,
    Retested,
    State,
    WantAnswer,
    WantCheck,
    WantFix,
    WantGoOn,
    WantInput,
    WantRetest,
    WentBack,
    WentOn,
    can_go_back,
    passes_by_itself,
    resume,
    stage,
    start,
    tell,
    want,
)
from tlswizard.playbook.format import Playbook
from tlswizard.playbook.mentions import mentions
from tlswizard.playbook.parse import parse
from tlswizard.playbook.typed import NotAccepted

FILE = b"""\
tlswizard: 1
id: walked
title: Walked in tests
version: "1"
stages: {see: What you see, look: Look at it}
inputs:
  server: {type: server, label: Which server?}
  program: {type: client, label: Which program?, not-sure: yes}
  on-this-computer: {type: yes-no, label: Here?, default: yes}
not-checked: cannot-look
steps:
  seen:
    stage: see
    ask: What do you see?
    choices:
      yes: dates
      ok: {label: All is well, next: good}
      not-sure: story
  story:
    explain: Certificates have dates.
    next: dates
  dates:
    stage: look
    check: cert.dates
    next:
      ok: clock
      expires-soon, expired, not-yet-valid: renew
  clock:
    check: time.clock
    next:
      ok, does-not-apply: names
      clock-wrong: names
      not-checked: names
  names:
    check: cert.names
    next:
      ok: works
      name-mismatch, host-name-refused: rename
  rename:
    fix: use-listed-name
    with: {name: "{server.host}"}
    next:
      done: again
      cannot: works
  again:
    retest: names
    next:
      fixed, changed, nothing-wrong: works
      same, not-checked: cannot-look
  renew:
    fix: renew-certificate
    next:
      done, cannot: clock
  works:
    ask: Does {program} accept {names.listed} now?
    choices:
      yes: good
      other: {label: It is another program, change: program, next: seen}
      not-sure: bad
  cannot-look:
    ask: Go on?
    choices:
      yes: seen
      no: bad
  good:
    finish: solved
    message: "{program} works."
  bad:
    finish: unsolved
    give-to: helpdesk
"""

SERVER = {"server": "srv.example:8443"}


@pytest.fixture
def playbook(declared) -> Playbook:
    return parse(FILE, "walked.playbook.yaml", declared)


def walk(playbook, state, *events) -> State:
    for event in events:
        state = tell(playbook, state, event)
    return state


def to_names(playbook) -> State:
    """As far as the check of the names, with `on-this-computer` asked on the way."""
    return walk(
        playbook,
        start(playbook, SERVER),
        Chosen("yes"),
        CheckEnded("ok"),
        InputGiven("on-this-computer", "yes"),
        CheckEnded("ok"),
    )


def to_works(playbook) -> State:
    """At the last question, with everything known."""
    return walk(playbook, to_names(playbook), CheckEnded("ok"), InputGiven("program", "curl"))


def test_it_starts_with_the_first_step(playbook):
    wanted = want(playbook, start(playbook, {}))
    assert isinstance(wanted, WantAnswer)
    assert (wanted.step.name, wanted.offered, wanted.out_of_date) == ("seen", None, False)


def test_an_answer_leads_to_its_step(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("not-sure"))
    assert isinstance(want(playbook, state), WantGoOn)
    wanted = want(playbook, tell(playbook, state, WentOn()))
    assert isinstance(wanted, WantCheck)
    assert wanted.step.check == "cert.dates"


def test_what_looks_at_the_server_asks_for_the_server_first(playbook):
    state = walk(playbook, start(playbook, {}), Chosen("yes"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantInput)
    assert wanted.name == "server"
    state = tell(playbook, state, InputGiven("server", " https://srv.example/path "))
    assert state.inputs["server"] == "https://srv.example/path"
    assert isinstance(want(playbook, state), WantCheck)


def test_an_input_is_asked_before_the_check_that_has_its_parameter_and_only_once(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("yes"), CheckEnded("ok"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantInput)
    assert (wanted.name, wanted.input.label, wanted.offered) == ("on-this-computer", "Here?", "yes")
    state = tell(playbook, state, InputGiven("on-this-computer", "no"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantCheck)
    assert wanted.parameters == {"on-this-computer": "no"}
    state = tell(playbook, state, CheckEnded("does-not-apply"))
    assert isinstance(want(playbook, state), WantCheck)


def test_an_input_is_asked_before_the_text_that_mentions_it(playbook):
    assert mentions(playbook, "works") == ("program",)
    assert mentions(playbook, "seen") == ()
    wanted = want(playbook, walk(playbook, to_names(playbook), CheckEnded("ok")))
    assert isinstance(wanted, WantInput)
    assert wanted.name == "program"


def test_a_finish_asks_for_nothing(playbook):
    assert isinstance(want(playbook, walk(playbook, start(playbook, {}), Chosen("ok"))), Ended)


def test_a_value_of_the_wrong_type_is_for_the_person(playbook):
    state = walk(playbook, start(playbook, {}), Chosen("yes"))
    with pytest.raises(NotAccepted, match="No server was named"):
        tell(playbook, state, InputGiven("server", "..."))
    with pytest.raises(NotAccepted, match="No server was named"):
        start(playbook, {"server": "''"})


def test_not_sure_is_an_answer_only_where_it_may_be(playbook):
    state = walk(playbook, to_names(playbook), CheckEnded("ok"), InputGiven("program", "not-sure"))
    assert state.inputs["program"] == "not-sure"
    asked = walk(playbook, start(playbook, SERVER), Chosen("yes"), CheckEnded("ok"))
    with pytest.raises(NotAccepted):
        tell(playbook, asked, InputGiven("on-this-computer", "not-sure"))


def test_a_check_that_could_not_run_goes_its_own_way_or_that_of_the_playbook(playbook):
    at_dates = walk(playbook, start(playbook, SERVER), Chosen("yes"))
    assert tell(playbook, at_dates, CheckEnded("not-checked")).step == "cannot-look"
    at_clock = walk(playbook, at_dates, CheckEnded("ok"), InputGiven("on-this-computer", "yes"))
    assert tell(playbook, at_clock, CheckEnded("not-checked")).step == "names"


def test_an_outcome_that_nobody_declared_is_not_checked(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("yes"), CheckEnded("what-is-this"))
    assert state.step == "cannot-look"
    assert state.trail[-1].ending == "not-checked"


def test_a_fix_sets_the_inputs_that_it_changes(playbook):
    state = walk(playbook, to_names(playbook), CheckEnded("name-mismatch"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantFix)
    assert wanted.parameters == {"name": "srv.example"}
    state = tell(playbook, state, FixEnded("done", {"server": "full.example"}))
    assert state.inputs["server"] == "full.example"
    assert {"dates", "clock", "names"} <= state.out_of_date
    assert not {"seen", "rename"} & state.out_of_date
    wanted = want(playbook, state)
    assert isinstance(wanted, WantRetest)
    assert wanted.step.check == "cert.names"
    assert tell(playbook, state, Retested("fixed")).step == "works"


def test_a_fix_that_cannot_be_made_changes_nothing(playbook):
    state = walk(playbook, to_names(playbook), CheckEnded("name-mismatch"))
    assert tell(playbook, state, FixEnded("cannot")).inputs == state.inputs
    with pytest.raises(NotNow):
        tell(playbook, state, FixEnded("cannot", {"server": "full.example"}))


def test_an_answer_that_changes_an_input_asks_for_it_again(playbook):
    state = tell(playbook, to_works(playbook), Chosen("other"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantInput)
    assert (wanted.name, wanted.offered) == ("program", "curl")
    state = tell(playbook, state, InputGiven("program", "python"))
    wanted = want(playbook, state)
    assert isinstance(wanted, WantAnswer)
    assert (wanted.step.name, wanted.offered) == ("seen", "yes")
    assert {"dates", "clock", "names", "works"} <= state.out_of_date


def test_back_from_an_answer_that_changes_an_input_restores_it(playbook):
    before = to_works(playbook)
    after = walk(playbook, before, Chosen("other"), WentBack())
    assert (after.step, after.inputs, after.asked) == ("works", before.inputs, None)


def test_back_goes_to_the_page_before_and_offers_what_was_answered(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("yes"), WentBack())
    wanted = want(playbook, state)
    assert isinstance(wanted, WantAnswer)
    assert (wanted.step.name, wanted.offered) == ("seen", "yes")


def test_back_passes_by_checks_that_were_fine_and_stops_at_questions_for_inputs(playbook):
    state = walk(playbook, to_names(playbook), CheckEnded("ok"), WentBack())
    wanted = want(playbook, state)
    assert isinstance(wanted, WantInput)
    assert (state.step, wanted.name, wanted.offered) == ("clock", "on-this-computer", "yes")
    state = tell(playbook, state, WentBack())
    assert state.step == "seen"
    assert not can_go_back(playbook, state)


def test_an_answer_that_is_called_ok_was_seen_all_the_same(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("ok"))
    assert can_go_back(playbook, state)
    assert not passes_by_itself(playbook.steps["seen"], "ok")
    assert passes_by_itself(playbook.steps["dates"], "ok")


def test_back_stops_at_a_check_that_found_something(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("yes"), CheckEnded("expired"), WentBack())
    assert state.step == "dates"


def test_another_value_makes_later_answers_out_of_date_and_keeps_them(playbook):
    state = walk(playbook, to_works(playbook), Chosen("not-sure"), WentBack(), WentBack())
    wanted = want(playbook, state)
    assert isinstance(wanted, WantInput)
    same = want(playbook, tell(playbook, state, InputGiven("program", "curl")))
    other = want(playbook, tell(playbook, state, InputGiven("program", "python")))
    assert isinstance(same, WantAnswer)
    assert isinstance(other, WantAnswer)
    assert (same.offered, same.out_of_date) == ("not-sure", False)
    assert (other.offered, other.out_of_date) == ("not-sure", True)


def test_another_finding_makes_what_shows_it_out_of_date(playbook):
    state = walk(playbook, to_works(playbook), Chosen("not-sure"))
    state = walk(playbook, state, WentBack(), WentBack(), WentBack(), InputGiven("on-this-computer", "yes"))
    state = walk(playbook, state, CheckEnded("ok"), CheckEnded("name-mismatch"))
    assert state.out_of_date == {"works"}
    state = walk(playbook, state, FixEnded("cannot"), InputGiven("program", "curl"), Chosen("yes"))
    assert state.out_of_date == frozenset()


@pytest.mark.parametrize(
    "event",
    [
        WentOn(), CheckEnded("ok"), FixEnded("done"), Retested("fixed"), Chosen("maybe"), WentBack(),
        InputGiven("server", "a.example"), InputGiven("what", "x"),
    ],
)  # fmt: skip
def test_an_event_that_nothing_waits_for_is_refused(playbook, event):
    with pytest.raises(NotNow):
        tell(playbook, start(playbook, {}), event)


def test_nothing_happens_after_the_end_but_going_back(playbook):
    state = walk(playbook, start(playbook, SERVER), Chosen("ok"))
    with pytest.raises(NotNow):
        tell(playbook, state, WentOn())
    assert tell(playbook, state, WentBack()).step == "seen"


def test_the_stage_is_counted(playbook):
    assert stage(playbook, "seen") == (1, 2, "What you see")
    assert stage(playbook, "dates") == (2, 2, "Look at it")
    assert stage(playbook, "story") is None


def test_a_state_is_saved_and_resumed(playbook):
    state = walk(playbook, to_works(playbook), Chosen("other"), WentBack())
    kept = decode(State, json.loads(json.dumps(encode(state))))
    assert resume(playbook, kept) == state


def test_a_state_of_another_playbook_is_refused(playbook):
    state = start(playbook, SERVER)
    with pytest.raises(NotThisPlaybook, match="no step gone"):
        resume(playbook, State("gone", {}))
    with pytest.raises(NotThisPlaybook, match="no input colour"):
        resume(playbook, State(state.step, {"colour": "red"}))
    with pytest.raises(NotThisPlaybook):
        resume(playbook, State(state.step, {"server": "--"}))
    with pytest.raises(NotThisPlaybook, match="colour"):
        start(playbook, {"colour": "red"})
