from datetime import UTC, datetime, timedelta

import pytest

from tlswizard.core.case import Case, Handshake, Observed, Part
from tlswizard.core.edit import AddToStore, AskForName, RemoveStore, SendChain, SetClock, edited
from tlswizard.core.store import Store
from tlswizard.core.target import BadTarget, parse_target
from tlswizard.lab.authority import root

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
ROOT = root("Root", at=AT)
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf(["a.example"])
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

CASE = Case(
    target=parse_target("a.example"),
    observed=Observed("build-07", "dana", "linux"),
    at=AT,
    name="a.example",
    handshakes=Part(
        AT,
        (
            Handshake("a.example", "ok", "", chain=(LEAF.certificate,)),
            Handshake(None, "ok", "", chain=(LEAF.certificate,)),
        ),
    ),
    stores=Part(
        AT,
        (
            Store("linux-system", "the bundle", "machine", BUNDLE),
            Store("env:SSL_CERT_FILE", "the file", "process", BUNDLE),
            Store("dotnet-user-ca", ".NET", "user", "/home/dana/ca"),
        ),
    ),
)


def _anchors(case: Case) -> dict[str, tuple[object, ...]]:
    return {store.id: store.anchors for store in case.all_stores}


def test_an_anchor_is_put_into_the_store():
    case = edited(CASE, AddToStore("dotnet-user-ca", ISSUING.certificate, anchor=False))
    assert case.store("dotnet-user-ca").intermediates == (ISSUING.certificate,)
    assert set(_anchors(case).values()) == {()}
    assert case.chain == CASE.chain


def test_two_stores_that_are_one_file_change_together():
    case = edited(CASE, AddToStore("env:SSL_CERT_FILE", ROOT.certificate, anchor=True))
    assert _anchors(case) == {
        "linux-system": (ROOT.certificate,),
        "env:SSL_CERT_FILE": (ROOT.certificate,),
        "dotnet-user-ca": (),
    }


def test_the_chain_that_is_sent_changes_for_the_name_asked_for_alone():
    case = edited(CASE, SendChain(LEAF.chain))
    assert case.chain == LEAF.chain
    assert case.handshakes.result[1] == CASE.handshakes.result[1]


def test_another_name_is_asked_for_and_checked():
    case = edited(CASE, AskForName("Bücher.example"))
    assert case.name == case.target.servername == "xn--bcher-kva.example"
    assert case.target.host == "a.example"
    with pytest.raises(BadTarget):
        edited(CASE, AskForName("*.example"))


def test_what_stands_in_for_a_store_is_taken_back():
    case = edited(CASE, RemoveStore("env:SSL_CERT_FILE"))
    assert [store.id for store in case.all_stores] == ["linux-system", "dotnet-user-ca"]
    assert edited(CASE, RemoveStore("env:NO_SUCH")) == CASE


def test_the_clock_is_set():
    assert edited(CASE, SetClock(AT + timedelta(days=3))).at == AT + timedelta(days=3)


@pytest.mark.parametrize(
    "edit",
    [AddToStore("no-such-store", ROOT.certificate, anchor=True), SendChain((LEAF.certificate,))],
)
def test_a_change_of_what_is_not_there_changes_nothing(edit):
    assert edited(CASE, edit) == CASE
    bare = CASE.without(("stores", "handshakes"))
    assert edited(bare, edit) == bare


def test_the_case_itself_is_left_as_it_was():
    before = repr(CASE)
    for edit in (
        AddToStore("linux-system", ROOT.certificate, anchor=True),
        SendChain(LEAF.chain),
        SetClock(AT),
    ):
        edited(CASE, edit)
    assert repr(CASE) == before
