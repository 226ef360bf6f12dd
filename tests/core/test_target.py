from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.core.names import is_address
from tlswizard.core.target import SCHEMES, BadTarget, Target, parse_host, parse_target
from tlswizard.core.text import visible

# IANA service names and port numbers; the design's list of schemes.
EVERY_SCHEME = {
    "https": (443, None), "smtp": (25, "smtp"), "smtps": (465, None), "submission": (587, "smtp"),
    "imap": (143, "imap"), "imaps": (993, None), "pop3": (110, "pop3"), "pop3s": (995, None),
    "ldap": (389, "ldap"), "ldaps": (636, None), "ftp": (21, "ftp"), "ftps": (990, None),
    "nntp": (119, "nntp"), "nntps": (563, None), "sieve": (4190, "sieve"), "xmpp": (5222, "xmpp"),
    "xmpp-server": (5269, "xmpp-server"), "postgres": (5432, "postgres"), "mysql": (3306, "mysql"),
    "mssql": (1433, "mssql"), "rdp": (3389, "rdp"), "irc": (6667, "irc"), "ircs": (6697, None),
}  # fmt: skip


@pytest.mark.parametrize("scheme", EVERY_SCHEME)
def test_a_scheme_gives_port_and_protocol(scheme: str):
    target = parse_target(f"{scheme}://mail.example.com")
    assert (target.port, target.starttls) == EVERY_SCHEME[scheme]
    assert (target.host, target.servername, target.scheme) == ("mail.example.com", "mail.example.com", scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_port_in_the_url_wins_over_that_of_the_scheme(scheme: str):
    target = parse_target(f"{scheme.upper()}://mail.example.com:8443/path?q=1#f")
    assert (target.port, target.starttls) == (8443, SCHEMES[scheme].starttls)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("example.com", "example.com:443"),
        ("example.com:8443", "example.com:8443"),
        ("Example.COM.", "example.com:443"),
        ("https://example.com.:444/", "example.com:444"),
        ("example.com/login?next=/", "example.com:443"),
        ("example.com:8443/login", "example.com:8443"),
        ("jsanders4", "jsanders4:443"),
        ("under_score.example", "under_score.example:443"),
        ("192.0.2.7", "192.0.2.7:443"),
        ("192.0.2.7:25", "192.0.2.7:25"),
        ("2001:DB8:0::1", "[2001:db8::1]:443"),
        ("[2001:db8::1]", "[2001:db8::1]:443"),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
        ("https://[2001:db8::1]/", "[2001:db8::1]:443"),
        ("fe80::1%eth0", "[fe80::1%eth0]:443"),
        ("[fe80::1%eth0]:8443", "[fe80::1%eth0]:8443"),
        ("bücher.example", "xn--bcher-kva.example:443"),
        ("https://BÜCHER.example:444", "xn--bcher-kva.example:444"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai:443"),
        ("http://example.com", "example.com:443"),
        ("postgresql://dana:secret@db.example:6432/app", "db.example:6432"),
        ("https://dana@[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
    ],
)
def test_what_people_type_names_a_server(typed: str, where: str):
    assert parse_target(typed).where == where


@pytest.mark.parametrize(
    "pasted",
    [
        "  https://example.com/path  ",
        "<https://example.com>",
        "“https://example.com/”,",
        "`example.com`",
        "'https://example.com'",
        "example.com…",
        "see https://example.com/path: it fails",
        "curl: (60) SSL certificate problem, https://example.com/ says so",
        "(https://example.com)",
        "example.com.",
    ],
)
def test_rubbish_around_a_server_is_passed_over(pasted: str):
    assert parse_target(pasted).where == "example.com:443"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "No server was named"),
        (" \t'\" ", "No server was named"),
        ("two words", "does not name a server"),
        ("example.com:", "does not name a server"),
        ("example.com:https", "does not name a server"),
        ("https://example.com:", "no port after the colon"),
        ("https://example.com:https", "no port after the colon"),
        ("example.com:0", "0 is no port"),
        ("example.com:65536", "65536 is no port"),
        ("https://example.com:" + "9" * 50, "is no port"),
        ("gopher://example.com", "gopher:// is"),
        ("https://", "cannot be the name"),
        ("-a.example", "cannot be the name"),
        ("a..example", "cannot be the name"),
        ("*.example.com", "cannot be the name"),
        ("a" * 64 + ".example", "cannot be the name"),
        (".".join(["abcdefgh"] * 30), "cannot be the name"),
        ("1.2.3", "looks like an address but is none"),
        ("256.0.0.1", "looks like an address but is none"),
        ("fe80::1%\x1b[31m", "."),
        ("https://[::1", "."),
        ("a.example" * 1000, "too long"),
    ],
)
def test_what_names_no_server_is_refused_with_a_sentence(typed: str, says: str):
    with pytest.raises(BadTarget) as refused:
        parse_target(typed)
    message = str(refused.value)
    assert says in message
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize(
    ("typed", "starttls"),
    [("mail.example:25", "smtp"), ("mail.example:587", "smtp"), ("mail.example:143", "imap"),
     ("db.example:5432", "postgres"),
     ("mail.example:465", None), ("mail.example:443", None), ("https://mail.example:25", None)],
)  # fmt: skip
def test_a_usual_port_implies_its_starttls_unless_a_scheme_says_otherwise(typed: str, starttls: str | None):
    assert parse_target(typed).starttls == starttls


def test_what_is_told_wins_over_what_is_guessed():
    target = parse_target(
        "mail.example:25", starttls="none", servername="Bücher.example.", connect="192.0.2.7"
    )
    assert target == Target(
        "mail.example:25", "mail.example", 25, None, None, "xn--bcher-kva.example", "192.0.2.7"
    )
    assert parse_target("mail.example:443", starttls="imap").starttls == "imap"
    with pytest.raises(BadTarget):
        parse_target("mail.example", servername="no name")


def test_the_text_is_kept_as_typed_but_visible():
    assert parse_target("https://example.com/\x1b[2J\u202e").text == "https://example.com/\\x1b[2J\\u202e"


def test_an_address_is_told_from_a_name():
    assert parse_target("192.0.2.7").is_address
    assert parse_target("[::1]:443").is_address
    assert not parse_target("a.example").is_address
    assert str(parse_target("[::1]:443")) == "[::1]:443"


def shown(text: str) -> bool:
    """Nothing hidden is in it (a no-break space is visible enough)."""
    return visible(text, len(text)) == text


def _is_sound(target: Target) -> None:
    assert 0 < target.port < 65536
    assert shown(target.text)
    for host in (target.host, target.servername):
        assert host.isascii()
        assert host.isprintable()
        assert not set(host) & set(" /?#[]\"'@")
        assert is_address(host) or host == host.lower()
    # What came out can be typed again and means the same.
    again = parse_target(target.where, starttls=target.starttls or "none")
    assert again == replace(target, text=target.where, scheme=None)


PIECES = st.sampled_from(
    [*SCHEMES, "://", ":", "/", "[", "]", "@", ".", "%", "::1", "443", "a.example", "192.0.2.7", " ", "\x1b",
     "ü", "-", "_"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=8).map("".join)))
def test_any_text_gives_a_sound_target_or_one_sentence(text: str):
    try:
        target = parse_target(text)
    except BadTarget as refused:
        assert str(refused)
        assert shown(str(refused))
    else:
        _is_sound(target)


@given(st.text())
def test_any_text_gives_a_sound_host_or_is_refused(text: str):
    try:
        host = parse_host(text)
    except BadTarget:
        return
    assert parse_host(host) == host
    assert host.isascii()
    assert host.isprintable()
