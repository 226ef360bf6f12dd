"""Servers that break off, babble, or say exactly these bytes."""

import contextlib
import os
import socket
import sys
import time

import pytest
from real_servers import (
    certificate_tls12,
    client_said,
    fatal_alert,
    free_port,
    handshake_message,
    raw_server,
    reset,
    server_hello_tls12,
    server_process,
    stop_sending_at_its_end,
    tls_record,
    until_it_listens,
)

from tlswizard.core.certificate import Malformed


def says(data: bytes):
    """A server that hears the ClientHello, says this, and waits for the other side to go."""

    def talk(one: socket.socket) -> None:
        client_said(one)
        one.sendall(data)
        stop_sending_at_its_end(one)

    return talk


def greets(data: bytes):
    """A server that speaks first."""

    def talk(one: socket.socket) -> None:
        one.sendall(data)
        stop_sending_at_its_end(one)

    return talk


def one_clear_sentence(text: str) -> bool:
    return (
        bool(text) and len(text) < 160 and text.isprintable() and "Error" not in text and "Trace" not in text
    )


def test_a_server_that_closes_at_once(look):
    with raw_server(lambda _: None) as port:
        shake = look(port).handshake
    assert shake.outcome == "handshake-closed"
    assert not shake.spoke_tls
    assert one_clear_sentence(shake.detail)


def test_a_server_that_closes_after_the_client_hello(look):
    with raw_server(lambda one: client_said(one) and None) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.spoke_tls) == ("handshake-closed", False)
    assert "closes" in shake.detail


def test_a_server_that_resets(look):
    def talk(one: socket.socket) -> None:
        client_said(one)
        reset(one)

    with raw_server(talk) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.spoke_tls) == ("handshake-closed", False)
    assert "resets" in shake.detail


def test_a_server_that_says_nothing_costs_the_timeout_and_no_more(look):
    with raw_server(stop_sending_at_its_end) as port:
        started = time.monotonic()
        shake = look(port, timeout=0.3).handshake
        took = time.monotonic() - started
    assert shake.outcome == "server-silent"
    assert 0.3 <= took < 1.5
    assert one_clear_sentence(shake.detail)


def test_a_server_that_goes_quiet_in_the_middle(look):
    with raw_server(says(server_hello_tls12())) as port:
        shake = look(port, timeout=0.3).handshake
    assert shake.outcome == "server-silent"


@pytest.mark.parametrize(
    ("greeting", "spoken"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH"),
        (b"220 mail.example.com ESMTP Postfix\r\n", "SMTP"),
        (b"220 ftp.example.com ready\r\n", "mail or file transfer"),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"),
        (b"+OK POP3 ready\r\n", "POP3"),
        (b"RFB 003.008\n", "VNC"),
    ],
)
def test_a_banner_names_the_protocol(look, greeting, spoken):
    with raw_server(greets(greeting)) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.spoke_tls) == ("not-tls", False)
    assert spoken in shake.detail
    assert one_clear_sentence(shake.detail)


def test_a_banner_that_hangs_up_names_the_protocol_too(look):
    with raw_server(lambda one: one.sendall(b"SSH-2.0-dropbear\r\n")) as port:
        shake = look(port).handshake
    assert (shake.outcome, "SSH" in shake.detail) == ("not-tls", True)


def test_plain_http_from_pythons_own_server(look, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with server_process(command, cwd=tmp_path) as process:
        until_it_listens(port, process)
        shake = look(port).handshake
    assert (shake.outcome, shake.spoke_tls) == ("not-tls", False)
    assert "plain HTTP" in shake.detail


@pytest.mark.parametrize(
    "unit",
    [b"\x00", b"hello ", b"\x16\x03\x03\x40\x00" + b"\x02" * 0x4000, b"\x80\x2e\x01"],
    ids=["zeros", "text", "records", "SSLv2"],
)
def test_a_server_that_never_stops_talking_is_cut_off(look, unit):
    block = unit * (65536 // len(unit) + 1)

    def talk(one: socket.socket) -> None:
        while True:
            one.sendall(block)

    with raw_server(talk) as port:
        started = time.monotonic()
        shake = look(port, timeout=2.0).handshake
        took = time.monotonic() - started
    assert shake.outcome in ("not-tls", "handshake-alert", "handshake-closed", "malformed-certificate")
    assert one_clear_sentence(shake.detail)
    assert took < 2.5


def test_empty_records_without_end_are_cut_off(look):
    """Each is valid on its own and none gets the handshake any further."""

    def talk(one: socket.socket) -> None:
        client_said(one)
        while True:
            one.sendall(tls_record(0x16, b"") * 1000)

    with raw_server(talk) as port:
        started = time.monotonic()
        shake = look(port, timeout=2.0).handshake
    assert shake.outcome != "ok"
    assert time.monotonic() - started < 2.5


NO_BETTER_NAME = {
    10: "unexpected message", 20: "bad record MAC", 22: "record overflow", 40: "handshake failure",
    47: "illegal parameter", 49: "access denied", 50: "decode error", 51: "decrypt error",
    80: "internal error", 109: "missing extension", 110: "unsupported extension",
    120: "no application protocol", 200: "number 200",
}  # fmt: skip
"""RFC 8446 section 6; 200 is not assigned."""


@pytest.mark.parametrize(("number", "name"), NO_BETTER_NAME.items())
def test_a_fatal_alert_is_called_by_its_name(look, number, name):
    with raw_server(says(fatal_alert(number))) as port:
        shake = look(port).handshake
    assert shake.outcome == "handshake-alert"
    assert name in shake.detail
    assert shake.spoke_tls


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (42, "client-certificate-required"), (48, "client-certificate-required"),
        (70, "protocol-unsupported"), (71, "cipher-unsupported"),
        (112, "server-name-unrecognized"), (116, "client-certificate-required"),
    ],
)  # fmt: skip
def test_an_alert_with_a_better_name_gets_it(look, number, cause):
    with raw_server(says(fatal_alert(number))) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.spoke_tls) == (cause, True)


def test_an_alert_in_one_breath_with_the_end(look):
    def talk(one: socket.socket) -> None:
        client_said(one)
        one.sendall(fatal_alert(70))

    with raw_server(talk) as port:
        assert look(port).handshake.outcome == "protocol-unsupported"


def _broken_ders(good: bytes) -> dict[str, bytes]:
    return {
        "not ASN.1 at all": b"this is not a certificate",
        "cut off": good[:-40],
        "a length that lies": good[:2] + b"\xff\xff" + good[4:],
        "nothing": b"",
        "random": os.urandom(300),
    }


@pytest.mark.parametrize("how", [*_broken_ders(b"\x30" * 99)])
@pytest.mark.parametrize("place", [0, 1])
def test_a_broken_certificate_among_good_ones_is_said_in_one_sentence(look, leaf, judged, how, place):
    ders = [c.der for c in leaf.chain]
    ders[place] = _broken_ders(ders[place])[how]
    flight = server_hello_tls12() + certificate_tls12(ders)
    with raw_server(says(flight)) as port:
        case = look(port)
    shake = case.handshake
    assert shake.outcome == "ok", "what is wrong is said of the certificate, not of the handshake too"
    assert shake.spoke_tls
    assert one_clear_sentence(shake.detail)
    diagnosis = judged(case)
    assert diagnosis.exit == 2
    assert [f.position for f in diagnosis.causes if f.id == "malformed-certificate"] == [place]


def test_a_certificate_that_openssl_reads_and_we_do_not_keeps_its_place(look, leaf, judged):
    """Version 9: OpenSSL takes it as a number like any other."""
    good = [c.der for c in leaf.chain]
    odd = good[1].replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x08", 1)
    assert odd != good[1]
    flight = server_hello_tls12() + certificate_tls12([good[0], odd])
    done = tls_record(0x16, handshake_message(14, b""))
    with raw_server(says(flight + done + fatal_alert(80))) as port:
        case = look(port)
    assert case.handshake.spoke_tls
    assert [type(c) for c in case.chain] == [type(leaf.certificate), Malformed]
    assert "malformed-certificate" in [f.id for f in judged(case).causes]


def test_a_certificate_message_without_certificates(look):
    with raw_server(says(server_hello_tls12() + certificate_tls12([]))) as port:
        shake = look(port).handshake
    assert shake.outcome in ("no-certificate-sent", "handshake-alert", "malformed-certificate")
    assert shake.chain == ()
    assert one_clear_sentence(shake.detail)


def test_nothing_listens(look):
    case = look(f"127.0.0.1:{free_port()}")
    assert case.reach.result.outcome == "connection-refused"
    assert one_clear_sentence(case.reach.result.detail)
    assert case.handshakes.result is None
    assert one_clear_sentence(case.handshakes.failure)
    assert "Errno" not in case.handshakes.failure


def test_a_full_backlog_is_a_timeout(look):
    """A listener that never accepts: on loopback the second connection waits like behind a firewall."""
    with socket.socket() as listener, contextlib.ExitStack() as kept:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(4):
            waiting = kept.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        started = time.monotonic()
        case = look(f"127.0.0.1:{address[1]}", timeout=0.4)
        took = time.monotonic() - started
    assert case.reach.result.outcome == "connection-timeout"
    assert took < 0.8, "it is not tried a second time"


def test_a_name_that_nobody_has(look):
    case = look("no-such-host.invalid", timeout=2.0)
    assert case.reach.result.outcome == "name-not-resolved"
    assert "no-such-host.invalid" in case.reach.result.detail
    assert one_clear_sentence(case.reach.result.detail)
