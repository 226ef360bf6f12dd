"""A real TLS server on loopback that sends whatever chain it is told to, right or wrong.

TLS goes through memory BIOs over a plain stream: so the chain is chosen per connection, STARTTLS is an
ordinary step of the dialogue, and closing never waits for the other side.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import pem

T = TypeVar("T")

LOOPBACK = "127.0.0.1"

PATIENCE = 30.0
"""Seconds for a whole connection: a handshake and a few lines take milliseconds, a person with
`openssl s_client` some seconds."""

MAX_LINE = 8192
"""Longest line of a request: RFC 9110 section 4.1 asks for 8000, RFC 5321 section 4.5.3.1.4 for 512."""

MAX_LINES = 200
"""Most lines of one dialogue: no client sends that many headers, nor commands without sending mail."""


class Server:
    """Listens while it is entered; `port` is the one that the system gave it."""

    def __init__(
        self,
        chain: Sequence[Certificate],
        key: ec.EllipticCurvePrivateKey,
        *,
        clock: Callable[[], datetime],
        name: str = "localhost",
        starttls: Literal["smtp"] | None = None,
    ) -> None:
        """`clock` is what its HTTP `Date` says; `name` what it calls itself in SMTP.

        Raises ssl.SSLError if the key does not belong to the first certificate.
        """
        self.port = 0
        self._clock = clock
        self._name = name
        self._starttls = starttls
        self._context = _context(chain, key)
        self._listener: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    def send(self, chain: Sequence[Certificate], key: ec.EllipticCurvePrivateKey) -> None:
        """Send this chain to everyone who connects from now on. Raises ssl.SSLError."""
        self._context = _context(chain, key)

    async def __aenter__(self) -> "Server":
        self._listener = await asyncio.start_server(self._accepted, LOOPBACK, 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listener is not None:
            self._listener.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._listener is not None:
            await self._listener.wait_closed()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(_Wire(reader, writer)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, wire: "_Wire") -> None:
        try:
            # A client that hangs up, stays silent or refuses the certificate ends its own connection only.
            with suppress(OSError, EOFError):
                async with asyncio.timeout(PATIENCE):
                    if self._starttls is None or await self._smtp(wire, offers_tls=True):
                        await wire.start_tls(self._context)
                        await (self._smtp(wire, offers_tls=False) if self._starttls else self._http(wire))
                    await wire.finish()
        finally:
            wire.abort()

    async def _http(self, wire: "_Wire") -> None:
        """One request of any kind, answered without a body (RFC 9110)."""
        for _ in range(MAX_LINES):
            if not await wire.line():
                break
        date = format_datetime(self._clock().replace(microsecond=0), usegmt=True)
        head = ("HTTP/1.1 200 OK", f"Date: {date}", "Content-Length: 0", "Connection: close", "", "")
        await wire.send("\r\n".join(head).encode("ascii"))

    async def _smtp(self, wire: "_Wire", *, offers_tls: bool) -> bool:
        """The dialogue of RFC 5321 up to the mail itself; true if it ended with STARTTLS (RFC 3207)."""
        if offers_tls:
            await wire.send(f"220 {self._name} ESMTP\r\n".encode("ascii"))
        hello = (
            f"250-{self._name}\r\n250-STARTTLS\r\n250 SIZE\r\n"
            if offers_tls
            else f"250-{self._name}\r\n250 SIZE\r\n"
        )
        for _ in range(MAX_LINES):
            line = await wire.line()
            match line.split(b" ")[0].upper():
                case b"EHLO":
                    answer = hello
                case b"HELO" | b"NOOP" | b"RSET":
                    answer = "250 OK\r\n"
                case b"STARTTLS" if offers_tls:
                    await wire.send(b"220 2.0.0 Ready to start TLS\r\n")
                    return True
                case b"QUIT":
                    await wire.send(b"221 2.0.0 Bye\r\n")
                    return False
                case _ if offers_tls:
                    answer = "530 5.7.0 Must issue a STARTTLS command first\r\n"
                case _:
                    answer = "502 5.5.1 This server takes no mail\r\n"
            await wire.send(answer.encode("ascii"))
        return False


class _Wire:
    """Bytes and lines over a connection, which may turn to TLS half way."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._read = bytearray()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Raises OSError (ssl.SSLError is one)."""
        self._read.clear()  # what came before TLS must not count as said under it (RFC 3207 section 4.2)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        await self._drive(self._tls.do_handshake)

    async def line(self) -> bytes:
        """The next line without its end. Raises EOFError at the end and past MAX_LINE, OSError."""
        while (end := self._read.find(b"\n")) < 0:
            data = await self._receive()
            if not data or len(self._read) > MAX_LINE:
                raise EOFError
            self._read += data
        line = bytes(self._read[:end]).rstrip(b"\r")
        del self._read[: end + 1]
        return line

    async def send(self, data: bytes) -> None:
        """Raises OSError."""
        if self._tls is not None:
            self._tls.write(data)
            data = self._outgoing.read()
        self._writer.write(data)
        await self._writer.drain()

    async def finish(self) -> None:
        """Say good-bye in order, so that the client sees an end and no cut. Raises OSError."""
        if self._tls is not None:
            with suppress(ssl.SSLError):
                self._tls.unwrap()
            self._writer.write(self._outgoing.read())
        self._writer.close()
        await self._writer.wait_closed()

    def abort(self) -> None:
        self._writer.transport.abort()

    async def _receive(self) -> bytes:
        if self._tls is None:
            return await self._reader.read(65536)
        tls = self._tls
        try:
            return await self._drive(lambda: tls.read(65536))
        except ssl.SSLZeroReturnError:
            return b""

    async def _drive(self, step: Callable[[], T]) -> T:
        """Repeat `step` until it has had the bytes that it wants; send what it produces, an alert too."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                pass
            finally:
                self._writer.write(self._outgoing.read())
            await self._writer.drain()
            if data := await self._reader.read(65536):
                self._incoming.write(data)
            else:
                self._incoming.write_eof()


def _context(chain: Sequence[Certificate], key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # `ssl` reads keys from files alone; the folder is ours only (mode 0700) and gone when this returns.
    with TemporaryDirectory(prefix="tlswizard-") as folder:
        file = Path(folder, "server.pem")
        file.write_bytes(secret + "".join(map(pem, chain)).encode("ascii"))
        context.load_cert_chain(file)
    return context
