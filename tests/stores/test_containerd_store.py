import pytest
from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import containerd

FOLDER = "/etc/containerd/certs.d/registry.corp.example"
FILES = {"/etc/corp.pem": bundle(A), f"{FOLDER}/b.crt": bundle(B)}


def _read(text: str):
    return read(containerd, FILES | {f"{FOLDER}/hosts.toml": text.encode()})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ca = "/etc/corp.pem"', ["Root A"]),
        ('ca = ["/etc/corp.pem", "b.crt"]', ["Root A", "Root B"]),
        ('server = "x"\n[host."https://mirror.example"]\nca = "b.crt"\n', ["Root B"]),
    ],
)
def test_a_path_or_a_list_of_paths(text: str, expected: list[str]):
    (store,) = _read(text)
    assert (store.id, store.read_by) == (
        "containerd:registry.corp.example", "containerd, for registry.corp.example",
    )  # fmt: skip
    assert titles(store.anchors) == expected


def test_settings_that_are_no_toml_make_it_unknown():
    (store,) = _read("ca = [")
    assert store.unreadable == "its hosts.toml is no TOML"


@pytest.mark.parametrize("text", ["", "ca = 7", "host = 3", "ca = []", '[host]\nx = "y"', "ca = [1, {}]"])
def test_no_path_no_store(text: str):
    assert _read(text) == ()
