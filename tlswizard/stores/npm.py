"""npm's own roots: what `cafile` names, or `ca` holds, in its settings files.

npm documentation, npmrc and config (cafile, ca); measured: they replace all other roots, and
NODE_EXTRA_CA_CERTS has no effect then. The settings of the computer, then those of the person; a project's
.npmrc is not looked at. Windows was not run.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.configured import (
    Said,
    appending,
    counting,
    ini,
    named,
    path_in,
    scope_of,
    settings,
    taking_out,
    unquoted,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos", "windows")
IDS = ("npm:",)
TITLE = "npm's own list of trusted roots"

REPLACES = "It replaces npm's other roots, and NODE_EXTRA_CA_CERTS has no effect for npm."

MAX_VARIABLES = 20
"""`${NAME}` in one value: usually one."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    found = settings(machine, _files(machine), parse)
    failed = unread_settings(machine, "npm", TITLE, found, read_by="npm")
    if said := found.get("cafile"):
        said = replace(said, value=_filled(said.value, machine.environment()))
        store = named(machine, reader, "npm", TITLE, said, read_by="npm", notes=(REPLACES,))
        return (*failed, store if store.anchors or store.unreadable or store.skipped else _passed_over(store))
    if said := found.get("ca"):
        return (*failed, _inline(machine, reader, said))
    return failed


def _passed_over(store: Store) -> Store:
    return replace(
        store, notes=(store.notes[0], "It is not there, or empty: npm goes on with its other roots.")
    )


def _inline(machine: Machine, reader: Reader, said: Said) -> Store:
    """The certificates that stand in the settings themselves, with `\\n` for each new line."""
    found = reader.parsed(said.value.replace("\\n", "\n").encode())
    anchors = tuple(dict.fromkeys(c for c in found if isinstance(c, Certificate)))
    return Store(
        f"npm:{visible(said.file)}", TITLE, scope_of(machine, said.file), visible(machine.real(said.file)),
        anchors, skipped=sum(not isinstance(c, Certificate) for c in found), read_by="npm",
        notes=("They stand in the settings themselves, as ca.", REPLACES),
    )  # fmt: skip


def _files(machine: Machine) -> Iterable[str]:
    variables = machine.environment()
    if machine.observed.platform == "windows":
        if variables.get("APPDATA"):
            yield path_in(machine, variables["APPDATA"], "npm/etc/npmrc")
    else:
        yield from ("/etc/npmrc", "/usr/local/etc/npmrc", "/usr/etc/npmrc", "/opt/homebrew/etc/npmrc")
    own = variables.get("npm_config_userconfig") or variables.get("NPM_CONFIG_USERCONFIG")
    yield own or path_in(machine, machine.home(), ".npmrc")


def parse(text: str) -> Iterable[tuple[str, str]]:
    """As ini; `ca[]` given several times is one value with all of them."""
    several = ""
    for name, value in ini(text):
        if name == "ca[]":
            several += unquoted(value) + "\\n"
            yield "ca", several
        else:
            yield name, unquoted(value)


def _filled(value: str, variables: Mapping[str, str]) -> str:
    """`${NAME}` replaced by the variable, and left as it is where there is none."""
    return re.sub(r"\$\{([^${}]{1,100})\}", lambda m: variables.get(m[1], m[0]), value, count=MAX_VARIABLES)


def adding(store: Store, certificate: Certificate) -> Change:
    traps = (
        "cafile replaces all of npm's roots: the file has to hold the public ones too.",
        "With it, NODE_EXTRA_CA_CERTS has no effect for npm.",
    )
    if not _is_inline(store):
        return appending(
            store,
            certificate,
            "for new processes",
            traps=traps,
            verify=("npm config get cafile", *counting(store)),
        )
    return Change(
        (f"npm config set cafile /full/path/of/a-bundle-with-{certificate.sha256[:8]}.pem",),
        removing(store, certificate),
        "for new processes",
        "account",
        (*traps, "cafile takes the place of ca: the file has to hold those certificates, too."),
        ("npm config get cafile",),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return ("npm config delete cafile",) if _is_inline(store) else taking_out(store, certificate)


def _is_inline(store: Store) -> bool:
    return store.location.endswith("npmrc")
