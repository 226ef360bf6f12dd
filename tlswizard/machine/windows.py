"""The certificate stores and the registry of a real Windows computer: crypt32 by ctypes, and winreg.

Each store is opened in its *physical* form (CERT_STORE_PROV_SYSTEM_REGISTRY), as Chrome and Firefox do: the
logical form merges the machine's certificates into the user's and hides where one lives (Microsoft, System
Store Locations). Nothing of this was run on Windows: the same calls with the same constants run under Wine
(tests/machine/crypt32_probe.c), and the reading of what they give runs on made-up answers.
"""

import ctypes
import hashlib
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from tlswizard.machine import registry_blob
from tlswizard.machine.door import NoSuchStore, WindowsEntry

# wincrypt.h
PROVIDER_SYSTEM_REGISTRY = 13
READ_ONLY = 0x8000
OPEN_EXISTING = 0x4000
LOCATION_SHIFT = 16
EKU_PROPERTY = 9
FRIENDLY_NAME_PROPERTY = 11
PROPERTIES = (EKU_PROPERTY, FRIENDLY_NAME_PROPERTY)

# winerror.h
FILE_NOT_FOUND = 2
ACCESS_DENIED = 5

MAX_ENTRIES = 4000
"""As for a PEM file: no store known holds more than 900."""

MAX_PROPERTY = 64 * 1024
"""Bytes: a list of purposes has some 100, a friendly name less."""

MAX_VALUE = 8 * 1024 * 1024
"""Bytes of a registry value: the largest that is asked for, EncodedCtl, has 0.2 MB."""

_CERTIFICATES = r"Software\Microsoft\SystemCertificates"
_POLICIES = r"Software\Policies\Microsoft\SystemCertificates"

_LOCATIONS: Mapping[str, tuple[int, str, str]] = {
    "user": (1, "HKCU", _CERTIFICATES),
    "machine": (2, "HKLM", _CERTIFICATES),
    "user-policy": (7, "HKCU", _POLICIES),
    "machine-policy": (8, "HKLM", _POLICIES),
    "enterprise": (9, "HKLM", r"Software\Microsoft\EnterpriseCertificates"),
}
"""CERT_SYSTEM_STORE_*_ID, and where its stores lie in the registry."""

_SERVICES, _USERS = 5, 6


def place(location: str, name: str) -> tuple[int, str, str, str]:
    """CERT_SYSTEM_STORE_*_ID, the store's name to crypt32, and hive and key of its certificates.

    Raises NoSuchStore.
    """
    if location in _LOCATIONS:
        number, hive, base = _LOCATIONS[location]
        return number, name, hive, rf"{base}\{name}\Certificates"
    kind, _, owner = location.partition(":")
    if not owner or "\\" in owner or kind not in ("service", "account"):
        raise NoSuchStore(f"Windows has no stores of the location {location}")
    if kind == "service":
        base = rf"Software\Microsoft\Cryptography\Services\{owner}\SystemCertificates"
        return _SERVICES, rf"{owner}\{name}", "HKLM", rf"{base}\{name}\Certificates"
    return _USERS, rf"{owner}\{name}", "HKU", rf"{owner}\{_CERTIFICATES}\{name}\Certificates"


def flags(location: int) -> int:
    """Without READ_ONLY an ordinary account may not open the machine's stores; without OPEN_EXISTING
    the call may make the store."""
    return location << LOCATION_SHIFT | READ_ONLY | OPEN_EXISTING


_WINDOWS: Any = ctypes
"""ctypes with what it has on Windows alone."""


class CertContext(ctypes.Structure):
    """CERT_CONTEXT."""

    _fields_ = (
        ("encoding", ctypes.c_uint32),
        ("encoded", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
        ("info", ctypes.c_void_p),
        ("store", ctypes.c_void_p),
    )


class Crypt32(Protocol):
    """The calls that are made; each raises OSError with `winerror` in its `errno`."""

    def open(self, provider: int, flags: int, name: str) -> Any: ...

    def next(self, store: Any, previous: Any) -> Any:
        """A pointer to CertContext, or None at the end; frees `previous`."""

    def property(self, context: Any, number: int, limit: int) -> bytes | None: ...

    def free(self, context: Any) -> None: ...

    def close(self, store: Any) -> None: ...


def system_store(location: str, name: str) -> tuple[WindowsEntry, ...]:
    """See Machine.windows_store."""
    number, full_name, hive, key = place(location, name)
    recorded = {thumbprint: (since, blob) for thumbprint, since, blob in _keys(hive, key)}
    try:
        found = entries(_Library(), number, full_name)
    except OSError as error:
        if error.errno == ACCESS_DENIED:
            raise NoSuchStore("access is denied") from None
        if not recorded:
            raise NoSuchStore(f"Windows could not open it (error {error.errno})") from None
        return from_registry(recorded)
    return tuple(_dated(entry, recorded) for entry in found)


def entries(crypt32: Crypt32, location: int, name: str) -> tuple[WindowsEntry, ...]:
    """What a physical store holds; nothing if there is none. Raises OSError."""
    try:
        store = crypt32.open(PROVIDER_SYSTEM_REGISTRY, flags(location), name)
    except OSError as error:
        if error.errno == FILE_NOT_FOUND:
            return ()
        raise
    try:
        return tuple(_enumerated(crypt32, store))
    finally:
        crypt32.close(store)


def _enumerated(crypt32: Crypt32, store: Any) -> Iterator[WindowsEntry]:
    context = crypt32.next(store, None)
    count = 0
    while context:
        if count == MAX_ENTRIES:
            crypt32.free(context)
            return
        count += 1
        held = context.contents
        der = ctypes.string_at(held.encoded, held.size)
        properties = {n: crypt32.property(context, n, MAX_PROPERTY) for n in PROPERTIES}
        yield WindowsEntry(der, {n: value for n, value in properties.items() if value is not None})
        context = crypt32.next(store, context)


def from_registry(recorded: Mapping[str, tuple[datetime | None, bytes]]) -> tuple[WindowsEntry, ...]:
    """A store by its registry blobs: less sure than crypt32, which knows which user roots are accepted.

    A blob that cannot be read stays, as what it is: it is counted as no certificate.
    """
    found = []
    for since, blob in recorded.values():
        try:
            found.append(replace(registry_blob.entry(blob), since=since))
        except ValueError:
            found.append(WindowsEntry(blob, since=since))
    return tuple(found)


def _dated(entry: WindowsEntry, recorded: Mapping[str, tuple[datetime | None, bytes]]) -> WindowsEntry:
    sha1 = hashlib.sha1(entry.der, usedforsecurity=False).hexdigest()
    return replace(entry, since=recorded.get(sha1, (None, b""))[0])


def filetime(ticks: int) -> datetime | None:
    """A FILETIME: units of 100 ns since 1601, in UTC."""
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


class _Library:
    """crypt32.dll itself."""

    def __init__(self) -> None:
        dll = _WINDOWS.WinDLL("crypt32", use_last_error=True)
        pointer, number = ctypes.c_void_p, ctypes.c_uint32
        context = ctypes.POINTER(CertContext)
        dll.CertOpenStore.argtypes = (pointer, number, pointer, number, ctypes.c_wchar_p)
        dll.CertOpenStore.restype = pointer
        dll.CertEnumCertificatesInStore.argtypes = (pointer, context)
        dll.CertEnumCertificatesInStore.restype = context
        dll.CertGetCertificateContextProperty.argtypes = (
            context, number, pointer, ctypes.POINTER(number),
        )  # fmt: skip
        dll.CertGetCertificateContextProperty.restype = ctypes.c_int
        dll.CertFreeCertificateContext.argtypes = (context,)
        dll.CertFreeCertificateContext.restype = ctypes.c_int
        dll.CertCloseStore.argtypes = (pointer, number)
        dll.CertCloseStore.restype = ctypes.c_int
        self._dll = dll

    def open(self, provider: int, flags: int, name: str) -> Any:
        store = self._dll.CertOpenStore(provider, 0, None, flags, name)
        if not store:
            number = _WINDOWS.get_last_error() & 0xFFFFFFFF
            # The same number may come as an HRESULT of the facility Win32.
            raise OSError(number & 0xFFFF if number >> 16 == 0x8007 else number, "CertOpenStore failed")
        return store

    def next(self, store: Any, previous: Any) -> Any:
        return self._dll.CertEnumCertificatesInStore(store, previous) or None

    def property(self, context: Any, number: int, limit: int) -> bytes | None:
        size = ctypes.c_uint32(0)
        get = self._dll.CertGetCertificateContextProperty
        if not get(context, number, None, ctypes.byref(size)) or size.value > limit:
            return None
        data = ctypes.create_string_buffer(size.value or 1)
        return data.raw[: size.value] if get(context, number, data, ctypes.byref(size)) else None

    def free(self, context: Any) -> None:
        self._dll.CertFreeCertificateContext(context)

    def close(self, store: Any) -> None:
        self._dll.CertCloseStore(store, 0)


def registry_value(key: str, value: str) -> int | str | bytes | None:
    """See Machine.registry."""
    hive, _, path = key.partition("\\")
    try:
        with _opened(hive, path) as opened:
            found, _ = _winreg().QueryValueEx(opened, value)
    except (OSError, KeyError):
        return None
    if isinstance(found, bytes | str) and len(found) > MAX_VALUE:
        return None
    return found if isinstance(found, int | str | bytes) else None


def _keys(hive: str, path: str) -> Iterator[tuple[str, datetime | None, bytes]]:
    """The thumbprint, the moment of the last write and the blob of each certificate of a store."""
    winreg = _winreg()
    try:
        with _opened(hive, path) as certificates:
            count = winreg.QueryInfoKey(certificates)[0]
            names = [winreg.EnumKey(certificates, i) for i in range(min(count, MAX_ENTRIES))]
    except OSError:
        return
    for name in names:
        try:
            with _opened(hive, rf"{path}\{name}") as key:
                blob, _ = winreg.QueryValueEx(key, "Blob")
                written = filetime(winreg.QueryInfoKey(key)[2])
        except OSError:
            continue
        if isinstance(blob, bytes) and len(blob) <= MAX_VALUE:
            yield name.lower(), written, blob


def _winreg() -> Any:
    return importlib.import_module("winreg")  # only Windows has it


def _opened(hive: str, path: str) -> Any:
    winreg = _winreg()
    hives = {
        "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER, "HKU": winreg.HKEY_USERS,
    }  # fmt: skip
    return winreg.OpenKey(hives[hive], path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
