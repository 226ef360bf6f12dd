import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from judge_making import (
    CA_CONFIG,
    LEAF_CONFIG,
    all_faults,
    as_signer,
    authority,
    by_openssl,
    faults_of,
    leaf,
    new_key,
    root,
    verdict_of,
)

ROOT = root()


@pytest.mark.parametrize("bits", [512, 1024, 2047, 2048])
def test_a_short_rsa_key_is_told_by_the_floor_it_misses(bits: int):
    server, _ = by_openssl("a.example", bits=bits, extensions=LEAF_CONFIG, signer=as_signer(ROOT))
    floor = {512: 1024, 1024: 2048, 2047: 2048}.get(bits)
    faults = faults_of("weak-key", server, roots=[ROOT])
    assert [f.kind for f in faults] == ([f"rsa-below-{floor}"] if floor else [])
    assert verdict_of("openssl", server, roots=[ROOT]).result == ("refuse" if floor else "accept")
    assert verdict_of("dotnet", server, roots=[ROOT]).result == "accept", "no floor of its own (clients.md)"


@pytest.mark.parametrize(
    ("curve", "kind"), [(ec.SECP192R1(), "ec-below-224"), (ec.SECP224R1(), None), (ec.SECP521R1(), None)]
)
def test_a_short_curve_is_told(curve: ec.EllipticCurve, kind: str | None):
    server = leaf(ROOT, key=new_key(curve))
    assert [f.kind for f in faults_of("weak-key", server, roots=[ROOT])] == ([kind] if kind else [])


@pytest.mark.parametrize("where", ["ca", "anchor"])
def test_a_short_key_of_an_authority_counts_too(where: str):
    top, top_key = by_openssl("Weak Root", bits=1024 if where == "anchor" else 2048, extensions=CA_CONFIG)
    between, key = by_openssl(
        "Weak", bits=1024 if where == "ca" else 2048, extensions=CA_CONFIG, signer=top_key
    )
    server, _ = by_openssl("a.example", extensions=LEAF_CONFIG, signer=key)
    (fault,) = faults_of("weak-key", server, between, roots=[top])
    assert (fault.role, fault.on) == (where, top if where == "anchor" else between)


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_an_old_signature_is_weak_and_not_bad(digest: str):
    _, signer = by_openssl("Old Issuer", extensions=CA_CONFIG)
    top, _ = by_openssl("Old Issuer", extensions=CA_CONFIG)
    server, _ = by_openssl("a.example", digest=digest, extensions=LEAF_CONFIG, signer=signer)
    assert all_faults(server, roots=[top]) == [f"weak-signature ({digest})"]
    verdict = verdict_of("openssl", server, roots=[top])
    assert ([str(f) for f in verdict.faults], verdict.disagreement) == ([f"weak-signature ({digest})"], None)


def test_an_old_signature_with_an_elliptic_key_is_weak_and_not_bad():
    server, _ = by_openssl("a.example", digest="sha1", extensions=LEAF_CONFIG, signer=as_signer(ROOT))
    assert all_faults(server, roots=[ROOT]) == ["weak-signature (sha1)"]


def test_the_signature_of_an_anchor_protects_nobody():
    top, key = by_openssl("Old Root", digest="sha1", extensions=CA_CONFIG)
    server, _ = by_openssl("a.example", extensions=LEAF_CONFIG, signer=key)
    assert top.signature_hash == "sha1"
    assert all_faults(server, roots=[top]) == []
    between, between_key = by_openssl("Between", digest="sha1", extensions=CA_CONFIG, signer=key)
    below, _ = by_openssl("a.example", extensions=LEAF_CONFIG, signer=between_key)
    assert all_faults(below, roots=[between]) == ["anchor-is-intermediate"]
    assert "weak-signature (sha1)" in all_faults(below, between, roots=[top])
    pinned, _ = by_openssl("a.example", digest="sha1", extensions=LEAF_CONFIG)
    assert faults_of("weak-signature", pinned, roots=[pinned]) == ()


def test_strong_keys_and_signatures_have_no_fault():
    issuing = authority("Issuing", ROOT, key=new_key(ec.SECP384R1()))
    assert all_faults(leaf(issuing), issuing, roots=[ROOT]) == []
