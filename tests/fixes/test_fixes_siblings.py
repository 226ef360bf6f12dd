"""Every fix has its test, its words and its verb."""

from pathlib import Path

import pytest
from diagnosis_cases import CONTENT, EXERCISES, diagnosed

from tlswizard import fixes
from tlswizard.core.edit import Edit
from tlswizard.core.finding import Findings
from tlswizard.fixes.siblings import kinds, proposals

HERE = Path(__file__).parent
every_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.ID)


def test_the_fixes_of_this_version_are_there():
    assert {kind.ID for kind in kinds()} >= {
        "send-full-chain", "add-root", "add-intermediate", "copy-to-machine-store", "use-listed-name",
        "set-clock", "renew-certificate", "reissue-with-names", "replace-self-signed", "ask-owner",
    }  # fmt: skip


@every_kind
def test_a_fix_has_its_file_its_test_and_its_words(kind):
    name = kind.ID.replace("-", "_")
    assert (Path(fixes.__file__).parent / f"{name}.py").is_file()
    assert (HERE / f"test_{name}.py").is_file()
    assert kind.ID in CONTENT.fixes


@every_kind
def test_some_cause_names_it(kind):
    assert [cause.id for cause in CONTENT.causes.values() if kind.ID in cause.fixes]


@every_kind
def test_a_fix_proposes_nothing_where_nothing_is_wrong(kind):
    told = diagnosed("expired")
    nothing = Findings(told.case, told.clients, ())
    assert list(kind.propose(nothing, CONTENT)) == []


def test_a_fix_never_judges():
    """It holds edits and words: no import of the judge, of verdicts or proofs."""
    for file in Path(fixes.__file__).parent.glob("*.py"):
        source = file.read_text()
        assert "tlswizard.judge" not in source, file.name
        assert "tlswizard.diagnosis" not in source, file.name
        assert "clients.verdicts" not in source, file.name


def test_what_is_done_on_the_server_comes_first_and_then_the_order_of_the_table():
    near = ["server", "network", "clock", "program", "client-store", "machine-store"]
    order = list(CONTENT.fixes)
    for exercise in EXERCISES:
        told = diagnosed(exercise.id)
        offered = proposals(Findings(told.case, told.clients, told.causes), CONTENT)
        assert offered
        places = [(near.index(fix.where), order.index(fix.id)) for fix in offered]
        assert places == sorted(places)
        assert all(isinstance(edit, Edit) for fix in offered for edit in fix.edits)
