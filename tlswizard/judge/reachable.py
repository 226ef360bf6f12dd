"""The part of a situation that can matter: what some issuer's name leads to from the chain.

Stores hold hundreds of roots and differ from program to program, and a chain asks for two or three of
them. Programs whose stores are alike in these share one walk and one question to OpenSSL.
"""

from collections.abc import Mapping
from dataclasses import replace

from tlswizard.core.certificate import CanonicalName, Certificate
from tlswizard.core.verdict import Situation

Key = tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]
"""The SHA-256 of the anchors and of the stored intermediates that can be reached, in store order, and the
fingerprints that are refused."""


def reachable(situation: Situation) -> tuple[Situation, Key]:
    """The same situation with the reachable part of its stores alone, and what tells it from others of
    the same chain, name and time."""
    sent = [c for c in situation.chain if isinstance(c, Certificate)]
    wanted = [name for c in sent for name in (c.subject_name, c.issuer_name)]
    anchors: dict[CanonicalName, tuple[Certificate, ...]] = {}
    stored: dict[CanonicalName, tuple[Certificate, ...]] = {}
    seen: set[CanonicalName] = set()
    while wanted:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for table, found in ((situation.anchors, anchors), (situation.intermediates, stored)):
            if row := table.get(name):
                found[name] = row
                wanted += [c.issuer_name for c in row]
    return replace(situation, anchors=anchors, intermediates=stored), (
        _hashes(anchors),
        _hashes(stored),
        situation.distrusted,
    )


def _hashes(table: Mapping[CanonicalName, tuple[Certificate, ...]]) -> tuple[str, ...]:
    return tuple(c.sha256 for row in table.values() for c in row)
