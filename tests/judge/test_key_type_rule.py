import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from judge_making import faults_of, leaf, root, verdict_of

ROOT = root()


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (ec.generate_private_key(ec.SECP521R1()), "p-521"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (ed448.Ed448PrivateKey.generate(), "ed448"),
        (dsa.generate_private_key(2048), "dsa"),
        (ec.generate_private_key(ec.SECP256R1()), None),
        (ec.generate_private_key(ec.SECP384R1()), None),
        (rsa.generate_private_key(65537, 2048), None),
    ],
    ids=["P-521", "Ed25519", "Ed448", "DSA", "P-256", "P-384", "RSA"],
)
def test_a_key_that_not_everybody_supports_is_named(key, kind: str | None):
    server = leaf(ROOT, key=key)
    found = faults_of("key-type-not-offered", server, roots=[ROOT])
    assert [(f.kind, f.role, f.on) for f in found] == ([(kind, "leaf", server.certificate)] if kind else [])
    assert verdict_of("openssl", server, roots=[ROOT]).result == "accept"
