"""What the server sends, and how it is linked."""

from diagnosis_cases import CONTENT, diagnosed, house, made, store, stranger

from tlswizard.checks.chain_view import CHECK
from tlswizard.checks.check import OK, run
from tlswizard.core.blocks import Tree
from tlswizard.diagnosis.diagnose import diagnose


def tree(id_: str) -> Tree:
    (block,) = run(CHECK, diagnosed(id_), CONTENT, {}).evidence.blocks
    assert isinstance(block, Tree)
    return block


def test_the_chain_is_drawn_from_the_top_with_where_each_comes_from():
    root, sub, leaf = tree("two-stores").nodes
    assert [n.title for n in (root, sub)] == ["Contoso Root CA", "Contoso Subordinate CA"]
    assert root.aside == "not sent; from your list of trusted roots"
    assert (sub.aside, leaf.aside) == ("sent, position 1", "sent, position 0")
    assert leaf.current


def test_what_was_sent_and_what_was_found_are_counted():
    found = run(CHECK, diagnosed("two-stores"), CONTENT, {}).evidence
    assert found.word == "2 sent + 1 from stores"
    assert found.fields["count"] == "2"
    assert found.fields["issuer"] == "Contoso Subordinate CA"


def test_a_missing_link_is_the_outcome():
    assert run(CHECK, diagnosed("missing-intermediate"), CONTENT, {}).outcome == "missing-intermediate"
    assert run(CHECK, diagnosed("untrusted-root"), CONTENT, {}).outcome == OK


def test_a_stranger_in_place_of_the_intermediate_is_named():
    root, _, leaf = house()
    case = made((leaf, stranger()), [store("linux-system", root)])
    assert run(CHECK, diagnose(case, CONTENT), CONTENT, {}).outcome == "wrong-intermediate"
