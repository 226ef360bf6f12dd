"""The store holds a root of the right name with another key."""

from fix_cases import ends, held, told_of
from judge_making import authority, leaf, root

from tlswizard.core.edit import AddMissing, AddToStore
from tlswizard.fixes.wording import TRUST, WIRE

OLD, NEW = root(), root()
ISSUING = authority("Issuing", NEW)
LEAF = leaf(ISSUING)


def test_a_present_root_that_nobody_holds_is_to_be_got():
    told = told_of([LEAF, ISSUING], held("linux-system", OLD))
    proven = told.fix("replace-root-same-name")
    assert proven is not None
    assert proven.fix.edits == (AddMissing("linux-system", ISSUING.certificate),)
    assert proven.fix.danger == TRUST
    assert ends(told, "replace-root-same-name") == [("copy", ("replace-root-same-name",), "accept")]


def test_one_that_came_over_the_wire_is_marked():
    told = told_of([LEAF, ISSUING, NEW], held("linux-system", OLD))
    (proven,) = [p for p in told.fixes if any(isinstance(e, AddToStore) for e in p.fix.edits)]
    assert proven.fix.danger == WIRE
    assert proven.fix.certificate == NEW.certificate
    assert proven.proofs[-1].clients[0].after == "accept"


def test_one_that_another_program_trusts_is_taken_from_there():
    told = told_of([LEAF, ISSUING], held("linux-system", OLD), held("certifi:/venv", NEW))
    edits = [e for p in told.fixes for e in p.fix.edits if isinstance(e, AddToStore)]
    assert edits == [AddToStore("linux-system", NEW.certificate, True)]
