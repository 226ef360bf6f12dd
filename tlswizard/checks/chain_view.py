"""What the server sends, and how it is linked."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.chain import chain_tree


def _evidence(diagnosis: Diagnosis) -> Evidence:
    sent = diagnosis.case.chain
    leaf = sent[0] if sent else None
    known = leaf if isinstance(leaf, Certificate) else None
    tree = chain_tree(diagnosis)
    found = len(tree.nodes) - len(sent)
    return Evidence(
        word=f"{len(sent)} sent" + (f" + {found} from stores" if found > 0 else ""),
        blocks=(tree,) if tree.nodes else (),
        fields={
            "leaf": known.title if known else "",
            "issuer": known.issuer_title if known else "",
            "count": str(len(sent)),
            "thumbprint": known.sha1.upper() if known else "",
            "sha256": known.sha256.upper() if known else "",
            "serial": _octets(known.serial) if known else "",
        },
    )


def _octets(number: int) -> str:
    """In hexadecimal, whole octets, as openssl-x509(1) prints a serial number."""
    digits = f"{abs(number):X}"
    return ("-" if number < 0 else "") + digits.zfill(len(digits) + len(digits) % 2)


CHECK = Check(
    id="chain.view",
    title="View the chain",
    fine="The server sends a whole chain, and its links hold",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("leaf", "issuer", "count", "thumbprint", "sha256", "serial"),
    unknown=lambda d: "" if d.case.chain else "the server sent no certificate",
)
