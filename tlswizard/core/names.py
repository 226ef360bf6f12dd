"""Does a certificate carry the name that was asked for? (RFC 9525; RFC 5280 section 4.2.1.6)

`why_not` answers with the *kind* of mismatch. Kinds that some programs let pass (`cn-only`, `ip-in-cn`,
`ip-as-dns`, `partial-wildcard`, `underscore`, `trailing-dot`, `wildcard-tld`) are told apart from those
that none does; which of them is fatal is the client's policy.

The asked name is compared as a whole, by look-up: what could carry it is known beforehand (`carriers`), so
that a certificate with 10,000 names costs little more than one with ten.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tlswizard.core import der
from tlswizard.core.certificate import AlternativeNames, Certificate
from tlswizard.core.distinguished import COMMON_NAME
from tlswizard.core.extensions import ALTERNATIVE_NAMES, NAMES
from tlswizard.core.target import BadTarget, parse_host, parse_target
from tlswizard.core.text import listed, visible

MAX_ODD, MAX_LENGTH = 100, 500
"""Entries in an odd form that are looked at closely, and characters of one: a person wrote them, and nobody
writes more."""

MAX_SHOWN = 253
"""Characters of a name that are shown: the longest DNS name (RFC 1035 section 2.3.4)."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why the certificate does not carry the name, and the listed name that comes nearest, visible."""

    kind: str
    nearest: str | None = None


def is_address(host: str) -> bool:
    return _address(host) is not None


def why_not(host: str, certificate: Certificate) -> Mismatch | None:
    """None if `certificate` carries `host` (A-labels in lower case or a canonical address)."""
    names = certificate.alternative_names or AlternativeNames()
    address = _address(host)
    if address is not None:
        return _address_mismatch(address, names, certificate)
    dns = _by_spelling(names.dns)
    if _carried(host, dns):
        return None
    if lenient := _lenient(host, dns):
        return lenient
    # The common name counts where no dNSName is listed, and one that cannot be read is one, too.
    unread = _unread(certificate)
    commons = {} if dns or any(tag == _DNS for tag, _ in unread) else _by_spelling(_commons(certificate))
    if old := _carried(host, commons):
        return Mismatch("cn-beside-address" if names.addresses else "cn-only", _shown(old))
    if lenient := _lenient(host, commons):
        return lenient
    if odd := _misspelled(carriers(host), [*_texts(certificate, names, unread), *commons.values()]):
        return Mismatch("malformed-san", _shown(odd))
    related = _related(host, dns or commons, names)
    if related.kind == "other" and dns and (old := _carried(host, _by_spelling(_commons(certificate)))):
        return Mismatch("cn-overruled", _shown(old))
    return related


def carriers(host: str) -> tuple[str, ...]:
    """What a certificate may list for the name `host` (RFC 9525 section 6.3): itself, or the wildcard that is
    the whole first label and stands for one. Under a top-level domain alone, and for names that hold
    anything but letters, digits and hyphens, no wildcard counts everywhere."""
    _, _, parent = host.partition(".")
    return (host, f"*.{parent}") if "." in parent and _LDH.fullmatch(host) else (host,)


def matches(host: str, name: str) -> bool:
    return name in carriers(host)


MAX_USABLE = 200
"""Names that are looked at for another one to ask for: certificates with thousands of them exist."""


def usable_instead(certificate: Certificate) -> tuple[str, ...]:
    """The listed names that one could ask for as they stand, the first MAX_USABLE of them."""
    names = certificate.alternative_names or AlternativeNames()
    addresses = set(names.addresses)
    found = (n for n in certificate.listed_names if n in addresses or is_usable(n))
    return tuple(islice(found, MAX_USABLE))


def is_usable(name: str) -> bool:
    """Whether one could ask for a listed name as it stands: no wildcard, nothing malformed, no address."""
    try:
        return parse_host(name) == name.lower() and not is_address(name)
    except BadTarget:
        return False


def carried(certificate: Certificate, nearest: str | None = None) -> str:
    """The listed names on one line, the nearest one first, and how many more there are; "" without any."""
    names = certificate.alternative_names or AlternativeNames()
    every: list[str] = [*names.dns, *names.addresses] or list(_commons(certificate))
    if nearest:
        others = (n for n in every if n != nearest and (n.isprintable() or _shown(n) != nearest))
        every = [nearest, *others]
    return listed([*map(_shown, every[:4]), *every[4:]])


def _shown(name: str) -> str:
    return visible(name, MAX_SHOWN)


_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_LDH = re.compile(rf"[a-z0-9-]+(?:\.{_LABEL})*")
"""What a wildcard may cover: its own label first, which OpenSSL asks less of than of the others."""

_UPPER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _lower(text: str) -> str:
    """ASCII alone (RFC 4343): the Kelvin sign is no k."""
    return text.lower() if text.isascii() else text.translate(_UPPER)


def _by_spelling(names: Iterable[str]) -> dict[str, str]:
    """The names in lower case, in order, with how the first of them is written."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(_lower(name), name)
    return found


def _commons(certificate: Certificate) -> tuple[str, ...]:
    """Every common name: libraries try them all."""
    return certificate.subject_dn.all(COMMON_NAME)


# --- what some programs let pass ----------------------------------------------------------------------


def _carried(host: str, names: dict[str, str]) -> str | None:
    return next((names[name] for name in carriers(host) if name in names), None)


def _lenient(host: str, names: dict[str, str]) -> Mismatch | None:
    """The kind that most programs let pass first: one that does finds its name, whatever else is listed."""
    for name, written in names.items():
        if "*" in name and _partial(host, name):
            return Mismatch("partial-wildcard", _shown(written))
    _, dot, parent = host.partition(".")
    wildcard = f"*.{parent}" if dot else "*"
    for kind, forms in (
        # OpenSSL's wildcards stand for letters, digits and hyphens alone; other libraries do not mind.
        ("underscore", (wildcard,) if "_" in host and "." in parent else ()),
        ("trailing-dot", tuple(f"{name}." for name in carriers(host))),
        ("wildcard-tld", () if "." in parent else (wildcard,)),
    ):
        for name in forms:
            if name in names:
                return Mismatch(kind, _shown(names[name]))
    return None


_PARTIAL = re.compile(rf"(?!xn--)(?:{_LABEL}\*|\*[a-z0-9-]*[a-z0-9])")
"""X509_check_host(3): the star begins or ends the label, which is no A-label (RFC 6125 section 6.4.3)."""


def _partial(host: str, name: str) -> bool:
    first, _, rest = name.partition(".")
    label, _, parent = host.partition(".")
    if "." not in rest or parent != rest or not _PARTIAL.fullmatch(first):
        return False
    if label.startswith("xn--") or not _LDH.fullmatch(host):
        return False
    head, tail = first.split("*")
    return label.startswith(head) and label.endswith(tail) and len(label) >= len(head) + len(tail)


# --- what no program lets pass ------------------------------------------------------------------------

_EMAIL, _DNS, _URI = 0x81, 0x82, 0x86

Entry = tuple[int, bytes]
"""The tag (RFC 5280 section 4.2.1.6) and the content of an alternative name."""


def _unread(certificate: Certificate) -> tuple[Entry, ...]:
    """The entries that hold text which is not ASCII. Nothing is looked for where all could be read."""
    extension = certificate.extension(ALTERNATIVE_NAMES)
    if extension is None or all(flaw.field != NAMES[ALTERNATIVE_NAMES] for flaw in certificate.flaws):
        return ()
    try:
        entries = der.inside(der.one(extension.content))
    except ValueError:
        return ()
    pairs = ((der.tag(entry), bytes(entry.data)) for entry in entries)
    return tuple((t, text) for t, text in pairs if t in (_EMAIL, _DNS, _URI) and not text.isascii())


def _texts(certificate: Certificate, names: AlternativeNames, unread: Iterable[Entry]) -> list[str]:
    """Every text in the list of alternative names, whatever it claims to be."""
    found = [*names.dns]
    for name in certificate.general_names or () if names.others else ():
        if name.kind in ("uri", "email") and isinstance(name.value, str):
            found.append(name.value)
        elif name.kind == "address" and isinstance(name.value, bytes) and len(name.value) not in (4, 16):
            found.append(_not_an_address(name.value))
    for _, content in unread:
        try:
            found.append(content.decode())
        except UnicodeDecodeError:
            found.append(content.decode("latin-1"))
    return found


def _not_an_address(content: bytes) -> str:
    """What an iPAddress of a wrong length may mean: one with its mask, as in a constraint, or a text."""
    half = len(content) // 2
    if half in (4, 16) and len(content) == 2 * half:
        return f"{ipaddress.ip_address(content[:half])} mask {ipaddress.ip_address(content[half:])}"
    return content.decode("latin-1")


_APART = re.compile(r"[\s,;|<>\"'\x00-\x1f\x7f]+")
_PREFIX = re.compile(r"(?i)(?:dns|name|ip|address|uri|url|cn)[:=]")


def _misspelled(forms: tuple[str, ...], texts: list[str]) -> str | None:
    """The text that means one of `forms` and is not written as a name is: a URL, with a port, blanks …"""
    for text in islice(_odd(forms, texts), MAX_ODD):
        if any(_plain(piece) in forms for piece in _APART.split(text)) or _misplaced(forms[0], _lower(text)):
            return text
    return None


def _odd(forms: tuple[str, ...], texts: list[str]) -> Iterable[str]:
    """The texts that are worth a closer look. All at once at first: mostly there is none."""
    host, wildcard = forms[0], forms[-1]
    below = f".{host}\n"
    every = "\n".join(["", *texts, ""]).lower()
    rest = every.replace("\n*.", "\n").replace(below, "\n")
    # An IPv6 address has many spellings.
    found = any(part in rest for part in ("*", ":" if ":" in host else host)) or "\n." in every
    if rest.isascii() and not found and (wildcard == host or wildcard not in every):
        return ()
    return (
        text
        for text in texts
        if len(text) <= MAX_LENGTH
        and (
            not text.isascii()
            or "*" in text.removeprefix("*.")
            or text.count(":") > 1
            or wildcard in (low := text.lower())
            or (host in low and not f"{low[1:]}\n".endswith(below))
        )
    )


def _plain(piece: str) -> str | None:
    """The host in `piece` as it is asked for, or the wildcard; None if there is none."""
    name = _PREFIX.sub("", piece, count=1)
    star = "*." if name.startswith("*.") else ""
    try:
        return star + parse_target(name.removeprefix(star).lstrip(".")).host
    except BadTarget:
        return None


def _misplaced(host: str, name: str) -> bool:
    """A star that covers the host, label by label, in a place where none counts."""
    labels, patterns = host.split("."), name.split(".")
    if "*" not in name or len(labels) != len(patterns):
        return False
    return all(_covers(pattern, label) for pattern, label in zip(patterns, labels, strict=True))


def _covers(pattern: str, label: str) -> bool:
    head, star, tail = pattern.partition("*")
    if not star:
        return pattern == label
    return "*" not in tail and label.startswith(head) and label[len(head) :].endswith(tail)


def _related(host: str, names: dict[str, str], listed_: AlternativeNames) -> Mismatch:
    """The kind that explains most, looked for in a fixed order; `names` do not carry it in any form."""
    for kind, form in _relatives(host, names):
        if form in names:
            return Mismatch(kind, _shown(names[form]))
    nearest = names[_nearest(host, names)] if names else next(iter(listed_.addresses), None)
    return Mismatch("localhost" if host == "localhost" else "other", nearest and _shown(nearest))


def _relatives(host: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    first, dot, parent = host.partition(".")
    if host == "localhost":
        return
    if dot:
        yield "fqdn-for-short", first
    else:
        yield from (("short-name", name) for name in names if name.startswith(f"{host}."))
    yield "apex", f"www.{host}"
    if first == "www":
        yield "www", parent
    yield "wildcard-apex", f"*.{host}"
    while parent:
        _, _, parent = parent.partition(".")
        yield "wildcard-depth", f"*.{parent}" if parent else "*"


def _nearest(host: str, names: dict[str, str]) -> str:
    """The first of those that share most labels at the end."""
    every = "\n" + "\n".join(names) + "\n"
    _, _, parent = host.partition(".")
    while parent:
        for before in "\n.":
            at = every.find(f"{before}{parent}\n")
            name = every[every.rfind("\n", 0, at + 1) + 1 : at + 1 + len(parent)]
            if at >= 0 and name in names:
                return name
        _, _, parent = parent.partition(".")
    return next(iter(names))


# --- addresses ----------------------------------------------------------------------------------------

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _address_mismatch(asked: _Address, names: AlternativeNames, certificate: Certificate) -> Mismatch | None:
    host = str(asked).partition("%")[0]  # the zone is this machine's own matter (RFC 4007 section 11.2)
    if host in names.addresses:
        return None
    commons = _commons(certificate)
    for common in commons:
        if _lower(common) == host:  # X509_check_ip(3) looks at no common name; some others do
            return Mismatch("ip-in-cn", _shown(common))
    if host in names.dns:
        return Mismatch("ip-as-dns", host)
    for name in islice((name for name in names.dns if name.count(":") > 1), MAX_ODD):
        if str(_address(name.strip("[]"))) == host:  # IPv4 has no other spelling
            return Mismatch("ip-as-dns", _shown(name))
    if odd := _misspelled((host,), [*_texts(certificate, names, _unread(certificate)), *commons]):
        return Mismatch("malformed-san", _shown(odd))
    same = [a for a in (_twin(asked),) if a in names.addresses]
    alike = [a for a in names.addresses if (":" in a) == (":" in host)]
    nearest = next(iter((*same, *alike, *names.addresses, *names.dns, *commons)), None)
    return Mismatch("ip-not-listed", nearest and _shown(nearest))


def _twin(address: _Address) -> str:
    """The same in the other family (RFC 4291 section 2.5.5.2): other octets, so another name."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(ipaddress.ip_address(f"::ffff:{address}"))
    return str(address.ipv4_mapped)
