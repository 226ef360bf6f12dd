import errno

from stores_making import A, B, Recorded, bundle, titles

from tlswizard.stores import certifi
from tlswizard.stores.reading import Reader

PATH = "/srv/venv/lib/python3.12/site-packages/certifi/cacert.pem"


def _read(machine: Recorded):
    return certifi.read(machine, Reader(machine))


def test_the_bundle_belongs_to_its_environment():
    (store,) = _read(Recorded({PATH: bundle(A, B)}, bundle_of_certifi=PATH))
    assert (store.id, store.scope, store.location) == ("certifi:/srv/venv", "program", PATH)
    assert titles(store.anchors) == ["Root A", "Root B"]


def test_without_certifi_there_is_no_store():
    assert _read(Recorded()) == ()


def test_a_bundle_that_cannot_be_read_says_why():
    for failing, why in ((errno.EACCES, "Permission denied"), (errno.ENOENT, "No such file or directory")):
        (store,) = _read(Recorded({PATH: failing}, bundle_of_certifi=PATH))
        assert (store.anchors, store.unreadable) == ((), why)


def test_its_own_file_is_never_changed():
    (store,) = _read(Recorded({PATH: bundle(A)}, bundle_of_certifi=PATH))
    change = certifi.adding(store, B.certificate)
    assert not any(f"> {PATH}" in line for line in change.commands)
    assert any("REQUESTS_CA_BUNDLE" in line for line in change.commands)
    assert change.undo == ("unset REQUESTS_CA_BUNDLE",)
