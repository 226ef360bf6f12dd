"""PostgreSQL's clients: `~/.postgresql/root.crt`, their only roots where no setting names another file.

PostgreSQL documentation, SSL Support (libpq): on Windows it is `%APPDATA%\\postgresql\\root.crt` (not run).
The settings that name another are PGSSLROOTCERT, a store of its own here, and `sslrootcert` in a
connection's own words, which no file tells.
"""

from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.configured import (
    ABSENT,
    appending,
    counting,
    flavour,
    more_privilege,
    path_in,
    powershell,
    taking_out,
)
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("libpq:",)
TITLE = "your roots for PostgreSQL's clients"

_MISSING = "It is not there: nothing is trusted, and sslmode verify-full (or verify-ca) needs it."


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    path = _file(machine)
    store = Store(
        f"libpq:{visible(path)}", TITLE, "user", visible(machine.real(path)), flavour=flavour(machine, path)
    )
    try:
        anchors, skipped = reader.file(path)
    except ABSENT:
        return (replace(store, notes=(_MISSING,)),) if machine.has("command:psql") else ()
    except OSError as error:
        return (replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error)),)
    return (replace(store, anchors=anchors, skipped=skipped),)


def _file(machine: Machine) -> str:
    if machine.observed.platform == "windows":
        roaming = machine.environment().get("APPDATA") or path_in(machine, machine.home(), "AppData/Roaming")
        return path_in(machine, roaming, "postgresql/root.crt")
    return path_in(machine, machine.home(), ".postgresql/root.crt")


def adding(store: Store, certificate: Certificate) -> Change:
    change = appending(
        store, certificate, "for new connections",
        traps=(
            "The default sslmode=prefer checks nothing: only verify-ca and verify-full do.",
            "With this file there, sslmode=require checks the chain too, as verify-ca does.",
            "A service has its own home, and reads the file there.",
        ),
        verify=(*counting(store), 'psql "host=HOST sslmode=verify-full"'),
    )  # fmt: skip
    if store.anchors or store.unreadable or store.skipped:
        return change
    stem = file_stem(certificate)
    if store.flavour == "windows":
        folder, file = powershell(store.location.rpartition("\\")[0]), powershell(store.location)
        commands = (f"New-Item -ItemType Directory -Force {folder}", f"Copy-Item {stem}.pem {file}")
        return replace(change, commands=commands, undo=(f"Remove-Item {file}",))
    folder, file = quoted(store.location.rpartition("/")[0]), quoted(store.location)
    return replace(change, commands=(f"mkdir -p {folder}", f"cp {stem}.pem {file}"), undo=(f"rm {file}",))


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
