"""Every shipped playbook: proven without a warning, whole on each page, and with a place for every remedy."""

import pytest

from tlswizard.content.library import Content
from tlswizard.playbook.format import (
    NEED_GIVE_TO,
    NOT_SURE,
    WITHIN,
    Ask,
    Check,
    Finish,
    Fix,
    Playbook,
    Retest,
    Step,
    Use,
)  # fmt: skip
from tlswizard.wizard.shelf import Shelf

CONTENT = Content.shipped()
SHELF = Shelf(CONTENT)
IDS = CONTENT.playbook_ids
every = pytest.mark.parametrize("id_", IDS)

TITLE = 70


def book(id_: str) -> Playbook:
    found = SHELF.examined(id_).playbook
    assert found is not None, id_
    return found


def texts(playbook: Playbook) -> str:
    """All that a person can read in it."""
    return "\n".join(part for step in playbook.steps.values() for part in _texts(step))


def _texts(step: Step) -> list[str]:
    own = [step.title, step.why, step.say, step.details, step.learn]
    if isinstance(step, Ask):
        own += [step.question, *(choice.label for choice in step.choices.values())]
    return [*own, *(getattr(step, name, "") for name in ("text", "message"))]


@every
def test_it_is_proven_without_a_mistake_and_without_a_warning(id_: str):
    assert [str(problem) for problem in SHELF.examined(id_).problems] == []


@every
def test_it_says_what_it_is_for(id_: str):
    playbook = book(id_)
    assert playbook.id == id_
    assert playbook.title
    assert playbook.summary.endswith(".")
    assert playbook.stages


@every
def test_each_step_has_its_title_its_place_its_reason_and_words_to_say(id_: str):
    for step in book(id_).steps.values():
        assert step.title, step.name
        assert len(step.title) <= TITLE, step.name
        assert step.stage, step.name
        assert step.why or isinstance(step, Finish), step.name
        assert step.say, step.name
        if isinstance(step, Fix):
            assert step.who, step.name


@every
def test_who_does_not_know_can_say_so(id_: str):
    for step in book(id_).steps.values():
        if isinstance(step, Ask) and {"yes", "no"} <= step.choices.keys():
            assert NOT_SURE in step.choices, step.name


@every
def test_every_end_says_what_to_do(id_: str):
    ends = [step for step in book(id_).steps.values() if isinstance(step, Finish)]
    for step in ends:
        assert step.message, step.name
        assert step.give_to or step.result not in NEED_GIVE_TO, step.name
    assert {"solved", "nothing-wrong"} & {step.result for step in ends}


def test_a_cause_has_one_playbook():
    seen: dict[str, str] = {}
    for id_ in IDS:
        for cause in book(id_).causes:
            assert seen.setdefault(cause, id_) == id_, cause


@every
def test_what_looks_at_a_server_ends_with_a_look_at_everything(id_: str):
    """So that no second fault stays hidden behind the first; shared ones leave that to their users."""
    playbook = book(id_)
    checks = {step.check for step in playbook.steps.values() if isinstance(step, Check | Retest)}
    shared = {step.playbook for other in IDS for step in book(other).steps.values() if isinstance(step, Use)}
    if checks and (id_ not in shared or id_ == "traffic-inspected"):
        assert "everything" in checks


SHARED = {"check-the-clock", "may-i-click-past-it", "trust-a-root", "get-a-certificate", "write-a-trace"}


def test_shared_playbooks_are_used():
    used = {step.playbook for id_ in IDS for step in book(id_).steps.values() if isinstance(step, Use)}
    assert used >= SHARED


def test_the_steps_of_a_used_playbook_are_put_in():
    runs = SHELF.runnable("remote-certificate-invalid")
    assert any(WITHIN in name for name in runs.steps)
    assert runs.uses


REMEDIES = {
    "trust-a-root": (
        "certlm.msc", "certmgr.msc", "certutil -addstore", "certutil -user -addstore", "Import-Certificate",
        r"Cert:\LocalMachine", r"Cert:\CurrentUser", "Keychain Access", "security add-trusted-cert",
        "update-ca-certificates", "update-ca-trust", "keytool -importcert", "NODE_EXTRA_CA_CERTS",
    ),
    "write-a-trace": (
        "system.diagnostics", "icacls", "javax.net.debug", "curl", "dotnet-trace", "switch",
    ),
    "check-the-clock": ("w32tm", "timedatectl", "time zone"),
    "outdated-roots": ("update", "certutil", "ca-certificates", "java", "certifi"),
    "get-a-certificate": (
        "openssl req", "certreq", "keytool", "subjectAltName", "nginx", "Exchange", "renew", "remind", "ACME",
    ),
    "certificate-expired": ("expired", "renew"),
    "name-does-not-match": ("www", "short name", "wildcard", "address"),
    "self-signed-certificate": ("fingerprint",),
    "mail-server-refuses": (
        "Enable-ExchangeCertificate -Thumbprint", "-Services SMTP", "{mail", "STARTTLS", "postfix",
    ),
}  # fmt: skip
"""What the well-known articles advise has its place here."""


@pytest.mark.parametrize("id_", REMEDIES)
def test_every_remedy_has_its_place(id_: str):
    said = texts(book(id_)).casefold()
    assert [word for word in REMEDIES[id_] if word.casefold() not in said] == []
