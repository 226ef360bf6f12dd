"""What no administrator means: the Linux stores answer, soon, and with a reason."""

import errno
import os
import time
from pathlib import Path

import pytest
from linux_rooted import Rooted
from stores_making import A, B, C, Recorded, bundle, titles

from tlswizard.stores import linux_directory, linux_source, linux_system
from tlswizard.stores.reading import Reader

BUNDLE, OWN = "/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates"
FOLDER, SOURCE = "/usr/lib/ssl/certs", "/etc/pki/ca-trust/source"

SECONDS = 10.0
"""Each of these takes below one; the rest is for a machine that is busy."""

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file system of POSIX")


@pytest.fixture
def machine(tmp_path: Path) -> Rooted:
    made = Rooted(top=tmp_path)
    for folder in (OWN, FOLDER, "/etc/ssl/certs"):
        (tmp_path / folder.lstrip("/")).mkdir(parents=True)
    return made


def _both(machine: Recorded):
    begin = time.monotonic()
    reader = Reader(machine)
    (folder,) = linux_directory.read(machine, reader)
    (system,) = linux_system.read(machine, reader)
    assert time.monotonic() - begin < SECONDS
    return system, folder


def test_a_fifo_is_no_file_and_nobody_waits_for_it(machine: Rooted):
    for path in (BUNDLE, f"{OWN}/a.crt", f"{FOLDER}/00000000.0", f"{FOLDER}/a.pem"):
        os.mkfifo(machine.top / path.lstrip("/"))
    machine.put(f"{FOLDER}/00000001.0", bundle(A))
    system, folder = _both(machine)
    assert (system.unreadable, system.location) == ("it is not a file", BUNDLE)
    assert (titles(folder.anchors), folder.skipped, folder.idle) == (["Root A"], 1, ())


def test_a_fifo_among_the_sources_is_counted(machine: Rooted):
    machine.put(BUNDLE, bundle(A))
    os.mkfifo(machine.top / f"{OWN}/a.crt".lstrip("/"))
    machine.put(f"{OWN}/b.crt", bundle(B))
    system, _ = _both(machine)
    assert ([i.certificate.title for i in system.idle], len(system.notes)) == (["Root B"], 1)


def test_links_to_nowhere_and_to_themselves_are_passed_over(machine: Rooted):
    machine.put(BUNDLE, bundle(A))
    for folder in (OWN, FOLDER):
        top = machine.top / folder.lstrip("/")
        (top / "gone.crt").symlink_to("nowhere")
        (top / "00000000.0").symlink_to("00000000.0")
        (top / "up").symlink_to("..")
        (top / "here").symlink_to(".")
    machine.put(f"{OWN}/b.crt", bundle(B))
    machine.put(f"{FOLDER}/00000001.0", bundle(A))
    system, folder = _both(machine)
    assert [i.certificate.title for i in system.idle] == ["Root B"]
    assert system.notes == (f"2 entries of {OWN} are no readable certificate.",)
    assert (titles(folder.anchors), folder.skipped) == (["Root A"], 1)


def test_a_bundle_that_is_a_link_to_itself_is_unreadable(machine: Rooted):
    (machine.top / BUNDLE.lstrip("/")).symlink_to("ca-certificates.crt")
    system, _ = _both(machine)
    assert system.unreadable == os.strerror(errno.ELOOP)


def test_a_bundle_that_leads_nowhere_gives_way_to_the_next(machine: Rooted):
    (machine.top / BUNDLE.lstrip("/")).symlink_to("nowhere")
    machine.put("/etc/ssl/cert.pem", bundle(A))
    system, _ = _both(machine)
    assert (titles(system.anchors), system.location) == (["Root A"], "/etc/ssl/cert.pem")


def test_a_folder_in_place_of_the_bundle_is_unreadable(machine: Rooted):
    (machine.top / BUNDLE.lstrip("/")).mkdir()
    system, _ = _both(machine)
    assert system.unreadable == os.strerror(errno.EISDIR)


def test_a_bundle_of_fifty_megabytes_is_unreadable_with_a_reason(machine: Rooted):
    with machine.put(BUNDLE, b"").open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    system, _ = _both(machine)
    assert system.unreadable == "it is larger than 8192 KB"


class Crowded(Recorded):
    """100,000 names in each folder: real ones would take a minute to make."""

    def names_in(self, folder: str) -> tuple[str, ...]:
        if folder == FOLDER:
            names = [f"{n:08x}.0" for n in range(50_000)] + [f"{n:06}.pem" for n in range(50_000)]
            return tuple(sorted(names))
        super().names_in(folder)
        return tuple(f"{n:06}.crt" for n in range(100_000))

    def read(self, path: str, limit: int) -> bytes:
        known = path in self.files or not path.endswith((".crt", ".pem", ".0")) or path == BUNDLE
        return super().read(path, limit) if known else bundle(B)


@pytest.mark.parametrize("own", [OWN, f"{SOURCE}/anchors"], ids=["debian", "redhat"])
def test_folders_with_a_hundred_thousand_names_are_read_up_to_a_limit(own: str):
    files = {BUNDLE: bundle(A), f"{own}/000000.crt": bundle(C), f"{SOURCE}/blocklist/0.crt": bundle(B)}
    if own == OWN:
        del files[f"{SOURCE}/blocklist/0.crt"]
    system, folder = _both(Crowded(files))
    assert f"99000 more entries of {own} were not looked at." in system.notes
    assert {i.certificate.title for i in system.idle} == {"Root B", "Root C"}
    assert (len(folder.anchors), folder.skipped) == (1, 50_000 - linux_directory.MAX_FILES)


def test_what_may_not_be_read_is_told(machine: Rooted):
    system, folder = _both(Recorded({BUNDLE: errno.EACCES, FOLDER: errno.EACCES, OWN: errno.EACCES}))
    for store in (system, folder):
        assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")
        assert (store.anchors, store.idle) == ((), ())


def test_garbage_between_the_blocks_costs_nothing():
    noise = b"\x00\xff[p11-kit-object-v1]\n-----BEGIN CERTIFICATE\n\x1b[31m-----END CERTIFICATE-----\n"
    data = noise + bundle(A) + noise + bundle(B) + noise
    system, _ = _both(Recorded({BUNDLE: data, f"{OWN}/c.crt": noise + bundle(C) + noise}))
    assert titles(system.anchors) == ["Root A", "Root B"]
    assert [i.certificate.title for i in system.idle] == ["Root C"]


@pytest.mark.parametrize(
    "piece",
    [
        b"[p11-kit-object-v1]\n", b"[p11-kit-object-v1]\nx-distrusted: true\n",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN TRUSTED CERTIFICATE-----\nMAAwAA==\n-----END TRUSTED CERTIFICATE-----\n",
        b"x-distrusted:   ", b"trusted: true\n", b"-", b"-----BEGIN ", b"\x30\x80",
    ],
    ids=range(9),
)  # fmt: skip
def test_a_file_full_of_one_thing_is_done_soon(piece: bytes):
    full = piece * (linux_source.MAX_FILE // len(piece))
    system, _ = _both(
        Recorded({BUNDLE: full, f"{SOURCE}/anchors/a.pem": full, f"{SOURCE}/blocklist/b.p11-kit": full})
    )
    assert system.anchors == system.idle == ()


def test_many_large_files_are_read_up_to_a_sum(machine: Rooted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(linux_source, "MAX_BYTES", 3 * len(bundle(A)))
    machine.put(BUNDLE, bundle())
    for n in range(9):
        machine.put(f"{OWN}/{n}.crt", bundle(B if n else A))
    system, _ = _both(machine)
    assert {i.certificate.title for i in system.idle} == {"Root A", "Root B"}
    assert f"6 entries of {OWN} are no readable certificate." in system.notes


@pytest.mark.parametrize(
    "aux", [b"", b"\x30", b"\x05\x00", b"\x30\x03\x02\x01\x00", b"\x30\x80" * 900, b"\xff" * 99]
)
def test_trust_settings_of_any_kind_raise_nothing(aux: bytes):
    assert linux_source.use_of(aux) in (None, "unsaid", "others")
