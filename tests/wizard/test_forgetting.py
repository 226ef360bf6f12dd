"""What is looked at anew, and what was read by it."""

from dataclasses import replace

from diagnosis_cases import observed

from tlswizard.checks.gathering import NEEDS
from tlswizard.wizard.forgetting import READERS, failed, forgotten


def test_a_part_is_forgotten_with_all_that_was_read_by_it():
    case = observed("missing-intermediate")
    for part in NEEDS:
        left = forgotten(case, {part})
        assert left is not None
        assert getattr(left, part) is None
        assert [r for r in READERS[part] if getattr(left, r) is not None] == []


def test_nothing_else_is_forgotten():
    case = observed("missing-intermediate")
    assert forgotten(case, ()) == case
    assert forgotten(case, {"no-such-part"}) == case
    left = forgotten(case, {"clock"})
    assert left is not None
    assert left.stores == case.stores
    assert forgotten(None, {"clock"}) is None


def test_what_did_not_get_as_far_as_tls_is_failed():
    case = observed("missing-intermediate")
    parts = ("reach", "handshakes")
    assert failed(case, parts) == set()
    reach = case.reach
    assert reach is not None
    assert reach.result is not None
    refused = replace(reach, result=replace(reach.result, outcome="connection-refused"))
    assert failed(replace(case, reach=refused), parts) == {"reach"}
    assert failed(replace(case, reach=refused), ("stores",)) == set()
    assert failed(replace(case, handshakes=None), parts) == {"handshakes"}
