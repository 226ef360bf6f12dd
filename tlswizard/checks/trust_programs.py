"""One verdict per program."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.programs import program_table


def _evidence(diagnosis: Diagnosis) -> Evidence:
    accept = sum(c.verdict.result == "accept" for c in diagnosis.clients)
    return Evidence(word=f"{accept} of {len(diagnosis.clients)} accept", blocks=(program_table(diagnosis),))


CHECK = Check(
    id="trust.programs",
    title="Every program's verdict",
    fine="These are the programs' verdicts",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
)
