"""Which names a certificate is for: OpenSSL, Python's `ssl` and RFC 9525 are asked the same as our rules.

`openssl verify` and a handshake of `ssl` in memory say accept or refuse; the rows `openssl`, `python` and
`requests` must say the same, for every kind of name-mismatch and for names made up at random. `strict` is
held against the standard's own few sentences, written down here once more.
"""

import os
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge_making import AT, SERVERS, Extension, Made, made, new_key, root, verdict_of

from tlswizard.core.certificate import Certificate
from tlswizard.core.der import SEQUENCE, value
from tlswizard.core.extensions import ALTERNATIVE_NAMES
from tlswizard.core.names import is_address, why_not
from tlswizard.core.pem import pem

ROOT = root()
KEY = new_key()
NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h): the lab's certificates are of another year."""

Entry = tuple[int, bytes]


def dns(text: str | bytes) -> Entry:
    return 0x82, text if isinstance(text, bytes) else text.encode()


def email(text: str) -> Entry:
    return 0x81, text.encode()


def uri(text: str) -> Entry:
    return 0x86, text.encode()


def ip(content: str | bytes) -> Entry:
    return 0x87, content if isinstance(content, bytes) else ip_address(content).packed


OTHER_NAME: Entry = (0xA0, bytes.fromhex("06032a0304") + value(0xA0, value(0x0C, b"x")))


@cache
def server(entries: tuple[Entry, ...] | None, commons: tuple[str, ...] = ("Server",)) -> Made:
    more: list[Extension] = []
    if entries is not None:
        content = value(SEQUENCE, b"".join(value(tag, text) for tag, text in entries))
        oid = x509.ObjectIdentifier(ALTERNATIVE_NAMES)
        more.append((x509.UnrecognizedExtension(oid, content), False))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, c, _validate=False) for c in commons])
    return made(subject, ROOT, key=KEY, purposes=SERVERS, more=more)


# --- the programs -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("names")


def openssl_says(server_: Made, host: str, folder: Path) -> str:
    (folder / "root").write_text(pem(ROOT.certificate))
    (folder / "leaf").write_text(pem(server_.certificate))
    done = subprocess.run(
        ["openssl", "verify", "-purpose", "sslserver", "-auth_level", "2", "-no-CApath", "-no-CAstore",
         "-attime", str(int(AT.timestamp())), "-CAfile", folder / "root",
         "-verify_ip" if is_address(host) else "-verify_hostname", host, folder / "leaf"],
        capture_output=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return "accept" if done.returncode == 0 else "refuse"


@cache
def client(*, common_names: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem(ROOT.certificate))
    context.verify_flags = ssl.VerifyFlags(NO_CHECK_TIME)
    context.hostname_checks_common_name = common_names
    return context


def python_says(server_: Made, host: str, context: ssl.SSLContext) -> str:
    """A handshake in memory, up to the point where the client has judged the certificate."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = context.wrap_bio(to_client, to_server, server_hostname=host)
    other = _serving(server_.certificate).wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for end in (one, other):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return "refuse"
            if end is one:
                return "accept"
    raise AssertionError("the handshake never ended")


@cache
def _serving(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem(certificate) + key)
        file.flush()
        context.load_cert_chain(file.name)
    return context


@dataclass(frozen=True, slots=True)
class Case:
    host: str
    entries: tuple[Entry, ...] | None
    commons: tuple[str, ...] = ("Server",)

    @property
    def server(self) -> Made:
        return server(self.entries, self.commons)

    def ours(self, row: str) -> str:
        return verdict_of(row, self.server, roots=[ROOT], name=self.host).result


def agree(case: Case, folder: Path) -> dict[str, str]:
    """What the three rows say; fails where a program says something else."""
    said = {
        "openssl": openssl_says(case.server, case.host, folder),
        "python": python_says(case.server, case.host, client(common_names=True)),
        "requests": python_says(case.server, case.host, client(common_names=False)),
    }
    assert {row: case.ours(row) for row in said} == said, (case, why_not(case.host, case.server.certificate))
    return said


# --- the table ----------------------------------------------------------------------------------------

ALL, NONE = ("accept",) * 3, ("refuse",) * 3
OLD = ("accept", "accept", "refuse")
"""the common name counts, but for requests"""
ONLY_OPENSSL = ("accept", "refuse", "refuse")

A = "a.example"
MAPPED = bytes(10) + b"\xff\xff\xc0\x00\x02\x07"

LISTED: list[tuple[str, tuple[Entry, ...], tuple[str, ...], str | None]] = [
    (A, (dns(A),), ALL, None),
    (A, (dns("A.EXAMPLE"),), ALL, None),
    (A, (dns("b.example"), dns(A)), ALL, None),
    ("web", (dns("web"),), ALL, None),
    ("localhost", (dns("localhost"),), ALL, None),
    ("a_b.example", (dns("a_b.example"),), ALL, None),
    ("x.a.example", (dns("*.a.example"),), ALL, None),
    ("x.a.example", (dns("*.A.Example"),), ALL, None),
    ("xn--bcher-kva.a.example", (dns("*.a.example"),), ALL, None),
    ("xn--bcher-kva.example", (dns("XN--bcher-KVA.example"),), ALL, None),
    ("1.a.example", (dns("*.a.example"),), ALL, None),
    ("web", (dns("web.a.example"),), NONE, "short-name"),
    ("web.a.example", (dns("web"),), NONE, "fqdn-for-short"),
    ("www.a.example", (dns(A),), NONE, "www"),
    (A, (dns("www.a.example"),), NONE, "apex"),
    ("x.y.a.example", (dns("*.a.example"),), NONE, "wildcard-depth"),
    (A, (dns("*"),), NONE, "wildcard-depth"),
    (A, (dns("*.a.example"),), NONE, "wildcard-apex"),
    ("localhost", (dns(A),), NONE, "localhost"),
    ("localhost", (dns("*"),), NONE, "wildcard-tld"),
    ("a.test", (dns("*.test"),), NONE, "wildcard-tld"),
    ("web.a.example", (dns("w*.a.example"),), ONLY_OPENSSL, "partial-wildcard"),
    ("web.a.example", (dns("*b.a.example"),), ONLY_OPENSSL, "partial-wildcard"),
    ("w.a.example", (dns("w*.a.example"),), ONLY_OPENSSL, "partial-wildcard"),
    ("wxn--.a.example", (dns("w*.a.example"),), ONLY_OPENSSL, "partial-wildcard"),
    ("a-b.a.example", (dns("*-b.a.example"),), ONLY_OPENSSL, "partial-wildcard"),
    ("web.a.example", (dns("web.a.example."), dns("w*.a.example")), ONLY_OPENSSL, "partial-wildcard"),
    ("web.a.example", (dns("w*b.a.example"),), NONE, "malformed-san"),
    ("a-b.a.example", (dns("a-*.a.example"),), NONE, "malformed-san"),
    ("web.test", (dns("w*.test"),), NONE, "malformed-san"),
    ("xn--wgv71a.a.example", (dns("x*.a.example"),), NONE, "malformed-san"),
    ("xn--wgv71a.a.example", (dns("xn--*.a.example"),), NONE, "malformed-san"),
    ("xn--wgv71a.a.example", (dns("*a.a.example"),), NONE, "malformed-san"),
    ("x.y.example", (dns("*.*.example"),), NONE, "malformed-san"),
    ("x.y.example", (dns("x.*.example"),), NONE, "malformed-san"),
    ("web.y.example", (dns("**.y.example"),), NONE, "other"),
    (A, (dns("a.example."),), NONE, "trailing-dot"),
    ("x.a.example", (dns("*.a.example."),), NONE, "trailing-dot"),
    ("x_y.a.example", (dns("*.a.example"),), NONE, "underscore"),
    ("x.a_b.example", (dns("*.a_b.example"),), NONE, "underscore"),
    (A, (dns("https://a.example"),), NONE, "malformed-san"),
    (A, (dns("a.example:443"),), NONE, "malformed-san"),
    (A, (dns(" a.example"),), NONE, "malformed-san"),
    (A, (dns("a.example b.example"),), NONE, "malformed-san"),
    (A, (dns(".a.example"),), NONE, "malformed-san"),
    ("x.a.example", (dns(".a.example"),), NONE, "other"),
    (A, (dns("a.example\0"),), NONE, "malformed-san"),
    (A, (dns("a.example\0.b.example"),), NONE, "malformed-san"),
    (A, (dns("b.example\0a.example"),), NONE, "malformed-san"),
    ("xn--bcher-kva.example", (dns("bücher.example"),), NONE, "malformed-san"),
    ("xn--bcher-kva.example", (dns("bücher.example".encode("latin-1")),), NONE, "malformed-san"),
    (A, (uri("https://a.example/"),), NONE, "malformed-san"),
    (A, (email(A),), NONE, "malformed-san"),
    (A, (email("x@a.example"),), NONE, "other"),
    (A, (dns(""),), NONE, "other"),
    (A, (dns("b.example"),), NONE, "other"),
    (A, (dns("xa.example"),), NONE, "other"),
    ("192.0.2.7", (ip("192.0.2.7"),), ALL, None),
    ("2001:db8::1", (ip("2001:db8::1"),), ALL, None),
    ("::ffff:192.0.2.7", (ip(MAPPED),), ALL, None),
    ("::ffff:192.0.2.7", (ip("192.0.2.7"),), NONE, "ip-not-listed"),
    ("192.0.2.7", (ip(MAPPED),), NONE, "ip-not-listed"),
    ("192.0.2.7", (ip("192.0.2.8"),), NONE, "ip-not-listed"),
    ("192.0.2.7", (dns(A),), NONE, "ip-not-listed"),
    ("192.0.2.7", (dns("192.0.2.7"),), NONE, "ip-as-dns"),
    ("2001:db8::1", (dns("2001:db8::1"),), NONE, "ip-as-dns"),
    ("2001:db8::1", (dns("[2001:db8::1]"),), NONE, "ip-as-dns"),
    ("2001:db8::1", (dns("2001:0db8:0:0::1"),), NONE, "ip-as-dns"),
    ("192.0.2.7", (dns("192.0.2.7:443"),), NONE, "malformed-san"),
    ("192.0.2.7", (dns("*.0.2.7"),), NONE, "ip-not-listed"),
    ("192.0.2.7", (ip(b"192.0.2.7"),), NONE, "malformed-san"),
    ("192.0.2.7", (ip(b"\xc0\x00\x02\x07\xff\xff\xff\xff"),), NONE, "malformed-san"),
    (A, (ip("192.0.2.7"),), NONE, "other"),
]

COMMON: list[tuple[str, tuple[Entry, ...] | None, tuple[str, ...], tuple[str, ...], str | None]] = [
    (A, None, (A,), OLD, "cn-only"),
    (A, None, ("A.Example",), OLD, "cn-only"),
    (A, (), (A,), OLD, "cn-only"),
    (A, None, (A, "Web server"), OLD, "cn-only"),
    (A, None, ("Web server", A), OLD, "cn-only"),
    ("x.a.example", None, ("*.a.example",), OLD, "cn-only"),
    ("web.a.example", None, ("w*.a.example",), ONLY_OPENSSL, "partial-wildcard"),
    ("x_y.a.example", None, ("*.a.example",), NONE, "underscore"),
    (A, None, ("a.example.",), NONE, "trailing-dot"),
    ("a.test", None, ("*.test",), NONE, "wildcard-tld"),
    (A, None, ("a.example\0",), NONE, "malformed-san"),
    (A, None, ("https://a.example",), NONE, "malformed-san"),
    ("k.example", None, ("\u212a.example",), NONE, "malformed-san"),
    ("xn--bcher-kva.example", None, ("bücher.example",), NONE, "malformed-san"),
    ("xn--bcher-kva.example", None, ("xn--bcher-kva.example",), OLD, "cn-only"),
    (A, (email("x@b.example"),), (A,), OLD, "cn-only"),
    (A, (uri("https://b.example"),), (A,), OLD, "cn-only"),
    (A, (ip("192.0.2.7"),), (A,), OLD, "cn-beside-address"),
    (A, (ip(b"x"),), (A,), OLD, "cn-only"),
    (A, (dns("b.example"),), (A,), NONE, "cn-overruled"),
    (A, (dns(""),), (A,), NONE, "cn-overruled"),
    (A, (dns(b"\xfc.example"),), (A,), NONE, "other"),
    (A, (dns(A), dns(b"\xfc.example")), ("x",), ALL, None),
    ("192.0.2.7", None, ("192.0.2.7",), NONE, "ip-in-cn"),
    ("192.0.2.7", (dns("192.0.2.7"),), ("192.0.2.7",), NONE, "ip-in-cn"),
    ("2001:db8::1", None, ("2001:db8::1",), NONE, "ip-in-cn"),
    ("192.0.2.7", None, ("192.0.2.8",), NONE, "ip-not-listed"),
    (A, None, ("Server",), NONE, "other"),
    (A, None, (), NONE, "other"),
]

CASES = [(Case(host, entries), said, kind) for host, entries, said, kind in LISTED] + [
    (Case(host, entries, commons), said, kind) for host, entries, commons, said, kind in COMMON
]

KINDS = {
    "short-name", "fqdn-for-short", "www", "apex", "wildcard-depth", "wildcard-apex", "ip-not-listed",
    "ip-as-dns", "cn-only", "localhost", "partial-wildcard", "wildcard-tld", "trailing-dot", "malformed-san",
    "other", "underscore", "ip-in-cn", "cn-overruled",
    "cn-beside-address",
}  # fmt: skip


@pytest.mark.parametrize(("case", "said", "kind"), CASES)
def test_the_programs_say_what_their_rows_say(
    case: Case, said: tuple[str, ...], kind: str | None, folder: Path
):
    mismatch = why_not(case.host, case.server.certificate)
    assert (mismatch and mismatch.kind) == kind
    assert tuple(agree(case, folder).values()) == said


def test_every_kind_is_tried():
    assert {kind for _, _, kind in CASES} - {None} == KINDS


def test_an_entry_of_another_kind_of_name_leaves_the_common_name(folder: Path):
    # OpenSSL 3.0 as it is here, and the one inside pyOpenSSL; Python's may be older (CVE-2024-6119)
    case = Case(A, (OTHER_NAME,), (A,))
    assert openssl_says(case.server, A, folder) == case.ours("openssl") == "accept"


def test_requests_asks_as_it_is_asked_here():
    """urllib3 2 hands `ssl` a context that looks at no common name, and leaves the names to it."""
    ssl_ = pytest.importorskip("urllib3.util.ssl_")
    context = ssl_.create_urllib3_context()
    assert context.check_hostname
    assert not context.hostname_checks_common_name
    context.load_verify_locations(cadata=pem(ROOT.certificate))
    context.verify_flags = ssl.VerifyFlags(NO_CHECK_TIME)
    for case, said, _ in CASES:
        assert python_says(case.server, case.host, context) == said[2], case


# --- names made up ------------------------------------------------------------------------------------

LABEL = st.sampled_from(["a", "b", "ab", "a-b", "a_b", "xn--a", "www", "1"])
HOST = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
ODD_LABEL = st.one_of(
    LABEL,
    st.sampled_from(["*", "a*", "*b", "*a*", "a*b", "xn--*", "a-*", "-*", "*-", "", "A", "**", "a\0", "ü"]),
)
WRITTEN = st.lists(ODD_LABEL, min_size=1, max_size=4).map(".".join)


@st.composite
def near(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A host, and names that have much of it."""
    host = draw(HOST.filter(lambda h: not h.rpartition(".")[2].isdigit()))
    first, _, parent = host.partition(".")
    ways = st.sampled_from([
        host, host.upper(), f"{host}.", f".{host}", f"www.{host}", parent, f"https://{host}", f"*.{host}",
        f"*.{parent}", f"{first[0]}*.{parent}", f"*{first[-1]}.{parent}", f"*.*.{parent.partition('.')[2]}",
    ])  # fmt: skip
    return host, draw(st.lists(st.one_of(ways, WRITTEN), max_size=3))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(near(), st.booleans(), st.lists(st.sampled_from([email("x@a"), uri("x:y"), ip(b"1234")]), max_size=1))
def test_names_made_up_get_the_same_verdict(
    tmp_path_factory: pytest.TempPathFactory,
    host_and_names: tuple[str, list[str]],
    old: bool,
    rest: list[Entry],
):
    host, names = host_and_names
    if old:  # RFC 5280 has no common name without a character
        commons = tuple(name for name in names if name)
        case = Case(host, tuple(rest) if rest else None, commons)
    else:
        case = Case(host, (*map(dns, names), *rest))
    folder = tmp_path_factory.getbasetemp() / "made-up"
    folder.mkdir(exist_ok=True)
    agree(case, folder)


# --- the standard -------------------------------------------------------------------------------------


def by_the_standard(case: Case) -> bool:
    """RFC 9525 section 6.3 and 6.4, and no wildcard for a whole top-level domain (section 7.1)."""
    if is_address(case.host):
        return (0x87, ip_address(case.host).packed) in (case.entries or ())
    host = [label.encode() for label in case.host.split(".")]
    for tag, text in case.entries or ():
        labels = text.lower().split(b".")
        if tag == 0x82 and labels == host:
            return True
        plain = all(label.replace(b"-", b"").isalnum() for label in host)
        if tag == 0x82 and labels[0] == b"*" and labels[1:] == host[1:] and len(host) > 2 and plain:
            return True
    return False


@pytest.mark.parametrize("case", [case for case, _, _ in CASES])
def test_strict_accepts_what_the_standard_allows_and_nothing_else(case: Case):
    faults = verdict_of("strict", case.server, roots=[ROOT], name=case.host).faults
    assert by_the_standard(case) == all(fault.cause != "name-mismatch" for fault in faults)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(near())
def test_names_made_up_are_judged_by_the_standard(host_and_names: tuple[str, list[str]]):
    host, names = host_and_names
    case = Case(host, tuple(map(dns, names)), ("Server",))
    assert by_the_standard(case) == (why_not(host, case.server.certificate) is None)
