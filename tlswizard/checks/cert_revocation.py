"""Was the certificate withdrawn? Nothing asks for that in this version: the answer is *not checked*."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.finding import Diagnosis


def _evidence(diagnosis: Diagnosis) -> Evidence:
    return Evidence()


CHECK = Check(
    id="cert.revocation",
    title="Check revocation",
    fine="The certificate was not withdrawn",
    needs=("revocation",),
    evidence=_evidence,
)
