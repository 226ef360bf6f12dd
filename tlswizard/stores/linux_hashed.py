"""A folder that OpenSSL looks into by the hash of a subject: what its links give, and what none leads to.

OpenSSL sees only files named `<8 hex digits>.<number>`, and `openssl rehash` makes such a link only for a
file that ends in .pem, .crt, .cer or .crl and holds exactly one certificate (openssl-rehash(1)).
"""

import re
from dataclasses import dataclass

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Idle
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.reading import Reader

HASHED = re.compile(r"[0-9a-f]{8}\.\d{1,3}")
PLAIN = (".pem", ".crt")

BUNDLES = {"ca-certificates.crt", "ca-bundle.crt", "ca-bundle.trust.crt", "cert.pem", "cacert.pem"}
"""Generated files that lie in the same folder and are read as a whole, not by hash."""

MAX_PLAIN = 256 * 1024
"""Bytes of a file of single certificates: one has 2 KB, and what is larger is somebody's bundle."""

NO_LINK = "no link with the hash of its subject leads to it"
SEVERAL = "its file holds several certificates, and a link is made only for a file with one"


@dataclass(frozen=True, slots=True)
class Content:
    names: tuple[tuple[str, str], ...]
    """(sha256, link)"""
    anchors: tuple[Certificate, ...]
    skipped: int


def linked(machine: Machine, reader: Reader, folder: str, names: tuple[str, ...], limit: int) -> Content:
    """The certificates that hashed names lead to; what cannot be read and what is past `limit` is counted."""
    hashed = [name for name in names if HASHED.fullmatch(name)]
    skipped = max(0, len(hashed) - limit)
    found: dict[Certificate, str] = {}
    for name in hashed[:limit]:
        try:
            certificates, bad = reader.file(f"{folder}/{name}")
        except OSError:
            skipped += 1  # a dangling link: OpenSSL passes over it too
            continue
        for certificate in certificates:
            found.setdefault(certificate, name)
        skipped += bad
    return Content(tuple((c.sha256, name) for c, name in found.items()), tuple(found), skipped)


def unlinked(
    machine: Machine, reader: Reader, folder: str, names: tuple[str, ...], held: Content, limit: int
) -> tuple[Idle, ...]:
    """Certificates of plain files that no hashed name gives."""
    idle: dict[Certificate, Idle] = {}
    anchors = set(held.anchors)
    plain = [name for name in names if name.endswith(PLAIN) and name not in BUNDLES]
    for name in plain[:limit]:
        try:
            found = reader.parsed(machine.read(f"{folder}/{name}", MAX_PLAIN))
        except OSError:
            continue
        why = NO_LINK if len(found) == 1 else SEVERAL
        for certificate in found:
            if isinstance(certificate, Certificate) and certificate not in anchors:
                idle.setdefault(certificate, Idle(certificate, why, visible(f"{folder}/{name}")))
    return tuple(idle.values())
