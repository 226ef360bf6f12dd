"""What OpenSSL itself says of a path: trust, signatures, dates, authorities, constraints.

pyOpenSSL's X509StoreContext, offline. It cannot be asked for purpose, host name and key strength;
those come from our rules (`reference`: with them it equals the command line).
"""

from dataclasses import dataclass
from datetime import UTC
from functools import cache

from OpenSSL import SSL, crypto

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.terms import Flag
from tlswizard.core.verdict import Fault, Situation

CAUSES = {
    2: "missing-intermediate", 4: "bad-signature", 6: "malformed-certificate", 7: "bad-signature",
    9: "not-yet-valid", 10: "expired", 13: "malformed-certificate", 14: "malformed-certificate",
    18: "self-signed", 19: "untrusted-root", 20: "untrusted-root", 21: "missing-intermediate",
    22: "chain-too-long", 23: "revoked", 24: "malformed-certificate", 25: "path-length", 26: "wrong-usage",
    27: "untrusted-root", 28: "distrusted", 29: "untrusted-root", 30: "untrusted-root",
    32: "wrong-key-usage", 34: "critical-extension", 37: "not-a-ca", 40: "critical-extension",
    41: "malformed-certificate", 47: "name-constraint", 48: "name-constraint", 49: "name-constraint",
    51: "name-constraint", 52: "name-constraint", 53: "name-constraint", 66: "weak-key", 67: "weak-key",
    68: "weak-signature", 79: "not-a-ca", 94: "weak-key",
    **dict.fromkeys(range(80, 94), "strict-only"),
}  # fmt: skip
"""X509_V_ERR_… (openssl/x509_vfy.h, OpenSSL 3 and 4) to our causes, for what no rule of ours names."""

UNSPECIFIED = 1
BAD_SIGNATURE = 7
STOPPED_AT_ROOT = frozenset({18, 19})
UNREADABLE = frozenset({6, 13, 14})

JUDGED = frozenset({
    "self-signed", "untrusted-root", "missing-intermediate", "wrong-intermediate", "same-name-different-key",
    "bad-signature", "anchor-is-intermediate", "expired", "not-yet-valid", "not-a-ca", "path-length",
    "name-constraint", "critical-extension", "leaf-pinned", "cross-sign-expired", "malformed-certificate",
})  # fmt: skip
"""The causes that X509StoreContext decides by itself; `wrong-key-usage` is its own on a CA alone."""

JUDGED_KINDS = frozenset({("strict-only", "key-id-mismatch"), ("weak-signature", "unsupported-algorithm")})
"""The same, of causes that are otherwise ours."""


_NO_ANCHOR = frozenset({2, 18, 19, 20, 21, 27})
_NO_ANCHOR_CAUSES = frozenset({
    "self-signed", "untrusted-root", "missing-intermediate", "wrong-intermediate", "anchor-is-intermediate",
    "same-name-different-key", "leaf-pinned", "strict-only", "bad-signature",
})  # fmt: skip


def meant(code: int) -> frozenset[str]:
    """The causes that this number may stand for: OpenSSL says the same of several."""
    if code in _NO_ANCHOR:
        return _NO_ANCHOR_CAUSES
    cause = CAUSES.get(code, "untrusted-root")
    alike = {
        "bad-signature": {"same-name-different-key", "wrong-intermediate"},
        "expired": {"cross-sign-expired"},
        "not-a-ca": {"wrong-key-usage"},
        "wrong-key-usage": {"not-a-ca"},
    }
    return frozenset({cause, *alike.get(cause, ())})


def decides(fault: Fault, flags: frozenset[Flag]) -> bool:
    """Whether X509StoreContext can be asked for it, with these flags."""
    if fault.cause == "wrong-key-usage":
        return fault.role != "leaf"
    if fault.cause == "strict-only" and "strict" in flags:
        return True
    return fault.cause in JUDGED or (fault.cause, fault.kind) in JUDGED_KINDS


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is an X509_V_ERR_… number, 0 for accepted; `depth` counts from the leaf; `text` is OpenSSL's."""

    code: int
    depth: int
    text: str
    on: Certificate | None = None
    """the certificate at that depth of the path that OpenSSL took"""
    path: tuple[Certificate, ...] = ()
    """that path, where it accepted"""

    @property
    def accepted(self) -> bool:
        return self.code == 0


_FLAGS = {"partial-chain": crypto.X509StoreFlags.PARTIAL_CHAIN, "strict": crypto.X509StoreFlags.X509_STRICT}


@cache
def label() -> str:
    """`OpenSSL 4.0.3`: the library that speaks here."""
    words = SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode("ascii", "replace").split()
    return " ".join(words[:2])


def verify(situation: Situation, flags: frozenset[Flag] = frozenset()) -> Answer:
    """OpenSSL's verdict on the situation's chain at its time, without name, purpose and strength.

    Every anchor is handed over, at 0.1 ms each: give it what is reachable.
    """
    try:
        return _verify(situation, flags)
    except crypto.Error as error:  # what its parser took, and its verifier stumbles over
        reason = error.args[0][-1][-1] if error.args[0] else "no reason given"
        return Answer(13, 0, f"a certificate cannot be used ({reason})")


def _verify(situation: Situation, flags: frozenset[Flag]) -> Answer:
    leaf, *rest = situation.chain
    if isinstance(leaf, Malformed):
        return Answer(13, 0, "the certificate cannot be read")
    store = crypto.X509Store()
    if hasattr(store, "set_time"):
        store.set_time(situation.at.astimezone(UTC))  # it reads the digits and ignores the zone
    for flag in flags:
        store.set_flags(_FLAGS[flag])
    ours = {leaf.der: leaf}
    for certificate in (c for row in situation.anchors.values() for c in row):
        if anchor := _native(certificate):
            store.add_cert(anchor)
            ours[certificate.der] = certificate
    untrusted: list[crypto.X509] = []
    stored = (c for row in situation.intermediates.values() for c in row)
    for certificate in (*(c for c in rest if isinstance(c, Certificate)), *stored):
        if native := _native(certificate):
            untrusted.append(native)
            ours[certificate.der] = certificate
        elif certificate in rest:
            return Answer(13, 0, "OpenSSL cannot read the certificate", certificate)
    first = _native(leaf)
    if first is None:
        return Answer(13, 0, "OpenSSL cannot read the certificate", leaf)
    try:
        path = crypto.X509StoreContext(store, first, untrusted).get_verified_chain()
    except crypto.X509StoreContextError as error:
        code, depth, text = error.errors
        return Answer(code, depth, text, ours.get(_der(error.certificate)))
    return Answer(0, 0, "ok", path=tuple(c for native in path if (c := ours.get(_der(native)))))


def _der(native: crypto.X509) -> bytes:
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, native)


def _native(certificate: Certificate) -> crypto.X509 | None:
    """None where OpenSSL's reader refuses what the other one took."""
    if "_openssl" not in certificate.__dict__:
        try:
            native = crypto.load_certificate(crypto.FILETYPE_ASN1, certificate.der)
            certificate.__dict__["_openssl"] = native
        except crypto.Error:
            certificate.__dict__["_openssl"] = None
    found: crypto.X509 | None = certificate.__dict__["_openssl"]
    return found
