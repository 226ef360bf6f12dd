"""Keys for copies: as strong and as weak as their originals, and what they sign verifies."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.core import der
from tlswizard.core.signature import describe_key, read_algorithm, verifies
from tlswizard.diagnosis import copied_keys
from tlswizard.diagnosis.copied_keys import (
    ENOUGH,
    HASHES,
    SMALLEST,
    FactoredRsa,
    NoSuchKey,
    key_that_signs,
    new_key,
)

LIBRARY = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(bits=st.integers(SMALLEST, ENOUGH), data=st.binary(max_size=100))
def test_an_rsa_key_of_small_primes_has_exactly_its_size_and_signs(bits: int, data: bytes):
    key = FactoredRsa(bits)
    public = load_der_public_key(key.spki)
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == bits
    _, signature = key.sign(data, "sha1")
    public.verify(signature, data, padding.PKCS1v15(), hashes.SHA1())
    with pytest.raises(InvalidSignature):
        public.verify(signature, data + b"x", padding.PKCS1v15(), hashes.SHA1())


@pytest.mark.parametrize("hash_", HASHES)
def test_every_hash_is_signed_with_by_rsa_and_named(hash_: str):
    key = FactoredRsa(1024)
    algorithm, signature = key.sign(b"data", hash_)
    read = read_algorithm(der.one(algorithm))
    assert (read.key, read.hash) == ("RSA", hash_)
    public = load_der_public_key(key.spki)
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, b"data", padding.PKCS1v15(), LIBRARY[hash_]())


@pytest.mark.parametrize("hash_", HASHES)
def test_there_is_a_key_for_every_hash(hash_: str):
    key = key_that_signs(hash_)
    algorithm, signature = key.sign(b"data", hash_)
    assert verifies(key.spki, read_algorithm(der.one(algorithm)), signature, b"data") is True


def test_no_two_keys_are_the_same():
    assert len({FactoredRsa(1024).spki for _ in range(20)}) == 20
    assert len({new_key().spki for _ in range(20)}) == 20


def test_a_hash_that_is_too_long_for_the_key_says_so():
    with pytest.raises(ValueError, match="too small"):
        FactoredRsa(512).sign(b"data", "sha512")


def test_a_new_key_is_of_todays_strength():
    assert str(describe_key(new_key().spki)) == "EC 256"


@pytest.mark.parametrize("bits", [0, 1, 4, 6, 31, 62, 64, SMALLEST - 1, ENOUGH + 1, 1 << 20])
def test_a_key_of_another_size_is_not_made(bits: int):
    with pytest.raises(NoSuchKey, match=f"its RSA key has {bits} bits"):
        FactoredRsa(bits)


def test_where_no_prime_is_met_the_search_ends(monkeypatch):
    monkeypatch.setattr(copied_keys, "_fit", lambda number: number < 1 << 32)
    monkeypatch.setattr(copied_keys, "MAX_DRAWN", 20)
    with pytest.raises(NoSuchKey, match="no prime"):
        FactoredRsa(2048)
