import errno

from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import libpq

FILE = "/home/dana/.postgresql/root.crt"


def test_the_default_file():
    (store,) = read(libpq, {FILE: bundle(A)})
    assert (store.id, store.scope, titles(store.anchors)) == (f"libpq:{FILE}", "user", ["Root A"])
    (command,) = libpq.adding(store, B.certificate).commands
    assert command == f"{{ echo; cat root-b.pem; }} >> {FILE}"


def test_without_it_the_clients_trust_nothing():
    (store,) = read(libpq, signs=("command:psql",))
    assert (store.anchors, store.unreadable) == ((), None)
    assert "verify-full" in store.notes[0]
    change = libpq.adding(store, A.certificate)
    assert change.commands == ("mkdir -p /home/dana/.postgresql", f"cp root-a.pem {FILE}")
    assert change.undo == (f"rm {FILE}",)
    assert read(libpq) == ()


def test_a_file_that_cannot_be_read_says_why():
    (store,) = read(libpq, {FILE: errno.EACCES})
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")


def test_its_place_on_windows():
    # The path alone: not run on Windows.
    path = r"C:\Users\dana\AppData\Roaming\postgresql\root.crt"
    variables = {"APPDATA": r"C:\Users\dana\AppData\Roaming"}
    (store,) = read(libpq, {path: bundle(A)}, variables=variables, platform="windows")
    assert (store.id, store.flavour) == (f"libpq:{path}", "windows")
