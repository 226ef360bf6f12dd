"""Are keys and signatures strong enough? The kinds name the floor; which floor holds is the client's policy.

NIST SP 800-131A; OpenSSL's security levels (SSL_CTX_set_security_level(3)).
The signature of an anchor protects nobody, so it is not looked at.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Key
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

WEAK_HASHES = frozenset({"md2", "md5", "sha1"})


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        role = route.role(index)
        key = certificate.key
        if isinstance(key, Key) and (floor := _floor(key)):
            yield Fault(
                "weak-key", f"{key.kind.lower()}-below-{floor}", role, certificate,
                expected=f"at least {key.kind} {floor}", found=_shown(key),
            )  # fmt: skip
        if role != "anchor" and not certificate.is_self_signed and certificate.signature_hash in WEAK_HASHES:
            yield Fault(
                "weak-signature", certificate.signature_hash, role, certificate,
                expected="a signature with SHA-256 or better",
                found=f"a signature with {certificate.signature_hash.upper()}",
            )  # fmt: skip


def _floor(key: Key) -> int | None:
    """The highest floor that the key misses by most: a 768-bit key misses 1024 already."""
    if (
        key.kind == "DSA"
    ):  # NIST SP 800-57 part 1, table 2: what is as strong as 2048 has an order of 224 bits
        floors = ((1024, 160), (2048, 224))
        return next((f for f, order in floors if key.bits < f or key.order < order), None)
    sizes = {"RSA": (1024, 2048), "EC": (192, 224)}.get(key.kind, ())
    return next((f for f in sizes if key.bits < f), None)


def _shown(key: Key) -> str:
    return f"{key} with a subgroup of {key.order} bits" if key.kind == "DSA" else str(key)
