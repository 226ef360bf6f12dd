"""`tlswizard stores`: on a recorded machine through the command's run, and once for real."""

import errno
import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "stores"))  # the recorded machine is the same

from stores_making import AT, A, B, C, Recorded, bundle
from test_freshness import reissued

from tlswizard.cli import main, stores
from tlswizard.core.certificate import utc
from tlswizard.core.pem import pem
from tlswizard.lab.authority import root

DEBIAN = "/etc/ssl/certs/ca-certificates.crt"
CERTIFI = "/srv/venv/lib/python3.12/site-packages/certifi/cacert.pem"
D = root("Root D", at=AT)


def machine(**files: bytes | int) -> Recorded:
    """The bundle has A, B and D, certifi A, B and C, SSL_CERT_FILE's file A alone; `files` are more."""
    given = {f"/{name}.pem": data for name, data in files.items()}
    return Recorded(
        {DEBIAN: bundle(A, B, D), CERTIFI: bundle(A, B, C), "/own.pem": bundle(A), **given},
        variables={"SSL_CERT_FILE": "/own.pem"},
        bundle_of_certifi=CERTIFI,
    )


@pytest.fixture
def said(monkeypatch, capsys):
    def called(*words: str, on: Recorded | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(stores, "ThisMachine", lambda: on or machine())
        code = main.run(["stores", *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return called


@pytest.fixture
def document(said):
    def called(*words: str, on: Recorded | None = None) -> tuple[int, dict]:
        code, out, _ = said(*words, "--format", "json", on=on)
        return code, json.loads(out)

    return called


def one(document: dict, id_: str) -> dict:
    return next(s for s in document["stores"] if s["id"] == id_)


def test_the_first_line_names_computer_account_and_time(said):
    code, out, err = said()
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Trust stores of build-07, seen as dana, 6 May 2031 07:08 UTC"
    assert max(map(len, out.splitlines())) <= 80


def test_a_store_says_where_whose_what_and_how_fresh(said):
    _, out, _ = said()
    part = " ".join(out.partition("this machine's bundle of trusted roots")[2].split())
    assert f"where {DEBIAN} whose this machine's holds 3 trusted roots" in part
    assert "1 (Root C) of the 3 in certifi is missing" in part
    assert "1 (Root D) is not in that list: removed from it since, or added on this computer" in part


def test_text_and_markdown_say_the_same(said):
    _, out, _ = said("--format", "markdown")
    assert out.startswith("## Trust stores of build")
    assert "3 trusted roots" in out


def test_json_has_every_store_with_its_content(document):
    code, found = document()
    assert code == 0
    assert [found[k] for k in ("format", "at", "machine", "account")] == [1, utc(AT), "build-07", "dana"]
    bundle_ = one(found, "linux-system")
    assert [a["sha256"] for a in bundle_["anchors"]] == [i.certificate.sha256 for i in (A, B, D)]
    assert [c["subject"] for c in bundle_["fresh"]["missing"]] == [C.certificate.subject]
    assert [c["subject"] for c in bundle_["fresh"]["gone"]] == [D.certificate.subject]
    assert one(found, "env:SSL_CERT_FILE")["fresh"] is None


def test_who_reads_a_store_is_who_finds_it_first(document):
    _, found = document()
    assert "openssl" in one(found, "env:SSL_CERT_FILE")["read_by"]
    assert "openssl" not in one(found, "linux-system")["read_by"]
    assert "openssl" in one(found, "linux-system")["displaced"]
    assert "gnutls" in one(found, "linux-system")["read_by"]


def test_an_unreadable_store_is_not_checked(said, document):
    on = Recorded({DEBIAN: errno.EACCES})
    code, out, _ = said(on=on)
    assert code == 0
    assert "? not checked: Permission denied" in out
    assert "could not be read" in out
    assert one(document(on=on)[1], "linux-system")["unreadable"] == "Permission denied"


@pytest.mark.parametrize(
    "words",
    [A.certificate.sha256, A.certificate.sha1.upper()[:12], "/a.pem", "root a", pem(A.certificate)],
    ids=["sha256", "a start of sha1", "file", "words", "itself"],
)
def test_a_certificate_is_found_by_file_print_words_or_itself(document, words):
    code, found = document("--find", words, on=machine(a=bundle(A)))
    assert (code, found["exit"], found["find"]["found"]) == (0, 0, True)
    (certificate,) = found["find"]["certificates"]
    holders = {s["id"]: s["how"] for s in certificate["stores"]}
    assert holders["linux-system"] == holders["env:SSL_CERT_FILE"] == "trusted"


def test_the_stores_without_it_are_told_in_one_line(said):
    code, out, _ = said("--find", "Root D")
    assert code == 0
    assert "✓ trusted" in out
    assert "Not in" in out


def test_what_is_nowhere_exits_1_and_3_where_a_store_was_unreadable(said):
    for words in ("nobody's root", "00" * 32):
        assert said("--find", words)[0] == 1
        assert said("--find", words, on=Recorded({DEBIAN: errno.EACCES}))[0] == 3


def test_the_authority_in_another_certificate_is_not_the_certificate(said):
    code, out, _ = said("--find", "/z.pem", on=machine(z=pem(reissued(A)).encode()))
    assert code == 1
    assert "the same CA, in another certificate" in " ".join(out.split())
    assert "No store that could be read holds it" in out


def test_a_certificate_in_no_store_is_told_so(said):
    code, out, _ = said("--find", "/z.pem", on=machine(z=bundle(root("Root Z", at=AT))))
    assert code == 1
    assert "In none of" in out


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", "private key"),
        (b"\x30\x82\x01\x00\x02\x01\x00" + b"secret" * 20, "private key"),
        (b"secret rubbish", "no certificate"),
    ],
)
def test_a_key_or_rubbish_gets_a_sentence_and_is_never_repeated(said, data, word):
    code, out, err = said("--find", "/k.pem", on=machine(k=data))
    assert (code, out) == (3, "")
    assert word in err
    assert "secret" not in err
    assert "c2Vj" not in err


def test_a_file_that_is_not_there_is_told(said):
    code, _, err = said("--find", "/gone.pem")
    assert code == 3
    assert "/gone.pem could not be read" in err


def test_the_same_store_and_the_same_content_do_not_differ(document):
    code, found = document("--diff", "linux-system", "linux-system")
    assert (code, found["diff"]["same"]) == (0, True)


def test_what_two_stores_hold_alone(document, said):
    code, found = document("--diff", "bundle of trusted", "certifi")
    assert (code, found["exit"]) == (1, 1)
    assert [c["subject"] for c in found["diff"]["only_a"]] == [D.certificate.subject]
    assert [c["subject"] for c in found["diff"]["only_b"]] == [C.certificate.subject]
    _, out, _ = said("--diff", "linux-system", "certifi:/srv/venv")
    assert "Trusted in A alone: 1" in out
    assert "Root D" in out


def test_a_store_that_is_not_there_is_guessed_at(said):
    code, _, err = said("--diff", "linux-sistem", "certifi")
    assert code == 3
    assert "did you mean linux-system?" in err


def test_an_unreadable_store_cannot_be_compared(said):
    on = Recorded({DEBIAN: errno.EACCES, CERTIFI: bundle(A)}, bundle_of_certifi=CERTIFI)
    code, out, _ = said("--diff", "linux-system", "certifi:/srv/venv", on=on)
    assert code == 3
    assert "not checked: Permission denied" in out


def test_two_questions_at_once_are_wrong_usage(said):
    assert said("--find", "x", "--diff", "a", "b")[0] == 3
    assert said("--find", " ")[0] == 3


def test_hostile_text_is_shown_as_escapes(said):
    on = Recorded({"/x\x1b[31m": bundle(A)}, variables={"SSL_CERT_FILE": "/x\x1b[31m"})
    for form in ("text", "json", "markdown"):
        assert "\x1b" not in said("--format", form, on=on)[1]
    assert "\x1b" not in said("--find", "no\x1b[31m", on=on)[1]


def test_this_machine_is_read_for_real(call):
    done = call("stores", "--format", "json")
    assert done.code == 0
    assert done.document["stores"]
    assert call("stores").out.startswith("Trust stores of ")
