import pytest
from judge_making import authority, faults_of, leaf, root, verdict_of


def _chain(limit: int | None, between: int):
    """root -> limited -> `between` authorities -> leaf"""
    top = root()
    authorities = [authority("Limited", top, constraints=(True, limit))]
    for number in range(between):
        authorities.append(authority(f"Below {number}", authorities[-1]))
    return top, (leaf(authorities[-1]), *reversed(authorities))


@pytest.mark.parametrize(("limit", "between"), [(None, 3), (0, 0), (1, 1), (2, 1)])
def test_as_many_as_allowed_are_allowed(limit: int | None, between: int):
    top, chain = _chain(limit, between)
    assert faults_of("path-length", *chain, roots=[top]) == ()
    assert verdict_of("openssl", *chain, roots=[top]).result == "accept"


@pytest.mark.parametrize(("limit", "between"), [(0, 1), (1, 2), (0, 3)])
def test_one_too_many_is_told_on_the_lowest_and_names_the_holder(limit: int, between: int):
    top, chain = _chain(limit, between)
    (fault,) = faults_of("path-length", *chain, roots=[top])
    lowest, holder = chain[1], chain[-1]
    assert (fault.role, fault.on, fault.other) == ("ca", lowest.certificate, holder.certificate)
    assert str(limit) in fault.expected
    verdict = verdict_of("openssl", *chain, roots=[top])
    assert ([f.cause for f in verdict.faults], verdict.disagreement) == (["path-length"], None)


def test_the_limit_of_an_anchor_counts():
    top = root(constraints=(True, 0))
    issuing = authority("Issuing", top)
    (fault,) = faults_of("path-length", leaf(issuing), issuing, roots=[top])
    assert fault.on == issuing.certificate
    assert faults_of("path-length", leaf(top), roots=[top]) == ()


def test_self_issued_authorities_do_not_count():
    # RFC 5280 section 6.1.4 (l): a key rollover, the same name with another key.
    top = root(constraints=(True, 0))
    rolled = authority("Root", top)
    assert faults_of("path-length", leaf(rolled), rolled, roots=[top]) == ()
    assert verdict_of("openssl", leaf(rolled), rolled, roots=[top]).result == "accept"
