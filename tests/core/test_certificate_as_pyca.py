"""Our reader beside pyca's: what both can read, both read the same."""

import warnings
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from judge_making import CA_CONFIG, DAY, LEAF_CONFIG, Made, authority, by_openssl, leaf, made, root

from tlswizard.core.certificate import Certificate, Key
from tlswizard.core.pem import certificates_in
from tlswizard.core.text import visible

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign",
)  # fmt: skip


def ours(one: Certificate) -> dict[str, object]:
    names = one.alternative_names
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "serial": one.serial,
        "version": one.version,
        "not before": one.not_before,
        "not after": one.not_after,
        "hash": one.signature_hash,
        "key": str(one.key) if isinstance(one.key, Key) else None,
        "subject key": one.subject_key_id,
        "authority key": one.authority_key_id,
        "authority serial": one.authority_key.serial if one.authority_key else None,
        "usage": one.key_usage,
        "purposes": one.extended_key_usage,
        "constraints": one.basic_constraints
        and (one.basic_constraints.ca, one.basic_constraints.path_length, one.basic_constraints.critical),
        "hosts": names and names.dns,
        "addresses": names and names.addresses,
        "other names": names and names.others,
        "issuers at": one.issuer_urls,
        "status at": one.ocsp_urls,
        "extensions": tuple((e.oid, e.critical) for e in one.extensions),
        "common name": one.common_name,
        "sha256": one.sha256,
    }


def theirs(one: Certificate) -> dict[str, object]:
    with warnings.catch_warnings():
        # Roots of real bundles have odd serials and countries; they are as good as the others.
        warnings.simplefilter("ignore")
        return _theirs(one.library())


def _theirs(one: x509.Certificate) -> dict[str, object]:
    found = {type(e.value): e for e in one.extensions}

    def value(kind: type[x509.ExtensionType]) -> object:
        return found[kind].value if kind in found else None

    subject, authority_ = value(x509.SubjectKeyIdentifier), value(x509.AuthorityKeyIdentifier)
    usage, purposes = value(x509.KeyUsage), value(x509.ExtendedKeyUsage)
    basic, names = found.get(x509.BasicConstraints), value(x509.SubjectAlternativeName)
    access = list(value(x509.AuthorityInformationAccess) or ())
    common = one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    hosts = [n.value for n in names or () if isinstance(n, x509.DNSName)]
    addresses = [str(n.value) for n in names or () if isinstance(n, x509.IPAddress)]
    return {
        "subject": visible(one.subject.rfc4514_string()),
        "issuer": visible(one.issuer.rfc4514_string()),
        "serial": one.serial_number,
        "version": one.version.value + 1,
        "not before": one.not_valid_before_utc,
        "not after": one.not_valid_after_utc,
        "hash": _hash(one),
        "key": _key(one),
        "subject key": subject and subject.digest,
        "authority key": authority_ and authority_.key_identifier,
        "authority serial": authority_ and authority_.authority_cert_serial_number,
        "usage": usage and frozenset(u for u in USAGES if getattr(usage, u)),
        "purposes": purposes and tuple(p.dotted_string for p in purposes),
        "constraints": basic and (basic.value.ca, basic.value.path_length, basic.critical),
        "hosts": names and tuple(hosts),
        "addresses": names and tuple(addresses),
        "other names": names and len(names) - len(hosts) - len(addresses),
        "issuers at": _places(access, AuthorityInformationAccessOID.CA_ISSUERS),
        "status at": _places(access, AuthorityInformationAccessOID.OCSP),
        "extensions": tuple((e.oid.dotted_string, e.critical) for e in one.extensions),
        "common name": common[-1].value if common else None,
        "sha256": one.fingerprint(SHA256()).hex(),
    }


def _hash(one: x509.Certificate) -> str | None:
    try:
        found = one.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return found.name if found else None


def _key(one: x509.Certificate) -> str | None:
    match one.public_key():
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return f"EC {key.curve.key_size}"
        case dsa.DSAPublicKey() as key:
            return f"DSA {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
    return None


def _places(access: Iterable[x509.AccessDescription], method: x509.ObjectIdentifier) -> tuple[str, ...]:
    return tuple(a.access_location.value for a in access if a.access_method == method)


def same(one: Certificate) -> None:
    assert ours(one) == theirs(one)
    assert one.flaws == ()


# --- made here --------------------------------------------------------------------------------------------

ROOT = root()
PLACE = x509.UniformResourceIdentifier("http://a.example/x")
DIRECTORY = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Org")]))
RICH = (
    x509.SubjectAlternativeName([
        x509.DNSName("a.example"), x509.DNSName("*.b.example"), x509.IPAddress(ip_address("192.0.2.7")),
        x509.IPAddress(ip_address("2001:db8::1")), x509.RFC822Name("me@a.example"), PLACE, DIRECTORY,
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.OtherName(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ]),
    x509.AuthorityInformationAccess([
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, PLACE),
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, PLACE),
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, PLACE),
    ]),
    x509.NameConstraints([x509.DNSName("example"), x509.IPAddress(ip_network("10.0.0.0/8"))], [DIRECTORY]),
    x509.TLSFeature([x509.TLSFeatureType.status_request]),
    x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"),
)  # fmt: skip
BY_SERIAL = x509.AuthorityKeyIdentifier(b"\x01\x02", [DIRECTORY], 77)


def _of_key(key: object) -> Made:
    return leaf(ROOT, key=key)


@cache
def _kinds() -> dict[str, Certificate]:
    old, _ = by_openssl("Old Root", digest="sha1")
    small, _ = by_openssl("Small", bits=1024, digest="md5", extensions=LEAF_CONFIG)
    rsa_root, _ = by_openssl("RSA Root", extensions=CA_CONFIG)
    identities = {
        "root": ROOT,
        "authority": authority("Issuing", ROOT, constraints=(True, 3)),
        "leaf": leaf(ROOT),
        "rich": made("a.example", ROOT, more=[(e, False) for e in RICH], usage=frozenset(USAGES)),
        "rich and critical": made("a.example", ROOT, more=[(e, True) for e in RICH]),
        "bare": made("a.example", None, constraints=None, usage=None, key_ids=False),
        "nameless": made(x509.Name([]), ROOT),  # type: ignore[arg-type]
        "for clients": leaf(
            ROOT, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.OCSP_SIGNING)
        ),
        "by serial": made("a.example", ROOT, key_ids=False, more=[(BY_SERIAL, False)]),
        "beyond 2050": leaf(ROOT, not_after=ROOT.certificate.not_after + 9000 * DAY),
        "RSA": _of_key(rsa.generate_private_key(65537, 2048)),
        "P-192": _of_key(ec.generate_private_key(ec.SECP192R1())),
        "P-521": _of_key(ec.generate_private_key(ec.SECP521R1())),
        "DSA": _of_key(dsa.generate_private_key(1024)),
        "Ed25519": _of_key(ed25519.Ed25519PrivateKey.generate()),
        "Ed448": _of_key(ed448.Ed448PrivateKey.generate()),
    }
    return {kind: identity.certificate for kind, identity in identities.items()} | {
        "version 1, sha1": old, "RSA 1024, md5": small, "RSA root": rsa_root,
    }  # fmt: skip


@pytest.mark.parametrize("kind", _kinds())
def test_a_certificate_of_every_kind_is_read_the_same(kind: str):
    same(_kinds()[kind])


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    st.frozensets(st.sampled_from(USAGES), min_size=1),
    st.tuples(st.booleans(), st.none() | st.integers(0, 1 << 30)).map(lambda c: c if c[0] else (False, None)),
    st.lists(
        st.ip_addresses().map(str) | st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){0,3}", fullmatch=True),
        max_size=4,
    ),
    st.datetimes(min_value=ROOT.certificate.not_before.replace(tzinfo=None)),
)
def test_whatever_is_in_it_it_is_read_the_same(subject, usage, constraints, names, not_after):
    same(
        made(
            subject, ROOT, usage=usage, constraints=constraints, names=names,
            not_after=not_after.replace(microsecond=0),
        ).certificate
    )  # fmt: skip


# --- real ones --------------------------------------------------------------------------------------------


def _bundle(path: Path) -> list[Certificate]:
    found = certificates_in(path.read_bytes())
    return [c for c in found if isinstance(c, Certificate)]


@pytest.mark.parametrize(
    "path",
    [
        Path(certifi.where()),
        pytest.param(SYSTEM, marks=pytest.mark.skipif(not SYSTEM.is_file(), reason="no such bundle here")),
    ],
    ids=["certifi", "the system's"],
)
def test_every_root_of_a_bundle_is_read_the_same_and_without_a_flaw(path: Path):
    every = _bundle(path)
    assert len(every) > 100
    assert len(every) == path.read_bytes().count(b"-----BEGIN CERTIFICATE-----")
    for one in every:
        same(one)
        assert one.is_self_issued
        assert one.verifies(one) is True
        assert one.is_ca or one.version == 1
