"""As much of a TLS 1.3 server as it takes to send any bytes as certificates, encrypted (RFC 8446)."""

import hashlib
import hmac
import os
import socket
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from real_servers import handshake_message, tls_record

X25519 = 0x001D
SUPPORTED_VERSIONS = 43
KEY_SHARE = 51


def record_from(one: socket.socket) -> bytes:
    """The body of one record; b"" if the other side is gone."""
    with one.makefile("rb", buffering=0) as stream:
        head = _exactly(stream, 5)
        return _exactly(stream, int.from_bytes(head[3:5], "big")) if head else b""


def _exactly(stream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            return b""
        data += more
    return data


def offers_tls13(client_hello: bytes) -> bool:
    return b"\x03\x04" in _extensions(client_hello).get(SUPPORTED_VERSIONS, b"")


def flight_tls13(client_hello: bytes, certificates: Sequence[bytes], *, asks: bool = False) -> bytes:
    """ServerHello in plain; EncryptedExtensions and Certificate as a client can decrypt them.

    `asks`: the server wants a certificate from the client, and says so before it shows its own.
    """
    ours = X25519PrivateKey.generate()
    shared = ours.exchange(X25519PublicKey.from_public_bytes(_share(client_hello)))
    public = ours.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    hello = _server_hello(client_hello, public)
    key, iv = _handshake_keys(shared, hashlib.sha256(client_hello + hello).digest())
    listed = b"".join(len(c).to_bytes(3, "big") + c + b"\x00\x00" for c in certificates)
    certificate = handshake_message(11, b"\x00" + len(listed).to_bytes(3, "big") + listed)
    request = handshake_message(13, b"\x00\x00\x08\x00\x0d\x00\x04\x00\x02\x04\x03") if asks else b""
    inner = handshake_message(8, b"\x00\x00") + request + certificate + b"\x16"
    head = b"\x17\x03\x03" + (len(inner) + 16).to_bytes(2, "big")
    return tls_record(0x16, hello) + head + AESGCM(key).encrypt(iv, inner, head)


def _server_hello(client_hello: bytes, public: bytes) -> bytes:
    session = client_hello[38 : 39 + client_hello[38]]
    extensions = (
        SUPPORTED_VERSIONS.to_bytes(2, "big")
        + b"\x00\x02\x03\x04"
        + KEY_SHARE.to_bytes(2, "big")
        + b"\x00\x24"
        + X25519.to_bytes(2, "big")
        + b"\x00\x20"
        + public
    )
    body = b"\x03\x03" + os.urandom(32) + session + b"\x13\x01\x00" + len(extensions).to_bytes(2, "big")
    return handshake_message(2, body + extensions)


def _extensions(client_hello: bytes) -> dict[int, bytes]:
    """RFC 8446 section 4.1.2: after the session come the ciphers and the compression methods."""
    at = 39 + client_hello[38]
    at += 2 + int.from_bytes(client_hello[at : at + 2], "big")
    at += 1 + client_hello[at] + 2
    found = {}
    while at < len(client_hello):
        kind, length = (int.from_bytes(client_hello[at + i : at + i + 2], "big") for i in (0, 2))
        found[kind] = client_hello[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def _share(client_hello: bytes) -> bytes:
    shares = _extensions(client_hello)[KEY_SHARE][2:]
    while shares:
        group, length = (int.from_bytes(shares[i : i + 2], "big") for i in (0, 2))
        if group == X25519:
            return shares[4 : 4 + length]
        shares = shares[4 + length :]
    raise AssertionError("the client sends no key for X25519")


def _handshake_keys(shared: bytes, transcript: bytes) -> tuple[bytes, bytes]:
    """RFC 8446 section 7.1 and 7.3, with TLS_AES_128_GCM_SHA256."""
    nothing = hashlib.sha256(b"").digest()
    early = _extract(bytes(32), bytes(32))
    secret = _expand(
        _extract(_expand(early, b"derived", nothing, 32), shared), b"s hs traffic", transcript, 32
    )
    return _expand(secret, b"key", b"", 16), _expand(secret, b"iv", b"", 12)


def _extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt, secret, "sha256")


def _expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """HKDF-Expand-Label; one block of SHA-256 is always enough here."""
    label = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(label),)) + label + bytes((len(context),)) + context
    return hmac.digest(secret, info + b"\x01", "sha256")[:length]
