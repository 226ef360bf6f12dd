"""The curl command's own roots: what `cacert` or `capath` in its settings file names.

curl(1), "-K, --config": the first of $CURL_HOME/.curlrc, $XDG_CONFIG_HOME/curlrc, ~/.curlrc,
~/.config/curlrc; on Windows also _curlrc in %APPDATA% (not run). libcurl in other programs reads none of it.
"""

import re
from collections.abc import Iterable

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.configured import (
    appending,
    counting,
    exists,
    named,
    path_in,
    settings,
    taking_out,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos", "windows")
IDS = ("curl:",)
TITLE = "the roots that curl's settings name"

_LINE = re.compile(r'\s*-{0,2}([\w-]+)\s*[=:\s]?\s*(?:"((?:[^"\\]|\\.)*)"?.*|(\S*).*)')


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    files = [next((path for path in _files(machine) if exists(machine, path)), "")]
    found = settings(machine, [f for f in files if f], parse)
    notes = []
    if "insecure" in found.said or "k" in found.said:
        notes.append("It says “insecure”: curl checks no certificate at all.")
    if "config" in found.said or "K" in found.said:
        notes.append("It names another settings file, which was not followed.")
    failed = unread_settings(machine, "curl", TITLE, found)
    said, folder = found.get("cacert"), found.get("capath")
    if said:
        return (*failed, named(machine, reader, "curl", TITLE, said, notes=tuple(notes)))
    if folder:
        return (*failed, named(machine, reader, "curl", TITLE, folder, folder=True, notes=tuple(notes)))
    return failed


def _files(machine: Machine) -> Iterable[str]:
    variables, home = machine.environment(), machine.home()
    folders = [variables.get("CURL_HOME"), home]
    if machine.observed.platform == "windows":
        folders.insert(1, variables.get("APPDATA"))
        for folder in filter(None, folders):
            yield from (path_in(machine, folder, ".curlrc"), path_in(machine, folder, "_curlrc"))
        return
    if folders[0]:
        yield path_in(machine, folders[0], ".curlrc")
    if variables.get("XDG_CONFIG_HOME"):
        yield path_in(machine, variables["XDG_CONFIG_HOME"], "curlrc")
    yield path_in(machine, home, ".curlrc")
    yield path_in(machine, home, ".config/curlrc")


def parse(text: str) -> Iterable[tuple[str, str]]:
    """`name = value`, `name: value` or `--name value`, quotes with escapes; `#` begins a comment."""
    for line in text.splitlines():
        if not line.lstrip().startswith("#") and (found := _LINE.match(line)):
            yield found[1], re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]


def adding(store: Store, certificate: Certificate) -> Change:
    return appending(
        store, certificate, "at once: curl reads it anew each time",
        traps=(
            "cacert replaces the system's roots: the file has to hold the public ones too.",
            "Only the curl command reads this file; programs that use libcurl do not.",
            "A service has its own home, and curl -q reads no settings file.",
        ),
        verify=(*counting(store), "curl -v https://HOST/ 2>&1 | grep CAfile"),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
