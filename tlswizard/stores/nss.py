"""NSS databases: `cert9.db` of Chromium's shared folder, of Firefox and Thunderbird profiles, of the machine.

Its rows are read without NSS and without a password: certificates and their trust are not encrypted.
It is written by `certutil` alone, for NSS checks a seal over the marks. Chromium documentation,
linux/cert_management.md; Mozilla, "Profile Manager"; certutil(1) of NSS. Tried with the databases of
NSS 3.87; Windows and macOS were not run.
"""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Idle, Scope, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores import cert9
from tlswizard.stores.browser_places import (
    CHROMIUM_COMMANDS,
    forward,
    has_any,
    home,
    is_there,
    mozilla_folders,
    names,
    newer_rows,
    unreadable,
    word,
)
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos", "windows")
IDS = ("nss:",)

LEGACY, CURRENT = ".pki/nssdb", ".local/share/pki/nssdb"
"""Chromium's places, the second since 146; while the folder of the first exists, the second is not read."""

MACHINE = "/etc/pki/nssdb"

MAX_PROFILES = 40
"""Of one program: a person has a handful."""

MAX_INI = 256 * 1024

ABSENT, PASSED_OVER = "absent", "passed-over"

NO_MARK = "it has no trust mark for servers"
NO_AUTHORITY = "it has no trust mark, and is no authority's certificate"
DISTRUSTED = "it is marked as distrusted"
OTHER_USES = "it is trusted for other uses only"
ONE_SERVER = "it is trusted as one server's own certificate only, which browsers pass over"
NOT_READ = f"Chromium does not read this database while the folder ~/{LEGACY} is there"


@dataclass(frozen=True, slots=True)
class _Place:
    folder: str
    title: str
    scope: Scope = "user"
    id: str = ""
    notes: tuple[str, ...] = ()


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    stores: dict[str, Store] = {}
    if machine.observed.platform == "linux":
        for store in _chromium(machine, reader):
            stores.setdefault(store.location, store)
    for place in _mozilla(machine):
        for store in _there(machine, reader, place):
            stores.setdefault(store.location, store)
    return tuple(stores.values())


def _chromium(machine: Machine, reader: Reader) -> Iterator[Store]:
    at = home(machine)
    legacy, current = f"{at}/{LEGACY}", f"{at}/{CURRENT}"
    rules = is_there(machine, legacy)
    used = legacy if rules or not is_there(machine, current) else current
    found = _there(machine, reader, _shared(used))
    if not found and has_any(machine, CHROMIUM_COMMANDS, ()):
        note = "There is no database yet: the commands that add to it make one."
        place = _shared(used)
        found = [Store(_id(place), place.title, "user", f"{used}/cert9.db", flavour=ABSENT, notes=(note,))]
    yield from found
    if used != current:
        yield from (_passed_over(store) for store in _there(machine, reader, _shared(current)))
    apps = [f"{at}/.var/app/{name}" for name in names(machine, f"{at}/.var/app")]
    packed = [f"{app}/{rest}" for app in apps for rest in (LEGACY, "data/pki/nssdb", CURRENT)]
    for folder in (f"{at}/snap/chromium/current/{LEGACY}", *packed):
        yield from _there(machine, reader, _shared(folder))
    note = "Chromium opens the account's database; this one is for programs that open it by its name."
    title = f"this machine's NSS database in {MACHINE}"
    yield from _there(machine, reader, _Place(MACHINE, title, "machine", notes=(note,)))


def _shared(folder: str) -> _Place:
    return _Place(folder, f"the list of your own roots for Chromium and Chrome in {folder}")


def _passed_over(store: Store) -> Store:
    """The same certificates, none of which counts."""
    certificates = dict.fromkeys((*store.anchors, *store.intermediates, *(i.certificate for i in store.idle)))
    known = dict(store.names)
    idle = tuple(Idle(c, NOT_READ, known.get(c.sha256, "")) for c in certificates)
    return replace(
        store, anchors=(), intermediates=(), distrusted=(), idle=idle, flavour=PASSED_OVER,
        notes=(*store.notes, f"{NOT_READ}."),
    )  # fmt: skip


def _mozilla(machine: Machine) -> Iterator[_Place]:
    for program, base in mozilla_folders(machine):
        profiles = _profiles(machine, base)
        for number, folder in enumerate(profiles[:MAX_PROFILES]):
            title = f"the certificates of the {program} profile {visible(folder.rsplit('/', 1)[-1], 80)}"
            lost = len(profiles) - MAX_PROFILES
            notes = (f"{lost} more profiles were not looked at.",) if lost > 0 and not number else ()
            named = program == "Thunderbird" or "firefox" in folder
            yield _Place(folder, title, "program", f"nss:{'' if named else 'firefox:'}{folder}", notes)


def _profiles(machine: Machine, base: str) -> tuple[str, ...]:
    """The folders of the profiles, the one in use first: an installation's own (`installs.ini`, and the
    Install sections of `profiles.ini`), then the old default, then the others."""
    own: list[str] = []
    default: list[str] = []
    others: list[str] = []
    for name, section in (
        *_sections(machine, f"{base}/installs.ini"),
        *_sections(machine, f"{base}/profiles.ini"),
    ):
        if name.startswith("Profile") and (path := section.get("path")):
            absolute = section.get("isrelative") == "0"
            (default if section.get("default") == "1" else others).append(_path(base, path, absolute))
        elif not name.startswith(("Profile", "General")) and (path := section.get("default")):
            own.append(_path(base, path, absolute=False))
    for folder in (base, f"{base}/Profiles"):
        others += [f"{folder}/{name}" for name in names(machine, folder) if name != "Profiles"]
    return tuple(dict.fromkeys(f for f in (*own, *default, *others) if _has_database(machine, f)))


def _has_database(machine: Machine, folder: str) -> bool:
    try:
        return "cert9.db" in machine.names_in(folder)
    except PermissionError:
        return True  # it cannot be told: reading says why
    except (OSError, ValueError):
        return False


def _path(base: str, told: str, absolute: bool) -> str:
    told = forward(told)
    return told if absolute or told.startswith("/") or told[1:2] == ":" else f"{base}/{told}"


def _sections(machine: Machine, path: str) -> list[tuple[str, dict[str, str]]]:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    try:
        parser.read_string(machine.read(path, MAX_INI).decode("utf-8-sig", "replace"))
    except (OSError, ValueError, configparser.Error):
        return []
    return [(name, dict(parser.items(name))) for name in parser.sections()]


def _there(machine: Machine, reader: Reader, place: _Place) -> list[Store]:
    """The store in this place, if there is a database."""
    path = f"{place.folder}/cert9.db"
    try:
        data = machine.read(path, cert9.MAX_DATABASE)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        return [unreadable(machine, _id(place), place.title, place.scope, path, error)]
    try:
        database = cert9.read_cert9(data)
    except cert9.NoDatabase as why:
        return [unreadable(machine, _id(place), place.title, place.scope, path, str(why))]
    notes = (*place.notes, *newer_rows(machine, path, cert9.MAX_DATABASE))
    if database.cut:
        notes += (f"It holds more than {cert9.MAX_ROWS} rows; the others were not read.",)
    sorted_out = _sorted_out(reader, database)
    return [
        replace(
            sorted_out,
            id=_id(place),
            title=place.title,
            scope=place.scope,
            location=machine.real(path),
            notes=notes,
        )
    ]


def _id(place: _Place) -> str:
    return place.id or f"nss:{place.folder}"


def _sorted_out(reader: Reader, database: cert9.Database) -> Store:
    anchors: dict[Certificate, None] = {}
    intermediates: dict[Certificate, None] = {}
    idle: dict[Certificate, Idle] = {}
    known: dict[str, str] = {}
    distrusted = list(database.refused)
    skipped = 0
    for entry in database.entries:
        certificate = reader.der(entry.der)
        if not isinstance(certificate, Certificate):
            skipped += 1
            continue
        nickname = visible(entry.nickname)
        if nickname:
            known.setdefault(certificate.sha256, nickname)
        if entry.mark == cert9.ANCHOR:
            anchors[certificate] = None
            continue
        if entry.mark == cert9.DISTRUSTED:
            distrusted.append(certificate.sha256)
        elif entry.mark in (cert9.NONE, cert9.OTHER) and _may_link(certificate):
            intermediates[certificate] = None
        if why := _why_idle(entry, certificate):
            idle.setdefault(certificate, Idle(certificate, why, nickname))
    return Store(
        "", "", "user", "", tuple(anchors), tuple(intermediates), skipped=skipped,
        names=tuple(known.items()), idle=tuple(idle.values()), distrusted=tuple(dict.fromkeys(distrusted)),
    )  # fmt: skip


def _may_link(certificate: Certificate) -> bool:
    """It can stand between a server and a root: an authority's (before version 3 nobody could say so)."""
    return not certificate.names_itself and (certificate.is_ca or certificate.version < 3)


def _why_idle(entry: cert9.Entry, certificate: Certificate) -> str:
    match entry.mark:
        case cert9.DISTRUSTED:
            return DISTRUSTED
        case cert9.PEER:
            return ONE_SERVER
        case cert9.OTHER:
            return OTHER_USES
    if certificate.is_self_issued:
        return NO_MARK
    return "" if _may_link(certificate) else NO_AUTHORITY


def adding(store: Store, certificate: Certificate) -> Change:
    made = () if store.flavour != ABSENT else (
        f"{_sudo(store)}mkdir -p -m 700 {word(_folder(store))}",
        f"{_certutil(store, '-N')} --empty-password",
    )  # fmt: skip
    name = own_nickname(certificate)
    marks = "C,," if certificate.names_itself else ",,"
    add = f"{_certutil(store, '-A')} -n {word(name)} -t '{marks}' -i {file_stem(certificate)}.pem"
    return _change(store, (*made, add), (_delete(store, name),), name, _TRAPS)


_TRAPS = (
    "A nickname that another subject's certificate already has makes the command fail "
    "(SEC_ERROR_ADDING_CERT): this one is unique.",
)


def own_nickname(certificate: Certificate) -> str:
    return f"tlswizard {certificate.sha256[:12]}"


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    known = "" if store.flavour == PASSED_OVER else dict(store.names).get(certificate.sha256, "")
    return (_delete(store, known or own_nickname(certificate)),)


def marking(store: Store, idle: Idle) -> Change:
    """The mark of a root for servers; the other uses of it are not touched where there are none."""
    if store.flavour == PASSED_OVER or not idle.where:
        return adding(store, idle.certificate)
    mark = f"{_certutil(store, '-M')} -n {word(idle.where)} -t "
    before = "p,p,p" if idle.why == DISTRUSTED else ",,"
    traps: tuple[str, ...] = (
        "The command replaces the marks for mail and code, too: note those that certutil -L shows first.",
    )
    if idle.why == ONE_SERVER or not (idle.certificate.is_ca or idle.certificate.version < 3):
        traps += ("It is no authority's certificate: even as a root, browsers may refuse it.",)
    return _change(store, (f"{mark}'C,,'",), (f"{mark}'{before}'",), idle.where, traps)


def _change(
    store: Store, commands: tuple[str, ...], undo: tuple[str, ...], name: str, traps: tuple[str, ...]
) -> Change:
    program = _program(store)
    return Change(
        commands,
        undo,
        f"after {program} is closed and started again",
        "administrator" if store.scope == "machine" else "account",
        (
            *traps,
            f"Close {program} first: a running one may write over the change.",
            "A database with a password asks for it.",
            _tool(store),
        ),
        (f"{_certutil(store, '-L')} -n {word(name)}",),
    )


def _program(store: Store) -> str:
    if store.scope == "machine":
        return "every program that reads it"
    if store.scope == "user":
        return "the browser"
    return "Thunderbird" if "Thunderbird" in store.title else "Firefox"


def _tool(store: Store) -> str:
    if _folder(store)[1:2] == ":":
        return "Windows' own certutil is another program of the same name: NSS's is meant here."
    return (
        "certutil is in the package libnss3-tools (Debian, Ubuntu), nss-tools (Fedora), mozilla-nss-tools "
        "(SUSE) or nss (Arch, Homebrew)."
    )


def _folder(store: Store) -> str:
    """Where a change is made: what Chromium passes over is changed where it reads."""
    folder = store.location.removesuffix("/cert9.db")
    return f"{folder.removesuffix(CURRENT)}{LEGACY}" if store.flavour == PASSED_OVER else folder


def _certutil(store: Store, verb: str) -> str:
    return f"{_sudo(store)}certutil {verb} -d {word(f'sql:{_folder(store)}')}"


def _delete(store: Store, name: str) -> str:
    return f"{_certutil(store, '-D')} -n {word(name)}"


def _sudo(store: Store) -> str:
    return "sudo " if store.scope == "machine" else ""
