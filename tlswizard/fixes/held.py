"""The way up from a server's certificate, through all that was sent and all that any store here holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from tlswizard.core.certificate import CanonicalName, Certificate
from tlswizard.core.finding import Findings
from tlswizard.core.store import index

MAX_WAYS = 60
"""Ways that are looked at: more than any cross-signed public hierarchy has."""

MAX_DEPTH = 20
"""Certificates on one way: real ones have 2 to 5, and a proposal to send more than this helps nobody."""

MAX_NODES = 500
"""Certificates that are gone on from, in all ways together: 60 ways of real length have 200."""

MAX_BESIDE = 64
"""Issuers of one name that are tried at each step: stores hold two or three, and a server can send thousands.
Those with the key identifier that is asked for come first."""

MAX_CHECKS = 1000
"""Signatures that are checked, which takes a tenth of a second: every key once for every certificate."""


@dataclass(frozen=True, slots=True)
class Held:
    """One way up, as far as somebody here holds it."""

    certificates: tuple[Certificate, ...]
    """leaf first; the root, too, if it is held"""

    @property
    def last(self) -> Certificate:
        return self.certificates[-1]

    @property
    def root(self) -> Certificate | None:
        return self.last if self.last.is_self_issued else None

    @property
    def whole(self) -> bool:
        """Nothing that a server has to send is missing."""
        return self.root is not None or self.last.is_ca

    @property
    def sendable(self) -> tuple[Certificate, ...]:
        """What a server should send of it: all but the root."""
        return self.certificates[:-1] if self.root and len(self.certificates) > 1 else self.certificates


def best_way(
    findings: Findings, start: Certificate | None = None, *, without: frozenset[Certificate] = frozenset()
) -> Held | None:
    """The way up that most refusing programs trust, in date as far as possible, then the shortest.

    From the server's certificate, unless told otherwise; None if that cannot be read.
    """
    case = findings.case
    leaf = start or next((c for c in case.chain[:1] if isinstance(c, Certificate)), None)
    if leaf is None:
        return None
    readers = findings.refusing or findings.counting

    def worth(way: Held) -> tuple[int, bool, int, int]:
        anchored = sum(
            any((s := case.store(id_)) and way.last in s.by_subject.get(way.last.subject_name, ())
                for id_ in client.stores)
            for client in readers
        )  # fmt: skip
        late = sum(not c.not_before <= case.at <= c.not_after for c in way.certificates[1:])
        return -anchored, not way.whole, late, len(way.certificates)

    return min(_ways(findings, leaf, without), key=worth)


def _ways(findings: Findings, leaf: Certificate, without: frozenset[Certificate]) -> Iterator[Held]:
    case = findings.case
    sent = index(tuple(c for c in case.chain if isinstance(c, Certificate)))
    tables = [sent, *(t for s in case.all_stores for t in (s.intermediates_by_subject, s.by_subject))]
    above: dict[Certificate, list[Certificate]] = {}
    checked: dict[tuple[str, str], bool | None] = {}

    def issued(certificate: Certificate, child: Certificate) -> bool | None:
        pair = (_key(certificate), child.sha256)
        if pair not in checked and len(checked) < MAX_CHECKS:
            checked[pair] = certificate.verifies(child)
        return checked.get(pair)

    def issuers(child: Certificate) -> list[Certificate]:
        if child not in above:
            found = dict.fromkeys(c for table in tables for c in table.get(child.issuer_name, ()))
            nearest = sorted((c for c in found if c not in without), key=lambda c: not c.meant_by(child))
            above[child] = [c for c in nearest[:MAX_BESIDE] if issued(c, child)]
        return above[child]

    todo: list[tuple[Certificate, ...]] = [(leaf,)]
    given = nodes = 0
    while todo and given < MAX_WAYS:
        way = todo.pop()
        nodes += 1
        child = way[-1]
        onward: list[Certificate] = []
        if not child.is_self_issued and len(way) < MAX_DEPTH and nodes < MAX_NODES:
            passed = {_who(c) for c in way}
            onward = [c for c in issuers(child) if _who(c) not in passed]
        if not onward:
            given += 1
            yield Held(way)
        else:
            todo += [(*way, c) for c in reversed(onward)]


def _who(certificate: Certificate) -> tuple[CanonicalName, str]:
    """Whom one way meets once: to come back to the same name and key is to go round in a circle."""
    return certificate.subject_name, _key(certificate)


def _key(certificate: Certificate) -> str:
    return getattr(certificate.key, "sha256", certificate.sha256)
