import pytest
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID
from judge_making import SIGNS, authority, faults_of, leaf, root, verdict_of

CLIENT, SERVER, ANY = (
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
)
GATED = ObjectIdentifier("2.16.840.1.113730.4.1")
ROOT = root()


@pytest.mark.parametrize("purposes", [None, (SERVER,), (CLIENT, SERVER)])
def test_a_certificate_for_servers_or_for_everything_has_no_fault(purposes):
    server = leaf(ROOT, purposes=purposes)
    assert faults_of("wrong-usage", server, roots=[ROOT]) == ()
    assert verdict_of("openssl", server, roots=[ROOT]).result == "accept"


@pytest.mark.parametrize(
    ("purposes", "kind", "openssl", "dotnet"),
    [
        ((CLIENT,), "other", "refuse", "refuse"),
        ((ANY,), "any", "refuse", "accept"),
    ],
)
def test_a_leaf_for_something_else_is_told(purposes, kind: str, openssl: str, dotnet: str):
    server = leaf(ROOT, purposes=purposes)
    (fault,) = faults_of("wrong-usage", server, roots=[ROOT])
    assert (fault.kind, fault.role) == (kind, "leaf")
    assert verdict_of("openssl", server, roots=[ROOT]).result == openssl
    assert verdict_of("dotnet", server, roots=[ROOT]).result == dotnet


def test_server_gated_crypto_is_a_kind_of_its_own():
    (fault,) = faults_of("wrong-usage", leaf(ROOT, purposes=(GATED,)), roots=[ROOT])
    assert (fault.kind, fault.role) == ("server-gated", "leaf")
    assert verdict_of("dotnet", leaf(ROOT, purposes=(GATED,)), roots=[ROOT]).result == "refuse"


def test_what_it_is_for_is_said_in_words():
    (fault,) = faults_of(
        "wrong-usage", leaf(ROOT, purposes=(CLIENT, ObjectIdentifier("1.2.3"))), roots=[ROOT]
    )
    assert fault.found == "it is for client authentication, 1.2.3"


@pytest.mark.parametrize(
    ("purposes", "result"), [((SERVER,), "accept"), ((CLIENT,), "refuse"), ((GATED,), "accept")]
)
def test_an_authority_limits_what_it_may_issue_for(purposes, result: str):
    # Not in RFC 5280; OpenSSL takes Netscape's server gated crypto on an authority for server authentication.
    issuing = authority("Issuing", ROOT, purposes=purposes)
    server = leaf(issuing)
    assert verdict_of("openssl", server, issuing, roots=[ROOT]).result == result
    assert [f.role for f in faults_of("wrong-usage", server, issuing, roots=[ROOT])] == (
        [] if purposes == (SERVER,) else ["ca"]
    )


def test_a_leaf_whose_key_may_sign_in_the_handshake_has_no_fault():
    server = leaf(ROOT, usage=frozenset({"digital_signature"}))
    assert faults_of("wrong-key-usage", server, roots=[ROOT]) == ()


@pytest.mark.parametrize("bit", ["key_encipherment", "key_agreement"])
def test_who_minds_a_key_that_may_only_encrypt_or_agree(bit: str):
    # Measured (clients.md): with TLS 1.3 GnuTLS, Java and Chromium refuse it; OpenSSL, Firefox, Go accept it.
    server = leaf(ROOT, usage=frozenset({bit}))
    (fault,) = faults_of("wrong-key-usage", server, roots=[ROOT])
    assert (fault.kind, fault.role) == ("no-signature", "leaf")
    for client in ("openssl", "python", "firefox", "go", "wget", "dotnet"):
        assert verdict_of(client, server, roots=[ROOT]).result == "accept", client
    for client in ("gnutls", "java-17", "chromium", "git"):
        assert verdict_of(client, server, roots=[ROOT]).result == "refuse", client


def test_a_leaf_without_key_usage_may_do_anything():
    assert faults_of("wrong-key-usage", leaf(ROOT, usage=None), roots=[ROOT]) == ()


def test_a_leaf_whose_key_may_not_be_used_in_the_handshake_is_told():
    server = leaf(ROOT, usage=SIGNS)
    (fault,) = faults_of("wrong-key-usage", server, roots=[ROOT])
    assert (fault.kind, fault.role) == ("leaf", "leaf")
    assert fault.found == "its key usage is crl sign, key cert sign"
    assert verdict_of("openssl", server, roots=[ROOT]).result == "refuse"
    assert verdict_of("dotnet", server, roots=[ROOT]).result == "accept", "it does not look (clients.md)"
