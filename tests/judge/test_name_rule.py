"""The kinds of mismatch are tried in tests/core/test_names.py; here: who refuses for which."""

import pytest
from judge_making import HOST, faults_of, leaf, made, named, root, verdict_of

ROOT = root()


def test_the_name_that_was_asked_for_is_on_the_certificate():
    assert faults_of("name-mismatch", leaf(ROOT), roots=[ROOT]) == ()


def test_another_name_is_a_mismatch_on_the_leaf():
    server = made(named("x"), ROOT, names=("b.example", "c.example"))
    (fault,) = faults_of("name-mismatch", server, roots=[ROOT])
    assert (fault.kind, fault.role, fault.on) == ("other", "leaf", server.certificate)
    assert (fault.expected, fault.found) == (HOST, "b.example and c.example")


def test_the_nearest_of_many_names_comes_first_and_the_others_are_counted():
    names = tuple(f"{n}.b.example" for n in range(40))
    server = leaf(ROOT, names=(*names, "www.a.example"))
    (fault,) = faults_of("name-mismatch", server, roots=[ROOT])
    assert fault.kind == "apex"
    assert fault.found == "www.a.example, 0.b.example, 1.b.example, 2.b.example and 37 more"


def test_a_name_that_fakes_a_line_stays_on_one():
    server = leaf(ROOT, names=("b.example\na.example",))
    (fault,) = faults_of("name-mismatch", server, roots=[ROOT])
    assert fault.found == "b.example\\na.example"


def test_a_certificate_without_any_name_says_so():
    server = made(named(" "), ROOT, names=())
    (fault,) = faults_of("name-mismatch", server, roots=[ROOT])
    assert fault.found.strip() in ("no name at all", "")


def test_without_a_name_to_ask_for_none_is_checked():
    server = leaf(ROOT, names=("b.example",))
    assert faults_of("name-mismatch", server, roots=[ROOT], name=None) == ()
    assert verdict_of("openssl", server, roots=[ROOT], name=None).result == "accept"


@pytest.mark.parametrize(
    ("host", "subject", "names", "openssl", "python", "requests"),
    [
        ("a.example", "a.example", (), "accept", "accept", "refuse"),
        ("192.0.2.7", "192.0.2.7", (), "refuse", "refuse", "refuse"),
        ("192.0.2.7", "a.example", ("192.0.2.7",), "accept", "accept", "accept"),
        ("web.a.example", "x", ("w*.a.example",), "accept", "refuse", "refuse"),
        ("a.test", "x", ("*.test",), "refuse", "refuse", "refuse"),
        ("a.example", "x", ("a.example.",), "refuse", "refuse", "refuse"),
        ("b.a.example", "x", ("*.a.example",), "accept", "accept", "accept"),
        ("c.b.a.example", "x", ("*.a.example",), "refuse", "refuse", "refuse"),
        ("a_b.a.example", "x", ("*.a.example",), "refuse", "refuse", "refuse"),
        ("web.a.example", "*.a.example", (), "accept", "accept", "refuse"),
        ("web.a.example", "w*.a.example", (), "accept", "refuse", "refuse"),
    ],
)
def test_programs_differ_in_what_they_let_pass(
    host: str, subject: str, names: tuple[str, ...], openssl: str, python: str, requests: str
):
    # X509_check_host(3), X509_check_ip(3), bpo-31399, urllib3 2.0 migration guide
    server = made(subject, ROOT, names=names)
    said = [verdict_of(c, server, roots=[ROOT], name=host).result for c in ("openssl", "python", "requests")]
    assert said == [openssl, python, requests]
