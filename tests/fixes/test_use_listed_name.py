"""Ask for a name that the certificate carries."""

import pytest
from diagnosis_cases import AT, CONTENT, diagnosed, house, made, store

from tlswizard.core.edit import AskForName
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.fixes.use_listed_name import DANGER
from tlswizard.lab import authority


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("short-name", "wiki.northwind.example"),
        ("two-stores", "jsanders4.northamerica.corp.example"),
        ("two-faults-at-once", "insights.fabrikam.example"),
    ],
)
def test_the_listed_name_is_asked_for(id_: str, name: str):
    proven = diagnosed(id_).fix("use-listed-name")
    assert proven is not None
    assert proven.fix.edits == (AskForName(name),)


def offered(names: list[str], asked: str):
    root = house()[0]
    leaf = root.leaf(names)
    return diagnose(made((leaf,), [store("linux-system", root)], name=asked), CONTENT, ("openssl",))


def test_the_nearest_of_several_names_is_asked_for_and_the_others_are_named():
    told = offered(["a.example", "b.example", "www.server.example"], "server.example")
    proven = told.fix("use-listed-name")
    assert proven is not None
    assert proven.fix.edits == (AskForName("www.server.example"),)
    assert "a.example and b.example" in proven.fix.text


@pytest.mark.parametrize("names", [["*.server.example"], ["192.0.2.7"]])
def test_a_name_that_nobody_can_ask_for_is_not_offered(names: list[str]):
    told = offered(names, "other.example")
    assert [f.id for f in told.urgent] == ["name-mismatch"]
    assert told.fix("use-listed-name") is None
    assert told.fix("reissue-with-names")


def test_a_self_signed_certificate_with_another_name_has_two_things_to_put_right():
    leaf = authority.self_signed(["device.corp.example"], at=AT)
    told = diagnose(made((leaf,), [store("linux-system")], name="wrong.corp.example"), CONTENT, ("openssl",))
    assert [f.id for f in told.urgent] == ["self-signed", "name-mismatch"]
    assert told.fix("use-listed-name")


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (["evil.example"], "bank.test"), (["evil.bank.example"], "www.bank.test"),
        (["bank.test.evil.example"], "bank.test"), (["evilbank.test"], "bank.test"),
    ],
)  # fmt: skip
def test_a_name_that_anybody_could_have_is_not_offered(names: list[str], asked: str):
    """Whoever intercepts the connection chooses it, and has a good certificate for it."""
    told = offered(names, asked)
    assert [f.id for f in told.urgent] == ["name-mismatch"]
    assert told.fix("use-listed-name") is None


@pytest.mark.parametrize(
    ("names", "asked", "name"),
    [
        (["evil.example", "WWW2.Bank.test"], "www.bank.test", "WWW2.Bank.test"),
        (["evil.example"], "bank", "evil.example"), (["evil.example"], "192.0.2.7", "evil.example"),
    ],
)  # fmt: skip
def test_a_name_that_has_little_to_do_with_the_asked_one_is_offered_with_a_warning(
    names: list[str], asked: str, name: str
):
    proven = offered(names, asked).fix("use-listed-name")
    assert proven is not None
    assert (proven.fix.edits, proven.fix.danger) == ((AskForName(name),), DANGER)
    assert "evil" in name or "evil" not in proven.fix.text


@pytest.mark.parametrize(
    ("names", "asked"), [(["wiki.corp.example"], "wiki"), (["www.a.example"], "a.example")]
)
def test_the_same_name_in_another_form_needs_no_warning(names: list[str], asked: str):
    proven = offered(names, asked).fix("use-listed-name")
    assert proven is not None
    assert not proven.fix.danger
