"""Java's files of certificates: JKS, JCEKS and PKCS #12, read without Java.

JKS and JCEKS: OpenJDK's sources of `sun.security.provider.JavaKeyStore` and `JceKeyStore`; their
certificates are not encrypted. PKCS #12: RFC 7292, and `sun.security.pkcs12.PKCS12KeyStore` for the mark
by which Java tells the certificates that it trusts.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

Standing = Literal["trusted", "unmarked", "key", "behind-key"]
"""Of an entry: trusted by its kind or mark; without a mark; a private key's own certificate; behind one."""

MAX_KEYSTORE = 8 * 1024 * 1024
"""Every public root together is 0.2 MB as JKS and 0.4 MB as PKCS #12."""

MAX_ENTRIES = 4000
"""As many as are read of a PEM file; no keystore known comes near."""

MAX_ITERATIONS = 500_000
"""Of all derivations that one password needs in a file, together: keytool writes 20 000, an older one
150 000; this many take half a second."""

MAX_RC2 = 1024 * 1024
"""Bytes, at 0.4 MB in a second; every public root together is a fifth of it."""

MAX_SALT = 1024
"""Bytes; keytool writes 20, and each of them costs work."""

MAX_PARTS = 100
"""Safes in a PKCS #12 file (keytool writes two), and attributes of an entry (three)."""

JKS, JCEKS = 0xFEEDFEED, 0xCECECECE
FLAVOURS = {JKS: "jks", JCEKS: "jceks"}
SEAL = 20
"""Bytes of the SHA-1 at the end of a JKS file."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadKeystore(Exception):
    """What is in the file cannot be read; a clause why."""


@dataclass(frozen=True, slots=True)
class Entry:
    der: bytes
    alias: str
    standing: Standing
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keystore:
    """A keystore's certificates, and how they were come by."""

    flavour: str
    """jks, jceks or pkcs12"""
    entries: tuple[Entry, ...]
    password: str | None = None
    """of those that were tried, the one that its seal was made with"""
    encrypted: bool = False
    """whether its certificates are: then no reader sees them without the password"""
    sealed: bool = True
    """whether a reader with the wrong password refuses it"""
    unread: str = ""
    """why the rest of the file could not be read: a sentence"""


def read_keystore(data: bytes, passwords: Sequence[str]) -> Keystore:
    """Raises BadKeystore. Certificates are cut out of it, and not parsed."""
    magic = int.from_bytes(data[:4], "big")
    if magic in FLAVOURS:
        return _jks(data, FLAVOURS[magic], passwords)
    if data[:1] == b"\x30":
        return _pkcs12(data, passwords)
    raise BadKeystore("it is no keystore: neither JKS nor JCEKS nor PKCS #12")


# JKS and JCEKS


class _Cut(BadKeystore):
    def __init__(self) -> None:
        super().__init__("it ends too early: a part of the file is missing")


class _Bytes:
    """What Java's DataInputStream reads, in its order."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise _Cut
        return bytes(self._data[start : self._at])

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "big")

    def text(self) -> str:
        """Java's modified UTF-8: what is not plain UTF-8 in it shows as replaced."""
        return self.take(self.number(2)).decode("utf-8", "replace")

    def block(self) -> bytes:
        return self.take(self.number())

    @property
    def left(self) -> int:
        return len(self._data) - self._at


def _jks(data: bytes, flavour: str, passwords: Sequence[str]) -> Keystore:
    if len(data) < 12 + SEAL:
        raise _Cut
    view = _Bytes(memoryview(data)[:-SEAL])
    _, version, count = view.number(), view.number(), view.number()
    if version not in (1, 2):
        raise BadKeystore(f"it is {flavour.upper()} of version {version}, which nobody knows")
    entries: list[Entry] = []
    unread = ""
    for done in range(count):
        if done == MAX_ENTRIES:
            unread = f"Only the first {MAX_ENTRIES} of its {count} entries are looked at."
            break
        kind, alias, since = view.number(), view.text(), _moment(view.number(8))
        if kind == 1:
            entries += _key_entry(view, version, alias, since)
        elif kind == 2:
            entries.append(Entry(_certificate(view, version), alias, "trusted", since))
        elif kind == 3 and flavour == "jceks":
            # A serialized Java object follows, which does not tell its length.
            unread = f"It holds a secret key ({alias}), and what stands behind that could not be read."
            break
        else:
            raise BadKeystore(f"its entry number {done + 1} is of no known kind")
    if not unread and view.left:
        raise BadKeystore("there is more in it than its entries")
    return Keystore(flavour, tuple(entries), _password_of(data, passwords), unread=unread)


def _key_entry(view: _Bytes, version: int, alias: str, since: datetime | None) -> list[Entry]:
    view.block()  # the key itself, encrypted
    length = view.number()
    if length > MAX_PARTS:
        raise BadKeystore("the chain of a private key in it is longer than any")
    chain = [_certificate(view, version) for _ in range(length)]
    return [Entry(der, alias, "behind-key" if i else "key", since) for i, der in enumerate(chain)]


def _certificate(view: _Bytes, version: int) -> bytes:
    if version == 2:
        view.text()  # "X.509"
    return view.block()


def _moment(milliseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _password_of(data: bytes, passwords: Sequence[str]) -> str | None:
    content, seal = memoryview(data)[:-SEAL], data[-SEAL:]
    for password in passwords:
        digest = hashlib.sha1(_utf16(password) + b"Mighty Aphrodite", usedforsecurity=False)
        digest.update(content)
        if hmac.compare_digest(digest.digest(), seal):
            return password
    return None


def _utf16(password: str) -> bytes:
    return password.encode("utf-16-be", "replace")


# PKCS #12

_DATA, _ENCRYPTED = "2a864886f70d010701", "2a864886f70d010706"
_BAG = "2a864886f70d010c0a01"
_KEY_BAGS = (_BAG + "01", _BAG + "02")
_CERTIFICATE_BAG, _NESTED_BAG = _BAG + "03", _BAG + "06"
_X509 = "2a864886f70d01091601"
_FRIENDLY_NAME, _LOCAL_KEY_ID = "2a864886f70d010914", "2a864886f70d010915"
_TRUSTED_KEY_USAGE = "6086480186f966adca7b0101"
"""2.16.840.1.113894.746875.1.1"""

_PBES2, _PBKDF2 = "2a864886f70d01050d", "2a864886f70d01050c"
_DES3_KEYS = {"2a864886f70d010c0103": 24, "2a864886f70d010c0104": 16}
_RC2_KEYS = {"2a864886f70d010c0105": 16, "2a864886f70d010c0106": 5}
"""Bytes of the keys (RFC 7292 appendix C)."""
_UNKNOWN_CIPHER = "it is encrypted in a way that is not read here"
_AES_KEYS = {f"6086480165030401{n}": size for n, size in (("02", 16), ("16", 24), ("2a", 32))}
_HMACS = {
    "2a864886f70d0207": "sha1", "2a864886f70d0208": "sha224", "2a864886f70d0209": "sha256",
    "2a864886f70d020a": "sha384", "2a864886f70d020b": "sha512",
}  # fmt: skip
_HASHES = {
    "2b0e03021a": "sha1", "608648016503040201": "sha256", "608648016503040202": "sha384",
    "608648016503040203": "sha512", "608648016503040204": "sha224",
}  # fmt: skip

_SEQUENCE, _SET, _OID, _INTEGER, _OCTETS, _BMP, _CONTEXT, _PRIMITIVE_CONTEXT = (
    0x30, 0x31, 0x06, 0x02, 0x04, 0x1E, 0xA0, 0x80,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    tag: int
    content: memoryview

    def __iter__(self) -> Iterator["_Value"]:
        return _values(self.content)

    def of(self, tag: int) -> "_Value":
        if self.tag != tag:
            raise BadKeystore("a part of it is not what PKCS #12 has there")
        return self

    @property
    def oid(self) -> str:
        """Its content in hexadecimal: compared, and never written out."""
        return bytes(self.of(_OID).content[:64]).hex()

    @property
    def number(self) -> int:
        if len(self.of(_INTEGER).content) > 8:
            return 2**63
        return int.from_bytes(self.content, "big", signed=True)


def _values(content: memoryview) -> Iterator[_Value]:
    """One after the other and none before it is asked for: a hostile file has millions of them."""
    at = 0
    while at < len(content):
        if len(content) - at < 2:
            raise _Cut
        tag, length, at = content[at], content[at + 1], at + 2
        if length == 0x80:
            raise BadKeystore("its lengths are left open (BER), which is not read here")
        if length > 0x80:
            width = length & 0x7F
            if width > 4 or at + width > len(content):
                raise _Cut
            length, at = int.from_bytes(content[at : at + width], "big"), at + width
        if length > len(content) - at:
            raise _Cut
        yield _Value(tag, content[at : at + length])
        at += length


def _fields(value: _Value, least: int, tag: int = _SEQUENCE) -> list[_Value]:
    """What stands in a short constructed value; at least so many."""
    found = list(islice(value.of(tag), MAX_PARTS))
    if len(found) < least:
        raise BadKeystore("a part of it is empty")
    return found


def _only(value: _Value, tag: int) -> _Value:
    return _fields(value, 1, tag)[0]


@dataclass(frozen=True, slots=True)
class _Cost:
    """A key derivation that the file asks for."""

    salt: bytes
    iterations: int


@dataclass(frozen=True, slots=True)
class _Safe:
    """A part of the file with bags in it; `opened` gives them in the clear."""

    content: memoryview
    cost: _Cost | None = None
    opened: Callable[[str], bytes] | None = None
    """raises ValueError where the password is not the one"""


def _pkcs12(data: bytes, passwords: Sequence[str]) -> Keystore:
    outer = _fields(next(_values(memoryview(data))), 2)
    content = _fields(outer[1], 2)
    if content[0].oid != _DATA:
        raise BadKeystore("it is signed instead of having a password")
    inner = _only(content[1], _CONTEXT).of(_OCTETS).content
    safes = [_safe(part) for part in _fields(next(_values(inner), _NOTHING), 0)]
    seal = _seal(outer[2], inner) if len(outer) > 2 else None
    costs = [safe.cost for safe in safes if safe.cost] + ([seal.cost] if seal else [])
    _bounded(costs)
    password = next((p for p in passwords if seal.fits(p)), None) if seal and seal.fits else None
    encrypted = any(safe.opened for safe in safes)
    if encrypted:
        tried = (
            passwords if seal is None or seal.fits is None else (password,) if password is not None else ()
        )
        password, bags = _opened(safes, tried)
    else:
        bags = [_bags(safe.content) for safe in safes]
    return Keystore("pkcs12", _entries(bags), password, encrypted=encrypted, sealed=bool(seal and seal.fits))


def _bounded(costs: Sequence[_Cost]) -> None:
    """Before anything is derived: a file may ask for years of work."""
    if any(len(c.salt) > MAX_SALT or c.iterations < 1 for c in costs):
        raise BadKeystore("its encryption is set up as no program does it")
    if sum(c.iterations for c in costs) > MAX_ITERATIONS:
        raise BadKeystore(f"opening it asks for more than {MAX_ITERATIONS} rounds of work")


def _safe(part: _Value) -> _Safe:
    kind, *rest = _fields(part, 2)
    if kind.oid == _DATA:
        return _Safe(_only(rest[0], _CONTEXT).of(_OCTETS).content)
    if kind.oid != _ENCRYPTED:
        raise BadKeystore("it is encrypted for somebody's key instead of with a password")
    _, inner = _fields(_only(rest[0], _CONTEXT), 2)[:2]
    fields = _fields(inner, 3)
    algorithm, parameters = _fields(fields[1], 2)[:2]
    data = fields[2].of(_PRIMITIVE_CONTEXT).content
    if algorithm.oid == _PBES2:
        return _pbes2(parameters, data)
    salt, rounds = _fields(parameters, 2)[:2]
    cost = _Cost(bytes(salt.of(_OCTETS).content), rounds.number)
    if algorithm.oid in _RC2_KEYS and len(data) > MAX_RC2:
        raise BadKeystore("it is too much to undo for an encryption as old as RC2")
    undo = _rc2 if algorithm.oid in _RC2_KEYS else _des3
    size = _RC2_KEYS.get(algorithm.oid) or _DES3_KEYS.get(algorithm.oid)
    if size is None:
        raise BadKeystore(_UNKNOWN_CIPHER)
    return _Safe(data, cost, lambda password: undo(data, cost, size, password))


def _pbes2(parameters: _Value, data: memoryview) -> _Safe:
    """RFC 8018 section A.4; what Java itself writes is PBKDF2 and AES in CBC."""
    derivation, scheme = _fields(parameters, 2)[:2]
    how, details = _fields(derivation, 2)[:2]
    if how.oid != _PBKDF2:
        raise BadKeystore("its password is stretched in a way that Java does not know")
    salt, rounds, *rest = _fields(details, 2)
    cost = _Cost(bytes(salt.of(_OCTETS).content), rounds.number)
    named = next((_HMACS.get(_only(r, _SEQUENCE).oid, "") for r in rest if r.tag == _SEQUENCE), "sha1")
    cipher, vector = _fields(scheme, 2)[:2]
    size, start = _AES_KEYS.get(cipher.oid, 0), bytes(vector.of(_OCTETS).content)
    if not named or not size or len(start) != 16:
        raise BadKeystore(_UNKNOWN_CIPHER)

    def opened(password: str) -> bytes:
        words = password.encode("utf-8", "replace")
        key = hashlib.pbkdf2_hmac(named, words, cost.salt, cost.iterations, size)
        return _decrypted(Cipher(AES(key), modes.CBC(start)), data, 16)

    return _Safe(data, cost, opened)


def _des3(data: memoryview, cost: _Cost, size: int, password: str) -> bytes:
    key = _stretched("sha1", password, cost, 1, size)
    start = _stretched("sha1", password, cost, 2, 8)
    return _decrypted(Cipher(TripleDES((key + key)[:24]), modes.CBC(start)), data, 8)


def _decrypted(cipher: Cipher[modes.CBC], data: memoryview, block: int) -> bytes:
    """Raises ValueError where the padding shows the wrong password."""
    engine = cipher.decryptor()
    return _unpadded(engine.update(data) + engine.finalize(), block)


def _unpadded(clear: bytes, block: int) -> bytes:
    """RFC 8018 section 6.1.1. Raises ValueError."""
    padding = clear[-1] if clear else 0
    if not 1 <= padding <= block or clear[-padding:] != bytes([padding]) * padding:
        raise ValueError("the padding is wrong")
    return clear[:-padding]


def _stretched(name: str, password: str, cost: _Cost, purpose: int, size: int) -> bytes:
    """PKCS #12's own derivation (RFC 7292 appendix B.2): purpose 1 a key, 2 a start vector, 3 a seal."""
    hashed = partial(getattr(hashlib, name), usedforsecurity=False)
    block: int = hashed().block_size
    filled = _filled(cost.salt, block) + _filled(_utf16(password) + b"\0\0", block)
    found = b""
    while True:
        digest: bytes = hashed(bytes([purpose]) * block + filled).digest()
        for _ in range(cost.iterations - 1):
            digest = hashed(digest).digest()
        found += digest
        if len(found) >= size:
            return found[:size]
        more = int.from_bytes(_filled(digest, block), "big") + 1
        filled = b"".join(
            ((int.from_bytes(filled[i : i + block], "big") + more) % (1 << 8 * block)).to_bytes(block, "big")
            for i in range(0, len(filled), block)
        )


def _filled(text: bytes, block: int) -> bytes:
    """Repeated up to a whole number of blocks."""
    size = -(-len(text) // block) * block
    return (text * (size // len(text) + 1))[:size] if text else b""


@dataclass(frozen=True, slots=True)
class _Seal:
    cost: _Cost
    fits: Callable[[str], bool] | None


def _seal(value: _Value, content: memoryview) -> _Seal:
    """MacData (RFC 7292 section 4); one of another make (PBMAC1, RFC 9579) is left unchecked."""
    digest, salt, *rounds = _fields(value, 2)
    algorithm, expected = _fields(digest, 2)[:2]
    oid = _only(algorithm, _SEQUENCE).oid
    cost = _Cost(bytes(salt.of(_OCTETS).content), rounds[0].number if rounds else 1)
    name, wanted = _HASHES.get(oid), bytes(expected.of(_OCTETS).content)
    if name is None:
        return _Seal(_Cost(b"", 1), None)

    def fits(password: str) -> bool:
        key = _stretched(name, password, cost, 3, hashlib.new(name).digest_size)
        return hmac.compare_digest(hmac.digest(key, bytes(content), name), wanted)

    return _Seal(cost, fits)


_NOTHING = _Value(_SEQUENCE, memoryview(b""))


@dataclass(frozen=True, slots=True)
class _Bag:
    """A certificate, or (without `der`) a private key."""

    der: bytes | None
    alias: str
    key_id: bytes | None
    marked: bool


def _opened(safes: Sequence[_Safe], passwords: Sequence[str]) -> tuple[str, list[list[_Bag]]]:
    for password in passwords:
        try:
            return password, [
                _bags(memoryview(safe.opened(password)) if safe.opened else safe.content) for safe in safes
            ]
        except (ValueError, BadKeystore):  # rubbish is what a wrong password leaves now and then
            continue
    raise BadKeystore("it needs a password that is not the usual one")


def _bags(content: memoryview) -> list[_Bag]:
    bags = islice(next(_values(content), _NOTHING).of(_SEQUENCE), MAX_ENTRIES)
    return [bag for value in bags if (bag := _bag(value))]


def _bag(value: _Value) -> _Bag | None:
    kind, content, *attributes = _fields(value, 2)
    if kind.oid not in (_CERTIFICATE_BAG, *_KEY_BAGS):
        return None
    der = None
    if kind.oid == _CERTIFICATE_BAG:
        type_, certificate = _fields(_only(content, _CONTEXT), 2)[:2]
        if type_.oid != _X509:
            return None
        der = bytes(_only(certificate, _CONTEXT).of(_OCTETS).content)
    told = {
        pair[0].oid: pair[1] for a in attributes[:1] for pair in map(_pair, islice(a.of(_SET), MAX_PARTS))
    }
    name, key_id = (_first(told.get(oid)) for oid in (_FRIENDLY_NAME, _LOCAL_KEY_ID))
    alias = bytes(name.content).decode("utf-16-be", "replace") if name and name.tag == _BMP else ""
    return _Bag(der, alias, bytes(key_id.content) if key_id else None, _TRUSTED_KEY_USAGE in told)


def _pair(value: _Value) -> list[_Value]:
    return _fields(value, 2)


def _first(values: _Value | None) -> _Value | None:
    return next(iter(values.of(_SET)), None) if values else None


def _entries(safes: Sequence[Sequence[_Bag]]) -> tuple[Entry, ...]:
    bags = [bag for safe in safes for bag in safe]
    keys = {bag.key_id for bag in bags if bag.der is None and bag.key_id is not None}
    return tuple(
        Entry(bag.der, bag.alias, _standing(bag, keys, has_keys=any(b.der is None for b in bags)))
        for bag in bags[:MAX_ENTRIES]
        if bag.der is not None
    )


def _standing(bag: _Bag, keys: set[bytes], *, has_keys: bool) -> Standing:
    if bag.marked:
        return "trusted"
    if bag.key_id is not None and bag.key_id in keys:
        return "key"
    return "behind-key" if has_keys else "unmarked"


# RC2 in CBC, with which old JDKs encrypt (RFC 2268); no library at hand has it with 40 bits


_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)


def _rc2(data: memoryview, cost: _Cost, size: int, password: str) -> bytes:
    """Raises ValueError, before the work is done, where the password is not the one."""
    keys = _rc2_keys(_stretched("sha1", password, cost, 1, size))
    start = _stretched("sha1", password, cost, 2, 8)
    if not data or len(data) % 8:
        raise ValueError("no whole number of blocks")
    cipher = start + bytes(data)
    _unpadded(_rc2_block(cipher[-8:], cipher[-16:-8], keys), 8)
    clear = b"".join(_rc2_block(cipher[i : i + 8], cipher[i - 8 : i], keys) for i in range(8, len(cipher), 8))
    return _unpadded(clear, 8)


def _rc2_keys(key: bytes) -> tuple[int, ...]:
    """Section 2, where as many bits count as the key has."""
    size, found = len(key), bytearray(key)
    while len(found) < 128:
        found.append(_PI[(found[-1] + found[-size]) & 0xFF])
    found[128 - size] = _PI[found[128 - size]]
    for i in range(127 - size, -1, -1):
        found[i] = _PI[found[i + 1] ^ found[i + size]]
    return tuple(int.from_bytes(found[i : i + 2], "little") for i in range(0, 128, 2))


def _rc2_block(block: bytes, before: bytes, keys: tuple[int, ...]) -> bytes:
    """Section 4, and the exclusive or of CBC."""
    r = [int.from_bytes(block[i : i + 2], "little") for i in range(0, 8, 2)]
    for step in range(15, -1, -1):
        for i, shift in ((3, 5), (2, 3), (1, 2), (0, 1)):
            turned = r[i] >> shift | r[i] << 16 - shift
            mixed = (r[i - 1] & r[i - 2]) + (~r[i - 1] & r[i - 3])
            r[i] = (turned - keys[4 * step + i] - mixed) & 0xFFFF
        if step in (11, 5):
            for i in (3, 2, 1, 0):
                r[i] = (r[i] - keys[r[i - 1] & 63]) & 0xFFFF
    clear = int.from_bytes(b"".join(word.to_bytes(2, "little") for word in r), "big")
    return (clear ^ int.from_bytes(before, "big")).to_bytes(8, "big")
