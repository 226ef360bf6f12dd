"""The system's folder of single certificates, looked up by the hash of their subject.

OpenSSL sees only files named `<8 hex digits>.<number>` (openssl-rehash(1)); a file without such a link
is not there for it. The same command fills folder and bundle, so the way to change it is the same.
"""

import re

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Idle, Scope, Store
from tlswizard.machine.door import Machine
from tlswizard.stores import linux_system
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.linux_hashed import HASHED, SEVERAL, linked, unlinked
from tlswizard.stores.reading import Reader, why_unreadable

__all__ = ["HASHED", "adding", "marking", "read", "read_folder", "removing"]

PLATFORMS = ("linux",)
IDS = ("linux-directory",)
TITLE = "this machine's folder of trusted roots"

MAX_FILES = 2000
"""Every public root is in a folder of 150; past this the rest is not looked at, and the store says so."""

MAX_PLAIN_FILES = 1000
"""Of files without a link: on Debian every link leads to one, so there are as many."""

NO_FOLDER = "The folder is not there."


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    _, folder = machine.openssl_paths()
    return (read_folder(machine, reader, "linux-directory", folder),)


def read_folder(machine: Machine, reader: Reader, id_: str, folder: str) -> Store:
    """The hashed certificates of `folder`; a folder that is not there is an empty one, as for OpenSSL."""
    scope: Scope = "machine" if id_ == "linux-directory" else "process"
    title = TITLE if scope == "machine" else f"the folder {folder}"
    where = machine.real(folder)
    flavour = linux_system.flavour_of(machine)
    try:
        names = machine.names_in(folder)
    except FileNotFoundError:
        return Store(id_, title, scope, where, flavour=flavour, notes=(NO_FOLDER,))
    except OSError as error:
        privileged = linux_system.PRIVILEGED if isinstance(error, PermissionError) else ""
        return Store(
            id_, title, scope, where, unreadable=why_unreadable(error), flavour=flavour, privileged=privileged
        )
    held = linked(machine, reader, folder, names, MAX_FILES)
    return Store(
        id_, title, scope, where, held.anchors, skipped=held.skipped, flavour=flavour, names=held.names,
        idle=unlinked(machine, reader, folder, names, held, MAX_PLAIN_FILES),
    )  # fmt: skip


def adding(store: Store, certificate: Certificate) -> Change:
    return linux_system.adding(_as_bundle(store), certificate)


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return linux_system.removing(_as_bundle(store), certificate)


def _as_bundle(store: Store) -> Store:
    """The names here are links, which the bundle's command makes from files elsewhere."""
    return Store("linux-system", store.title, store.scope, store.location, flavour=store.flavour)


def marking(store: Store, idle: Idle) -> Change:
    """A link for a file that has none; where the whole folder is generated, a place among its sources."""
    if store.flavour not in ("", "debian", "alpine"):
        return adding(store, idle.certificate)
    folder, stem = quoted(store.location), file_stem(idle.certificate)
    name = f"{stem}.pem" if idle.why == SEVERAL else idle.where.rpartition("/")[2]
    put = (f"sudo install -m 644 {stem}.pem {folder}/{name}",) if idle.why == SEVERAL else ()
    link = re.sub(r"([\\*?\[\]])", r"\\\1", name)
    return Change(
        (*put, f"sudo openssl rehash {folder}"),
        (
            f"sudo find {folder} -maxdepth 1 -name '????????.*' -lname {quoted(link)} -delete",
            *((f"sudo rm {folder}/{name}",) if put else ()),
        ),
        "for programs started from now on; restart long-running services",
        "administrator",
        ("Go and uv read every file of the folder, with or without a link.",),
        (f"openssl verify -partial_chain -no-CAfile -CApath {folder} {stem}.pem",),
    )
