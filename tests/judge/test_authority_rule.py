import pytest
from judge_making import SIGNS, authority, by_openssl, faults_of, leaf, paths, root, verdict_of

ROOT = root()


def _below(**wrong: object):
    issuing = authority("Issuing", ROOT, **wrong)
    return leaf(issuing), issuing


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"constraints": (False, None)}, "ca-false"),
        ({"constraints": None}, "by-key-usage"),
        ({"constraints": None, "usage": None}, "no-basic-constraints"),
    ],
)
def test_an_issuer_that_is_no_authority_is_told(wrong: dict[str, object], kind: str):
    chain = _below(**wrong)
    (fault,) = faults_of("not-a-ca", *chain, roots=[ROOT])
    assert (fault.kind, fault.role, fault.on) == (kind, "ca", chain[1].certificate)


def test_an_issuer_that_may_not_sign_certificates_is_told():
    chain = _below(usage=frozenset({"digital_signature", "crl_sign"}))
    (fault,) = faults_of("wrong-key-usage", *chain, roots=[ROOT])
    assert (fault.kind, fault.role, fault.on) == ("ca", "ca", chain[1].certificate)
    assert faults_of("not-a-ca", *chain, roots=[ROOT]) == ()


@pytest.mark.parametrize("usage", [None, SIGNS])
def test_an_authority_with_or_without_key_usage_may_issue(usage: frozenset[str] | None):
    chain = _below(usage=usage)
    assert faults_of("wrong-key-usage", *chain, roots=[ROOT]) == ()
    assert verdict_of("openssl", *chain, roots=[ROOT]).result == "accept"


def test_a_leaf_that_issues_is_first_of_all_no_authority():
    server = leaf(ROOT)
    below = leaf(server)
    verdict = verdict_of("openssl", below, server, roots=[ROOT])
    assert [f.cause for f in verdict.faults][:2] == ["not-a-ca", "wrong-key-usage"]


def test_a_root_of_version_1_is_taken_and_an_intermediate_is_not():
    old, pem_and_key = by_openssl("Old Root")
    issued, _ = by_openssl("a.example", extensions="subjectAltName=DNS:a.example\n", signer=pem_and_key)
    assert old.version == 1
    (fault,) = faults_of("not-a-ca", issued, roots=[old])
    assert (fault.kind, fault.role) == ("version-1", "anchor")
    assert all(f.cause != "not-a-ca" for f in verdict_of("openssl", issued, roots=[old]).faults)
    between, between_key = by_openssl("Old Intermediate", signer=pem_and_key)
    below, _ = by_openssl("a.example", extensions="subjectAltName=DNS:a.example\n", signer=between_key)
    verdict = verdict_of("openssl", below, between, roots=[old])
    (fault,) = (f for f in verdict.faults if f.cause == "not-a-ca")
    assert (fault.kind, fault.on) == ("version-1", between)


@pytest.mark.parametrize(
    ("usage", "told"), [(None, True), (frozenset({"digital_signature"}), True), (SIGNS, False)]
)
def test_a_root_without_constraints_is_taken_if_it_says_that_it_signs(
    usage: frozenset[str] | None, told: bool
):
    odd = root("Odd", constraints=None, usage=usage)
    server = leaf(odd)
    (fault,) = faults_of("not-a-ca", server, roots=[odd])
    assert fault.kind == ("no-basic-constraints" if told else "by-key-usage")
    assert verdict_of("openssl", server, roots=[odd]).result == ("refuse" if told else "accept")


def test_a_leaf_is_not_asked_for_authority():
    bare = leaf(ROOT, constraints=None, usage=None)
    (path,) = paths(bare, roots=[ROOT])
    assert path.faults == ()
