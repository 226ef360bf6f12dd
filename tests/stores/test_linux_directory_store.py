import errno
import shutil
import subprocess
from pathlib import Path

import pytest
from stores_making import AT, A, B, C, Recorded, bundle, titles

from tlswizard.lab.authority import root
from tlswizard.machine.this import ThisMachine
from tlswizard.stores import linux_directory
from tlswizard.stores.reading import Reader

FOLDER = "/usr/lib/ssl/certs"


def _read(machine: Recorded):
    (store,) = linux_directory.read(machine, Reader(machine))
    return store


def test_only_names_that_are_hashes_are_seen():
    # openssl-rehash(1)
    store = _read(
        Recorded({
            f"{FOLDER}/5ed36f99.0": bundle(A), f"{FOLDER}/0b1b94ef.12": bundle(B),
            f"{FOLDER}/own.pem": bundle(C),
            f"{FOLDER}/5ED36F99.1": bundle(C), f"{FOLDER}/5ed36f99": bundle(C),
            f"{FOLDER}/5ed36f99.r0": bundle(C),
            f"{FOLDER}/5ed36f99.0.bak": bundle(C), f"{FOLDER}/ca-certificates.crt": bundle(A, B, C),
        })
    )  # fmt: skip
    assert sorted(titles(store.anchors)) == ["Root A", "Root B"]
    assert (store.id, store.scope, store.location, store.skipped) == ("linux-directory", "machine", FOLDER, 0)


def test_a_dangling_link_and_rubbish_are_counted_and_cost_no_other():
    store = _read(
        Recorded({
            f"{FOLDER}/00000000.0": errno.ENOENT, f"{FOLDER}/11111111.0": errno.EACCES,
            f"{FOLDER}/22222222.0": b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----",
            f"{FOLDER}/33333333.0": bundle(A),
        })
    )  # fmt: skip
    assert (titles(store.anchors), store.skipped, store.unreadable) == (["Root A"], 3, None)


def test_one_certificate_under_two_names_is_held_once():
    store = _read(Recorded({f"{FOLDER}/00000000.0": bundle(A), f"{FOLDER}/00000000.1": bundle(A)}))
    assert titles(store.anchors) == ["Root A"]


def test_a_folder_that_is_not_there_is_an_empty_one():
    store = _read(Recorded())
    assert (store.anchors, store.unreadable) == ((), None)
    assert store.notes == ("The folder is not there.",)


def test_a_folder_that_cannot_be_read_says_why():
    store = _read(Recorded({FOLDER: errno.EACCES}))
    assert (store.anchors, store.unreadable) == ((), "Permission denied")
    assert store.privileged == "sudo tlswizard stores"


def test_past_the_limit_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(linux_directory, "MAX_FILES", 2)
    machine = Recorded({f"{FOLDER}/0000000{n}.0": bundle(i) for n, i in enumerate((A, B, C))})
    store = _read(machine)
    assert (titles(store.anchors), store.skipped) == (["Root A", "Root B"], 1)


def test_it_is_changed_as_the_bundle_is():
    machine = Recorded(folders=["/etc/pki/ca-trust/source/anchors"])
    change = linux_directory.adding(_read(machine), A.certificate)
    assert change.commands[1] == "sudo update-ca-trust"
    assert change.undo == linux_directory.removing(_read(machine), A.certificate)


# --- files that no link leads to -----------------------------------------------------------------------


def test_a_file_without_a_link_is_idle():
    store = _read(
        Recorded({
            f"{FOLDER}/00000000.0": bundle(A), f"{FOLDER}/a.pem": bundle(A), f"{FOLDER}/b.pem": bundle(B),
            f"{FOLDER}/two.crt": bundle(A, C), f"{FOLDER}/ca-certificates.crt": bundle(A, B, C),
            f"{FOLDER}/notes.txt": bundle(C), f"{FOLDER}/gone.pem": errno.ENOENT, f"{FOLDER}/x.pem": b"?",
        })
    )  # fmt: skip
    assert [(i.certificate.title, i.why, i.where) for i in store.idle] == [
        ("Root B", "no link with the hash of its subject leads to it", f"{FOLDER}/b.pem"),
        ("Root C", "its file holds several certificates, and a link is made only for a file with one",
         f"{FOLDER}/two.crt"),
    ]  # fmt: skip
    assert (titles(store.anchors), store.skipped) == (["Root A"], 0)
    assert store.names == ((A.certificate.sha256, "00000000.0"),)


def test_where_the_folder_is_generated_an_idle_file_goes_to_its_sources():
    machine = Recorded({f"{FOLDER}/b.pem": bundle(B)}, folders=["/etc/pki/ca-trust/source/anchors"])
    store = _read(machine)
    assert linux_directory.marking(store, store.idle[0]) == linux_directory.adding(store, B.certificate)


def test_the_location_is_the_folder_that_a_link_leads_to():
    machine = Recorded({f"{FOLDER}/00000000.0": bundle(A)}, links={FOLDER: "/etc/ssl/certs"})
    assert _read(machine).location == "/etc/ssl/certs"


# --- beside OpenSSL itself -----------------------------------------------------------------------------

OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read_real(folder: Path):
    machine = ThisMachine()
    return linux_directory.read_folder(machine, Reader(machine), "linux-directory", str(folder))


@OPENSSL
def test_what_rehash_links_counts_and_marking_makes_a_link(tmp_path: Path):
    two = [root(name, at=AT) for name in ("Root D", "Root E")]
    (tmp_path / "a.pem").write_bytes(bundle(A))
    (tmp_path / "two.pem").write_bytes(bundle(*two))
    _run("openssl", "rehash", tmp_path)
    (tmp_path / "*.pem").write_bytes(bundle(B))
    store = _read_real(tmp_path)
    assert titles(store.anchors) == ["Root A"]
    assert {i.certificate.title for i in store.idle} == {"Root B", "Root D", "Root E"}

    change = linux_directory.marking(store, next(i for i in store.idle if i.certificate == B.certificate))
    for line in change.commands:
        _run("sh", "-c", line.removeprefix("sudo "))
    assert sorted(titles(_read_real(tmp_path).anchors)) == ["Root A", "Root B"]
    for line in change.undo:
        _run("sh", "-c", line.removeprefix("sudo "))
    assert titles(_read_real(tmp_path).anchors) == ["Root A"]
    assert (tmp_path / "*.pem").exists()


@OPENSSL
def test_openssl_reads_this_machines_folder_the_same():
    machine = ThisMachine()
    (store,) = linux_directory.read(machine, Reader(machine))
    if not store.anchors:
        pytest.skip(f"no hashed certificates on this machine: {store.location}")
    links = [p for p in Path(store.location).iterdir() if linux_directory.HASHED.fullmatch(p.name)]
    blocks = sum(p.read_text().count("-----BEGIN ") for p in links if p.exists())
    assert len(store.anchors) + store.skipped == blocks + sum(not p.exists() for p in links)
    for sha256, link in store.names[:5]:
        said = _run(
            "openssl", "x509", "-noout", "-subject_hash", "-fingerprint", "-sha256",
            "-in", Path(store.location, link),
        ).stdout  # fmt: skip
        assert said.split()[0] == link[:8]
        assert said.strip().rpartition("=")[2].replace(":", "").lower() == sha256
