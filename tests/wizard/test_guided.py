"""The walk: every exercise by Enter alone, Back, look again, stop, and what goes wrong on the way."""

import asyncio
import random
from dataclasses import replace

import pytest
from diagnosis_cases import AT, CONTENT, every_exercise, the
from wizard_driver import (
    BOOK,
    VOUCHING,
    answers,
    conclusion_of,
    enter,
    enter_through,
    guided,
    story,
    strings,
    walking,
)

from tlswizard.checks import cert_dates
from tlswizard.checks.siblings import all_checks
from tlswizard.core.blocks import Conclusion, Mark
from tlswizard.core.finding import Diagnosis
from tlswizard.lab.exercise import Exercise
from tlswizard.machine.door import Refused
from tlswizard.machine.this import ThisMachine
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.page import Page
from tlswizard.wizard.walk import Action, Back, Chose, GoOn, LookAgain, StopHere, Typed


def text_of(page: Page) -> str:
    return " ".join(strings(page.blocks))


# ── through by Enter ──


@every_exercise
def test_enter_alone_leads_to_solved(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, world):
            pages: list[Page] = []
            last = await enter_through(walk, pages.append)
            assert conclusion_of(last) == "It works."
            assert (last.kind, last.over, walk.exit_code()) == ("finish", True, 0)
            assert {p.observed for p in pages} == {str(world.machine.observed)}
            for look in (walk.findings(), walk.programs(), walk.chain()):
                assert look.observed == str(world.machine.observed)
                assert look.blocks
            assert all(p.title.startswith(BOOK.title) for p in pages)
            assert "fix" in {p.kind for p in pages}
            assert "retest" in {p.kind for p in pages}
            assert not [p.error for p in pages if p.error]
            assert last.copy == walk.note()

    story(run)


@every_exercise
def test_what_was_wrong_is_shown_on_a_page_of_its_own_before_it_is_put_right(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, _):
            shown: list[str] = []

            def seen(page: Page) -> None:
                if page.kind == "check":
                    shown.extend(b.text for b in page.blocks if isinstance(b, Conclusion))

            await enter_through(walk, seen)
            for cause in exercise.expects[:1]:
                assert CONTENT.causes[cause].title in shown

    story(run)


def test_two_stores_takes_no_more_than_ten_key_presses():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            pages: list[Page] = []
            await enter_through(walk, pages.append)
            assert len(pages) - 1 <= 10

    story(run)


def test_the_failing_program_is_preselected_comes_first_and_turns():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            asked: list[Page] = []
            await enter_through(walk, asked.append, until="Two lists of trust")
            (program,) = [p for p in asked if p.kind == "input" and len(p.choices) > 2]
            assert program.choices[program.selected].id == "dotnet-framework-service"
            assert "not-sure" in [c.id for c in program.choices]
            assert walk.page.blocks[3].rows[0][0].text == ".NET Framework, as a service"
            await enter_through(walk)
            assert walk.programs().blocks[0].rows[0][0].text == ".NET Framework, as a service"
            assert walk.programs().blocks[0].rows[0][-1].text == "accepts"

    story(run)


def test_not_sure_which_program_counts_all_that_were_found():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            while not (walk.page.kind == "input" and len(walk.page.choices) > 2):
                await walk.take(enter(walk.page))
            await walk.take(Chose("not-sure"))
            last = await enter_through(walk)
            assert conclusion_of(last) == "It works."
            assert "program = not sure" in " ".join(walk.note().split())

    story(run)


def test_another_computer_leaves_trust_and_clock_alone():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            while [c.id for c in walk.page.choices] != ["yes", "no"]:
                await walk.take(enter(walk.page))
            await walk.take(Chose("no"))
            headings: list[str] = []
            await enter_through(walk, lambda p: headings.append(p.heading), until="Everything else")
            assert "Another computer" in headings
            assert "The clock" not in headings
            assert "Two lists of trust" not in headings
            assert "trust.compare does-not-apply" in " ".join(walk.note().split())
            assert "compare" not in " ".join(strings(walk.page.done))  # looked at under another name

    story(run)


@pytest.mark.parametrize("id_", ["untrusted-root", "smtp-starttls", "two-faults-at-once"])
def test_enter_alone_never_says_that_an_issuer_is_known(id_: str):
    async def run() -> None:
        async with walking(id_) as (walk, _):
            while walk.page.heading not in VOUCHING:
                await walk.take(enter(walk.page))
            asked = walk.page
            assert asked.choices[asked.selected].id == "not-sure"
            await walk.take(Chose(asked.choices[asked.selected].id))
            assert walk.page.heading.startswith("Do not trust it")
            assert not walk.session.changed

    story(run)


def test_what_was_answered_on_purpose_is_offered_again():
    async def run() -> None:
        async with walking("untrusted-root") as (walk, _):
            while walk.page.heading not in VOUCHING:
                await walk.take(enter(walk.page))
            await walk.take(Chose("yes"))
            await walk.take(Back())
            assert walk.page.choices[walk.page.selected].id == "yes"

    story(run)


def test_a_question_that_trusts_nobody_offers_its_first_answer():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            page = await enter_through(walk, until="Another name for the same server")
            assert page.choices[page.selected].id == "yes"

    story(run)


@pytest.mark.parametrize("way", ["do-it-here", "done"])
def test_done_and_do_it_here_both_make_the_change_in_the_pretend_world(way: str):
    async def run() -> None:
        async with walking("untrusted-root") as (walk, world):
            while walk.page.kind != "fix":
                await walk.take(enter(walk.page))
            before = world.machine.read("/etc/ssl/certs/ca-certificates.crt", 10**6)
            assert way in [c.id for c in walk.page.choices]
            await walk.take(Chose(way))
            assert len(world.machine.read("/etc/ssl/certs/ca-certificates.crt", 10**6)) > len(before)
            assert conclusion_of(await enter_through(walk)) == "It works."

    story(run)


def test_what_one_cannot_do_is_not_done():
    async def run() -> None:
        async with walking("untrusted-root") as (walk, world):
            while walk.page.kind != "fix":
                await walk.take(enter(walk.page))
            before = world.machine.read("/etc/ssl/certs/ca-certificates.crt", 10**6)
            await walk.take(Chose("cannot"))
            assert world.machine.read("/etc/ssl/certs/ca-certificates.crt", 10**6) == before
            assert walk.session.changed == ()
            assert walk.exit_code() == 2
            assert walk.page.heading == "Everything else" or walk.page.kind in ("check", "question")

    story(run)


# ── back ──


@every_exercise
def test_back_returns_from_every_page_to_the_one_before_and_keeps_the_answers(exercise: Exercise):
    async def run() -> None:
        async with walking(exercise.id) as (walk, _):
            way: list[Page] = []
            for _ in range(40):
                way.append(walk.page)
                if walk.page.over:
                    break
                await walk.take(enter(walk.page))
            before = answers(walk)
            for page in reversed(way[:-1]):
                assert walk.page.can_go_back
                await walk.take(Back())
                assert (walk.page.kind, walk.page.heading) == (page.kind, page.heading)
            assert not walk.page.can_go_back
            kept = dict(walk.session.state.inputs) | dict(walk.session.state.offered)
            assert {k: v for k, v in before.items() if k in BOOK.inputs}.keys() <= kept.keys()
            assert walk.session.state.answers == {k: v for k, v in before.items() if k not in BOOK.inputs}

    story(run)


def test_back_from_the_first_page_stays_there():
    async def run() -> None:
        async with walking("expired") as (walk, _):
            first = walk.page
            assert not first.can_go_back
            assert (await walk.take(Back())) == first

    story(run)


def test_an_answer_that_was_taken_back_is_offered_again():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await walk.take(Chose("wrong-name"))
            assert walk.page.kind == "input"
            await walk.take(Chose("dotnet-framework"))
            await walk.take(Back())
            assert walk.page.choices[walk.page.selected].id == "dotnet-framework"
            await walk.take(Back())
            assert walk.page.choices[walk.page.selected].id == "wrong-name"

    story(run)


def test_a_changed_program_changes_who_counts():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await enter_through(walk, until="Two lists of trust")
            assert walk.exit_code() == 2
            await walk.take(Back())
            await walk.take(Back())
            await walk.take(Chose("dotnet-framework"))
            await walk.take(enter(walk.page))
            assert walk.page.heading == "The name"

    story(run)


# ── look again, stop ──


def test_looking_again_sees_what_was_changed_in_the_meantime():
    async def run() -> None:
        async with walking("untrusted-root") as (walk, world):
            await enter_through(walk, until="Two lists of trust")
            assert conclusion_of(walk.page) == "The issuer is not trusted here"
            (fix,) = [p.fix for p in walk._certain().fixes]
            for edit in fix.edits:
                await world.apply(edit)
            await walk.take(LookAgain())
            assert "is not trusted" not in text_of(walk.page)
            assert walk.page.heading != "Two lists of trust"

    story(run)


def test_looking_again_with_nothing_changed_shows_the_same():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await enter_through(walk, until="Two lists of trust")
            first = walk.page
            words: list[str] = []
            walk.progress = words.append
            assert (await walk.take(LookAgain())).blocks == first.blocks
            assert "reading the trust stores" in words

    story(run)


def test_stop_here_gives_a_note_and_back_goes_on():
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            await enter_through(walk, until="Two lists of trust")
            page = walk.page
            stopped = await walk.take(StopHere())
            assert stopped.over
            assert conclusion_of(stopped).startswith("Stopped here.")
            assert walk.file.exists()
            assert "stopped at “Two lists of trust”" in " ".join(walk.note().split())
            assert walk.exit_code() == 2
            assert (await walk.take(Back())).heading == page.heading

    story(run)


# ── what goes wrong ──


def test_a_name_that_is_not_known_leads_to_a_question_and_can_be_corrected():
    async def run() -> None:
        async with walking("short-name", inputs={"server": "https://wikki"}) as (walk, _):
            await enter_through(walk, until="Is the server there?")
            assert (walk.page.kind, walk.exit_code()) == ("check", 3)
            await walk.take(GoOn())
            assert walk.page.kind == "question"
            assert "wikki" in text_of(walk.page)
            await walk.take(Chose("no"))
            assert walk.page.kind == "input"
            assert walk.page.field.value == "https://wikki"
            await walk.take(Typed("https://wiki"))
            last = await enter_through(walk)
            assert conclusion_of(last) == "It works."
            assert "wikki" not in last.title

    story(run)


@pytest.mark.parametrize("text", ["", "   ", "https://", "host:99999", "a b c d", "[::1", "\x1b[31m"])
def test_text_that_is_no_server_is_told_on_the_page(text: str):
    async def run() -> None:
        async with walking("short-name", inputs={}) as (walk, _):
            while walk.page.field is None or walk.page.choices:
                await walk.take(enter(walk.page))
            page = await walk.take(Typed(text))
            assert page.error
            assert "\x1b" not in page.error
            assert (page.kind, "server" in walk.session.state.inputs) == ("input", False)
            page = await walk.take(Typed("https://wiki"))
            assert page.error == ""

    story(run)


def test_an_edit_that_is_refused_is_told_calmly_and_nothing_is_said_to_be_done():
    async def refused(edit: object) -> None:
        raise Refused("This machine is not to be changed.")

    async def run() -> None:
        async with walking("untrusted-root") as (walk, world):
            while walk.page.kind != "fix":
                await walk.take(enter(walk.page))
            heading = walk.page.heading
            world.machine.apply = refused  # type: ignore[method-assign]
            page = await walk.take(Chose("do-it-here"))
            assert (page.heading, page.error) == (heading, "This machine is not to be changed.")
            assert walk.session.changed == ()
            page = await walk.take(Chose("cannot"))
            assert page.error == ""

    story(run)


def test_on_a_real_machine_nothing_is_applied_and_nothing_offers_to():
    async def never(edit: object) -> None:
        raise AssertionError("applied")

    async def run() -> None:
        async with walking("untrusted-root", pretend=False) as (walk, world):
            world.machine.apply = never  # type: ignore[method-assign]
            while walk.page.kind != "fix":
                await walk.take(enter(walk.page))
            assert [c.id for c in walk.page.choices] == ["done", "cannot"]
            await walk.take(Chose("done"))
            assert walk.page.kind != "fix"
            assert walk.session.changed
            await enter_through(walk, until="What is left")
            assert walk.exit_code() == 2

    story(run)


def test_this_machine_refuses_every_edit():
    with pytest.raises(Refused):
        asyncio.run(ThisMachine().apply(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["addresses", "connect"])
def test_a_cancelled_look_leaves_everything_as_it_was(part: str):
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    async def run() -> None:
        async with walking("two-stores") as (walk, world):
            while [c.id for c in walk.page.choices] != ["yes", "no"]:
                await walk.take(enter(walk.page))
            kept, page, file = walk.session, walk.page, walk.file.read_bytes()
            real = getattr(world.machine, part)
            setattr(world.machine, part, never)
            work = asyncio.create_task(walk.take(enter(page)))
            await asyncio.sleep(0.05)
            assert not work.done()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            assert (walk.session, walk.page, walk.file.read_bytes()) == (kept, page, file)
            setattr(world.machine, part, real)
            assert conclusion_of(await enter_through(walk)) == "It works."

    story(run)


def test_a_check_that_breaks_never_breaks_the_walk(monkeypatch):
    def broken(_: Diagnosis) -> None:
        raise ZeroDivisionError("a bug of ours")

    checks = all_checks()
    broken_one = replace(cert_dates.CHECK, evidence=broken)
    monkeypatch.setattr("tlswizard.wizard.guided.all_checks", lambda: {**checks, "cert.dates": broken_one})

    async def run() -> None:
        async with walking("short-name") as (walk, _):
            pages: list[Page] = []
            await enter_through(walk, pages.append, until="That could not be looked at")
            told = next(p for p in pages if p.heading == "The dates")
            assert "ZeroDivisionError" in text_of(told)
            assert Mark.FINE not in [b.mark for b in told.blocks if isinstance(b, Conclusion)]
            await walk.take(Chose("go-on"))
            assert walk.page.kind == "check"
            assert "dates ?" in " ".join(walk.page.done)

    story(run)


def test_it_never_raises_whatever_is_done():
    """Actions at random, fitting or not, with a fixed seed: each answers with a page of this machine."""
    every: list[Action] = [
        GoOn(), Back(), LookAgain(), StopHere(), Typed("https://wiki"), Typed(""), Typed("verify failed"),
    ]  # fmt: skip

    async def one(seed: int, id_: str) -> None:
        dice = random.Random(seed)
        async with walking(id_) as (walk, world):
            for _ in range(60):
                page = walk.page
                fitting = [Chose(c.id) for c in page.choices] or [enter(page)]
                await walk.take(dice.choice([*fitting * 4, *every]))
                assert walk.page.observed == str(world.machine.observed)
                assert 0 <= walk.page.selected < max(len(walk.page.choices), 1)
                assert walk.exit_code() in (0, 1, 2, 3)
                assert walk.note().startswith("tlswizard ")
                walk.findings(), walk.programs(), walk.chain()

    async def run() -> None:
        for seed in range(3):
            for id_ in ("short-name", "missing-intermediate", "clock-wrong", "self-signed"):
                await one(seed, id_)

    story(run)


def test_before_anything_was_looked_at_nothing_is_claimed():
    async def run() -> None:
        async with the("expired").open(lambda: AT) as world:
            walk: Guided = guided(world, the("expired"))
            assert not walk.page.can_go_back
            assert walk.exit_code() == 3
            assert "Not looked at yet" in text_of(
                Page(**{**fields_of(walk.page), "blocks": walk.findings().blocks})
            )
            assert "nothing yet" in walk.note()

    story(run)


def fields_of(page: Page) -> dict:
    return {name: getattr(page, name) for name in page.__slots__}


def test_a_look_that_breaks_leaves_page_and_session_as_they_were(monkeypatch):
    async def run() -> None:
        async with walking("two-stores") as (walk, _):
            page, session = walk.page, walk.session

            async def breaks(*args: object) -> None:
                raise RuntimeError("a fault of ours")

            monkeypatch.setattr(Guided, "_looked", breaks)
            monkeypatch.setattr(Guided, "_input_page", breaks)
            with pytest.raises(RuntimeError, match="a fault of ours"):
                await walk.take(enter(page))
            assert walk.page is page
            assert walk.session is session

    story(run)
