"""The certificates in the plain bytes of a server's first flight, up to TLS 1.2 (RFC 5246).

Records (section 6.2.1) carry handshake messages (section 7.4), which may be split over several records
and may share one; one of the messages is Certificate (section 7.4.2). OpenSSL refuses all of it where one
certificate is broken; here each is read by itself and keeps its place. TLS 1.3 encrypts the message
(RFC 8446 section 4.4.2): then there is none to be found.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate

MAX_RECORD = 1 << 14
"""Bytes in a plain record (RFC 5246 section 6.2.1)."""

MAX_MESSAGE = 100 * 1024
"""Bytes in a Certificate message: OpenSSL's own limit (SSL_MAX_CERT_LIST_DEFAULT)."""

MAX_CERTIFICATES = 100
"""Certificates in one message: OpenSSL goes no further up from the leaf either (X509_VERIFY_PARAM)."""

_ALERT = 21
_HANDSHAKE = 22
_CERTIFICATE = 11


def certificates_sent(flight: bytes) -> tuple[Certificate | Malformed, ...] | None:
    """As served, of whatever a server said; None if no whole Certificate message is in it.

    From a length that does not hold onwards nothing can be told apart: the rest is one Malformed.
    """
    body = _certificate_message(_handshake_bytes(flight))
    return None if body is None else tuple(_certificates(body))


def _handshake_bytes(flight: bytes) -> bytes:
    """The handshake messages end to end: what whole records carry before encryption begins."""
    found, at = bytearray(), 0
    while at + 5 <= len(flight):
        kind, major, length = flight[at], flight[at + 1], int.from_bytes(flight[at + 3 : at + 5], "big")
        body = flight[at + 5 : at + 5 + length]
        if kind not in (_ALERT, _HANDSHAKE) or major != 3 or length > MAX_RECORD or len(body) < length:
            break
        if kind == _HANDSHAKE:  # an alert here is a warning; a fatal one is the last record anyway
            found += body
        at += 5 + length
    return bytes(found)


def _certificate_message(messages: bytes) -> bytes | None:
    at = 0
    while at + 4 <= len(messages):
        kind, length = messages[at], int.from_bytes(messages[at + 1 : at + 4], "big")
        end = at + 4 + length
        if kind == _CERTIFICATE:
            return messages[at + 4 : end] if end <= len(messages) and length <= MAX_MESSAGE else None
        at = end
    return None


def _certificates(body: bytes) -> Iterator[Certificate | Malformed]:
    rest = body[3:][: int.from_bytes(body[:3], "big")]
    for _ in range(MAX_CERTIFICATES):
        if not rest:
            return
        end = 3 + int.from_bytes(rest[:3], "big")
        if end > len(rest):
            yield Malformed(rest, "its length reaches past the end of the Certificate message")
            return
        yield parse_certificate(rest[3:end])
        rest = rest[end:]
    if rest:
        yield Malformed(
            rest, f"the server sends more than {MAX_CERTIFICATES} certificates; the rest was not read"
        )
