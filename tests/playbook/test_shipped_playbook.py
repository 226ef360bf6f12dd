"""The shipped playbook, and the engine with a playbook that nobody has seen before."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tlswizard.content.library import PLAYBOOK, Content
from tlswizard.playbook.engine import (
    CheckEnded,
    Chosen,
    Ended,
    FixEnded,
    InputGiven,
    Retested,
    State,
    WantAnswer,
    WantCheck,
    WantFix,
    WantGoOn,
    WantInput,
    WantRetest,
    WentOn,
    passes_by_itself,
    start,
    tell,
    want,
)
from tlswizard.playbook.format import WITHIN, Check, Finish, Playbook, Step
from tlswizard.playbook.plays import played
from tlswizard.playbook.texts import blocks, input_values
from tlswizard.wizard.shelf import playbook

ROOT = Path(__file__).parents[2]
FILE = ROOT / "playbooks" / "remote-certificate-invalid.playbook.yaml"
PLAYS = 800


CONTENT = Content.shipped()


@pytest.fixture(scope="session")
def shipped() -> Playbook:
    """As it runs, with the steps of the playbooks that it uses."""
    return playbook(CONTENT, FILE.name.removesuffix(PLAYBOOK))


@pytest.fixture(scope="session")
def own(shipped: Playbook) -> dict[str, Step]:
    """The steps of its own file."""
    return {name: step for name, step in shipped.steps.items() if WITHIN not in name}


def test_every_branch_of_a_found_problem_is_seen_again_at_the_end(shipped, own):
    """No check after the handshake ends the session: it goes on until everything is looked at again."""
    for step in own.values():
        if isinstance(step, Check) and step.check not in ("net.reach", "tls.handshake"):
            ends = [to for to in step.next.values() if isinstance(shipped.steps[to], Finish)]
            assert ends == [], step.name


OUTCOMES: dict[str, str] = {"trust.compare": "root-user-only", "cert.names": "name-mismatch"}


def shortest(playbook: Playbook, inputs: dict[str, str]) -> tuple[State, list[str]]:
    """Enter on every page, with the two faults of the well-known story; and the pages that were seen."""
    state, pages = start(playbook, inputs), []
    for _ in range(60):
        wanted = want(playbook, state)
        match wanted:
            case Ended():
                return state, pages
            case WantInput(name=name):
                raise AssertionError(f"{name} was given already")
            case WantAnswer(step=step):
                event: Any = Chosen(wanted.offered or next(iter(step.choices)))
            case WantCheck(step=step):
                event = CheckEnded(OUTCOMES.get(step.check, "ok"))
            case WantFix(step=step):
                event = FixEnded("done", {"server": "full.example"} if step.fix == "use-listed-name" else {})
            case WantRetest():
                event = Retested("fixed")
            case WantGoOn():
                event = WentOn()
        silent = isinstance(wanted, WantCheck) and passes_by_itself(wanted.step, event.outcome)
        pages += [] if silent else [state.step]
        state = tell(playbook, state, event)
    raise AssertionError("no end")


KNOWN = {"server": "https://short", "program": "dotnet-service", "on-this-computer": "yes"}


def test_two_faults_are_put_right_in_eight_pages(shipped):
    state, pages = shortest(shipped, KNOWN)
    ended = shipped.steps[state.step]
    assert isinstance(ended, Finish)
    assert ended.result == "solved"
    assert len(pages) == 8
    assert state.inputs["server"] == "full.example"


def test_with_nothing_known_each_input_is_asked_once(shipped):
    state, asked = start(shipped, {}), []
    values = {**KNOWN, "on-this-computer": "yes"}
    while not isinstance(wanted := want(shipped, state), Ended):
        if isinstance(wanted, WantInput):
            asked.append(wanted.name)
            state = tell(shipped, state, InputGiven(wanted.name, values[wanted.name]))
        elif isinstance(wanted, WantCheck):
            state = tell(shipped, state, CheckEnded("ok"))
        elif isinstance(wanted, WantRetest):
            state = tell(shipped, state, Retested("nothing-wrong"))
        else:
            assert isinstance(wanted, WantAnswer)
            state = tell(shipped, state, Chosen(next(iter(wanted.step.choices))))
    assert asked == ["server", "program", "on-this-computer"]


def test_on_another_computer_its_trust_is_not_looked_at(shipped):
    state = start(shipped, {**KNOWN, "on-this-computer": "no"})
    while not isinstance(wanted := want(shipped, state), WantGoOn):
        here = wanted.parameters.get("on-this-computer") if isinstance(wanted, WantCheck) else None
        event = CheckEnded("does-not-apply" if here == "no" else "ok")
        state = tell(shipped, state, Chosen("not-sure") if isinstance(wanted, WantAnswer) else event)
    assert blocks(wanted.step.text, input_values(shipped, state.inputs))
    after = want(shipped, tell(shipped, state, WentOn()))
    assert isinstance(after, WantCheck)
    assert after.step.check == "cert.dates"


def redirected(step: dict[str, Any], old: str, new: str) -> None:
    """Whatever in this step led to `old` leads to `new`."""
    routes = step["next"] if isinstance(step.get("next"), dict) else {}
    for outcome, to in routes.items():
        routes[outcome] = new if to == old else to


def changed_copy() -> bytes:
    """The shipped file with two steps swapped, an answer renamed and a question added."""
    tree = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    steps = tree["steps"]
    for name in ("names", "use-name", "new-names"):
        redirected(steps[name], "usage", "strength")
    for name in ("strength", "stronger"):
        redirected(steps[name], "everything-else", "usage")
    for name in ("usage", "other-certificate"):
        redirected(steps[name], "strength", "everything-else")
    choices = steps["seen"]["choices"]
    choices["nothing-but-invalid"] = {**choices.pop("only-invalid"), "next": "vpn"}
    steps["vpn"] = {
        "stage": "symptom",
        "ask": "Is the VPN to {server.host} connected?",
        "choices": {"yes": "reach", "now": {"label": "It is now", "next": "reach"}, "not-sure": "reach"},
    }
    return yaml.dump(tree, allow_unicode=True, sort_keys=False).encode()


def test_a_changed_copy_runs_without_a_change_of_code(shipped, tmp_path):
    file = tmp_path / FILE.name
    file.write_bytes(changed_copy())
    copy = playbook(CONTENT, str(file))
    assert copy.sha256 != shipped.sha256
    walked = played(copy, PLAYS, 3)
    assert (walked.unseen, walked.without_end) == ((), 0)
    assert [s for s in play_in_order(shipped) if s in ("reach", "strength", "usage")] == [
        "reach",
        "usage",
        "strength",
    ]
    assert [s for s in play_in_order(copy) if s in ("vpn", "reach", "strength", "usage")] == [
        "vpn", "reach", "strength", "usage",
    ]  # fmt: skip


def play_in_order(playbook: Playbook) -> list[str]:
    """The steps of a play in which everything is fine."""
    state, seen = start(playbook, KNOWN), []
    while not isinstance(wanted := want(playbook, state), Ended):
        seen.append(state.step)
        if isinstance(wanted, WantAnswer):
            choices = list(wanted.step.choices)
            state = tell(playbook, state, Chosen("yes" if "yes" in choices else choices[-1]))
        elif isinstance(wanted, WantRetest):
            state = tell(playbook, state, Retested("nothing-wrong"))
        else:
            state = tell(playbook, state, CheckEnded("ok"))
    return seen


def test_no_module_knows_a_step_of_the_playbook(own):
    """Names that are plain words (`time`, `chain`) mean other things, too; the others must not occur."""
    names = [name for name in own if "-" in name]
    fixes_and_causes = {"set-clock", "nothing-wrong"}
    for file in (ROOT / "tlswizard").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for name in set(names) - fixes_and_causes:
            assert f'"{name}"' not in text, f"{file} names the step {name}"
