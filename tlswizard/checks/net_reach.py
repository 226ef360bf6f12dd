"""Can the server be reached at all?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.finding import Diagnosis
from tlswizard.core.text import listed


def _evidence(diagnosis: Diagnosis) -> Evidence:
    reach = diagnosis.case.reach.result if diagnosis.case.reach else None
    if reach is None:
        return Evidence()
    rows = [("Name", Cell(f"{diagnosis.case.target.host}: {listed(reach.addresses) or 'no address'}"))]
    rows.append(("Connection", Cell(reach.detail)))
    return Evidence(
        word=f"{reach.milliseconds} ms" if reach.milliseconds else "",
        blocks=(Rows(tuple(rows)),),
        fields={"address": reach.address or ""},
    )


CHECK = Check(
    id="net.reach",
    title="Reach the server",
    fine="The server can be reached",
    needs=("reach",),
    evidence=_evidence,
    fields=("address",),
)
