"""Java's trusted roots: one file in every JVM, and one for all of them where a variable names it.

JSSE Reference Guide, "The Default Trust Store", and OpenJDK's sources of `TrustStoreManager`, which file
is read with which password; each rule was tried with OpenJDK 17, and the surprising ones with 25. Places
on Windows and macOS are from the installers' documentation; nothing of them was run.
"""

import errno
import ntpath
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Literal

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.store import Idle, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.keystore import MAX_KEYSTORE, BadKeystore, Keystore, read_keystore
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("java:", "java-options:")

PASSWORDS = ("changeit", "", "changeme")
"""What every JDK comes with, none, and what GlassFish and others come with."""

MAX_JVMS = 100
"""A developer's machine has ten or twenty."""

MAX_ENTRIES = 1000
"""Of a folder that JVMs are put in; /opt and /snap hold a few dozen."""

MAX_SETTINGS = 64 * 1024
"""Characters of a variable, and bytes of a `release` file: both are a few lines."""

MAX_BLOCKED = 1024 * 1024
"""The list of JDK 25 has 2.5 KB."""

PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "linux": (
        ("/usr/lib/jvm", ""), ("/usr/lib64/jvm", ""), ("/usr/java", ""), ("/opt", ""), ("/opt/java", ""),
        ("~/.sdkman/candidates/java", ""), ("~/.jdks", ""), ("~/.gradle/jdks", ""),
        ("~/.asdf/installs/java", ""), ("~/.local/share/mise/installs/java", ""),
        ("/opt", "jbr"), ("/snap", "current/jbr"), ("~/.local/share/JetBrains/Toolbox/apps", "jbr"),
    ),
    "macos": (
        ("/Library/Java/JavaVirtualMachines", "Contents/Home"),
        ("~/Library/Java/JavaVirtualMachines", "Contents/Home"),
        ("/opt/homebrew/opt", "libexec/openjdk.jdk/Contents/Home"),
        ("/usr/local/opt", "libexec/openjdk.jdk/Contents/Home"),
        ("~/.sdkman/candidates/java", ""), ("~/.jdks", ""), ("~/.gradle/jdks", "Contents/Home"),
        ("~/.asdf/installs/java", ""), ("/Applications", "Contents/jbr/Contents/Home"),
    ),
    "windows": (
        (r"%ProgramFiles%\Java", ""), (r"%ProgramFiles%\Eclipse Adoptium", ""),
        (r"%ProgramFiles%\Microsoft", ""), (r"%ProgramFiles%\Zulu", ""),
        (r"%ProgramFiles%\Amazon Corretto", ""), (r"%ProgramFiles%\BellSoft", ""),
        (r"%ProgramFiles(x86)%\Java", ""), (r"~\.jdks", ""), (r"~\.gradle\jdks", ""),
        (r"%ProgramFiles%\JetBrains", "jbr"),
    ),
}  # fmt: skip
"""Folders whose every entry may be a JVM, and what stands between the entry and the JVM's home."""

_SIGNS = frozenset({"cacerts", "jssecacerts", "blocked.certs", "blacklisted.certs", "java.security"})
"""What a JVM has in its folder `security`: another program's folder of this name has none of them."""

_OF_THE_SYSTEM = ("windows-", "keychainstore")
_OPENED_AS = {
    "": ("jks", "pkcs12"), "jks": ("jks", "pkcs12"), "pkcs12": ("jks", "pkcs12"),
    "caseexactjks": ("jks",), "jceks": ("jceks", "jks"),
}  # fmt: skip
"""Which formats Java opens when it is told a type: JKS and PKCS #12 stand for each other."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    files = _Files(machine, reader)
    everywhere = _settings(machine.environment(), launcher=True)
    found = [*_named(files, everywhere), *(_of_jvm(files, jvm) for jvm in _jvms(machine))]
    return tuple({store.id: store for store in reversed(found)}.values())[::-1]


# What the environment says


@dataclass(frozen=True, slots=True)
class _Settings:
    """The options -Djavax.net.ssl.trustStore… that variables give to every JVM."""

    path: str = ""
    type: str = ""
    password: str = ""
    variable: str = ""
    """the one that names the path or the type"""

    @property
    def elsewhere(self) -> str:
        """A list that is no file: `NONE`, the operating system's, or a token's; "" for files."""
        if self.type.lower() not in _OPENED_AS:
            return self.type
        return self.path if self.path == "NONE" else ""


_WORD = re.compile(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*')+")
_OPTION = re.compile(r"-Djavax\.net\.ssl\.trustStore(|Type|Password)=(.*)", re.DOTALL)


def _settings(environment: Mapping[str, str], *, launcher: bool) -> _Settings:
    """Of every JVM; with `launcher`, as the `java` command of version 9 and later is started.

    What comes later wins (JVM Tool Interface, JAVA_TOOL_OPTIONS; the `java` command's manual page).
    """
    found = _Settings()
    for variable in ("JAVA_TOOL_OPTIONS", *(["JDK_JAVA_OPTIONS"] if launcher else []), "_JAVA_OPTIONS"):
        for word in _WORD.findall(environment.get(variable, "")[:MAX_SETTINGS]):
            option = _OPTION.fullmatch(word.replace('"', "").replace("'", ""))
            if option is None:
                continue
            match option[1]:
                case "":
                    found = replace(found, path=option[2], variable=variable)
                case "Type":
                    found = replace(found, type=option[2], variable=found.variable or variable)
                case "Password":
                    found = replace(found, password=option[2])
    return found


def _named(files: "_Files", settings: _Settings) -> tuple[Store, ...]:
    """The list that variables name for every JVM, if there is one."""
    title = f"the trusted roots that {settings.variable} gives to every Java program"
    if place := settings.elsewhere:
        return (
            _elsewhere(Store(f"java-options:{place}", title, "process", place), place, settings.variable),
        )
    if not settings.path or files.is_missing(settings.path):
        return ()
    notes = [f"{settings.variable} names it."]
    if not files.path.isabs(settings.path):
        notes.append("The path counts from the folder in which a program is started.")
    blank = Store(f"java-options:{settings.path}", title, "process", settings.path, notes=tuple(notes))
    return (files.store(blank, settings),)


def _elsewhere(store: Store, place: str, variable: str) -> Store:
    if place == "NONE":
        note = f"{variable} says NONE: Java programs trust no certificate at all."
        return replace(store, flavour="none", notes=(note,))
    if place.lower().startswith(_OF_THE_SYSTEM):
        why = f"{variable} has Java read the operating system's own list ({visible(place)}), not a file"
    else:
        why = f"{variable} has Java read a list of the type {visible(place)}, which is not read here"
    return replace(store, flavour="not-a-file", unreadable=why)


# Every JVM


@dataclass(frozen=True, slots=True)
class _Jvm:
    home: str
    security: str
    """its folder of that name"""
    version: str

    @property
    def major(self) -> str:
        return self.version.partition(".")[0]

    @property
    def name(self) -> str:
        """The last part of its home that tells it from others."""
        parts = [p for p in re.split(r"[/\\]", self.home) if p]
        told = [p for p in parts if p not in ("jre", "Contents", "Home", "current", "libexec")]
        return "/".join(told[-2:]) if told[-1:] == ["jbr"] else told[-1] if told else self.home


def _jvms(machine: Machine) -> list[_Jvm]:
    """Each once however many names it has; the one in use comes first."""
    found: dict[str, _Jvm] = {}
    for candidate in _candidates(machine):
        home = machine.real(candidate)
        security = _security(machine, home)
        if security is not None and machine.real(security) not in found:
            found[machine.real(security)] = _Jvm(home, security, _version(machine, home))
        if len(found) == MAX_JVMS:
            break
    return list(found.values())


def _candidates(machine: Machine) -> Iterator[str]:
    path, environment = _path(machine), machine.environment()
    if path.isabs(home := environment.get("JAVA_HOME", "")):
        yield home
    windows = machine.observed.platform == "windows"
    command = "java.exe" if windows else "java"
    for folder in environment.get("PATH", "").split(";" if windows else ":"):
        if path.isabs(folder) and command in _names(machine, folder):
            yield path.dirname(path.dirname(machine.real(path.join(folder, command))))
    for place, below in PLACES[machine.observed.platform]:
        folder = _spelled(machine, place)
        for name in _names(machine, folder)[:MAX_ENTRIES] if folder else ():
            yield path.join(folder, name, *below.split("/")) if below else path.join(folder, name)


def _spelled(machine: Machine, place: str) -> str:
    """With the home folder and the variables of Windows in their places; "" if one is not set."""
    if place.startswith("~"):
        return machine.home() + place[1:]
    if place.startswith("%"):
        name, _, rest = place[1:].partition("%")
        value = {k.lower(): v for k, v in machine.environment().items()}.get(name.lower(), "")
        return value and value + rest
    return place


def _path(machine: Machine) -> ModuleType:
    return ntpath if machine.observed.platform == "windows" else posixpath


def _names(machine: Machine, folder: str) -> tuple[str, ...]:
    try:
        return machine.names_in(folder)
    except (OSError, ValueError):  # ValueError: a NUL byte in a variable
        return ()


def _security(machine: Machine, home: str) -> str | None:
    """Where it has its roots (`jre/lib/security` in a JDK 8); None if it is no JVM."""
    for parts in (("jre", "lib", "security"), ("lib", "security")):
        folder = _path(machine).join(home, *parts)
        try:
            names = machine.names_in(folder)
        except PermissionError:
            if "release" in _names(machine, home):  # a locked folder by itself is no sign of a JVM
                return str(folder)
            continue
        except (OSError, ValueError):
            continue
        if _SIGNS & set(names):
            return str(folder)
    return None


def _version(machine: Machine, home: str) -> str:
    """`17.0.21`, of its file `release` or else of its name; 1.8.0_392 is 8.0.392."""
    path = _path(machine)
    text = ""
    for folder in (home, path.dirname(home)) if path.basename(home) == "jre" else (home,):
        try:
            text = machine.read(path.join(folder, "release"), MAX_SETTINGS).decode("utf-8", "replace")
            break
        except OSError:
            continue
    told = re.search(r'^JAVA_VERSION="?([0-9._]{1,40})', text, re.MULTILINE) or re.search(
        r"(?:java|jdk|jre|openjdk|temurin|zulu|corretto|jbr)[-_]?v?([0-9][0-9._]{0,40})", home
    )
    return re.sub(r"^1\.(?=[0-9])", "", told[1].strip("._")).replace("_", ".") if told else ""


def _of_jvm(files: "_Files", jvm: _Jvm) -> Store:
    old = jvm.major.isdigit() and int(jvm.major) < 9
    settings = _settings(files.machine.environment(), launcher=not old)
    missing = bool(settings.path) and not settings.elsewhere and files.is_missing(settings.path)
    shadowed = "jssecacerts" in _names(files.machine, jvm.security) and not missing
    path = files.path.join(jvm.security, "jssecacerts" if shadowed else "cacerts")
    notes = []
    if shadowed:
        notes.append("It has a file jssecacerts, which this Java reads instead of cacerts.")
    if missing:
        notes.append(
            f"{settings.variable} names {visible(settings.path)}, which is not there: "
            "Java reads cacerts instead, without a word."
        )
    elif settings.path or settings.elsewhere:
        notes.append(
            f"While {settings.variable} names {visible(settings.elsewhere or settings.path)}, "
            "this Java does not read its own roots."
        )
        settings = _Settings()  # what this file is by itself
    title = f"the trusted roots of Java {jvm.major} ({jvm.name})" if jvm.major else (
        f"the trusted roots of the Java in {jvm.home}"
    )  # fmt: skip
    blank = Store(f"java:{path}", title, "program", path, version=jvm.version, notes=tuple(notes))
    return files.store(blank, settings, _blocked(files.machine, jvm))


def _blocked(machine: Machine, jvm: _Jvm) -> tuple[str, ...]:
    """What it refuses by its file of SHA-256 hashes (OpenJDK's source of `UntrustedCertificates`)."""
    for name in ("blocked.certs", "blacklisted.certs"):
        try:
            data = machine.read(_path(machine).join(jvm.security, name), MAX_BLOCKED)
        except OSError:
            continue
        lines = [
            line.strip().replace(":", "").lower() for line in data.decode("ascii", "replace").splitlines()
        ]
        if "algorithm=sha-256" in lines:
            return tuple(line for line in lines if re.fullmatch("[0-9a-f]{64}", line))
    return ()


# Files


@dataclass(frozen=True)
class _Files:
    """Keystores of a machine, each opened once however many JVMs share it."""

    machine: Machine
    reader: Reader
    _known: dict[tuple[str, str], Keystore | Exception] = field(default_factory=dict)

    @property
    def path(self) -> ModuleType:
        return _path(self.machine)

    def is_missing(self, path: str) -> bool:
        """Whether it is no file: then Java acts as if it had not been named."""
        return isinstance(found := self._open(path, ""), OSError) and found.errno in _MISSING

    def _open(self, path: str, password: str) -> Keystore | Exception:
        key = self.machine.real(path), password
        if key not in self._known:
            try:
                passwords = dict.fromkeys((*([password] if password else []), *PASSWORDS))
                self._known[key] = read_keystore(self.machine.read(path, MAX_KEYSTORE), tuple(passwords))
            except (OSError, BadKeystore) as error:
                self._known[key] = error
            except ValueError:
                self._known[key] = BadKeystore("its name cannot be that of a file")
        return self._known[key]

    def store(self, blank: Store, settings: _Settings, blocked: tuple[str, ...] = ()) -> Store:
        """`blank` with what its file holds, as a JVM with these settings sees it."""
        path = blank.location
        found = self._open(path, settings.password)
        blank = replace(blank, location=self.machine.real(path), distrusted=blocked)
        if isinstance(found, OSError) and found.errno in _MISSING:
            return replace(blank, notes=(*blank.notes, f"There is no file {visible(path)}."))
        if isinstance(found, OSError):
            privileged = "sudo tlswizard stores" if isinstance(found, PermissionError) else ""
            return replace(blank, unreadable=why_unreadable(found), privileged=privileged)
        if isinstance(found, Exception):
            return replace(blank, unreadable=str(found))
        return self._filled(blank, found, settings)

    def _filled(self, blank: Store, found: Keystore, settings: _Settings) -> Store:
        unseen = _unseen(found, settings)
        anchors: list[Certificate] = []
        idle: list[Idle] = []
        since, names, skipped = [], [], 0
        for entry in found.entries:
            certificate = self.reader.der(entry.der)
            if not isinstance(certificate, Certificate):
                skipped += 1
                continue
            names.append((certificate.sha256, entry.alias))
            if entry.since:
                since.append((certificate.sha256, day(entry.since)))
            why = _WHY_IDLE.get(entry.standing) or unseen
            if certificate.sha256 in blank.refused:
                why = "this Java refuses it by its list of blocked certificates"
            if why:
                idle.append(Idle(certificate, why, entry.alias))
            else:
                anchors.append(certificate)
        return replace(
            blank, anchors=tuple(dict.fromkeys(anchors)), idle=tuple(idle), skipped=skipped,
            flavour=found.flavour, since=tuple(since), names=tuple(names),
            notes=(*blank.notes, *_notes(found, unseen)),
        )  # fmt: skip


_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)

_WHY_IDLE = {
    "unmarked": "it lacks the mark by which Java knows trusted certificates; import it with keytool",
    "behind-key": "it stands behind a private key, of which Java trusts only the key's own certificate",
}


def _unseen(found: Keystore, settings: _Settings) -> str:
    """Why a JVM sees nothing in this file, or "" where it does: a clause."""
    if found.flavour not in _OPENED_AS.get(settings.type.lower(), ()):
        return (
            f"Java does not open {found.flavour.upper()} here unless -Djavax.net.ssl.trustStoreType says so"
        )
    if not settings.password:
        return _LOCKED if found.encrypted else ""
    if settings.password != found.password and (found.sealed or found.encrypted):
        return "the password in -Djavax.net.ssl.trustStorePassword is not the one of this file"
    return ""


_LOCKED = (
    "it is encrypted, and Java opens the file without a password unless "
    "-Djavax.net.ssl.trustStorePassword gives it"
)


def _notes(found: Keystore, unseen: str) -> Iterator[str]:
    if unseen and found.entries:
        yield f"Java programs trust nothing of this file: {unseen}."
    elif found.sealed and found.password not in PASSWORDS[:1]:
        known = {"": " but empty", "changeme": " but changeme"}.get(found.password or "", "")
        yield f"Its password is not the usual one{known if found.password is not None else ''}."
    if found.unread:
        yield visible(found.unread)


# Changes


_DEBIAN_UPDATE = "update-ca-certificates"
_GENERATED = {
    "/etc/ssl/certs/java/cacerts":
        ("/usr/local/share/ca-certificates", "crt", _DEBIAN_UPDATE, f"{_DEBIAN_UPDATE} --fresh"),
    "/etc/pki/ca-trust/extracted/java/cacerts":
        ("/etc/pki/ca-trust/source/anchors", "pem", "update-ca-trust", "update-ca-trust"),
    "/etc/ca-certificates/extracted/java-cacerts.keystore":
        ("/etc/ca-certificates/trust-source/anchors", "pem", "update-ca-trust", "update-ca-trust"),
    "/var/lib/ca-certificates/java-cacerts":
        ("/etc/pki/trust/anchors", "pem", "update-ca-certificates", "update-ca-certificates"),
}  # fmt: skip
"""Keystores that Debian, Red Hat, Arch and SUSE make out of the system's own folder, and how."""

_DEBIAN = "/etc/ssl/certs/java/cacerts"
_ANCHOR = "Java takes every certificate in this file as an anchor: never put an intermediate there."
_ADDS_ONLY = (
    "What makes this file on Debian only ever adds to it: to take a certificate out needs keytool too."
)
_GENERATED_ANEW = "The file is generated anew: what keytool puts there is lost with the next update."
_RESTART = "when a Java program is started again"


def adding(store: Store, certificate: Certificate) -> Change:
    if store.flavour in ("none", "not-a-file"):
        return _nowhere(store)
    stem = file_stem(certificate)
    if store.location in _GENERATED:
        folder, ending, update, _ = _GENERATED[store.location]
        return Change(
            (f"sudo install -m 644 {stem}.pem {folder}/{stem}.{ending}", f"sudo {update}"),
            removing(store, certificate), _RESTART, "administrator",
            (_ANCHOR, _ADDS_ONLY if _is_debian(store) else _GENERATED_ANEW),
            (_tool(store, "-list", _alias(store, certificate)),),
        )  # fmt: skip
    import_ = _tool(store, "-importcert", stem, f"-noprompt -trustcacerts -file {stem}.pem")
    traps = [_ANCHOR]
    if store.flavour == "pkcs12":
        traps.append("A PKCS #12 file made with openssl shows Java no certificates: use keytool.")
    if any("password" in note for note in store.notes):
        traps.append("Its password is not the usual one: put its own instead of changeit.")
    return Change(
        (_as(store, import_),), removing(store, certificate), _RESTART, _privilege(store), tuple(traps),
        (_tool(store, "-list", stem),),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if store.flavour in ("none", "not-a-file"):
        return ()
    delete = _as(store, _tool(store, "-delete", _alias(store, certificate)))
    if store.location not in _GENERATED:
        return (delete,)
    folder, ending, _, fresh = _GENERATED[store.location]
    name = _alias(store, certificate).removeprefix("debian:").removesuffix(".pem")
    if not _is_debian(store):
        name = file_stem(certificate)
    lines = (f"sudo rm {quoted(f'{folder}/{name}.{ending}')}", f"sudo {fresh}")
    # Measured: Debian's hook never takes a certificate out of Java's file again.
    return (*lines, delete) if _is_debian(store) else lines


def marking(store: Store, idle: Idle) -> Change:
    """An encrypted file is made one that needs no password; everything else is imported again."""
    change = adding(store, idle.certificate)
    if idle.why != _LOCKED or store.location in _GENERATED:
        return change
    path, new = _word(_named_path(store)), _word(f"{_named_path(store)}.new")
    convert = (
        f"{_keytool(store)} -importkeystore -noprompt -srckeystore {path} -srcstorepass changeit "
        f"-destkeystore {new} -deststoretype JKS -deststorepass changeit"
    )
    move = f"move /y {new} {path}" if "\\" in path else f"mv {new} {path}"
    keep = f"copy {path} {_word(_named_path(store) + '.old')}" if "\\" in path else f"cp -p {path} {path}.old"
    back = f"move /y {_word(_named_path(store) + '.old')} {path}" if "\\" in path else f"mv {path}.old {path}"
    return Change(
        tuple(_as(store, line) for line in (keep, convert, move)), (_as(store, back),), _RESTART,
        _privilege(store), (_ANCHOR,), (_tool(store, "-list", idle.where or file_stem(idle.certificate)),),
    )  # fmt: skip


def _nowhere(store: Store) -> Change:
    trap = "Java is told to read no file: add the certificate to the list that it is told to read instead."
    if store.flavour == "none":
        trap = "Take -Djavax.net.ssl.trustStore=NONE out of the variable that says it."
    return Change((), (), _RESTART, "account", (trap,))


def _tool(store: Store, verb: str, alias: str, options: str = "") -> str:
    kind = "-storetype JCEKS" if store.flavour == "jceks" else ""
    words = [
        _keytool(store), verb, options, f"-alias {_word(alias)}",
        f"-keystore {_word(_named_path(store))}", kind, "-storepass changeit",
    ]  # fmt: skip
    return " ".join(word for word in words if word)


def _keytool(store: Store) -> str:
    """That of the JVM itself where the file is one's: an old keytool does not read a new file."""
    found = re.fullmatch(r"(.+[/\\])lib[/\\]security[/\\](?:jsse)?cacerts", _named_path(store))
    if store.scope != "program" or found is None:
        return "keytool"
    return _word(f"{found[1]}bin\\keytool.exe" if "\\" in found[1] else f"{found[1]}bin/keytool")


def _named_path(store: Store) -> str:
    return store.id.partition(":")[2]


def _alias(store: Store, certificate: Certificate) -> str:
    known = dict(store.names).get(certificate.sha256)
    stem = file_stem(certificate)
    return known or (f"debian:{stem}.pem" if _is_debian(store) else stem)


def _is_debian(store: Store) -> bool:
    return store.location == _DEBIAN


def _word(text: str) -> str:
    """One word of the shell that the path belongs to: a path of Windows has a backslash."""
    return f'"{text}"' if "\\" in text else quoted(text)


def _as(store: Store, command: str) -> str:
    """With sudo where the file is not in an account's own folders; Windows has its own way of asking."""
    return command if _privilege(store) == "account" or "\\" in store.location else f"sudo {command}"


def _privilege(store: Store) -> Literal["account", "administrator"]:
    own = re.match(r"/home/|/Users/|[A-Za-z]:\\Users\\", store.location)
    return "account" if own else "administrator"
