from dataclasses import replace

import pytest
from cryptography import x509
from judge_making import AT, DAY, authority, content, leaf, paths, root, situation, verdict_of

from tlswizard.core.verdict import Fault, Path, Policy
from tlswizard.judge import openssl
from tlswizard.judge.decide import judge

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)
GOOD = situation(LEAF, ISSUING, roots=[ROOT])
OPENSSL = Policy("openssl", "openssl", frozenset({"expired", "untrusted-root", "name-mismatch", "weak-key"}))
RULES = replace(OPENSSL, id="rules", engine="rules")


def _path(*faults: Fault) -> Path:
    return Path((LEAF.certificate, ISSUING.certificate, ROOT.certificate), "anchor", faults)


def _fault(cause: str, kind: str | None = None, role: str = "leaf") -> Fault:
    return Fault(cause, kind, role, LEAF.certificate, "", "")


# --- a filter and a choice ----------------------------------------------------------------------------


def test_a_path_without_faults_is_accepted():
    verdict = judge(GOOD, (_path(),), RULES, {})
    assert (verdict.client, verdict.result, verdict.judge) == ("rules", "accept", "rules")
    assert verdict.path == _path()


def test_what_the_policy_holds_for_fatal_refuses_and_the_rest_is_noted():
    verdict = judge(GOOD, (_path(_fault("expired"), _fault("expires-soon")),), RULES, {})
    assert verdict.result == "refuse"
    assert [f.cause for f in verdict.faults] == ["expired"]
    assert [f.cause for f in verdict.notes] == ["expires-soon"]


@pytest.mark.parametrize(
    ("triple", "fatal"),
    [
        (("weak-key", None, None), False),
        (("weak-key", "rsa-below-2048", None), False),
        (("weak-key", "rsa-below-2048", "leaf"), False),
        (("weak-key", None, "leaf"), False),
        (("weak-key", "rsa-below-1024", None), True),
        (("weak-key", "rsa-below-2048", "ca"), True),
        (("expired", None, None), True),
    ],
)
def test_a_client_tolerates_by_cause_kind_and_role(triple, fatal: bool):
    policy = replace(RULES, tolerates=frozenset({triple}))
    assert policy.is_fatal(_fault("weak-key", "rsa-below-2048")) == fatal


def test_a_client_refuses_what_others_let_pass():
    policy = replace(RULES, refuses=frozenset({("leaf-pinned", "issued", None)}))
    assert policy.is_fatal(_fault("leaf-pinned", "issued"))
    assert not policy.is_fatal(_fault("leaf-pinned", "ca-true"))


def test_the_fault_to_deal_with_first_comes_first():
    faults = (_fault("name-mismatch"), _fault("untrusted-root"), _fault("expired"))
    order = {"untrusted-root": 1, "expired": 2, "name-mismatch": 3}
    verdict = judge(GOOD, (_path(*faults),), RULES, order)
    assert [f.cause for f in verdict.faults] == ["untrusted-root", "expired", "name-mismatch"]


def test_a_reached_anchor_is_better_than_a_dead_end_with_fewer_faults():
    dead_end = Path((LEAF.certificate,), "stop", (_fault("untrusted-root"),))
    worn = _path(_fault("expired"), _fault("expired", role="ca"))
    assert judge(GOOD, (dead_end, worn), RULES, {}).path == worn


def test_nothing_seen_is_unknown_and_not_accepted():
    for client in ("openssl", "dotnet"):
        verdict = verdict_of(client, roots=[ROOT])
        assert (verdict.result, verdict.faults) == ("unknown", ())
        assert verdict.why_unknown


# --- OpenSSL speaks for its own clients ---------------------------------------------------------------


def test_the_label_says_who_spoke():
    verdict = judge(GOOD, paths(LEAF, ISSUING, roots=[ROOT]), OPENSSL, {})
    assert verdict.judge == f"{openssl.label()} + rules"
    assert openssl.label().startswith("OpenSSL ")


def test_where_openssl_accepts_what_our_rules_refuse_its_word_counts_and_the_difference_is_kept():
    verdict = judge(GOOD, (_path(_fault("expired")),), OPENSSL, {})
    assert verdict.result == "accept"
    assert verdict.disagreement == "OpenSSL accepts; rules: expired"


def test_what_openssl_cannot_be_asked_is_refused_by_our_rules_alone():
    for cause in ("name-mismatch", "weak-key"):
        verdict = judge(GOOD, (_path(_fault(cause)),), OPENSSL, {})
        assert ([f.cause for f in verdict.faults], verdict.disagreement) == ([cause], None)
    both = judge(GOOD, (_path(_fault("expired"), _fault("weak-key")),), OPENSSL, {})
    assert [f.cause for f in both.faults] == ["weak-key"]


def test_where_openssl_refuses_what_our_rules_accept_its_reason_becomes_a_named_fault():
    late = replace(GOOD, at=AT + 9999 * DAY)
    verdict = judge(late, (_path(),), OPENSSL, {})
    (fault,) = verdict.faults
    assert (verdict.result, fault.cause, fault.kind) == ("refuse", "expired", "by-openssl")
    assert fault.on in (LEAF.certificate, ISSUING.certificate, ROOT.certificate)
    assert verdict.message in fault.found
    assert "rules accept" in verdict.disagreement


def test_where_both_refuse_there_is_no_difference_and_all_our_faults_stay():
    server = leaf(ISSUING, not_after=AT - DAY, names=("b.example",))
    verdict = verdict_of("openssl", server, ISSUING, roots=[ROOT])
    assert [f.cause for f in verdict.faults] == ["expired", "name-mismatch"]
    assert verdict.disagreement is None
    assert verdict.message == "certificate has expired"


def _constrained(*chain_names: str):
    limits = x509.NameConstraints([x509.DNSName("inside.example")], None)
    issuing = authority("Constrained", ROOT, more=[(limits, True)])
    return leaf(issuing, names=chain_names), issuing


def test_a_fault_that_only_openssl_knows_is_named_and_pinned():
    server, issuing = _constrained("a.example")
    verdict = verdict_of("openssl", server, issuing, roots=[ROOT])
    (fault,) = verdict.faults
    assert (verdict.result, fault.cause, fault.on) == ("refuse", "name-constraint", server.certificate)
    assert fault.cause in content().causes


def test_names_inside_the_constraint_are_accepted():
    server, issuing = _constrained("inside.example")
    for client in ("openssl", "dotnet"):
        assert verdict_of(client, server, issuing, roots=[ROOT], name="inside.example").result == "accept"


def test_every_reason_of_openssl_has_a_cause_of_the_catalogue():
    assert set(openssl.CAUSES.values()) <= set(content().causes)
    assert set(content().causes) >= openssl.JUDGED


def test_an_unknown_reason_is_refused_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(openssl, "verify", lambda facts, flags: openssl.Answer(9999, 7, "some new reason"))
    verdict = judge(GOOD, (_path(),), OPENSSL, {})
    assert verdict.result == "refuse"
    assert "some new reason" in verdict.faults[0].found
