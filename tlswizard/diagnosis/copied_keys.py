"""Keys for copies of certificates. They prove nothing to anybody but the judge, and are forgotten with it.

A copy has to show the same faults as its original, so its key is as weak as the original's where that is
the fault. The libraries refuse to make RSA keys below 1024 bits and to sign with MD5. For a judge an RSA
key is a number whose roots somebody can draw; here it is a product of many small primes, which anybody
could factor, and the signature is RFC 8017's.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from typing import Protocol

from cryptography.exceptions import InternalError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tlswizard.core import der
from tlswizard.core.certificate import Certificate, Flaw
from tlswizard.core.signature import load_key

HASHES = ("sha256", "sha384", "sha512", "sha224", "sha1", "md5")
"""Those that copies are signed with; a copy of anything else is signed with the first."""

ENOUGH = 2048
"""Bits of an RSA key that no program is known to refuse: a copy's key may then be of another kind."""

SMALLEST = 512
"""Bits of the smallest RSA key that is made here: with fewer there is no room for a signature, and nobody has
issued such a certificate in this century."""

_LIBRARY: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256, "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}  # fmt: skip


class NoSuchKey(ValueError):
    """No key like this one is made here; the message says why, after a colon."""


class CopyKey(Protocol):
    """A key of which both halves are known."""

    @property
    def spki(self) -> bytes:
        """The public half: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7)."""

    def sign(self, data: bytes, hash_: str) -> tuple[bytes, bytes]:
        """AlgorithmIdentifier and signature; `hash_` is one of HASHES."""


def new_key() -> CopyKey:
    return _Ec(ec.generate_private_key(ec.SECP256R1()))


def key_like(certificate: Certificate, *, same_kind: bool = False) -> CopyKey | None:
    """A new key of which a judge says what it says of this certificate's. RSA that is long enough becomes
    EC, unless `same_kind`. None where a judge cannot use the original's either. Raises NoSuchKey.
    """
    key = certificate.key
    if isinstance(key, Flaw) or key.kind == "other":
        return None
    if key.kind == "RSA":
        return FactoredRsa(min(key.bits, ENOUGH)) if key.bits < ENOUGH or same_kind else new_key()
    try:
        public = load_key(der.raw(certificate.parts.spki))
        match public:
            case ec.EllipticCurvePublicKey():
                return _Ec(ec.generate_private_key(public.curve))
            case dsa.DSAPublicKey():
                return _dsa(public.parameters())
            case ed25519.Ed25519PublicKey():
                return _Ed(ed25519.Ed25519PrivateKey.generate(), "06032b6570")
            case ed448.Ed448PublicKey():
                return _Ed(ed448.Ed448PrivateKey.generate(), "06032b6571")
    except NoSuchKey:
        raise
    except ValueError:
        return None
    return None


def _dsa(parameters: dsa.DSAParameters) -> "_Dsa":
    """Raises NoSuchKey: a certificate may name any numbers, and those that are no group sign nothing."""
    try:
        made = _Dsa(parameters.generate_private_key())
        made.sign(b"", HASHES[0])
    except (ValueError, InternalError) as error:
        raise NoSuchKey("the numbers of its DSA key are none with which anybody can sign") from error
    return made


def key_that_signs(hash_: str) -> CopyKey:
    return FactoredRsa(ENOUGH) if hash_ == "md5" else new_key()


def _spki(public: ec.EllipticCurvePublicKey | dsa.DSAPublicKey | rsa.RSAPublicKey) -> bytes:
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_ECDSA = {
    "sha1": "06072a8648ce3d0401", "sha224": "06082a8648ce3d040301", "sha256": "06082a8648ce3d040302",
    "sha384": "06082a8648ce3d040303", "sha512": "06082a8648ce3d040304",
}  # fmt: skip
"""ecdsa-with-… (RFC 5758 section 3.2), encoded."""


@dataclass(frozen=True, eq=False)
class _Ec:
    private: ec.EllipticCurvePrivateKey

    @cached_property
    def spki(self) -> bytes:
        return _spki(self.private.public_key())

    def sign(self, data: bytes, hash_: str) -> tuple[bytes, bytes]:
        oid = bytes.fromhex(_ECDSA[hash_])
        return der.value(der.SEQUENCE, oid), self.private.sign(data, ec.ECDSA(_LIBRARY[hash_]()))


@dataclass(frozen=True, eq=False)
class _Dsa:
    private: dsa.DSAPrivateKey

    @cached_property
    def spki(self) -> bytes:
        return _spki(self.private.public_key())

    def sign(self, data: bytes, hash_: str) -> tuple[bytes, bytes]:
        """dsa-with-sha1 (RFC 3279 section 2.2.2) or dsa-with-sha256 (RFC 5758 section 3.1)."""
        old = hash_ in ("sha1", "md5")
        oid = bytes.fromhex("06072a8648ce380403" if old else "0609608648016503040302")
        signature = self.private.sign(data, _LIBRARY["sha1" if old else "sha256"]())
        return der.value(der.SEQUENCE, oid), signature


@dataclass(frozen=True, eq=False)
class _Ed:
    private: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
    oid: str
    """encoded (RFC 8410 section 3)"""

    @cached_property
    def spki(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data: bytes, hash_: str) -> tuple[bytes, bytes]:
        return der.value(der.SEQUENCE, bytes.fromhex(self.oid)), self.private.sign(data)


_RSA = {
    "md5": "06092a864886f70d010104", "sha1": "06092a864886f70d010105", "sha224": "06092a864886f70d01010e",
    "sha256": "06092a864886f70d01010b", "sha384": "06092a864886f70d01010c",
    "sha512": "06092a864886f70d01010d",
}  # fmt: skip
"""…WithRSAEncryption (RFC 8017 appendix A.2.4), encoded."""

_DIGEST_INFO = {
    "md5": "3020300c06082a864886f70d020505000410", "sha1": "3021300906052b0e03021a05000414",
    "sha224": "302d300d06096086480165030402040500041c", "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430", "sha512": "3051300d060960864801650304020305000440",
}  # fmt: skip
"""What stands before the hash (RFC 8017 section 9.2, note 1)."""

_E = 65537


@dataclass(frozen=True, eq=False)
class FactoredRsa:
    """An RSA key of exactly `bits` bits, made of small primes, in a millisecond. Raises NoSuchKey for fewer
    than SMALLEST and more than ENOUGH."""

    bits: int
    primes: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "primes", self.primes or _some_primes(self.bits))

    @cached_property
    def modulus(self) -> int:
        product = 1
        for prime in self.primes:
            product *= prime
        return product

    @cached_property
    def spki(self) -> bytes:
        return _spki(rsa.RSAPublicNumbers(_E, self.modulus).public_key())

    def sign(self, data: bytes, hash_: str) -> tuple[bytes, bytes]:
        """RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), the root drawn prime by prime. Raises ValueError
        where the hash is too long for the key."""
        size = (self.bits + 7) // 8
        if hash_ == "md5":
            digest = hashlib.md5(data, usedforsecurity=False).digest()
        else:
            digest = hashlib.new(hash_, data, usedforsecurity=False).digest()
        told = bytes.fromhex(_DIGEST_INFO[hash_]) + digest
        if size < len(told) + 11:
            raise ValueError(f"a key of {self.bits} bits is too small for {hash_}")
        message = int.from_bytes(b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told, "big")
        root = 0
        for prime in self.primes:
            part = pow(message % prime, pow(_E, -1, prime - 1), prime)
            others = self.modulus // prime
            root += part * others * pow(others, -1, prime)
        algorithm = der.value(der.SEQUENCE, bytes.fromhex(_RSA[hash_]) + b"\x05\x00")
        return algorithm, (root % self.modulus).to_bytes(size, "big")


MAX_DRAWN = 10_000
"""Numbers that are drawn for the last prime, of which every twentieth is one."""

SMALL_PRIMES = 100
"""Of 32 bits each: ENOUGH takes 65."""


def _some_primes(bits: int) -> tuple[int, ...]:
    """Different primes whose product has this many bits. Raises NoSuchKey."""
    if not SMALLEST <= bits <= ENOUGH:
        raise NoSuchKey(f"its RSA key has {bits} bits, and none below {SMALLEST} bits is copied")
    left = list(_small_primes())
    chosen: list[int] = []
    product = 1
    while bits - product.bit_length() > 62:
        chosen.append(left.pop(secrets.randbelow(len(left))))
        product *= chosen[-1]
    lowest, highest = -(-(1 << (bits - 1)) // product), ((1 << bits) - 1) // product
    for _ in range(MAX_DRAWN):
        last = lowest + secrets.randbelow(highest - lowest + 1)
        if last not in chosen and _fit(last | 1) and lowest <= last | 1 <= highest:
            return (*chosen, last | 1)
    raise NoSuchKey(f"no prime was met for an RSA key of {bits} bits")


@cache
def _small_primes() -> tuple[int, ...]:
    """Enough for the largest key that is made here, and a choice."""
    return tuple(islice(filter(_fit, range((1 << 31) + 1, 1 << 32, 2)), SMALL_PRIMES))


def _fit(number: int) -> bool:
    """Whether it is prime (Miller and Rabin, with bases that decide below 2**64) and can be used with _E."""
    if number < 62 or any(number % p == 0 for p in _BASES) or (number - 1) % _E == 0:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 7, 61) if number < 1 << 32 else _BASES:
        x = pow(base, odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
