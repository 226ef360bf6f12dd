"""Blobs are made here after the documented form; one that Wine wrote is read in test_crypt32_under_wine."""

import ctypes
import struct
from datetime import UTC, datetime

import pytest
from stores_making import A, B

from tlswizard.machine import windows
from tlswizard.machine.door import NoSuchStore, WindowsEntry
from tlswizard.machine.registry_blob import MAX_PROPERTIES, entry, properties


def _blob(*parts: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<III", number, 1, len(data)) + data for number, data in parts)


WHOLE = _blob((3, b"\x11" * 20), (11, "Ours".encode("utf-16-le")), (32, A.certificate.der))


def test_a_blob_holds_a_certificate_and_its_properties():
    found = entry(WHOLE)
    assert found.der == A.certificate.der
    assert found.properties == {3: b"\x11" * 20, 11: "Ours".encode("utf-16-le")}


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE[:-1],
        WHOLE[:5],
        WHOLE + b"\0",
        struct.pack("<III", 32, 1, 0xFFFFFFFF),
        _blob((3, b"x"), (3, b"y")),
        _blob(*((n, b"") for n in range(MAX_PROPERTIES + 1))),
    ],
    ids=["cut", "almost nothing", "one byte more", "a length beyond the end", "no certificate", "too many"],
)
def test_a_broken_blob_is_refused(broken: bytes):
    with pytest.raises(ValueError, match="no registry blob"):
        properties(broken)


@pytest.mark.parametrize("empty", [b"", _blob((3, b"x"))])
def test_a_blob_without_a_certificate_is_refused(empty: bytes):
    with pytest.raises(ValueError, match="no certificate"):
        entry(empty)


# --- the reading of crypt32's answers, here made up ---------------------------------------------------


class Pretend:
    def __init__(self, *ders: bytes, error: int = 0) -> None:
        self.buffers = [ctypes.create_string_buffer(d, len(d)) for d in ders]
        self.error = error
        self.asked: list[object] = []

    def open(self, provider: int, flags: int, name: str) -> object:
        self.asked.append((provider, flags, name))
        if self.error:
            raise OSError(self.error, "no")
        return self

    def next(self, store: object, previous: object) -> object:
        if not self.buffers:
            return None
        self.held = self.buffers.pop(0)
        return ctypes.pointer(
            windows.CertContext(1, ctypes.cast(self.held, ctypes.c_void_p), len(self.held), None, None)
        )

    def property(self, context: object, number: int, limit: int) -> bytes | None:
        return b"name" if number == 11 else None

    def free(self, context: object) -> None:
        self.asked.append("free")

    def close(self, store: object) -> None:
        self.asked.append("close")


def test_a_store_is_opened_for_reading_and_closed():
    library = Pretend(A.certificate.der, B.certificate.der)
    found = windows.entries(library, 8, "Root")
    assert [e.der for e in found] == [A.certificate.der, B.certificate.der]
    assert found[0].properties == {11: b"name"}
    assert library.asked == [(13, 0x8C000, "Root"), "close"]


def test_a_store_that_is_not_there_holds_nothing():
    assert windows.entries(Pretend(error=2), 1, "Root") == ()
    with pytest.raises(OSError, match="no"):
        windows.entries(Pretend(error=5), 1, "Root")


def test_an_endless_store_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(windows, "MAX_ENTRIES", 1)
    library = Pretend(A.certificate.der, B.certificate.der)
    assert len(windows.entries(library, 1, "Root")) == 1
    assert library.asked[1:] == ["free", "close"]


def test_services_and_other_accounts_have_stores_of_their_own():
    assert windows.place("service:W3SVC", "Root") == (
        5, r"W3SVC\Root", "HKLM",
        r"Software\Microsoft\Cryptography\Services\W3SVC\SystemCertificates\Root\Certificates",
    )  # fmt: skip
    assert windows.place("account:S-1-5-20", "CA") == (
        6, r"S-1-5-20\CA", "HKU", r"S-1-5-20\Software\Microsoft\SystemCertificates\CA\Certificates",
    )  # fmt: skip
    for wrong in ("nobody", "service:", r"service:a\b", "printer:x"):
        with pytest.raises(NoSuchStore):
            windows.place(wrong, "Root")


def test_a_bad_blob_hides_no_other():
    at = datetime(2031, 3, 3, tzinfo=UTC)
    found = windows.from_registry({"aa": (at, b"rubbish"), "bb": (at, WHOLE)})
    assert found[0] == WindowsEntry(b"rubbish", since=at)
    assert (found[1].der, found[1].since) == (A.certificate.der, at)


def test_a_moment_of_windows():
    assert windows.filetime(116444736000000000) == datetime(1970, 1, 1, tzinfo=UTC)
    assert windows.filetime(2**63) is None
