from judge_making import authority, faults_of, leaf, root, verdict_of

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)


def test_the_servers_own_certificate_behind_another_one_is_told_first_of_all():
    for first in (ISSUING, leaf(ISSUING, names=("b.example",))):
        (fault,) = faults_of("leaf-not-first", first, LEAF, ISSUING, roots=[ROOT])
        assert (fault.role, fault.on, fault.other) == ("leaf", first.certificate, LEAF.certificate)
        assert "position 1" in fault.found
        verdict = verdict_of("openssl", first, LEAF, ISSUING, roots=[ROOT])
        assert verdict.result == "refuse"
        assert verdict.faults[0].cause == "leaf-not-first"


def test_a_first_certificate_that_carries_the_name_is_first():
    assert faults_of("leaf-not-first", LEAF, ISSUING, leaf(ISSUING), roots=[ROOT]) == ()


def test_where_none_carries_the_name_the_order_is_not_to_blame():
    other = leaf(ISSUING, names=("b.example",))
    assert faults_of("leaf-not-first", other, ISSUING, roots=[ROOT]) == ()
    assert faults_of("leaf-not-first", other, leaf(ISSUING, names=("c.example",)), roots=[ROOT]) == ()


def test_without_a_name_nobody_can_tell():
    assert faults_of("leaf-not-first", ISSUING, LEAF, roots=[ROOT], name=None) == ()


def test_an_authority_that_carries_the_name_is_no_leaf():
    odd = authority("Odd", ROOT, names=("a.example",))
    assert faults_of("leaf-not-first", leaf(ISSUING, names=("b.example",)), odd, roots=[ROOT]) == ()
