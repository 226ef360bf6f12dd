"""Names as people write them, and as they are asked for on the wire (RFC 5890, RFC 5891, UTS #46)."""

import pytest

from tlswizard.core.target import BadTarget, parse_host


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("a.example", "a.example"),
        ("A.Example", "a.example"),
        ("a.example.", "a.example"),
        ("A.EXAMPLE.", "a.example"),
        ("a_b.example", "a_b.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example.", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("ΒΌΛΟΣ.example", "xn--nxasmq6b.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("例え。テスト。", "xn--r8jz45g.xn--zckzah"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("\u212abc.example", "kbc.example"),
        ("exa\u00admple.com", "example.com"),
        ("example\u200b.com", "example.com"),
        ("i♥ny.example", "xn--iny-zx5a.example"),
        ("💩.example", "xn--ls8h.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
def test_a_name_is_asked_for_in_one_spelling(typed: str, asked: str):
    assert parse_host(typed) == asked
    assert parse_host(asked) == asked


def test_a_mapped_address_has_one_spelling():
    assert parse_host("::ffff:192.0.2.7") == parse_host("::FFFF:c000:207") == parse_host("::ffff:c000:0207")


@pytest.mark.parametrize(
    "typed",
    ["", ".", "..", "a..example", ".a.example", "a.example..", "-a.example", "a-.example", "a b.example",
     "*.a.example", "a\x00.example", "\u202ea.example", "\ud800.example", "\ue000.example", "\u00ad.example",
     "ü" * 60 + ".example", "a" * 64, "℀.example", "⒈example", "192.0.2.256", "192.0.2", "1.2.3.4.5"],
)  # fmt: skip
def test_what_is_no_name_is_refused(typed: str):
    with pytest.raises(BadTarget):
        parse_host(typed)
