"""One verdict per program."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.differ import why_different
from tlswizard.diagnosis.programs import by_verdict, others, own, program_table


def _evidence(diagnosis: Diagnosis) -> Evidence:
    shown = own(diagnosis)
    accept = sum(c.verdict.result == "accept" for c in shown)
    more = others(diagnosis)
    blocks = (program_table(diagnosis), *((more,) if more else ()), *why_different(diagnosis))
    return Evidence(word=f"{accept} of {len(shown)} accept", blocks=blocks, fields=by_verdict(diagnosis))


CHECK = Check(
    id="trust.programs",
    title="Every program's verdict",
    fine="These are the programs' verdicts",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("accepting", "refusing"),
)
