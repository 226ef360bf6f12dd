"""`openssl s_server`, in every configuration that decides how a handshake ends."""

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_servers import OPENSSL, PATIENCE, Files, keep_files, openssl_server, raw_server

from tlswizard.lab.authority import Identity


def rsa_files(folder: Path, bits: int = 2048) -> Files:
    """A self-signed RSA certificate, made by the openssl program."""
    files = Files(*(folder / f"rsa-{name}.pem" for name in ("leaf", "above", "chain", "key", "root")))
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", f"rsa:{bits}", "-nodes", "-keyout", files.key,
         "-out", files.leaf, "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-days", "30"],
        check=True, capture_output=True, timeout=PATIENCE * 3,
    )  # fmt: skip
    files.above.write_text("")
    return files


@pytest.mark.parametrize(("option", "protocol"), [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_one_version_of_tls_alone_is_enough(look, files, leaf, option, protocol):
    with openssl_server(files, option) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.protocol) == ("ok", protocol)
    assert shake.cipher
    assert shake.chain == leaf.chain
    assert shake.spoke_tls


@pytest.mark.parametrize(("option", "protocol"), [("-tls1", "TLSv1"), ("-tls1_1", "TLSv1.1")])
def test_versions_that_clients_refuse_are_still_looked_at(look, files, leaf, option, protocol):
    with openssl_server(files, option, "-cipher", "ALL:@SECLEVEL=0") as port:
        shake = look(port).handshake
    assert shake.chain == leaf.chain
    assert shake.protocol == protocol


def test_an_rsa_certificate_is_seen(look, tmp_path):
    with openssl_server(rsa_files(tmp_path)) as port:
        shake = look(port).handshake
    assert shake.outcome == "ok"
    assert [str(c.key) for c in shake.chain] == ["RSA 2048"]


def test_an_incomplete_chain_is_shown_as_it_is_served(look, leaf, tmp_path):
    with openssl_server(keep_files(tmp_path, leaf, complete=False)) as port:
        assert look(port).chain == leaf.chain[:1]


def test_the_order_of_the_wire_is_kept(look, files, leaf, tmp_path):
    """leaf, root, issuing: not the order that RFC 5246 asked for."""
    mixed = tmp_path / "mixed.pem"
    mixed.write_text(files.root.read_text() + files.above.read_text())
    wrong = Files(files.leaf, mixed, files.chain, files.key, files.root)
    with openssl_server(wrong) as port:
        seen = look(port).chain
    assert [c.title for c in seen] == ["localhost", "Private Root", "Private Issuing CA"]


@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
def test_a_server_that_demands_a_certificate_is_found_out(look, files, leaf, option):
    with openssl_server(files, option, "-Verify", "1", "-CAfile", str(files.root)) as port:
        shake = look(port).handshake
    assert shake.outcome == "client-certificate-required"
    assert shake.chain == leaf.chain
    assert shake.spoke_tls


@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
def test_a_server_that_only_asks_for_one_is_not_accused(look, files, option):
    with openssl_server(files, option, "-verify", "1", "-CAfile", str(files.root)) as port:
        assert look(port).handshake.outcome == "ok"


@contextlib.contextmanager
def far_away(port: int, seconds: float) -> Iterator[int]:
    """A relay that delays what the server says."""

    def relay(client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as server:

            def back() -> None:
                with contextlib.suppress(OSError):
                    while data := server.recv(65536):
                        time.sleep(seconds)
                        client.sendall(data)

            returning = threading.Thread(target=back, daemon=True)
            returning.start()
            with contextlib.suppress(OSError):
                while data := client.recv(65536):
                    server.sendall(data)
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            returning.join(PATIENCE)

    with raw_server(relay) as relayed:
        yield relayed


def test_the_demand_is_also_heard_from_far_away(look, files):
    """In TLS 1.3 it comes one round trip after the client has finished (RFC 8446 section 4.4.2.4)."""
    with (
        openssl_server(files, "-tls1_3", "-Verify", "1", "-CAfile", str(files.root)) as port,
        far_away(port, 0.15) as relayed,
    ):
        assert look(relayed).handshake.outcome == "client-certificate-required"


def test_no_shared_cipher_is_the_servers_alert(look, files):
    with openssl_server(files, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256") as port:
        shake = look(port).handshake
    assert shake.outcome == "handshake-alert"
    assert "handshake failure" in shake.detail
    assert shake.spoke_tls


def test_a_name_that_the_server_does_not_know(look, files):
    with openssl_server(
        files, "-servername", "other.example", "-servername_fatal",
        "-cert2", str(files.leaf), "-key2", str(files.key),
    ) as port:  # fmt: skip
        shake = look(port).handshake
    assert shake.outcome == "server-name-unrecognized"
    assert "unrecognized name" in shake.detail


def test_anonymous_ciphers_come_without_a_certificate(look, files):
    with openssl_server(files, "-tls1_2", "-cipher", "AECDH:@SECLEVEL=0", "-nocert") as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.chain) == ("no-certificate-sent", ())


def test_a_staple_is_kept(look, files, leaf, tmp_path):
    staple = tmp_path / "staple.der"
    index = tmp_path / "index.txt"
    index.write_text("")
    signer = _issuer_files(tmp_path, leaf)
    subprocess.run(
        [OPENSSL, "ocsp", "-index", index, "-rsigner", signer.leaf, "-rkey", signer.key, "-CA", signer.leaf,
         "-issuer", signer.leaf, "-cert", files.leaf, "-respout", staple, "-ndays", "1", "-noverify"],
        check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    with openssl_server(files, "-status_file", str(staple)) as port:
        assert look(port).handshake.staple == staple.read_bytes()


def _issuer_files(folder: Path, leaf: Identity) -> Files:
    assert leaf.issuer
    (folder / "issuer").mkdir()
    return keep_files(folder / "issuer", leaf.issuer)


def test_an_ipv6_literal_is_reached(look, files, leaf):
    with openssl_server(files, address="[::1]") as port:
        case = look(f"[::1]:{port}")
    assert case.reach.result.address == "::1"
    assert case.chain == leaf.chain
