"""May each issuer issue for the names below it? (RFC 5280 sections 4.2.1.10 and 6.1.4 (g))

Constraints of every authority on the path, the anchor's too, hold for all that is below it but
self-issued authorities. The fault sits on the certificate whose name violates; who set the constraint
is its evidence. What only some programs look at has a kind of its own: a common name (`cn`), a wildcard
that could stand for an excluded name (`wildcard`), more comparisons than OpenSSL makes (`limit`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tlswizard.core.certificate import Certificate
from tlswizard.core.der import IA5_STRING
from tlswizard.core.distinguished import COMMON_NAME, EMAIL, CanonicalName, string_types
from tlswizard.core.extensions import GeneralName, NameConstraints
from tlswizard.core.text import listed, visible
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route

MAX_COMPARISONS = 1 << 20
"""Names times constraints that OpenSSL compares at most (crypto/x509/v3_ncons.c, NAME_CHECK_MAX)."""


@dataclass(frozen=True, slots=True)
class _Violation:
    kind: str
    name: str
    rule: str


_WORST_FIRST = ("excluded", "permitted", "unsupported", "wildcard", "limit", "cn")


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    certificates = route.certificates
    holders = [i for i in range(1, len(certificates)) if certificates[i].name_constraints]
    if not holders:
        return
    for index, below in enumerate(certificates[:-1]):
        if index and below.is_self_issued:
            continue
        found = [
            (violation, certificates[holder])
            for holder in holders
            if holder > index and (constraints := certificates[holder].name_constraints)
            for violation in _violations(below, index == 0, _Rules(constraints))
        ]
        if found:
            violation, holder_ = min(found, key=lambda f: _WORST_FIRST.index(f[0].kind))
            yield Fault(
                "name-constraint", violation.kind, route.role(index), below,
                expected=f"{violation.rule}, says “{holder_.title}”", found=violation.name, other=holder_,
            )  # fmt: skip


def _violations(certificate: Certificate, leaf: bool, rules: "_Rules") -> Iterator[_Violation]:
    entries = len([pair for rdn in certificate.subject_dn.rdns for pair in rdn])
    names = certificate.general_names or ()
    if rules.count > MAX_COMPARISONS // max(1, entries + len(names)):
        yield _Violation(
            "limit", f"{entries + len(names)} names and {rules.count} rules for them",
            "fewer than a million comparisons",
        )  # fmt: skip
        return
    if certificate.subject_name:
        yield from rules.against(GeneralName("directory", certificate.subject_name))
    for address in certificate.subject_dn.all(EMAIL):
        yield from rules.against(GeneralName("email", address))
    if any(tag != IA5_STRING for tag in string_types(certificate.parts.subject, EMAIL)):
        yield _Violation(
            "unsupported", "one whose type is another",
            "an address for mail in the subject that is an IA5String",
        )  # fmt: skip
    for name in names:
        yield from rules.against(name)
    if leaf and not any(n.kind == "dns" for n in names):
        for common in certificate.subject_dn.all(COMMON_NAME):
            yield from _as_a_host(common.rstrip("\0"), rules)


_HOST = re.compile(r"(?:\w(?:[\w-]*\w)?\.)+\w(?:[\w-]*\w)?", re.ASCII)


def _as_a_host(common: str, rules: "_Rules") -> Iterator[_Violation]:
    """A common name that could be taken for a host's (v3_ncons.c, cn2dnsid: it needs a dot, and no `*`)."""
    if "\0" in common:
        yield _Violation("cn", visible(common), "a common name without a zero byte")
    elif _HOST.fullmatch(common):
        for violation in rules.against(GeneralName("dns", common)):
            yield _Violation("cn", violation.name, violation.rule)


class _Rules:
    """One authority's constraints, ready to be asked for many names."""

    def __init__(self, constraints: NameConstraints) -> None:
        self.count = len(constraints.permitted) + len(constraints.excluded)
        self._permitted = _by_kind(constraints.permitted)
        self._excluded = _by_kind(constraints.excluded)
        self._bounded = frozenset(_kind(name) for name in constraints.bounded)

    def against(self, name: GeneralName) -> Iterator[_Violation]:
        """What of these constraints `name` violates."""
        kind = _kind(name)
        permitted, excluded = self._permitted.get(kind), self._excluded.get(kind)
        if permitted is None and excluded is None:
            return
        shown = _shown(name)
        if kind not in _KINDS or not _comparable(name):
            yield _Violation("unsupported", shown, "a kind of name that can be compared with its constraints")
            return
        if kind in self._bounded:
            yield _Violation("unsupported", shown, f"constraints on {kind} names without minimum and maximum")
        if excluded is not None:
            if excluded.covers(name):
                yield _Violation("excluded", shown, f"no name in {excluded.shown}")
            elif excluded.met_by_wildcard(name):
                yield _Violation("wildcard", shown, f"no name in {excluded.shown}")
        if permitted is not None and not permitted.covers(name):
            yield _Violation("permitted", shown, f"only names in {permitted.shown}")


_KINDS = frozenset({"dns", "email", "uri", "address", "directory"})


def _kind(name: GeneralName) -> str:
    """What constrains what: the kinds called `other` are told apart by their object identifiers."""
    return f"other {name.value!s}" if name.kind == "other" else name.kind


def _by_kind(names: Iterable[GeneralName]) -> dict[str, "_Subtrees"]:
    table: dict[str, list[GeneralName]] = {}
    for name in names:
        table.setdefault(_kind(name), []).append(name)
    return {kind: _Subtrees(kind, tuple(row)) for kind, row in table.items()}


@dataclass(frozen=True)
class _Subtrees:
    """Subtrees of one kind of name. Looked up, not gone through: there may be thousands."""

    kind: str
    names: tuple[GeneralName, ...]

    @property
    def shown(self) -> str:
        few = [_shown(name) for name in self.names[:3]]
        return listed(few) + (f" and {len(self.names) - 3} more" if len(self.names) > 3 else "")

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset(_folded(n.kind, n.value) for n in self.names if isinstance(n.value, str))

    @cached_property
    def _sizes(self) -> frozenset[int]:
        return frozenset(len(text) for text in self._texts)

    @cached_property
    def _directories(self) -> frozenset[CanonicalName]:
        return frozenset(n.value for n in self.names if isinstance(n.value, tuple))

    @cached_property
    def _depths(self) -> frozenset[int]:
        return frozenset(len(name) for name in self._directories)

    @cached_property
    def _networks(self) -> dict[tuple[int, int], frozenset[int]]:
        """(bytes of an address, mask) → the networks of that mask."""
        table: dict[tuple[int, int], set[int]] = {}
        for name in self.names:
            if isinstance(name.value, bytes) and len(name.value) in (8, 32):
                half = len(name.value) // 2
                mask = _number(name.value[half:])
                table.setdefault((half, mask), set()).add(_number(name.value[:half]) & mask)
        return {mask: frozenset(row) for mask, row in table.items()}

    def covers(self, name: GeneralName) -> bool:
        value = name.value
        if isinstance(value, tuple):
            return any(value[:depth] in self._directories for depth in self._depths)
        if isinstance(value, bytes):
            size, number = len(value), _number(value)
            return any(half == size and number & mask in row for (half, mask), row in self._networks.items())
        if self.kind == "dns":
            return any(_whole_labels(end, value) for end in self._ends(value.casefold()))
        if self.kind == "email":
            host = value.rpartition("@")[2].casefold()
            return (
                not self._texts.isdisjoint((_folded("email", value), f"@{host}", host))
                or any(end.startswith(".") for end in self._ends(host))
            )  # fmt: skip
        host = _host_of(value)
        return any(end.startswith(".") == (len(end) < len(host)) for end in self._ends(host))

    def _ends(self, host: str) -> Iterator[str]:
        """The constraints with which `host` ends."""
        for size in self._sizes:
            if size <= len(host) and (end := host[len(host) - size :]) in self._texts:
                yield end

    def met_by_wildcard(self, name: GeneralName) -> bool:
        """Whether a wildcard could stand for a name in here."""
        if name.kind != "dns" or not isinstance(name.value, str) or not name.value.startswith("*."):
            return False
        parent = name.value[2:].casefold()
        return any(text.lstrip(".").partition(".")[2] == parent for text in self._texts)


def _whole_labels(end: str, host: str) -> bool:
    """Whether `host`, which ends so, has nothing or whole labels before it; an empty end is every name's."""
    return not end or len(end) == len(host) or end[0] == "." or host[len(host) - len(end) - 1] == "."


def _folded(kind: str, text: str) -> str:
    if kind == "email" and "@" in text:  # a mailbox's name keeps its case (RFC 5280 section 7.5)
        local, _, host = text.rpartition("@")
        return f"{local}@{host.casefold()}"
    return text.casefold()


def _host_of(uri: str) -> str:
    """The host in a URI's authority (RFC 3986 section 3.2), "" without one."""
    _, found, rest = uri.partition("://")
    if not found:
        return ""
    authority = rest.partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2]
    return authority.partition(":")[0].casefold()


def _comparable(name: GeneralName) -> bool:
    if name.kind == "address":
        return isinstance(name.value, bytes) and len(name.value) in (4, 16)
    if name.kind == "uri":
        return bool(_host_of(str(name.value)))
    return name.kind != "email" or "@" in str(name.value)


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _shown(name: GeneralName) -> str:
    value = name.value
    if isinstance(value, str):
        return visible(value) or ("(every dns name)" if name.kind == "dns" else "(an empty name)")
    if isinstance(value, tuple):
        return visible(",".join(text for rdn in reversed(value) for _, text in rdn), 120) or "(every subject)"
    if name.kind == "address" and len(value) in (4, 8):
        return "/".join(".".join(str(b) for b in value[i : i + 4]) for i in range(0, len(value), 4))
    if name.kind == "address" and len(value) in (16, 32):
        return "/".join(value[i : i + 16].hex(":", 2) for i in range(0, len(value), 16))
    return f"{name.kind} {value[:16].hex()}"
