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
                expected=f"at least {key.kind} {floor}", found=str(key),
            )  # fmt: skip
        if role != "anchor" and not certificate.is_self_signed and certificate.signature_hash in WEAK_HASHES:
            yield Fault(
                "weak-signature", certificate.signature_hash, role, certificate,
                expected="a signature with SHA-256 or better",
                found=f"a signature with {certificate.signature_hash.upper()}",
            )  # fmt: skip


def _floor(key: Key) -> int | None:
    """The highest floor that the key misses by most: a 768-bit key misses 1024 already."""
    floors = {"RSA": (1024, 2048), "DSA": (1024, 2048), "EC": (192, 224)}.get(key.kind, ())
    return next((f for f in floors if key.bits < f), None)
