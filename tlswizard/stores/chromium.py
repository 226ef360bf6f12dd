"""Chromium's own stores (Chrome, Edge, Brave): built in, of a profile, and by policy.

Its roots are inside the program and were not read: the public list stands in for them, and the store
says so. The database of a profile is what "Manage certificates" in the settings fills
(components/server_certificate_database in Chromium's source); policies are those of the Chrome
Enterprise documentation (CACertificates and its siblings). Tried with databases and policy files of these
layouts, not with a browser; Windows and macOS were not run, and macOS' policies are not read.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Idle, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores import cert9
from tlswizard.stores.browser_places import (
    CHROMIUM_COMMANDS,
    has_any,
    names,
    newer_rows,
    unreadable,
    user_data_folders,
)
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("chromium-builtin", "chromium-policy", "chromium:")

BUILT_IN = "the public roots that Chromium and Chrome bring along"
ASSUMED = (
    "Chromium keeps its roots inside the program; the current public list (Mozilla's, from certifi) "
    "stands in for them"
)
POLICY = "the roots that this machine's policies give Chromium and Chrome"

POLICY_FOLDERS = (
    ("chromium", "/etc/chromium/policies/managed"),
    ("chromium", "/etc/chromium-browser/policies/managed"),
    ("chrome", "/etc/opt/chrome/policies/managed"),
    ("edge", "/etc/opt/edge/policies/managed"),
    ("brave", "/etc/brave/policies/managed"),
)
_POLICY_KEYS = tuple(
    rf"{hive}\SOFTWARE\Policies\{vendor}"
    for hive in ("HKLM", "HKCU")
    for vendor in (r"Google\Chrome", "Chromium", r"Microsoft\Edge", r"BraveSoftware\Brave")
)

MAX_POLICY = 4 * 1024 * 1024
"""A policy with a hundred roots is 0.2 MB."""

MAX_POLICY_FILES = 100
MAX_POLICY_CERTIFICATES = 1000
"""Each is parsed: a company gives its browsers a few."""

BY_POLICY = "a policy distrusts it"
BY_HAND = "it is distrusted in the settings of this profile"
UNKNOWN = "its mark is one that is not known here"

HINT, DISTRUSTED, TRUSTED = 1, 2, 3
"""CertificateTrustType: unspecified (it may complete a chain), distrusted, trusted."""

_PROFILE_ROLES = {TRUSTED: "anchor", HINT: "hint", DISTRUSTED: BY_HAND}


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    return (*_built_in(machine, reader), *_profiles(machine, reader), *_policy(machine, reader))


def _built_in(machine: Machine, reader: Reader) -> Iterator[Store]:
    if has_any(machine, CHROMIUM_COMMANDS, user_data_folders(machine)):
        yield stand_in(machine, reader, "chromium-builtin", BUILT_IN, ASSUMED)


def stand_in(machine: Machine, reader: Reader, id_: str, title: str, assumed: str) -> Store:
    """The public list in the place of one that a program keeps inside itself."""
    path = machine.certifi()
    if path is None:
        why = f"{assumed.partition(';')[0]}, and no public list is here that could stand in for them"
        return unreadable(machine, id_, title, "program", "", why)
    try:
        anchors, skipped = reader.file(path)
    except (OSError, ValueError) as error:
        return unreadable(machine, id_, title, "program", path, error)
    return Store(id_, title, "program", machine.real(path), anchors, skipped=skipped, assumed=assumed)


def _profiles(machine: Machine, reader: Reader) -> Iterator[Store]:
    seen = set()
    for base in user_data_folders(machine):
        for name in names(machine, base):
            store = _profile(machine, reader, f"{base}/{name}")
            if store and store.location not in seen:
                seen.add(store.location)
                yield store


def _profile(machine: Machine, reader: Reader, folder: str) -> Store | None:
    path, id_ = f"{folder}/ServerCertificate", f"chromium:{folder}"
    title = f"the certificates in the settings of the browser profile {visible(folder, 120)}"
    try:
        data = machine.read(path, cert9.MAX_DATABASE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return unreadable(machine, id_, title, "program", path, error)
    try:
        found = cert9.rows_of(data, "certificates", ("der_cert", "trust_settings"))
    except cert9.NoDatabase as why:
        return unreadable(machine, id_, title, "program", path, str(why))
    sorted_out = _Sorted(reader)
    for der, settings in found.rows:
        mark, limited = _trust(settings or b"")
        sorted_out.take(der or b"", _PROFILE_ROLES.get(mark, UNKNOWN), limited)
    sorted_out.notes += newer_rows(machine, path, cert9.MAX_DATABASE)
    if found.cut:
        sorted_out.notes.append(f"It holds more than {cert9.MAX_ROWS} rows; the others were not read.")
    return sorted_out.store(id_, title, machine.real(path), BY_HAND)


def _trust(settings: bytes) -> tuple[int, bool]:
    """The mark, and whether the certificate counts for some names only; 0 where it cannot be read.

    CertificateMetadata: field 1 is a message whose field 1 is the mark, field 2 are constraints.
    """
    try:
        outer = dict(_fields(settings))
        trust = outer.get(1, b"")
        mark = dict(_fields(trust)).get(1, 0) if isinstance(trust, bytes) else 0
    except ValueError:
        return 0, False
    return (mark if isinstance(mark, int) else 0), bool(outer.get(2))


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of a message in the encoding of Protocol Buffers. Raises ValueError."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        length = {1: 8, 5: 4}.get(tag & 7)
        if tag & 7 == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if tag & 7 == 2:
            length, at = _varint(data, at)
        if length is None or at + length > len(data):
            raise ValueError("no such field")
        yield tag >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, at + shift + 1
    raise ValueError("a number without an end")


@dataclass
class _Sorted:
    """Certificates as they are taken, by what they count for."""

    reader: Reader
    anchors: dict[Certificate, None] = field(default_factory=dict)
    intermediates: dict[Certificate, None] = field(default_factory=dict)
    idle: dict[Certificate, Idle] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0

    def take(self, der: bytes, role: str, limited: bool = False, where: str = "") -> None:
        """`role` is `anchor`, `hint`, or why it does not count."""
        certificate = self.reader.der(der)
        if not isinstance(certificate, Certificate):
            self.skipped += 1
            return
        if where:
            self.names[certificate.sha256] = where
        if role == "anchor":
            self.anchors[certificate] = None
        elif role == "hint":
            self.intermediates[certificate] = None
        else:
            self.idle[certificate] = Idle(certificate, role, where)
        if limited:
            self.notes.append(f"{certificate.title} counts for some names or addresses only.")

    def store(
        self, id_: str, title: str, location: str, distrust: str, unreadable: str | None = None
    ) -> Store:
        refused = tuple(i.certificate.sha256 for i in self.idle.values() if i.why == distrust)
        return Store(
            id_, title, "machine" if id_ == "chromium-policy" else "program", location,
            tuple(self.anchors), tuple(self.intermediates), unreadable, self.skipped,
            names=tuple(self.names.items()), idle=tuple(self.idle.values()), distrusted=refused,
            notes=tuple(self.notes),
        )  # fmt: skip


_ROLES = (
    ("CACertificates", "anchor"),
    ("CACertificatesWithConstraints", "anchor"),
    ("CAHintCertificates", "hint"),
    ("CADistrustedCertificates", BY_POLICY),
)


def _policy(machine: Machine, reader: Reader) -> Iterator[Store]:
    sorted_out = _Sorted(reader)
    if machine.observed.platform == "windows":
        places = [_registry(machine, key) for key in _POLICY_KEYS]
    elif machine.observed.platform == "linux":
        places = [_folder(machine, folder, sorted_out) for _, folder in POLICY_FOLDERS]
    else:
        return
    there = [place for place in places if place]
    failed = [place for place in there if place.failed]
    if failed and not any(place.told for place in there):
        why = failed[0].failed or ""
        yield unreadable(machine, "chromium-policy", POLICY, "machine", failed[0].location, why)
        return
    for place in there:
        for policy, role in _ROLES:
            where, value = place.told.get(policy, ("", []))
            _take(sorted_out, value, role, where)
        if place.told.get("CAPlatformIntegrationEnabled", ("", True))[1] in (False, 0):
            sorted_out.notes.append(
                "A policy keeps the browser from reading any roots but its own and these."
            )
    if there:
        where = next((place.location for place in there if place.told), there[0].location)
        yield sorted_out.store("chromium-policy", POLICY, where, BY_POLICY)


@dataclass(frozen=True, slots=True)
class _Told:
    location: str
    told: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    """by policy: where it stands, and its value"""
    failed: OSError | str | None = None


def _folder(machine: Machine, folder: str, sorted_out: _Sorted) -> _Told | None:
    """The policies of a folder: of two files, the last in the alphabet is right (Chromium,
    config_dir_policy_loader.cc)."""
    try:
        files = machine.names_in(folder)[:MAX_POLICY_FILES]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        sorted_out.notes.append(f"{folder} could not be read: {why_unreadable(error)}.")
        return _Told(folder, failed=error)
    told: dict[str, tuple[str, object]] = {}
    failed: OSError | str | None = None
    for name in files:
        path = f"{folder}/{name}"
        try:
            found = json.loads(machine.read(path, MAX_POLICY))
        except OSError as error:
            sorted_out.notes.append(f"{visible(path)} could not be read: {why_unreadable(error)}.")
            failed = error
        except (ValueError, RecursionError) as error:
            failed = f"{visible(path)} is no JSON: {visible(str(error), 120)}"
            sorted_out.notes.append(f"{failed}.")
        else:
            told |= {key: (path, value) for key, value in found.items()} if isinstance(found, dict) else {}
    return _Told(machine.real(folder), told, failed)


def _registry(machine: Machine, key: str) -> _Told | None:
    """Windows has a list as a key of numbered values, and what is no plain list as JSON in one value."""
    told: dict[str, tuple[str, object]] = {}
    for policy, _ in _ROLES:
        listed: list[object] = []
        while len(listed) < MAX_POLICY_CERTIFICATES:
            value = machine.registry(rf"{key}\{policy}", str(len(listed) + 1))
            if value is None:
                break
            listed.append(value)
        whole = machine.registry(key, policy)
        if isinstance(whole, str) and not listed:
            try:
                found = json.loads(whole)
            except (ValueError, RecursionError):
                found = ""  # counted as one that cannot be read
            listed = found if isinstance(found, list) else [found]
        if listed:
            told[policy] = (rf"{key}\{policy}", listed)
    if (switch := machine.registry(key, "CAPlatformIntegrationEnabled")) is not None:
        told["CAPlatformIntegrationEnabled"] = (key, switch)
    return _Told(key, told) if told else None


def _take(sorted_out: _Sorted, value: object, role: str, where: str) -> None:
    listed = value if isinstance(value, list) else [value]
    sorted_out.skipped += max(0, len(listed) - MAX_POLICY_CERTIFICATES)
    for entry in listed[:MAX_POLICY_CERTIFICATES]:
        text = entry.get("certificate") if isinstance(entry, dict) else entry
        limited = isinstance(entry, dict) and bool(entry.get("constraints"))
        try:
            der = base64.b64decode("".join(text.split()), validate=True) if isinstance(text, str) else b""
        except (ValueError, binascii.Error):
            der = b""
        sorted_out.take(der, role, limited, where)


def adding(store: Store, certificate: Certificate) -> Change:
    if store.id.startswith("chromium:"):
        page = "Trusted Certificates" if certificate.names_itself else "Intermediate Certificates"
        return Change(
            (f"{_SETTINGS} > {page} > Import: {file_stem(certificate)}.pem",),
            removing(store, certificate),
            "at once",
            "account",
            ("It is for this one profile of this one browser.",),
            (_SETTINGS,),
        )
    return _by_policy(store, certificate)


_SETTINGS = "# in the browser: chrome://certificate-manager > Custom > Installed by you"


def _by_policy(store: Store, certificate: Certificate) -> Change:
    policy = "CACertificates" if certificate.names_itself else "CAHintCertificates"
    path = _policy_file(store, certificate)
    if "\\" in path:
        encoded = base64.b64encode(certificate.der).decode()
        commands: tuple[str, ...] = (rf'reg add "{path}\{policy}" /v 1 /d "{encoded}"',)
        trap = "The value 1 may be taken: use the next number that is free."
    else:
        encoded = f"$(openssl x509 -in {file_stem(certificate)}.pem -outform DER | base64 -w0)"
        commands = (
            f"sudo mkdir -p {path.rpartition('/')[0]}",
            f'printf \'{{"{policy}": ["%s"]}}\\n\' "{encoded}" | sudo tee {path}',
        )
        trap = (
            f"Of two files that set {policy}, only the last in the alphabet counts: put both lists into one."
        )
    return Change(
        commands,
        removing(store, certificate),
        "after the browser is closed and started again",
        "administrator",
        (trap, "Chromium, Chrome and Edge each read a folder of their own."),
        ("# in the browser: chrome://policy",),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if store.id.startswith("chromium:"):
        return (f"{_SETTINGS}: delete {visible(certificate.title)}",)
    path = _policy_file(store, certificate)
    told = dict(store.names).get(certificate.sha256)
    if told and told != path:
        return (f"# take it out of {told}",)
    return (rf'reg delete "{path}\CACertificates" /v 1 /f' if "\\" in path else f"sudo rm {path}",)


def _policy_file(store: Store, certificate: Certificate) -> str:
    """The file of its own for a certificate, in the folder that is in use; on Windows, the key."""
    own = f"tlswizard-{certificate.sha256[:12]}.json"
    if store.id == "chromium-policy":
        return store.location if "\\" in store.location else f"{store.location}/{own}"
    return f"{POLICY_FOLDERS[0][1]}/{own}"
