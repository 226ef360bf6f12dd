"""Every kind of name against every kind of constraint (RFC 5280 section 4.2.1.10), as OpenSSL decides it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_oracle import command_says, commands_say
from cryptography import x509
from der_making import (
    BMP,
    COMMON_NAME,
    COUNTRY,
    IA5,
    MAIL,
    ORGANIZATION,
    PRINTABLE,
    T61,
    UTF8,
    again,
    attribute,
    constraints,
    der,
    directory,
    distinguished,
    dns,
    mail,
    named,
    names,
    oid,
    other,
    registered,
    sequence,
    uri,
)
from der_making import address as ip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge_making import AT, Extension, Made, authority, faults_of, made, new_key, root, situation, verdict_on

from tlswizard.core.certificate import Certificate
from tlswizard.core.verdict import Fault, Situation

ROOT = root()
KEY = new_key()
NO_SUBJECT = distinguished()


def server(issuer: Made, entries: Sequence[bytes] | None, subject: bytes = NO_SUBJECT) -> Made:
    """A leaf with these names, and with no subject if no other is given."""
    listed = [names(*entries)] if entries is not None else []
    bare = made(x509.Name([]), issuer, key=KEY, more=listed)
    return bare if subject == NO_SUBJECT else again(bare, issuer, subject=subject)


def constrained(*limits: Extension, by: Made = ROOT, name: str = "Issuing") -> Made:
    return authority(name, by, more=limits)


def kinds(*chain: Made, anchor: Made = ROOT) -> list[str | None]:
    return [f.kind for f in faults_of("name-constraint", *chain, roots=[anchor], name=None)]


def agreed(folder: Path, *chain: Made | Certificate, anchor: Made | Certificate = ROOT) -> str:
    """What we say of an OpenSSL client, made sure of with the program and with the library."""
    facts = situation(*chain, roots=[anchor], name=None)
    verdict = verdict_on("openssl", facts)
    said = command_says(facts, folder)
    assert (verdict.result, verdict.disagreement) == ("accept" if said.accepts else "refuse", None), said
    return verdict.result


# --- kinds of names -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    entries: Sequence[bytes] | None
    kind: str | None = None
    permitted: Sequence[bytes] | None = None
    excluded: Sequence[bytes] | None = None
    subject: bytes = NO_SUBJECT


def _org(name: str, tag: int = UTF8) -> bytes:
    return attribute(ORGANIZATION, name, tag)


def _us(*more: bytes) -> bytes:
    return distinguished(attribute(COUNTRY, "US", PRINTABLE), *more)


def _mailbox(text: str, tag: int = IA5) -> bytes:
    return distinguished(attribute(MAIL, text, tag))


def _bounds(entry: bytes, minimum: int | None = None, maximum: int | None = None) -> bytes:
    low = b"" if minimum is None else der.value(0x80, bytes([minimum]))
    high = b"" if maximum is None else der.value(0x81, bytes([maximum]))
    return sequence(entry, low, high)


def utf8_mailbox(text: str, tag: int = UTF8) -> bytes:
    return other("1.3.6.1.5.5.7.8.9", der.value(tag, text.encode()))


DNS = (dns("a.example"),)
V4, V6 = (ip("192.0.2.0/255.255.255.0"),), (ip("2001:db8::/ffff:ffff::"),)
UPN = "1.3.6.1.4.1.311.20.2.3"

CASES: dict[str, Case] = {
    # Hosts: the name itself, and everything with labels before it
    "dns the very one": Case([dns("a.example")], None, DNS),
    "dns below": Case([dns("x.y.a.example")], None, DNS),
    "dns beside": Case([dns("b.example")], "permitted", DNS),
    "dns above": Case([dns("example")], "permitted", DNS),
    "dns half a label": Case([dns("ba.example")], "permitted", DNS),
    "dns another case": Case([dns("X.A.EXAMPLE")], None, DNS),
    "dns constraint in another case": Case([dns("x.a.example")], None, [dns("A.Example")]),
    "dns every one": Case([dns("a.example")], None, [dns("")]),
    "dns none": Case([dns("a.example")], "excluded", excluded=[dns("")]),
    "dns with a dot: below": Case([dns("x.a.example")], None, [dns(".a.example")]),
    "dns with a dot: itself": Case([dns("a.example")], "permitted", [dns(".a.example")]),
    "dns with a dot at its end": Case([dns("a.example.")], "permitted", DNS),
    "dns one of two": Case([dns("x.b.example")], None, [*DNS, dns("b.example")]),
    "dns one good, one bad": Case([dns("a.example"), dns("b.example")], "permitted", DNS),
    "dns excluded": Case([dns("a.example")], "excluded", excluded=DNS),
    "dns excluded below": Case([dns("x.a.example")], "excluded", excluded=DNS),
    "dns excluded beside": Case([dns("b.example")], None, excluded=DNS),
    "dns excluded within permitted": Case([dns("x.a.example")], "excluded", DNS, [dns("x.a.example")]),
    "dns permitted, not excluded": Case([dns("y.a.example")], None, DNS, [dns("x.a.example")]),
    "dns wildcard within": Case([dns("*.a.example")], None, DNS),
    "dns wildcard outside": Case([dns("*.example")], "permitted", DNS),
    "dns wildcard excluded": Case([dns("*.a.example")], "excluded", excluded=DNS),
    "dns wildcard that could stand for it": Case([dns("*.example")], "wildcard", excluded=DNS),
    "dns wildcard that could not": Case([dns("*.b.example")], None, excluded=DNS),
    "dns wildcard beside a dot": Case([dns("*.example")], "wildcard", excluded=[dns(".a.example")]),
    # Mailboxes
    "mail at the host": Case([mail("me@a.example")], None, [mail("a.example")]),
    "mail below the host": Case([mail("me@x.a.example")], "permitted", [mail("a.example")]),
    "mail at the host in another case": Case([mail("me@A.Example")], None, [mail("a.EXAMPLE")]),
    "mail below a domain": Case([mail("me@x.a.example")], None, [mail(".a.example")]),
    "mail at a domain": Case([mail("me@a.example")], "permitted", [mail(".a.example")]),
    "mail the very mailbox": Case([mail("me@a.example")], None, [mail("me@A.example")]),
    "mail another mailbox": Case([mail("you@a.example")], "permitted", [mail("me@a.example")]),
    "mail mailbox in another case": Case([mail("Me@a.example")], "permitted", [mail("me@a.example")]),
    "mail any mailbox there": Case([mail("me@a.example")], None, [mail("@a.example")]),
    "mail no host": Case([mail("me")], "unsupported", [mail("a.example")]),
    "mail no host, excluded": Case([mail("me")], "unsupported", excluded=[mail("a.example")]),
    "mail without a mailbox": Case([mail("@a.example")], None, excluded=[mail("me@a.example")]),
    "mail two signs": Case([mail('"a@b"@a.example')], None, [mail("a.example")]),
    "mail excluded host": Case([mail("me@a.example")], "excluded", excluded=[mail("a.example")]),
    "mail excluded domain": Case([mail("me@x.a.example")], "excluded", excluded=[mail(".a.example")]),
    "mail excluded mailbox": Case([mail("me@a.example")], "excluded", excluded=[mail("me@a.example")]),
    "mail not excluded mailbox": Case([mail("you@a.example")], None, excluded=[mail("me@a.example")]),
    "mail an empty constraint": Case([mail("me@a.example")], None, excluded=[mail("")]),
    "mail beyond ascii": Case([utf8_mailbox("é@a.example")], None, [mail("a.example")]),
    "mail beyond ascii, its host too": Case([utf8_mailbox("é@é.example")], None, [mail("xn--9ca.example")]),
    "mail beyond ascii, elsewhere": Case([utf8_mailbox("é@b.example")], "permitted", [mail("a.example")]),
    "mail of a wrong type": Case([utf8_mailbox("x@a.example", IA5)], "unsupported", [mail("a.example")]),
    # The subject's address for mail
    "mail in the subject": Case(DNS, None, [mail("a.example")], subject=_mailbox("me@a.example")),
    "mail in the subject outside": Case(
        DNS, "permitted", [mail("a.example")], subject=_mailbox("me@b.example")
    ),
    "mail in the subject excluded": Case(
        DNS, "excluded", excluded=[mail("a.example")], subject=_mailbox("me@a.example")
    ),
    "mail in the subject, of a wrong type": Case(
        DNS, "unsupported", [dns("example")], subject=_mailbox("me@a.example", UTF8)
    ),
    "mail in the subject, no host": Case(DNS, "unsupported", [mail("a.example")], subject=_mailbox("me")),
    # URIs: their host, which is constrained as a mailbox's
    "uri at the host": Case([uri("https://a.example/x")], None, [uri("a.example")]),
    "uri at the host with a port": Case([uri("https://a.example:8443/x")], None, [uri("a.example")]),
    "uri at the host in another case": Case([uri("HTTPS://A.Example")], None, [uri("a.example")]),
    "uri below the host": Case([uri("https://x.a.example/")], "permitted", [uri("a.example")]),
    "uri below a domain": Case([uri("https://x.a.example/")], None, [uri(".a.example")]),
    "uri at a domain": Case([uri("https://a.example/")], "permitted", [uri(".a.example")]),
    "uri without a host": Case([uri("urn:a:b")], "unsupported", [uri("a.example")]),
    "uri with an empty host": Case([uri("https:///x")], "unsupported", [uri("a.example")]),
    "uri excluded": Case([uri("ldap://a.example/cn=x")], "excluded", excluded=[uri("a.example")]),
    "uri excluded domain": Case([uri("ldap://x.a.example")], "excluded", excluded=[uri(".a.example")]),
    "uri excluded elsewhere": Case([uri("ldap://x.b.example")], None, excluded=[uri(".a.example")]),
    # Ranges of addresses
    "ipv4 within": Case([ip("192.0.2.7")], None, V4),
    "ipv4 outside": Case([ip("192.0.3.7")], "permitted", V4),
    "ipv4 every one": Case([ip("198.51.100.1")], None, [ip("0.0.0.0/0.0.0.0")]),
    "ipv4 none": Case([ip("198.51.100.1")], "excluded", excluded=[ip("0.0.0.0/0.0.0.0")]),
    "ipv4 one alone": Case([ip("192.0.2.7")], None, [ip("192.0.2.7/255.255.255.255")]),
    "ipv4 range not aligned": Case([ip("192.0.2.7")], None, [ip("192.0.2.1/255.255.255.0")]),
    "ipv4 excluded": Case([ip("192.0.2.7")], "excluded", excluded=V4),
    "ipv4 excluded elsewhere": Case([ip("192.0.3.7")], None, excluded=V4),
    "ipv6 within": Case([ip("2001:db8::7")], None, V6),
    "ipv6 outside": Case([ip("2001:db9::7")], "permitted", V6),
    "ipv6 excluded": Case([ip("2001:db8::7")], "excluded", excluded=V6),
    "ipv6 under ranges of ipv4": Case([ip("2001:db8::7")], "permitted", V4),
    "ipv4 under ranges of ipv6": Case([ip("192.0.2.7")], "permitted", V6),
    "ipv4 not in ranges of ipv6": Case([ip("192.0.2.7")], None, excluded=V6),
    # Directory names: the subject is one
    "directory within": Case(None, None, [directory(_us())], subject=_us(_org("Org"))),
    "directory itself": Case(None, None, [directory(_us(_org("Org")))], subject=_us(_org("Org"))),
    "directory outside": Case(
        None, "permitted", [directory(_us(_org("Org")))], subject=_us(_org("Another"))
    ),
    "directory above": Case(None, "permitted", [directory(_us(_org("Org")))], subject=_us()),
    "directory in another order": Case(
        None, "permitted", [directory(_us(_org("Org")))],
        subject=distinguished(_org("Org"), attribute(COUNTRY, "US")),
    ),
    "directory in other letters": Case(
        None, None, [directory(_us(_org("The  Org ")))], subject=_us(_org("the ORG", PRINTABLE))
    ),
    "directory in another type": Case(
        None, None, [directory(distinguished(_org("Zoë".encode("utf-16-be"), BMP)))],
        subject=distinguished(_org("Zoë")),
    ),
    "directory in teletex": Case(
        None, None, [directory(distinguished(_org("Zoë".encode("latin-1"), T61)))],
        subject=distinguished(_org("Zoë")),
    ),
    "directory two in one": Case(
        None, None, [directory(distinguished([attribute(COUNTRY, "US"), _org("Org")]))],
        subject=distinguished([attribute(COUNTRY, "US"), _org("Org")]),
    ),
    "directory one of two in one": Case(
        None, "permitted", [directory(distinguished(_org("Org")))],
        subject=distinguished([attribute(COUNTRY, "US"), _org("Org")]),
    ),
    "directory every one": Case(None, None, [directory(NO_SUBJECT)], subject=_us()),
    "directory none": Case(None, "excluded", excluded=[directory(NO_SUBJECT)], subject=_us()),
    "directory without a subject": Case(DNS, None, [directory(_us())]),
    "directory excluded": Case(None, "excluded", excluded=[directory(_us())], subject=_us(_org("Org"))),
    "directory excluded elsewhere": Case(None, None, excluded=[directory(_us())], subject=named("a")),
    "directory among the names": Case([directory(_us())], "permitted", [directory(named("x"))]),
    "directory among the names, within": Case([directory(_us(_org("Org")))], None, [directory(_us())]),
    # The common name, where there is no host among the names
    "cn within": Case(None, None, DNS, subject=named("x.a.example")),
    "cn outside": Case(None, "cn", DNS, subject=named("b.example")),
    "cn excluded": Case(None, "cn", excluded=DNS, subject=named("a.example")),
    "cn beside a host": Case(DNS, None, DNS, subject=named("b.example")),
    "cn beside an address": Case([ip("192.0.2.7")], "cn", DNS, subject=named("b.example")),
    "cn that is no host": Case(None, None, DNS, subject=named("The b.example server")),
    "cn of one label": Case(None, None, DNS, subject=named("localhost")),
    "cn with an underscore": Case(None, "cn", DNS, subject=named("b_c.example")),
    "cn with a wildcard": Case(None, None, DNS, subject=named("*.b.example")),
    "cn with an empty label": Case(None, None, DNS, subject=named("b..example")),
    "cn with a hyphen at an edge": Case(None, None, DNS, subject=named("b-.example")),
    "cn with a dot at its end": Case(None, None, DNS, subject=named("b.example.")),
    "cn in another type": Case(
        None, "cn", DNS, subject=distinguished(attribute(COMMON_NAME, "b.example".encode("utf-16-be"), BMP))
    ),
    "cn with a zero byte at its end": Case(None, "cn", DNS, subject=named("b.example\0")),
    "cn with a zero byte in it": Case(None, "cn", V4, subject=named("a.example\0.b.example")),
    "cn one of two": Case(
        None, "cn", DNS,
        subject=distinguished(attribute(COMMON_NAME, "a.example"), attribute(COMMON_NAME, "b.example")),
    ),
    # What cannot be compared
    "other": Case([other(UPN)], "unsupported", [other(UPN)]),
    "other excluded": Case([other(UPN)], "unsupported", excluded=[other(UPN)]),
    "other of another kind": Case([other("1.2.3")], None, [other(UPN)], [other(UPN)]),
    "other unconstrained": Case([other(UPN), dns("a.example")], None, DNS),
    "registered": Case([registered("1.2.3")], "unsupported", [registered("1.2.3")]),
    "registered unconstrained": Case([registered("1.2.3")], None, DNS),
    # Bounds: RFC 5280 wants 0 and none
    "minimum 0": Case([dns("a.example")], None, [_bounds(*DNS, minimum=0)]),
    "minimum 1": Case([dns("a.example")], "unsupported", [_bounds(*DNS, minimum=1)]),
    "maximum": Case([dns("b.example")], "unsupported", excluded=[_bounds(*DNS, maximum=9)]),
    "maximum on another kind": Case([dns("a.example")], None, [_bounds(*V4, maximum=9)]),
    # Kinds that the constraints do not mention
    "nothing about addresses": Case([ip("192.0.2.7")], None, DNS, [mail("a.example")]),
    "nothing about hosts": Case([dns("a.example")], None, V4, V6),
    "empty lists": Case([dns("a.example")], None, [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_name_within_and_outside_its_constraints(name: str, tmp_path: Path):
    case = CASES[name]
    issuing = constrained(constraints(case.permitted, case.excluded))
    leaf = server(issuing, case.entries, case.subject)
    assert leaf.certificate.flaws == issuing.certificate.flaws == ()
    assert kinds(leaf, issuing) == ([case.kind] if case.kind else [])
    expected = "accept" if case.kind in (None, "wildcard") else "refuse"
    assert agreed(tmp_path, leaf, issuing) == expected


def test_there_are_many_cases():
    assert len(CASES) >= 100
    assert {case.kind for case in CASES.values()} == {
        None, "permitted", "excluded", "unsupported", "wildcard", "cn",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://me@a.example/", None),
        ("https://me:secret@a.example:8443/", None),
        ("https://a.example?x", None),
        ("https://a.example#x", None),
        ("https://a.example/b:c@d", None),
        ("https://a.example@b.example/", "permitted"),
    ],
)
def test_the_host_of_a_uri_is_read_as_its_grammar_wants(text: str, kind: str | None):
    # RFC 3986 section 3.2. OpenSSL 4.0 reads it so; 3.0 takes all up to the first colon or slash.
    issuing = constrained(constraints([uri("a.example")]))
    leaf = server(issuing, [uri(text)])
    assert kinds(leaf, issuing) == ([kind] if kind else [])
    assert verdict_on("openssl", situation(leaf, issuing, roots=[ROOT], name=None)).disagreement is None


# --- where it is pinned ---------------------------------------------------------------------------------

OUTSIDE = [dns("b.example")]


def _faults(*chain: Made, anchor: Made = ROOT) -> tuple[Fault, ...]:
    return faults_of("name-constraint", *chain, roots=[anchor], name=None)


def test_the_fault_is_on_the_leaf_and_names_who_set_the_constraint(tmp_path: Path):
    issuing = constrained(constraints(DNS))
    leaf = server(issuing, OUTSIDE)
    (fault,) = _faults(leaf, issuing)
    assert (fault.cause, fault.kind, fault.role) == ("name-constraint", "permitted", "leaf")
    assert (fault.on, fault.other) == (leaf.certificate, issuing.certificate)
    assert fault.found == "b.example"
    assert fault.expected == "only names in a.example, says “Issuing”"
    assert agreed(tmp_path, leaf, issuing) == "refuse"


def test_an_anchors_constraint_holds_too(tmp_path: Path):
    top = root(more=[constraints(excluded=OUTSIDE)])
    issuing = authority("Issuing", top)
    for entries, expected in ((OUTSIDE, "refuse"), (DNS, "accept")):
        leaf = server(issuing, entries)
        faults = _faults(leaf, issuing, anchor=top)
        assert [(f.on, f.other) for f in faults] == (
            [(leaf.certificate, top.certificate)] if expected == "refuse" else []
        )
        assert agreed(tmp_path, leaf, issuing, anchor=top) == expected


def test_an_authority_violates_what_stands_above_it(tmp_path: Path):
    above = constrained(constraints([directory(named("Inside"))]), name="Above")
    issuing = authority("Outside", above)
    leaf = server(issuing, DNS)
    (fault,) = _faults(leaf, issuing, above)
    assert (fault.role, fault.on, fault.other) == ("ca", issuing.certificate, above.certificate)
    assert agreed(tmp_path, leaf, issuing, above) == "refuse"


def test_each_certificate_that_violates_has_its_fault(tmp_path: Path):
    above = constrained(constraints([directory(named("Inside")), *DNS]), name="Above")
    issuing = authority("Outside", above)
    leaf = server(issuing, OUTSIDE)
    assert [(f.role, f.on) for f in _faults(leaf, issuing, above)] == [
        ("leaf", leaf.certificate), ("ca", issuing.certificate),
    ]  # fmt: skip
    assert agreed(tmp_path, leaf, issuing, above) == "refuse"


def test_the_constraints_of_all_authorities_hold_together(tmp_path: Path):
    top = root(more=[constraints([dns("example")])])
    above = constrained(constraints(excluded=[dns("x.a.example")]), by=top, name="Above")
    issuing = constrained(constraints(DNS), by=above)
    for host, holder in (
        ("y.a.example", None),
        ("b.example", issuing),
        ("x.a.example", above),
        ("a.test", issuing),
    ):
        leaf = server(issuing, [dns(host)])
        faults = _faults(leaf, issuing, above, anchor=top)
        assert [f.other for f in faults] == ([holder.certificate] if holder else [])
        expected = "refuse" if holder else "accept"
        assert agreed(tmp_path, leaf, issuing, above, anchor=top) == expected


def test_an_authoritys_own_constraint_is_not_about_itself(tmp_path: Path):
    issuing = constrained(constraints([directory(named("Elsewhere"))]))
    leaf = server(issuing, DNS)
    assert kinds(leaf, issuing) == []
    assert agreed(tmp_path, leaf, issuing) == "accept"


def test_a_self_issued_authority_is_let_through_and_what_is_below_it_is_not(tmp_path: Path):
    above = constrained(constraints([directory(named("Elsewhere")), *DNS]), name="Above")
    same = authority("Above", above)
    assert same.certificate.is_self_issued
    for entries, expected in ((DNS, "accept"), (OUTSIDE, "refuse")):
        leaf = server(same, entries)
        assert [f.on for f in _faults(leaf, same, above)] == (
            [leaf.certificate] if expected == "refuse" else []
        )
        assert agreed(tmp_path, leaf, same, above) == expected


def test_a_self_issued_leaf_is_not(tmp_path: Path):
    above = constrained(constraints([directory(named("Elsewhere"))]), name="Above")
    leaf = made("Above", above)
    assert kinds(leaf, above) == ["permitted"]
    assert agreed(tmp_path, leaf, above) == "refuse"


def test_a_constraint_on_the_leaf_says_nothing(tmp_path: Path):
    leaf = made(x509.Name([]), ROOT, more=[names(*OUTSIDE), constraints(DNS)])
    assert kinds(leaf) == []
    assert agreed(tmp_path, leaf) == "accept"


def test_a_constraint_that_is_not_critical_holds_all_the_same(tmp_path: Path):
    issuing = constrained(constraints(DNS, critical=False))
    leaf = server(issuing, OUTSIDE)
    assert kinds(leaf, issuing) == ["permitted"]
    assert agreed(tmp_path, leaf, issuing) == "refuse"


def test_the_common_name_of_an_authority_is_no_host(tmp_path: Path):
    above = constrained(constraints(DNS), name="Above")
    issuing = authority("b.example", above)
    leaf = server(issuing, DNS)
    assert kinds(leaf, issuing, above) == []
    assert agreed(tmp_path, leaf, issuing, above) == "accept"


def test_the_worst_is_told_of_several():
    issuing = constrained(constraints([mail("a.example")], DNS))
    leaf = server(issuing, [mail("nobody"), dns("*.example"), dns("a.example")])
    assert kinds(leaf, issuing) == ["excluded"]


def test_what_is_shown_is_visible_and_short():
    issuing = constrained(constraints([dns(f"{n}.example") for n in range(9)]))
    (fault,) = _faults(server(issuing, [dns("\x1b[2J\n.test")]), issuing)
    assert fault.found.isprintable()
    assert fault.expected == "only names in 0.example, 1.example and 2.example and 6 more, says “Issuing”"
    v4 = constrained(constraints(V4))
    (fault,) = _faults(server(v4, [ip("2001:db8::7")]), v4)
    assert fault.found == "2001:0db8:0000:0000:0000:0000:0000:0007"
    assert fault.expected.startswith("only names in 192.0.2.0/255.255.255.0")


# --- many -----------------------------------------------------------------------------------------------


def _many(hosts: int, limits: int) -> tuple[Made, Made]:
    issuing = constrained(constraints([dns(f"n{n}.example") for n in range(limits)]))
    return server(issuing, [dns(f"x.n{n % limits}.example") for n in range(hosts)]), issuing


@pytest.mark.parametrize(("hosts", "kind"), [(1024, None), (1025, "limit")])
def test_a_million_comparisons_are_the_limit(hosts: int, kind: str | None, tmp_path: Path):
    # OpenSSL's NAME_CHECK_MAX, which is 1 << 20.
    leaf, issuing = _many(hosts, 1024)
    assert kinds(leaf, issuing) == ([kind] if kind else [])
    assert agreed(tmp_path, leaf, issuing) == ("refuse" if kind else "accept")


MANY = {
    "hosts over the limit": lambda: _many(10_000, 1000),
    "hosts under it": lambda: _many(1000, 1000),
    "a host of many labels": lambda: _under(
        [dns("a." * 30_000 + "example")], [dns("a." * n + "b") for n in range(30)]
    ),
    "addresses": lambda: _under(
        [ip(n.to_bytes(16, "big")) for n in range(1000)],
        [ip(bytes(16) + n.to_bytes(16, "big")) for n in range(1000)],
    ),
    "directories": lambda: _under(
        [directory(distinguished(*[_org(f"{n}")] * 9)) for n in range(1000)],
        [directory(distinguished(_org(f"{n}"))) for n in range(1000)],
    ),
    "a directory of many names": lambda: _under(
        [directory(distinguished(*[_org("a")] * 8000))], [directory(distinguished(_org("b")))]
    ),
}


def _under(entries: list[bytes], permitted: list[bytes]) -> tuple[Made, Made]:
    issuing = constrained(constraints(permitted))
    return server(issuing, entries), issuing


@pytest.mark.parametrize("which", MANY)
def test_many_names_and_constraints_take_no_time(which: str):
    leaf, issuing = MANY[which]()
    facts = situation(leaf, issuing, roots=[ROOT], name=None)
    began = time.process_time()
    verdict = verdict_on("strict", facts)
    assert time.process_time() - began < 1.5  # a machine may be busy; without a bound it is a minute
    assert verdict.result in ("accept", "refuse")


# --- whatever comes -------------------------------------------------------------------------------------

HOSTS = st.sampled_from(
    ["a.example", "example", "b.a.example", "xample", "*.example", "*.a.example", "A.EXAMPLE", ".example",
     "a.example.", "a", "test", "a-b.example"]
)  # fmt: skip
NUMBERS = st.sampled_from([0, 10, 192, 255])
ORGS = st.lists(
    st.tuples(
        st.sampled_from([COMMON_NAME, ORGANIZATION, COUNTRY]),
        st.sampled_from(["US", "Org", " o  RG", "Org Two", "a.example"]),
        st.sampled_from([UTF8, PRINTABLE, T61]),
    ),
    max_size=3,
).map(lambda parts: distinguished(*(attribute(*part) for part in parts)))


def _octets(size: int) -> st.SearchStrategy[bytes]:
    return st.lists(NUMBERS, min_size=size, max_size=size).map(bytes)


def _masks(size: int) -> st.SearchStrategy[bytes]:
    ones = st.integers(0, size * 8)
    return ones.map(lambda n: ((1 << size * 8) - (1 << size * 8 - n)).to_bytes(size, "big"))


SHARED = (
    HOSTS.map(dns), ORGS.map(directory), st.just(other(UPN)), st.just(other("1.2.3")),
    st.just(registered("1.2.3")),
)  # fmt: skip
ENTRIES = st.one_of(
    *SHARED,
    st.builds(lambda who, host: mail(who + host), st.sampled_from(["", "me@", "ME@", "@", "a@b@"]), HOSTS),
    st.builds(
        lambda scheme, host, rest: uri(scheme + host + rest),
        st.sampled_from(["http://", "ldap://", "urn:", ""]),
        HOSTS,
        st.sampled_from(["", "/", "/x", ":80", ":80/"]),
    ),
    *(_octets(size).map(ip) for size in (4, 16)),
)  # fmt: skip
BASES = st.one_of(
    *SHARED,
    st.just(dns("")),
    st.builds(lambda who, host: mail(who + host), st.sampled_from(["", "me@", "@", "."]), HOSTS),
    st.builds(lambda dot, host: uri(dot + host), st.sampled_from(["", "."]), HOSTS),
    *(st.builds(lambda a, m: ip(a + m), _octets(size), _masks(size)) for size in (4, 16)),
)  # fmt: skip
SUBTREES = st.lists(
    st.one_of(BASES, BASES, BASES, st.builds(_bounds, BASES, st.sampled_from([None, 0, 1]))), max_size=3
)
SUBJECTS = st.one_of(
    st.just(NO_SUBJECT),
    ORGS,
    st.builds(
        _mailbox, st.sampled_from(["me@a.example", "me@x.example", "me"]), st.sampled_from([IA5, UTF8])
    ),
    st.sampled_from(
        ["b.example", "x.a.example", "-b.example", "b..example", "b.example\0", "b\0.example"]
    ).map(named),
)
LEAVES = st.lists(
    st.tuples(st.none() | st.lists(ENTRIES, min_size=1, max_size=3), SUBJECTS), min_size=6, max_size=6
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SUBTREES, SUBTREES, LEAVES)
def test_whatever_the_names_openssl_says_the_same(
    tmp_path: Path,
    permitted: list[bytes],
    excluded: list[bytes],
    leaves: list[tuple[list[bytes] | None, bytes]],
):
    issuing = constrained(constraints(permitted or None, excluded or None))
    every = [
        situation(server(issuing, entries, subject), issuing, roots=[ROOT], name=None)
        for entries, subject in leaves
    ]
    for facts, said in zip(every, commands_say(every, tmp_path), strict=True):
        _same(facts, said.accepts)


def _same(facts: Situation, accepts: bool) -> None:
    verdict = verdict_on("openssl", facts)
    shown = [str(f) for f in verdict.faults]
    assert (verdict.result, verdict.disagreement) == ("accept" if accepts else "refuse", None), shown
    assert not accepts or not shown


def test_the_oracle_can_tell_them_apart(tmp_path: Path):
    issuing = constrained(constraints(DNS))
    every = [
        situation(server(issuing, [dns(host)]), issuing, roots=[ROOT], name=None, at=AT)
        for host in ("a.example", "b.example", "x.a.example")
    ]
    said = commands_say(every, tmp_path)
    assert [one.accepts for one in said] == [True, False, True]
    assert [one.errors for one in said] == [(), ((47, 0),), ()]
    assert oid("1.2.3") == bytes.fromhex("06022a03")
