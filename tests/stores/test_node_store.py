import errno
import shutil
import subprocess

import pytest
from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.machine.this import ThisMachine
from tlswizard.stores import node
from tlswizard.stores.reading import Reader

PROGRAM = b"\x7fELF\0-----BEGIN CERTIFICATE-----\n%s\0" + bundle(A) + b"\0" + bundle(B) + b"\0rest\0" * 9
HEADER = b"""#define NODE_MAJOR_VERSION 20
#define NODE_MINOR_VERSION 11
#define NODE_PATCH_VERSION 1
"""
VARIABLES = {"PATH": "/opt/node/bin:/usr/bin:/nonexistent"}


def test_the_roots_stand_as_text_in_the_program():
    files = {"/opt/node/bin/node": PROGRAM, "/opt/node/include/node/node_version.h": HEADER}
    (store,) = read(node, files, variables=VARIABLES)
    assert (store.id, store.version, store.scope) == ("node:/opt/node/bin/node", "20.11.1", "program")
    assert (titles(store.anchors), store.skipped) == (["Root A", "Root B"], 0)
    assert store.title == "the roots inside Node.js 20.11.1 (/opt/node/bin/node)"


def test_each_program_is_one_store_by_its_real_path():
    files = {"/opt/node/bin/node": PROGRAM, "/usr/bin/node": PROGRAM}
    (store,) = read(node, files, variables=VARIABLES, links={"/usr/bin/node": "/opt/node/bin/node"})
    assert (store.location, store.version) == ("/opt/node/bin/node", "")


def test_a_program_without_roots_says_so():
    (store,) = read(node, {"/usr/bin/node": b"#!/bin/sh\nexec other\n"}, variables=VARIABLES)
    assert store.unreadable is not None
    assert "holds no roots" in store.unreadable
    (store,) = read(node, {"/usr/bin/node": errno.EACCES, "/usr/bin/x": b""}, variables=VARIABLES)
    assert store.privileged == "sudo tlswizard stores"


def test_no_node_no_store():
    assert read(node, {"/usr/bin/other": b""}, variables=VARIABLES) == ()
    assert read(node) == ()


def test_options_that_change_what_is_read_are_told():
    variables = VARIABLES | {
        "NODE_OPTIONS": "--max-old-space-size=1 --use-openssl-ca",
        "NODE_USE_SYSTEM_CA": "1",
    }
    (store,) = read(node, {"/usr/bin/node": PROGRAM}, variables=variables)
    assert len(store.notes) == 2
    assert "--use-openssl-ca" in store.notes[0]


def test_the_way_to_add_is_a_variable():
    (store,) = read(node, {"/usr/bin/node": PROGRAM}, variables=VARIABLES)
    change = node.adding(store, A.certificate)
    assert change.commands == ('export NODE_EXTRA_CA_CERTS="$PWD/root-a.pem"',)
    assert change.undo == ("unset NODE_EXTRA_CA_CERTS",)
    assert any("service" in trap for trap in change.traps)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_node_of_this_machine_says_the_same_of_itself():
    program = shutil.which("node")
    said = subprocess.run(
        [program, "-p", "require('tls').rootCertificates.length"], capture_output=True, text=True, check=True
    )
    machine = ThisMachine()
    store = node.read(machine, Reader(machine))[0]
    if store.unreadable:
        pytest.skip(f"the node of this machine brings no roots along: {store.unreadable}")
    assert len(store.anchors) + store.skipped == int(said.stdout)
