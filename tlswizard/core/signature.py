"""Public keys and signatures: read from the fields of a certificate or a CRL, checked by pyca."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tlswizard.core import der

_RSA = "1.2.840.113549.1.1.1"
_EC = "1.2.840.10045.2.1"
_RSA_OF_X500 = "2.5.8.1.1"
"""The older name of an RSA key (X.509 annex H), which OpenSSL takes for one."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: its kind, its size in bits, and the SHA-256 of its SubjectPublicKeyInfo."""

    kind: Literal["RSA", "EC", "DSA", "Ed25519", "Ed448", "other"]
    bits: int
    sha256: str
    order: int = 0
    """of a DSA key: the bits of its subgroup's order, which bounds its strength as well"""

    def __str__(self) -> str:
        return self.kind if self.kind.startswith("Ed") else f"{self.kind} {self.bits}"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How something was signed: with which kind of key, over which hash (None: its own)."""

    oid: str
    key: Literal["RSA", "RSA-PSS", "EC", "DSA", "Ed25519", "Ed448"] | None
    hash: str | None
    salt: int = 0
    mask: str | None = None


_H = {
    "md2": None, "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512, "sha3-224": hashes.SHA3_224,
    "sha3-256": hashes.SHA3_256, "sha3-384": hashes.SHA3_384, "sha3-512": hashes.SHA3_512,
}  # fmt: skip

_ALGORITHMS: dict[str, tuple[Literal["RSA", "EC", "DSA", "Ed25519", "Ed448"], str | None]] = {
    **{
        f"1.2.840.113549.1.1.{n}": ("RSA", h)
        for n, h in ((2, "md2"), (4, "md5"), (5, "sha1"), (11, "sha256"), (12, "sha384"), (13, "sha512"),
                     (14, "sha224"))
    },
    "1.3.14.3.2.29": ("RSA", "sha1"),
    "1.2.840.10045.4.1": ("EC", "sha1"),
    **{
        f"1.2.840.10045.4.3.{n}": ("EC", h)
        for n, h in enumerate(("sha224", "sha256", "sha384", "sha512"), 1)
    },
    "1.2.840.10040.4.3": ("DSA", "sha1"),
    **{
        f"2.16.840.1.101.3.4.3.{n}": (kind, h)  # type: ignore[misc]
        for n, (kind, h) in enumerate(
            (("DSA", "sha224"), ("DSA", "sha256"), ("DSA", "sha384"), ("DSA", "sha512"),
             ("DSA", "sha3-224"), ("DSA", "sha3-256"), ("DSA", "sha3-384"), ("DSA", "sha3-512"),
             ("EC", "sha3-224"), ("EC", "sha3-256"), ("EC", "sha3-384"), ("EC", "sha3-512"),
             ("RSA", "sha3-224"), ("RSA", "sha3-256"), ("RSA", "sha3-384"), ("RSA", "sha3-512")), 1)
    },
    "1.3.101.112": ("Ed25519", None),
    "1.3.101.113": ("Ed448", None),
}  # fmt: skip
"""RFC 8017 appendix C, RFC 5758, RFC 8410, NIST's object identifiers, OIW's sha1WithRSA."""

_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    **{
        f"2.16.840.1.101.3.4.2.{n}": h
        for n, h in ((1, "sha256"), (2, "sha384"), (3, "sha512"), (4, "sha224"), (7, "sha3-224"),
                     (8, "sha3-256"), (9, "sha3-384"), (10, "sha3-512"))
    },
}  # fmt: skip


def read_algorithm(identifier: der.TLV) -> Algorithm:
    """An AlgorithmIdentifier; `key` is None where it is unknown here. Raises ValueError."""
    oid, *parameters = der.inside(identifier)
    dotted = der.dotted(oid)
    if dotted == _PSS:
        return _pss(parameters)
    kind, hash_ = _ALGORITHMS.get(dotted, (None, None))
    return Algorithm(dotted, kind, hash_)


def _pss(parameters: list[der.TLV]) -> Algorithm:
    """RSASSA-PSS-params (RFC 8017 appendix A.2.3); what is absent means SHA-1 and 20 bytes of salt."""
    fields = {der.tag(f): der.values(bytes(f.data))[0] for one in parameters for f in der.inside(one)}
    hash_ = mask = "sha1"
    if 0xA0 in fields:
        hash_ = _hash_of(fields[0xA0])
    if 0xA1 in fields:
        kind, *of = der.inside(fields[0xA1])
        mask = _hash_of(of[0]) if der.dotted(kind) == _MGF1 and of else der.dotted(kind)
    if 0xA3 in fields and der.integer(fields[0xA3]) != 1:
        raise ValueError("its trailer is another than the only one there is")
    return Algorithm(_PSS, "RSA-PSS", hash_, der.integer(fields[0xA2]) if 0xA2 in fields else 20, mask)


def _hash_of(identifier: der.TLV) -> str:
    dotted = der.dotted(der.inside(identifier)[0])
    return _HASHES.get(dotted, dotted)


def load_key(spki: bytes) -> PublicKeyTypes:
    """Raises ValueError, UnsupportedAlgorithm."""
    algorithm, bits = der.inside(der.one(spki))
    oid, *_ = der.inside(algorithm)
    if der.dotted(oid) == _RSA_OF_X500:
        rsa_ = der.value(der.SEQUENCE, bytes.fromhex("06092a864886f70d0101010500"))
        spki = der.value(der.SEQUENCE, rsa_ + der.raw(bits))
    try:
        return load_der_public_key(spki)
    except InternalError as error:  # numbers that OpenSSL itself stumbles over
        raise ValueError("its numbers are none of such a key") from error


def describe_key(spki: bytes) -> Key:
    """What the key is. Raises ValueError, UnsupportedAlgorithm."""
    digest = hashlib.sha256(spki).hexdigest()
    if _explicit_curve(spki):
        raise ValueError("its curve is spelled out instead of named, which nobody accepts")
    match load_key(spki):
        case rsa.RSAPublicKey() as public:
            return Key("RSA", public.key_size, digest)
        case ec.EllipticCurvePublicKey() as public:
            return Key("EC", public.curve.key_size, digest)
        case dsa.DSAPublicKey() as public:
            order = public.parameters().parameter_numbers().q.bit_length()
            return Key("DSA", public.key_size, digest, order)
        case ed25519.Ed25519PublicKey():
            return Key("Ed25519", 256, digest)
        case ed448.Ed448PublicKey():
            return Key("Ed448", 456, digest)
        case _:
            return Key("other", 0, digest)


def _explicit_curve(spki: bytes) -> bool:
    """A curve by its numbers, which RFC 5480 section 2.1.1 forbids. Raises ValueError."""
    algorithm, _ = der.inside(der.one(spki))
    oid, *parameters = der.inside(algorithm)
    return der.dotted(oid) == _EC and bool(parameters) and der.tag(parameters[0]) == der.SEQUENCE


def _allows(spki: bytes, algorithm: Algorithm) -> bool:
    """Whether an RSA key is for such signatures: it may be for PSS alone, and for one way of it
    (RFC 4055 section 1.2 and 3.3). Raises ValueError."""
    identifier, _ = der.inside(der.one(spki))
    oid, *parameters = der.inside(identifier)
    if der.dotted(oid) != _PSS or algorithm.key not in ("RSA", "RSA-PSS"):
        return True
    if not parameters or algorithm.key == "RSA":
        return algorithm.key == "RSA-PSS"
    wanted = _pss(parameters)
    same = (wanted.hash, wanted.mask) == (algorithm.hash, algorithm.mask)
    return same and algorithm.salt >= wanted.salt


def verifies(spki: bytes, algorithm: Algorithm, signature: bytes, data: bytes) -> bool | None:
    """Whether this key made `signature` over `data`; None if key or algorithm cannot be used here."""
    try:
        if not _allows(spki, algorithm):
            return False
        public = load_key(spki)
        return _check(public, algorithm, signature, data)
    except InvalidSignature:
        return False
    except (ValueError, IndexError, TypeError, UnsupportedAlgorithm, InternalError):
        return None


def _check(public: PublicKeyTypes, algorithm: Algorithm, signature: bytes, data: bytes) -> bool | None:
    hash_ = _H.get(algorithm.hash or "")
    if algorithm.key is None or (algorithm.hash is not None and hash_ is None):
        return None
    match public:
        case rsa.RSAPublicKey() if hash_ and algorithm.key == "RSA":
            public.verify(signature, data, padding.PKCS1v15(), hash_())
        case rsa.RSAPublicKey() if hash_ and algorithm.key == "RSA-PSS":
            mask = _H.get(algorithm.mask or "")
            if mask is None:
                return None
            public.verify(signature, data, padding.PSS(padding.MGF1(mask()), algorithm.salt), hash_())
        case ec.EllipticCurvePublicKey() if hash_ and algorithm.key == "EC":
            public.verify(signature, data, ec.ECDSA(hash_()))
        case dsa.DSAPublicKey() if hash_ and algorithm.key == "DSA":
            public.verify(signature, data, hash_())
        case ed25519.Ed25519PublicKey() if algorithm.key == "Ed25519":
            public.verify(signature, data)
        case ed448.Ed448PublicKey() if algorithm.key == "Ed448":
            public.verify(signature, data)
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | dsa.DSAPublicKey():
            return False
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            return False
        case _:
            return None
    return True
