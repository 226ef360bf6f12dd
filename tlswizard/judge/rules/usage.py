"""Is the certificate meant for servers? (RFC 5280 sections 4.2.1.3 and 4.2.1.12)

A certificate without the extension is meant for everything. On an authority the extension limits what
it may issue for: not in RFC 5280, but enforced by OpenSSL, browsers and Go.
"""

from collections.abc import Iterator

from tlswizard.core import der
from tlswizard.core.certificate import ANY_PURPOSE, SERVER_AUTH, Certificate
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

SERVER_GATED = frozenset({"1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"})
"""Microsoft's and Netscape's server gated crypto: OpenSSL lets them stand for serverAuth on an authority."""

HANDSHAKE = frozenset({"digital_signature", "key_encipherment", "key_agreement"})


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        role = route.role(index)
        usages = certificate.extended_key_usage
        if usages is not None and SERVER_AUTH not in usages:
            kinds = ["any"] if ANY_PURPOSE in usages else []
            kinds += ["server-gated"] if SERVER_GATED & set(usages) else []
            kind = "-or-".join(kinds) or "other"
            yield Fault(
                "wrong-usage",
                kind,
                role,
                certificate,
                expected="the usage “server authentication”",
                found="it is for " + (", ".join(_NAMES.get(u, u) for u in usages) or "nothing"),
            )
    leaf = route.certificates[0]
    if _netscape_forbids(leaf):
        yield Fault(
            "wrong-usage", "netscape", "leaf", leaf,
            expected="the type “SSL server” among Netscape's types", found="they leave it out",
        )  # fmt: skip
    unfit = _unfit(leaf.key_usage)
    if unfit:
        yield Fault(
            "wrong-key-usage", unfit, "leaf", leaf,
            expected="a key that may sign" + (" or agree in the handshake" if unfit == "leaf" else ""),
            found="its key usage is "
            + (", ".join(sorted(k.replace("_", " ") for k in leaf.key_usage or ())) or "empty"),
        )  # fmt: skip


def _unfit(usage: frozenset[str] | None) -> str | None:
    """`leaf`: for no handshake; `no-signature`: for none of TLS 1.3, where the server's key signs
    (RFC 8446 section 4.4.2.2), nor of the usual ones of TLS 1.2."""
    if usage is None or "digital_signature" in usage:
        return None
    return "no-signature" if HANDSHAKE & usage else "leaf"


def _netscape_forbids(leaf: Certificate) -> bool:
    """Netscape's certificate type, of which the second bit is for servers (openssl-x509v3_config(5))."""
    extension = leaf.extension("2.16.840.1.113730.1.1")
    if extension is None:
        return False
    try:
        bits = der.bits(der.one(extension.content))
    except ValueError:
        return False
    return len(bits) < 2 or not bits[1]


_NAMES = {
    "1.3.6.1.5.5.7.3.2": "client authentication",
    "1.3.6.1.5.5.7.3.3": "code signing",
    "1.3.6.1.5.5.7.3.4": "e-mail protection",
    "1.3.6.1.5.5.7.3.8": "time stamping",
    "1.3.6.1.5.5.7.3.9": "OCSP signing",
    "2.5.29.37.0": "any purpose",
}
