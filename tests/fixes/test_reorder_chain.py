"""What is sent comes in order, the server's own certificate first, and nothing else."""

from dataclasses import replace

from diagnosis_cases import CONTENT
from fix_cases import ends, findings_with, held, told_of
from judge_making import HOST, authority, leaf, root

from tlswizard.core.edit import SendChain
from tlswizard.core.finding import Findings, Found
from tlswizard.diagnosis.causes import cause
from tlswizard.fixes import reorder_chain

ROOT = root()
HIGHER = authority("Higher", ROOT)
ISSUING = authority("Issuing", HIGHER)
LEAF = leaf(ISSUING)
STRANGER = root("Stranger")


def offers(chain, found: str) -> list[SendChain]:
    told = told_of(chain, held("linux-system", ROOT))
    stated: Found = replace(cause(CONTENT, found, "stated here", "warning"))
    facts: Findings = findings_with(told, stated)
    return [edit for fix in reorder_chain.propose(facts, CONTENT) for edit in fix.edits]


def test_a_chain_in_the_wrong_order_is_sent_in_order():
    assert offers([LEAF, HIGHER, ISSUING], "chain-order") == [
        SendChain((LEAF.certificate, ISSUING.certificate, HIGHER.certificate))
    ]


def test_what_belongs_to_no_chain_is_left_out():
    assert offers([LEAF, ISSUING, STRANGER, HIGHER], "extra-certificates") == [
        SendChain((LEAF.certificate, ISSUING.certificate, HIGHER.certificate))
    ]


def test_the_servers_own_certificate_is_found_by_name_and_comes_first():
    other = leaf(ISSUING, names=("b.example",))
    assert offers([ISSUING, other, LEAF, HIGHER], "leaf-not-first")[0].chain[0] == LEAF.certificate
    assert LEAF.certificate.listed_names == (HOST,)


def test_a_chain_in_order_is_not_reordered():
    assert offers([LEAF, ISSUING, HIGHER], "chain-order") == []


def test_where_the_first_one_is_not_the_servers_own_only_the_order_is_put_right():
    told = told_of([ISSUING, LEAF, HIGHER], held("linux-system", ROOT))
    assert "leaf-not-first" in {f.id for f in told.urgent}
    (proven,) = told.fixes
    assert proven.fix.title == "Let the server send its own certificate first"
    assert ends(told, "reorder-chain") == [("original", ("reorder-chain",), "accept")]
