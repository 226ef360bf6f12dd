import errno

from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import openldap

CONF, HOME = "/etc/ldap/ldap.conf", "/home/dana/.ldaprc"
CLIENTS = ("command:ldapsearch",)


def test_what_is_said_last_counts():
    files = {CONF: b"# x\nTLS_CACERT /a.pem\n", HOME: b"tls_cacert   /b.pem  \n"}
    files |= {"/a.pem": bundle(A), "/b.pem": bundle(B)}
    (store,) = read(openldap, files)
    assert (store.id, store.scope, titles(store.anchors)) == ("openldap:/b.pem", "user", ["Root B"])
    (store,) = read(openldap, files, variables={"LDAPNOINIT": "1"})
    assert (store.id, store.scope, titles(store.anchors)) == ("openldap:/a.pem", "program", ["Root A"])


def test_where_nothing_is_set_debians_clients_trust_nothing():
    (store,) = read(openldap, {CONF: b"#TLS_CACERT /a.pem\n"}, signs=CLIENTS)
    assert (store.id, store.anchors, store.unreadable) == (f"openldap:{CONF}", (), None)
    assert "trust nothing" in store.notes[0]
    change = openldap.adding(store, A.certificate)
    assert change.commands[-1] == f"echo 'TLS_CACERT /etc/ldap/root-a.pem' | sudo tee -a {CONF}"
    assert change.privilege == "administrator"


def test_without_the_clients_or_with_another_library_nothing_is_said():
    assert read(openldap, {CONF: b""}) == ()
    assert read(openldap, {"/etc/openldap/ldap.conf": b""}, signs=CLIENTS) == ()


def test_checks_that_are_off_are_told():
    files = {CONF: b"TLS_CACERT /a.pem\nTLS_REQCERT never\n", "/a.pem": bundle(A)}
    (store,) = read(openldap, files)
    assert any("never" in note for note in store.notes)


def test_settings_that_cannot_be_read_make_it_unknown():
    (store,) = read(openldap, {CONF: errno.EACCES}, signs=CLIENTS)
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")
