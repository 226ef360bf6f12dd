"""Does the server speak TLS, and with whom?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.finding import Diagnosis


def _evidence(diagnosis: Diagnosis) -> Evidence:
    shake = diagnosis.case.handshake
    if shake is None:
        return Evidence()
    rows = [("Handshake", Cell(shake.detail))]
    if shake.greeting:
        rows.append(("Greeting", Cell(shake.greeting)))
    if shake.protocol:
        rows.append(("Protocol", Cell(f"{shake.protocol}, {shake.cipher or 'no cipher'}")))
    return Evidence(
        word=shake.protocol or "",
        blocks=(Rows(tuple(rows)),),
        fields={"protocol": shake.protocol or "", "cipher": shake.cipher or ""},
    )


CHECK = Check(
    id="tls.handshake",
    title="Shake hands",
    fine="The server speaks TLS",
    needs=("handshakes",),
    evidence=_evidence,
    fields=("protocol", "cipher"),
)
