from datetime import UTC, datetime

import pytest

from tlswizard.core.store import Merged, Store, index
from tlswizard.lab.authority import root

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
A, B, TWIN = (root(name, at=AT).certificate for name in ("A", "B", "A"))


def test_an_index_keeps_store_order_and_each_certificate_once():
    table = index((B, TWIN, A, TWIN))
    assert list(table) == [B.subject_name, A.subject_name]
    assert table[A.subject_name] == (TWIN, A)


def test_names_that_differ_in_case_and_blanks_are_one_name():
    spaced = root("  a ", at=AT).certificate
    assert index((A, spaced)) == {A.subject_name: (A, spaced)}


def test_several_indexes_read_as_one_in_their_order():
    merged = Merged((index((B, TWIN)), index((A, B))))
    assert merged[A.subject_name] == (TWIN, A)
    assert merged[B.subject_name] == (B,)
    assert list(merged) == [B.subject_name, A.subject_name]
    assert len(merged) == 2


def test_a_name_that_nobody_holds_is_missing():
    merged = Merged((index((A,)), {}))
    assert merged.get(B.subject_name, ()) == ()
    assert B.subject_name not in merged
    with pytest.raises(KeyError):
        merged[B.subject_name]


def test_a_store_holds_the_very_certificate_as_anchor_or_intermediate():
    store = Store("x", "X", "user", "/x", anchors=(A,), intermediates=(B,))
    assert store.holds(A)
    assert store.holds(B)
    assert not store.holds(TWIN)
    assert store.hashes == {A.sha256, B.sha256}
    assert A.subject_name in store.by_subject
    assert A.subject_name not in store.intermediates_by_subject
