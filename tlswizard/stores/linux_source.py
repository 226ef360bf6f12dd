"""Where an administrator puts roots on Linux: the folders that feed the generated bundle, and the blocklists.

Debian and Alpine copy PEM files that end in `.crt` (update-ca-certificates(8)). Red Hat, SUSE and Arch
let p11-kit read every file of a folder, in any form, and what each file says of its own trust
(p11-kit trust/token.c; README of Red Hat's ca-trust/source). NixOS builds the bundle from its configuration.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tlswizard.core import der as der_
from tlswizard.core.certificate import ANY_PURPOSE, SERVER_AUTH, Certificate
from tlswizard.core.pem import blocks_in
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.reading import Reader, why_unreadable

Use = Literal["servers", "others", "distrusted", "unsaid"]
"""What a file says a certificate is good for; `unsaid` where it says nothing."""

FLAVOURS = (
    ("redhat", "/etc/pki/ca-trust/source/anchors"),
    ("arch", "/etc/ca-certificates/trust-source/anchors"),
    ("suse", "/etc/pki/trust/anchors"),
    ("debian", "/usr/local/share/ca-certificates"),
)
"""The folder for the administrator's own roots; the first that exists tells the family."""

OWN = dict(FLAVOURS) | {"alpine": "/usr/local/share/ca-certificates"}

P11_KIT = ("redhat", "arch", "suse")
"""The families whose bundle p11-kit makes."""

BLOCKLISTS = ("blocklist", "blacklist")
"""Folders beside `anchors`; the second is its name before p11-kit 0.23.23."""

CONFIGURATION = "/etc/ca-certificates.conf"
VENDOR = "/usr/share/ca-certificates"

_FAMILIES = {
    "debian": "debian", "ubuntu": "debian", "fedora": "redhat", "rhel": "redhat", "centos": "redhat",
    "suse": "suse", "opensuse": "suse", "arch": "arch", "alpine": "alpine", "nixos": "nixos",
}  # fmt: skip
"""ID and ID_LIKE of os-release(5)."""

MAX_FILES = 1000
"""An administrator's own roots are a handful; every public root, each in its file, is 150."""

MAX_FILE = 1024 * 1024
"""A bundle of every public root is 0.3 MB, and p11-kit's own list of them 0.9 MB."""

MAX_BYTES = 16 * 1024 * 1024
"""Of all files of a folder together, so that a full folder costs seconds and no more."""

MAX_DEPTH = 4
"""Folders within folders on Debian; a link that leads back up ends here."""

MAX_CONFIGURATION = 64 * 1024
"""Debian's list of 150 vendor roots is 7 KB."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate in one of these folders."""

    certificate: Certificate
    path: str
    der: bool
    """the file is DER and not PEM"""
    use: Use


@dataclass
class Folder:
    """What lies in one folder."""

    path: str
    entries: list[Entry] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    """folders inside"""
    unread: int = 0
    """files that cannot be read, and entries that are no certificate"""
    passed_over: int = 0
    """files past the limits"""
    why: str = ""
    """why the folder itself cannot be read"""

    @property
    def notes(self) -> tuple[str, ...]:
        where = visible(self.path)
        return tuple(
            note
            for told, note in (
                (self.why, f"{where} could not be read: {self.why}."),
                (self.unread, f"{self.unread} entries of {where} are no readable certificate."),
                (self.passed_over, f"{self.passed_over} more entries of {where} were not looked at."),
            )
            if told
        )


def flavour_of(machine: Machine) -> str:
    """The family of the distribution, by its folders, else by os-release(5); Debian where nothing tells."""
    for flavour, sign in (("nixos", "/etc/NIXOS"), ("alpine", "/etc/alpine-release")):
        if _text(machine, sign) is not None:
            return flavour
    named = _named(_text(machine, "/etc/os-release") or "")
    if named in ("nixos", "alpine"):
        return named
    return next((flavour for flavour, folder in FLAVOURS if _is_there(machine, folder)), named or "debian")


def _named(release: str) -> str:
    said = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    words = f"{said.get('ID', '')} {said.get('ID_LIKE', '')}".replace('"', " ").replace("'", " ").split()
    return next((_FAMILIES[word] for word in words if word in _FAMILIES), "")


def _is_there(machine: Machine, folder: str) -> bool:
    try:
        machine.names_in(folder)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _text(machine: Machine, path: str) -> str | None:
    try:
        return machine.read(path, MAX_CONFIGURATION).decode("utf-8", "replace")
    except OSError:
        return None


def folder_of(machine: Machine, reader: Reader, path: str, depth: int = 0, *, p11_kit: bool = True) -> Folder:
    """The certificates of a folder and, to `depth`, of those inside it. A missing folder is an empty one."""
    folder = Folder(path)
    waiting, seen, budget = [(path, depth)], {machine.real(path)}, MAX_BYTES
    left = MAX_FILES
    while waiting:
        where, deeper = waiting.pop(0)
        try:
            names = machine.names_in(where)
        except FileNotFoundError:
            continue
        except OSError as error:
            folder.why = why_unreadable(error)
            continue
        folder.passed_over += max(0, len(names) - left)
        for name in names[:left]:
            left -= 1
            file = f"{where}/{name}"
            try:
                data = machine.read(file, min(MAX_FILE, budget))
            except IsADirectoryError:
                inside = machine.real(file)
                if inside not in seen:
                    seen.add(inside)
                    if deeper:
                        waiting.append((file, deeper - 1))
                    else:
                        folder.nested.append(file)
                continue
            except OSError:
                folder.unread += 1
                continue
            budget -= len(data)
            _take(folder, reader, file, data, p11_kit)
    return folder


def _take(folder: Folder, reader: Reader, path: str, data: bytes, p11_kit: bool) -> None:
    for found, use in marked(reader, data, p11_kit=p11_kit):
        if found is None:
            folder.unread += 1
        else:
            folder.entries.append(Entry(found, path, b"-----BEGIN " not in data, use))


def deselected(machine: Machine, reader: Reader) -> Iterator[Entry]:
    """Debian's and Alpine's own roots that a line with `!` leaves out (update-ca-certificates(8))."""
    lines = (_text(machine, CONFIGURATION) or "").splitlines()
    for line in [line for line in lines if line.startswith("!")][:MAX_FILES]:
        path = f"{VENDOR}/{line[1:].strip()}"
        try:
            data = machine.read(path, MAX_FILE)
        except (OSError, ValueError):  # not there, or a name that no file can have
            continue
        for found, use in marked(reader, data):
            if found is not None:
                yield Entry(found, path, False, use)


# --- what a file says of its own trust ---------------------------------------------------------------

_SECTION = b"[p11-kit-object-v1]"
_TRUE = re.compile(rb"^(x-distrusted|trusted):[ \t]*true[ \t]*\r?$", re.MULTILINE)


def marked(reader: Reader, data: bytes, *, p11_kit: bool = False) -> Iterator[tuple[Certificate | None, Use]]:
    """Each certificate with what the file says of it; None in place of what cannot be read as one.

    What stands between the blocks counts for p11-kit alone: OpenSSL passes over it.
    """
    if not p11_kit:
        yield from _blocks(reader, data, "unsaid")
        return
    head, *sections = data.split(_SECTION)
    yield from _blocks(reader, head, "unsaid")
    for section in sections:
        said = {match[1] for match in _TRUE.finditer(section.split(b"-----BEGIN ", 1)[0])}
        use: Use = "unsaid" if not said else "distrusted" if b"x-distrusted" in said else "servers"
        yield from _blocks(reader, section, use)


def _blocks(reader: Reader, data: bytes, said: Use) -> Iterator[tuple[Certificate | None, Use]]:
    if b"-----BEGIN " not in data:
        yield from ((c if isinstance(c, Certificate) else None, said) for c in reader.parsed(data))
        return
    for block in blocks_in(data):
        found = None if block.why else reader.der(block.der)
        use = use_of(block.aux) if block.aux and block.label.startswith("TRUSTED") else said
        if isinstance(found, Certificate) and use is not None:
            yield found, use
        else:
            yield None, said


def use_of(aux: bytes) -> Use | None:
    """OpenSSL's reading of trust settings: a rejected use wins, and a list that lacks a use refuses it.

    X509_CERT_AUX and obj_trust() in OpenSSL's crypto/x509; None where they cannot be read, as OpenSSL
    then does not take the block.
    """
    try:
        parts = {der_.tag(part): part for part in der_.inside(der_.one(aux))}
        refused = _uses(parts.get(_REJECT), _REJECT)
        trusted = _uses(parts.get(der_.SEQUENCE), der_.SEQUENCE)
    except ValueError:
        return None
    if refused & _SERVERS:
        return "distrusted"
    if der_.SEQUENCE in parts:
        return "servers" if trusted & _SERVERS else "others"
    return "unsaid"


_REJECT = 0xA0
_SERVERS = {SERVER_AUTH, ANY_PURPOSE}


def _uses(part: der_.TLV | None, tag: int) -> set[str]:
    return {der_.dotted(oid) for oid in der_.inside(part, tag)} if part is not None else set()
