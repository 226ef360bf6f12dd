import errno

import pytest
from stores_making import A, B, C, Recorded, bundle, titles

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


def test_a_folder_that_cannot_be_read_says_why():
    store = _read(Recorded({FOLDER: errno.EACCES}))
    assert (store.anchors, store.unreadable) == ((), "Permission denied")


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
