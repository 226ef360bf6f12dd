import errno

from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import docker

HOST = "/etc/docker/certs.d/registry.corp.example:5000"


def test_each_registry_has_its_own_roots():
    files = {f"{HOST}/ca.crt": bundle(A), f"{HOST}/client.cert": bundle(B), f"{HOST}/client.key": b"x"}
    files["/etc/containers/certs.d/registry.corp.example:5000/ca.crt"] = bundle(B)
    first, second = read(docker, files)
    assert first.id == "docker:registry.corp.example:5000"
    assert first.read_by == "docker, for registry.corp.example:5000"
    assert titles(first.anchors) == ["Root A"]
    assert (second.id, titles(second.anchors)) == ("podman:registry.corp.example:5000", ["Root B"])
    assert docker.removing(first, A.certificate) == (f"sudo rm {HOST}/ca.crt",)
    assert docker.adding(first, B.certificate).commands == (
        f"sudo install -m 644 root-b.pem {HOST}/root-b.crt",
    )


def test_a_folder_that_cannot_be_read_says_why():
    (store,) = read(docker, {f"{HOST}/ca.crt": errno.EACCES})
    assert store.unreadable == "ca.crt: Permission denied"
    (store,) = read(docker, {"/etc/docker/certs.d": errno.EACCES})
    assert store.privileged == "sudo tlswizard stores"


def test_nothing_there_no_store():
    assert read(docker) == ()
    assert read(docker, folders=("/etc/docker/certs.d",)) == ()
