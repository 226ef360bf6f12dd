"""A machine as another account, a running process or a systemd unit sees it: their home, their variables,
their files. Every kind of store reads through it unchanged.

Linux only. A Windows service account has stores of its own (`windows_store`'s `service:<name>` and
`account:<SID>`) and a macOS daemon its launchd plist: neither is read here yet, and nothing of this has been
run there.

Sources: passwd(5); proc(5); systemd.unit(5), systemd.exec(5), systemd.syntax(7) and systemd's env-file.c.
"""

import errno
import os
import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase

from tlswizard.core.case import Observed
from tlswizard.core.edit import Edit
from tlswizard.core.text import listed, visible
from tlswizard.core.trouble import Trouble
from tlswizard.machine.door import Connection, Machine, WindowsEntry
from tlswizard.machine.this import OPENSSL_FOLDERS

MAX_PASSWD = 8 * 1024 * 1024
"""/etc/passwd of a site with 100,000 accounts."""
MAX_ENVIRON = 8 * 1024 * 1024
"""execve(2): arguments and environment are together at most 6 MB, three quarters of the 8 MB stack limit."""
MAX_STATUS = 64 * 1024
"""/proc/<pid>/status has about 1.5 KB; its Groups line may name 65,536 groups, after the Uid line."""
MAX_UNIT = 1024 * 1024
"""systemd's own limit for one line of a unit file; the files of distributions have a few KB."""
MAX_DROP_INS = 256
"""A unit has a handful; every one of them is read."""
MAX_VARIABLES = 10_000
"""A shell has about 50; more than this is an attack on whoever reads them."""
MAX_LINKS = 40
"""path_resolution(7): the kernel follows at most 40 links."""
MAX_NAMES = 5_000
"""names among which a mistyped one is looked for: difflib takes 10 µs each"""

LOGIN_PATH = "/usr/local/bin:/usr/bin:/bin"
UNIT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""systemd.exec(5), $PATH"""
NO_HOME = "/nonexistent"
"""Debian's home of accounts that have none: nothing is there."""

UNIT_FOLDERS = (
    "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
    "/run/systemd/generator.early", "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    "/run/systemd/generator.late",
)  # fmt: skip
"""systemd.unit(5), table 1: the first that has the file wins."""

Link = Callable[[str], str]
"""Where one link leads, itself not followed further. Raises OSError, also for what is no link."""


class CannotSee(Trouble):
    """This account, process or unit cannot be looked at; one sentence why and what to do."""


# --- the machine they see ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SeenAs:
    """A Machine that answers as `who` sees the wrapped one. Programs, names and connections are its own.

    Paths are the ones that `who` uses. Under another root (`root` not empty) links are followed inside it,
    one by one: the kernel would take an absolute link in /proc/<pid>/root to *this* process's root.
    """

    machine: Machine
    who: str
    """`svc_web (process 1234)`"""
    account: str
    where_home: str
    variables: Mapping[str, str]
    notes: tuple[str, ...] = ()
    """what could not be known, a sentence each"""
    root: str = ""
    """what stands before every path: `/proc/1234/root`"""
    folder: str = "/"
    """where relative paths begin"""
    link: Link = os.readlink

    @property
    def observed(self) -> Observed:
        return replace(self.machine.observed, account=self.who)

    def now(self) -> datetime:
        return self.machine.now()

    def environment(self) -> Mapping[str, str]:
        return self.variables

    def home(self) -> str:
        return self.where_home

    def read(self, path: str, limit: int) -> bytes:
        return self.machine.read(self._outside(path), limit)

    def names_in(self, folder: str) -> tuple[str, ...]:
        return self.machine.names_in(self._outside(folder))

    def real(self, path: str) -> str:
        whole = posixpath.join(self.folder, path)
        if not self.root:
            return self.machine.real(whole)
        try:
            return _followed(self.root, whole, self.link)
        except OSError:
            return path

    def modified(self, path: str) -> datetime | None:
        try:
            return self.machine.modified(self._outside(path))
        except OSError:
            return None

    def excerpt(self, path: str, start: bytes, limit: int) -> bytes:
        return self.machine.excerpt(self._outside(path), start, limit)

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        return self.machine.output(command, limit)

    def windows_store(self, location: str, name: str) -> tuple[WindowsEntry, ...]:
        return self.machine.windows_store(location, name)

    def registry(self, key: str, value: str) -> int | str | bytes | None:
        return self.machine.registry(key, value)

    def has(self, sign: str) -> bool:
        return self.machine.has(sign)

    def certifi(self) -> str | None:
        """That of the environment that VIRTUAL_ENV names; without one that of the wrapped machine, if its
        files can be seen: it is today's list of public roots, whoever looks."""
        if environment := self.variables.get("VIRTUAL_ENV"):
            return self._certifi_in(environment)
        return None if self.root else self.machine.certifi()

    def openssl_paths(self) -> tuple[str, str]:
        """Under another root those of the distribution that is there."""
        for folder in OPENSSL_FOLDERS if self.root else ():
            try:
                self.names_in(f"{folder}/certs")
            except OSError:
                continue
            return f"{folder}/cert.pem", f"{folder}/certs"
        return self.machine.openssl_paths()

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        return await self.machine.addresses(host, port)

    async def connect(self, address: str, port: int) -> Connection:
        return await self.machine.connect(address, port)

    async def apply(self, edit: Edit) -> None:
        await self.machine.apply(edit)

    def _outside(self, path: str) -> str:
        """The path by which the wrapped machine reads what `who` calls `path`. Raises OSError."""
        whole = posixpath.join(self.folder, path)
        return self.root + _followed(self.root, whole, self.link) if self.root else whole

    def _certifi_in(self, environment: str) -> str | None:
        lib = f"{environment}/lib"
        try:
            pythons = [name for name in self.names_in(lib) if name.startswith("python")]
        except OSError:
            return None
        for python in pythons:
            folder = f"{lib}/{python}/site-packages/certifi"
            try:
                if "cacert.pem" in self.names_in(folder):
                    return f"{folder}/cacert.pem"
            except OSError:
                continue
        return None


def _followed(root: str, path: str, link: Link) -> str:
    """`path` with its links followed as by a process whose root is `root`. Raises OSError (ELOOP)."""
    ahead, done, links = path.split("/")[::-1], "", 0
    while ahead:
        part = ahead.pop()
        if part in ("", "."):
            continue
        if part == "..":
            done = done.rpartition("/")[0]
            continue
        try:
            target = link(f"{root}{done}/{part}")
        except OSError:  # no link, not there, or not to be seen: whoever reads it is told which
            done = f"{done}/{part}"
            continue
        links += 1
        if links > MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        done = "" if target.startswith("/") else done
        ahead += target.split("/")[::-1]
    return done or "/"


# --- an account --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """A line of /etc/passwd."""

    name: str
    uid: int
    home: str


def as_account(machine: Machine, name: str) -> SeenAs:
    """As this account sees it, by its name or number. Raises CannotSee."""
    _only_linux(machine)
    command = f"sudo tlswizard stores --as {shlex.quote(name)}"
    accounts = _accounts(machine, command)
    found = _named(accounts, name)
    if found is None:
        meant = _meant(name, [a.name for a in accounts])
        raise CannotSee(f"there is no account “{visible(name, 40)}” in /etc/passwd{meant}")
    variables = {"HOME": found.home, "USER": found.name, "PATH": LOGIN_PATH}
    notes = (
        "variables that a login of this account sets (/etc/environment, its shell profile) are not known",
        *_rights(machine, found.name),
    )
    shown = visible(found.name, 40)
    return SeenAs(machine, shown, found.name, found.home, variables, notes, folder=found.home)


def _accounts(machine: Machine, command: str) -> list[Account]:
    """Raises CannotSee."""
    try:
        data = machine.read("/etc/passwd", MAX_PASSWD)
    except OSError as error:
        raise _cannot(machine, "/etc/passwd", error, command) from None
    return list(_passwd(data))


def _passwd(data: bytes) -> Iterator[Account]:
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        fields = line.split(":")
        if len(fields) == 7 and fields[0] and re.fullmatch(r"[0-9]{1,10}", fields[2]):
            yield Account(fields[0], int(fields[2]), fields[5] or "/")


def _named(accounts: list[Account], name: str) -> Account | None:
    """By name, else by number: the first line counts, as for getpwnam(3)."""
    found = next((a for a in accounts if a.name == name), None)
    if found is None and re.fullmatch(r"[0-9]{1,10}", name):
        found = next((a for a in accounts if a.uid == int(name)), None)
    return found


def _rights(machine: Machine, account: str) -> tuple[str, ...]:
    mine = machine.observed.account
    return (
        ()
        if mine == account
        else (f"files are read with the rights of {mine}, not of {visible(account, 40)}",)
    )


# --- a process ---------------------------------------------------------------------------------------


def as_process(machine: Machine, pid: int, link: Link = os.readlink) -> SeenAs:
    """As a running process sees it: its account, the variables it was started with, its own root.

    `link` reads the links under another root; `Machine.real` would follow them under this one's.
    Raises CannotSee.
    """
    _only_linux(machine)
    command = f"sudo tlswizard stores --pid {pid}"
    proc = f"/proc/{pid}"
    try:
        uid = _uid(machine.read(f"{proc}/status", MAX_STATUS))
        variables, strange = _variables(machine.read(f"{proc}/environ", MAX_ENVIRON))
    except (FileNotFoundError, ProcessLookupError):
        raise CannotSee(f"there is no process {pid}, or no longer: ps -e lists those that run") from None
    except OSError as error:
        raise _cannot(machine, f"the environment of process {pid}", error, command) from None
    root, doubt = _root_of(machine, proc)
    bare = SeenAs(machine, "", "", "/", variables, root=root, link=link)
    account, unknown = _owner(bare, _inside(machine, proc, uid) if root else uid)
    notes = (
        "variables that the process changed after its start are not known",
        *strange, *doubt, *unknown, *_rights(machine, account.name),
    )  # fmt: skip
    if not variables:
        notes += ("its environment is empty: it has none, or it is ending",)
    return replace(
        bare,
        who=f"{visible(account.name, 40)} (process {pid})",
        account=account.name,
        where_home=variables.get("HOME") or account.home,
        notes=notes,
        folder=_folder_of(machine, proc, root),
    )


def _uid(status: bytes) -> int | None:
    """The effective one, which decides about rights: `Uid: real effective saved filesystem`."""
    found = re.search(rb"^Uid:\s*[0-9]+\s+([0-9]{1,10})\b", status, re.MULTILINE)
    return int(found[1]) if found else None


def _inside(machine: Machine, proc: str, uid: int | None) -> int | None:
    """The number by which its own user namespace knows the account (user_namespaces(7), uid_map)."""
    try:
        rows = machine.read(f"{proc}/uid_map", MAX_STATUS).split(b"\n")
    except OSError:
        return uid
    for row in rows:
        found = re.fullmatch(rb"\s*([0-9]{1,10})\s+([0-9]{1,10})\s+([0-9]{1,10})\s*", row)
        if found and uid is not None and 0 <= uid - int(found[2]) < int(found[3]):
            return int(found[1]) + uid - int(found[2])
    return uid


def _owner(seen: SeenAs, uid: int | None) -> tuple[Account, tuple[str, ...]]:
    """By the accounts of its own root: the process asks those."""
    if uid is None:
        return Account("an unknown account", -1, NO_HOME), ("its account is not known",)
    try:
        accounts = list(_passwd(seen.read("/etc/passwd", MAX_PASSWD)))
    except OSError:
        accounts = []
    found = next((a for a in accounts if a.uid == uid), None)
    if found is not None:
        return found, ()
    return Account(f"user {uid}", uid, NO_HOME), (f"user {uid} has no name in its /etc/passwd",)


def _variables(data: bytes) -> tuple[dict[str, str], tuple[str, ...]]:
    """NUL-separated `NAME=value`; of two with one name the first counts, as for getenv(3)."""
    found: dict[str, str] = {}
    strange = 0
    for entry in data.split(b"\0"):
        if not entry:
            continue
        name, equals, value = entry.partition(b"=")
        if not name or not equals:
            strange += 1
            continue
        if len(found) >= MAX_VARIABLES:
            return found, (f"only the first {MAX_VARIABLES} variables were looked at",)
        found.setdefault(_text(name), _text(value))
    return found, (f"{strange} entries of its environment are no variables",) if strange else ()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")  # as os.environ has it


def _root_of(machine: Machine, proc: str) -> tuple[str, tuple[str, ...]]:
    """What stands before its paths, and what is not known of it.

    A container's root is often shown as `/` too (it is the root of another mount namespace), so the
    namespaces are compared as well.
    """
    root = machine.real(f"{proc}/root")
    if root == f"{proc}/root":
        return "", ("which root it has is not known: the files of this computer are shown",)
    if root == machine.real("/proc/self/root") and _namespace(machine, proc) == _namespace(
        machine, "/proc/self"
    ):
        return "", ()
    return f"{proc}/root", (
        f"it has files of its own, and paths are as it sees them: outside, {proc}/root stands before them",
        "which programs are installed was looked up on this computer, not among its own files",
    )


def _namespace(machine: Machine, proc: str) -> str:
    return posixpath.basename(machine.real(f"{proc}/ns/mnt"))


def _folder_of(machine: Machine, proc: str, root: str) -> str:
    """Its working directory, as it calls it; `/` where that is not known."""
    folder = machine.real(f"{proc}/cwd")
    if not folder.startswith("/") or folder == f"{proc}/cwd":
        return "/"
    above = machine.real(root) if root else "/"
    if above != "/" and (folder + "/").startswith(above + "/"):
        return folder[len(above) :] or "/"
    return folder


# --- a systemd unit ----------------------------------------------------------------------------------

Settings = dict[str, list[str]]
"""The values of each setting of [Service], in their order; those before an empty one are gone."""

ELSEWHERE = (
    "RootImage", "BindPaths", "BindReadOnlyPaths", "TemporaryFileSystem", "ProtectHome", "InaccessiblePaths",
)  # fmt: skip
"""Settings that give a unit other files than the computer's, and are not followed."""
LISTS = (
    "Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment", "BindPaths", "BindReadOnlyPaths",
    "TemporaryFileSystem", "InaccessiblePaths",
)  # fmt: skip
"""Settings that add up; of the others the last counts."""


def as_unit(machine: Machine, unit: str, link: Link = os.readlink) -> SeenAs:
    """As a systemd system service sees it when it is started next, by its unit files. Raises CannotSee.

    `link`: see `as_process`.
    """
    _only_linux(machine)
    name = _unit_name(unit)
    command = f"sudo tlswizard stores --unit {shlex.quote(name)}"
    found, settings, notes = _read_unit(machine, name, command)
    specifiers = _specifiers(found)
    account, own, doubt = _unit_account(machine, settings, specifiers, command)
    given, wrong = _given(machine, settings, specifiers, command)
    variables = own | given
    for word in [w for line in settings.get("UnsetEnvironment", []) for w in _words(line)[0]]:
        variable, _, value = _expanded(word, specifiers).partition("=")
        if variables.get(variable) is not None and value in ("", variables[variable]):
            del variables[variable]
    root = _expanded(_last(settings, "RootDirectory"), specifiers).rstrip("/")
    home = variables.get("HOME") or account.home
    folder = _expanded(_last(settings, "WorkingDirectory").removeprefix("-"), specifiers)
    return SeenAs(
        machine,
        f"{visible(account.name, 40)} (unit {visible(found, 80)})",
        account.name,
        home,
        dict(list(variables.items())[:MAX_VARIABLES]),
        (*notes, *_unit_doubts(settings), *doubt, *wrong, *_rights(machine, account.name)),
        root if root.startswith("/") else "",
        home if folder == "~" else folder if folder.startswith("/") else "/",
        link,
    )


def _unit_name(unit: str) -> str:
    if "/" in unit or not unit or "\0" in unit:
        raise CannotSee(f"“{visible(unit, 40)}” is no name of a unit, as systemctl has it: web.service")
    if re.search(r"\.(socket|timer|target|mount|automount|swap|path|slice|scope|device)$", unit):
        raise CannotSee(f"{visible(unit, 80)} is no service: name the service that it starts")
    name = unit if unit.endswith(".service") else f"{unit}.service"
    if name.endswith("@.service"):
        raise CannotSee(f"{visible(name, 80)} is a template: name an instance, {visible(name[:-8], 80)}NAME")
    return name


def _template(name: str) -> str | None:
    """`web@.service` of `web@blue.service`."""
    prefix, at, _ = name.removesuffix(".service").partition("@")
    return f"{prefix}@.service" if at else None


def _read_unit(machine: Machine, name: str, command: str) -> tuple[str, Settings, tuple[str, ...]]:
    """The unit's own name (another one for an alias), its merged settings, and what to know of them."""
    there = {folder: _names_in(machine, folder) for folder in UNIT_FOLDERS}
    path = next(
        (
            f"{folder}/{candidate}"
            for candidate in (name, _template(name))
            if candidate
            for folder in UNIT_FOLDERS
            if candidate in there[folder]
        ),
        None,
    )
    if path is None:
        known = sorted({n for names in there.values() for n in names if n.endswith(".service")})
        raise CannotSee(f"there is no unit {visible(name, 80)}{_meant(name, known)}")
    real = machine.real(path)
    if real == "/dev/null":
        raise CannotSee(f"{visible(name, 80)} is masked: systemd never starts it (systemctl unmask)")
    target = posixpath.basename(real)
    alias = target.endswith(".service") and target not in (posixpath.basename(path), _template(name))
    own = target if alias and not target.endswith("@.service") else name
    if alias and target.endswith("@.service"):  # an alias of a template keeps the instance
        own = target[: -len(".service")] + _instance(name) + ".service"
    drop_ins, more = _drop_ins(machine, (own, name, *_other_names(machine, own, there)), there)
    settings: Settings = {}
    for file in (path, *drop_ins):
        try:
            text = _text(machine.read(file, MAX_UNIT))
        except OSError as error:
            raise _cannot(machine, visible(file), error, command) from None
        _merge(settings, text)
    return own, settings, more


def _names_in(machine: Machine, folder: str) -> frozenset[str]:
    try:
        return frozenset(machine.names_in(folder))
    except OSError:
        return frozenset()


def _drop_in_folders(name: str) -> list[str]:
    """The most specific first, in the order that systemd 252 was measured to have: `a-b@x.service.d`,
    `a-b@.service.d`, `a-.service.d`, `a-@x.service.d`, `a-@.service.d`."""
    prefix, at, instance = name.removesuffix(".service").partition("@")
    parts = prefix.split("-")
    shorter = ["-".join(parts[:n]) + "-" for n in range(len(parts) - 1, 0, -1)]
    names = [name, f"{prefix}@.service"] if at else [name]
    names += [f"{short}.service" for short in shorter]
    if at:
        names += [f"{short}@{end}.service" for short in shorter for end in (instance, "")]
    return [f"{n}.d" for n in names]


def _other_names(machine: Machine, own: str, there: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Names that are links to the unit and have drop-ins: those count for it too."""
    with_drop_ins = {
        n.removesuffix(".d") for names in there.values() for n in names if n.endswith(".service.d")
    }
    for folder, names in there.items():
        for name in sorted(names & with_drop_ins):
            if posixpath.basename(machine.real(f"{folder}/{name}")) == own:
                yield name


def _drop_ins(
    machine: Machine, names: tuple[str, ...], there: Mapping[str, frozenset[str]]
) -> tuple[list[str], tuple[str, ...]]:
    """In the order of their file names; of two with one name that of the more specific folder counts."""
    found: dict[str, str] = {}
    below = dict.fromkeys(d for name in names for d in _drop_in_folders(name))
    for drop_in in (*below, "service.d"):
        for folder in UNIT_FOLDERS:
            if drop_in not in there[folder]:
                continue
            for file in sorted(_names_in(machine, f"{folder}/{drop_in}")):
                if file.endswith(".conf") and not file.startswith("."):
                    found.setdefault(file, f"{folder}/{drop_in}/{file}")
    paths = [found[file] for file in sorted(found)]
    paths = [path for path in paths[:MAX_DROP_INS] if machine.real(path) != "/dev/null"]
    more = len(found) - MAX_DROP_INS
    return paths, (f"{more} of its drop-in files were not looked at",) if more > 0 else ()


def _merge(settings: Settings, text: str) -> None:
    section = ""
    for line in _logical_lines(text):
        if line.startswith("["):
            section = line
            continue
        key, equals, value = line.partition("=")
        if section != "[Service]" or not equals:
            continue
        key, value = key.strip(), value.strip()
        if value and key in LISTS:
            settings.setdefault(key, []).append(value)
        else:
            settings[key] = [value] if value else []


def _logical_lines(text: str) -> Iterator[str]:
    """Comments left out, also between lines that a backslash joins (systemd.syntax(7))."""
    parts: list[str] = []
    for line in text.removeprefix("\ufeff").split("\n"):
        stripped = line.strip()
        if stripped.startswith(("#", ";")):
            continue
        kept = line.rstrip("\r")
        if (len(kept) - len(kept.rstrip("\\"))) % 2:
            parts.append(kept[:-1])
            continue
        whole = " ".join((*parts, kept)).strip()
        parts = []
        if whole:
            yield whole
    if whole := " ".join(parts).strip():
        yield whole


def _last(settings: Settings, key: str) -> str:
    values = settings.get(key)
    return values[-1] if values else ""


def _yes(value: str) -> bool:
    return value.lower() in ("1", "yes", "y", "true", "t", "on")


def _unit_account(
    machine: Machine, settings: Settings, specifiers: Mapping[str, str], command: str
) -> tuple[Account, dict[str, str], tuple[str, ...]]:
    """Whose process it is, the variables that systemd gives it for that, and what is not known."""
    named = _expanded(_last(settings, "User"), specifiers)
    own = {"PATH": UNIT_PATH}
    if _yes(_last(settings, "DynamicUser")):
        name = named or specifiers["p"]
        return Account(name, -1, "/"), own | {"LOGNAME": name, "USER": name}, (
            "its account is made when it starts and has no home",
        )  # fmt: skip
    found = _named(_accounts(machine, command), named or "root")
    if not named and not _yes(_last(settings, "SetLoginEnvironment")):
        return found or Account("root", 0, "/root"), own, (
            "without User= systemd sets no HOME: what looks only there finds nothing of root's home",
        )  # fmt: skip
    if found is None:
        named = named or "root"
        return Account(named, -1, NO_HOME), own | {"LOGNAME": named, "USER": named}, (
            f"{visible(named, 40)} is not in /etc/passwd, so its home is not known: getent passwd"
            f" {shlex.quote(visible(named, 40))} shows it",
        )  # fmt: skip
    home = {} if found.home == "/" else {"HOME": found.home}  # systemd's get_user_creds leaves that one out
    return found, own | home | {"LOGNAME": found.name, "USER": found.name}, ()


def _unit_doubts(settings: Settings) -> Iterator[str]:
    yield "variables that the service manager adds (systemctl show-environment) are not known"
    if passed := settings.get("PassEnvironment"):
        names = [visible(n, 40) for n in " ".join(passed).split()]
        yield f"PassEnvironment= takes {listed(names)} from the service manager, whose values are not known"
    if _last(settings, "PAMName"):
        yield "variables that PAM sets are not known (PAMName=)"
    for key in ELSEWHERE:
        if (value := _last(settings, key)) and value.lower() not in ("no", "false", "0", "off"):
            yield f"{key}= gives it other files than are read here: while it runs, look with --pid"


def _given(
    machine: Machine, settings: Settings, specifiers: Mapping[str, str], command: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Environment=, then EnvironmentFile= over it, whatever their order (systemd.exec(5))."""
    found: dict[str, str] = {}
    notes: list[str] = []
    for line in settings.get("Environment", []):
        words, whole = _words(line)
        if not whole:
            notes.append(f"systemd leaves out what follows a fault in Environment={visible(line, 60)}")
        found |= _valid(_expanded(word, specifiers).partition("=")[::2] for word in words if "=" in word)
    for value in settings.get("EnvironmentFile", []):
        may_miss = value.startswith("-")
        path = _expanded(value.removeprefix("-"), specifiers)
        for file in _matching(machine, path):
            try:
                text = _text(machine.read(file, MAX_UNIT))
            except FileNotFoundError:
                if not may_miss:
                    notes.append(f"{visible(file)} is not there: the unit will not start (EnvironmentFile=)")
                continue
            except OSError as error:
                raise _cannot(machine, visible(file), error, command) from None
            found |= _valid(_file_variables(text))
    return found, tuple(dict.fromkeys(notes))[:10]


def _valid(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    return {n: v for n, v in pairs if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", n) and "\0" not in v}


def _matching(machine: Machine, path: str) -> list[str]:
    """EnvironmentFile= takes wildcards; here in the file's name."""
    folder, _, pattern = path.rpartition("/")
    if not re.search(r"[*?\[]", pattern):
        return [path]
    names = [n for n in sorted(_names_in(machine, folder or "/")) if fnmatchcase(n, pattern)]
    return [f"{folder}/{n}" for n in names if not n.startswith(".")] or [path]


def _specifiers(name: str) -> dict[str, str]:
    """For a unit of the system manager: %u and %h are the *manager's*, root's, whatever User= says.

    Those that are not here (the machine's id, the kernel's version …) stay as they are written.
    """
    plain = name.removesuffix(".service")
    instance = _instance(name)
    prefix = plain.partition("@")[0]
    return {
        "n": name, "N": plain, "p": prefix, "i": instance, "P": _unescaped(prefix), "I": _unescaped(instance),
        "j": prefix.rpartition("-")[2], "u": "root", "U": "0", "g": "root", "G": "0", "h": "/root", "%": "%",
        "t": "/run", "S": "/var/lib", "C": "/var/cache", "L": "/var/log", "E": "/etc",
    }  # fmt: skip


def _instance(name: str) -> str:
    return name.removesuffix(".service").partition("@")[2]


def _unescaped(text: str) -> str:
    """systemd-escape(1): `-` is `/`, and `\\xHH` a byte."""
    slashed = text.replace("-", "/")
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: _text(bytes.fromhex(m[1])), slashed)


def _expanded(text: str, specifiers: Mapping[str, str]) -> str:
    return re.sub(r"%(.)", lambda m: specifiers.get(m[1], m[0]), text)


_WORD_PART = re.compile(
    r"""'((?:[^'\\]|\\.)*)' | "((?:[^"\\]|\\.)*)" | ((?:[^\s'"\\]|\\.)+)""", re.VERBOSE | re.DOTALL
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " ", "\\": "\\",
    '"': '"', "'": "'",
}  # fmt: skip


def _words(line: str) -> tuple[list[str], bool]:
    """The words of a line, without quotes (systemd.syntax(7), Quoting); False: cut short by a fault."""
    found: list[str] = []
    word: list[str] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            found += ["".join(word)] if word else []
            word = []
            at += 1
            continue
        part = _WORD_PART.match(line, at)
        try:
            word.append(_unquoted(part) if part else "")
        except (ValueError, OverflowError):
            part = None
        if part is None:
            return found, False
        at = part.end()
    return found + (["".join(word)] if word else []), True


def _unquoted(part: re.Match[str]) -> str:
    """Raises ValueError for an escape that there is not."""
    return _ESCAPE.sub(lambda m: _escaped(m[1]), next(g for g in part.groups() if g is not None))


def _escaped(code: str) -> str:
    if code in _ESCAPED:
        return _ESCAPED[code]
    if len(code) == 1:
        raise ValueError(code)
    number = int(code[1:], 16) if code[0] in "xuU" else int(code, 8)
    return _text(bytes([number])) if code[0] not in "uU" else chr(number)


_ENTRY = re.compile(r"\s*(?:[#;][^\n]*|([^=\n]*)(=)?)")
_VALUE_PART = re.compile(
    r"""[ \t\r]*(?: '([^']*)'? | "([^"\\]*(?:\\.?[^"\\]*)*)"?
    | ((?:[^ \t\r\n\\'"]|\\.?)[^\n\\]*(?:\\.?[^\n\\]*)*) )""",
    re.VERBOSE | re.DOTALL,
)


def _file_variables(text: str) -> Iterator[tuple[str, str]]:
    """The assignments of an EnvironmentFile (systemd.exec(5)): what starts with a quote may span lines."""
    at = 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None or entry.end() == at:
            at += 1
            continue
        at = entry.end()
        if not entry[2]:
            continue
        parts = []
        while part := _VALUE_PART.match(text, at):
            at = part.end()
            parts.append(_part_value(part))
        yield entry[1].strip(), "".join(parts)


def _part_value(part: re.Match[str]) -> str:
    single, double, plain = part.groups()
    if single is not None:
        return str(single)
    if double is not None:
        return re.sub(r'\\(?:([\\"`$])|\n)', lambda m: m[1] or "", double)
    bare = plain.rstrip(" \t\r\n")
    if len(bare) < len(plain) and (len(bare) - len(bare.rstrip("\\"))) % 2:
        bare = plain[: len(bare) + 1]  # the space is an escaped one
    return re.sub(r"\\(\n|.|$)", lambda m: "" if m[1] == "\n" else m[1], bare)


# --- sentences ---------------------------------------------------------------------------------------


def _only_linux(machine: Machine) -> None:
    """Raises CannotSee."""
    if machine.observed.platform != "linux":
        raise CannotSee(
            "looking as another account, process or unit is possible on Linux only, so far: "
            "run tlswizard as that account instead"
        )


def _cannot(machine: Machine, what: str, error: OSError, command: str) -> CannotSee:
    if not isinstance(error, PermissionError):
        return CannotSee(f"{what} cannot be read: {visible(error.strerror or str(error))}")
    if machine.observed.account == "root":
        return CannotSee(f"{what} may not be read here, not even by root")
    return CannotSee(f"{what} may not be read by this account: run {command}")


def _meant(word: str, known: list[str]) -> str:
    near = get_close_matches(word[:100], known[:MAX_NAMES], 1)
    return f": did you mean {visible(near[0], 80)}?" if near else ""
