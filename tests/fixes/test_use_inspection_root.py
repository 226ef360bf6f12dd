"""The root of a product that looks inside is trusted only if the network team says it is theirs."""

from dataclasses import replace

from diagnosis_cases import CONTENT
from fix_cases import findings_with, held, told_of
from judge_making import authority, leaf, root

from tlswizard.core.edit import AddToStore
from tlswizard.diagnosis.causes import cause
from tlswizard.fixes import use_inspection_root
from tlswizard.fixes.wording import WIRE

ROOT = root("Inspection Root")
ISSUING = authority("Inspection", ROOT)


def test_the_root_that_came_over_the_wire_is_marked():
    told = told_of([leaf(ISSUING), ISSUING, ROOT], held("linux-system", root("Other Root")))
    stated = replace(cause(CONTENT, "intercepted", "stated here"), certificate=told.case.chain[0])
    (fix,) = use_inspection_root.propose(findings_with(told, stated), CONTENT)
    assert fix.edits == (AddToStore("linux-system", ROOT.certificate, True),)
    assert fix.danger == WIRE
    assert fix.certificate == ROOT.certificate
