"""git's own roots: what http.sslCAInfo and http.<url>.sslCAInfo name, instead of the system's.

git-config(1), "Syntax" and http.*: the system's file, then $XDG_CONFIG_HOME's, then the home's; what is said
last counts. Files that they include, a repository's own settings and http.sslCAPath are not looked at.
GIT_SSL_CAINFO is a store of its own here, and wins. Windows was not run.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.configured import (
    Settings,
    appending,
    counting,
    named,
    path_in,
    settings,
    taking_out,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos", "windows")
IDS = ("git:", "git-url:")
"""The second is for one URL alone: a row of the table that names `git:` does not mean it."""
TITLE = "the roots that git's http.sslCAInfo names"

MAX_URLS = 100
"""A person has a handful of servers."""

_HEADER = re.compile(r'\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_SETTING = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"?|([^"#;\\]+|\\.)|([#;].*)', re.DOTALL)


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    found = settings(machine, _files(machine), parse)
    failed = unread_settings(machine, "git", TITLE, found)
    notes = _notes(found)
    said = found.get("http.sslcainfo")
    whole = (named(machine, reader, "git", TITLE, said, notes=notes),) if said else ()
    return (*whole, *failed, *_by_url(machine, reader, found, notes))


def _by_url(machine: Machine, reader: Reader, found: Settings, notes: tuple[str, ...]) -> Iterable[Store]:
    names = [name for name in found.said if name.startswith("http.") and name.endswith(".sslcainfo")]
    for name in [n for n in names if n != "http.sslcainfo"][:MAX_URLS]:
        if said := found.get(name):
            url = visible(name[len("http.") : -len(".sslcainfo")])
            only = f"git reads it for {url} alone."
            title = f"{TITLE} for {url}"
            store = named(
                machine, reader, "git-url", title, said, read_by=f"git, for {url}", notes=(only, *notes)
            )
            yield replace(store, id=f"git-url:{url}")


def _notes(found: Settings) -> tuple[str, ...]:
    notes = []
    verify, backend = found.get("http.sslverify"), found.get("http.sslbackend")
    if verify and verify.value.lower() in ("false", "no", "off", "0"):
        notes.append("http.sslVerify is off: git checks no certificate at all.")
    if backend and backend.value.lower() == "schannel" and not found.get("http.schannelusesslcainfo"):
        notes.append("http.sslBackend is schannel: git reads Windows' stores instead.")
    if any(name.startswith("include") for name in found.said):
        notes.append("git's settings include other files, which were not followed.")
    return tuple(notes)


def _files(machine: Machine) -> Iterable[str]:
    variables = machine.environment()
    windows = machine.observed.platform == "windows"
    if "GIT_CONFIG_NOSYSTEM" not in variables:
        usual = r"C:\Program Files\Git\etc\gitconfig" if windows else "/etc/gitconfig"
        yield variables.get("GIT_CONFIG_SYSTEM") or usual
    if variables.get("GIT_CONFIG_GLOBAL"):
        yield variables["GIT_CONFIG_GLOBAL"]
        return
    settings_home = variables.get("XDG_CONFIG_HOME") or path_in(machine, machine.home(), ".config")
    yield path_in(machine, settings_home, "git/config")
    yield path_in(machine, machine.home(), ".gitconfig")


def parse(text: str) -> Iterable[tuple[str, str]]:
    """("section.subsection.name", value): section and name in lower case, the subsection as it is."""
    section = ""
    for line in text.replace("\\\r\n", "").replace("\\\n", "").splitlines():
        rest = line.strip()
        if header := _HEADER.match(rest):
            sub = re.sub(r"\\(.)", r"\1", header[2]) if header[2] is not None else ""
            section = header[1].lower() + (f".{sub}" if sub else "")
            rest = rest[header.end() :].strip()
        if section and (found := _SETTING.fullmatch(rest)):
            yield f"{section}.{found[1].lower()}", _value(found[2] or "")


def _value(text: str) -> str:
    """Quotes and escapes resolved, the comment left out."""
    parts = []
    for quoted, plain, comment in _PART.findall(text):
        if comment:
            break
        parts.append(re.sub(r"\\(.)", _escape, quoted or plain))
    return "".join(parts).strip()


def _escape(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "b": "\b"}.get(found[1], found[1])


def adding(store: Store, certificate: Certificate) -> Change:
    return appending(
        store, certificate, "at once: git reads it anew each time",
        traps=(
            "http.sslCAInfo replaces the system's roots: the file has to hold the public ones too.",
            "GIT_SSL_CAINFO in the environment wins over it.",
            "A service has its own home and its own ~/.gitconfig.",
        ),
        verify=(*counting(store), "GIT_CURL_VERBOSE=1 git ls-remote URL"),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
