"""Names in every string type, and their text against pyca's."""

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from der_making import (
    BMP,
    COMMON_NAME,
    COUNTRY,
    IA5,
    MAIL,
    ORGANIZATION,
    PRINTABLE,
    T61,
    UNIVERSAL,
    UTF8,
    assembled,
    attribute,
    der,
    distinguished,
    named,
    oid,
    sequence,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.core.distinguished import DistinguishedName, read_name, string_types
from tlswizard.core.text import visible

NUMERIC, VISIBLE, TIME = 0x12, 0x1A, 0x17


def read(name: bytes) -> DistinguishedName:
    return read_name(der.one(name))


def common(value: str | bytes, tag: int) -> str | None:
    return read(distinguished(attribute(COMMON_NAME, value, tag))).common_name


# --- string types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        (UTF8, "Zoë 株".encode()),
        (BMP, "Zoë 株".encode("utf-16-be")),
        (UNIVERSAL, "Zoë 株".encode("utf-32-be")),
    ],
)
def test_every_wide_type_of_text_is_read(tag: int, written: bytes):
    assert common(written, tag) == "Zoë 株"


@pytest.mark.parametrize("tag", [PRINTABLE, IA5, T61, NUMERIC, VISIBLE, TIME])
def test_in_every_other_type_a_byte_is_a_character(tag: int):
    assert common("Zoë 7".encode("latin-1"), tag) == "Zoë 7"


def test_a_character_beyond_the_first_65536_is_read():
    assert common("\U0001f512".encode("utf-16-be"), BMP) == "\U0001f512"
    assert common("\U0001f512".encode("utf-32-be"), UNIVERSAL) == "\U0001f512"


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        (UTF8, b"a\xff.example"),
        (UTF8, b"\xed\xa0\x80"),
        (BMP, b"\x00a\x00"),
        (BMP, b"\xd8\x00\x00a"),
        (UNIVERSAL, b"\x00\x00\x00"),
        (UNIVERSAL, b"\x00\x11\x00\x00"),
    ],
)
def test_text_that_is_none_of_its_type_hides_nothing(tag: int, written: bytes):
    name = read(distinguished(attribute(ORGANIZATION, "Org"), attribute(COMMON_NAME, written, tag)))
    assert name.common_name == written.decode("latin-1")
    assert name.all(ORGANIZATION) == ("Org",)
    assert visible(name.text) == name.text
    assert visible(name.title) == name.title


@pytest.mark.parametrize(
    "broken",
    [
        b"\x05\x00",
        sequence(b"\x05\x00"),
        distinguished(b"\x05\x00"),
        distinguished(sequence(oid(COMMON_NAME))),
        distinguished(sequence(b"\x02\x01\x01", b"\x0c\x01a")),
        distinguished(sequence(oid(COMMON_NAME), b"\x0c\x01a", b"\x0c\x01b")),
        sequence(sequence(attribute(COMMON_NAME, "a"))),
    ],
    ids=["no name", "no set", "no attribute", "no value", "no kind", "two values", "no set around it"],
)
def test_what_has_not_the_shape_of_a_name_says_so(broken: bytes):
    with pytest.raises(ValueError, match=r".") as caught:
        read(broken)
    assert str(caught.value)


def test_the_types_are_told_of_one_kind():
    name = distinguished(
        attribute(MAIL, "a", IA5), [attribute(MAIL, "b", UTF8), attribute(COMMON_NAME, "c", BMP)]
    )
    assert string_types(der.one(name), MAIL) == (IA5, UTF8)
    assert string_types(der.one(name), COMMON_NAME) == (BMP,)
    assert string_types(der.one(name), COUNTRY) == ()


# --- comparing (RFC 5280 section 7.1) ---------------------------------------------------------------------


def test_neither_type_nor_case_nor_blanks_matter():
    spellings = {
        read(distinguished(attribute(ORGANIZATION, text, tag))).canonical
        for text, tag in (
            ("The Org", UTF8), ("the ORG", PRINTABLE), (" The  Org ", IA5), ("The\tOrg", UTF8),
            ("The Org".encode("utf-16-be"), BMP),
        )
    }  # fmt: skip
    assert len(spellings) == 1


def test_the_order_matters_but_not_within_a_set():
    org, country = attribute(ORGANIZATION, "Org"), attribute(COUNTRY, "US")
    assert read(distinguished(org, country)).canonical != read(distinguished(country, org)).canonical
    assert read(distinguished([org, country])).canonical == read(distinguished([country, org])).canonical
    assert read(distinguished([org, country])).canonical != read(distinguished(org, country)).canonical


def test_the_kind_matters():
    assert read(named("Org")).canonical != read(distinguished(attribute(ORGANIZATION, "Org"))).canonical


def test_an_empty_name_is_one():
    empty = read(distinguished())
    assert (empty.canonical, empty.text, empty.title, empty.common_name) == ((), "", "", None)


# --- text (RFC 4514) --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a.example", "a.example"),
        ("Sue, Grabbit and Runn", r"Sue\, Grabbit and Runn"),
        ('James "Jim" Smith, III', r"James \"Jim\" Smith\, III"),
        ("Before\rAfter", r"Before\rAfter"),
        ("#1", r"\#1"),
        ("a#1", "a#1"),
        (" a b ", r"\ a b\ "),
        (" ", r"\ "),
        ("  ", "\\ \\ "),
        ("a+b;c<d>e\\f", r"a\+b\;c\<d\>e\\f"),
        ("\x00", r"\00"),
        ("Lučić", "Lučić"),
        ("", ""),
    ],
)
def test_characters_with_a_meaning_are_escaped(value: str, shown: str):
    assert read(named(value)).text == f"CN={shown}"


def test_the_last_name_comes_first_and_a_set_is_joined():
    name = distinguished(
        attribute(COUNTRY, "US"),
        [attribute(ORGANIZATION, "Org"), attribute("1.2.3.4", "x")],
        attribute(COMMON_NAME, "a"),
    )
    assert read(name).text == "CN=a,O=Org+1.2.3.4=x,C=US"


KINDS = (
    NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.LOCALITY_NAME,
    NameOID.STATE_OR_PROVINCE_NAME, NameOID.STREET_ADDRESS, NameOID.DOMAIN_COMPONENT, NameOID.USER_ID,
    NameOID.EMAIL_ADDRESS, NameOID.SERIAL_NUMBER, x509.ObjectIdentifier("1.2.3.4.5"),
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    st.text(' #"+,;<>\\=a\0\n', min_size=1, max_size=6),
)
ATTRIBUTES = st.builds(
    lambda kind, text: x509.NameAttribute(kind, text, _ASN1Type.UTF8String), st.sampled_from(KINDS), TEXTS
)
SETS = st.lists(ATTRIBUTES, min_size=1, max_size=2, unique_by=lambda a: a.oid).map(
    x509.RelativeDistinguishedName
)


@settings(max_examples=200, deadline=None)
@given(st.lists(SETS, max_size=4).map(x509.Name))
def test_whatever_the_name_its_text_is_pycas(name: x509.Name):
    certificate = assembled(subject=name.public_bytes())
    theirs = certificate.library().subject  # in the encoding's order, which is another one within a set
    assert certificate.subject == visible(theirs.rfc4514_string())
    assert certificate.subject_dn.rdns == tuple(
        tuple((a.oid.dotted_string, a.value) for a in rdn) for rdn in theirs.rdns
    )
