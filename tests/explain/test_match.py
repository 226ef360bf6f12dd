from time import perf_counter

import pytest

from tlswizard.content.library import Content
from tlswizard.explain.match import MAX_TEXT, Match, explain

HEADLINE = "The remote certificate is invalid according to the validation procedure."


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.shipped()


def first(text: str, content: Content) -> Match:
    return explain(text, content)[0]


def test_the_headline_is_ours_and_names_no_cause(content: Content) -> None:
    (match,) = explain(HEADLINE, content)
    assert (match.client, match.kind, match.causes) == ("dotnet", "any-fault", ())
    assert match.note


@pytest.mark.parametrize(
    "text",
    [
        HEADLINE.upper(),
        "The remote certificate is inva\nlid according to the\n    validation procedure",
        "> The remote certificate is invalid\n> according to the validation procedure.",
        "“The remote certificate is invalid according to the validation\u00a0procedure.”",
        '{"error": "The remote certificate is\\ninvalid according to the validation procedure."}',
    ],
)
def test_a_message_is_found_however_it_was_pasted(text: str, content: Content) -> None:
    assert first(text, content).client == "dotnet"


def test_a_specific_message_stands_before_one_that_fits_any_fault(content: Content) -> None:
    text = f"{HEADLINE}\nSslPolicyErrors=RemoteCertificateNameMismatch"
    assert [(m.kind, m.causes, m.line) for m in explain(text, content)] == [
        ("specific", ("name-mismatch",), 2),
        ("any-fault", (), 1),
    ]


def test_a_part_of_a_longer_message_is_no_match_of_its_own(content: Content) -> None:
    text = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"
    (match,) = explain(text, content)
    assert (match.client, match.causes[0]) == ("python", "expired")


def test_every_flag_of_one_message_is_named(content: Content) -> None:
    text = (
        "The remote certificate is invalid because of errors in the certificate chain: "
        "NotTimeValid, UntrustedRoot"
    )
    assert {m.causes[0] for m in explain(text, content)} == {"expired", "untrusted-root"}


def test_holes_stand_for_what_varies(content: Content) -> None:
    text = "ssl.CertificateError: hostname 'intranet' doesn’t match 'intranet.example.com'"
    assert first(text, content).causes == ("name-mismatch",)


def test_the_outermost_program_is_named_and_the_words_are_those_of_the_inner_one(content: Content) -> None:
    text = (
        "requests.exceptions.SSLError: HTTPSConnectionPool(host='intranet', port=443): Max retries exceeded "
        'with url: / (Caused by SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] '
        "certificate verify failed: Hostname mismatch, certificate is not valid for 'intranet'. (_ssl.c:1006)"
    )
    (match,) = explain(text, content)
    assert (match.client, match.row, match.kind, match.causes[0]) == (
        "requests", "python", "specific", "name-mismatch",
    )  # fmt: skip


def test_both_spellings_of_self_signed_are_one_message(content: Content) -> None:
    for text in ["error 18: self signed certificate", "error 18: self-signed certificate"]:
        assert first(text, content).causes[0] == "self-signed"


def test_what_only_looks_like_ours_is_not_ours_and_says_so(content: Content) -> None:
    match = first("The credentials supplied to the package were not recognized", content)
    assert (match.kind, match.causes) == ("not-ours", ())
    assert match.note


@pytest.mark.parametrize("text", ["", "\n\n", "Everything is fine.", "invalid", "\0" * 50, "{name}"])
def test_other_text_gives_nothing(text: str, content: Content) -> None:
    assert explain(text, content) == ()


def test_a_message_counts_once_at_its_first_line(content: Content) -> None:
    text = "starting\nverify error: certificate has expired\n" * 3
    assert [m.line for m in explain(text, content)] == [2]


def test_text_is_looked_at_up_to_the_limit_and_quickly(content: Content) -> None:
    assert explain("x" * MAX_TEXT + HEADLINE, content) == ()
    started = perf_counter()
    explain("hostname " * (MAX_TEXT // 9) + HEADLINE, content)
    assert perf_counter() - started < 5
