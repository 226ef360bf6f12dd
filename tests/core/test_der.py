"""Values of the encoding, read one by one: what is good, what is odd, and what is refused."""

import pytest
from cryptography.hazmat import asn1
from der_making import assembled, bit_string, der, integer, oid, sequence
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.integers(-(1 << 200), 1 << 200)


def one(encoded: bytes) -> der.TLV:
    return der.one(encoded)


# --- shape ------------------------------------------------------------------------------------------------


@given(st.binary(max_size=70_000), st.sampled_from([der.SEQUENCE, der.OCTET_STRING, 0x0C, 0x82, 0xA3]))
def test_what_is_written_is_read_again(content: bytes, tag: int):
    value = one(der.value(tag, content))
    assert (der.tag(value), bytes(value.data)) == (tag, content)
    assert der.raw(value) == der.value(tag, content)


@given(st.lists(st.binary(max_size=5), max_size=5))
def test_values_stand_one_after_the_other(contents: list[bytes]):
    encoded = b"".join(der.value(der.OCTET_STRING, content) for content in contents)
    assert [bytes(v.data) for v in der.values(encoded)] == contents
    assert [bytes(v.data) for v in der.inside(one(sequence(encoded)))] == contents


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x30",
        b"\x30\x02\x05",
        b"\x05\x00\x00",
        b"\x30\x80\x00\x00",
        b"\x04\x81\x01a",
        b"\x04\x82\x00\x01a",
    ],
    ids=["nothing", "no length", "too short", "one byte more", "indefinite", "long length", "longer length"],
)
def test_what_is_no_value_is_refused(broken: bytes):
    with pytest.raises(ValueError, match=r"."):
        der.one(broken)


def test_only_what_was_expected_is_opened():
    with pytest.raises(ValueError, match="0x30 was expected, 0x31 is there"):
        der.inside(one(der.value(der.SET, b"")))
    assert der.inside(one(der.value(der.SET, b"")), der.SET) == []
    with pytest.raises(ValueError, match=r"."):
        der.inside(one(sequence(b"\x04")))


def test_a_certificate_comes_apart_and_together_again():
    certificate = assembled()
    parts = der.signed_parts(certificate.der)
    assert sequence(
        *(der.raw(p) for p in (parts.tbs, parts.algorithm)), asn1.encode_der(parts.signature)
    ) == (certificate.der)
    assert der.raw(der.tbs_parts(parts.tbs).validity) in certificate.der
    for broken in (b"", sequence(), certificate.der[1:]):
        with pytest.raises(ValueError, match=r"."):
            der.signed_parts(broken)
    with pytest.raises(ValueError, match=r"."):
        der.tbs_parts(one(sequence(b"\x02\x01\x01")))


# --- object identifiers -----------------------------------------------------------------------------------


@given(
    st.one_of(
        st.tuples(st.sampled_from([0, 1]), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 1 << 70))
    ),
    st.lists(st.integers(0, 1 << 70), max_size=4),
)
def test_an_object_identifier_is_read_as_it_was_written(first: tuple[int, int], rest: list[int]):
    dotted = ".".join(str(number) for number in (*first, *rest))
    assert der.dotted(one(oid(dotted))) == dotted


@pytest.mark.parametrize(
    "dotted", ["2.5.29.17", "0.9.2342.19200300.100.1.25", "2.999.1", "1.3.6.1.5.5.7.3.1"]
)
def test_pyca_writes_the_same(dotted: str):
    written = asn1.encode_der(_with_oid(dotted))
    assert der.dotted(der.inside(one(written))[0]) == dotted


@asn1.sequence
class _Identified:
    oid: "asn1.TLV"


def _with_oid(dotted: str) -> "_Identified":
    return _Identified(oid=der.one(oid(dotted)))


@pytest.mark.parametrize("broken", [b"\x06\x00", b"\x06\x01\x80", b"\x06\x02\x2a\x83", b"\x02\x01\x2a"])
def test_what_is_no_object_identifier_is_refused(broken: bytes):
    with pytest.raises(ValueError, match="no object identifier"):
        der.dotted(one(broken))


# --- numbers and bits -------------------------------------------------------------------------------------


@given(NUMBERS)
def test_a_whole_number_is_read_with_its_sign(number: int):
    assert der.integer(one(integer(number))) == number
    assert der.integer(one(integer(number, 0x82)), 0x82) == number


@pytest.mark.parametrize("broken", [b"\x02\x00", b"\x04\x01\x07", der.value(0x02, b"\x01" * 129)])
def test_what_is_no_whole_number_is_refused(broken: bytes):
    with pytest.raises(ValueError, match="no whole number"):
        der.integer(one(broken))


def test_the_longest_number_is_read():
    assert der.integer(one(der.value(0x02, b"\x01" * der.MAX_INTEGER))) > 1 << 1000


def test_a_boolean_is_one_of_two():
    assert der.boolean(one(b"\x01\x01\xff")) is True
    assert der.boolean(one(b"\x01\x01\x00")) is False
    for broken in (b"\x01\x01\x01", b"\x01\x00", b"\x01\x02\xff\xff", b"\x02\x01\x00"):
        with pytest.raises(ValueError, match="no boolean"):
            der.boolean(one(broken))


@pytest.mark.parametrize(
    ("content", "unused", "bits"),
    [
        (b"", 0, ""),
        (b"\x80", 7, "1"),
        (b"\x06", 1, "0000011"),
        (b"\x06", 0, "00000110"),
        (b"\xff", 5, "111"),
        (b"\xff", 7, "1"),
        (b"\x01\x80", 7, "000000011"),
        (b"\x00\x00", 3, "0000000000000"),
    ],
)
def test_bits_are_read_without_the_unused_ones(content: bytes, unused: int, bits: str):
    assert "".join("1" if bit else "0" for bit in der.bits(one(bit_string(content, unused)))) == bits


@pytest.mark.parametrize("broken", [b"\x03\x00", b"\x03\x01\x01", b"\x03\x02\x08\xff", b"\x04\x02\x00\xff"])
def test_what_is_no_string_of_bits_is_refused(broken: bytes):
    with pytest.raises(ValueError, match="no bit string"):
        der.bits(one(broken))
