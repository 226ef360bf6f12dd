"""Each extension's reader on what is good, odd and broken; one bad entry hides no other."""

import pytest
from cryptography import x509
from der_making import address as ip
from der_making import (
    assembled,
    attribute,
    bit_string,
    der,
    directory,
    distinguished,
    dns,
    extension,
    integer,
    mail,
    named,
    oid,
    other,
    registered,
    sequence,
    uri,
)
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate
from tlswizard.core.distinguished import read_name
from tlswizard.core.extensions import AlternativeNames, Flaw, GeneralName

FALSE, TRUE = b"\x01\x01\x00", b"\x01\x01\xff"
NULL = b"\x05\x00"


def held(kind: str, content: bytes, critical: bool = False) -> ext.Extension:
    return ext.Extension(kind, critical, content)


def carrying(*encoded: bytes) -> Certificate:
    return assembled(extensions=encoded)


def fields(certificate: Certificate) -> list[str]:
    return [flaw.field for flaw in certificate.flaws]


# --- all of them ------------------------------------------------------------------------------------------

GOOD = {
    ext.BASIC_CONSTRAINTS: sequence(TRUE, integer(3)),
    ext.KEY_USAGE: bit_string(b"\x06", 1),
    ext.EXTENDED_KEY_USAGE: sequence(oid("1.3.6.1.5.5.7.3.1")),
    ext.ALTERNATIVE_NAMES: sequence(dns("a.example")),
    ext.NAME_CONSTRAINTS: sequence(der.value(0xA0, sequence(dns("a.example")))),
    ext.AUTHORITY_KEY_ID: sequence(der.value(0x80, b"\x01\x02")),
    ext.SUBJECT_KEY_ID: der.value(der.OCTET_STRING, b"\x03\x04"),
    ext.INFORMATION_ACCESS: sequence(sequence(oid("1.3.6.1.5.5.7.48.2"), uri("http://a.example/i"))),
    ext.TLS_FEATURE: sequence(integer(5)),
}


def test_every_reader_is_tried_here():
    assert set(GOOD) == set(ext.READERS)


def _seen(certificate: Certificate) -> dict[str, object]:
    return {
        ext.BASIC_CONSTRAINTS: certificate.basic_constraints,
        ext.KEY_USAGE: certificate.key_usage,
        ext.EXTENDED_KEY_USAGE: certificate.extended_key_usage,
        ext.ALTERNATIVE_NAMES: certificate.general_names,
        ext.NAME_CONSTRAINTS: certificate.name_constraints,
        ext.AUTHORITY_KEY_ID: certificate.authority_key,
        ext.SUBJECT_KEY_ID: certificate.subject_key_id,
        ext.INFORMATION_ACCESS: certificate.issuer_urls or None,
        ext.TLS_FEATURE: certificate.tls_features or None,
    }


WHOLE = carrying(*(extension(kind, content) for kind, content in GOOD.items()))


def test_all_of_them_are_read():
    assert WHOLE.flaws == ()
    assert None not in _seen(WHOLE).values()


@pytest.mark.parametrize("broken", GOOD)
@pytest.mark.parametrize(
    "how",
    [
        lambda content: content[:-1],
        lambda content: content + b"\x00",
        lambda content: b"",
        lambda content: NULL,
        lambda content: content[:1] + b"\x84\xff\xff\xff\xff" + content[2:],
    ],
    ids=["cut off", "a byte more", "empty", "another type", "a length beyond"],
)
def test_a_broken_one_is_a_flaw_and_hides_no_other(broken: str, how):
    certificate = carrying(
        *(extension(kind, how(content) if kind == broken else content) for kind, content in GOOD.items())
    )
    assert fields(certificate) == [ext.NAMES[broken]]
    assert all(flaw.why and flaw.why.isprintable() for flaw in certificate.flaws)
    assert _seen(certificate) == _seen(WHOLE) | {broken: None}


@pytest.mark.parametrize(
    "entry",
    [
        NULL,
        sequence(),
        sequence(oid("1.2.3")),
        sequence(oid("1.2.3"), TRUE),
        sequence(oid("1.2.3"), b"\x01\x01\x01", der.value(der.OCTET_STRING, b"")),
        sequence(oid("1.2.3"), TRUE, TRUE, der.value(der.OCTET_STRING, b"")),
        sequence(NULL, der.value(der.OCTET_STRING, b"")),
        sequence(oid("1.2.3"), der.value(der.OCTET_STRING, b""), NULL),
    ],
)
def test_one_that_cannot_be_taken_apart_hides_no_other(entry: bytes):
    certificate = carrying(entry, extension(ext.SUBJECT_KEY_ID, GOOD[ext.SUBJECT_KEY_ID]))
    assert fields(certificate) == ["extensions"]
    assert certificate.subject_key_id == b"\x03\x04"


def test_criticality_that_is_written_out_as_false_is_false():
    # No DER, and everybody reads it.
    content = der.value(der.OCTET_STRING, GOOD[ext.SUBJECT_KEY_ID])
    certificate = carrying(sequence(oid(ext.SUBJECT_KEY_ID), FALSE, content))
    (found,) = certificate.extensions
    assert (found.name, found.critical, certificate.flaws) == ("subjectKeyIdentifier", False, ())


def test_one_without_a_name_keeps_its_number():
    assert held("1.2.3.4", b"").name == "1.2.3.4"


@given(st.sampled_from(sorted(ext.READERS)), st.binary(max_size=40))
def test_whatever_bytes_there_are_a_reader_reads_or_says_why(kind: str, content: bytes):
    certificate = carrying(extension(kind, content))
    assert all(flaw.field == ext.NAMES[kind] and flaw.why for flaw in certificate.flaws)
    _seen(certificate)


# --- basic constraints ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "ca", "length"),
    [
        (sequence(), False, None),
        (sequence(FALSE), False, None),
        (sequence(TRUE), True, None),
        (sequence(TRUE, integer(0)), True, 0),
        (sequence(TRUE, integer(1 << 40)), True, 1 << 40),
        (sequence(integer(2)), False, 2),
        (sequence(FALSE, integer(2)), False, 2),
    ],
)
def test_basic_constraints_are_read(content: bytes, ca: bool, length: int | None):
    for critical in (True, False):
        found = ext.basic_constraints(held(ext.BASIC_CONSTRAINTS, content, critical))
        assert found == ext.BasicConstraints(ca, length, critical)


@pytest.mark.parametrize(
    "content", [sequence(TRUE, integer(-1)), sequence(b"\x01\x01\x01"), sequence(TRUE, integer(1), NULL)]
)
def test_basic_constraints_that_mean_nothing_are_a_flaw(content: bytes):
    certificate = carrying(extension(ext.BASIC_CONSTRAINTS, content))
    assert fields(certificate) == ["basicConstraints"]
    assert certificate.basic_constraints is None
    assert not certificate.is_ca


# --- usages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "unused", "usages"),
    [
        (b"\x80", 7, {"digital_signature"}),
        (b"\x06", 1, {"key_cert_sign", "crl_sign"}),
        (b"\x06", 0, {"key_cert_sign", "crl_sign"}),
        (b"\xff\x80", 7, {
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign",
        }),
        (b"\xff", 6, {"digital_signature", "content_commitment"}),
        (b"\x00\x80", 7, set()),
        (b"\x00", 0, set()),
        (b"", 0, set()),
    ],
)  # fmt: skip
def test_the_bits_of_the_usage_are_named(bits: bytes, unused: int, usages: set[str]):
    certificate = carrying(extension(ext.KEY_USAGE, bit_string(bits, unused)))
    assert (certificate.key_usage, certificate.flaws) == (usages, ())


def test_a_usage_that_is_empty_is_not_one_that_is_missing():
    assert carrying(extension(ext.KEY_USAGE, bit_string(b""))).key_usage == frozenset()
    assert carrying(extension("1.2.3", b"")).key_usage is None


def test_an_empty_list_of_purposes_is_a_flaw_of_its_value():
    certificate = carrying(extension(ext.EXTENDED_KEY_USAGE, sequence()))
    assert certificate.extended_key_usage == ()
    assert [flaw.kind for flaw in certificate.flaws] == ["extKeyUsage-value"]


def test_a_purpose_that_is_no_number_is_a_flaw():
    certificate = carrying(extension(ext.EXTENDED_KEY_USAGE, sequence(oid("1.2.3"), NULL)))
    assert (certificate.extended_key_usage, fields(certificate)) == (None, ["extKeyUsage"])


# --- names ------------------------------------------------------------------------------------------------

EVERY = {
    "email": (mail("me@a.example"), "me@a.example"),
    "dns": (dns("*.a.example"), "*.a.example"),
    "uri": (uri("https://a.example/"), "https://a.example/"),
    "address": (ip("192.0.2.7"), bytes((192, 0, 2, 7))),
    "directory": (directory(named("A  b")), ((("2.5.4.3", "a b"),),)),
    "other": (other("1.2.3.4"), "1.2.3.4"),
    "registered-id": (registered("1.2.3"), bytes((0x2A, 3))),
    "x400": (der.value(0xA3, b"\x30\x00"), b"\x30\x00"),
    "edi": (der.value(0xA5, NULL), NULL),
}

BAD_ENTRIES = {
    "no ascii": der.value(0x82, b"\xff.example"),
    "no ascii in an address for mail": der.value(0x81, b"\xe9@a.example"),
    "no such kind": der.value(0x89, b""),
    "another type": NULL,
    "no name in it": directory(b"\x05\x00"),
    "nothing in it": der.value(0xA4, b""),
    "two in it": der.value(0xA4, named("a") + named("b")),
    "no type in it": der.value(0xA0, b""),
    "a type that is none": der.value(0xA0, b"\x02\x01\x07"),
    "no value in it": der.value(0xA0, oid("1.2.3")),
    "no address for mail in it": der.value(0xA0, oid("1.3.6.1.5.5.7.8.9")),
}


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_of_name_is_read(kind: str):
    encoded, value = EVERY[kind]
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, sequence(encoded)))
    assert certificate.general_names == (GeneralName(kind, value),)  # type: ignore[arg-type]
    assert certificate.flaws == ()


@pytest.mark.parametrize("which", BAD_ENTRIES)
def test_a_bad_name_hides_no_other(which: str):
    content = sequence(dns("a.example"), BAD_ENTRIES[which], ip("192.0.2.7"))
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, content))
    assert certificate.alternative_names == AlternativeNames(("a.example",), ("192.0.2.7",))
    (flaw,) = certificate.flaws
    assert (flaw.field, flaw.value) == ("subjectAltName", "no ascii" in which)
    assert flaw.why.startswith("an entry in it cannot be read: ")


@pytest.mark.parametrize("size", [0, 1, 3, 5, 8, 15, 17, 32])
def test_an_address_of_an_odd_length_is_told_and_is_none(size: int):
    content = sequence(ip(b"\x01" * size), dns("a.example"))
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, content))
    assert certificate.alternative_names == AlternativeNames(("a.example",), (), others=1)
    assert certificate.flaws == (Flaw("subjectAltName", f"an address in it has {size} bytes", value=True),)


def test_a_list_of_no_names_is_a_flaw_of_its_value():
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, sequence()))
    assert certificate.general_names == ()
    assert certificate.alternative_names == AlternativeNames()
    assert [flaw.kind for flaw in certificate.flaws] == ["subjectAltName-value"]


def test_names_are_not_yet_visible_where_they_are_compared():
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, sequence(dns("a\0b\n.example"))))
    assert certificate.alternative_names == AlternativeNames(("a\0b\n.example",))
    assert certificate.listed_names == ("a\\x00b\\n.example",)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (der.value(0x0C, "é@a.example".encode()), "é@a.example"),
        (der.value(0x0C, "é@É.example".encode()), "é@xn--9ca.example"),
        (der.value(0x0C, b"no host"), "no host"),
        (der.value(0x0C, "a@é..example".encode()), "a@é..example"),
        (der.value(0x16, b"a@a.example"), ""),
    ],
)
def test_an_address_for_mail_beyond_ascii_is_one(value: bytes, read: str):
    # RFC 9598
    certificate = carrying(extension(ext.ALTERNATIVE_NAMES, sequence(other("1.3.6.1.5.5.7.8.9", value))))
    assert certificate.general_names == (GeneralName("email", read),)
    assert certificate.flaws == ()


# --- name constraints -------------------------------------------------------------------------------------


def _constraints(content: bytes) -> tuple[ext.NameConstraints | None, list[str]]:
    certificate = carrying(extension(ext.NAME_CONSTRAINTS, content, critical=True))
    return certificate.name_constraints, [flaw.kind for flaw in certificate.flaws]


def _subtrees(tag: int, *entries: bytes) -> bytes:
    return der.value(tag, b"".join(sequence(entry) for entry in entries))


def test_both_lists_are_read():
    found, flaws = _constraints(
        sequence(
            _subtrees(0xA0, dns("a.example"), mail(".b.example")), _subtrees(0xA1, ip("10.0.0.0/255.0.0.0"))
        )
    )
    assert found == ext.NameConstraints(
        (GeneralName("dns", "a.example"), GeneralName("email", ".b.example")),
        (GeneralName("address", bytes((10, 0, 0, 0, 255, 0, 0, 0))),),
        critical=True,
    )
    assert flaws == []


@pytest.mark.parametrize(
    "content",
    [sequence(), sequence(der.value(0xA0, b"")), sequence(_subtrees(0xA0, dns("a")), der.value(0xA1, b""))],
)
def test_constraints_or_a_list_of_them_that_say_nothing_are_told(content: bytes):
    found, flaws = _constraints(content)
    assert found is not None
    assert found.empty
    assert flaws == []


@pytest.mark.parametrize(
    ("network", "good"),
    [
        ("10.0.0.0/255.0.0.0", True),
        ("10.1.2.3/255.0.0.0", True),
        ("0.0.0.0/0.0.0.0", True),
        ("10.0.0.0/255.255.255.255", True),
        ("10.0.0.0/255.0.255.0", False),
        ("10.0.0.0/0.0.0.255", False),
        ("10.0.0.0/255.128.1.0", False),
        ("2001:db8::/ffff:ffff::", True),
        ("::/::", True),
        ("2001:db8::/ffff:0:ffff::", False),
        (b"", False),
        (bytes(4), False),
        (bytes(7), False),
        (bytes(16), False),
        (bytes(33), False),
    ],
)
def test_a_range_of_addresses_has_its_ones_in_front(network: str | bytes, good: bool):
    # RFC 5280 section 4.2.1.10
    found, flaws = _constraints(sequence(_subtrees(0xA0, dns("a.example"), ip(network))))
    assert flaws == ([] if good else ["nameConstraints-value"])
    assert found is not None
    assert [name.kind for name in found.permitted] == ["dns", "address"]


@pytest.mark.parametrize("which", BAD_ENTRIES)
def test_a_bad_constraint_hides_no_other(which: str):
    found, flaws = _constraints(
        sequence(_subtrees(0xA1, dns("a.example"), BAD_ENTRIES[which], dns("b.example")))
    )
    assert found is not None
    assert [name.value for name in found.excluded] == ["a.example", "b.example"]
    assert flaws == ["nameConstraints-value" if "no ascii" in which else "nameConstraints"]


def test_bounds_are_told_of_the_names_that_have_them():
    def bounded(name: bytes, *bounds: bytes) -> bytes:
        return sequence(name, *bounds)

    content = sequence(
        der.value(
            0xA0,
            bounded(dns("a"), der.value(0x80, b"\x00"))
            + bounded(dns("b"), der.value(0x80, b"\x01"))
            + bounded(dns("c"), der.value(0x81, b"\x00"))
            + bounded(dns("d")),
        )
    )
    found, flaws = _constraints(content)
    assert found is not None
    assert [name.value for name in found.bounded] == ["b", "c"]
    assert [name.value for name in found.permitted] == ["a", "b", "c", "d"]
    assert flaws == []


@pytest.mark.parametrize("content", [sequence(dns("a")), sequence(der.value(0xA2, b"")), sequence(NULL)])
def test_anything_else_in_constraints_is_a_flaw(content: bytes):
    assert _constraints(content) == (None, ["nameConstraints"])


# --- key identifiers --------------------------------------------------------------------------------------

ISSUER = distinguished(attribute("2.5.4.3", "Root"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (sequence(), ext.KeyIds(None)),
        (sequence(der.value(0x80, b"")), ext.KeyIds(b"")),
        (sequence(der.value(0x80, b"\x01")), ext.KeyIds(b"\x01")),
        (sequence(der.value(0x82, b"\x07")), ext.KeyIds(None, None, 7)),
        (sequence(der.value(0x82, b"\xff")), ext.KeyIds(None, None, -1)),
        (
            sequence(der.value(0x80, b"\x01"), der.value(0xA1, directory(ISSUER)), der.value(0x82, b"\x07")),
            ext.KeyIds(b"\x01", ((("2.5.4.3", "root"),),), 7),
        ),
        (sequence(der.value(0xA1, dns("a.example") + directory(ISSUER))), ext.KeyIds(
            None, ((("2.5.4.3", "root"),),)
        )),
        (sequence(der.value(0xA1, dns("a.example"))), ext.KeyIds(None)),
    ],
)  # fmt: skip
def test_an_authority_is_named_by_its_key_or_its_issuer_and_serial(content: bytes, expected: ext.KeyIds):
    certificate = carrying(extension(ext.AUTHORITY_KEY_ID, content))
    assert certificate.authority_key == expected
    assert certificate.authority_key_id == expected.key_id
    assert certificate.flaws == ()


def test_which_issuer_is_meant_is_decided_by_all_that_is_said():
    issuer = assembled(
        extensions=[extension(ext.SUBJECT_KEY_ID, GOOD[ext.SUBJECT_KEY_ID])], issuer=ISSUER, serial=integer(9)
    )
    names = {"right": ISSUER, "wrong": named("Another")}
    for key, name, serial in (
        (b"\x03\x04", "right", 9),
        (b"\x09", "right", 9),
        (b"\x03\x04", "wrong", 9),
        (b"\x03\x04", "right", 8),
    ):
        content = sequence(
            der.value(0x80, key), der.value(0xA1, directory(names[name])), integer(serial, 0x82)
        )
        child = carrying(extension(ext.AUTHORITY_KEY_ID, content))
        assert issuer.meant_by(child) == ((key, name, serial) == (b"\x03\x04", "right", 9))
    assert issuer.meant_by(carrying(extension("1.2.3", b"")))


def test_the_issuers_name_is_compared_as_names_are():
    content = sequence(der.value(0xA1, directory(named("  ROOT "))))
    found = ext.authority_key_id(held(ext.AUTHORITY_KEY_ID, content))
    assert found.issuer == read_name(der.one(ISSUER)).canonical


# --- access and features ----------------------------------------------------------------------------------


def test_a_bad_place_hides_no_other():
    ca, ocsp = oid("1.3.6.1.5.5.7.48.2"), oid("1.3.6.1.5.5.7.48.1")
    content = sequence(
        sequence(ca, uri("http://a.example/1")),
        sequence(ca, der.value(0x86, b"\xff")),
        sequence(ca),
        NULL,
        sequence(ocsp, uri("http://o.example/\n")),
        sequence(ca, directory(named("x"))),
        sequence(oid("1.2.3"), uri("http://b.example/")),
    )
    certificate = carrying(extension(ext.INFORMATION_ACCESS, content))
    assert certificate.issuer_urls == ("http://a.example/1",)
    assert certificate.ocsp_urls == ("http://o.example/\\n",)
    assert fields(certificate) == ["authorityInfoAccess"] * 3


def test_features_are_numbers():
    assert carrying(extension(ext.TLS_FEATURE, sequence(integer(5), integer(17)))).tls_features == (5, 17)
    broken = carrying(extension(ext.TLS_FEATURE, sequence(integer(5), NULL)))
    assert (broken.tls_features, fields(broken)) == ((), ["tlsFeature"])


def test_an_extension_that_pyca_reads_is_read_the_same():
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=True, data_encipherment=False,
        key_agreement=True, key_cert_sign=False, crl_sign=False, encipher_only=True, decipher_only=False,
    )  # fmt: skip
    found = ext.key_usage(held(ext.KEY_USAGE, usage.public_bytes()))
    assert found == {"digital_signature", "key_encipherment", "key_agreement"}
