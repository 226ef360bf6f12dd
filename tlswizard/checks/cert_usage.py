"""Is the certificate meant for servers?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.certificate import ANY_PURPOSE, SERVER_AUTH, Certificate
from tlswizard.core.finding import Diagnosis

_WORDS = {SERVER_AUTH: "servers", ANY_PURPOSE: "any purpose", "1.3.6.1.5.5.7.3.2": "clients"}


def _evidence(diagnosis: Diagnosis) -> Evidence:
    leaf = diagnosis.case.chain[0] if diagnosis.case.chain else None
    if not isinstance(leaf, Certificate):
        return Evidence()
    usages = leaf.extended_key_usage
    words = (
        "everything: it names no purpose" if usages is None else ", ".join(_WORDS.get(u, u) for u in usages)
    )
    return Evidence(word="for servers", blocks=(Rows((("Meant for", Cell(words or "nothing")),)),))


CHECK = Check(
    id="cert.usage",
    title="Check the usage",
    fine="The certificate is meant for servers",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    unknown=lambda d: "" if d.case.chain else "the server sent no certificate",
)
