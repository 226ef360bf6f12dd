"""The facts of an organisation: a later file before an earlier one, and each mistake at its place."""

import pytest

from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile
from tlswizard.content.site import read_site
from tlswizard.core.terms import WHO

PRINT = "9D7F9B30" * 8


def site(*texts: str):
    return read_site((f"{number}/site.yaml", text.encode()) for number, text in enumerate(texts))


def test_a_sites_file_replaces_what_it_names_and_keeps_the_rest():
    found = site(
        "facts: {service-desk: the service desk, wiki: the wiki}\nstart: [one, two]",
        "facts: {service-desk: 'IT, phone 4711'}\nstart: [two, own]",
    )
    assert found.facts == {"service-desk": "IT, phone 4711", "wiki": "the wiki"}
    assert found.start == ("two", "own", "one")


def test_a_fingerprint_is_read_with_colons_and_spaces():
    spelt = ":".join(PRINT[i : i + 2] for i in range(0, 64, 2)) + " "
    assert site(f"roots:\n  Contoso Root CA: '{spelt}'").roots == {PRINT.lower(): "Contoso Root CA"}


def test_a_team_is_named_for_the_word_that_playbooks_use():
    assert site("give-to: {server-owner: the queue SRV}").give_to == {"server-owner": "the queue SRV"}


@pytest.mark.parametrize(
    ("text", "at", "code"),
    [
        ("phone: 1", "1:1", "unknown-key"),
        ("facts: {Service Desk: x}", "1:9", "unknown-value"),
        ("facts: {desk: [a]}", "1:15", "wrong-type"),
        ("facts: no table", "1:8", "wrong-type"),
        ("give-to: {boss: me}", "1:11", "unknown-value"),
        ("roots: {Mine: 12 34}", "1:15", "wrong-type"),
        ("start: one", "1:8", "wrong-type"),
        ("start: [one, {a: b}]", "1:14", "wrong-type"),
        ("start: [one, [two]]", "1:14", "wrong-type"),
        ("start: [one, '']", "1:14", "wrong-type"),
        ("- a list", "1:1", "wrong-type"),
    ],
)
def test_each_mistake_is_named_at_its_place(text: str, at: str, code: str):
    with pytest.raises(BadFile) as bad:
        site(text)
    (problem,) = bad.value.problems
    assert f"{problem.place.line}:{problem.place.column}" == at
    assert problem.code == code
    assert problem.instead


def test_a_playbook_that_is_not_there_is_named_at_its_place_with_the_one_that_was_meant():
    file = ("site.yaml", b"start: [revocation, revocatoin, nothing-like-it]")
    with pytest.raises(BadFile) as bad:
        read_site([file], playbooks=("revocation", "first-tour"))
    said = [(p.place.column, p.code, p.instead) for p in bad.value.problems]
    assert said == [
        (21, "unknown-playbook", "did you mean “revocation”?"),
        (33, "unknown-playbook", "tlswizard playbooks list"),
    ]
    assert read_site([file]).start == ("revocation", "revocatoin", "nothing-like-it")


def test_any_id_can_stand_under_start_and_is_judged_where_the_playbooks_are_known():
    file = ("site.yaml", b"start: [Mail_Server, Two Three]")
    assert read_site([file]).start == ("Mail_Server", "Two Three")
    assert read_site([file], playbooks=("Mail_Server", "Two Three")).start == ("Mail_Server", "Two Three")
    with pytest.raises(BadFile) as bad:
        read_site([file], playbooks=("Mail_Server",))
    assert [(p.place.column, p.code) for p in bad.value.problems] == [(22, "unknown-playbook")]


def test_the_shipped_file_is_neutral_and_lists_every_playbook():
    content = Content.shipped()
    assert content.site.facts["service-desk"]
    assert content.site.roots == {}
    assert set(content.site.start) == set(content.playbook_ids)
    assert set(content.site.give_to) <= set(WHO)
