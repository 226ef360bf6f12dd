"""Who holds a certificate, and as what."""

import pytest
from stores_making import A, B, C
from test_freshness import reissued

from tlswizard.core.store import Idle, Store
from tlswizard.stores.finding import Wanted, by_digest, by_words, digits, holding

HOLDS_A = Store("a", "the first", "machine", "/a", (A.certificate,), names=((A.certificate.sha256, "a.crt"),))
WANTED = Wanted(A.certificate.sha256, A.certificate)


def how(**content) -> str | None:
    held = holding(WANTED, Store("x", "x", "machine", "/x", **content))
    return held.how if held else None


def test_what_a_store_has_of_it():
    one = (A.certificate,)
    assert how(anchors=one) == "trusted"
    assert how(intermediates=one) == "intermediate"
    assert how(idle=(Idle(A.certificate, "it is new"),)) == "present"
    assert how(anchors=(reissued(A),)) == "same-ca"
    assert how(anchors=(B.certificate,)) is None
    assert how() is None


def test_a_refusal_counts_whatever_else_is_there():
    assert how(anchors=(A.certificate,), distrusted=(A.certificate.sha256,)) == "refused"
    assert how(distrusted=(A.certificate.sha1,)) == "refused"


def test_name_reason_and_other_certificate_are_told():
    assert holding(WANTED, HOLDS_A).where == "a.crt"
    idle = Store("x", "x", "machine", "/x", idle=(Idle(A.certificate, "it ends in .pem", "a.pem"),))
    assert (holding(WANTED, idle).why, holding(WANTED, idle).where) == ("it ends in .pem", "a.pem")
    again = reissued(A)
    held = holding(WANTED, Store("x", "x", "machine", "/x", (again,)))
    assert held.other == again
    assert not held.itself


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("AB:CD:EF:01", "abcdef01"),
        ("abcd ef01 23", "abcdef0123"),
        ("sha256 Fingerprint=AB:CD:EF:01", "abcdef01"),
        ("SHA1: abcdef01", "abcdef01"),
        ("abcdef0", None),
        ("abcdefgh", None),
        ("0" * 65, None),
        ("Root A", None),
    ],
)
def test_what_is_written_like_a_fingerprint(text, bare):
    assert digits(text) == bare


def test_a_unique_start_of_either_print_is_enough():
    for digest in (A.certificate.sha256, A.certificate.sha1):
        assert by_digest(digest[:8], [HOLDS_A]) == (WANTED,)
    assert by_digest(B.certificate.sha256[:8], [HOLDS_A]) == ()


def test_one_that_is_only_refused_is_found_by_its_print():
    refusing = Store("x", "x", "machine", "/x", distrusted=(C.certificate.sha1,))
    (wanted,) = by_digest(C.certificate.sha1[:12], [HOLDS_A, refusing])
    assert wanted.certificate is None
    assert holding(wanted, refusing).how == "refused"
    assert holding(wanted, HOLDS_A) is None


def test_all_words_of_the_subject_in_any_case_and_order():
    assert by_words("a ROOT", [HOLDS_A]) == (WANTED,)
    assert by_words("root nobody", [HOLDS_A]) == ()
    assert by_words("   ", [HOLDS_A]) == ()
