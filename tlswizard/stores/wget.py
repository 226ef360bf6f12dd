"""wget's own roots: what `ca_certificate` in its settings files names.

GNU Wget documentation, Wgetrc Location and Wgetrc Commands: the system's file, then $WGETRC or ~/.wgetrc.
wget loads the system's roots first, and this file besides them (src/gnutls.c, src/openssl.c; not measured).
"""

from collections.abc import Iterable

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.configured import (
    appending,
    counting,
    ini,
    named,
    path_in,
    settings,
    taking_out,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos")
IDS = ("wget:",)
TITLE = "the roots that wget's settings name"

SYSTEM = ("/usr/local/etc/wgetrc", "/etc/wgetrc")

BESIDES = "wget reads it besides the system's roots."


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    own = machine.environment().get("WGETRC") or path_in(machine, machine.home(), ".wgetrc")
    found = settings(machine, (*SYSTEM, own), parse)
    failed = unread_settings(machine, "wget", TITLE, found, read_by="wget")
    notes = [BESIDES]
    check = found.get("checkcertificate")
    if check and check.value.lower() in ("off", "no", "0"):
        notes.append("check_certificate is off: wget accepts any certificate.")
    if said := found.get("cacertificate"):
        return (
            *failed,
            named(machine, reader, "wget", TITLE, said, read_by="wget", notes=tuple(notes)),
        )
    return failed


def parse(text: str) -> Iterable[tuple[str, str]]:
    """`name = value`; case, `-` and `_` of a name make no difference."""
    return ((name.replace("_", "").replace("-", ""), value) for name, value in ini(text))


def adding(store: Store, certificate: Certificate) -> Change:
    return appending(
        store, certificate, "at once: wget reads it anew each time",
        traps=("A service has its own home and its own ~/.wgetrc.",),
        verify=(*counting(store), "wget -O /dev/null https://HOST/"),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
