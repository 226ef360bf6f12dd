"""A setting of a program names a file or a folder of roots: from the settings to the store.

Settings are text of anybody: each file is read up to a limit, in whatever encoding, and no file that it
includes is followed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Scope, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores import linux_system
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.linux_directory import read_folder
from tlswizard.stores.reading import Reader, why_unreadable

MAX_SETTINGS = 256 * 1024
"""The largest that ships with a program, php.ini, is 75 KB."""

ABSENT = (FileNotFoundError, NotADirectoryError)

_SHARED = re.compile(r"/(etc|usr|opt|var|srv|Library)/|[A-Za-z]:[\\/]Program", re.IGNORECASE)
_ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Said:
    value: str
    file: str
    """the settings file that says it"""


@dataclass(frozen=True, slots=True)
class Settings:
    said: Mapping[str, Said]
    failed: tuple[tuple[str, OSError], ...] = ()
    """settings files that are there and could not be read"""

    def get(self, name: str) -> Said | None:
        """What is said last; None for nothing, or an empty value."""
        found = self.said.get(name)
        return found if found and found.value else None


Parse = Callable[[str], Iterable[tuple[str, str]]]


def settings(machine: Machine, files: Iterable[str], parse: Parse) -> Settings:
    """Of several settings files, the later over the earlier."""
    said: dict[str, Said] = {}
    failed: list[tuple[str, OSError]] = []
    for file in dict.fromkeys(files):
        try:
            text = text_of(machine, file)
        except ABSENT:
            continue
        except OSError as error:
            failed.append((file, error))
            continue
        said |= {name: Said(value, file) for name, value in parse(text)}
    return Settings(said, tuple(failed))


def text_of(machine: Machine, path: str) -> str:
    """A settings file, with what is no UTF-8 replaced. Raises OSError."""
    if "\0" in path:
        raise OSError("its name is none that a file can have")
    return machine.read(path, MAX_SETTINGS).decode("utf-8-sig", "replace")


def exists(machine: Machine, path: str) -> bool:
    try:
        text_of(machine, path)
    except ABSENT:
        return False
    except OSError:
        pass
    return True


def path_in(machine: Machine, folder: str, *parts: str) -> str:
    separator = "\\" if machine.observed.platform == "windows" else "/"
    return separator.join((folder.rstrip("/\\"), *(p.replace("/", separator) for p in parts)))


def expanded(machine: Machine, value: str) -> str:
    """`~/` is the account's home, as most programs have it."""
    return path_in(machine, machine.home(), value[2:]) if value.startswith(("~/", "~\\")) else value


def scope_of(machine: Machine, file: str) -> Scope:
    home = machine.home().rstrip("/\\")
    return "user" if home and file.startswith((f"{home}/", f"{home}\\")) else "program"


def unread(machine: Machine, id_: str, title: str, file: str, error: OSError, **more: str) -> Store:
    """A store whose settings, or whose file, cannot be read."""
    return Store(
        id_, title, scope_of(machine, file), visible(file), unreadable=why_unreadable(error),
        privileged=more_privilege(machine, error), read_by=more.get("read_by", ""),
    )  # fmt: skip


def more_privilege(machine: Machine, error: OSError) -> str:
    if not isinstance(error, PermissionError):
        return ""
    windows = machine.observed.platform == "windows"
    return "tlswizard stores, in an administrator's terminal" if windows else "sudo tlswizard stores"


def unread_settings(
    machine: Machine, kind: str, title: str, found: Settings, read_by: str = ""
) -> tuple[Store, ...]:
    """One store for each settings file that might name roots and could not be read."""
    return tuple(
        unread(machine, f"{kind}:{visible(file)}", f"{title} (its settings)", file, error, read_by=read_by)
        for file, error in found.failed
    )


def named(
    machine: Machine, reader: Reader, kind: str, title: str, said: Said,
    *, folder: bool = False, read_by: str = "", notes: tuple[str, ...] = (),
) -> Store:  # fmt: skip
    """The store in the file (or hashed folder) that a setting names.

    A file that is not there is an empty store with a note; what a relative path means depends on the folder
    that the program is started in, so its content stays unknown.
    """
    path = expanded(machine, said.value)
    store = Store(
        f"{kind}:{visible(path)}", title, scope_of(machine, said.file), visible(path),
        read_by=read_by, notes=(f"{visible(said.file)} names it.", *notes),
    )  # fmt: skip
    if "\0" in path or not _ABSOLUTE.match(path):
        reason = f"“{visible(path)}” is no full path: it depends on the folder that the program starts in"
        return replace(store, unreadable=reason)
    store = replace(store, location=visible(machine.real(path)), flavour=_flavour(machine, path))
    if folder:
        held = read_folder(machine, reader, store.id, path)
        return replace(store, anchors=held.anchors, skipped=held.skipped, unreadable=held.unreadable)
    return in_file(machine, reader, store, path)


def in_file(machine: Machine, reader: Reader, store: Store, path: str) -> Store:
    """`store` with what stands in the file at `path`."""
    try:
        anchors, skipped = reader.file(path)
    except ABSENT:
        note = f"The file {visible(path)} is not there: nothing is trusted through it."
        return replace(store, notes=(*store.notes, note))
    except OSError as error:
        return replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error))
    return replace(store, anchors=anchors, skipped=skipped)


def _flavour(machine: Machine, path: str) -> str:
    """`windows`; or the family of this Linux, where the file is the system's own bundle."""
    platform = machine.observed.platform
    if platform == "windows":
        return "windows"
    if platform == "linux" and machine.real(path) in {machine.real(b) for b in linux_system.BUNDLES}:
        return linux_system.flavour_of(machine)
    return ""


def is_system_bundle(store: Store) -> bool:
    """Generated from other files: what is written into it is lost with the next update."""
    return store.flavour in dict(linux_system.FLAVOURS)


def flavour(machine: Machine, path: str) -> str:
    return _flavour(machine, path)


def appending(
    store: Store, certificate: Certificate, takes_effect: str,
    *, then: tuple[str, ...] = (), traps: tuple[str, ...] = (), verify: tuple[str, ...] = (),
) -> Change:  # fmt: skip
    """One more certificate at the end of the store's file; into the system's bundle as the system has it."""
    if is_system_bundle(store):
        system = linux_system.adding(store, certificate)
        note = f"{store.location} is the system's own bundle: every program that reads it trusts it then."
        return replace(
            system, commands=(*system.commands, *then), takes_effect=takes_effect,
            traps=(*system.traps, note, *traps), verify=verify,
        )  # fmt: skip
    shared = bool(_SHARED.match(store.location))
    return Change(
        (_append(store, certificate, shared), *then),
        (*taking_out(store, certificate), *then),
        takes_effect,
        "administrator" if shared else "account",
        traps,
        verify,
    )


def _append(store: Store, certificate: Certificate, shared: bool) -> str:
    source, target = f"{file_stem(certificate)}.pem", quoted(store.location)
    if store.flavour == "windows":
        return f"Get-Content {source} | Add-Content -Encoding ascii {powershell(store.location)}"
    add = f"{{ echo; cat {source}; }}"
    return f"{add} | sudo tee -a {target} > /dev/null" if shared else f"{add} >> {target}"


def taking_out(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if is_system_bundle(store):
        return linux_system.removing(store, certificate)
    where = powershell(store.location) if store.flavour == "windows" else quoted(store.location)
    return (f"take the certificate “{certificate.title}” out of {where} again",)


def powershell(text: str) -> str:
    """`text` as one word of PowerShell."""
    return "'" + text.replace("'", "''") + "'"


def counting(store: Store) -> tuple[str, ...]:
    """How a person sees how many certificates the store's file holds."""
    if store.flavour == "windows":
        return (f"(Select-String 'BEGIN CERTIFICATE' {powershell(store.location)}).Count",)
    return (f"grep -c 'BEGIN CERTIFICATE' {quoted(store.location)}",)


def ini(text: str) -> Iterable[tuple[str, str]]:
    """`key = value` below `[section]`: ("section.key", value), names in lower case, quotes kept."""
    section = ""
    for line in text.splitlines():
        plain = line.strip()
        if plain.startswith("[") and "]" in plain:
            section = plain[1 : plain.index("]")].strip().lower()
        elif plain and plain[0] not in "#;" and "=" in plain:
            name, _, value = plain.partition("=")
            yield (f"{section}.{name.strip().lower()}" if section else name.strip().lower()), value.strip()


def unquoted(value: str) -> str:
    """Without a pair of quotes around it."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
