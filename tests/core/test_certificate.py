import subprocess
import warnings
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.core.certificate import (
    AlternativeNames,
    BasicConstraints,
    Certificate,
    Flaw,
    Malformed,
    day,
    parse_certificate,
    utc,
)
from tlswizard.core.pem import certificates_in
from tlswizard.core.text import visible
from tlswizard.lab.authority import root, self_signed

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
AIA = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier("http://ca.example/i.cer"),
        ),
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example/")
        ),
    ]
)


def _made(
    *extensions: x509.ExtensionType,
    subject: x509.Name | str = "a.example",
    key=KEY,
    critical: bool = False,
    digest=SHA256(),  # noqa: B008 - a value without state
) -> Certificate:
    name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]) if isinstance(subject, str) else subject
    )
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=90))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical)
    found = parse_certificate(builder.sign(key, digest).public_bytes(Encoding.DER))
    assert isinstance(found, Certificate)
    return found


def _attribute(oid: x509.ObjectIdentifier, value: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value)])


def test_every_field_is_read():
    issuing = root("Root", org="Contoso", at=AT).intermediate("Issuing", path_length=0)
    leaf = issuing.leaf(["a.example", "192.0.2.7", "2001:db8::1"]).certificate
    assert (leaf.subject, leaf.issuer) == ("CN=a.example,O=Contoso", "CN=Issuing,O=Contoso")
    assert (leaf.title, leaf.issuer_title, leaf.common_name) == ("a.example", "Issuing", "a.example")
    assert leaf.version == 3
    assert (leaf.not_before, leaf.not_after) == (AT - timedelta(days=30), AT + timedelta(days=335))
    assert str(leaf.key) == "EC 256"
    assert leaf.signature_hash == "sha256"
    assert leaf.alternative_names == AlternativeNames(("a.example",), ("192.0.2.7", "2001:db8::1"))
    assert leaf.key_usage == {"digital_signature"}
    assert leaf.extended_key_usage == ("1.3.6.1.5.5.7.3.1",)
    assert leaf.authority_key_id == issuing.certificate.subject_key_id
    assert issuing.certificate.basic_constraints == BasicConstraints(ca=True, path_length=0, critical=True)
    assert (issuing.certificate.is_ca, leaf.is_ca) == (True, False)
    assert leaf.flaws == leaf.issuer_urls == ()


def test_its_fingerprints_are_those_of_openssl(tmp_path: Path):
    certificate = root("Root", at=AT).certificate
    (tmp_path / "c.der").write_bytes(certificate.der)
    for digest in ("sha256", "sha1"):
        said = subprocess.run(
            ["openssl", "x509", "-in", tmp_path / "c.der", "-noout", "-fingerprint", f"-{digest}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert said.partition("=")[2].strip().replace(":", "").lower() == getattr(certificate, digest)


def test_only_the_issuers_key_verifies():
    top, stranger = root("Root", at=AT), root("Root", at=AT).certificate
    leaf = top.leaf(["a.example"]).certificate
    assert top.certificate.verifies(leaf) is True
    assert stranger.verifies(leaf) is False
    assert leaf.verifies(top.certificate) is False
    assert top.certificate.is_self_signed
    assert not leaf.is_self_signed
    assert not leaf.is_self_issued


def test_the_same_name_without_the_same_key_is_self_issued_but_not_self_signed():
    top = root("Root", at=AT)
    renewed = top.leaf(["a.example"], subject=top.subject).certificate
    assert renewed.is_self_issued
    assert not renewed.is_self_signed


KEYS = {
    "RSA 2048": rsa.generate_private_key(65537, 2048),
    "EC 384": ec.generate_private_key(ec.SECP384R1()),
    "DSA 1024": dsa.generate_private_key(1024),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
}


@pytest.mark.parametrize("kind", KEYS)
def test_every_kind_of_key_is_named_and_verifies(kind: str):
    digest = None if kind.startswith("Ed") else SHA256()
    certificate = _made(key=KEYS[kind], digest=digest)
    assert str(certificate.key) == kind
    assert certificate.is_self_signed
    assert certificate.signature_hash == (None if digest is None else "sha256")
    assert not root("Other", at=AT).certificate.verifies(certificate)
    assert not certificate.verifies(root("Other", at=AT).certificate)


# What cryptography will not sign comes from the openssl program.
@pytest.mark.parametrize(
    ("key", "digest"),
    [("rsa:2048", "sha1"), ("rsa:2048", "md5"), ("ec:P-256", "sha1"), ("ec:P-256", "sha224")],
)
def test_an_old_signature_can_be_checked_all_the_same(tmp_path: Path, key: str, digest: str):
    algorithm, what = key.split(":")
    option = f"rsa_keygen_bits:{what}" if algorithm == "rsa" else f"ec_paramgen_curve:{what}"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", algorithm, "-pkeyopt", option, "-nodes",
         "-keyout", tmp_path / "key", "-out", tmp_path / "pem", "-subj", "/CN=Old", f"-{digest}"],
        capture_output=True, check=True,
    )  # fmt: skip
    (old,) = certificates_in((tmp_path / "pem").read_bytes())
    assert old.signature_hash == digest
    assert old.is_self_signed
    broken = parse_certificate(old.der[:-1] + bytes([old.der[-1] ^ 1]))
    assert old.verifies(broken) is not True


def test_an_algorithm_that_nobody_knows_is_neither_right_nor_wrong():
    top = root("Root", at=AT)
    leaf = top.leaf(["a.example"]).certificate
    ecdsa_with_sha256 = bytes.fromhex("06082a8648ce3d040302")
    assert leaf.der.count(ecdsa_with_sha256) == 2
    strange = parse_certificate(leaf.der.replace(ecdsa_with_sha256, bytes.fromhex("06082a8648ce3d04037f")))
    assert strange.signature_hash is None
    assert top.certificate.verifies(strange) is None


HOSTILE = {
    "O=[/]": (_attribute(NameOID.ORGANIZATION_NAME, "[/]"), "O=[/]", "[/]"),
    "escape": (_attribute(NameOID.COMMON_NAME, "\x1b[2Ja"), "CN=\\x1b[2Ja", "\\x1b[2Ja"),
    "newline": (_attribute(NameOID.COMMON_NAME, "a\nb"), "CN=a\\nb", "a\\nb"),
    "bidi": (_attribute(NameOID.COMMON_NAME, "\u202egpj"), "CN=\\u202egpj", "\\u202egpj"),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_a_hostile_subject_is_shown_and_not_obeyed(which: str):
    name, subject, title = HOSTILE[which]
    certificate = _made(subject=name)
    assert (certificate.subject, certificate.issuer) == (subject, subject)
    assert (certificate.title, certificate.issuer_title) == (title, title)


def test_a_certificate_without_a_subject_has_a_title_all_the_same():
    certificate = _made(subject=x509.Name([]))
    assert certificate.title == f"(no name) {certificate.sha256[:12]}"
    assert certificate.issuer_title == "(no name)"
    assert certificate.common_name is None
    assert certificate.listed_names == ()


def test_the_title_is_the_most_telling_part_of_the_subject():
    assert _made(subject=_attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Class 3")).title == "Class 3"
    assert _made(subject=_attribute(NameOID.COUNTRY_NAME, "NL")).title == "C=NL"


def test_names_are_compared_without_case_and_needless_blanks():
    # RFC 5280 section 7.1
    assert _made(subject="Contoso  Root ").subject_name == _made(subject="contoso root").subject_name
    assert _made(subject="Contoso Root").subject_name != _made(subject="ContosoRoot").subject_name


def test_the_last_common_name_is_the_one():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n) for n in ("first", "last")])
    assert _made(subject=name).common_name == "last"


def test_listed_names_fall_back_on_the_common_name_and_are_visible():
    san = x509.SubjectAlternativeName
    assert _made(san([x509.DNSName("b.example"), x509.IPAddress(ip_address("192.0.2.7"))])).listed_names == (
        "b.example", "192.0.2.7",
    )  # fmt: skip
    assert _made(san([x509.RFC822Name("a@b.example")])).listed_names == ("a.example",)
    assert _made(subject="a\x1b.example").listed_names == ("a\\x1b.example",)


def test_names_that_are_neither_host_nor_address_are_counted():
    others = [x509.RFC822Name("a@b.example"), x509.IPAddress(ip_network("192.0.2.0/24"))]
    names = _made(x509.SubjectAlternativeName([x509.DNSName("a.example"), *others])).alternative_names
    assert names == AlternativeNames(("a.example",), (), others=2)


def test_only_addresses_of_the_issuer_are_told():
    assert _made(AIA).issuer_urls == ("http://ca.example/i.cer",)


def test_no_extension_is_not_an_empty_one():
    bare = _made()
    assert (
        bare.basic_constraints is bare.key_usage is bare.extended_key_usage is bare.alternative_names is None
    )
    assert bare.authority_key_id is bare.subject_key_id is None


# --- what cannot be read ------------------------------------------------------------------------------

RICH = _made(
    x509.SubjectAlternativeName([x509.DNSName("a.example")]),
    x509.BasicConstraints(ca=True, path_length=3),
    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
    AIA,
)


def _patched(old: bytes, new: bytes, certificate: Certificate = RICH) -> Certificate:
    assert len(old) == len(new)
    assert certificate.der.count(old) == 1
    found = parse_certificate(certificate.der.replace(old, new))
    assert isinstance(found, Certificate)
    return found


def test_one_unreadable_extension_hides_no_other():
    # The SAN's sequence claims one byte more than there is.
    broken = _patched(b"\x30\x0b\x82\x09a.example", b"\x30\x0c\x82\x09a.example")
    (flaw,) = broken.flaws
    assert flaw.field == "subjectAltName"
    assert flaw.why
    assert broken.alternative_names is None
    assert broken.basic_constraints == RICH.basic_constraints == BasicConstraints(True, 3, False)
    assert broken.extended_key_usage == RICH.extended_key_usage
    assert broken.issuer_urls == RICH.issuer_urls
    assert broken.key == RICH.key
    assert broken.listed_names == ("a.example",), "the common name is left"


def test_two_unreadable_extensions_are_two_flaws():
    once = _patched(b"\x30\x0b\x82\x09a.example", b"\x30\x0c\x82\x09a.example")
    twice = _patched(bytes.fromhex("30060101ff020103"), bytes.fromhex("30070101ff020103"), once)
    assert [flaw.field for flaw in twice.flaws] == ["subjectAltName", "basicConstraints"]
    assert twice.extended_key_usage == RICH.extended_key_usage


def test_an_extension_that_stands_twice_is_a_flaw_and_the_first_is_taken():
    # RFC 5280 section 4.2: not more than one instance of an extension.
    unknown = [
        x509.UnrecognizedExtension(x509.ObjectIdentifier(f"2.5.29.{n}"), b"\x30\x00") for n in (90, 91)
    ]
    certificate = _made(*unknown, x509.BasicConstraints(ca=True, path_length=None))
    doubled = _patched(bytes.fromhex("0603551d5b"), bytes.fromhex("0603551d5a"), certificate)
    assert [flaw.kind for flaw in doubled.flaws] == ["extensions-value"]
    assert doubled.is_ca


def test_an_unreadable_key_hides_no_extension():
    # An EC point that does not begin as one.
    point = KEY.public_key().public_numbers().x.to_bytes(32, "big")
    broken = _patched(b"\x04" + point, b"\x09" + point)
    assert isinstance(broken.key, Flaw)
    assert broken.flaws == (broken.key,)
    assert broken.key.field == "subjectPublicKeyInfo"
    assert broken.verifies(RICH) is None
    assert broken.issuer_urls == RICH.issuer_urls


@pytest.mark.parametrize(
    "der",
    [b"", b"0", b"\x30\x03\x02\x01\x00", RICH.der[:-1], RICH.der + b"\x00"],
    ids=["empty", "one byte", "another sequence", "cut off", "a byte too many"],
)
def test_what_is_no_certificate_says_why(der: bytes):
    found = parse_certificate(der)
    assert isinstance(found, Malformed)
    assert found.why
    assert found.why.isprintable()
    assert len(found.sha256) == 64


def test_the_odd_serials_of_real_roots_give_no_warning():
    odd = _patched(b"\x02\x01\x07\x30", b"\x02\x01\x00\x30")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert odd.subject == "CN=a.example"
        assert odd.basic_constraints is not None


PROPERTIES = sorted(
    name
    for name, value in vars(Certificate).items()
    if not name.startswith("_") and hasattr(value, "__get__") and name != "verifies"
)
BASES = (RICH, self_signed(["a.example", "192.0.2.7"], at=AT).certificate, _made(key=KEYS["RSA 2048"]))


def test_the_fuzz_below_looks_at_the_properties():
    assert {"subject", "flaws", "key", "issuer_urls", "is_self_signed"} <= set(PROPERTIES)


@settings(max_examples=300)
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_mutated_bytes_raise_nothing_through_any_property(base: Certificate, changes: list[tuple[int, int]]):
    der = bytearray(base.der)
    for position, value in changes:
        der[position % len(der)] = value
    found = parse_certificate(bytes(der))
    if isinstance(found, Malformed):
        assert found.why
        return
    for name in PROPERTIES:
        getattr(found, name)
    assert found.verifies(base) in (True, False, None)
    assert base.verifies(found) in (True, False, None)
    for text in (found.subject, found.issuer, found.title, *found.listed_names):
        assert visible(text, len(text)) == text


def test_moments_are_written_in_utc():
    moment = datetime(2031, 1, 2, 1, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert utc(moment) == "2031-01-01T23:04:05Z"
    assert day(moment) == "1 January 2031"


def test_equal_bytes_are_equal_certificates():
    again = parse_certificate(bytes(RICH.der))
    assert again == RICH
    assert hash(again) == hash(RICH)
    assert len({again, RICH, BASES[1]}) == 2
