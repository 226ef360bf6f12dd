"""The list of roots is behind: a root in it has expired, or is not in it yet."""

from dataclasses import replace

from diagnosis_cases import CONTENT
from fix_cases import ends, findings_with, held, told_of
from judge_making import AT, DAY, authority, leaf, root

from tlswizard.core.edit import AddMissing, Reissue
from tlswizard.diagnosis.causes import cause
from tlswizard.fixes import update_roots

OLD = root(not_after=AT - DAY)
ISSUING = authority("Issuing", OLD)
LEAF = leaf(ISSUING)


def test_a_root_that_has_expired_is_replaced_by_its_next_one():
    told = told_of([LEAF, ISSUING], held("linux-system", OLD))
    proven = told.fix("update-roots")
    assert proven is not None
    assert proven.fix.edits == (Reissue(certificate=OLD.certificate),)
    assert "another one" in proven.fix.text
    assert ends(told, "update-roots") == [("copy", ("update-roots",), "accept")]


def test_a_root_that_the_list_lacks():
    told = told_of([LEAF, ISSUING], held("linux-system", root("Another Root")))
    stopped = told.urgent[0]
    stated = replace(
        cause(CONTENT, "stale-roots", "stated here"), certificate=stopped.certificate, clients=stopped.clients
    )
    (fix,) = update_roots.propose(findings_with(told, stated), CONTENT)
    assert fix.edits == (AddMissing("linux-system", ISSUING.certificate),)


def test_an_authority_in_the_middle_is_no_root():
    late = authority("Late", OLD, not_after=AT - DAY)
    told = told_of([leaf(late), late], held("linux-system", root(key=OLD.key)))
    assert told.fix("update-roots") is None
