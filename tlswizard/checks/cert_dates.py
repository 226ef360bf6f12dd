"""Is now between the dates of every certificate on the path?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Mark, Rows
from tlswizard.core.certificate import day
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.chain import shown_path


def _evidence(diagnosis: Diagnosis) -> Evidence:
    path = shown_path(diagnosis)
    at = diagnosis.case.at
    rows = []
    for certificate in path:
        holds = certificate.not_before <= at <= certificate.not_after
        dates = f"{day(certificate.not_before)} to {day(certificate.not_after)}"
        rows.append((certificate.title, Cell(dates, Mark.FINE if holds else Mark.REFUSED)))
    rows.append(("The clock says", Cell(day(at))))
    leaf = path[0] if path else None
    return Evidence(
        word=f"until {day(leaf.not_after)}" if leaf else "",
        blocks=(Rows(tuple(rows)),),
        fields={
            "until": day(leaf.not_after) if leaf else "",
            "since": day(leaf.not_before) if leaf else "",
            "days": str((leaf.not_after - at).days) if leaf else "",
        },
    )


CHECK = Check(
    id="cert.dates",
    title="Check the dates",
    fine="Today lies between the dates of every certificate",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("until", "since", "days"),
    unknown=lambda d: "" if shown_path(d) else "the server sent no certificate that can be read",
)
