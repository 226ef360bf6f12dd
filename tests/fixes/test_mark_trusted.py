"""A root that is here and does not count is put where it is read."""

from dataclasses import replace

from diagnosis_cases import CONTENT
from fix_cases import findings_with, held, told_of
from judge_making import authority, leaf, root

from tlswizard.core.edit import AddToStore
from tlswizard.diagnosis.causes import cause
from tlswizard.fixes import mark_trusted

ROOT = root()
ISSUING = authority("Issuing", ROOT)


def test_the_root_that_lies_in_the_wrong_place():
    told = told_of([leaf(ISSUING), ISSUING], held("linux-system", root("Other Root")))
    stopped = told.urgent[0]
    stated = replace(
        cause(CONTENT, "installed-not-trusted", "stated here"), certificate=stopped.certificate,
        clients=stopped.clients, other=ROOT.certificate, holders=("linux-directory",),
    )  # fmt: skip
    (fix,) = mark_trusted.propose(findings_with(told, stated), CONTENT)
    assert fix.id == "mark-trusted"
    assert fix.edits == (AddToStore("linux-system", ROOT.certificate, True),)
    assert fix.danger
