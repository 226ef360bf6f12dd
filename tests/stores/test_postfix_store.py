from configured_making import read
from stores_making import A, B, C, bundle, titles

from tlswizard.stores import postfix

MAIN = "/etc/postfix/main.cf"
FILES = {"/etc/corp.pem": bundle(A), "/etc/hashed/00000000.0": bundle(B), "/usr/lib/ssl/cert.pem": bundle(C)}


def _read(text: str, **more):
    (store,) = read(postfix, FILES | {MAIN: text.encode()}, **more)
    return store


def test_both_settings_are_read_together():
    text = "smtp_tls_CAfile =\n  # a comment between\n   /etc/corp.pem\nsmtp_tls_CApath = /etc/hashed\n"
    store = _read(text)
    assert (store.id, titles(store.anchors)) == ("postfix:/etc/corp.pem", ["Root A", "Root B"])


def test_the_default_roots_are_added_where_it_is_told_to():
    store = _read("smtp_tls_CAfile = /etc/corp.pem\ntls_append_default_CA = yes\n")
    assert titles(store.anchors) == ["Root A", "Root C"]


def test_where_both_are_empty_nobody_is_trusted():
    store = _read("smtp_tls_CAfile =\nmyhostname = a.example\n")
    assert (store.id, store.anchors, store.notes) == (f"postfix:{MAIN}", (), (postfix.NOTHING,))
    change = postfix.adding(store, A.certificate)
    assert "sudo postconf -e smtp_tls_CAfile=/etc/postfix/root-a.pem" in change.commands
    assert "sudo postconf -X smtp_tls_CAfile" in change.undo
    assert any("/var/spool/postfix" in trap for trap in change.traps)


def test_a_name_in_a_value_is_not_followed():
    store = _read("smtp_tls_CAfile = $smtpd_tls_CAfile\n")
    assert "$smtpd_tls_CAfile" in (store.unreadable or "")


def test_no_postfix_no_store():
    assert read(postfix) == ()
    assert len(read(postfix, signs=("command:postfix",))) == 1


def test_a_file_of_its_own_is_changed_with_a_reload():
    change = postfix.adding(_read("smtp_tls_CAfile = /etc/corp.pem\n"), B.certificate)
    assert change.commands == (
        "{ echo; cat root-b.pem; } | sudo tee -a /etc/corp.pem > /dev/null",
        "sudo postfix reload",
    )
