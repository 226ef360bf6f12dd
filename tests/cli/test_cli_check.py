"""`tlswizard check` on real servers: what it prints, the keys of its JSON, and how it exits."""

import json
import socket
import stat
from datetime import UTC, datetime, timedelta

import pytest
from real_servers import (
    certificate_tls12,
    client_said,
    free_port,
    keep_files,
    openssl_server,
    private_ca,
    raw_server,
    server_hello_tls12,
    stop_sending_at_its_end,
)

OPTIONAL = type(None)
TEXT, NUMBER, LIST, YES_NO = str, int, list, bool

FORMAT_1 = {
    "tlswizard": TEXT, "format": NUMBER, "at": TEXT, "machine": TEXT, "account": TEXT,
    "target": {"text": TEXT, "host": TEXT, "port": NUMBER, "starttls": (TEXT, OPTIONAL), "servername": TEXT},
    "reach": {
        "outcome": TEXT, "address": TEXT, "protocol": TEXT, "cipher": TEXT, "milliseconds": NUMBER,
    },
    "chain": [{
        "position": NUMBER, "role": TEXT, "subject": TEXT, "issuer": TEXT, "sha256": TEXT, "sha1": TEXT,
        "not_before": TEXT, "not_after": TEXT, "names": [TEXT], "causes": LIST,
    }],
    "clients": [{
        "id": TEXT, "counts": YES_NO, "verdict": TEXT, "stores": [TEXT], "deciding_store": (TEXT, OPTIONAL),
        "judge": TEXT, "message": (TEXT, OPTIONAL),
        "faults": [{
            "cause": TEXT, "position": (NUMBER, OPTIONAL),
            "certificate": {
                "sha256": TEXT, "position": (NUMBER, OPTIONAL), "store": (TEXT, OPTIONAL), "subject": TEXT,
            },
            "expected": (TEXT, OPTIONAL), "found": (TEXT, OPTIONAL),
        }],
    }],
    "causes": [{
        "id": TEXT, "kind": (TEXT, OPTIONAL), "severity": TEXT, "certainty": TEXT,
        "position": (NUMBER, OPTIONAL), "certificate": (dict, OPTIONAL),
        "title": TEXT, "evidence": TEXT, "who": TEXT, "clients": LIST,
    }],
    "fixes": [{
        "id": TEXT, "causes": [TEXT], "where": TEXT, "who": TEXT, "text": TEXT, "commands": LIST,
        "undo": LIST, "takes_effect": TEXT,
        "proofs": [{
            "on": TEXT, "with": [TEXT],
            "clients": [{"id": TEXT, "judge": TEXT, "before": TEXT, "after": TEXT}],
        }],
    }],
    "not_checked": [{"part": TEXT, "why": TEXT}],
    "exit": NUMBER,
}  # fmt: skip
"""DESIGN.md, JSON format 1: these keys exist, more may be added."""

WORDS = {
    "role": {"leaf", "intermediate", "root", "unrelated", "malformed"},
    "verdict": {"accept", "refuse", "unknown"},
    "severity": {"problem", "warning", "info"},
    "certainty": {"certain", "likely", "hint"},
    "where": {"server", "client-store", "machine-store", "program", "clock", "network"},
    "who": {
        "caller", "helpdesk", "administrator", "server-owner", "network-team", "certificate-team",
        "security-team",
    },
    "on": {"original", "copy"},
    "before": {"accept", "refuse", "unknown"},
    "after": {"accept", "refuse", "unknown"},
}  # fmt: skip


def departures(value, shape, where="$"):
    """Where `value` is not of this shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        return [
            problem
            for key, inner in shape.items()
            for problem in (
                departures(value[key], inner, f"{where}.{key}")
                if key in value
                else [f"{where}.{key} is missing"]
            )
        ] + [f"{where}.{k} is {v!r}" for k, v in value.items() if k in WORDS and v not in WORDS[k]]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [p for i, item in enumerate(value) for p in departures(item, shape[0], f"{where}[{i}]")]
    kinds = shape if isinstance(shape, tuple) else (shape,)
    right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
    return [] if right else [f"{where} is {value!r}"]


@pytest.fixture(scope="module")
def good(files):
    with openssl_server(files) as port:
        yield f"localhost:{port}"


@pytest.fixture(scope="module")
def incomplete(leaf, tmp_path_factory):
    """The issuing certificate is not sent."""
    with openssl_server(keep_files(tmp_path_factory.mktemp("incomplete"), leaf, complete=False)) as port:
        yield f"localhost:{port}"


@pytest.fixture
def stranger(tmp_path):
    """A name and a root that this machine does not know."""
    with openssl_server(keep_files(tmp_path, private_ca("Stranger").leaf(["stranger.example"]))) as port:
        yield f"localhost:{port}"


NAMED = ("--client", "openssl", "--client", "python")


def test_a_server_that_is_trusted_exits_0(call, trusting, good):
    said = call("check", good, *NAMED, env=trusting)
    assert said.code == 0
    assert f"✓ {good} is accepted by OpenSSL and Python" in said.out
    assert said.err == ""


def test_json_says_0_too(call, trusting, good):
    said = call("check", good, *NAMED, "--format", "json", env=trusting)
    assert said.code == said.document["exit"] == 0
    assert said.verdict("openssl") == said.verdict("python") == "accept"
    assert {c["id"]: c["deciding_store"] for c in said.document["clients"]}["openssl"] == "env:SSL_CERT_FILE"


def test_a_certificate_about_to_expire_exits_1(call, environment, tmp_path):
    now = datetime.now(UTC)
    root = private_ca("Soon Root")
    soon = root.leaf(["localhost"], not_before=now - timedelta(days=363), not_after=now + timedelta(days=2))
    kept = keep_files(tmp_path, soon)
    env = environment | {"SSL_CERT_FILE": str(kept.root), "SSL_CERT_DIR": str(tmp_path / "home")}
    with openssl_server(kept) as port:
        said = call("check", f"localhost:{port}", *NAMED, "--format", "json", env=env)
        text = call("check", f"localhost:{port}", *NAMED, env=env)
    assert said.code == said.document["exit"] == text.code == 1
    assert said.causes[0] == "expires-soon"
    assert text.out.startswith("! ")


def test_an_unknown_root_exits_2(call, good):
    said = call("check", good, "--client", "openssl", "--format", "json")
    assert said.code == said.document["exit"] == 2
    assert said.verdict("openssl") == "refuse"
    assert "untrusted-root" in said.causes


def test_every_key_of_format_1_is_there(call, trusting, incomplete, stranger):
    said = call("check", incomplete, stranger, "--format", "json", env=trusting)
    assert [p for d in said.documents for p in departures(d, FORMAT_1)] == []
    assert all(d["causes"] and d["fixes"] and d["clients"] and d["chain"] for d in said.documents)
    assert all(d["tlswizard"] and d["format"] == 1 for d in said.documents)


def test_a_missing_intermediate_is_named(call, trusting, incomplete):
    said = call("check", incomplete, "--client", "openssl", "--format", "json", env=trusting)
    assert (said.code, said.causes[0]) == (2, "missing-intermediate")


def test_a_refused_connection_exits_3(call):
    said = call("check", f"127.0.0.1:{free_port()}", "--format", "json")
    assert said.code == said.document["exit"] == 3
    assert said.document["reach"]["outcome"] == "connection-refused"
    assert said.causes == ["connection-refused"]
    assert said.document["chain"] == []


def test_a_name_that_nobody_has_exits_3(call):
    said = call("check", "no-such-host.invalid", "--format", "json", "--timeout", "2")
    assert (said.code, said.causes) == (3, ["name-not-resolved"])


def test_what_is_no_tls_exits_3(call):
    def ssh(one: socket.socket) -> None:
        one.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        stop_sending_at_its_end(one)

    with raw_server(ssh) as port:
        said = call("check", f"127.0.0.1:{port}", "--format", "json")
        text = call("check", f"127.0.0.1:{port}")
    assert (said.code, said.causes) == (3, ["not-tls"])
    assert said.document["reach"]["outcome"] == "not-tls"
    assert text.code == 3
    assert "SSH" in text.out


def test_a_silent_server_costs_its_timeout(call):
    with raw_server(stop_sending_at_its_end) as port:
        said = call("check", f"127.0.0.1:{port}", "--timeout", "0.2", "--format", "json")
    assert (said.code, said.causes) == (3, ["server-silent"])


def test_a_refusal_in_the_handshake_is_a_refusal(call, files, trusting):
    with openssl_server(files, "-Verify", "1", "-CAfile", str(files.root)) as port:
        said = call("check", f"localhost:{port}", *NAMED, "--format", "json", env=trusting)
    assert (said.code, said.causes[0]) == (2, "client-certificate-required")


def test_a_broken_certificate_from_a_live_server_is_said_in_words(call, leaf):
    def talk(one: socket.socket) -> None:
        client_said(one)
        ders = [leaf.chain[0].der, b"no certificate"]
        one.sendall(server_hello_tls12() + certificate_tls12(ders))
        stop_sending_at_its_end(one)

    with raw_server(talk) as port:
        said = call("check", f"127.0.0.1:{port}", "--format", "json")
        text = call("check", f"127.0.0.1:{port}")
    assert (said.code, said.causes[0]) == (2, "malformed-certificate")
    assert text.code == 2
    assert "cannot be read" in text.out


def test_several_targets_give_json_lines_in_their_order_and_the_worst_code(call, trusting, good):
    closed = f"127.0.0.1:{free_port()}"
    said = call("check", good, closed, "not a target", "--format", "json", *NAMED, env=trusting)
    assert [d["exit"] for d in said.documents] == [0, 3, 3]
    assert [d["target"]["text"] for d in said.documents] == [good, closed, "not a target"]
    assert said.code == 3


def test_refused_is_worse_than_unknown(call, good):
    said = call("check", f"127.0.0.1:{free_port()}", good, "--client", "openssl", "--format", "json")
    assert [d["exit"] for d in said.documents] == [3, 2]
    assert said.code == 2


def test_a_named_program_without_a_verdict_exits_3(call, trusting, good):
    """Nothing is known of .NET Framework's stores on Linux."""
    said = call(
        "check", good, "--client", "openssl", "--client", "dotnet-framework", "--format", "json", env=trusting
    )
    assert said.code == 3
    assert said.verdict("openssl") == "accept"
    assert said.verdict("dotnet-framework") == "unknown"


def test_only_the_named_program_counts(call, trusting, good):
    said = call("check", good, "--client", "dotnet-service", "--format", "json", env=trusting)
    assert [c["id"] for c in said.document["clients"] if c["counts"]] == ["dotnet-service"]
    assert said.code == 2
    assert said.verdict("openssl") == "accept"


def test_another_name_can_be_asked_for(call, trusting, good):
    said = call("check", good, "--servername", "other.example", *NAMED, "--format", "json", env=trusting)
    assert said.document["target"]["servername"] == "other.example"
    assert said.code == 2
    assert said.causes[0] == "name-mismatch"


def test_another_address_can_be_connected_to(call, trusting, files):
    with openssl_server(files, address="127.0.0.1") as port:
        said = call(
            "check", f"localhost:{port}", "--connect", "127.0.0.1", *NAMED, "--format", "json", env=trusting
        )
        far = call(
            "check", f"no-such-host.invalid:{port}", "--connect", "127.0.0.1", "--servername", "localhost",
            *NAMED, "--format", "json", env=trusting,
        )  # fmt: skip
    assert said.code == far.code == 0
    assert far.document["reach"]["address"] == "127.0.0.1"
    assert far.document["target"]["host"] == "no-such-host.invalid"


def test_an_ipv6_literal(call, trusting, files):
    with openssl_server(files, address="[::1]") as port:
        said = call("check", f"[::1]:{port}", *NAMED, "--format", "json", env=trusting)
    assert said.code == 0
    assert (said.document["target"]["host"], said.document["reach"]["address"]) == ("::1", "::1")


def test_starttls_on_a_port_of_its_own(call, trusting):
    def refuses(one: socket.socket) -> None:
        one.sendall(b"220 mail.example ESMTP\r\n")
        one.recv(1000)
        one.sendall(b"250 mail.example\r\n")
        stop_sending_at_its_end(one)

    with raw_server(refuses) as port:
        said = call("check", f"127.0.0.1:{port}", "--starttls", "smtp", "--format", "json", env=trusting)
    assert said.document["target"]["starttls"] == "smtp"
    assert (said.code, said.causes) == (3, ["starttls-not-offered"])


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_saved_case_says_the_same(call, trusting, incomplete, tmp_path, form):
    kept = tmp_path / "kept.json"
    first = call("check", incomplete, "--save", str(kept), "--format", form, *NAMED, env=trusting)
    again = call("check", "--case", str(kept), "--format", form, *NAMED)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.code == again.code == 2
    assert again.out == first.out


def test_a_saved_case_judges_the_programs_of_the_machine_that_was_observed(call, trusting, good, tmp_path):
    kept = tmp_path / "kept.json"
    first = call("check", good, "--save", str(kept), "--format", "json", env=trusting)
    again = call(
        "check", "--case", str(kept), "--format", "json", env={"PATH": "/nowhere", **_home(trusting)}
    )
    assert again.document == first.document


def _home(env):
    return {k: v for k, v in env.items() if k in ("HOME", "PYTHONPATH")}


def test_a_case_that_cannot_be_kept_is_said_in_one_line(call, trusting, good):
    said = call("check", good, "--save", "/dev/null/kept.json", env=trusting)
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "/dev/null/kept.json" in said.err


def test_markdown_is_markdown(call, incomplete):
    said = call("check", incomplete, "--format", "markdown")
    assert said.code == 2
    assert said.out.startswith("**✗ ")
    assert "## The chain" in said.out


def test_an_error_document_has_the_same_keys(call):
    said = call("check", "http://", "--format", "json")
    assert said.code == 3
    assert set(FORMAT_1) <= set(said.document)
    assert said.document["reach"] is None
    assert said.document["error"]
    assert said.document["error"] in said.err
    assert json.loads(said.out)["exit"] == 3


@pytest.mark.parametrize(
    "target",
    ["", "   ", "http://", "gopher://x", "host:99999", "host:0", "a b", "-x.example", "300.1.1.1", "..."],
)
def test_a_target_that_makes_no_sense_is_one_sentence(call, target):
    said = call("check", "--", target)
    assert said.code == 3
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("tlswizard check: ")
