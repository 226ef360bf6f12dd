"""A certificate that was made for something else."""

from cryptography.x509.oid import ExtendedKeyUsageOID
from fix_cases import ends, held, told_of
from judge_making import AT, DAY, SIGNS, authority, leaf, root

from tlswizard.core.edit import Reissue

ROOT = root()
ISSUING = authority("Issuing", ROOT)


def test_one_for_clients_and_one_whose_key_only_signs_certificates():
    for wrong in ({"purposes": (ExtendedKeyUsageOID.CLIENT_AUTH,)}, {"usage": SIGNS}):
        told = told_of([leaf(ISSUING, **wrong), ISSUING], held("linux-system", ROOT))
        proven = told.fix("reissue-for-servers")
        assert proven is not None
        assert proven.fix.edits == (Reissue(servers=True),)
        assert ends(told, "reissue-for-servers") == [("copy", ("reissue-for-servers",), "accept")]


def test_with_other_faults_of_the_same_certificate_it_is_one_request():
    old = leaf(ISSUING, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,), not_after=AT - DAY)
    told = told_of([old, ISSUING], held("linux-system", ROOT))
    (proven,) = [p for p in told.fixes if p.fix.edits]
    assert proven.fix.ids == ("renew-certificate", "reissue-for-servers")
    assert proven.fix.title.endswith("that is valid now and is meant for servers")


def test_an_authority_is_no_server():
    mute = authority("Mute", ROOT, usage=frozenset({"crl_sign"}))
    told = told_of([leaf(mute), mute], held("linux-system", ROOT))
    assert told.fix("reissue-for-servers") is None
