"""What a judge is given and what it answers: Situation, Fault, Path, Policy, Verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tlswizard.core.certificate import CanonicalName, Certificate, Malformed
from tlswizard.core.crl import Crl
from tlswizard.core.terms import Flag, Role, Triple


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason for a refusal or a warning, pinned to the certificate it sits on."""

    cause: str
    kind: str | None
    role: Role
    on: Certificate | Malformed | None
    expected: str
    found: str
    other: Certificate | None = None
    """the nearest miss: the candidate issuer that was refused, the CA that holds the limit"""
    likely: bool = False
    """the evidence leaves another explanation open"""

    def __str__(self) -> str:
        kind = f" ({self.kind})" if self.kind else ""
        return f"{self.cause}{kind}"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision depends on but the client's rules. Nothing in it changes."""

    chain: tuple[Certificate | Malformed, ...]
    """as served"""
    anchors: Mapping[CanonicalName, tuple[Certificate, ...]]
    """by subject, in store order"""
    intermediates: Mapping[CanonicalName, tuple[Certificate, ...]]
    """what the client completes chains with, besides what was sent"""
    name: str | None
    """A-labels in lower case or a canonical address; None: no name is checked"""
    at: datetime
    crls: tuple[Crl, ...] = ()
    staple: bytes | None = None
    """the OCSP response that came with the handshake (RFC 6066 section 8)"""
    staple_asked: bool = False
    """a handshake was made that asked for it, so that None means that the server has none"""
    distrusted: frozenset[str] = frozenset()
    """SHA-256 or SHA-1 of certificates that the client's stores say are to be refused"""


@dataclass(frozen=True, slots=True)
class Path:
    """One candidate way from the leaf up to an anchor, or to where it stops, with all its faults."""

    certificates: tuple[Certificate, ...]
    end: Literal["anchor", "stop"]
    faults: tuple[Fault, ...]

    @property
    def anchor(self) -> Certificate | None:
        return self.certificates[-1] if self.end == "anchor" else None


@dataclass(frozen=True, slots=True)
class Policy:
    """A client's rules as data: which faults it refuses for."""

    id: str
    engine: Literal["openssl", "rules"]
    """who decides what both can decide: OpenSSL itself, which takes one path and never goes back, or our
    rules alone, for which any good path will do"""
    fatal: frozenset[str] = frozenset()
    """causes that are refused unless `tolerates` says otherwise"""
    tolerates: frozenset[Triple] = frozenset()
    refuses: frozenset[Triple] = frozenset()
    """faults that are refused, unless tolerated, although their cause is usually none to refuse for"""
    like: "Policy | None" = None
    """the client that it agrees with where it says nothing itself"""
    flags: frozenset[Flag] = frozenset()

    def is_fatal(self, fault: Fault) -> bool:
        if _matches(self.tolerates, fault):
            return False
        if _matches(self.refuses, fault):
            return True
        return self.like.is_fatal(fault) if self.like else fault.cause in self.fatal


def _matches(triples: frozenset[Triple], fault: Fault) -> bool:
    return any(is_of(fault, triple) for triple in triples)


def is_of(fault: Fault, triple: Triple) -> bool:
    cause, kind, role = triple
    return cause == fault.cause and kind in (None, fault.kind) and role in (None, fault.role)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one client decides, and which judge says so."""

    client: str
    result: Literal["accept", "refuse", "unknown"]
    judge: str
    path: Path | None = None
    faults: tuple[Fault, ...] = ()
    """why it refuses: every fault, the first to deal with first"""
    met: tuple[Fault, ...] = ()
    """the faults that the program itself meets, where they are but side effects of the first of `faults`"""
    notes: tuple[Fault, ...] = ()
    """what is worth knowing although this client does not refuse for it"""
    why_unknown: str | None = None
    """why there is no verdict; beside a refusal, why there may be more reasons than its faults"""
    message: str | None = None
    """what the client prints, as far as its judge says"""
    deciding_store: str | None = None
    disagreement: str | None = None
    """where the client's own verifier and our rules differ, both sides; a bug of ours"""
