"""Are keys and signatures strong enough?"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Cell, Rows
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.chain import shown_path


def _evidence(diagnosis: Diagnosis) -> Evidence:
    rows = tuple(
        (c.title, Cell(f"{c.key}, signed with {(c.signature_hash or 'its own algorithm').upper()}"))
        for c in shown_path(diagnosis)
    )
    leaf = next(iter(shown_path(diagnosis)), None)
    fields = {
        "key": str(leaf.key) if leaf else "",
        "signature": (leaf.signature_hash or "").upper() if leaf else "",
    }
    return Evidence(word="", blocks=(Rows(rows),) if rows else (), fields=fields)


CHECK = Check(
    id="cert.strength",
    title="Check the strength",
    fine="Keys and signatures are strong enough for these programs",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("key", "signature"),
    unknown=lambda d: "" if shown_path(d) else "the server sent no certificate that can be read",
)
