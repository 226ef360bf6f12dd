import errno

from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import wget

FILES = {"/a.pem": bundle(A), "/b.pem": bundle(B)}


def test_the_persons_setting_wins_however_its_name_is_written():
    files = FILES | {"/etc/wgetrc": b"ca_certificate = /a.pem\n"}
    (store,) = read(wget, files)
    assert (store.id, store.read_by, titles(store.anchors)) == ("wget:/a.pem", "wget", ["Root A"])
    own = b"# x\nCA-Certificate=/b.pem\ncheck_certificate = off\n"
    (store,) = read(wget, files | {"/home/dana/.wgetrc": own})
    assert titles(store.anchors) == ["Root B"]
    assert any("check_certificate is off" in note for note in store.notes)
    (store,) = read(wget, files | {"/own": b""}, variables={"WGETRC": "/own"})
    assert titles(store.anchors) == ["Root A"]


def test_settings_that_cannot_be_read_and_none_at_all():
    (store,) = read(wget, {"/etc/wgetrc": errno.EACCES})
    assert store.unreadable == "Permission denied"
    assert read(wget) == ()
