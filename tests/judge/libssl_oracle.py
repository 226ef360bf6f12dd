"""libssl's own client as an oracle: it names every fault of a chain with its depth, not only the first.

A handshake in memory. A stand-in server sends the chain; its private key is bogus (only the public half is
the leaf's), so the handshake never finishes, but by then the client has judged the Certificate message. Its
verify callback writes down each complaint and lets it go on. The public API of pyOpenSSL is all it takes.

What it cannot be asked: host names (nobody tells the client which one it wants), chains beyond the 100 KB
that a handshake message may have, leaves whose private key cannot be made up (Ed25519, Ed448, DSA) and EC
leaves on curves that the client does not offer (P-192, P-224, secp256k1). For those `NotAsked` is raised.
An EC leaf without digitalSignature in its key usage needs TLS 1.3: earlier versions do not send it.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from OpenSSL import SSL, crypto

from tlswizard.core.certificate import Certificate

MAX_MESSAGE = 100_000
"""SSL_CTX_set_max_cert_list(3): bytes of a Certificate message that a client takes by default (102,400)."""

_NO_AUTO_CHAIN = 0x8
"""SSL_MODE_NO_AUTO_CHAIN (openssl/ssl.h): the server sends what it was told to send and nothing else."""


class NotAsked(ValueError):
    """The handshake did not come to the point where the client judges the chain."""


@dataclass(frozen=True, slots=True)
class Answer:
    errors: tuple[tuple[int, int], ...]
    """(X509_V_ERR_…, depth) in the order in which the client named them; depth 0 is the leaf"""
    path: tuple[bytes, ...]
    """the chain that the client built, as DER, leaf first"""


def errors(chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime) -> list[tuple[int, int]]:
    """Every error with its depth; [] where the client accepts. Raises NotAsked."""
    return list(ask(chain, roots, at).errors)


def ask(
    chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime, *, level: int = 2
) -> Answer:
    """What the client says of `chain`, leaf first, under this security level. Raises NotAsked."""
    if sum(len(certificate.der) + 3 for certificate in chain) > MAX_MESSAGE:
        raise NotAsked("the chain is longer than a handshake message may be")
    named: list[tuple[int, int]] = []
    asked: list[bool] = []

    def note(_connection: object, _certificate: object, code: int, depth: int, ok: int) -> bool:
        asked.append(True)
        if not ok and (code, depth) not in named:
            named.append((code, depth))
        return True

    client = SSL.Connection(_client(roots, at, level, note))
    server = SSL.Connection(_server(chain))
    client.set_connect_state()
    server.set_accept_state()
    for one, other in ((client, server), (server, client)) * 3:
        _step(one)
        if asked:
            break
        _carry(one, other)
    if not asked:
        raise NotAsked("the client saw no certificate")
    built = client.get_verified_chain(as_cryptography=True) or []
    return Answer(tuple(named), tuple(c.public_bytes(Encoding.DER) for c in built))


def _client(roots: Sequence[Certificate], at: datetime, level: int, note: object) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_cipher_list(f"DEFAULT@SECLEVEL={level}".encode())
    context.set_verify(SSL.VERIFY_PEER, note)  # type: ignore[arg-type]
    store = context.get_cert_store()
    assert store is not None
    store.set_time(at.astimezone(UTC))  # it reads the digits and ignores the zone
    for certificate in roots:
        store.add_cert(crypto.X509.from_cryptography(_library(certificate)))
    return context


def _server(chain: Sequence[Certificate]) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_cipher_list(b"ALL@SECLEVEL=0")  # the server has nothing against weak keys
    context.set_mode(_NO_AUTO_CHAIN)
    leaf, *rest = chain
    with warnings.catch_warnings():
        # pyOpenSSL would rather have keys of cryptography, which has no key whose halves differ.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            context.use_certificate(_library(leaf))
            context.use_privatekey(_key_of(leaf))
        except SSL.Error as error:
            raise NotAsked("the server cannot use the leaf") from error
    for certificate in rest:
        context.add_extra_chain_cert(_library(certificate))
    return context


def _library(certificate: Certificate) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of serial numbers and the like: OpenSSL is asked, not pyca
        return x509.load_der_x509_certificate(certificate.der)


def _step(connection: SSL.Connection) -> None:
    try:
        connection.do_handshake()
    except SSL.Error:
        # It waits for the other side, or has failed, as it must with a bogus key: the notes tell.
        return


def _carry(one: SSL.Connection, other: SSL.Connection) -> None:
    while True:
        try:
            data = one.bio_read(65536)
        except SSL.Error:
            return
        while data:
            data = data[other.bio_write(data) :]


# --- a private key with somebody else's public half ---------------------------------------------------


def _key_of(leaf: Certificate) -> crypto.PKey:
    public = _library(leaf).public_key()
    match public:
        case ec.EllipticCurvePublicKey():
            der = _elliptic(public)
        case rsa.RSAPublicKey():
            der = _rsa(public)
        case _:
            raise NotAsked(f"no stand-in for a key of the kind {type(public).__name__}")
    return crypto.load_privatekey(crypto.FILETYPE_ASN1, der)


def _elliptic(public: ec.EllipticCurvePublicKey) -> bytes:
    """RFC 5915: a fresh key's encoding with the leaf's point in place of its own."""
    fresh = ec.generate_private_key(public.curve)
    der = fresh.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return der.replace(_point(fresh.public_key()), _point(public))


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _rsa(public: rsa.RSAPublicKey) -> bytes:
    """RFC 8017 appendix A.1.2: the leaf's modulus and exponent, and odd numbers of the right size."""
    numbers = public.public_numbers()
    half = (1 << (public.key_size // 2)) - 1
    return _der(0x30, b"".join(_integer(n) for n in (
        0, numbers.n, numbers.e, numbers.n >> 1 | 1, half, half - 2, 3, 5, 7,
    )))  # fmt: skip


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


# --- what means the same ------------------------------------------------------------------------------

NOWHERE = {
    "missing-intermediate", "wrong-intermediate", "untrusted-root", "same-name-different-key", "leaf-pinned",
    "path-choice", "bad-signature", "strict-only",
}  # fmt: skip
"""The path stops. Which of these it is takes knowledge of what else lies about, which OpenSSL has not. A
signature of another kind than the issuer's key is, or a key identifier that is not the issuer's: OpenSSL does
not take that one for the issuer at all."""

NO_ISSUER = {"not-a-ca", "wrong-key-usage"}
"""X509_check_purpose() and X509_check_ca() refuse both as CA; keyCertSign is asked for a third time (32)."""

MEANS: dict[int, set[str]] = {
    2: {"anchor-is-intermediate", "path-choice"},
    6: {"malformed-certificate"},
    7: {"bad-signature", "same-name-different-key", "wrong-intermediate"},
    9: {"not-yet-valid"},
    10: {"expired", "cross-sign-expired"},
    18: {"self-signed"},
    19: {"untrusted-root"},
    20: NOWHERE,
    21: NOWHERE,
    22: {"chain-too-long"},
    25: {"path-length"},
    26: {"wrong-usage", *NO_ISSUER},
    32: {"wrong-key-usage"},
    34: {"critical-extension"},
    41: {"malformed-certificate"},
    47: {"name-constraint"},
    48: {"name-constraint"},
    51: {"name-constraint"},
    52: {"name-constraint"},
    53: {"name-constraint"},
    66: {"weak-key"},
    67: {"weak-key"},
    68: {"weak-signature"},
    79: NO_ISSUER,
    94: {"weak-key"},
}
"""X509_V_ERR_… (openssl/x509_vfy.h): the causes of ours that it stands for."""
