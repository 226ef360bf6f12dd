"""Is the server's key of a kind that every program offers to check? (RFC 8446 section 4.2.3, RFC 8422)

The kind names the key; who does not offer it is the client's policy (measured: Chromium no P-521).
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Key
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

_RARE = {("EC", 521): "p-521", ("Ed25519", 256): "ed25519", ("Ed448", 456): "ed448"}


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    key = route.certificates[0].key
    if not isinstance(key, Key):
        return
    kind = "dsa" if key.kind == "DSA" else _RARE.get((key.kind, key.bits))
    if kind:
        yield Fault(
            "key-type-not-offered", kind, "leaf", route.certificates[0],
            expected="a key that every program supports (RSA, EC P-256)", found=f"it is {key}",
        )  # fmt: skip
