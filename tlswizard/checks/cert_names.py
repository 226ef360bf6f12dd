"""Does the certificate carry the name that was asked for?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Diagnosis
from tlswizard.core.names import why_not
from tlswizard.core.text import listed


def _leaf(diagnosis: Diagnosis) -> Certificate | None:
    first = diagnosis.case.chain[0] if diagnosis.case.chain else None
    return first if isinstance(first, Certificate) else None


def _evidence(diagnosis: Diagnosis) -> Evidence:
    leaf, asked = _leaf(diagnosis), diagnosis.case.name
    if leaf is None or asked is None:
        return Evidence()
    mismatch = why_not(asked, leaf)
    names = listed(leaf.listed_names) or "no name at all"
    nearest = (mismatch.nearest if mismatch else asked) or ""
    return Evidence(
        word=asked,
        blocks=(Rows((("Asked for", Cell(asked)), ("It is for", Cell(names)))),),
        fields={"listed": names, "asked": asked, "nearest": nearest},
    )


def _unknown(diagnosis: Diagnosis) -> str:
    if _leaf(diagnosis) is None:
        return "the server sent no certificate that can be read"
    return "" if diagnosis.case.name else "no name was asked for"


CHECK = Check(
    id="cert.names",
    title="Check the names",
    fine="The certificate carries the name that was asked for",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("listed", "asked", "nearest"),
    unknown=_unknown,
)
