"""Trust stores as files, in the formats that Java and NSS write, for pretend computers."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    serialize_java_truststore,
)

from tlswizard.core.certificate import Certificate

_NULL = bytes.fromhex("a5005a")
_TRUST = {  # attributes of a trust object, for server and client: trusted delegator, or nothing said
    True: bytes.fromhex("ce534352"),
    False: bytes.fromhex("ce534355"),
}


@dataclass(frozen=True, slots=True)
class Database:
    """A store that is one file: how it is written, and what it holds at first."""

    path: str
    write: Callable[[Sequence[Certificate]], bytes]
    holds: tuple[Certificate, ...]


def java(certificates: Sequence[Certificate]) -> bytes:
    """Java's PKCS #12 without a password, each certificate marked as trusted."""
    entries = [
        PKCS12Certificate(x509.load_der_x509_certificate(c.der), f"root-{i}".encode())
        for i, c in enumerate(certificates)
    ]
    return serialize_java_truststore(entries, NoEncryption())


def nss(certificates: Sequence[Certificate]) -> bytes:
    """A `cert9.db` (lib/softoken/sdb.c of NSS), with the columns that matter here: a certificate and its
    trust are two rows, joined by issuer and serial number."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            "CREATE TABLE nssPublic (id PRIMARY KEY UNIQUE ON CONFLICT ABORT, a0, a3, a11, a81, a82, a101, "
            "ace536358, ace536359, ace53635a, ace53635b, ace5363b4)"
        )
        for number, certificate in enumerate(certificates):
            loaded = x509.load_der_x509_certificate(certificate.der)
            issuer, serial = loaded.issuer.public_bytes(), _integer(loaded.serial_number)
            database.execute(
                "INSERT INTO nssPublic VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)",
                (2 * number + 1, b"\0\0\0\1", certificate.title.encode(), certificate.der, issuer, serial,
                 loaded.subject.public_bytes()),
            )  # fmt: skip
            database.execute(
                "INSERT INTO nssPublic VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (2 * number + 2, bytes.fromhex("ce534353"), _NULL, None, issuer, serial, None, _TRUST[True],
                 _TRUST[False], _TRUST[False], _TRUST[False], bytes.fromhex(certificate.sha1)),
            )  # fmt: skip
        database.commit()
        return database.serialize()


def _integer(number: int) -> bytes:
    body = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes((2, len(body))) + body
