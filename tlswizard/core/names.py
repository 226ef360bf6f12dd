"""Does a certificate carry the name that was asked for? (RFC 9525; RFC 5280 section 4.2.1.6)

`why_not` answers with the *kind* of mismatch. Kinds that some programs let pass (`cn-only`,
`partial-wildcard`, `wildcard-tld`, `ip-as-dns`, `trailing-dot`) are told apart from those that none
does; which of them is fatal is the client's policy.
"""

import ipaddress
from dataclasses import dataclass

from tlswizard.core.certificate import AlternativeNames, Certificate
from tlswizard.core.text import visible


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why the certificate does not carry the name, and the listed name that comes nearest."""

    kind: str
    nearest: str | None = None


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def why_not(host: str, certificate: Certificate) -> Mismatch | None:
    """None if `certificate` carries `host` (A-labels in lower case or a canonical address)."""
    names = certificate.alternative_names or AlternativeNames()
    common = certificate.common_name
    if is_address(host):
        return _address_mismatch(host, names, common)
    dns = [name.lower() for name in names.dns]
    if any(matches(host, name) for name in dns):
        return None
    for kind, test in _LENIENT.items():
        for name in dns:
            if test(host, name):
                return Mismatch(kind, visible(name))
    if not dns and common and not is_address(common) and matches(host, common.lower()):
        return Mismatch("cn-only", visible(common))
    return _dns_mismatch(host, dns or ([common.lower()] if common else []))


def matches(host: str, name: str) -> bool:
    """RFC 9525 section 6.3: equal, or a wildcard that is the whole first label and stands for one label."""
    if host == name:
        return True
    return _wildcard(host, name) and name.count(".") >= 2 and "_" not in host.partition(".")[0]


def usable_instead(certificate: Certificate) -> tuple[str, ...]:
    """The listed names that one could ask for: no wildcards, visible."""
    return tuple(name for name in certificate.listed_names if "*" not in name)


def _wildcard(host: str, name: str) -> bool:
    return name.startswith("*.") and "." in host and host.split(".", 1)[1] == name[2:]


def _partial(host: str, name: str) -> bool:
    first, _, rest = name.partition(".")
    label, _, parent = host.partition(".")
    if first.count("*") != 1 or first == "*" or "." not in rest or parent != rest:
        return False
    if label.startswith("xn--"):  # RFC 6125 section 6.4.3: never within an A-label
        return False
    head, tail = first.split("*")
    return label.startswith(head) and label.endswith(tail) and len(label) >= len(head) + len(tail)


_LENIENT = {
    "trailing-dot": lambda host, name: name.endswith(".") and matches(host, name[:-1]),
    # OpenSSL's wildcards stand for letters, digits and hyphens alone; other libraries do not mind.
    "underscore": lambda host, name: name.count(".") >= 2 and _wildcard(host, name),
    "wildcard-tld": _wildcard,
    "partial-wildcard": _partial,
}


def _address_mismatch(host: str, names: AlternativeNames, common: str | None) -> Mismatch | None:
    if host in names.addresses:
        return None
    if host in names.dns:
        return Mismatch("ip-as-dns", host)
    if common and common.strip() == host:
        return Mismatch("ip-in-cn", host)  # X509_check_ip(3) looks at no common name; some others do
    listed = (*names.addresses, *names.dns)
    return Mismatch("ip-not-listed", visible(listed[0]) if listed else visible(common) if common else None)


def _dns_mismatch(host: str, names: list[str]) -> Mismatch:
    """The kind that explains most, looked for in a fixed order."""
    labels = host.split(".")
    if host == "localhost":
        return Mismatch("localhost", visible(names[0]) if names else None)
    for name in names:
        if "." not in host and name.split(".")[0] == host:
            return Mismatch("short-name", visible(name))
        if "." in host and name == labels[0]:
            return Mismatch("fqdn-for-short", visible(name))
    for name in names:
        if name == f"www.{host}":
            return Mismatch("apex", visible(name))
        if host == f"www.{name}":
            return Mismatch("www", visible(name))
        if name == f"*.{host}":
            return Mismatch("wildcard-apex", visible(name))
        if name.startswith("*.") and host.endswith(name[1:]):
            return Mismatch("wildcard-depth", visible(name))
    return Mismatch("other", visible(names[0]) if names else None)
