"""The system's folder of single certificates, looked up by the hash of their subject.

OpenSSL sees only files named `<8 hex digits>.<number>` (openssl-rehash(1)); a file without such a link
is not there for it. The same command fills folder and bundle, so the way to change it is the same.
"""

import re

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Scope, Store
from tlswizard.machine.door import Machine
from tlswizard.stores import linux_system
from tlswizard.stores.change import Change
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux",)
IDS = ("linux-directory",)
TITLE = "this machine's folder of trusted roots"

HASHED = re.compile(r"[0-9a-f]{8}\.\d{1,3}")

MAX_FILES = 2000
"""Every public root is in a folder of 150; past this the rest is not looked at, and the store says so."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    _, folder = machine.openssl_paths()
    return (read_folder(machine, reader, "linux-directory", folder),)


def read_folder(machine: Machine, reader: Reader, id_: str, folder: str) -> Store:
    """The hashed certificates of `folder`; a folder that is not there is an empty one, as for OpenSSL."""
    scope: Scope = "machine" if id_ == "linux-directory" else "process"
    title = TITLE if scope == "machine" else f"the folder {folder}"
    try:
        names = [name for name in machine.names_in(folder) if HASHED.fullmatch(name)]
    except FileNotFoundError:
        names = []
    except OSError as error:
        return Store(id_, title, scope, folder, unreadable=why_unreadable(error))
    anchors: list[Certificate] = []
    skipped = max(0, len(names) - MAX_FILES)
    for name in names[:MAX_FILES]:
        try:
            found, bad = reader.file(f"{folder}/{name}")
        except OSError:
            skipped += 1  # a dangling link: OpenSSL passes over it too
            continue
        anchors += found
        skipped += bad
    return Store(
        id_,
        title,
        scope,
        folder,
        tuple(dict.fromkeys(anchors)),
        skipped=skipped,
        flavour=linux_system.flavour_of(machine),
    )


def adding(store: Store, certificate: Certificate) -> Change:
    return linux_system.adding(store, certificate)


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return linux_system.removing(store, certificate)
