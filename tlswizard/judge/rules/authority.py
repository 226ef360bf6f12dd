"""May each issuer on the path issue? (RFC 5280 sections 4.2.1.3, 4.2.1.9 and 6.1.4 (k) to (n))

Clients look at an anchor less closely, each in its own way: version 1 roots have no extensions at all
(kind `version-1`), and some say only by their key usage that they sign certificates (`by-key-usage`).
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Certificate
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        if index == 0:
            continue
        role = route.role(index)
        signs = certificate.key_usage is None or "key_cert_sign" in certificate.key_usage
        kind = _no_authority(certificate)
        if kind:
            yield Fault(
                "not-a-ca", kind, role, certificate,
                expected="a certificate that says it is an authority", found=_FOUND[kind],
            )  # fmt: skip
        if not signs:
            yield Fault(
                "wrong-key-usage", "ca", role, certificate,
                expected="the key usage “certificate signing”", found="its key usage leaves that out",
            )  # fmt: skip


def _no_authority(certificate: Certificate) -> str | None:
    constraints = certificate.basic_constraints
    if constraints is not None:
        return None if constraints.ca else "ca-false"
    if certificate.version < 3:
        return "version-1"
    signs = certificate.key_usage is not None and "key_cert_sign" in certificate.key_usage
    return "by-key-usage" if signs else "no-basic-constraints"


_FOUND = {
    "ca-false": "it says that it is none",
    "version-1": "it is of the old version 1, which cannot say so",
    "by-key-usage": "it only says that its key signs certificates",
    "no-basic-constraints": "it does not say so",
}
