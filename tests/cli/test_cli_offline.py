"""`tlswizard check --chain`: files of every make, and files that are none."""

import base64
import os
import subprocess
import threading

import pytest
from real_servers import OPENSSL, Files, openssl_server

from tlswizard.core.pem import pem


@pytest.fixture
def offline(call, files: Files, tmp_path):
    """`check --chain` with the private root, asked for localhost; the file's content is given."""

    def judged(data: bytes | str, *words: str, roots: bool = True, form: str = "json"):
        path = tmp_path / "chain"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        given = ("--roots", str(files.root)) if roots else ()
        name = () if "--name" in words else ("--name", "localhost")
        return call("check", "--chain", str(path), *given, *name, "--format", form, *words)

    return judged


def test_a_good_chain_by_its_root_exits_0(offline, files):
    said = offline(files.chain.read_bytes())
    assert said.code == said.document["exit"] == 0
    assert said.document["reach"] is None
    assert [c["id"] for c in said.document["clients"] if c["counts"]] == ["openssl"]
    assert said.document["clients"][0]["stores"] == [f"file:{files.root}"]


def test_without_the_roots_the_stores_of_this_machine_decide(offline, files):
    said = offline(files.chain.read_bytes(), roots=False)
    assert (said.code, said.causes[0]) == (2, "untrusted-root")


def test_another_name_is_refused(offline, files):
    said = offline(files.chain.read_bytes(), "--name", "other.example")
    assert (said.code, said.causes) == (2, ["name-mismatch"])


@pytest.mark.parametrize(
    ("at", "cause", "shown"),
    [
        ("2001-01-31", "not-yet-valid", "2001-01-31T00:00:00Z"),
        ("2071-01-31T12:00:00Z", "expired", "2071-01-31T12:00:00Z"),
        ("2071-01-31T12:00:00+02:00", "expired", "2071-01-31T10:00:00Z"),
    ],
)
def test_another_time_is_judged_at(offline, files, at, cause, shown):
    said = offline(files.chain.read_bytes(), "--at", at)
    assert said.code == 2
    assert cause in said.causes
    assert said.document["at"] == shown


def test_a_transcript_of_s_client_is_a_chain(offline, files, leaf):
    with openssl_server(files) as port:
        transcript = subprocess.run(
            [OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-showcerts"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False,
        ).stdout  # fmt: skip
    assert b"Server certificate" in transcript
    said = offline(transcript)
    assert [c["sha256"] for c in said.document["chain"]] == [c.sha256 for c in leaf.chain]
    assert said.code == 0


def test_der_is_a_chain_of_one(offline, leaf):
    said = offline(leaf.certificate.der)
    assert [c["sha256"] for c in said.document["chain"]] == [leaf.certificate.sha256]
    assert (said.code, said.causes[0]) == (2, "missing-intermediate")


def test_windows_line_ends_and_text_around_are_no_matter(offline, files):
    text = "Bag Attributes\n  friendlyName: x\n" + files.chain.read_text() + "\nthe end\n"
    assert offline(text.replace("\n", "\r\n")).code == 0


def broken(kind: str, good: bytes) -> str:
    body = {
        "cut": good[:200],
        "not-asn1": b"not a certificate at all, whatever its frame says" * 3,
    }[kind]
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(body).decode()}-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("kind", ["cut", "not-asn1"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_certificate_among_good_ones_keeps_its_place(offline, leaf, kind, place):
    blocks = [pem(c) for c in leaf.chain]
    blocks.insert(place, broken(kind, leaf.certificate.der))
    said = offline("".join(blocks))
    assert [c["role"] == "malformed" for c in said.document["chain"]] == [i == place for i in range(3)]
    assert [c["position"] for c in said.document["chain"]] == [0, 1, 2]
    assert said.code == 2
    (found,) = [c for c in said.document["causes"] if c["id"] == "malformed-certificate"]
    assert found["position"] == place
    assert said.document["chain"][place]["causes"] == ["malformed-certificate"]
    text = offline("".join(blocks), form="text")
    assert text.code == 2
    assert f"position {place}" in text.out


def test_base64_that_is_none_keeps_its_place(offline, leaf):
    block = "-----BEGIN CERTIFICATE-----\n***not base64***\n-----END CERTIFICATE-----\n"
    said = offline(pem(leaf.chain[0]) + block + pem(leaf.chain[1]))
    assert [c["role"] for c in said.document["chain"]][1] == "malformed"
    assert "malformed-certificate" in said.causes


def refused_in_one_line(said) -> str:
    assert said.code == 3
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("tlswizard check: ")
    return said.err


@pytest.mark.parametrize(
    "data",
    [b"hello, I am a letter\n", b"\x00" * 200, b"\x30\x82\xff\xff" + b"\x00" * 100, b"{}", b"PK\x03\x04zip",
     b"-----BEGIN CERTIFICATE-----\nhalf of"],
    ids=["letter", "zeros", "cut DER", "JSON", "zip", "half of PEM"],
)  # fmt: skip
def test_what_is_no_certificate_is_said_in_one_line(offline, tmp_path, data):
    assert str(tmp_path / "chain") in refused_in_one_line(offline(data))


def test_an_empty_file_is_called_empty(offline):
    assert "empty" in refused_in_one_line(offline(b""))


def test_a_private_key_is_no_certificate(offline, files):
    line = refused_in_one_line(offline(files.key.read_bytes()))
    assert "no certificate" in line
    secret = files.key.read_text().splitlines()[1]
    assert secret not in line


def test_a_file_that_is_not_there_is_named(call, tmp_path):
    path = str(tmp_path / "nowhere.pem")
    assert path in refused_in_one_line(call("check", "--chain", path, "--name", "localhost"))


def test_a_folder_is_no_file(call, tmp_path):
    refused_in_one_line(call("check", "--chain", str(tmp_path), "--name", "localhost"))


def test_a_pipe_is_a_file_too(call, files, tmp_path):
    """`--chain <(some command)`"""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    filling = threading.Thread(target=pipe.write_bytes, args=(files.chain.read_bytes(),), daemon=True)
    filling.start()
    said = call("check", "--chain", str(pipe), "--roots", str(files.root), "--name", "localhost")
    filling.join(5)
    assert said.code == 0


def test_a_file_without_end_is_cut_off(call):
    assert "larger than" in refused_in_one_line(call("check", "--chain", "/dev/zero", "--name", "localhost"))


def test_roots_that_are_none_are_named(call, files, tmp_path):
    (tmp_path / "roots.pem").write_text("nothing here\n")
    line = refused_in_one_line(
        call(
            "check",
            "--chain",
            str(files.chain),
            "--roots",
            str(tmp_path / "roots.pem"),
            "--name",
            "localhost",
        )
    )
    assert "roots.pem" in line


@pytest.mark.parametrize(
    "at", ["tomorrow", "2026-13-01", "", "9" * 300], ids=["word", "month 13", "empty", "long"]
)
def test_a_time_that_is_none_is_said_in_one_line(call, files, at):
    said = call("check", "--chain", str(files.chain), "--name", "localhost", f"--at={at}")
    refused_in_one_line(said)


@pytest.mark.parametrize("name", ["no name", ""])
def test_a_name_that_is_none_is_said_in_one_line(call, files, name):
    """An empty variable must not become a chain whose name nobody checks."""
    refused_in_one_line(call("check", "--chain", str(files.chain), "--name", name))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1, 2]", b"hello", b'{"tlswizard": 1}', b"[" * 100000, b"\xff\xfe"],
    ids=["empty", "object", "list", "letter", "version", "deep", "not UTF-8"],
)
def test_a_case_that_is_none_is_said_in_one_line(call, tmp_path, data):
    (tmp_path / "case.json").write_bytes(data)
    assert "case.json" in refused_in_one_line(call("check", "--case", str(tmp_path / "case.json")))
