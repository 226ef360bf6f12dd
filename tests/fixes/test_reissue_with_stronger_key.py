"""The weak one is replaced: the server's certificate, the authority's, or the way around it."""

from cryptography.hazmat.primitives.asymmetric import ec
from fix_cases import ends, held, told_of
from judge_making import CA_CONFIG, HOST, LEAF_CONFIG, authority, by_openssl, leaf, new_key, root

from tlswizard.core.edit import Reissue, SendChain

ROOT = root()
WEAK = new_key(ec.SECP192R1())
WEAK_AUTHORITY = authority("Issuing", ROOT, key=WEAK)


def test_a_weak_key_of_the_server():
    issuing = authority("Issuing", ROOT)
    told = told_of([leaf(issuing, key=WEAK), issuing], held("linux-system", ROOT))
    proven = told.fix("reissue-with-stronger-key")
    assert proven is not None
    assert proven.fix.edits == (Reissue(stronger=True),)
    assert ends(told, "reissue-with-stronger-key") == [("copy", ("reissue-with-stronger-key",), "accept")]


def test_a_weak_signature_on_the_servers_certificate():
    top, key = by_openssl("RSA Root", digest="sha256", extensions=CA_CONFIG)
    old, _ = by_openssl(HOST, digest="sha1", extensions=LEAF_CONFIG, signer=key)
    told = told_of([old], held("linux-system", top))
    assert ends(told, "reissue-with-stronger-key") == [("copy", ("reissue-with-stronger-key",), "accept")]


def test_a_weak_authority_is_replaced_and_signs_anew():
    told = told_of([leaf(WEAK_AUTHORITY), WEAK_AUTHORITY], held("linux-system", ROOT))
    proven = told.fix("reissue-with-stronger-key")
    assert proven is not None
    assert proven.fix.edits == (Reissue(certificate=WEAK_AUTHORITY.certificate, stronger=True),)
    assert "Issuing" in proven.fix.title
    assert ends(told, "reissue-with-stronger-key")[-1][2] == "accept"


def test_a_weak_root_is_left_for_another_authority():
    small = root("Small Root", key=WEAK)
    told = told_of([leaf(small)], held("linux-system", small))
    proven = told.fix("reissue-with-stronger-key")
    assert proven is not None
    assert proven.fix.edits == (Reissue((HOST,), trusted=True),)
    assert ends(told, "reissue-with-stronger-key") == [("copy", ("reissue-with-stronger-key",), "accept")]


def test_the_way_around_is_sent_where_it_is_held():
    """Two certificates of one authority: its own weak issuer's, and a strong one's."""
    small = root("Small Root", key=WEAK)
    issuing = authority("Issuing", small)
    again = authority("Issuing", ROOT, key=issuing.key)
    sent = leaf(issuing)
    told = told_of([sent, issuing], held("linux-system", small, ROOT), held("dotnet-user-ca", again))
    proven = told.fix("reissue-with-stronger-key")
    assert proven is not None
    assert proven.fix.edits == (SendChain((sent.certificate, again.certificate)),)
