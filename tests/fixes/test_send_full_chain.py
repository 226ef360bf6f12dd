"""The server sends its whole chain, in order."""

import pytest
from diagnosis_cases import CONTENT, diagnosed, house, made, observed, store, stranger

from tlswizard.core.edit import SendChain
from tlswizard.diagnosis.diagnose import diagnose

ROOT, INTERMEDIATE, LEAF = house()


@pytest.mark.parametrize("id_", ["missing-intermediate", "intermediate-in-user-store"])
def test_leaf_and_intermediate_are_sent_and_the_root_is_not(id_: str):
    proven = diagnosed(id_).fix("send-full-chain")
    assert proven is not None
    (edit,) = proven.fix.edits
    assert isinstance(edit, SendChain)
    assert edit.chain[0] == observed(id_).chain[0]
    assert len(edit.chain) == 2
    assert not [c for c in edit.chain if c.is_self_signed]
    assert edit.chain[1].title in proven.fix.title
    assert proven.fix.who == "server-owner"


def test_a_stranger_between_them_is_left_out():
    case = made((LEAF, stranger()), [store("linux-system", ROOT), store("dotnet-user-ca", INTERMEDIATE)])
    proven = diagnose(case, CONTENT, ("openssl",)).fix("send-full-chain")
    assert proven is not None
    assert proven.fix.edits == (SendChain((LEAF.certificate, INTERMEDIATE.certificate)),)
    assert proven.proofs[0].clients[0].after == "accept"


def test_a_whole_chain_is_not_sent_again():
    assert diagnosed("untrusted-root").fix("send-full-chain") is None
