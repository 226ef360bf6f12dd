import pytest
from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import curl

FILES = {"/a.pem": bundle(A), "/b c.pem": bundle(B)}


@pytest.mark.parametrize(
    "line",
    ["cacert = /a.pem", "--cacert /a.pem", "cacert:/a.pem", 'cacert="/a.pem" # mine', "  cacert\t/a.pem"],
)
def test_every_way_to_write_it(line: str):
    (store,) = read(curl, FILES | {"/home/dana/.curlrc": f"# cacert = /x\n{line}\n".encode()})
    assert (store.id, titles(store.anchors)) == ("curl:/a.pem", ["Root A"])


def test_only_the_first_file_is_read():
    files = FILES | {
        "/home/dana/.config/curlrc": b"cacert=/a.pem",
        "/home/dana/.curlrc": b'cacert "/b c.pem"',
    }
    (store,) = read(curl, files)
    assert titles(store.anchors) == ["Root B"]
    assert read(curl, files | {"/own/.curlrc": b"silent\n"}, variables={"CURL_HOME": "/own"}) == ()


def test_a_folder_and_checks_that_are_off():
    files = {"/hashed/00000000.0": bundle(A), "/home/dana/.curlrc": b"insecure\ncapath /hashed\n"}
    (store,) = read(curl, files)
    assert titles(store.anchors) == ["Root A"]
    assert any("insecure" in note for note in store.notes)


def test_nothing_set_no_store():
    assert read(curl) == ()
