"""Who trusts the chain's end?"""

import pytest
from diagnosis_cases import CONTENT, diagnosed

from tlswizard.checks.check import NOT_CHECKED, run
from tlswizard.checks.trust_compare import CHECK
from tlswizard.core.blocks import Mark, Rows


@pytest.mark.parametrize(
    ("id_", "outcome", "issuer"),
    [
        ("two-stores", "root-user-only", "Contoso Root CA"),
        ("untrusted-root", "untrusted-root", "Fabrikam Root CA"),
        ("self-signed", "self-signed", "printer-3.northwind.example"),
        ("intermediate-in-user-store", "intermediate-user-only", "Contoso Subordinate CA"),
    ],
)
def test_it_names_the_issuer_that_is_not_trusted(id_: str, outcome: str, issuer: str):
    found = run(CHECK, diagnosed(id_), CONTENT, {})
    assert (found.outcome, found.evidence.fields["issuer"]) == (outcome, issuer)


def test_both_lists_are_shown_each_with_its_answer():
    where = run(CHECK, diagnosed("two-stores"), CONTENT, {}).evidence.blocks[0]
    assert isinstance(where, Rows)
    answers = {label: (cell.text, cell.mark) for label, cell in where.rows[1:]}
    assert answers == {
        "your list of trusted roots": ("there", Mark.FINE),
        "this machine's list of trusted roots": ("not there", Mark.REFUSED),
    }


def test_a_trusted_root_is_named_with_its_store():
    found = run(CHECK, diagnosed("expired"), CONTENT, {})
    assert found.evidence.word == "trusted by this machine's bundle of trusted roots"


def test_a_chain_that_stops_before_any_root_leaves_trust_open():
    found = run(CHECK, diagnosed("missing-intermediate"), CONTENT, {})
    assert found.outcome == NOT_CHECKED
    assert "no root to compare" in found.why
