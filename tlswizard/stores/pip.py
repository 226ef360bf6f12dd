"""pip's own roots: what `cert` in its settings files names.

pip documentation, Configuration (files and their order) and HTTPS Certificates; measured: pip 26 reads it
besides the system's roots, older ones (before 24.2, or Python before 3.10) instead of their own. PIP_CERT is
a store of its own here. Windows and macOS were not run.
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
    unquoted,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos", "windows")
IDS = ("pip:",)
TITLE = "the roots that pip's settings name"


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    found = settings(machine, _files(machine), parse)
    failed = unread_settings(machine, "pip", TITLE, found, read_by="pip")
    said = found.get("install.cert") or found.get("global.cert")
    return (*failed, named(machine, reader, "pip", TITLE, said, read_by="pip")) if said else failed


def _files(machine: Machine) -> Iterable[str]:
    variables, home = machine.environment(), machine.home()
    if variables.get("PIP_CONFIG_FILE") in ("/dev/null", "nul", "NUL"):
        return
    match machine.observed.platform:
        case "windows":
            yield r"C:\ProgramData\pip\pip.ini"
            yield path_in(machine, home, "pip/pip.ini")
            yield path_in(
                machine, variables.get("APPDATA") or path_in(machine, home, "AppData/Roaming"), "pip/pip.ini"
            )
        case "macos":
            yield "/Library/Application Support/pip/pip.conf"
            yield path_in(machine, home, ".pip/pip.conf")
            yield path_in(machine, home, ".config/pip/pip.conf")
            yield path_in(machine, home, "Library/Application Support/pip/pip.conf")
        case _:
            yield "/etc/xdg/pip/pip.conf"
            yield "/etc/pip.conf"
            yield path_in(machine, home, ".pip/pip.conf")
            own = variables.get("XDG_CONFIG_HOME") or path_in(machine, home, ".config")
            yield path_in(machine, own, "pip/pip.conf")
    if variables.get("VIRTUAL_ENV"):
        ending = "pip.ini" if machine.observed.platform == "windows" else "pip.conf"
        yield path_in(machine, variables["VIRTUAL_ENV"], ending)
    if variables.get("PIP_CONFIG_FILE"):
        yield variables["PIP_CONFIG_FILE"]


def parse(text: str) -> Iterable[tuple[str, str]]:
    return ((name, unquoted(value)) for name, value in ini(text))


def adding(store: Store, certificate: Certificate) -> Change:
    return appending(
        store, certificate, "at once: pip reads it anew each time",
        traps=(
            "pip before 24.2, or with Python before 3.10, reads this file alone: it has to hold the public "
            "roots too.",
            "PIP_CERT in the environment wins over the settings file.",
        ),
        verify=("pip config get global.cert", *counting(store)),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
