"""Keystores made by the real keytool, openssl and cryptography are read as they were made; broken ones are
refused with a reason and in bounded time."""

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    serialize_java_truststore,
    serialize_key_and_certificates,
)
from hypothesis import example, given
from hypothesis import strategies as st
from stores_making import A, B

from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.der import value
from tlswizard.core.pem import certificates_in, pem
from tlswizard.stores import keystore
from tlswizard.stores.keystore import BadKeystore, read_keystore

KEYTOOL = shutil.which("keytool")
needs_keytool = pytest.mark.skipif(KEYTOOL is None, reason="no keytool on this computer")

PASSWORDS = ("changeit", "", "changeme")
OPEN = (
    "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
    "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
)


def keytool(*words: str) -> str:
    assert KEYTOOL is not None
    command = [KEYTOOL, "-J-Duser.language=en", "-J-XX:TieredStopAtLevel=1", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def made(folder: Path, type_: str, *options: str, password: str = "changeit") -> Path:
    """A keystore with the roots A and B, as keytool makes it."""
    path = folder / f"made.{type_.lower()}"
    for alias, identity in (("first", A), ("second", B)):
        (folder / f"{alias}.pem").write_text(pem(identity.certificate))
        file = str(folder / f"{alias}.pem")
        keytool("-importcert", "-noprompt", "-alias", alias, "-file", file, "-keystore", str(path),
                "-storetype", type_, "-storepass", password, *options)  # fmt: skip
    return path


def by_openssl(folder: Path, *options: str) -> bytes:
    (folder / "a.pem").write_text(pem(A.certificate))
    command = ["openssl", "pkcs12", "-export", "-nokeys", "-in", folder / "a.pem", "-out", folder / "a.p12",
               "-passout", "pass:changeit", *options]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "a.p12").read_bytes()


def jks(*entries: bytes, magic: int = keystore.JKS, count: int | None = None, password: str = "changeit"):
    number = len(entries) if count is None else count
    content = (
        magic.to_bytes(4, "big") + (2).to_bytes(4, "big") + number.to_bytes(4, "big") + b"".join(entries)
    )
    seal = hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + content).digest()
    return content + seal


def text(word: str) -> bytes:
    return len(word).to_bytes(2, "big") + word.encode()


def trusted(certificate: Certificate, alias: str = "a") -> bytes:
    return b"\0\0\0\x02" + text(alias) + bytes(8) + in_x509(certificate)


def in_x509(certificate: Certificate) -> bytes:
    return text("X.509") + len(certificate.der).to_bytes(4, "big") + certificate.der


def ders(data: bytes, *, standing: str = "trusted") -> set[bytes]:
    return {e.der for e in read_keystore(data, PASSWORDS).entries if e.standing == standing}


@needs_keytool
@pytest.mark.parametrize(
    ("type_", "options", "encrypted"),
    [
        ("JKS", (), False),
        ("JCEKS", (), False),
        ("PKCS12", (), True),
        ("PKCS12", OPEN, False),
        ("PKCS12", ("-J-Dkeystore.pkcs12.legacy",), True),  # RC2, as JDK 8 writes it
        ("PKCS12", ("-J-Dkeystore.pkcs12.certProtectionAlgorithm=PBEWithSHA1AndDESede",), True),
        ("PKCS12", ("-J-Dkeystore.pkcs12.certProtectionAlgorithm=PBEWithSHA1AndRC2_128",), True),
    ],
)
def test_what_keytool_lists_is_what_is_read(
    tmp_path: Path, type_: str, options: tuple[str, ...], encrypted: bool
):
    path = made(tmp_path, type_, *options)
    found = read_keystore(path.read_bytes(), PASSWORDS)
    listed = keytool("-list", "-rfc", "-keystore", str(path), "-storepass", "changeit")
    assert {e.der for e in found.entries} == {c.der for c in certificates_in(listed.encode())}
    assert {(e.alias, e.standing, e.der) for e in found.entries} == {
        ("first", "trusted", A.certificate.der),
        ("second", "trusted", B.certificate.der),
    }
    assert (found.flavour, found.encrypted) == (type_.lower(), encrypted)
    assert found.password == (None if options == OPEN else "changeit")


@needs_keytool
def test_jks_is_read_whatever_its_password_and_pkcs12_is_not(tmp_path: Path):
    found = read_keystore(made(tmp_path, "JKS", password="of its own").read_bytes(), PASSWORDS)
    assert (len(found.entries), found.password) == (2, None)
    data = made(tmp_path, "PKCS12", password="of its own").read_bytes()
    with pytest.raises(BadKeystore, match="a password that is not the usual one"):
        read_keystore(data, PASSWORDS)
    assert read_keystore(data, (*PASSWORDS, "of its own")).password == "of its own"


@needs_keytool
@pytest.mark.parametrize("type_", ["JKS", "JCEKS", "PKCS12"])
def test_a_private_keys_own_certificate_stands_apart_from_what_is_behind_it(tmp_path: Path, type_: str):
    path, source = tmp_path / "keys", tmp_path / "source.p12"
    leaf = A.leaf("www.example.org")
    source.write_bytes(
        serialize_key_and_certificates(
            b"mine",
            leaf.key,
            leaf.certificate.library(),
            [A.certificate.library()],
            BestAvailableEncryption(b"changeit"),
        )
    )
    keytool("-importkeystore", "-noprompt", "-srckeystore", str(source), "-srcstorepass", "changeit",
            "-destkeystore", str(path), "-deststoretype", type_, "-deststorepass", "changeit")  # fmt: skip
    for data in (path.read_bytes(), source.read_bytes()):
        assert ders(data, standing="key") == {leaf.certificate.der}
        assert ders(data, standing="behind-key") == {A.certificate.der}


@pytest.mark.parametrize("options", [(), ("-legacy",), ("-certpbe", "NONE"), ("-certpbe", "AES-128-CBC")])
def test_what_openssl_makes_lacks_javas_mark(tmp_path: Path, options: tuple[str, ...]):
    data = by_openssl(tmp_path, *options)
    assert ders(data, standing="unmarked") == {A.certificate.der}
    if KEYTOOL:
        listed = keytool("-list", "-keystore", str(tmp_path / "a.p12"), "-storepass", "changeit")
        assert "contains 0 entries" in listed


def test_what_cryptography_makes_for_java_has_it():
    for encryption in (NoEncryption(), BestAvailableEncryption(b"changeit")):
        held = [PKCS12Certificate(i.certificate.library(), b"root") for i in (A, B)]
        found = read_keystore(serialize_java_truststore(held, encryption), PASSWORDS)
        assert [(e.der, e.alias, e.standing) for e in found.entries] == [
            (i.certificate.der, "root", "trusted") for i in (A, B)
        ]


def test_a_secret_key_ends_what_can_be_read_and_costs_nothing_before_it():
    secret = b"\0\0\0\x03" + text("token") + bytes(8) + b"\xac\xed\0\x05whatever"
    found = read_keystore(jks(trusted(A.certificate), secret, magic=keystore.JCEKS), PASSWORDS)
    assert [e.der for e in found.entries] == [A.certificate.der]
    assert found.unread == "It holds a secret key (token), and what stands behind that could not be read."


def test_a_keystore_cut_at_any_place_says_so():
    data = jks(trusted(A.certificate), trusted(B.certificate, "b"))
    assert len(read_keystore(data, PASSWORDS).entries) == 2
    for size in range(len(data)):
        with pytest.raises(BadKeystore):
            read_keystore(data[:size], PASSWORDS)


def test_a_pkcs12_cut_at_any_place_says_so():
    data = serialize_java_truststore([PKCS12Certificate(A.certificate.library(), b"a")], NoEncryption())
    for size in range(len(data)):
        with pytest.raises(BadKeystore):
            read_keystore(data[:size], PASSWORDS)


def test_lengths_past_the_end_are_no_reason_to_reserve_memory():
    huge = b"\xff\xff\xff\xff"
    for entry in (
        b"\0\0\0\x02" + text("a") + bytes(8) + text("X.509") + huge,
        b"\0\0\0\x01" + text("a") + bytes(8) + huge,
        b"\0\0\0\x01" + text("a") + bytes(8) + bytes(4) + huge,
        b"\0\0\0\x09" + text("a") + bytes(8),
    ):
        with pytest.raises(BadKeystore):
            read_keystore(jks(entry, count=2**32 - 1), PASSWORDS)
    with pytest.raises(BadKeystore):
        read_keystore(b"\x30\x84\xff\xff\xff\xff" + bytes(100), PASSWORDS)


def test_more_entries_than_any_keystore_has_are_cut_off_with_a_word():
    entry = b"\0\0\0\x02" + text("a") + bytes(8) + text("X.509") + bytes(4)
    found = read_keystore(jks(*[entry] * (keystore.MAX_ENTRIES + 5)), PASSWORDS)
    assert len(found.entries) == keystore.MAX_ENTRIES
    assert str(keystore.MAX_ENTRIES) in found.unread


def test_deep_and_endless_der_ends_in_time():
    deep = b""
    for _ in range(5_000):
        deep = value(0x30, deep)
    began = time.monotonic()
    for data in (deep, value(0x30, b"\x05\x00" * 2_000_000), b"\x30\x80" + bytes(1000)):
        with pytest.raises(BadKeystore):
            read_keystore(data, PASSWORDS)
    assert time.monotonic() - began < 2


def test_years_of_work_are_refused_before_any_of_it(tmp_path: Path):
    data = bytearray(by_openssl(tmp_path, "-iter", "70000"))
    rounds = (70_000).to_bytes(3, "big")
    assert data.count(b"\x02\x03" + rounds) >= 2
    began = time.monotonic()
    with pytest.raises(BadKeystore, match="rounds of work"):
        read_keystore(bytes(data.replace(b"\x02\x03" + rounds, b"\x02\x03\x7f\xff\xff")), PASSWORDS)
    assert time.monotonic() - began < 0.1


def test_a_seal_that_fits_no_password_costs_seconds_at_most(tmp_path: Path):
    data = by_openssl(tmp_path, "-iter", str(keystore.MAX_ITERATIONS // 2 - 1), "-legacy")
    began = time.monotonic()
    with pytest.raises(BadKeystore):
        read_keystore(data, ("one", "two", "three", "four"))
    assert time.monotonic() - began < 10


def test_the_most_that_is_decrypted_by_hand_takes_seconds():
    began = time.monotonic()
    keys = keystore._rc2_keys(b"12345")
    for _ in range(1000):
        keystore._rc2_block(bytes(8), bytes(8), keys)
    assert (time.monotonic() - began) / 1000 * keystore.MAX_RC2 / 8 < 30


def test_rc2_gives_the_plain_text_of_its_standard():
    """RFC 2268 section 5, the vectors whose key has as many bits as count, and another program's work."""
    for key, plain, cipher in (
        ("ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", "1000000000000001", "30649edf9be7d2c2"),
    ):
        found = keystore._rc2_block(bytes.fromhex(cipher), bytes(8), keystore._rc2_keys(bytes.fromhex(key)))
        assert found.hex() == plain
    key, blocks = bytes(range(16)), bytes(range(100, 164))
    engine = Cipher(RC2(key), modes.CBC(bytes(8))).encryptor()
    cipher_ = bytes(8) + engine.update(blocks) + engine.finalize()
    keys = keystore._rc2_keys(key)
    assert blocks == b"".join(
        keystore._rc2_block(cipher_[i : i + 8], cipher_[i - 8 : i], keys) for i in range(8, 72, 8)
    )


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda b: jks(b)[:-20] + bytes(20)))
@example(b"")
@example(b"\x30")
@example(b"\x30\x00")
@example(b"\xfe\xed\xfe\xed")
def test_any_bytes_are_a_keystore_or_refused_with_a_reason(data: bytes):
    try:
        read_keystore(data, PASSWORDS)
    except BadKeystore as why:
        assert str(why)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_never_breaks_the_reader(place: int, change: int):
    for whole in (jks(trusted(A.certificate)), _P12):
        data = bytearray(whole)
        data[place % len(data)] ^= change
        try:
            for entry in read_keystore(bytes(data), PASSWORDS).entries:
                parse_certificate(entry.der)
        except BadKeystore as why:
            assert str(why)


_P12 = serialize_java_truststore([PKCS12Certificate(A.certificate.library(), b"a")], NoEncryption())
