from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import pip

FILES = {"/a.pem": bundle(A), "/home/dana/b.pem": bundle(B)}


def test_the_later_file_wins():
    files = FILES | {"/etc/pip.conf": b"[global]\ncert = /a.pem\n"}
    (store,) = read(pip, files)
    assert (store.id, store.read_by, titles(store.anchors)) == ("pip:/a.pem", "pip", ["Root A"])
    (store,) = read(pip, files | {"/home/dana/.config/pip/pip.conf": b"[global]\ncert: x\ncert = ~/b.pem\n"})
    assert (store.scope, titles(store.anchors)) == ("user", ["Root B"])


def test_settings_of_an_environment_and_none_at_all():
    files = FILES | {"/venv/pip.conf": b"[install]\ncert=/a.pem\n"}
    assert len(read(pip, files, variables={"VIRTUAL_ENV": "/venv"})) == 1
    assert read(pip, files, variables={"VIRTUAL_ENV": "/venv", "PIP_CONFIG_FILE": "/dev/null"}) == ()
    assert read(pip, FILES) == ()
