"""The Certificate message in a server's plain bytes: however it is cut up, and whatever lies in it."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_servers import (
    certificate_tls12,
    fatal_alert,
    handshake_message,
    private_ca,
    server_hello_tls12,
    tls_record,
)

from tlswizard.core.case import Case, Observed, Options, Part, Reach
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.target import parse_target
from tlswizard.probe import handshakes
from tlswizard.probe.certificate_message import (
    MAX_CERTIFICATES,
    MAX_MESSAGE,
    MAX_RECORD,
    certificates_sent,
)

CHANGE_CIPHER_SPEC = tls_record(20, b"\x01")
WARNING = tls_record(21, b"\x01\x70")
HELLO = server_hello_tls12()
GOOD = tuple(c.der for c in private_ca().intermediate("Private Issuing CA").leaf(["localhost"]).chain)


def ders(flight: bytes) -> list[bytes] | None:
    found = certificates_sent(flight)
    return None if found is None else [c.der for c in found]


def message(body: bytes) -> bytes:
    return tls_record(22, handshake_message(11, body))


def listed(certificates: list[bytes]) -> bytes:
    return b"".join(len(c).to_bytes(3, "big") + c for c in certificates)


def whys(flight: bytes) -> list[str]:
    return [c.why for c in certificates_sent(flight) or () if isinstance(c, Malformed)]


def test_each_is_read_by_itself():
    found = certificates_sent(HELLO + certificate_tls12([GOOD[0], b"rubbish", GOOD[1]]))
    assert [type(c) for c in found] == [Certificate, Malformed, Certificate]
    assert [c.der for c in found] == [GOOD[0], b"rubbish", GOOD[1]]


def test_several_messages_in_one_record():
    inside = handshake_message(2, b"hello") + handshake_message(11, b"\x00\x00\x06\x00\x00\x03abc")
    assert ders(tls_record(22, inside + handshake_message(14, b""))) == [b"abc"]


def test_a_warning_between_is_passed_over():
    assert ders(WARNING + HELLO + WARNING + certificate_tls12([GOOD[0]])) == [GOOD[0]]


@pytest.mark.parametrize(
    "between",
    [CHANGE_CIPHER_SPEC, tls_record(23, b"secret"), b"HTTP/1.1 400 Bad\r\n"],
    ids=["change cipher spec", "encrypted", "HTTP"],
)
def test_after_encryption_or_something_else_nothing_is_read(between):
    assert ders(HELLO + between + certificate_tls12([GOOD[0]])) is None


@pytest.mark.parametrize(
    "flight",
    [b"", b"\x16", HELLO, fatal_alert(40), b"220 mail.example ESMTP\r\n", bytes(99)],
    ids=["nothing", "a byte", "ServerHello alone", "an alert", "SMTP", "zeros"],
)
def test_without_the_message_there_is_none(flight):
    assert certificates_sent(flight) is None


def test_an_empty_list_is_not_no_message():
    assert certificates_sent(certificate_tls12([])) == ()


def test_cut_off_anywhere_there_is_none():
    flight = HELLO + certificate_tls12([b"one", b"two"])
    assert {ders(flight[:end]) is None for end in range(len(flight))} == {True}


def test_bytes_after_the_list_are_no_certificate():
    inside = listed([b"one"])
    assert ders(message(len(inside).to_bytes(3, "big") + inside + b"\x00\x00\x01x")) == [b"one"]


@pytest.mark.parametrize("rest", [b"\x00\x00\x04abc", b"\xff\xff\xffabc", b"\x00\x00\x01", b"\x00"])
def test_from_a_length_that_does_not_hold_the_rest_is_one_malformed(rest):
    inside = listed([GOOD[0]]) + rest
    flight = message(len(inside).to_bytes(3, "big") + inside)
    assert ders(flight) == [GOOD[0], rest]
    assert whys(flight) == ["its length reaches past the end of the Certificate message"]


def test_a_list_that_says_more_than_there_is():
    assert ders(message(b"\xff\xff\xff" + listed([GOOD[0]]))) == [GOOD[0]]


@pytest.mark.parametrize("body", [b"", b"\x00", b"\x00\x00"])
def test_a_message_without_room_for_a_list(body):
    assert certificates_sent(message(body)) == ()


def split(data: bytes, size: int) -> bytes:
    return b"".join(tls_record(22, data[i : i + size]) for i in range(0, len(data), size))


def test_at_most_so_many_certificates_and_it_says_so():
    flight = split(certificate_tls12([b"x"] * (MAX_CERTIFICATES + 5))[5:], 999)
    found = certificates_sent(flight)
    assert len(found) == MAX_CERTIFICATES + 1
    assert found[-1].der == listed([b"x"] * 5)
    assert str(MAX_CERTIFICATES) in found[-1].why
    assert len(certificates_sent(certificate_tls12([b"x"] * MAX_CERTIFICATES))) == MAX_CERTIFICATES


def test_a_message_at_the_limit_is_read_and_one_beyond_is_not():
    body = (MAX_MESSAGE - 3).to_bytes(3, "big") + listed([bytes(MAX_MESSAGE - 6)])
    assert len(certificates_sent(split(handshake_message(11, body), MAX_RECORD))) == 1
    assert certificates_sent(split(handshake_message(11, body + b"x"), MAX_RECORD)) is None


def test_a_record_beyond_the_limit_ends_it():
    assert certificates_sent(tls_record(22, handshake_message(11, bytes(MAX_RECORD)))) is None


@given(
    certificates=st.lists(st.binary(max_size=40), max_size=6),
    sizes=st.lists(st.integers(0, 30), min_size=1).filter(any),
    warnings=st.sets(st.integers(0, 20)),
)
def test_however_it_is_cut_into_records_it_says_the_same(certificates, sizes, warnings):
    data = HELLO[5:] + certificate_tls12(certificates)[5:]
    flight, number = b"", 0
    while data:
        size = sizes[number % len(sizes)]
        flight += (WARNING if number in warnings else b"") + tls_record(22, data[:size])
        data, number = data[size:], number + 1
    assert ders(flight) == certificates


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data):
    for flight in (data, message(data), tls_record(22, data), tls_record(22, b"\x0b" + data)):
        for served in certificates_sent(flight) or ():
            assert served.der in flight


class Wire:
    """A server that says this, whoever asks, and hangs up."""

    address = "127.0.0.1"

    def __init__(self, flight: bytes) -> None:
        self.pieces = [flight, b""]

    async def send(self, data: bytes) -> None: ...

    async def receive(self, limit: int = 65536) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None: ...


class Wires:
    def __init__(self, flight: bytes) -> None:
        self.flight = flight

    def now(self) -> datetime:
        return datetime(2026, 1, 2, tzinfo=UTC)

    async def connect(self, address: str, port: int) -> Wire:
        return Wire(self.flight)


@settings(max_examples=200, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=4),
    end=st.integers(-300, 0),
    places=st.permutations([0, 1]),
)
def test_any_damage_to_a_flight_ends_in_one_sentence(changes, end, places):
    flight = bytearray(HELLO + certificate_tls12([GOOD[i] for i in places]))
    for at, value in changes:
        flight[at % len(flight)] = value
    del flight[len(flight) + end :]
    machine = Wires(bytes(flight))
    at = machine.now()
    reached = Part(at, Reach("connected", "here", ("127.0.0.1",), "127.0.0.1"))
    case = Case(parse_target("localhost:443"), Observed("m", "a", "linux"), at, reach=reached)
    part = asyncio.run(handshakes.gather(machine, case, Options(timeout=5)))
    (shake,) = part.result
    assert shake.detail.isprintable()
    assert shake.outcome != "ok" or any(isinstance(c, Malformed) or c.flaws for c in shake.chain)
