"""A chain that OpenSSL refuses to read is shown all the same, and the broken certificate in its place."""

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence

import pytest
from real_servers import (
    PATIENCE,
    certificate_tls12,
    fatal_alert,
    handshake_message,
    openssl_server,
    raw_server,
    server_hello_tls12,
    stop_sending_at_its_end,
    tls_record,
)
from tls13_by_hand import flight_tls13, offers_tls13, record_from

from tlswizard.core.certificate import Certificate, Malformed

Answer = Callable[[socket.socket], None]

WARNING = tls_record(0x15, b"\x01\x70")
DONE = tls_record(0x16, handshake_message(14, b""))
BROKEN = {
    "cut off": lambda good: good[:-40],
    "no ASN.1": lambda good: b"this is not a certificate",
    "nothing": lambda good: b"",
    "a wrong length inside": lambda good: good[:2] + b"\xff\xff" + good[4:],
}


@pytest.fixture
def sent(leaf) -> list[bytes]:
    """leaf, issuing, root: one more than anybody needs."""
    return [c.certificate.der for c in leaf.path]


def breaking(ders: Sequence[bytes], place: int, how: str = "cut off") -> list[bytes]:
    return [BROKEN[how](der) if i == place else der for i, der in enumerate(ders)]


class Server:
    """What it answers to TLS 1.3 and to less, and how often it was asked."""

    def __init__(self, newest: Sequence[bytes] | None, older: bytes | Answer, *, asks: bool = False) -> None:
        self.newest, self.older, self.asks = newest, older, asks
        self.asked: list[str] = []
        self.hello = b""

    def __call__(self, one: socket.socket) -> None:
        self.hello = hello = record_from(one)
        if not hello:
            return None  # the one who only looked whether somebody listens
        if self.newest is not None and offers_tls13(hello):
            self.asked.append("TLS 1.3")
            one.sendall(flight_tls13(hello, self.newest, asks=self.asks))
        else:
            self.asked.append("TLS 1.2")
            if not isinstance(self.older, bytes):
                return self.older(one)
            one.sendall(self.older)
        return stop_sending_at_its_end(one)


def plain(ders: Sequence[bytes]) -> bytes:
    return server_hello_tls12() + certificate_tls12(ders) + DONE


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """What each says to the other, until one of them ends."""
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [], PATIENCE)[0]:
            data = ready.recv(65536)
            if not data:
                return
            ends[ready].sendall(data)


def kinds(case) -> list[type]:
    return [type(c) for c in case.chain]


def malformed(diagnosis) -> list[int | None]:
    """Where each cause of that name is pinned."""
    return [f.position for f in diagnosis.causes if f.id == "malformed-certificate"]


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_over_tls12_the_broken_one_is_pinned_and_the_others_are_read(look, judged, sent, place, how):
    ders = breaking(sent, place, how)
    server = Server(None, plain(ders))
    with raw_server(server) as port:
        case = look(port)
    assert [c.der for c in case.chain] == ders
    assert kinds(case) == [Malformed if i == place else Certificate for i in range(3)]
    assert case.handshake.outcome == "ok"
    assert f"1 of the 3 certificates sent cannot be read (position {place})" in case.handshake.detail
    assert server.asked == ["TLS 1.2"], "the bytes are there already"
    diagnosis = judged(case)
    assert malformed(diagnosis) == [place]
    assert diagnosis.exit == 2
    assert {c.verdict.result for c in diagnosis.clients} == {"refuse"}


@pytest.mark.parametrize("asks", [False, True], ids=["", "and it wants one from the client"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_behind_tls13_a_second_connection_shows_it(look, judged, sent, place, asks):
    ders = breaking(sent, place)
    server = Server(ders, plain(ders), asks=asks)
    with raw_server(server) as port:
        case = look(port)
    assert server.asked == ["TLS 1.3", "TLS 1.2"]
    assert [c.der for c in case.chain] == ders
    assert malformed(judged(case)) == [place]
    assert case.handshake.protocol is None, "no handshake has finished"


def test_two_broken_ones_are_two_causes(look, judged, sent):
    with raw_server(Server(None, plain(breaking(breaking(sent, 1), 2, "nothing")))) as port:
        case = look(port)
    assert "2 of the 3 certificates sent cannot be read (position 1 and position 2)" in case.handshake.detail
    assert malformed(judged(case)) == [1, 2]


def test_a_message_in_many_records_is_put_together(look, judged, sent):
    message = certificate_tls12(breaking(sent, 1))[5:]
    records = b"".join(tls_record(0x16, message[i : i + 100]) for i in range(0, len(message), 100))
    with raw_server(Server(None, server_hello_tls12() + records + DONE)) as port:
        assert malformed(judged(look(port))) == [1]


def test_a_leaf_whose_key_is_damaged_is_one_cause(look, judged, sent):
    """Its frame holds, so all but the key can be read; OpenSSL cannot go on without."""
    point = sent[0].index(b"\x03\x42\x00\x04") + 4
    damaged = sent[0][:point] + b"\x01" * 64 + sent[0][point + 64 :]
    with raw_server(Server(None, plain([damaged, *sent[1:]]))) as port:
        case = look(port)
    assert kinds(case) == [Certificate] * 3
    assert case.chain[0].flaws
    assert case.handshake.protocol is None
    assert malformed(judged(case)) == [0]


REFUSALS: dict[str, tuple[bytes | Answer, str]] = {
    "an alert": (fatal_alert(70), "the server speaks TLS 1.3 only"),
    "another alert": (fatal_alert(40), "over TLS 1.2 the server answers with the alert “handshake failure”"),
    "the end": (lambda one: None, "over TLS 1.2 the server closes the connection"),
    "plain text": (b"SSH-2.0-dropbear\r\n", "over TLS 1.2 the server speaks SSH"),
}


@pytest.mark.parametrize("answer", REFUSALS)
def test_with_tls13_alone_no_position_is_named(look, judged, sent, answer):
    older, words = REFUSALS[answer]
    server = Server(breaking(sent, 1), older)
    with raw_server(server) as port:
        case = look(port)
    shake = case.handshake
    assert server.asked == ["TLS 1.3", "TLS 1.2"]
    assert (shake.outcome, shake.chain) == ("malformed-certificate", ())
    assert shake.detail.startswith("one of the certificates sent cannot be read")
    assert words in shake.detail
    assert shake.detail.isprintable()
    diagnosis = judged(case)
    assert malformed(diagnosis) == [None]
    assert diagnosis.exit == 2


def test_with_tls13_alone_and_silence_it_ends_in_time(look, sent):
    server = Server(breaking(sent, 0), stop_sending_at_its_end)
    with raw_server(server) as port:
        started = time.monotonic()
        shake = look(port, timeout=0.4).handshake
        took = time.monotonic() - started
    assert (shake.outcome, shake.chain) == ("malformed-certificate", ())
    assert "over TLS 1.2 no answer came in time" in shake.detail
    assert took < 1.5


def test_with_tls13_alone_and_then_nobody_it_says_so(look, sent):
    """A server that is gone by the second time: after one look at the port and one handshake."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            listener.accept()[0].close()
            one, _ = listener.accept()
            with one:
                hello = record_from(one)
                listener.close()
                one.sendall(flight_tls13(hello, breaking(sent, 0)))
                stop_sending_at_its_end(one)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        shake = look(port).handshake
        serving.join(PATIENCE)
    assert (shake.outcome, shake.chain) == ("malformed-certificate", ())
    assert "there was no second connection" in shake.detail


@pytest.mark.parametrize(
    "piece", [tls_record(0x16, b""), WARNING, b"\x16\x03\x03"], ids=["empty", "warnings", "halves"]
)
def test_drops_without_end_on_the_second_connection_end_in_time(look, sent, piece):
    def older(one: socket.socket) -> None:
        while True:
            one.sendall(piece)
            time.sleep(0.01)

    with raw_server(Server(breaking(sent, 0), older)) as port:
        started = time.monotonic()
        shake = look(port, timeout=0.4).handshake
        took = time.monotonic() - started
    assert (shake.outcome, shake.chain) == ("malformed-certificate", ())
    assert took < 1.5


def test_a_good_chain_over_tls12_is_not_passed_off_as_the_broken_one(look, judged, files, sent):
    """Another server behind the same address, or another certificate for old clients."""
    with openssl_server(files, "-tls1_2") as real:

        def older(one: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", real), PATIENCE) as inner:
                inner.sendall(tls_record(0x16, server.hello))
                pass_on(one, inner)

        server = Server(breaking(sent, 0), older)
        with raw_server(server) as port:
            case = look(port)
    assert server.asked == ["TLS 1.3", "TLS 1.2"]
    assert case.chain == ()
    assert "over TLS 1.2 the server sends others" in case.handshake.detail
    assert malformed(judged(case)) == [None]


def test_a_list_that_is_longer_than_its_certificates_has_no_culprit(look, judged, sent):
    """Every certificate is well; the lengths around them are not."""
    listed = b"".join(len(c).to_bytes(3, "big") + c for c in sent)
    body = len(listed).to_bytes(3, "big") + listed + b"\x00" * 5
    flight = server_hello_tls12() + tls_record(0x16, handshake_message(11, body))
    with raw_server(Server(None, flight)) as port:
        case = look(port)
    assert case.handshake.outcome == "malformed-certificate"
    assert kinds(case) == [Certificate] * 3
    assert malformed(judged(case)) == [None]


def test_a_length_between_certificates_that_does_not_hold(look, judged, sent):
    listed = len(sent[0]).to_bytes(3, "big") + sent[0] + b"\x01\x00\x00" + sent[1]
    body = len(listed).to_bytes(3, "big") + listed
    flight = server_hello_tls12() + tls_record(0x16, handshake_message(11, body))
    with raw_server(Server(None, flight)) as port:
        case = look(port)
    assert kinds(case) == [Certificate, Malformed]
    assert malformed(judged(case)) == [1]


def test_an_empty_list_is_no_certificate(look):
    with raw_server(Server([], plain([]))) as port:
        shake = look(port).handshake
    assert (shake.outcome, shake.chain) == ("no-certificate-sent", ())


@pytest.mark.parametrize(
    "broken",
    [
        tls_record(0x16, handshake_message(2, b"\x03\x03" + b"x" * 20)),
        server_hello_tls12() + b"\x16\x03\x03\xff\xff" + bytes(0xFFFF),
    ],
    ids=["a short ServerHello", "a record too large"],
)
def test_what_breaks_before_any_certificate_is_not_blamed_on_one(look, broken):
    server = Server(None, broken)
    with raw_server(server) as port:
        shake = look(port).handshake
    assert shake.outcome == "handshake-alert"
    assert server.asked == ["TLS 1.2"]


def test_after_starttls_the_second_connection_starts_over(look, judged, sent):
    ders = breaking(sent, 1)
    server = Server(ders, plain(ders))

    def talk(one: socket.socket) -> None:
        one.sendall(b"220 mail.example ESMTP\r\n")
        if one.recv(1000):
            one.sendall(b"250-mail.example\r\n250 STARTTLS\r\n")
            one.recv(1000)
            one.sendall(b"220 go\r\n")
            server(one)

    with raw_server(talk) as port:
        case = look(port, starttls="smtp")
    assert server.asked == ["TLS 1.3", "TLS 1.2"]
    assert malformed(judged(case)) == [1]
    assert case.handshake.greeting == "mail.example ESMTP"


def test_no_clock_is_asked_where_no_handshake_can_finish(look, sent):
    server = Server(None, plain(breaking(sent, 1)))
    with raw_server(server) as port:
        look(f"https://localhost:{port}", clock=True)
    assert server.asked == ["TLS 1.2"]
