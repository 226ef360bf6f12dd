"""What a person reads about each kind of name-mismatch."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import carried, why_not
from tlswizard.core.verdict import Fault
from tlswizard.diagnosis.evidence import evidence
from tlswizard.lab.authority import root, self_signed

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


def said(host: str, *names: str, leaf: Certificate | None = None) -> str:
    leaf = leaf or self_signed(list(names), at=AT).certificate
    mismatch = why_not(host, leaf)
    assert mismatch
    found = carried(leaf, mismatch.nearest)
    return evidence(Fault("name-mismatch", mismatch.kind, "leaf", leaf, expected=host, found=found))


@pytest.mark.parametrize(
    ("host", "names", "sentence"),
    [
        ("web", ["web.a.example"],
         "asked for the short name web; web.a.example is listed, and only the full name counts"),
        ("web.a.example", ["web"],
         "asked for the full name web.a.example; only the short one, web, is listed"),
        ("www.a.example", ["a.example"],
         "asked for www.a.example; a.example is listed, and does not stand for the name with www. before it"),
        ("a.example", ["www.a.example"],
         "asked for a.example; www.a.example is listed, and does not stand for the name without www."),
        ("a.b.example.com", ["*.example.com"],
         "asked for a.b.example.com; *.example.com stands for one label only"),
        ("a.example", ["*.a.example"],
         "asked for a.example; *.a.example stands for names below it, not for a.example itself"),
        ("192.0.2.7", ["192.0.2.8"], "asked for the address 192.0.2.7; the certificate is for 192.0.2.8"),
        ("localhost", ["a.example"],
         "asked for localhost, which every computer calls itself; the certificate is for a.example"),
        ("web.a.example", ["w*.a.example"],
         "asked for web.a.example; in w*.a.example the * is part of a label, which few accept"),
        ("a.test", ["*.test"],
         "asked for a.test; *.test is for a whole top-level domain, which few accept"),
        ("a.example", ["a.example."],
         "asked for a.example; a.example. is listed with a dot at its end, and most programs mind"),
        ("a_b.a.example", ["*.a.example"],
         "asked for a_b.a.example; *.a.example stands for letters, digits and hyphens, not underscores"),
        ("a.example", ["b.example", "c.example"],
         "asked for a.example; the certificate is for b.example and c.example"),
    ],
)  # fmt: skip
def test_each_kind_has_its_sentence(host: str, names: list[str], sentence: str):
    assert said(host, *names) == sentence


def test_a_name_in_a_form_that_nobody_reads_is_quoted_with_what_is_wrong():
    assert said("a.example", "https://a.example").startswith(
        "asked for a.example; the certificate says “https://a.example”, which no program takes for it"
    )


def test_a_common_name_is_told_from_a_listed_one():
    for host, sentence in (
        ("a.example", "asked for a.example; a.example stands in the common name, and not in the list of "
         "names, which is where newer programs look"),
        ("192.0.2.7", "asked for the address 192.0.2.7; it stands in the common name, and not in the list of "
         "addresses, which is where most programs look"),
    ):  # fmt: skip
        assert said(host, leaf=root(host, at=AT).certificate) == sentence


def test_an_address_that_is_listed_as_a_name_is_told_from_an_address():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Router")])
    key = ec.generate_private_key(ec.SECP256R1())
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("192.0.2.7")]), critical=False)
    )
    leaf = Certificate(built.sign(key, SHA256()).public_bytes(Encoding.DER))
    assert said("192.0.2.7", leaf=leaf) == (
        "asked for the address 192.0.2.7; the address is listed as if it were a name (192.0.2.7)"
    )


def test_foreign_text_stays_on_one_line():
    assert said("a.example", "a.example\nb.example").isprintable()
    assert "{found}" in said("a.example", "{found}.example")
