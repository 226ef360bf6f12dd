"""`tlswizard explain` as a person and a script call it."""

import json
import os
import pty
import subprocess
import sys

import pytest

EXPIRED = "curl: (60) SSL certificate problem: certificate has expired"
HEADLINE = "The remote certificate is invalid according to the validation procedure."
KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
KEY = f"-----BEGIN PRIVATE KEY-----\n{KEY_BODY}\n{KEY_BODY}\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def piped(environment, tmp_path):
    """A call with something on stdin: exit, stdout, stderr."""

    def called(given: bytes, *words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "tlswizard", "explain", *words],
            cwd=tmp_path, env=environment, input=given, capture_output=True, timeout=20, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return called


def test_a_message_is_explained_and_says_what_to_type(call):
    said = call("explain", f"GET https://www.corp.example:8443/x: {EXPIRED}")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("✗ curl says: A certificate has expired")
    assert "\n    tlswizard --playbook certificate-expired www.corp.example:8443\n" in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_several_words_are_one_message(call):
    assert call("explain", *EXPIRED.split()).code == 0


def test_a_message_that_names_no_cause_says_so(call):
    said = call("explain", HEADLINE)
    assert said.code == 0
    assert said.out.startswith("? .NET refuses the server, and does not say why")
    assert "tlswizard --playbook remote-certificate-invalid" in said.out


def test_what_says_why_stands_first_and_the_other_line_points_to_it(call):
    said = call("explain", f"{HEADLINE}\nSslPolicyErrors=RemoteCertificateNameMismatch")
    assert "says: The certificate is for another name" in said.out.splitlines()[0]
    assert "line 2 says why" in " ".join(said.out.split())


def test_nothing_known_is_3_and_says_what_to_do(call):
    said = call("explain", "it does not work")
    assert (said.code, said.err) == (3, "")
    assert said.out.startswith("? Nothing known here.")


def test_what_is_not_ours_says_where_to_go(call):
    said = call("explain", "The credentials supplied to the package were not recognized")
    assert said.code == 0
    assert said.out.startswith("· ")
    assert "tlswizard --playbook" not in said.out


def test_a_file_is_read_to_its_end(call, tmp_path):
    file = tmp_path / "app.log"
    file.write_text("all is well\n" * 30_000 + EXPIRED + "\n" + f"again {EXPIRED}\n" * 11)
    said = call("explain", "app.log")
    assert said.code == 0
    assert "12 times, first in line 30001" in said.out


def test_a_log_of_powershell_is_read(call, tmp_path):
    (tmp_path / "out.txt").write_bytes(f"started\r\n{HEADLINE}\r\n".encode("utf-16"))
    said = call("explain", "out.txt", "--format", "json")
    assert [(m["client"], m["line"]) for m in said.document["matches"]] == [("dotnet", 2)]


def test_stdin_is_read_with_a_hyphen_and_without(piped):
    for words in (["-"], []):
        code, out, err = piped(EXPIRED.encode(), *words)
        assert (code, err) == (0, "")
        assert "has expired" in out


def test_a_file_that_cannot_be_read_is_named(call, tmp_path):
    (tmp_path / "closed.log").write_text(EXPIRED)
    (tmp_path / "closed.log").chmod(0)
    said = call("explain", "closed.log")
    if os.access(tmp_path / "closed.log", os.R_OK):
        pytest.skip("this account may read everything")
    assert (said.code, said.out) == (3, "")
    assert "closed.log" in said.err


@pytest.mark.parametrize("word", ["x" * 5000, "a/b/c certificate has expired", "https://a.example/x"])
def test_what_is_no_file_is_a_message(call, word):
    said = call("explain", word)
    assert said.code == (0 if "expired" in word else 3)
    assert said.err == ""


def test_the_document_has_the_keys_of_the_contract(call):
    said = call("explain", "--format", "json", EXPIRED)
    document = said.document
    assert document["format"] == 1
    assert document["tlswizard"]
    assert "id" not in document
    match = document["matches"][0]
    assert {"client", "message", "kind", "causes", "playbook", "line", "note"} <= match.keys()
    assert (match["client"], match["kind"], match["causes"][0]) == ("curl", "specific", "expired")


def test_markdown_is_escaped(call):
    said = call(
        "explain", "--format", "markdown", "hostname '[x](y)' doesn't match 'a'; certificate has expired"
    )
    assert said.code == 0
    assert "[x](y)" not in said.out


def test_control_characters_do_not_reach_the_terminal(piped):
    code, out, _ = piped(
        b"certificate is valid for \x9b31m\x07evil\x1b[31m\xe2\x80\xae, not a\ncertificate has expired"
    )
    assert code == 0
    assert not set(out) & set("\x1b\x07\x9b\u202e")


def test_a_private_key_is_told_of_and_not_shown(piped):
    for form in ("text", "json", "markdown"):
        code, out, err = piped(f"{EXPIRED}\n{KEY}".encode(), "--format", form)
        assert code == 0
        assert KEY_BODY[:12] not in out + err
        assert "private" in out
        assert "has expired" in out


def test_a_private_key_alone_is_nothing_known(piped):
    code, out, _ = piped(KEY.encode())
    assert code == 3
    assert "It was not kept" in " ".join(out.split())


def test_a_certificate_is_sent_to_the_check(piped):
    body = "MIIDCjCCAfKgAwIBAgIUQ0hFQ0sgVEhJUyBJUyBOTyBDRVJUSUZJQ0FURSBIRVJF"
    code, out, _ = piped(f"-----BEGIN CERTIFICATE-----\n{body}\n{body}\n".encode())
    assert code == 3
    assert "part of a certificate" in out
    assert "tlswizard check --chain FILE" in out


def test_batch_answers_line_by_line_and_goes_on_after_a_bad_one(piped):
    lines = [
        json.dumps({"id": 1, "text": EXPIRED}),
        "no json",
        "[1]",
        json.dumps({"id": "b"}),
        json.dumps({"id": "c", "text": "nothing", "more": 1}),
        json.dumps({"id": [1], "text": "nothing"}),
        "",
        json.dumps({"id": "d", "text": "nothing"}),
        json.dumps({"text": EXPIRED}),
    ]
    code, out, err = piped("\n".join(lines).encode(), "--batch")
    documents = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (3, "")
    assert [d.get("id") for d in documents] == [1, None, None, "b", "c", None, "d", None]
    assert ["error" in d for d in documents] == [False, True, True, True, True, True, False, False]
    assert documents[0]["matches"][0]["causes"][0] == "expired"
    assert documents[6]["matches"] == []


def test_batch_of_good_lines_is_0(piped, tmp_path):
    (tmp_path / "lines").write_text(json.dumps({"id": 1, "text": "nothing"}) + "\n")
    assert piped(b"", "--batch", "lines")[0] == 0
    code, _, err = piped(b"", "--batch", "no-such-file")
    assert code == 3
    assert err.count("\n") == 1


def test_binary_rubbish_is_nothing_known(piped):
    code, out, _ = piped(bytes(range(256)) * 2000)
    assert code == 3
    assert out.startswith("? Nothing known here")


def test_on_a_terminal_one_line_says_how_to_end(environment):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tlswizard", "explain"],
        env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        os.write(ours, f"{EXPIRED}\n\x04".encode())
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)
    assert err.decode() == "paste the message, then Ctrl-D\n"
    assert process.returncode == 0
    assert "has expired" in out.decode()


def imported(environment: dict[str, str]) -> set[str]:
    program = (
        "import sys\nfrom tlswizard.cli.main import run\n"
        f"run(['explain', {EXPIRED!r}])\n"
        "print('\\nIMPORTED', *sorted({m.partition('.')[0] for m in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=20,
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return set(done.stdout.rpartition("\nIMPORTED ")[2].split())


def test_neither_textual_nor_a_library_of_tls_is_imported(environment):
    assert not imported(environment) & {"textual", "rich", "OpenSSL", "asyncio"}


def test_cryptography_is_not_imported(environment):
    assert "cryptography" not in imported(environment)


@pytest.mark.parametrize("word", [".", "/dev/zero", "no-such-file.log", "no-such/file", "pipe"])
def test_what_is_no_regular_file_is_an_error(piped, tmp_path, word):
    os.mkfifo(tmp_path / "pipe")
    code, out, err = piped(b"", word)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert word in err


@pytest.mark.parametrize("words", [["message", "-"], ["--batch", "--format", "text"]])
def test_what_does_not_go_together_is_wrong_usage(piped, words):
    code, out, err = piped(b"", *words)
    assert (code, out) == (3, "")
    assert "--help" in err


def test_a_reader_of_the_batch_who_leaves_is_no_failure_of_the_input(environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "tlswizard", "explain", "--batch"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(json.dumps({"text": EXPIRED}).encode() + b"\n", timeout=20)
    assert err == b""
