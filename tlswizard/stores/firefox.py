"""Firefox's own roots, and those that policies install into its profiles.

The roots are inside the program and were not read: the public list stands in for them, and the store
says so. Policies: documentation of Mozilla's policy-templates, "Certificates"; of two policy files on
Linux the one in /etc is right (EnterprisePoliciesParent.sys.mjs). Tried with policy files, not with a
browser; Windows and macOS were not run, and policies in Windows' registry and in a macOS profile are not
read.
"""

import json
from collections.abc import Iterator

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.store import Idle, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.browser_places import (
    FIREFOX_COMMANDS,
    folder_of,
    forward,
    has_any,
    home,
    mozilla_folders,
    unreadable,
)
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.chromium import stand_in
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("firefox-builtin", "firefox-policy")

BUILT_IN = "the public roots that Firefox brings along"
ASSUMED = (
    "Firefox keeps its roots inside the program; the current public list (Mozilla's, from certifi) "
    "stands in for them"
)
POLICY = "the roots that this machine's policies give Firefox"

_LINUX = (
    "/etc/firefox/policies",
    "/usr/lib/firefox/distribution",
    "/usr/lib/firefox-esr/distribution",
    "/usr/lib64/firefox/distribution",
    "/opt/firefox/distribution",
    "/snap/firefox/current/usr/lib/firefox/distribution",
    "/var/lib/flatpak/extension/org.mozilla.firefox.systemconfig/x86_64/stable/policies",
)
_MACOS = ("/Applications/Firefox.app/Contents/Resources/distribution",)

MAX_POLICY = 4 * 1024 * 1024
"""The longest known policy files are lists of extensions and bookmarks, below 1 MB."""

MAX_INSTALL = 200
"""Each is a file that is looked for in three folders: a company has a few."""

MAX_CERTIFICATE = 1024 * 1024

FURTHER = "its file holds several certificates, and Firefox installs one of a file"


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    return (*_built_in(machine, reader), *_policy(machine, reader))


def _built_in(machine: Machine, reader: Reader) -> Iterator[Store]:
    own = tuple(folder for program, folder in mozilla_folders(machine) if program == "Firefox")
    if has_any(machine, FIREFOX_COMMANDS, own):
        yield stand_in(machine, reader, "firefox-builtin", BUILT_IN, ASSUMED)


def _folders(machine: Machine) -> tuple[str, ...]:
    match machine.observed.platform:
        case "windows":
            programs = forward(machine.environment().get("PROGRAMFILES", "C:/Program Files"))
            return (f"{programs}/Mozilla Firefox/distribution",)
        case "macos":
            return _MACOS
    return _LINUX


def _searched(machine: Machine) -> tuple[str, ...]:
    """The folders in which a name without a path is looked for."""
    match machine.observed.platform:
        case "windows":
            return tuple(
                f"{folder_of(machine, variable, rest)}/Mozilla/Certificates"
                for variable, rest in (("LOCALAPPDATA", "AppData/Local"), ("APPDATA", "AppData/Roaming"))
            )
        case "macos":
            rest = "Library/Application Support/Mozilla/Certificates"
            return (f"/{rest}", f"{home(machine)}/{rest}")
    return (
        "/usr/lib/mozilla/certificates",
        "/usr/lib64/mozilla/certificates",
        f"{home(machine)}/.mozilla/certificates",
    )


def _policy(machine: Machine, reader: Reader) -> Iterator[Store]:
    for folder in _folders(machine):
        path = f"{folder}/policies.json"
        try:
            told = json.loads(machine.read(path, MAX_POLICY).decode("utf-8-sig"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield unreadable(machine, "firefox-policy", POLICY, "machine", path, error)
        except (ValueError, RecursionError) as error:
            why = f"it is no JSON: {visible(str(error), 120)}"
            yield unreadable(machine, "firefox-policy", POLICY, "machine", path, why)
        else:
            yield _installed(machine, reader, path, told)
        return


def _installed(machine: Machine, reader: Reader, path: str, told: object) -> Store:
    certificates = _at(_at(told, "policies"), "Certificates")
    anchors: dict[Certificate, None] = {}
    idle: list[Idle] = []
    names: dict[str, str] = {}
    notes: list[str] = []
    install = _at(certificates, "Install")
    listed = [e for e in install if isinstance(e, str)] if isinstance(install, list) else []
    skipped = len(install) - len(listed) if isinstance(install, list) else int(install is not None)
    skipped += max(0, len(listed) - MAX_INSTALL)
    for entry in dict.fromkeys(listed[:MAX_INSTALL]):
        where, found, note = _found(machine, reader, entry)
        if note:
            notes.append(note)
        good = [c for c in found if isinstance(c, Certificate)]
        skipped += len(found) - len(good) + (not found and not note)
        names |= {c.sha256: where for c in good}
        anchors |= dict.fromkeys(good[:1])
        idle += [Idle(c, FURTHER, where) for c in good[1:]]
    if (roots := _at(certificates, "ImportEnterpriseRoots")) is not None:
        notes.append(_about_enterprise_roots(machine, bool(roots)))
    return Store(
        "firefox-policy", POLICY, "machine", machine.real(path), tuple(anchors), skipped=skipped,
        names=tuple(names.items()), idle=tuple(i for i in idle if i.certificate not in anchors),
        notes=tuple(notes),
    )  # fmt: skip


def _at(told: object, key: str) -> object:
    return told.get(key) if isinstance(told, dict) else None


def _found(
    machine: Machine, reader: Reader, entry: str
) -> tuple[str, tuple[Certificate | Malformed, ...], str]:
    """(path, what is in it, a sentence where nothing could be read) of an entry of Install."""
    told = forward(entry)
    whole = told.startswith("/") or told[1:2] == ":"
    for path in (told,) if whole else tuple(f"{folder}/{told}" for folder in _searched(machine)):
        try:
            return path, reader.parsed(machine.read(path, MAX_CERTIFICATE)), ""
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            why = why_unreadable(error) if isinstance(error, OSError) else visible(str(error))
            return path, (), f"{visible(path)}, which a policy names, could not be read: {why}."
    return told, (), f"{visible(entry)}, which a policy names, was not found."


def _about_enterprise_roots(machine: Machine, on: bool) -> str:
    if machine.observed.platform == "linux":
        return "A policy sets ImportEnterpriseRoots, which has no effect on Linux."
    if on:
        return "A policy has Firefox take the roots that were added to the system's stores, too."
    return "A policy keeps Firefox from taking the roots that were added to the system's stores."


def adding(store: Store, certificate: Certificate) -> Change:
    path, own = _policy_file(store), _own(store, certificate)
    stem = file_stem(certificate)
    if own[1:2] == ":":
        commands: tuple[str, ...] = (
            f'copy {stem}.pem "{own}"',
            f'# in "{path}", add "{own}" to policies > Certificates > Install',
        )
    elif store.id == "firefox-policy":
        commands = (f'sudo install -D -m 644 {stem}.pem "{own}"', *_edit(path, own, "+="))
    else:
        text = f'{{"policies": {{"Certificates": {{"Install": ["{own}"]}}}}}}'
        commands = (
            f'sudo install -D -m 644 {stem}.pem "{own}"',
            f"sudo mkdir -p {path.rpartition('/')[0]}",
            f"echo '{text}' | sudo tee {path}",
        )
    traps: tuple[str, ...] = (
        "A root that a policy installed stays in every profile after the policy is gone: certutil -D there.",
        "A policy file that is already there must get the new entry, not be replaced.",
        "Snap and flatpak see only some folders: the certificate has to lie in one of them.",
    )
    if not certificate.names_itself:
        traps += ("What is installed so counts as a root: it is not the way for an intermediate.",)
    return Change(
        commands,
        removing(store, certificate),
        "after Firefox is closed and started again",
        "administrator",
        traps,
        ("# in Firefox: about:policies",),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    path = _policy_file(store)
    own = dict(store.names).get(certificate.sha256) or _own(store, certificate)
    if own[1:2] == ":":
        return (f'# in "{path}", take "{own}" out of policies > Certificates > Install', f'del "{own}"')
    if store.id == "firefox-policy":
        return (*_edit(path, own, "-="), f'sudo rm "{own}"')
    return (f"sudo rm {path}", f'sudo rm "{own}"')


def _edit(path: str, own: str, sign: str) -> tuple[str, ...]:
    return (
        f'jq \'.policies.Certificates.Install {sign} ["{own}"]\' "{path}" > policies.json.new',
        f'sudo install -m 644 policies.json.new "{path}"',
    )


def _policy_file(store: Store) -> str:
    return store.location if store.id == "firefox-policy" else f"{_LINUX[0]}/policies.json"


def _own(store: Store, certificate: Certificate) -> str:
    """Where the certificate is put: a folder that Firefox searches, or one beside the policy."""
    name = f"{file_stem(certificate)}.pem"
    path = _policy_file(store)
    beside = path[1:2] == ":" or path.startswith("/Applications/")
    return f"{path.rpartition('/')[0] if beside else '/usr/lib/mozilla/certificates'}/{name}"
