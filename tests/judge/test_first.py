from judge_making import authority, leaf, root, situation

from tlswizard.judge.first import as_meant, misplaced

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)


def test_the_servers_own_certificate_behind_another_one_is_told():
    for first in (ISSUING, leaf(ISSUING, names=("b.example",))):
        facts = situation(first, LEAF, ISSUING, roots=[ROOT])
        fault = misplaced(facts)
        assert fault is not None
        assert (fault.cause, fault.on, fault.other) == ("leaf-not-first", first.certificate, LEAF.certificate)
        assert "position 1" in fault.found
        assert as_meant(facts, fault).chain[0] == LEAF.certificate
        assert set(as_meant(facts, fault).chain) == set(facts.chain)


def test_a_first_certificate_that_carries_the_name_is_first():
    assert misplaced(situation(LEAF, ISSUING, leaf(ISSUING), roots=[ROOT])) is None


def test_where_none_carries_the_name_the_order_is_not_to_blame():
    other = leaf(ISSUING, names=("b.example",))
    assert misplaced(situation(other, ISSUING, roots=[ROOT])) is None
    assert misplaced(situation(other, leaf(ISSUING, names=("c.example",)), roots=[ROOT])) is None
    assert misplaced(situation(roots=[ROOT])) is None


def test_without_a_name_nobody_can_tell():
    assert misplaced(situation(ISSUING, LEAF, roots=[ROOT], name=None)) is None


def test_an_authority_that_carries_the_name_is_no_leaf():
    odd = authority("Odd", ROOT, names=("a.example",))
    assert misplaced(situation(leaf(ISSUING, names=("b.example",)), odd, roots=[ROOT])) is None
