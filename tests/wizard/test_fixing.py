"""What a fix step offers, and what is different once it is done."""

import asyncio
from dataclasses import replace

import pytest
from diagnosis_cases import CONTENT, diagnosed
from wizard_driver import BOOK

from tlswizard.core.finding import ProvenFix
from tlswizard.core.target import parse_target
from tlswizard.machine.door import Refused
from tlswizard.playbook.format import Fix
from tlswizard.wizard.fixing import change, made, offers


def step(fix: str) -> Fix:
    return next(s for s in BOOK.steps.values() if isinstance(s, Fix) and s.fix == fix)


def offered(id_: str, fix: str) -> tuple[ProvenFix, ...]:
    return offers(diagnosed(id_), step(fix))


def test_a_step_offers_the_fixes_of_its_kind_alone():
    assert [o.fix.id for o in offered("missing-intermediate", "send-full-chain")] == ["send-full-chain"]
    assert offered("expired", "send-full-chain") == ()
    assert offers(None, step("send-full-chain")) == ()


def test_it_is_made_on_the_machine_edit_by_edit():
    class Machine:
        done: list[object] = []  # noqa: RUF012 - one machine, one test

        async def apply(self, edit: object) -> None:
            self.done.append(edit)

    given = offered("missing-intermediate", "send-full-chain")
    assert asyncio.run(made(Machine(), given)) == ""  # type: ignore[arg-type]
    assert Machine.done == [e for o in given for e in o.fix.edits]
    assert Machine.done


def test_a_machine_that_refuses_says_why():
    class Machine:
        async def apply(self, edit: object) -> None:
            raise Refused("not here")

    given = offered("missing-intermediate", "send-full-chain")
    assert asyncio.run(made(Machine(), given)) == "not here"  # type: ignore[arg-type]


def test_what_it_changes_must_be_looked_at_anew():
    given = offered("missing-intermediate", "send-full-chain")
    changed = change(step("send-full-chain"), given, CONTENT, parse_target("https://x.example"))
    assert changed.titles == tuple(o.fix.title for o in given)
    assert "handshakes" in changed.parts
    assert changed.server is None


def test_a_fix_that_nothing_was_found_for_has_the_title_of_its_step():
    changed = change(step("set-clock"), (), CONTENT, None)
    assert changed.titles == (step("set-clock").title,)
    assert changed.server is None


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("wiki", "wiki.northwind.example:443"), ("https://wiki:8443/x", "https://wiki.northwind.example:8443")],
)
def test_another_name_keeps_scheme_and_port(typed: str, asked: str):
    given = offered("short-name", "use-listed-name")
    fix = step("use-listed-name")
    assert change(fix, given, CONTENT, parse_target(typed)).server == asked
    assert change(fix, given, CONTENT, None).server is None
    without = tuple(replace(o, fix=replace(o.fix, edits=())) for o in given)
    assert change(fix, without, CONTENT, parse_target(typed)).server is None
