"""A certificate whose dates do not hold is renewed."""

from diagnosis_cases import AT, CONTENT, clock, days, diagnosed, house, made, store

from tlswizard.core.edit import Reissue
from tlswizard.diagnosis.diagnose import diagnose


def test_an_expired_certificate_is_to_be_renewed_by_the_owner_of_the_server():
    proven = diagnosed("expired").fix("renew-certificate")
    assert proven is not None
    assert (proven.fix.edits, proven.fix.who) == ((Reissue(),), "server-owner")


def test_a_wrong_clock_renews_nothing():
    assert diagnosed("clock-wrong").fix("renew-certificate") is None


def test_an_expired_issuer_is_not_put_right_by_a_new_certificate_of_the_server():
    root = house()[0]
    old = root.intermediate("Old Issuing CA", not_before=AT - days(900), not_after=AT - days(5))
    leaf = old.leaf(["server.example"])
    told = diagnose(made((leaf, old), [store("linux-system", root)], time=clock()), CONTENT, ("openssl",))
    proven = told.fix("renew-certificate")
    assert proven is not None
    assert proven.fix.edits == (Reissue(certificate=old.certificate),)
    assert (proven.fix.who, "Old Issuing CA" in proven.fix.title) == ("certificate-team", True)
    assert proven.proofs[0].clients[0].after == "accept"
