"""A certificate that vouches for itself is replaced by one that an authority issued."""

from diagnosis_cases import diagnosed

from tlswizard.core.edit import Reissue


def test_the_new_one_comes_from_an_authority_that_is_trusted_already():
    told = diagnosed("self-signed")
    proven = told.fix("replace-self-signed")
    assert proven is not None
    (edit,) = proven.fix.edits
    assert edit == Reissue(("printer-3.northwind.example",), trusted=True)


def test_it_comes_before_trusting_the_certificate_by_hand():
    assert [p.fix.id for p in diagnosed("self-signed").fixes] == ["replace-self-signed", "add-root"]


def test_a_private_authority_is_not_self_signed():
    assert diagnosed("untrusted-root").fix("replace-self-signed") is None
