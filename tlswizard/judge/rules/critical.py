"""A critical extension that a program does not know must be refused (RFC 5280 section 4.2).

The kind is `unknown`; `policy` for the rules about policies, which some programs leave out; and for what
RFC 5280 defines and wants never critical, the extension's name.
"""

from collections.abc import Iterator

from tlswizard.core import extensions as ext
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

KNOWN_TO_ALL = frozenset({
    ext.BASIC_CONSTRAINTS, ext.KEY_USAGE, ext.EXTENDED_KEY_USAGE, ext.ALTERNATIVE_NAMES, ext.NAME_CONSTRAINTS,
    ext.CRL_DISTRIBUTION, "2.5.29.32", "2.16.840.1.113730.1.1",
})  # fmt: skip
"""What every client processes, or, as with Netscape's type, some do and nobody marks critical."""

_POLICY = frozenset({"2.5.29.33", "2.5.29.36", "2.5.29.54"})
"""Policy mappings, policy constraints, inhibit any-policy."""


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for index, certificate in enumerate(route.certificates):
        for extension in certificate.extensions:
            if extension.critical and extension.oid not in KNOWN_TO_ALL:
                kind = "policy" if extension.oid in _POLICY else ext.NAMES.get(extension.oid, "unknown")
                yield Fault(
                    "critical-extension", kind, route.role(index), certificate,
                    expected="only critical extensions that clients know",
                    found=f"the extension {extension.name}",
                )  # fmt: skip
