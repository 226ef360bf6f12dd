"""The way up from a server's certificate, through all that was sent and all that any store here holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Findings
from tlswizard.core.store import index

MAX_WAYS = 60
"""Ways that are looked at: more than any cross-signed public hierarchy has."""


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
    todo: list[tuple[Certificate, ...]] = [(leaf,)]
    given = 0
    while todo and given < MAX_WAYS:
        way = todo.pop()
        child = way[-1]
        found = dict.fromkeys(c for table in tables for c in table.get(child.issuer_name, ()))
        onward = [c for c in found if c not in way and c not in without and c.verifies(child)]
        if child.is_self_issued or not onward:
            given += 1
            yield Held(way)
        else:
            todo += [(*way, c) for c in reversed(onward)]
