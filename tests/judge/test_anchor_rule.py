import pytest
from judge_making import all_faults, authority, faults_of, leaf, root, verdict_of

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)


def test_a_path_to_a_root_that_is_trusted_has_no_fault():
    assert all_faults(LEAF, ISSUING, roots=[ROOT]) == []


@pytest.mark.parametrize("kind", ["sent", "found"])
def test_a_root_that_nobody_trusts_is_untrusted(kind: str):
    rest = {"intermediates": [ROOT]} if kind == "found" else {}
    chain = (LEAF, ISSUING) if kind == "found" else (LEAF, ISSUING, ROOT)
    (fault,) = faults_of("untrusted-root", *chain, roots=[root("Other")], **rest)
    assert (fault.kind, fault.role, fault.on) == (kind, "ca", ROOT.certificate)
    assert "Root" in fault.expected


def test_a_leaf_that_only_itself_vouches_for_is_self_signed():
    alone = leaf(None)
    (fault,) = faults_of("self-signed", alone, roots=[ROOT])
    assert (fault.role, fault.on) == ("leaf", alone.certificate)
    assert faults_of("untrusted-root", alone, roots=[ROOT]) == ()


def test_a_self_issued_leaf_that_does_not_verify_itself_is_not_self_signed():
    odd = leaf(None, signed_with=ROOT.key)
    assert faults_of("self-signed", odd, roots=[ROOT]) == ()
    assert verdict_of("openssl", odd, roots=[ROOT]).result == "refuse"
    assert verdict_of("dotnet", odd, roots=[ROOT]).result == "refuse"


@pytest.mark.parametrize(
    ("pinned", "kind"),
    [
        (LEAF, "issued"),
        (leaf(None), "ca-false"),
        (leaf(None, constraints=(True, None)), "ca-true"),
        (leaf(None, constraints=None, usage=None), "no-bc"),
        (leaf(None, constraints=None), "no-bc-no-signing"),
    ],
    ids=["issued", "ca-false", "ca-true", "no-bc", "no-bc-no-signing"],
)
def test_a_leaf_that_is_trusted_itself_is_pinned(pinned, kind: str):
    (fault,) = faults_of("leaf-pinned", pinned, roots=[pinned])
    assert (fault.kind, fault.role) == (kind, "anchor")
    # OpenSSL wants an issued one to lead to a root (X509_V_FLAG_PARTIAL_CHAIN is off).
    assert verdict_of("openssl", pinned, roots=[pinned]).result == (
        "refuse" if kind == "issued" else "accept"
    )


def test_a_trusted_leaf_with_its_issuer_behind_it_is_told_apart():
    # GnuTLS looks at the end of what was sent; OpenSSL with a partial chain stops at the leaf (measured)
    (fault,) = faults_of("leaf-pinned", LEAF, ISSUING, roots=[LEAF])
    assert (fault.kind, fault.role) == ("issued-below", "anchor")
    for client in ("curl", "python-3.13", "go", "java-17"):
        assert verdict_of(client, LEAF, ISSUING, roots=[LEAF]).result == "accept", client
    for client in ("openssl", "python", "gnutls", "wget", "chromium", "rustls"):
        assert verdict_of(client, LEAF, ISSUING, roots=[LEAF]).result == "refuse", client
    assert verdict_of("gnutls", LEAF, roots=[LEAF]).result == "accept"


def test_an_anchor_that_is_no_root_is_told():
    (fault,) = faults_of("anchor-is-intermediate", LEAF, ISSUING, roots=[ISSUING])
    assert (fault.role, fault.on) == ("anchor", ISSUING.certificate)
    assert "Root" in fault.found


def test_an_intermediate_among_the_anchors_is_none_where_the_root_is_there_too():
    for client in ("openssl", "dotnet"):
        assert verdict_of(client, LEAF, roots=[ISSUING, ROOT]).faults == ()
