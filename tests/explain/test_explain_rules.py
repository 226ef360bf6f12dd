"""The rules by which a message is found, hidden, attributed and ranked: on small tables of their own."""

import pytest
from explain_tables import row, tables

from tlswizard.content.library import Content
from tlswizard.explain.match import explain


def said(text, content):
    return [(m.client, m.message) for m in explain(text, content)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("0x800b0109", "code 0x800b01091"),
        ("0x800b0109", "code 10x800b0109"),
        ("error 2 at", "error 22 at 0 depth"),
        ("error 2", "error 20 at 0 depth"),
        ("num=20", "verify error:num=201:"),
        ("CERT_HAS_EXPIRED", "MY_CERT_HAS_EXPIRED_TODAY"),
        ("certificate revoked", "OK - Certificate 'revoked.example.com' will expire in May"),
        ("certificate revoked", "the certificate revoked-host.example.com is fine"),
        ("certificate revoked", "the certificate revoked.example.com is fine"),
    ],
)
def test_a_code_or_phrase_within_a_longer_word_is_another(tmp_path, pattern, text):
    assert said(text, tables(tmp_path, some=row(pattern, "expired"))) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("0x800b0109", "HRESULT: 0x800B0109)"),
        ("-2146762487", "returned -2146762487."),
        ("num=20", "verify error:num=20:unable to get local issuer certificate"),
        ("CERT_HAS_EXPIRED", "code: 'CERT_HAS_EXPIRED',"),
        ("self-signed certificate", "error:self signed certificate!"),
        ("certificate has expired", "…certificate has expired…"),
        ("证书已过期", "错误:证书已过期了"),
    ],
)
def test_a_code_or_phrase_between_signs_is_found(tmp_path, pattern, text):
    assert said(text, tables(tmp_path, some=row(pattern, "expired"))) == [("some", pattern)]


COVER = row("certificate verify failed: {openssl} (_ssl.c", kind="any-fault", note="a cover")
OUTER = row("Max retries exceeded (Caused by SSLError({python}", kind="any-fault")
OPENSSL = row("certificate has expired", "expired") + row("certificate verify failed", kind="any-fault")


def test_what_stands_in_the_hole_of_a_cover_belongs_to_its_program(tmp_path):
    content = tables(tmp_path, openssl=OPENSSL, python=COVER)
    text = "[SSL] certificate verify failed: certificate has expired (_ssl.c:1006)"
    assert said(text, content) == [("python", "certificate has expired")]
    assert said("certificate has expired", content) == [("openssl", "certificate has expired")]


def test_of_nested_covers_the_outermost_is_the_program(tmp_path):
    content = tables(tmp_path, openssl=OPENSSL, python=COVER, requests=OUTER)
    text = (
        "Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL] certificate verify"
        " failed: certificate has expired (_ssl.c:1006)')))"
    )
    (match,) = explain(text, content)
    assert (match.client, match.row) == ("requests", "openssl")


def test_a_cover_with_something_unknown_in_it_stands_for_itself(tmp_path):
    content = tables(tmp_path, openssl=OPENSSL, python=COVER)
    (match,) = explain("certificate verify failed: something new (_ssl.c:1006)", content)
    assert (match.client, match.kind, match.note) == ("python", "any-fault", "a cover")


def test_what_stands_far_from_a_cover_is_not_in_it(tmp_path):
    content = tables(tmp_path, openssl=OPENSSL, curl=row("curl: (60) {openssl}", kind="any-fault"))
    text = "curl: (60) something new\n" + "line\n" * 100 + "certificate has expired"
    assert said(text, content)[0] == ("openssl", "certificate has expired")


def test_a_cover_of_hardly_a_word_says_nothing_by_itself(tmp_path):
    content = tables(tmp_path, openssl=OPENSSL, node_20=row("Error: {openssl}", kind="any-fault"))
    assert said("Error: the disk is full", content) == []
    assert said("Error: certificate has expired", content) == [("node-20", "certificate has expired")]
    assert said("error: certificate has expired", content) == [("openssl", "certificate has expired")]


def test_where_two_print_the_very_same_the_one_of_the_programs_table_is_named(tmp_path):
    content = tables(
        tmp_path, bun=row("[OLD] it has expired", "expired"), node=row("[OLD] it has expired", "expired")
    )
    assert said("[OLD] it has expired", content)[0][0] == "bun"
    (tmp_path / "clients" / "node.yaml").write_text(
        "node:\n  title: Node.js\n  family: node\n  judge: rules\n  sources: [its manual]\n"
        "  stores:\n    linux:\n      - linux-system\n"
    )
    assert said("[OLD] it has expired", Content(tmp_path))[0][0] == "node"


def test_a_longer_message_that_goes_on_is_the_one_that_is_meant(tmp_path):
    content = tables(
        tmp_path,
        openssl=row("self-signed certificate", "self-signed")
        + row("self-signed certificate in certificate chain", "untrusted-root"),
        some=row("verification has failed: self-signed certificate", "self-signed"),
    )
    text = "verification has failed: self-signed certificate in certificate chain"
    assert said(text, content) == [("openssl", "self-signed certificate in certificate chain")]


def test_one_that_names_a_single_cause_stands_before_one_that_names_many(tmp_path):
    content = tables(
        tmp_path,
        some=row("the peer was not verified", "untrusted-root, self-signed, missing-intermediate")
        + row("the date is in the past", "expired"),
    )
    assert said("the peer was not verified: the date is in the past", content)[0][1].startswith("the date")


def test_the_order_is_specific_then_not_ours_then_any_fault(tmp_path):
    content = tables(
        tmp_path,
        some=row("the connection was not secure at all", kind="any-fault")
        + row("the own certificate was refused", kind="not-ours", note="about another one")
        + row("it has expired", "expired"),
    )
    text = "the connection was not secure at all\nthe own certificate was refused\nit has expired"
    found = explain(text, content)
    assert [m.kind for m in found] == ["specific", "not-ours", "any-fault"]
    assert found[2].note == "This line only says that the certificate was refused; line 3 says why."
    assert [m.playbook for m in found] == ["remote-certificate-invalid", None, "remote-certificate-invalid"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("unable to get local issuer certif", True),
        ("unable to get local issuer certif...", True),
        ("unable to get", False),
        ("unable to get local issuer thing", False),
        ("unable to get local issuer certif and more", False),
    ],
)
def test_a_message_that_is_cut_off_is_known_by_most_of_its_letters(tmp_path, text, found):
    content = tables(tmp_path, openssl=row("unable to get local issuer certificate", "missing-intermediate"))
    matches = explain(text, content)
    assert bool(matches) is found
    assert all(m.cut for m in matches)


def test_a_beginning_that_many_messages_share_names_only_what_they_share(tmp_path):
    beginning = "The remote certificate was not accepted because of its"
    content = tables(
        tmp_path, some=row(f"{beginning} dates", "expired") + row(f"{beginning} names", "name-mismatch")
    )
    assert explain(beginning, content) == ()


def test_the_playbook_is_the_one_that_lists_the_first_cause(tmp_path):
    content = tables(tmp_path, some=row("it has expired", "expired") + row("another name", "name-mismatch"))
    (tmp_path / "dates.playbook.yaml").write_text(
        "tlswizard: 1\nid: dates\n# which\ncauses: [expired, not-yet-valid]\n\nsteps:\n  a: {\n", "utf-8"
    )
    assert explain("it has expired", content)[0].playbook == "dates"
    assert explain("another name", content)[0].playbook == "remote-certificate-invalid"


def test_how_often_and_where_first(tmp_path):
    content = tables(tmp_path, some=row("it has expired", "expired"))
    (match,) = explain("a\nit has expired\nb\nit has expired\nit has expired", content)
    assert (match.line, match.count) == (2, 3)


def test_the_server_is_that_of_the_nearest_address(tmp_path):
    content = tables(
        tmp_path, some=row("it has expired", "expired") + row("no name like '{host}'", "expired")
    )
    text = "https://far.example/\nGET https://user:secret@near.example:8443/x: it has expired"
    (match,) = explain(text, content)
    assert match.server == "https://near.example:8443"
    assert "secret" not in repr(match)
    assert explain("no name like 'a.example'", content)[0].server == "a.example"


def test_a_cover_does_not_take_the_words_of_another_program(tmp_path):
    curl = row("SSL certificate problem: {openssl}", kind="any-fault")
    content = tables(
        tmp_path, openssl=OPENSSL, curl=curl, go=row("x509: signed by another", "untrusted-root")
    )
    text = "git: SSL certificate problem: certificate has expired\nx509: signed by another"
    assert sorted(said(text, content)) == [
        ("curl", "certificate has expired"), ("go", "x509: signed by another"),
    ]  # fmt: skip
    beside = "SSL certificate problem: something new\nverify: certificate has expired"
    assert ("openssl", "certificate has expired") in said(beside, content)
    wrapped = "SSL certificate problem:\ncertificate has expired"
    assert said(wrapped, content) == [("curl", "certificate has expired")]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("it has expired\nMore details here: https://curl.se/docs/sslcerts.html", ""),
        ("it has expired (see https://errors.example/1) for https://api.example/v1", "https://api.example"),
        ("it has expired, visit https://errors.example/1", ""),
        ("https://far.example/ and https://near.example/ it has expired", "https://near.example"),
        ("https://above.example/\n1\n2\nit has expired", "https://above.example"),
        ("https://above.example/\n1\n2\n3\nit has expired", ""),
        ("https://other.example/ no name like 'a.example'", "a.example"),
        ("https://other.example/ https://a.example:8443/ no name like 'a.example'", "https://a.example:8443"),
        ("https://above.example/\nno name like 'a.example'", "a.example"),
    ],
)
def test_a_page_to_read_and_what_is_far_is_not_the_server(tmp_path, text, server):
    content = tables(
        tmp_path, some=row("it has expired", "expired") + row("no name like '{host}'", "expired")
    )
    assert explain(text, content)[0].server == server


def test_a_message_that_is_there_as_a_whole_is_not_a_longer_one_cut_off(tmp_path):
    content = tables(
        tmp_path,
        some=row("the server was not accepted: {reason}it has expired", "expired"),
        other=row("the server was not accepted: {reason}it has expired since then", "expired"),
    )
    (match,) = explain("the server was not accepted: it has expired", content)
    assert (match.client, match.cut) == ("some", False)
