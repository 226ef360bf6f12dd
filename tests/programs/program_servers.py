"""Servers on loopback for every situation: HTTPS and LDAPS on one port, SMTP and PostgreSQL on their own.

Each answers just enough for a program to end content. A connection has its own thread and a deadline; a
server ends with the `with` that began it.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from program_situations import LOOPBACK, Situation

from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import certificates_in
from tlswizard.lab.server import Server

PATIENCE = 20.0
"""Seconds for one connection: a slow program takes one or two."""

MAX_REQUEST = 65536
"""Bytes read of a request: no program sends more before it hears an answer."""

Ports = Mapping[str, int]
"""By transport."""


@contextlib.contextmanager
def serving(situations: Sequence[Situation]) -> Iterator[Mapping[str, Ports]]:
    """The ports of every situation by its id."""
    with ExitStack() as stack:
        ports: dict[str, Ports] = {}
        for one in situations:
            if not one.lab:
                context = server_context(one)
                both = stack.enter_context(_listening(_tls(context)))
                ports[one.id] = {
                    "https": both,
                    "ldaps": both,
                    "smtp": stack.enter_context(_listening(_smtp(context))),
                    "postgres": stack.enter_context(_listening(_postgres(context))),
                }
        ports |= stack.enter_context(_lab_servers([one for one in situations if one.lab]))
        yield ports


def server_context(situation: Situation) -> ssl.SSLContext:
    """Serves whatever it is told to: weak keys and hashes too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with TemporaryDirectory() as folder:
        file = Path(folder, "server.pem")
        file.write_text(situation.key + "".join(situation.chain))
        context.load_cert_chain(file)
    return context


@contextlib.contextmanager
def connect_proxy() -> Iterator[int]:
    """An HTTP proxy that knows CONNECT and leads every name to loopback (RFC 9110 section 9.3.6)."""
    with _listening(_proxied) as port:
        yield port


Answer = Callable[[socket.socket], None]


@contextlib.contextmanager
def _listening(answer: Answer) -> Iterator[int]:
    """Answers each connection in a thread of its own."""
    listener = socket.create_server((LOOPBACK, 0))
    thread = threading.Thread(target=_accepting, args=(listener, answer), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        thread.join()
        listener.close()


def _accepting(listener: socket.socket, answer: Answer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(PATIENCE)
        threading.Thread(target=_answered, args=(connection, answer), daemon=True).start()


def _answered(connection: socket.socket, answer: Answer) -> None:
    # A program that refuses the certificate, hangs up or stays silent ends its own connection only.
    with connection, suppress(OSError, EOFError, ValueError):
        answer(connection)


def _tls(context: ssl.SSLContext) -> Answer:
    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            first = tls.recv(MAX_REQUEST)
            if first[:1] == b"\x30":
                _ldap(tls, first)
            elif first:
                _http(tls, first)
            _farewell(tls)

    return answer


def _http(tls: ssl.SSLSocket, request: bytes) -> None:
    while b"\r\n\r\n" not in request and len(request) < MAX_REQUEST:
        more = tls.recv(MAX_REQUEST)
        if not more:
            return
        request += more
    body = b"fine\n"
    kind = b"text/plain"
    if b"git-upload-pack" in request.split(b"\r\n")[0]:  # an empty repository (gitprotocol-http(5))
        body, kind = (
            b"001e# service=git-upload-pack\n00000000",
            b"application/x-git-upload-pack-advertisement",
        )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    tls.sendall(head % (kind, len(body)) + body)


def _ldap(tls: ssl.SSLSocket, message: bytes) -> None:
    """An anonymous bind and a search that finds nothing (RFC 4511)."""
    while message and message[0] == 0x30:
        identifier, operation = message[4], message[5]
        if operation == 0x42:  # unbind
            return
        kind = {0x60: 0x61, 0x63: 0x65}.get(operation)
        if kind is None:
            return
        tls.sendall(bytes([0x30, 12, 2, 1, identifier, kind, 7, 0x0A, 1, 0, 4, 0, 4, 0]))
        message = tls.recv(MAX_REQUEST)


def _smtp(context: ssl.SSLContext) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 mail.lab.test ESMTP\r\n")
        while line := _line(connection):
            if line.upper().startswith(b"STARTTLS"):
                connection.sendall(b"220 2.0.0 Ready to start TLS\r\n")
                with context.wrap_socket(connection, server_side=True) as tls:
                    while inner := _line(tls):
                        tls.sendall(_smtp_answer(inner, b""))
                    _farewell(tls)
                return
            connection.sendall(_smtp_answer(line, b"250-STARTTLS\r\n"))

    return answer


def _smtp_answer(line: bytes, offers: bytes) -> bytes:
    verb = line[:4].upper()
    if verb == b"EHLO":
        return b"250-mail.lab.test\r\n" + offers + b"250 SIZE\r\n"
    return b"221 2.0.0 Bye\r\n" if verb == b"QUIT" else b"250 OK\r\n"


def _line(connection: socket.socket) -> bytes:
    """The next line; b"" at the end."""
    line = b""
    while not line.endswith(b"\n") and len(line) < MAX_REQUEST:
        byte = connection.recv(1)
        if not byte:
            return b""
        line += byte
    return line


def _postgres(context: ssl.SSLContext) -> Answer:
    """Says yes to SSLRequest, then lets anybody in (PostgreSQL: Message Flow, SSL Session Encryption)."""

    def answer(connection: socket.socket) -> None:
        length, code = struct.unpack("!II", connection.recv(8))
        if (length, code) == (8, 80877104):  # GSSENCRequest
            connection.sendall(b"N")
            length, code = struct.unpack("!II", connection.recv(8))
        if (length, code) != (8, 80877103):
            return
        connection.sendall(b"S")
        with context.wrap_socket(connection, server_side=True) as tls:
            if tls.recv(MAX_REQUEST):
                tls.sendall(b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I")
                while tls.recv(MAX_REQUEST)[:1] not in {b"X", b""}:
                    tls.sendall(b"I\0\0\0\x04" + b"Z\0\0\0\x05I")
            _farewell(tls)

    return answer


def _farewell(tls: ssl.SSLSocket) -> None:
    """Close in order, so that the program sees an end and no cut."""
    with suppress(OSError):
        tls.settimeout(1.0)
        tls.unwrap()


def _proxied(client: socket.socket) -> None:
    request = b""
    while line := _line(client):
        request += line
        if line in {b"\r\n", b"\n"}:
            break
    method, where = request.split(b" ")[:2]
    if method != b"CONNECT":
        client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
        return
    with socket.create_connection((LOOPBACK, int(where.rpartition(b":")[2])), PATIENCE) as server:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_piped, args=(server, client), daemon=True)
        back.start()
        _piped(client, server)
        back.join(PATIENCE)


def _piped(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(MAX_REQUEST):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def _lab_servers(situations: Sequence[Situation]) -> Iterator[dict[str, Ports]]:
    """The lab's own servers, which live in an event loop of their own."""
    ports: dict[str, Ports] = {}
    ready, over = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        try:
            async with AsyncExitStack() as stack:
                for one in situations:
                    server = await stack.enter_async_context(_lab_server(one))
                    ports[one.id] = {one.transport: server.port}
                ready.set()
                await over.wait()
        finally:
            ready.set()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(PATIENCE)
    try:
        yield ports
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(PATIENCE)


def _lab_server(situation: Situation) -> Server:
    chain = [c for text in situation.chain for c in certificates_in(text.encode("ascii"))]
    key = load_pem_private_key(situation.key.encode("ascii"), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the lab's servers have EC keys")
    return Server(
        [c for c in chain if isinstance(c, Certificate)],
        key,
        clock=lambda: datetime.now(UTC),
        name=situation.host,
        starttls="smtp" if situation.transport == "smtp" else None,
    )
