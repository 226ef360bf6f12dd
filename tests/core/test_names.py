"""RFC 9525; the kinds are those of the catalogue."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import Mismatch, matches, usable_instead, why_not

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(*names: str, addresses: tuple[str, ...] = (), common: str | None = None) -> Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])
    builder = (
        x509.CertificateBuilder(subject, subject, KEY.public_key(), 1)
        .not_valid_before(AT)
        .not_valid_after(AT.replace(year=2032))
    )
    listed = [*map(x509.DNSName, names), *(x509.IPAddress(ip_address(a)) for a in addresses)]
    if listed:
        builder = builder.add_extension(x509.SubjectAlternativeName(listed), critical=False)
    return Certificate(builder.sign(KEY, SHA256()).public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a.example", "a.example"),
        ("a.example", "A.Example"),
        ("a.b.example", "*.b.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("short", "short"),
    ],
)
def test_a_listed_name_fits(host: str, name: str):
    assert why_not(host, certificate("other.example", name)) is None


@pytest.mark.parametrize(
    ("host", "listed", "kind", "nearest"),
    [
        ("jsanders4", ["jsanders4.corp.example"], "short-name", "jsanders4.corp.example"),
        ("jsanders4.corp.example", ["jsanders4"], "fqdn-for-short", "jsanders4"),
        ("www.a.example", ["a.example"], "www", "a.example"),
        ("a.example", ["www.a.example"], "apex", "www.a.example"),
        ("a.b.example", ["*.example"], "wildcard-depth", "*.example"),
        ("x.y.b.example", ["*.b.example"], "wildcard-depth", "*.b.example"),
        ("b.example", ["*.b.example"], "wildcard-apex", "*.b.example"),
        ("localhost", ["a.example"], "localhost", "a.example"),
        ("www.a.example", ["w*.a.example"], "partial-wildcard", "w*.a.example"),
        ("a.test", ["*.test"], "wildcard-tld", "*.test"),
        ("web.test", ["w*.test"], "other", "w*.test"),
        ("xn--wgv71a.a.example", ["x*.a.example"], "other", "x*.a.example"),
        ("a.example", ["a.example."], "trailing-dot", "a.example."),
        ("b.a.example", ["*.a.example."], "trailing-dot", "*.a.example."),
        ("a.example", ["b.example"], "other", "b.example"),
        ("a.example", ["ba.example"], "other", "ba.example"),
        ("a.b.example", ["*.*.example"], "other", "*.*.example"),
        ("a.b.example", ["a.*.example"], "other", "a.*.example"),
    ],
)
def test_each_kind_of_mismatch_is_named_with_the_nearest_name(
    host: str, listed: list[str], kind: str, nearest: str
):
    assert why_not(host, certificate(*listed)) == Mismatch(kind, nearest)


def test_a_wildcard_is_the_whole_first_label_and_stands_for_exactly_one():
    assert matches("a.b.example", "*.b.example")
    for host, name in [
        ("b.example", "*.b.example"),
        ("x.a.b.example", "*.b.example"),
        ("ab.b.example", "a*.b.example"),
        ("a.b.example", "a.*.example"),
        ("a.example", "*.example"),
        ("a.b.example", "*"),
    ]:
        assert not matches(host, name), (host, name)


def test_an_address_is_listed_as_an_address():
    assert why_not("192.0.2.7", certificate(addresses=("192.0.2.7",))) is None
    assert why_not("2001:db8::1", certificate(addresses=("2001:db8:0:0::1",))) is None
    assert why_not("192.0.2.7", certificate(addresses=("192.0.2.8",))) == Mismatch(
        "ip-not-listed", "192.0.2.8"
    )
    assert why_not("192.0.2.7", certificate("a.example")) == Mismatch("ip-not-listed", "a.example")


def test_an_address_among_the_dns_names_is_no_address():
    assert why_not("192.0.2.7", certificate("192.0.2.7")) == Mismatch("ip-as-dns", "192.0.2.7")


def test_an_address_in_the_common_name_alone_is_told_apart():
    # X509_check_ip(3): no common name is looked at; .NET and others do look at it.
    assert why_not("192.0.2.7", certificate(common="192.0.2.7")) == Mismatch("ip-in-cn", "192.0.2.7")
    assert why_not("192.0.2.7", certificate(common="192.0.2.8")) == Mismatch("ip-not-listed", "192.0.2.8")


def test_an_underscore_under_a_wildcard_is_told_apart():
    # OpenSSL's wildcards stand for letters, digits and hyphens alone.
    assert why_not("a_b.c.example", certificate("*.c.example")) == Mismatch("underscore", "*.c.example")
    assert why_not("a_b.c.example", certificate("a_b.c.example")) is None


def test_the_common_name_is_told_apart_where_no_dns_name_is_listed():
    assert why_not("a.example", certificate(common="A.example")) == Mismatch("cn-only", "A.example")
    assert why_not("a.b.example", certificate(common="*.b.example")) == Mismatch("cn-only", "*.b.example")
    listed = certificate(addresses=("192.0.2.7",), common="a.example")
    assert why_not("a.example", listed) == Mismatch("cn-only", "a.example")


def test_the_common_name_does_not_count_beside_dns_names():
    # RFC 9525 section 6.4.4
    assert why_not("a.example", certificate("b.example", common="a.example")) == Mismatch(
        "other", "b.example"
    )


def test_a_certificate_without_any_name_says_so():
    assert why_not("a.example", certificate()) == Mismatch("other", None)
    assert why_not("192.0.2.7", certificate()) == Mismatch("ip-not-listed", None)
    assert why_not("localhost", certificate()) == Mismatch("localhost", None)


def test_the_nearest_name_is_shown_visibly():
    assert (
        why_not("a.example", certificate(common="b\x1b[31m\u202e.example")).nearest
        == "b\\x1b[31m\\u202e.example"
    )


def test_a_name_that_fits_wins_over_one_that_almost_does():
    assert why_not("www.a.example", certificate("w*.a.example", "a.example", "www.a.example")) is None


def test_names_to_use_instead_have_no_wildcards():
    listed = certificate("*.a.example", "a.example", addresses=("192.0.2.7",))
    assert usable_instead(listed) == ("a.example", "192.0.2.7")


LABEL = st.text("ab*-", min_size=1, max_size=3)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)


@given(NAME.filter(lambda n: "*" not in n), NAME)
def test_a_match_never_spans_labels(host: str, name: str):
    if matches(host, name):
        assert host.count(".") == name.count(".")
        assert host.split(".")[1:] == name.split(".")[1:]
        assert name.partition(".")[0] in ("*", host.partition(".")[0])
