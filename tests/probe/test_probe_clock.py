"""The server's clock by its HTTP Date, and no clock where there is none."""

import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from real_servers import Files, keep_files, openssl_server, private_ca, raw_server


@contextmanager
def web_server(files: Files, date: str | None) -> Iterator[int]:
    """http.server behind ssl, with this Date; None: its own, the right one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(timestamp) if date is None else date

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, object]:
            one, address = super().get_request()
            return context.wrap_socket(one, server_side=True, do_handshake_on_connect=False), address

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


def exact(case) -> list[datetime]:
    return [s.at for s in case.clock.result.sources if s.bound == "exact"]


def test_the_servers_date_is_a_clock(look, files):
    with web_server(files, None) as port:
        case = look(f"https://localhost:{port}", clock=True)
    (said,) = exact(case)
    assert abs(said - datetime.now(UTC)) < timedelta(seconds=5)
    assert abs(case.clock.result.machine - said) < timedelta(seconds=3)


def test_a_server_that_lives_in_another_year_says_so(look, files):
    with web_server(files, "Fri, 31 Dec 2027 23:59:59 GMT") as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert exact(case) == [datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)]
    assert case.clock.result.other == datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_date_before_this_release_is_no_clock(look, files):
    with web_server(files, "Thu, 01 Jan 1970 00:00:00 GMT") as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert case.clock.result.other is None


@pytest.mark.parametrize("nonsense", ["yesterday", "", "Fri, 99 Xxx 2026 99:99:99 GMT", "9" * 500, "\x1b[2J"])
def test_a_date_that_is_none_is_no_clock(look, files, nonsense):
    with web_server(files, nonsense) as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert case.clock.failure is None
    assert exact(case) == []


def test_a_server_that_speaks_no_http_costs_a_second_and_is_no_clock(look, files):
    with openssl_server(files) as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert case.clock.failure is None
    assert exact(case) == []


def test_only_a_port_of_http_is_sent_a_request(look, files):
    heard: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    def talk(one: socket.socket) -> None:
        with context.wrap_socket(one, server_side=True) as tls:
            heard.append(tls.recv(100))

    with raw_server(talk) as port:
        case = look(port, clock=True)
    assert case.handshake.outcome == "ok"
    assert b"".join(heard) == b""
    assert exact(case) == []


def test_a_tls_error_in_the_answer_is_no_clock_and_no_failure(look, files):
    """Garbage after a good handshake: the lower bounds are still there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    def talk(one: socket.socket) -> None:
        with context.wrap_socket(one, server_side=True, do_handshake_on_connect=True) as tls:
            if tls.recv(1000):
                raw = socket.socket(fileno=tls.detach())
                with raw:
                    raw.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
                    raw.recv(1000)

    with raw_server(talk) as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert case.handshake.outcome == "ok"
    assert case.clock.failure is None
    assert [(s.id, s.bound) for s in case.clock.result.sources] == [
        ("newest-not-before", "earliest"),
        ("release", "earliest"),
    ]


def test_two_clocks_that_agree_outvote_a_certificate_that_is_not_valid_yet(look, judged, tmp_path):
    start = datetime.now(UTC) + timedelta(days=40)
    early = keep_files(tmp_path, private_ca().leaf(["localhost"], not_before=start))
    with web_server(early, None) as port:
        case = look(f"https://localhost:{port}", clock=True)
    assert case.clock.result.other is not None
    causes = [f.id for f in judged(case).causes]
    assert "not-yet-valid" in causes
    assert "clock-wrong" not in causes


def test_a_slow_clock_is_told_by_the_first_day_of_the_youngest_certificate(look, files, leaf):
    """Without HTTP there is still a moment before which no right clock is."""
    with openssl_server(files) as port:
        case = look(port, clock=True)
    (bound,) = [s for s in case.clock.result.sources if s.id == "newest-not-before"]
    assert (bound.bound, bound.at) == ("earliest", max(c.not_before for c in leaf.chain))
