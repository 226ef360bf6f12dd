"""A certificate that carries the name that is asked for."""

import pytest
from diagnosis_cases import diagnosed

from tlswizard.core.edit import Reissue


@pytest.mark.parametrize(
    ("id_", "asked"),
    [("short-name", "wiki"), ("two-stores", "jsanders4"), ("two-faults-at-once", "reports.fabrikam.example")],
)
def test_the_name_that_was_asked_for_is_to_be_on_it(id_: str, asked: str):
    proven = diagnosed(id_).fix("reissue-with-names")
    assert proven is not None
    assert proven.fix.edits == (Reissue((asked,)),)
    assert asked in proven.fix.title


def test_a_certificate_with_the_right_name_is_not_reissued():
    assert diagnosed("untrusted-root").fix("reissue-with-names") is None
