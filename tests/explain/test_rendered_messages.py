"""One table, two directions: what a row prints for a fault, `explain` takes back to that fault's cause."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tlswizard.clients.words import _filled
from tlswizard.content.clients import ClientRow
from tlswizard.content.library import Content
from tlswizard.content.messages import ANY, Message
from tlswizard.core.case import Case, Observed
from tlswizard.core.verdict import Fault
from tlswizard.explain.match import explain
from tlswizard.lab.authority import root

CONTENT = Content.shipped()
AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
LEAF = root("Root", at=AT).intermediate("Issuing").leaf(["a.example"])
CASE = Case(None, Observed("build-07", "dana", "linux"), AT, name="b.example")


def printing() -> Iterator[tuple[ClientRow, Message, Fault]]:
    for row in CONTENT.clients.values():
        for message in CONTENT.words(row.id):
            for triple in message.prints:
                cause, kind, role = triple
                if cause == ANY:  # the last of a program's rows: whatever it is, it is recognised
                    cause = message.causes[0] if message.causes else "expired"
                yield row, message, Fault(cause, kind, role or "leaf", LEAF.certificate, "", "")  # type: ignore[arg-type]


EVERY = tuple(printing())


def test_every_client_that_refuses_has_words():
    silent = {row.id for row in CONTENT.clients.values()} - {row.id for row, _, _ in EVERY}
    inherited = {id_ for id_ in silent if CONTENT.clients[id_].like}
    assert silent - inherited == {"strict"}


def test_a_row_prints_for_causes_of_the_catalogue():
    for row, message, fault in EVERY:
        assert fault.cause in CONTENT.causes, (row.id, message.pattern)


@pytest.mark.parametrize("client", sorted({row.id for row, _, _ in EVERY}))
def test_what_is_printed_is_explained_by_the_fault_it_was_printed_for(client: str):
    wrong = []
    for row, message, fault in EVERY:
        if row.id != client:
            continue
        text = _filled(message.pattern, fault, None, CASE, CONTENT)
        text = re.sub("…", "12", text)
        found = explain(text, CONTENT)
        causes = [cause for m in found for cause in m.causes]
        says_nothing = message.kind == "any-fault" and any(m.kind == "any-fault" for m in found)
        if fault.cause not in causes and not (says_nothing and not causes):
            wrong.append((fault.cause, fault.kind, text, causes))
    assert not wrong, "\n".join(map(str, wrong))
