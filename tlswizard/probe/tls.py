"""A TLS client that looks instead of judging: it takes whatever the server offers, and tells all of it.

OpenSSL runs on memory buffers (pyOpenSSL's Connection without a socket); the bytes go through a
Machine's connection. The context is permissive on purpose: lowest version, every cipher, no
verification. Nobody's data is ever sent over it.
"""

import asyncio
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field

from OpenSSL import SSL, crypto

from tlswizard.core.case import Handshake
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.text import visible
from tlswizard.machine.door import Connection

MAX_HANDSHAKE = 1024 * 1024
"""Bytes from the server during the handshake: a chain of 100 KB is already OpenSSL's own limit."""

ALERTS = {
    40: "handshake-alert", 42: "client-certificate-required", 43: "client-certificate-required",
    44: "client-certificate-required", 45: "client-certificate-required", 46: "client-certificate-required",
    48: "client-certificate-required", 70: "protocol-unsupported", 71: "cipher-unsupported",
    86: "protocol-unsupported", 112: "server-name-unrecognized", 116: "client-certificate-required",
}  # fmt: skip
"""Alerts (RFC 8446 section 6) with a better name than `handshake-alert`."""

FATAL = 2
"""The level of an alert that ends the connection (RFC 5246 section 7.2)."""

ALERT_NAMES = {
    0: "close notify", 10: "unexpected message", 20: "bad record MAC", 22: "record overflow",
    40: "handshake failure", 42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked",
    45: "certificate expired", 46: "certificate unknown", 47: "illegal parameter", 48: "unknown CA",
    49: "access denied", 50: "decode error", 51: "decrypt error", 70: "protocol version",
    71: "insufficient security", 80: "internal error", 86: "inappropriate fallback", 109: "missing extension",
    110: "unsupported extension", 112: "unrecognized name", 116: "certificate required",
    120: "no application protocol",
}  # fmt: skip


UNREADABLE = "malformed-certificate"
"""The outcome where OpenSSL gives up on what the server sends as its certificates."""

CERTIFICATE_IS_NEXT = (
    b"read server hello",  # up to TLS 1.2
    b"read encrypted extensions",
    b"read server certificate request",
)
"""OpenSSL's last step (SSL_state_string_long) where the server's certificates are what it reads next."""

TLS_1_2 = SSL.TLS1_2_VERSION
"""The last version in which certificates pass in plain sight."""


@dataclass(slots=True)
class _Seen:
    server_hello: bool = False
    alert: int | None = None
    staple: bytes | None = None
    wanted_client_certificate: bool = False
    step: bytes = b""
    flight: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Session:
    """A finished or failed handshake; `ssl` can still be written to if it finished."""

    handshake: Handshake
    connection: Connection
    ssl: SSL.Connection | None = field(default=None)
    flight: bytes = b""
    """everything that the server sent until the handshake ended, as it came"""

    async def exchange(self, data: bytes, limit: int) -> bytes:
        """Send `data` inside TLS and return what comes back at first, at most `limit` bytes.

        Raises OSError; b"" if the server closes.
        """
        if self.ssl is None:
            return b""
        self.ssl.sendall(data)
        return await self.read(limit)

    async def read(self, limit: int) -> bytes:
        """The next bytes inside TLS, at most `limit`; b"" at the end.

        Raises OSError, also where TLS itself breaks off.
        """
        while self.ssl is not None:
            await _flush(self.ssl, self.connection)
            try:
                return self.ssl.recv(limit)
            except SSL.WantReadError:
                data = await self.connection.receive()
                if not data:
                    return b""
                self.ssl.bio_write(data)
            except (SSL.ZeroReturnError, SSL.SysCallError):
                return b""
            except SSL.Error as error:
                raise OSError(f"TLS broke off: {'; '.join(_reasons(error))}") from None
        return b""


async def shake_hands(
    connection: Connection,
    servername: str | None,
    timeout: float,  # noqa: ASYNC109 - the wait for a late alert comes on top of it
    newest: int | None = None,
) -> Session:
    """A handshake that asks for `servername` (None: no SNI). Never raises for what the server does.

    `newest` is the newest version of TLS that is offered (None: all).

    Raises TimeoutError after `timeout` seconds without an end.
    """
    seen = _Seen()
    ssl = _client(servername, seen, newest)
    started = time.monotonic()
    try:
        await asyncio.wait_for(_run(ssl, connection, seen), timeout)
    except TimeoutError:
        raise
    except SSL.Error as error:
        outcome, detail = _failed(error, seen)
        told = _told(ssl, servername, seen, outcome, detail)
        return Session(told, connection, flight=bytes(seen.flight))
    except (EOFError, OSError) as error:
        outcome, detail = _closed(error, seen)
        return Session(_told(ssl, servername, seen, outcome, detail), connection)
    session = Session(_told(ssl, servername, seen, "ok", "the handshake finished"), connection, ssl)
    if seen.wanted_client_certificate and ssl.get_protocol_version_name() == "TLSv1.3":
        await _late_alert(session, seen, time.monotonic() - started)
    return session


def _client(servername: str | None, seen: _Seen, newest: int | None) -> SSL.Connection:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old protocol versions are deprecated for talking, not for looking
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(SSL.TLS1_VERSION)
        if newest is not None:
            context.set_max_proto_version(newest)
        context.set_cipher_list(b"ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
        context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
        context.set_info_callback(lambda ssl, where, value: _notice(seen, ssl, where, value))

        def stapled(_: SSL.Connection, data: bytes, __: object) -> bool:
            seen.staple = data or None
            return True

        context.set_ocsp_client_callback(stapled)
        ssl = SSL.Connection(context, None)
    ssl.set_connect_state()
    ssl.request_ocsp()
    if servername:
        ssl.set_tlsext_host_name(servername.encode("ascii"))
    return ssl


def _notice(seen: _Seen, ssl: SSL.Connection, where: int, value: int) -> None:
    if where & SSL.SSL_CB_READ_ALERT == SSL.SSL_CB_READ_ALERT:
        if value >> 8 == FATAL:  # a warning, such as an unrecognized name, ends nothing
            seen.alert = value & 0xFF
    elif where & SSL.SSL_CB_LOOP:
        seen.step = ssl.get_state_string()
        seen.wanted_client_certificate |= b"read server certificate request" in seen.step


async def _run(ssl: SSL.Connection, connection: Connection, seen: _Seen) -> None:
    while True:
        try:
            ssl.do_handshake()
        except SSL.WantReadError:
            await _flush(ssl, connection)
            data = await connection.receive()
            if not data:
                raise EOFError from None
            seen.flight += data
            seen.server_hello = seen.server_hello or data[:1] in (b"\x15", b"\x16")
            if len(seen.flight) > MAX_HANDSHAKE:
                raise OSError("the server sends more than a handshake can hold") from None
            ssl.bio_write(data)
        except SSL.Error:
            await _quietly_flush(ssl, connection)
            raise
        else:
            await _flush(ssl, connection)
            return


async def _late_alert(session: Session, seen: _Seen, took: float) -> None:
    """A TLS 1.3 server says after the handshake that it wanted a certificate: one short read tells.

    The handshake `took` at least one round trip, and the alert needs one more.
    """
    wait = min(max(LATE_ALERT, 2 * took), LONGEST_LATE_ALERT)
    with suppress(TimeoutError, OSError):
        await asyncio.wait_for(session.read(1), wait)
    if seen.alert is not None and ALERTS.get(seen.alert) == "client-certificate-required":
        told = session.handshake
        session.handshake = Handshake(
            told.servername, "client-certificate-required",
            "the server wants a certificate from the client", told.protocol, told.cipher, told.chain,
            told.staple, spoke_tls=True,
        )  # fmt: skip
        session.ssl = None


LATE_ALERT = 0.03
"""Seconds to wait for it at least: an alert comes with the server's next packet, or never."""

LONGEST_LATE_ALERT = 2.0
"""Seconds to wait for it at most: two round trips over satellite."""


async def _flush(ssl: SSL.Connection, connection: Connection) -> None:
    try:
        data = ssl.bio_read(65536)
    except SSL.WantReadError:
        return
    await connection.send(data)


async def _quietly_flush(ssl: SSL.Connection, connection: Connection) -> None:
    try:
        await _flush(ssl, connection)
    except OSError:
        return  # our own alert could not be delivered; the handshake had failed already


def _told(ssl: SSL.Connection, servername: str | None, seen: _Seen, outcome: str, detail: str) -> Handshake:
    chain = _chain(ssl)
    if outcome == "ok" and not chain:
        outcome, detail = "no-certificate-sent", "the handshake finished without any certificate"
    finished = outcome in ("ok", "client-certificate-required")
    return Handshake(
        servername=servername,
        outcome=outcome,
        detail=detail,
        protocol=ssl.get_protocol_version_name() if finished or chain else None,
        cipher=ssl.get_cipher_name(),
        chain=chain,
        staple=seen.staple,
        spoke_tls=seen.server_hello or seen.alert is not None,
    )


def _chain(ssl: SSL.Connection) -> tuple[Certificate | Malformed, ...]:
    """As served. `get_peer_cert_chain` starts with the leaf on a client."""
    found = ssl.get_peer_cert_chain(as_cryptography=False) or []
    return tuple(parse_certificate(crypto.dump_certificate(crypto.FILETYPE_ASN1, c)) for c in found)


def _failed(error: SSL.Error, seen: _Seen) -> tuple[str, str]:
    reasons = _reasons(error)
    if seen.alert is not None:
        name = ALERT_NAMES.get(seen.alert, f"number {seen.alert}")
        if seen.alert == 40 and seen.wanted_client_certificate:
            return "client-certificate-required", "the server wants a certificate from the client"
        return ALERTS.get(seen.alert, "handshake-alert"), f"the server answers with the alert “{name}”"
    if spoken := plain_protocol(seen.flight):
        return "not-tls", f"the server speaks {spoken} here, without TLS"
    if seen.flight and seen.flight[0] not in (0x15, 0x16):
        return "not-tls", "what the server answers is not TLS"
    if any(step in seen.step for step in CERTIFICATE_IS_NEXT) and any(
        words in reason.lower() for reason in reasons for words in _UNREADABLE
    ):
        why = f"one of the certificates sent cannot be read (OpenSSL: {reasons[0]})"
        return UNREADABLE, visible(why)
    for words, outcome in _REASONS:
        if any(words in reason.lower() for reason in reasons):
            return outcome, visible(f"OpenSSL says: {reasons[-1]}")
    return "handshake-alert", visible(f"OpenSSL gives up: {reasons[0] if reasons else 'without a reason'}")


_REASONS = (
    ("unsupported protocol", "protocol-unsupported"),
    ("version too low", "protocol-unsupported"),
    ("legacy sigalg", "protocol-unsupported"),
    ("legacy renegotiation", "legacy-renegotiation"),
    ("no shared cipher", "cipher-unsupported"),
    ("wrong version number", "not-tls"),
    ("unknown cipher returned", "cipher-unsupported"),
    ("bad signature", "server-key-mismatch"),
    ("padding", "server-key-mismatch"),
    ("octet invalid", "server-key-mismatch"),
    ("wrong signature", "server-key-mismatch"),
    ("data too large", "server-key-mismatch"),
)
"""Words of OpenSSL's reasons (include/openssl/sslerr.h, asn1err.h) to causes, the first that fits."""

_UNREADABLE = ("asn1", "length mismatch", "decode error", "unable to find public key parameters")
"""Words of OpenSSL's reasons for giving up on the Certificate message."""


def _reasons(error: SSL.Error) -> list[str]:
    rows = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return [str(row[-1]) for row in rows]


def _closed(error: Exception, seen: _Seen) -> tuple[str, str]:
    if spoken := plain_protocol(seen.flight):
        return "not-tls", f"the server speaks {spoken} here, without TLS"
    if seen.alert is not None:
        name = ALERT_NAMES.get(seen.alert, f"number {seen.alert}")
        return ALERTS.get(seen.alert, "handshake-alert"), f"the server answers with the alert “{name}”"
    how = "closes" if isinstance(error, EOFError) else "resets"
    return "handshake-closed", f"the server {how} the connection during the handshake"


def plain_protocol(data: bytes | bytearray) -> str | None:
    """What a server speaks that greets in plain text."""
    head = data[:200].upper()
    return next(
        (name for mark, name in _PLAIN if head.startswith(mark) or (mark[:1] == b" " and mark in head)), None
    )


_PLAIN = (
    (b"HTTP/", "plain HTTP"), (b"<!DOCTYPE", "plain HTTP"), (b"<HTML", "plain HTTP"),
    (b"SSH-", "SSH"), (b" ESMTP", "SMTP"), (b" SMTP", "SMTP"),
    (b"220", "a mail or file transfer protocol"), (b"421", "a mail or file transfer protocol"),
    (b"* OK", "IMAP"), (b"+OK", "POP3"), (b"RFB ", "VNC"), (b"200 ", "a news protocol"),
    (b"-ERR", "POP3 or Redis"), (b":", "IRC"),
)  # fmt: skip
