import asyncio
import errno
from datetime import UTC, datetime

import pytest
from stores_making import AT, A, B, C, Recorded, bundle, titles

from tlswizard.core.case import Case, Options
from tlswizard.core.target import parse_target
from tlswizard.lab.authority import root
from tlswizard.stores import change, gather, given, siblings
from tlswizard.stores.reading import Reader

DEBIAN = "/etc/ssl/certs/ca-certificates.crt"


def _gathered(machine: Recorded):
    case = Case(parse_target("a.example"), machine.observed, AT)
    part = asyncio.run(gather.gather(machine, case, Options()))
    assert part.at == AT
    return {store.id: store for store in part.result}


def test_every_store_of_a_linux_machine_is_read():
    stores = _gathered(
        Recorded({DEBIAN: bundle(A), "/own.pem": bundle(B)}, variables={"SSL_CERT_FILE": "/own.pem"})
    )
    assert set(stores) == {
        "linux-system",
        "linux-directory",
        "dotnet-user-root",
        "dotnet-user-ca",
        "env:SSL_CERT_FILE",
    }
    assert titles(stores["linux-system"].anchors) == ["Root A"]


def test_a_windows_machine_has_no_linux_stores():
    stores = _gathered(Recorded({DEBIAN: bundle(A)}, platform="windows"))
    assert {id_.partition("-")[0] for id_ in stores} == {"windows"}


def test_one_unreadable_store_costs_no_other():
    stores = _gathered(
        Recorded({DEBIAN: errno.EACCES, "/own.pem": bundle(B)}, variables={"SSL_CERT_FILE": "/own.pem"})
    )
    assert stores["linux-system"].unreadable
    assert titles(stores["env:SSL_CERT_FILE"].anchors) == ["Root B"]


def test_the_same_certificate_in_two_files_is_parsed_once():
    machine = Recorded({"/a": bundle(A, B), "/b": bundle(B, A)})
    reader = Reader(machine)
    (a, b), _ = reader.file("/a")
    (b2, a2), _ = reader.file("/b")
    assert a is a2
    assert b is b2


@pytest.mark.parametrize(
    ("store", "module"),
    [("linux-system", "linux_system"), ("linux-directory", "linux_directory"),
     ("env:SSL_CERT_DIR", "environment"),
     ("certifi:/venv", "certifi"), ("dotnet-user-ca", "dotnet_user"), ("windows-machine-root", "windows")],
)  # fmt: skip
def test_each_store_is_changed_by_its_own_kind(store: str, module: str):
    assert siblings.kind_of(store).__name__ == f"tlswizard.stores.{module}"
    assert siblings.kind_of("file:/roots.pem") is None


def test_every_store_that_is_read_can_be_changed():
    machine = Recorded(
        {"/own.pem": bundle(B)}, variables={"SSL_CERT_FILE": "/own.pem"}, bundle_of_certifi="/own.pem"
    )
    for id_, store in _gathered(machine).items():
        kind = siblings.kind_of(id_)
        assert kind.adding(store, A.certificate).undo == kind.removing(store, A.certificate)


# --- roots that the person named ----------------------------------------------------------------------


def test_a_file_that_was_named_stands_in_for_the_stores():
    store = given.store_of("own\x1b.pem", bundle(A, C) + b"-----BEGIN CERTIFICATE-----\n")
    assert (store.id, titles(store.anchors), store.skipped) == ("file:own\\x1b.pem", ["Root A", "Root C"], 1)
    assert given.store_of("x", b"nothing in here") is None


# --- names of files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Contoso Root CA 2031", "contoso-root-ca-2031"),
        ("../../etc/passwd", "etc-passwd"),
        ("$(reboot); rm -rf /", "reboot-rm-rf"),
        ("-rf", "rf"),
        ("a" * 64, "a" * 40),
    ],
)
def test_a_file_name_is_made_of_harmless_characters(title: str, stem: str):
    at = datetime(2031, 5, 6, tzinfo=UTC)
    assert change.file_stem(root(title, at=at).certificate) == stem


def test_a_certificate_without_any_such_character_gets_a_name_all_the_same():
    certificate = root("株式会社", at=AT).certificate
    assert change.file_stem(certificate) == f"certificate-{certificate.sha256[:12]}"
