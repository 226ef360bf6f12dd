"""Keys and signatures of every kind, against pyca's own signing and against `openssl verify`."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_oracle import command_says
from cryptography.exceptions import InternalError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from der_making import (
    assembled,
    bit_string,
    der,
    extension,
    integer,
    named,
    oid,
    sequence,
)
from judge_making import situation

from tlswizard.core import signature
from tlswizard.core.certificate import Certificate, Flaw
from tlswizard.core.signature import Algorithm, Key, describe_key, read_algorithm, verifies

DATA = b"what is signed"
RSA = rsa.generate_private_key(65537, 2048)
DSA = dsa.generate_private_key(1024)
EC = ec.generate_private_key(ec.SECP256R1())
ED25519, ED448 = ed25519.Ed25519PrivateKey.generate(), ed448.Ed448PrivateKey.generate()
NULL = b"\x05\x00"
RSA_ENCRYPTION, RSASSA_PSS, OLD_RSA = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "2.5.8.1.1"

HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512, "sha3-224": hashes.SHA3_224,
    "sha3-256": hashes.SHA3_256, "sha3-384": hashes.SHA3_384, "sha3-512": hashes.SHA3_512,
}  # fmt: skip
NIST = "2.16.840.1.101.3.4"
HASH_OIDS = {
    "sha1": "1.3.14.3.2.26", "sha224": f"{NIST}.2.4", "sha256": f"{NIST}.2.1", "sha384": f"{NIST}.2.2",
    "sha512": f"{NIST}.2.3", "sha3-224": f"{NIST}.2.7", "sha3-256": f"{NIST}.2.8",
    "sha3-384": f"{NIST}.2.9", "sha3-512": f"{NIST}.2.10",
}  # fmt: skip


def spki(key: object) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def rsa_spki(algorithm: bytes) -> bytes:
    """The RSA key under another algorithm identifier."""
    _, bits = der.inside(der.one(spki(RSA)))
    return sequence(algorithm, der.raw(bits))


def identifier(dotted: str, parameters: bytes = b"") -> bytes:
    return sequence(oid(dotted), parameters)


def read(encoded: bytes) -> Algorithm:
    return read_algorithm(der.one(encoded))


def certificate(algorithm: bytes, key: bytes, sign: Callable[[bytes], bytes]) -> Certificate:
    """Self-signed, and an authority."""
    authority = extension("2.5.29.19", sequence(b"\x01\x01\xff"), critical=True)
    return assembled(algorithm=algorithm, spki=key, sign=sign, extensions=[authority], subject=named("Root"))


def openssl_checks(one: Certificate, folder: Path) -> bool:
    """Whether the program says that its signature is right; at security level 0 any hash will do."""
    facts = situation(one, roots=[one], name=None)
    said = command_says(facts, folder, "-check_ss_sig", "-auth_level", "0")
    return not any(code in (7, 76, 77, 78) for code, _ in said.errors) and said.accepts


# --- good signatures ------------------------------------------------------------------------------------

Signing = tuple[bytes, bytes, Callable[[bytes], bytes], str | None, str]
"""(algorithm identifier, key, how to sign, hash, kind of key)"""


def _pkcs1(dotted: str, digest: str) -> Signing:
    return (
        identifier(dotted, NULL), spki(RSA),
        lambda data: RSA.sign(data, padding.PKCS1v15(), HASHES[digest]()), digest, "RSA",
    )  # fmt: skip


def _ecdsa(dotted: str, digest: str, key: ec.EllipticCurvePrivateKey = EC) -> Signing:
    return (
        identifier(dotted),
        spki(key),
        lambda data: key.sign(data, ec.ECDSA(HASHES[digest]())),
        digest,
        "EC",
    )


def _dsa(dotted: str, digest: str) -> Signing:
    return identifier(dotted), spki(DSA), lambda data: DSA.sign(data, HASHES[digest]()), digest, "DSA"


def pss(
    digest: str | None = None, mask: str | None = None, salt: int | None = None, trailer: int | None = None,
    generator: str = "1.2.840.113549.1.1.8",
) -> bytes:  # fmt: skip
    """RSASSA-PSS-params (RFC 8017 appendix A.2.3)."""
    fields = b""
    if digest:
        fields += der.value(0xA0, identifier(HASH_OIDS[digest], NULL))
    if mask:
        fields += der.value(0xA1, identifier(generator, identifier(HASH_OIDS[mask], NULL)))
    if salt is not None:
        fields += der.value(0xA2, integer(salt))
    if trailer is not None:
        fields += der.value(0xA3, integer(trailer))
    return sequence(fields)


def _signed_pss(digest: str, mask: str, salt: int) -> Callable[[bytes], bytes]:
    return lambda data: RSA.sign(data, padding.PSS(padding.MGF1(HASHES[mask]()), salt), HASHES[digest]())


def _pss(parameters: bytes, digest: str = "sha1", mask: str = "sha1", salt: int = 20) -> Signing:
    return (
        identifier(RSASSA_PSS, parameters), spki(RSA), _signed_pss(digest, mask, salt), digest, "RSA-PSS",
    )  # fmt: skip


P192, P224, P384, P521 = (
    ec.generate_private_key(curve)
    for curve in (ec.SECP192R1(), ec.SECP224R1(), ec.SECP384R1(), ec.SECP521R1())
)

GOOD: dict[str, Signing] = {
    **{
        f"RSA {digest}": _pkcs1(f"1.2.840.113549.1.1.{n}", digest)
        for n, digest in ((4, "md5"), (5, "sha1"), (14, "sha224"), (11, "sha256"), (12, "sha384"),
                          (13, "sha512"))
    },
    "RSA sha1 by its other name": _pkcs1("1.3.14.3.2.29", "sha1"),
    **{f"RSA sha3-{n}": _pkcs1(f"{NIST}.3.{i}", f"sha3-{n}") for i, n in enumerate((224, 256, 384, 512), 13)},
    "PSS by default": _pss(pss()),
    **{f"PSS {d}": _pss(pss(d, d, 32), d, d, 32) for d in ("sha224", "sha256", "sha384", "sha512")},
    "PSS of two hashes": _pss(pss("sha256", "sha1", 20), "sha256", "sha1", 20),
    "PSS without salt": _pss(pss("sha256", "sha256", 0), "sha256", "sha256", 0),
    "PSS with the default written out": _pss(pss("sha256", "sha256", 32, 1), "sha256", "sha256", 32),
    **{f"PSS {d}": _pss(pss(d, d, 28), d, d, 28) for d in ("sha3-224", "sha3-512")},
    "EC sha1": _ecdsa("1.2.840.10045.4.1", "sha1"),
    **{
        f"EC {digest}": _ecdsa(f"1.2.840.10045.4.3.{n}", digest)
        for n, digest in enumerate(("sha224", "sha256", "sha384", "sha512"), 1)
    },
    **{f"EC sha3-{n}": _ecdsa(f"{NIST}.3.{i}", f"sha3-{n}") for i, n in enumerate((224, 256, 384, 512), 9)},
    **{
        f"EC {key.curve.key_size}": _ecdsa("1.2.840.10045.4.3.2", "sha256", key)
        for key in (P192, P224, P384, P521)
    },
    "DSA sha1": _dsa("1.2.840.10040.4.3", "sha1"),
    **{f"DSA sha{n}": _dsa(f"{NIST}.3.{i}", f"sha{n}") for i, n in enumerate((224, 256, 384, 512), 1)},
    **{f"DSA sha3-{n}": _dsa(f"{NIST}.3.{i}", f"sha3-{n}") for i, n in enumerate((224, 256, 384, 512), 5)},
    "Ed25519": (identifier("1.3.101.112"), spki(ED25519), ED25519.sign, None, "Ed25519"),
    "Ed448": (identifier("1.3.101.113"), spki(ED448), ED448.sign, None, "Ed448"),
    "PSS by a key for nothing else": (
        identifier(RSASSA_PSS, pss("sha256", "sha256", 32)), rsa_spki(identifier(RSASSA_PSS)),
        _signed_pss("sha256", "sha256", 32), "sha256", "RSA-PSS",
    ),
    "PSS by a key for just this": (
        identifier(RSASSA_PSS, pss("sha256", "sha256", 40)),
        rsa_spki(identifier(RSASSA_PSS, pss("sha256", "sha256", 32))),
        _signed_pss("sha256", "sha256", 40), "sha256", "RSA-PSS",
    ),
    "RSA by a key of its older name": (
        identifier("1.2.840.113549.1.1.11", NULL), rsa_spki(identifier(OLD_RSA, NULL)),
        lambda data: RSA.sign(data, padding.PKCS1v15(), hashes.SHA256()), "sha256", "RSA",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", GOOD)
def test_a_good_signature_is_good_and_no_other_is(which: str):
    algorithm, key, sign, digest, kind = GOOD[which]
    found = read(algorithm)
    assert (found.key, found.hash) == (kind, digest)
    signature = sign(DATA)
    assert verifies(key, found, signature, DATA) is True
    assert verifies(key, found, signature, DATA + b".") is False
    assert verifies(key, found, b"", DATA) is False
    broken = bytearray(signature)
    broken[-1] ^= 1
    assert verifies(key, found, bytes(broken), DATA) is False


UNKNOWN_TO_OPENSSL_3_0 = {
    *(f"EC sha3-{n}" for n in (224, 256, 384, 512)), *(f"DSA sha3-{n}" for n in (224, 256, 384, 512)),
    "DSA sha384", "DSA sha512",
}  # fmt: skip
"""Its table of signatures (crypto/objects/obj_xref.txt) has them from 3.2 on, or not at all."""


@pytest.mark.parametrize("which", sorted(set(GOOD) - UNKNOWN_TO_OPENSSL_3_0))
def test_openssl_finds_it_good_in_a_certificate(which: str, tmp_path: Path):
    algorithm, key, sign, digest, _ = GOOD[which]
    one = certificate(algorithm, key, sign)
    assert one.verifies(one) is True
    assert one.signature_hash == digest
    assert one.is_self_signed
    assert openssl_checks(one, tmp_path)


# --- bad ones -------------------------------------------------------------------------------------------


def _pkcs1_of(data: bytes) -> bytes:
    return RSA.sign(data, padding.PKCS1v15(), hashes.SHA256())


ONLY = rsa_spki(identifier(RSASSA_PSS))
JUST_SHA256 = rsa_spki(identifier(RSASSA_PSS, pss("sha256", "sha256", 32)))
SHA256_WITH_RSA = identifier("1.2.840.113549.1.1.11", NULL)

BAD: dict[str, tuple[bytes, bytes, Callable[[bytes], bytes]]] = {
    "PKCS1 by a key for PSS alone": (SHA256_WITH_RSA, ONLY, _pkcs1_of),
    "another hash than the key is for": (
        identifier(RSASSA_PSS, pss("sha512", "sha512", 32)), JUST_SHA256,
        _signed_pss("sha512", "sha512", 32),
    ),
    "another mask than the key is for": (
        identifier(RSASSA_PSS, pss("sha256", "sha1", 32)), JUST_SHA256, _signed_pss("sha256", "sha1", 32),
    ),
    "less salt than the key wants": (
        identifier(RSASSA_PSS, pss("sha256", "sha256", 20)), JUST_SHA256,
        _signed_pss("sha256", "sha256", 20),
    ),
    "PSS that is PKCS1": (identifier(RSASSA_PSS, pss("sha256", "sha256", 32)), spki(RSA), _pkcs1_of),
    "PKCS1 that is PSS": (SHA256_WITH_RSA, spki(RSA), _signed_pss("sha256", "sha256", 32)),
    "another salt than it says": (
        identifier(RSASSA_PSS, pss("sha256", "sha256", 32)), spki(RSA), _signed_pss("sha256", "sha256", 20),
    ),
    "another hash than it says": (
        SHA256_WITH_RSA, spki(RSA), lambda data: RSA.sign(data, padding.PKCS1v15(), hashes.SHA384()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", BAD)
def test_a_bad_signature_is_bad(which: str, tmp_path: Path):
    algorithm, key, sign = BAD[which]
    one = certificate(algorithm, key, sign)
    assert one.verifies(one) is False
    assert not one.is_self_signed
    assert not openssl_checks(one, tmp_path)


KEYS = {
    "RSA": spki(RSA), "EC": spki(EC), "DSA": spki(DSA), "Ed25519": spki(ED25519), "Ed448": spki(ED448),
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("which", ["RSA sha256", "PSS sha256", "EC sha256", "DSA sha256", "Ed25519", "Ed448"])
def test_a_signature_of_another_kind_of_key_is_bad(which: str, key: str):
    algorithm, _, sign, _, kind = GOOD[which]
    fits = key == kind or (key, kind) == ("RSA", "RSA-PSS")
    assert verifies(KEYS[key], read(algorithm), sign(DATA), DATA) is fits


# --- neither --------------------------------------------------------------------------------------------

MD2 = identifier("1.2.840.113549.1.1.2", NULL)
SHAKE = identifier("1.3.6.1.5.5.7.6.30")
PSS_WITH_STRANGE_HASH = identifier(RSASSA_PSS, sequence(der.value(0xA0, identifier("1.2.3.4"))))
PSS_WITH_STRANGE_MASK = identifier(RSASSA_PSS, pss("sha256", "sha256", 32, generator="1.2.3.4"))


@pytest.mark.parametrize(
    "algorithm", [MD2, SHAKE, identifier("1.2.3.4"), PSS_WITH_STRANGE_HASH, PSS_WITH_STRANGE_MASK]
)
def test_what_cannot_be_checked_is_neither_good_nor_bad(algorithm: bytes):
    assert verifies(spki(RSA), read(algorithm), b"\x00" * 256, DATA) is None


def test_a_hash_that_cannot_be_computed_has_its_name_all_the_same():
    assert (read(MD2).key, read(MD2).hash) == ("RSA", "md2")
    assert read(identifier("1.2.3.4")) == Algorithm("1.2.3.4", None, None)


@pytest.mark.parametrize(
    "broken",
    [
        b"\x05\x00", sequence(), sequence(b"\x02\x01\x07"), identifier(RSASSA_PSS, b"\x04\x00"),
        identifier(RSASSA_PSS, sequence(der.value(0xA0, b""))),
        identifier(RSASSA_PSS, sequence(b"\xa2\x02\x05\x00")),
        identifier(RSASSA_PSS, pss("sha256", "sha256", 32, 2)),
    ],
)  # fmt: skip
def test_a_broken_algorithm_is_a_flaw_and_never_raises(broken: bytes):
    one = certificate(broken, spki(RSA), _pkcs1_of)
    assert isinstance(one.algorithm, Flaw)
    assert one.signature_hash is None
    assert one.verifies(one) is None
    assert [f.field for f in one.flaws] == ["signatureAlgorithm"]


def test_a_salt_below_zero_is_never_good():
    assert (
        verifies(spki(RSA), read(identifier(RSASSA_PSS, pss("sha256", "sha256", -1))), b"", DATA) is not True
    )


@pytest.mark.parametrize(
    "key", [b"", b"\x30\x00", sequence(identifier(RSA_ENCRYPTION, NULL), bit_string(b"\x00"))]
)
def test_a_key_that_cannot_be_read_checks_nothing(key: bytes):
    assert verifies(key, read(SHA256_WITH_RSA), b"", DATA) is None


# --- keys -----------------------------------------------------------------------------------------------


def test_every_kind_of_key_is_described():
    described = {str(describe_key(key)) for key in KEYS.values()}
    assert described == {"RSA 2048", "EC 256", "DSA 1024", "Ed25519", "Ed448"}
    assert [describe_key(spki(k)).bits for k in (P192, P224, P384, P521)] == [192, 224, 384, 521]
    assert describe_key(spki(x25519.X25519PrivateKey.generate())).kind == "other"


@pytest.mark.parametrize(
    "algorithm", [identifier(OLD_RSA, NULL), identifier(RSASSA_PSS), identifier(OLD_RSA)]
)
def test_an_rsa_key_of_another_name_is_one(algorithm: bytes):
    found = describe_key(rsa_spki(algorithm))
    assert (found.kind, found.bits) == ("RSA", 2048)


def _explicit(name: str, folder: Path) -> bytes:
    """An EC key with its curve spelled out; cryptography writes none."""
    made = subprocess.run(
        ["openssl", "ecparam", "-name", name, "-genkey", "-noout", "-param_enc", "explicit"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    (folder / "key").write_bytes(made)
    public = ["openssl", "ec", "-in", folder / "key", "-pubout", "-outform", "DER", "-param_enc", "explicit"]
    return subprocess.run(public, capture_output=True, check=True).stdout


def test_a_curve_that_is_spelled_out_is_a_flaw(tmp_path: Path):
    # RFC 5480 section 2.1.1; OpenSSL refuses it on a chain of more than one (X509_V_ERR 94).
    key = _explicit("prime256v1", tmp_path)
    assert len(key) > 200, "the curve is spelled out"
    one = certificate(
        identifier("1.2.840.10045.4.3.2"), key, lambda data: EC.sign(data, ec.ECDSA(hashes.SHA256()))
    )
    assert isinstance(one.key, Flaw)
    assert one.key.field == "subjectPublicKeyInfo"
    assert "spelled out" in one.key.why
    assert one.flaws == (one.key,)
    assert one.verifies(one) is None
    assert one.title == "Root", "the rest is read all the same"


@pytest.mark.parametrize("bits", [512, 1023])
def test_a_small_rsa_key_is_described_and_checks(bits: int):
    pem = subprocess.run(["openssl", "genrsa", str(bits)], capture_output=True, check=True).stdout
    small = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(small, rsa.RSAPrivateKey)
    assert describe_key(spki(small)).bits == bits
    signature = small.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
    assert verifies(spki(small), read(SHA256_WITH_RSA), signature, DATA) is True


def test_a_key_is_known_by_its_bytes():
    one, two = describe_key(spki(EC)), describe_key(spki(P384))
    assert one == describe_key(spki(EC)) == Key("EC", 256, one.sha256)
    assert one.sha256 != two.sha256


def test_a_key_that_openssl_stumbles_over_checks_nothing():
    """An even modulus: BN_mod_inverse fails, and the library raises what is no ValueError."""
    numbers = sequence(integer(1 << 2047), integer(1 << 255), integer(3))
    odd = sequence(sequence(oid("1.2.840.10040.4.1"), numbers), bit_string(integer(2)))
    assert describe_key(odd).kind == "DSA"
    algorithm = Algorithm("2.16.840.1.101.3.4.3.2", "DSA", "sha256")
    assert verifies(odd, algorithm, sequence(integer(5), integer(7)), DATA) in (None, False)


def test_an_error_of_openssl_itself_makes_a_key_unusable(monkeypatch):
    def broken(*_: object) -> None:
        raise InternalError("Unknown OpenSSL error", [])

    monkeypatch.setattr(signature, "load_der_public_key", broken)
    with pytest.raises(ValueError, match="none of such a key"):
        describe_key(spki(EC))
    assert verifies(spki(EC), read(SHA256_WITH_RSA), b"", DATA) is None
