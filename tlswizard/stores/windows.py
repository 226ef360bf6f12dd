"""The Windows stores, physical view: what the account and the computer each hold themselves.

A *logical* read of the user's Root merges the machine's into it and so hides where a root lives
(Microsoft, System Store Locations); Chrome and Firefox read the physical stores for the same reason.
Nothing of this was run on Windows: it is tried on the lab's pretend machine. Reading a real Windows
machine's stores comes later; until then they are *not checked*, with that reason.
"""

from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.store import Scope, Store
from tlswizard.machine.door import Machine, NoSuchStore
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader

PLATFORMS = ("windows",)
IDS = ("windows-",)

_STORES: tuple[tuple[str, str, str, str], ...] = (
    ("windows-user-root", "user", "Root", "your list of trusted roots"),
    ("windows-machine-root", "machine", "Root", "this machine's list of trusted roots"),
    ("windows-user-ca", "user", "CA", "your list of intermediates"),
    ("windows-machine-ca", "machine", "CA", "this machine's list of intermediates"),
)


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    return tuple(_read(machine, *row) for row in _STORES)


def _read(machine: Machine, id_: str, location: str, name: str, title: str) -> Store:
    scope: Scope = "user" if location == "user" else "machine"
    where = f"Cert:\\{'CurrentUser' if location == 'user' else 'LocalMachine'}\\{name}"
    try:
        entries = machine.windows_store(location, name)
    except NoSuchStore as why:
        return Store(id_, title, scope, where, unreadable=str(why))
    parsed = tuple(parse_certificate(entry.der) for entry in entries)
    good = tuple(c for c in parsed if isinstance(c, Certificate))
    return Store(
        id_, title, scope, where, skipped=len(parsed) - len(good),
        anchors=good if name == "Root" else (),
        intermediates=good if name == "CA" else (),
    )  # fmt: skip


def adding(store: Store, certificate: Certificate) -> Change:
    """certutil, as Microsoft documents it; not run on Windows."""
    name = "CA" if store.id.endswith("-ca") else "Root"
    user = "-user " if store.scope == "user" else ""
    force = "" if user else "-f "
    return Change(
        commands=(f"certutil {user}-addstore {force}{name} {file_stem(certificate)}.cer",),
        undo=removing(store, certificate),
        takes_effect="for new processes: restart the program or the service; recycle an application pool",
        privilege="account" if user else "administrator",
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    name = "CA" if store.id.endswith("-ca") else "Root"
    user = "-user " if store.scope == "user" else ""
    return (f"certutil {user}-delstore {name} {certificate.sha1}",)
