"""A client that takes any certificate, over a Machine's connection: what does the server send now?"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from tlswizard.core.certificate import Certificate
from tlswizard.core.target import Target
from tlswizard.machine.door import Connection, Machine

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    chain: tuple[Certificate, ...]
    answer: bytes


Look = Callable[[Machine, Target], Awaitable[Seen]]


@pytest.fixture
def look() -> Look:
    return _look


async def _look(machine: Machine, target: Target) -> Seen:
    (address, *_) = await machine.addresses(target.host, target.port)
    connection = await machine.connect(address, target.port)
    assert connection.address == address
    try:
        if target.starttls == "smtp":
            await _starttls(connection)
        tls = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
        tls.set_connect_state()
        tls.set_tlsext_host_name(target.servername.encode())
        await _drive(connection, tls, tls.do_handshake)
        tls.write(
            b"EHLO lab.example\r\n" if target.starttls else b"HEAD / HTTP/1.1\r\nHost: lab.example\r\n\r\n"
        )
        answer = await _drive(connection, tls, lambda: tls.read(65536))
        served = tls.get_peer_cert_chain(as_cryptography=True) or []
        return Seen(tuple(Certificate(c.public_bytes(Encoding.DER)) for c in served), answer)
    finally:
        connection.close()


async def _starttls(connection: Connection) -> None:
    assert (await connection.receive()).startswith(b"220 ")
    await connection.send(b"EHLO lab.example\r\n")
    assert b"STARTTLS\r\n" in await connection.receive()
    await connection.send(b"STARTTLS\r\n")
    assert (await connection.receive()).startswith(b"220 ")


async def _drive(connection: Connection, tls: SSL.Connection, step: Callable[[], T]) -> T:
    """Repeat `step` until it has had the bytes that it wants, and send what it produces."""
    while True:
        result = None
        with suppress(SSL.WantReadError):
            result = (step(),)
        with suppress(SSL.WantReadError):
            while True:
                await connection.send(tls.bio_read(65536))
        if result:
            return result[0]
        if data := await connection.receive():
            tls.bio_write(data)
        else:
            tls.bio_shutdown()
