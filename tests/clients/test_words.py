"""What a program prints: which of several faults, and in which words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from clients_making import AT, ISSUING, LEAF, OTHER, ROOT, case, store

from tlswizard.clients.verdicts import verdicts
from tlswizard.clients.words import first_met, spoken
from tlswizard.content.library import Content
from tlswizard.content.triples import triple
from tlswizard.core.case import Case, Handshake
from tlswizard.core.finding import ClientVerdict
from tlswizard.core.verdict import Fault

CONTENT = Content.shipped()
TRUSTED = store("file:roots.pem", ROOT)
LATE = ISSUING.leaf(["a.example"], not_before=AT - timedelta(days=90), not_after=AT - timedelta(days=3))


def said(client: str, facts: Case) -> ClientVerdict:
    (verdict,) = spoken(verdicts(facts, CONTENT, (client,), others=False), facts, CONTENT)
    return verdict


def words(client: str, facts: Case) -> str | None:
    return said(client, facts).verdict.message


def fault(cause: str, kind: str | None = None, role: str = "leaf") -> Fault:
    return Fault(cause, kind, role, None, "", "")  # type: ignore[arg-type]


ORDER = tuple(triple(t) for t in ("expired * leaf", "…", "name-mismatch"))


def test_the_fault_that_comes_first_in_the_order_is_named():
    name, root, old = fault("name-mismatch"), fault("untrusted-root", role="ca"), fault("expired")
    assert first_met((name, root, old), ORDER) == old
    assert first_met((name, root), ORDER) == root
    assert first_met((name, replace(old, role="ca")), ORDER) == replace(old, role="ca")
    assert first_met((name,), ORDER) == name
    assert first_met((name, root), ()) == name, "without an order, that of the causes"


def test_what_the_handshake_shows_comes_before_any_fault_of_a_certificate():
    alert = fault("handshake-alert", "handshake", "path")
    assert first_met((fault("expired"), alert), ORDER) == alert


def test_who_accepts_says_nothing():
    verdict = said("openssl", case(TRUSTED, name="a.example"))
    assert (verdict.verdict.result, verdict.verdict.message, verdict.names) == ("accept", None, None)


@pytest.mark.parametrize(
    ("client", "says"),
    [
        ("openssl", "certificate has expired"),
        ("curl", "curl: (60) SSL certificate problem: certificate has expired"),
        ("python", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired"),
        ("gnutls", "The certificate chain uses expired certificate."),
        ("go", "current time 2031-05-06T07:08:09Z is after 2031-05-03T07:08:09Z"),
        ("chromium", "ERR_CERT_DATE_INVALID"),
        ("firefox", "SEC_ERROR_EXPIRED_CERTIFICATE"),
        ("node-20", "CERT_HAS_EXPIRED"),
        ("java-17", "validity check failed"),
        ("dotnet", "NotTimeValid"),
        ("rustls", "certificate expired"),
        ("git", "server certificate verification failed"),
    ],
)
def test_each_program_says_it_in_its_own_words(client: str, says: str):
    message = words(client, case(TRUSTED, chain=LATE.chain))
    assert message is not None
    assert says in message


def test_the_same_two_faults_are_named_differently():
    # measured (reference/clients.md, 16): Python says the name, curl and Node the date
    facts = case(TRUSTED, chain=LATE.chain, name="b.example")
    assert {f.cause for f in said("python", facts).verdict.faults} == {"expired", "name-mismatch"}
    named = {client: said(client, facts).names for client in ("python", "curl", "node-20", "chromium", "go")}
    assert {client: found.cause for client, found in named.items() if found} == {
        "python": "name-mismatch", "curl": "expired", "node-20": "expired", "chromium": "name-mismatch",
        "go": "expired",
    }  # fmt: skip


def test_openssl_itself_says_which_of_its_sentences_it_is():
    alone = case(TRUSTED, chain=LEAF.chain[:1])
    unsent = case(store("file:roots.pem", OTHER), chain=LEAF.chain)
    assert words("openssl", alone) == "unable to get local issuer certificate"
    assert words("openssl", unsent) == "unable to get local issuer certificate"
    assert "UNABLE_TO_VERIFY_LEAF_SIGNATURE" in str(words("node-20", alone)), (
        "Node goes on, and tells the last"
    )


def test_a_name_is_filled_in_and_what_is_not_known_is_left_open():
    message = words("curl", case(TRUSTED, name="b.example"))
    assert message is not None
    assert "b.example" in message
    git = words("git", case(TRUSTED, chain=LATE.chain))
    assert git is not None
    assert "…" in git


def test_a_chain_in_the_wrong_order_is_told_as_the_program_meets_it():
    turned = (LEAF.chain[1], LEAF.chain[0])
    verdict = said("openssl", case(TRUSTED, chain=turned))
    assert verdict.verdict.faults[0].cause == "leaf-not-first"
    assert verdict.names is not None
    assert verdict.names.cause != "leaf-not-first", "no program says that"
    assert verdict.verdict.message


def test_nothing_is_foretold_where_more_may_be_wrong_than_is_known():
    verdict = said("java-17", case(store("linux-system", ROOT), name="b.example"))
    assert [f.cause for f in verdict.verdict.faults] == ["name-mismatch"]
    assert (verdict.verdict.message, verdict.names) == (None, None), "it may not trust the root, and say that"


def test_a_handshake_that_fails_is_told_in_its_words():
    shake = Handshake("a.example", "client-certificate-required", "it wants a certificate", spoke_tls=True)
    verdict = said("openssl", case(TRUSTED, shake=shake))
    assert verdict.names is None or verdict.names.cause == "client-certificate-required"
