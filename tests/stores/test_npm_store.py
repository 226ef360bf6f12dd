from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import npm

HOME = "/home/dana/.npmrc"
FILES = {"/a.pem": bundle(A), "/corp/b.pem": bundle(B)}


def test_the_persons_cafile_wins_and_variables_are_filled_in():
    files = FILES | {"/usr/etc/npmrc": b"cafile=/a.pem\n", HOME: b'; c\ncafile = "${CORP}/b.pem"\n'}
    (store,) = read(npm, files, variables={"CORP": "/corp"})
    assert (store.id, store.read_by, titles(store.anchors)) == ("npm:/corp/b.pem", "npm", ["Root B"])
    assert npm.REPLACES in store.notes


def test_certificates_in_the_settings_themselves():
    inline = bundle(A).decode().replace("\n", "\\n")
    (store,) = read(npm, {HOME: f'ca[]="{inline}"\nca[]="{bundle(B).decode().strip()}"'.encode()})
    assert store.id == f"npm:{HOME}"
    assert titles(store.anchors)[:1] == ["Root A"]
    assert npm.adding(store, A.certificate).undo == ("npm config delete cafile",)


def test_a_file_that_is_not_there_is_passed_over():
    (store,) = read(npm, {HOME: b"cafile=/nonexistent\n"})
    assert store.anchors == ()
    assert any("goes on" in note for note in store.notes)


def test_nothing_set_no_store():
    assert read(npm, {HOME: b"fund=false\n"}) == ()
