import errno

import pytest
from stores_making import A, B, Recorded, bundle, titles

from tlswizard.stores import environment
from tlswizard.stores.reading import Reader

FILES = {"/own/roots.pem": bundle(A), "/own/dir/00000000.0": bundle(A), "/own/more/00000001.0": bundle(B)}


def _read(files=FILES, **variables: str):
    machine = Recorded(files, variables={"PATH": "/usr/bin"} | variables)
    return {store.id: store for store in environment.read(machine, Reader(machine))}


def test_no_variable_no_store():
    assert _read() == {}
    assert _read(SSL_CERT_FILE="", SSL_CERT_DIR="") == {}


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_that_a_variable_names_is_a_store_of_this_process(variable: str):
    store = _read(**{variable: "/own/roots.pem"})[f"env:{variable}"]
    assert (titles(store.anchors), store.scope, store.location) == (["Root A"], "process", "/own/roots.pem")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"])
def test_a_path_that_is_not_there_holds_nothing_and_is_no_error(variable: str):
    store = _read(**{variable: "/nonexistent"})[f"env:{variable}"]
    assert (store.anchors, store.unreadable) == ((), None)


def test_a_file_that_cannot_be_read_says_why():
    store = _read({"/own/roots.pem": errno.EACCES}, SSL_CERT_FILE="/own/roots.pem")["env:SSL_CERT_FILE"]
    assert (store.anchors, store.unreadable) == ((), "Permission denied")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_requests_takes_a_folder_too(variable: str):
    store = _read(**{variable: "/own/dir"})[f"env:{variable}"]
    assert (titles(store.anchors), store.scope) == (["Root A"], "process")


def test_in_a_folder_that_the_variable_for_a_file_names_nothing_is_found():
    # Measured with openssl 3.0 and Python 3.11.
    store = _read(SSL_CERT_FILE="/own/dir")["env:SSL_CERT_FILE"]
    assert (store.anchors, store.unreadable) == ((), None)


def test_several_folders_are_one_store():
    store = _read(SSL_CERT_DIR="/own/dir:/nonexistent::/own/more:/own/dir")["env:SSL_CERT_DIR"]
    assert titles(store.anchors) == ["Root A", "Root B"]


def test_a_folder_that_cannot_be_read_makes_the_whole_unreadable():
    files = FILES | {"/secret": errno.EACCES}
    store = _read(files, SSL_CERT_DIR="/own/dir:/secret")["env:SSL_CERT_DIR"]
    assert store.unreadable == "Permission denied"
    assert titles(store.anchors) == ["Root A"]


def test_a_hostile_value_is_shown_visibly():
    store = _read(SSL_CERT_FILE="/own/\x1b[2J")["env:SSL_CERT_FILE"]
    assert store.location == "/own/\\x1b[2J"


def test_the_commands_quote_what_the_variable_says():
    store = _read({"/my own/it's.pem": bundle(A)}, SSL_CERT_FILE="/my own/it's.pem")["env:SSL_CERT_FILE"]
    change = environment.adding(store, B.certificate)
    assert change.commands == ("""cat root-b.pem >> '/my own/it'"'"'s.pem'""",)
    assert change.privilege == "account"
    folder = _read(SSL_CERT_DIR="/own/dir:/own/more")["env:SSL_CERT_DIR"]
    assert environment.adding(folder, B.certificate).commands == (
        "cp root-b.pem /own/dir/ && openssl rehash /own/dir",
    )
    assert environment.removing(folder, B.certificate) == (
        "rm /own/dir/root-b.pem && openssl rehash /own/dir",
    )


def test_programs_without_a_row_are_named_by_the_variable_that_they_read():
    stores = _read(PIP_CERT="/own/roots.pem", GIT_SSL_CAPATH="/own/dir", SSL_CERT_FILE="/own/roots.pem")
    assert {id_: store.read_by for id_, store in stores.items()} == {
        "env:SSL_CERT_FILE": "",
        "env:PIP_CERT": "pip",
        "env:GIT_SSL_CAPATH": "git",
    }
    assert all(environment.NOTE in store.notes for store in stores.values())
    assert titles(stores["env:GIT_SSL_CAPATH"].anchors) == ["Root A"]


def test_nothing_is_written_into_the_systems_bundle_itself():
    system = "/etc/ssl/certs/ca-certificates.crt"
    store = _read({system: bundle(A)}, NODE_EXTRA_CA_CERTS=system)["env:NODE_EXTRA_CA_CERTS"]
    commands = " ".join(environment.adding(store, B.certificate).commands)
    assert "update-ca-certificates" in commands
    assert system not in commands


def test_libpqs_word_for_the_systems_roots_is_no_file():
    store = _read(PGSSLROOTCERT="system")["env:PGSSLROOTCERT"]
    assert "system" in (store.unreadable or "")
    assert store.anchors == ()
