"""Who trusts the chain's end?"""

from dataclasses import replace

import pytest
from diagnosis_cases import CONTENT, diagnosed, made, store
from fix_cases import identity
from judge_making import AT, HOST, leaf, root

from tlswizard.checks.check import NOT_CHECKED, run
from tlswizard.checks.trust_compare import CHECK
from tlswizard.core.blocks import Mark, Rows
from tlswizard.core.store import Idle
from tlswizard.diagnosis.diagnose import diagnose


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


ROOT = root("A Root")
SENT = [identity(leaf(ROOT)), identity(ROOT)]


def test_what_lies_in_a_list_without_counting_is_shown_so():
    idle = (Idle(ROOT.certificate, "the update command was not run", "x.crt"),)
    case = made(SENT, [replace(store("linux-system"), idle=idle)], at=AT, name=HOST)
    found = run(CHECK, diagnose(case, CONTENT, ("openssl",)), CONTENT, {})
    assert found.outcome == "installed-not-trusted"
    assert "there, and does not count: the update command was not run" in str(found.evidence.blocks)


def test_what_a_list_refuses_is_shown_so():
    refusing = replace(store("linux-system"), distrusted=(ROOT.certificate.sha256,))
    case = made(SENT, [refusing], at=AT, name=HOST)
    found = run(CHECK, diagnose(case, CONTENT, ("openssl",)), CONTENT, {})
    assert found.outcome == "distrusted"
    assert "on the list of those to refuse" in str(found.evidence.blocks)
