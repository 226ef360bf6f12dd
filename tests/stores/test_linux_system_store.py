import errno

import pytest
from stores_making import A, B, C, Recorded, bundle, titles

from tlswizard.stores import linux_system
from tlswizard.stores.reading import Reader

DEBIAN = "/etc/ssl/certs/ca-certificates.crt"


def _read(machine: Recorded):
    (store,) = linux_system.read(machine, Reader(machine))
    return store


@pytest.mark.parametrize(
    ("path", "own", "flavour", "update"),
    [
        (DEBIAN, "/usr/local/share/ca-certificates", "debian", "update-ca-certificates"),
        ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/source/anchors", "redhat", "update-ca-trust"),
        ("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/ca-trust/source/anchors", "redhat",
         "update-ca-trust"),
        ("/etc/ssl/ca-bundle.pem", "/etc/pki/trust/anchors", "suse", "update-ca-certificates"),
        (DEBIAN, "/etc/ca-certificates/trust-source/anchors", "arch", "update-ca-trust"),
        ("/etc/ssl/cert.pem", "/usr/local/share/ca-certificates", "debian", "update-ca-certificates"),
    ],
    ids=["debian", "redhat", "fedora-44", "suse", "arch", "alpine"],
)  # fmt: skip
def test_each_distribution_has_its_bundle_and_its_way_to_change_it(
    path: str, own: str, flavour: str, update: str
):
    store = _read(Recorded({path: bundle(A, B)}, folders=[own]))
    assert (store.id, store.scope, store.location, store.flavour) == (
        "linux-system",
        "machine",
        path,
        flavour,
    )
    assert titles(store.anchors) == ["Root A", "Root B"]
    assert (store.unreadable, store.skipped) == (None, 0)
    change = linux_system.adding(store, C.certificate)
    assert change.commands[0].split()[-1].startswith(f"{own}/root-c.")
    assert change.commands[1] == f"sudo {update}"
    assert change.undo[0] == f"sudo rm {change.commands[0].split()[-1]}"
    assert change.privilege == "administrator"


def test_the_first_bundle_that_is_there_counts():
    store = _read(Recorded({"/etc/ssl/cert.pem": bundle(B), DEBIAN: bundle(A)}))
    assert (store.location, titles(store.anchors)) == (DEBIAN, ["Root A"])


def test_no_bundle_is_an_empty_store():
    store = _read(Recorded())
    assert (store.anchors, store.unreadable) == ((), None)
    assert store.notes == ("There is no bundle on this computer.",)


def test_the_location_is_where_the_links_lead():
    path, real = "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
    assert _read(Recorded({path: bundle(A)}, links={path: real})).location == real


@pytest.mark.parametrize("own", ["/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors"])
def test_changing_says_what_goes_wrong_easily_and_how_to_see_it(own: str):
    change = linux_system.adding(_read(Recorded({DEBIAN: bundle(A)}, folders=[own])), C.certificate)
    assert change.traps
    assert not any("{" in trap for trap in change.traps)
    assert change.verify[0] == f"openssl verify -partial_chain -no-CApath -CAfile {DEBIAN} root-c.pem"


def test_a_bundle_that_cannot_be_read_says_why_and_is_not_passed_over():
    store = _read(Recorded({DEBIAN: errno.EACCES, "/etc/ssl/cert.pem": bundle(B)}))
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")
    assert (store.location, store.anchors) == (DEBIAN, ())


def test_a_broken_entry_is_counted_and_costs_no_other():
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    store = _read(Recorded({DEBIAN: bundle(A) + broken + bundle(B)}))
    assert (titles(store.anchors), store.skipped) == (["Root A", "Root B"], 1)


def test_on_debian_the_undo_takes_it_out_of_javas_store_too():
    debian = _read(Recorded({DEBIAN: bundle()}, folders=["/usr/local/share/ca-certificates"]))
    redhat = _read(Recorded({DEBIAN: bundle()}, folders=["/etc/pki/ca-trust/source/anchors"]))
    assert any("keytool -delete" in line for line in linux_system.removing(debian, C.certificate))
    assert not any("keytool" in line for line in linux_system.removing(redhat, C.certificate))
    assert any("--fresh" in line for line in linux_system.removing(debian, C.certificate))
