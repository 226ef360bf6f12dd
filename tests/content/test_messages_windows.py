"""The words of Windows, .NET and Apple, of servers' logs, and what only looks like ours."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tlswizard.content.library import Content
from tlswizard.content.messages import Message
from tlswizard.core.terms import Triple
from tlswizard.explain.match import Match, explain

VENDORS = Path(__file__).parents[3] / "shared/data/messages/library-strings.tsv"
"""Error tables read out of the libraries; they lie beside the repository."""

ANY: Triple = ("any", None, None)


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.shipped()


def of(client: str, content: Content) -> list[Message]:
    return [m for m in content.messages if m.client == client]


def numbers(content: Content) -> dict[str, Message]:
    """The rows of Windows' error numbers, by the number as 0x…"""
    return {m.pattern: m for m in of("windows", content) if re.fullmatch("0x[0-9A-F]{8}", m.pattern)}


def says(message: Message | Match) -> tuple[str, tuple[str, ...], str]:
    return (message.kind, message.causes, message.note)


def signed(number: str) -> str:
    """As scripts print it: a signed number of 32 bits."""
    return str(int.from_bytes(int(number, 16).to_bytes(4, "big"), "big", signed=True))


def first(text: str, content: Content) -> Match:
    matches = explain(text, content)
    assert matches, text
    return matches[0]


def test_the_arithmetic() -> None:
    assert signed("0x800B0109") == "-2146762487"
    assert signed("0x80090325") == "-2146893019"
    assert signed("0x80072F8F") == "-2147012721"


def test_every_number_of_windows_is_there_in_each_of_its_forms(content: Content) -> None:
    rows = {m.pattern: m for m in of("windows", content)}
    found = numbers(content)
    assert len(found) > 100
    for number, message in found.items():
        assert says(rows[number.removeprefix("0x")]) == says(message), number
        assert says(rows[signed(number)]) == says(message), number


def test_no_decimal_stands_for_another_number(content: Content) -> None:
    decimals = {m.pattern for m in of("windows", content) if re.fullmatch(r"-\d{10}", m.pattern)}
    assert decimals <= {signed(number) for number in numbers(content)}


def test_a_number_and_its_name_say_the_same(content: Content) -> None:
    follows = {a.pattern: b for a, b in pairwise(of("windows", content))}
    for number, message in numbers(content).items():
        name = follows.get(signed(number))
        if name is not None:
            assert re.fullmatch(r"[A-Z][A-Z0-9_]+", name.pattern), number
            assert says(name) == says(message), number


@pytest.fixture(scope="module")
def vendors_numbers() -> dict[str, str]:
    """The name of each number in the vendor's own table (MS-ERREF)."""
    if not VENDORS.is_file():
        pytest.skip(f"{VENDORS} is not there")
    with VENDORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {code: name for library, code, name, _ in rows if library.startswith("Windows HRESULT")}


def test_the_names_are_the_vendors(content: Content, vendors_numbers: dict[str, str]) -> None:
    follows = {a.pattern: b for a, b in pairwise(of("windows", content))}
    ours = [number for number in numbers(content) if number in vendors_numbers]
    assert len(ours) > 80
    for number in ours:
        assert follows[signed(number)].pattern == vendors_numbers[number]


def test_every_number_of_the_vendor_with_a_row_is_recognised(
    content: Content, vendors_numbers: dict[str, str]
) -> None:
    known = numbers(content)
    for number in vendors_numbers.keys() & known.keys():
        wanted = says(known[number])
        for text in (
            f"Exception from HRESULT: {number}",
            f"hr = {number.lower()}.",
            f'<Result value="{number.removeprefix("0x")}"/>',
            f"The task failed with {signed(number)}.",
            f"CertUtil: {number.lower()} ({signed(number)} {vendors_numbers[number]})",
        ):
            assert says(first(text, content)) == wanted, text


@pytest.mark.parametrize(
    "text",
    [
        "Remote certificate was verified as valid by the user.",
        "Remote certificate has no errors.",
        "SslPolicyErrors=None",
        "Verify return code: 0 (ok)",
        "The certificate with serial number 6a:80:0b:01:09:3f was read from the file.",
        "postfix/smtpd[11]: Anonymous TLS connection established from mail.example.com[192.0.2.1]: TLSv1.3",
    ],
)
def test_a_program_that_accepts_says_nothing_of_ours(text: str, content: Content) -> None:
    assert explain(text, content) == ()


CHAIN = "The remote certificate is invalid because of errors in the certificate chain: "


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (CHAIN + "PartialChain", "missing-intermediate"),
        (CHAIN + "UntrustedRoot, RevocationStatusUnknown, OfflineRevocation", "untrusted-root"),
        (CHAIN + "RevocationStatusUnknown, PartialChain", "missing-intermediate"),
        (CHAIN + "RevocationStatusUnknown, OfflineRevocation", "revocation-unreachable"),
        (
            "RemoteCertificateChainErrors\n"
            "ChainStatus: RevocationStatusUnknown: unable to get certificate CRL\n"
            "ChainStatus: NotTimeValid: certificate is not yet valid",
            "not-yet-valid",
        ),
        (
            "Authentication failed because the remote party sent a TLS alert: 'ProtocolVersion'.",
            "protocol-unsupported",
        ),
        ("The handshake failed due to an unexpected packet format.", "not-tls"),
        ("Connection refused (intranet.example.com:443)", "connection-refused"),
    ],
)  # fmt: skip
def test_modern_dotnet(text: str, cause: str, content: Content) -> None:
    match = first(text, content)
    assert (match.row, match.causes[0]) == ("dotnet", cause)


def test_a_dotnet_that_names_two_flags_names_both(content: Content) -> None:
    causes = {m.causes[0] for m in explain(CHAIN + "NotTimeValid, UntrustedRoot", content)}
    assert causes == {"expired", "untrusted-root"}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("schannel: CertGetCertificateChain trust error CERT_TRUST_IS_PARTIAL_CHAIN", "missing-intermediate"),
        (
            "schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012) - The "
            "revocation function was unable to check revocation for the certificate.",
            "no-revocation-information",
        ),
        ("msxml3.dll error '80072f0d'", "untrusted-root"),
        ("WinHttpSendRequest failed with error 12038", "name-mismatch"),
        ("A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code "
         "is 48.", "untrusted-root"),
        ("The following fatal alert was generated: 40. The internal error state is 1205.",
         "cipher-unsupported"),
        ("The certificate received from the remote server does not contain the expected name. It is "
         "therefore not possible to determine whether we are connecting to the correct server.",
         "name-mismatch"),
        ("(provider: SSL Provider, error: 0 - The certificate chain was issued by an authority that is not "
         "trusted.)", "self-signed"),
        ("“intranet.example.com” certificate is not trusted", "untrusted-root"),
        ("TLS Trust encountered error 3:-9813", "missing-intermediate"),
        ('Domain=NSURLErrorDomain Code=-1202 UserInfo={_kCFStreamErrorCodeKey=-9814}', "expired"),
    ],
)  # fmt: skip
def test_windows_and_apple(text: str, cause: str, content: Content) -> None:
    assert first(text, content).causes[0] == cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("[info] 9#9: *1 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:"
         "SSL alert number 48) while SSL handshaking, client: 192.0.2.7, server: 0.0.0.0:443",
         "untrusted-root"),
        ("SSL Library Error: error:0A000415:SSL routines::sslv3 alert certificate expired (SSL alert "
         "number 45)", "expired"),
        ("TLS handshaking: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca",
         "untrusted-root"),
        ("https/1: SSL handshake failure (error:0A000416:SSL routines::sslv3 alert certificate unknown)",
         "untrusted-root"),
    ],
)  # fmt: skip
def test_in_a_servers_log_it_is_the_client_that_refused(text: str, cause: str, content: Content) -> None:
    match = first(text, content)
    assert match.causes[0] == cause
    assert match.note.startswith("This is the server's side: a client that connected refused")


@pytest.mark.parametrize(
    "text",
    [
        "The trust relationship between this workstation and the primary domain failed.",
        "The target principal name is incorrect.  Cannot generate SSPI context.",
        "[LDAP: error code 49 - 80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, "
        "data 52e, v2580]",
        "An authentication error has occurred. The function requested is not supported.",
        "kinit: Clock skew too great while getting initial credentials",
        "gss_init_sec_context: KRB_AP_ERR_MODIFIED",
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
        "W: GPG error: https://packages.example.com stable InRelease: NO_PUBKEY 0123456789ABCDEF",
        "“Example.app” is damaged and can’t be opened. You should move it to the Trash.",
        "JsonWebTokenError: invalid signature",
        "CryptographicException: Keyset does not exist",
        "The credentials supplied to the package were not recognized",
        "Denied by Policy Module 0x80094801",
        "HTTP/1.1 403 Forbidden",
    ],
)
def test_what_only_looks_like_ours_says_what_it_is(text: str, content: Content) -> None:
    match = first(text, content)
    assert (match.kind, match.causes) == ("not-ours", ())
    assert match.note


def test_what_is_not_ours_always_says_where_to_go(content: Content) -> None:
    rows = [m for m in content.messages if m.kind == "not-ours"]
    assert len([m for m in rows if m.client in {"ssh", "signatures", "windows-domain", "vpn", "http"}]) > 40
    assert all(
        m.note for m in rows if m.client in {"ssh", "signatures", "windows-domain", "vpn", "http", "windows"}
    )


@pytest.mark.parametrize("client", ["dotnet", "dotnet-framework", "safari"])
def test_the_row_for_any_fault_is_the_last_that_is_printed(client: str, content: Content) -> None:
    printed = [m for m in of(client, content) if m.prints]
    assert [m for m in printed if ANY in m.prints] == printed[-1:]
