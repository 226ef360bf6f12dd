"""Who holds this certificate: every store's answer, for one that is given, or found by print or by words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.stores.freshness import authority

How = Literal["trusted", "intermediate", "present", "refused", "same-ca"]

FEWEST_DIGITS = 8
"""Of a fingerprint: 32 bits keep apart the few thousand certificates of a machine; fewer are words."""

_LABEL = re.compile(r"^\s*sha-?(?:1|256)\s*(?:fingerprint|thumbprint)?\s*[=:]\s*", re.IGNORECASE)
"""As openssl-x509(1) prints it: `sha256 Fingerprint=AB:CD…`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A certificate that is looked for; one that is refused somewhere may be known by its print alone."""

    digest: str
    certificate: Certificate | None = None

    @property
    def digests(self) -> frozenset[str]:
        c = self.certificate
        return frozenset((c.sha256, c.sha1)) if c else frozenset((self.digest,))


@dataclass(frozen=True, slots=True)
class Holding:
    """What one store has of it."""

    store: Store
    how: How
    why: str = ""
    """for one that is present and does not count: a clause"""
    where: str = ""
    since: str = ""
    other: Certificate | None = None
    """the certificate in which the store has the same authority"""

    @property
    def itself(self) -> bool:
        """The very certificate, and not only its authority."""
        return self.how != "same-ca"


def in_store(store: Store) -> Iterator[Certificate]:
    """Every certificate that lies there, whatever it counts."""
    yield from store.anchors
    yield from store.intermediates
    yield from (idle.certificate for idle in store.idle)


def digits(text: str) -> str | None:
    """The hex digits of what is written like a fingerprint, with colons or blanks or without."""
    bare = re.sub(r"[\s:]", "", _LABEL.sub("", text)).lower()
    return bare if re.fullmatch(rf"[0-9a-f]{{{FEWEST_DIGITS},64}}", bare) else None


def by_digest(start: str, stores: Iterable[Store]) -> tuple[Wanted, ...]:
    """Whatever has a SHA-256 or a SHA-1 that begins so."""
    stores = tuple(stores)
    found = [c for c in _all(stores) if c.sha256.startswith(start) or c.sha1.startswith(start)]
    known = {digest for c in found for digest in (c.sha256, c.sha1)}
    bare = dict.fromkeys(d for s in stores for d in s.distrusted if d.startswith(start) and d not in known)
    return (*(Wanted(c.sha256, c) for c in found), *(Wanted(d) for d in bare))


def by_words(text: str, stores: Iterable[Store]) -> tuple[Wanted, ...]:
    """Every certificate that has all these words in its subject."""
    words = text.casefold().split()
    if not words:
        return ()
    return tuple(
        Wanted(c.sha256, c) for c in _all(stores) if all(word in c.subject.casefold() for word in words)
    )


def _all(stores: Iterable[Store]) -> Iterator[Certificate]:
    return iter(dict.fromkeys(c for store in stores for c in in_store(store)))


def holding(wanted: Wanted, store: Store) -> Holding | None:
    """What `store` has of it, the most telling alone: a refusal counts whatever else is there.

    None where it has nothing; what an unreadable store has is not known.
    """
    certificate = wanted.certificate
    idle = next((i for i in store.idle if i.certificate == certificate), None)
    name = dict(store.names).get(wanted.digest, "")
    since = dict(store.since).get(wanted.digest, "")
    if store.refused & wanted.digests:
        return Holding(store, "refused", idle.why if idle else "", idle.where if idle else name, since)
    if certificate is None:
        return None
    if certificate in store.by_subject.get(certificate.subject_name, ()):
        return Holding(store, "trusted", where=name, since=since)
    if certificate in store.intermediates_by_subject.get(certificate.subject_name, ()):
        return Holding(store, "intermediate", where=name, since=since)
    if idle:
        return Holding(store, "present", idle.why, idle.where or name, since)
    same = store.by_subject.get(certificate.subject_name, ())
    other = next((c for c in same if authority(c) == authority(certificate)), None)
    return Holding(store, "same-ca", other=other) if other else None
