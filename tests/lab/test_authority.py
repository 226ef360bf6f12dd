from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tlswizard.core.certificate import SERVER_AUTH, BasicConstraints, Certificate
from tlswizard.lab.authority import Identity, root, self_signed

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


def _loaded(certificate: Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.der)


def _verify(leaf: Identity, name: str, at: datetime = AT) -> None:
    """By a verifier that nobody here wrote, and which wants the web's profile."""
    *above, top = leaf.path[1:]
    verifier = PolicyBuilder().store(Store([_loaded(top.certificate)])).time(at)
    verifier.build_server_verifier(x509.DNSName(name)).verify(
        _loaded(leaf.certificate), [_loaded(identity.certificate) for identity in above]
    )


def test_a_chain_is_accepted_by_another_verifier():
    top = root("Root", org="Contoso", at=AT)
    leaf = top.intermediate("Issuing", path_length=0).leaf(["a.example", "b.example"])
    _verify(leaf, "a.example")
    _verify(leaf, "b.example")
    with pytest.raises(VerificationError):
        _verify(leaf, "c.example")


def test_the_chain_to_send_leaves_out_the_root():
    top = root("Root", at=AT)
    issuing = top.intermediate("Issuing")
    leaf = issuing.leaf(["a.example"])
    assert leaf.path == (leaf, issuing, top)
    assert leaf.chain == (leaf.certificate, issuing.certificate)
    assert top.chain == (top.certificate,)


def test_authorities_are_authorities():
    top = root("Root", org="Contoso", at=AT)
    issuing = top.intermediate("Issuing", path_length=0)
    assert top.certificate.basic_constraints == BasicConstraints(True, None, True)
    assert issuing.certificate.basic_constraints == BasicConstraints(True, 0, True)
    for identity in (top, issuing):
        assert identity.certificate.key_usage == {"key_cert_sign", "crl_sign"}
    assert issuing.certificate.authority_key_id == top.certificate.subject_key_id
    assert top.certificate.verifies(issuing.certificate)
    assert issuing.certificate.subject == "CN=Issuing,O=Contoso"


def test_a_leaf_is_for_servers():
    leaf = root("Root", org="Contoso", at=AT).leaf(["a.example", "10.0.0.1", "a.example"]).certificate
    assert leaf.subject == "CN=a.example,O=Contoso"
    assert leaf.listed_names == ("a.example", "10.0.0.1")
    assert leaf.alternative_names is not None
    assert leaf.alternative_names.addresses == ("10.0.0.1",)
    assert leaf.extended_key_usage == (SERVER_AUTH,)
    assert leaf.basic_constraints == BasicConstraints(False, None, True)
    assert leaf.key_usage == {"digital_signature"}


def test_a_leaf_can_be_for_something_else_or_for_anything():
    top = root("Root", at=AT)
    other = top.leaf(["a.example"], eku=[ExtendedKeyUsageOID.CLIENT_AUTH]).certificate
    assert other.extended_key_usage == (ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,)
    assert top.leaf(["a.example"], eku=None).certificate.extended_key_usage is None


def test_everything_is_valid_at_the_moment_given_and_no_longer_than_browsers_allow():
    leaf = root("Root", at=AT).intermediate("Issuing").leaf(["a.example"])
    for identity in leaf.path:
        assert identity.certificate.not_before < AT < identity.certificate.not_after
    assert leaf.certificate.not_after - leaf.certificate.not_before <= timedelta(days=398)


def test_dates_can_be_told():
    end = AT - timedelta(days=1)
    leaf = root("Root", at=AT).intermediate("Issuing").leaf(["a.example"], not_after=end)
    assert leaf.certificate.not_after == end
    with pytest.raises(VerificationError):
        _verify(leaf, "a.example")


def test_a_self_signed_leaf_is_its_own_issuer():
    leaf = self_signed(["a.example"], org="Contoso", at=AT)
    assert leaf.issuer is None
    assert leaf.certificate.is_self_signed
    assert not leaf.certificate.is_ca
    assert leaf.chain == (leaf.certificate,)
