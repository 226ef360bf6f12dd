"""Was a certificate withdrawn? What the given lists and the stapled answer say of it (RFC 5280 section 6.3).

Theory. A list is asked only if it is from who has to issue it, covers this certificate, is signed by a
key that may sign lists and is vouched for by the same anchor, and is fresh. Several lists may be needed
until all reasons are covered; one entry is enough to end it. Where no list gets that far, the *nearest
miss* is kept: the last of these conditions that some list did not meet. A delta changes a complete list
that it fits (section 5.2.4) and is never asked alone.

Who signs a list need not be on the path. Such a signer is traced to the path's anchor, and nothing on
that way may be withdrawn, or be vouched for only by the list that it signs (unless the signer's own
certificate says that its list is the one to ask).
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from tlswizard.core.certificate import CanonicalName, Certificate, day
from tlswizard.core.crl import Crl, Withdrawal
from tlswizard.core.distribution import ALL_REASONS, Point, points
from tlswizard.core.extensions import GeneralName
from tlswizard.core.staple import NO_CHECK, MalformedStaple, Single, Staple, parse_staple
from tlswizard.core.verdict import Situation

MAX_TRACE = 6
"""Certificates between the signer of a list and the anchor: as many as real chains have, and a few more."""

MAX_ASKED = 200
"""Certificates that are asked about for one path: its own, and signers of lists. Ends a knot of these."""

State = Literal["good", "revoked", "stale", "undetermined"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one certificate, and from where."""

    state: State
    kind: str
    """`crl` or `staple`; where it is undetermined by lists, the condition that the nearest one misses"""
    words: str
    """what was found, for a person"""
    unnumbered: bool = False
    """it is from a list without a number (RFC 5280 section 5.2.3 demands one)"""


_NEAREST = (
    "no-crl", "crl-unreadable", "crl-scope", "crl-critical", "crl-signature", "crl-signer", "crl-reasons",
    "crl",
)  # fmt: skip
"""Conditions in the order in which a list can miss them; the last one is being out of date."""


def answers(certificates: tuple[Certificate, ...], situation: Situation) -> tuple[Answer | None, ...]:
    """For each certificate of a path but the last, leaf first; None where nothing given speaks of it.

    The last one is the anchor, which nobody can withdraw, or its issuer is not known.
    """
    trace = _Trace(certificates, situation)
    found: list[Answer | None] = []
    for index, certificate in enumerate(certificates[:-1]):
        said = [trace.by_lists(certificate)] if situation.crls else []
        if index == 0 and situation.staple is not None:
            said.append(trace.by_staple(certificate, certificates[1], situation.staple))
        found.append(min(said, key=lambda answer: _WEIGHT.index(answer.state), default=None))
    return tuple(found)


_WEIGHT: tuple[State, ...] = ("revoked", "good", "stale", "undetermined")
"""One source that says so is enough; what the other could not tell no longer matters."""


@dataclass(slots=True)
class _Trace:
    """One path under examination."""

    certificates: tuple[Certificate, ...]
    situation: Situation
    asking: set[str] = field(default_factory=set)
    """what is asked about, and what that leads to"""
    asked: int = 0

    # --- lists ---

    def by_lists(self, certificate: Certificate) -> Answer:
        """RFC 5280 section 6.3.3."""
        if certificate.sha256 in self.asking:
            return Answer(
                "undetermined", "crl-signer", "the list is signed by the very key that it speaks of"
            )
        if self.asked >= MAX_ASKED:
            return Answer("undetermined", "crl-signer", "too many others would have to be asked first")
        # Nothing is remembered: an answer that leans on what is being asked holds for that question alone.
        self.asked += 1
        self.asking.add(certificate.sha256)
        try:
            return self._ask_lists(certificate)
        finally:
            self.asking.discard(certificate.sha256)

    def _ask_lists(self, certificate: Certificate) -> Answer:
        covered: frozenset[str] = frozenset()
        unnumbered = False
        missed = _not_from(certificate)
        # What is published without a point of its own is for every certificate of its issuer.
        places = (*points(certificate), Point())
        newest_first = sorted(self.situation.crls, key=lambda crl: crl.this_update, reverse=True)
        for crl, point in product(newest_first, places):
            delta = self._delta(crl)
            latest = delta or crl
            miss = self._why_not(crl, certificate, point)
            if miss is None and not latest.is_fresh(self.situation.at):
                miss = self._stale(crl, certificate)
            if miss is not None:
                missed = max(missed, miss, key=lambda answer: _NEAREST.index(answer.kind))
                continue
            reasons = crl.scope.reasons & point.reasons
            if crl.delta_of is not None or reasons <= covered:
                continue
            if entry := _entry(crl, delta, certificate):
                return Answer("revoked", "crl", f"its issuer withdrew it {entry}")
            covered |= reasons
            unnumbered = unnumbered or crl.number is None
            if covered == ALL_REASONS:
                until = f", good until {day(latest.next_update)}," if latest.next_update else ""
                words = (
                    f"the list of “{crl.issuer_title}” of {day(latest.this_update)}{until} does not name it"
                )
                return Answer("good", "crl", words, unnumbered)
        if covered and missed.kind != "crl":
            return Answer(
                "undetermined", "crl-reasons", "the lists are for some of the reasons to withdraw it only"
            )
        return missed

    def _why_not(self, crl: Crl, certificate: Certificate, point: Point) -> Answer | None:
        """The first condition that it does not meet, its dates apart; None if it meets them all."""
        if crl.malformed:
            return Answer("undetermined", "crl-unreadable", f"a list cannot be read: {crl.malformed}")
        if not _is_from(crl, certificate, point):
            return _not_from(certificate)
        name = f"the list of “{crl.issuer_title}”"
        if not _covers(crl, certificate, point):
            return Answer("undetermined", "crl-scope", f"{name} is not for certificates like this one")
        if crl.unusable:
            return Answer("undetermined", "crl-critical", f"{name} cannot be used: {crl.unusable}")
        if crl.delta_of is not None and not any(self._fits(base, crl) for base in self.situation.crls):
            return Answer("undetermined", "no-crl", f"{name} only says what changed since another one")
        signers = [c for c in self._named(crl.issuer_name) if crl.signed_by(c)]
        if not signers:
            return Answer("undetermined", "crl-signature", f"no key known here has signed {name}")
        able = [c for c in signers if c.key_usage is None or "crl_sign" in c.key_usage]
        if not able:
            return Answer("undetermined", "crl-signer", f"the key that signed {name} must not sign lists")
        if not any(self._vouched(c) for c in able):
            return Answer(
                "undetermined", "crl-signer", f"the anchor does not vouch for the key that signed {name}"
            )
        return None

    def _stale(self, crl: Crl, certificate: Certificate) -> Answer:
        until = crl.next_update
        if crl.this_update > self.situation.at:
            words = f"the list of “{crl.issuer_title}” begins only on {day(crl.this_update)}"
        else:
            words = f"the list of “{crl.issuer_title}” was good until {day(until or crl.this_update)}"
        listed = crl.entry(certificate)
        return Answer("stale", "crl", f"{words}; it names this certificate" if listed else words)

    def _delta(self, base: Crl) -> Crl | None:
        """The newest list of changes to `base` that is signed by the same key and fresh."""
        fitting = [
            crl
            for crl in self.situation.crls
            if self._fits(base, crl)
            and not crl.unusable
            and crl.is_fresh(self.situation.at)
            and any(crl.signed_by(c) and base.signed_by(c) for c in self._named(base.issuer_name))
        ]
        return max(fitting, key=lambda crl: crl.number or 0, default=None)

    def _fits(self, base: Crl, delta: Crl) -> bool:
        """RFC 5280 section 5.2.4."""
        return (
            delta.delta_of is not None
            and base.delta_of is None
            and base.number is not None
            and delta.number is not None
            and delta.delta_of <= base.number < delta.number
            and delta.same_scope(base)
        )

    # --- who signs ---

    def _named(self, name: CanonicalName) -> list[Certificate]:
        """Every certificate of that subject that is known here, those of the path first."""
        situation = self.situation
        sent = [c for c in situation.chain[1:] if isinstance(c, Certificate)]
        stored = situation.intermediates.get(name, ())
        every = [*self.certificates[1:], *sent, *stored]
        return list(dict.fromkeys(c for c in every if c.subject_name == name))

    def _vouched(self, signer: Certificate, depth: int = 0) -> bool:
        """Whether the path's anchor vouches for it, without the help of what is asked about."""
        if signer in self.certificates:
            place = self.certificates.index(signer)
            if not any(c.sha256 in self.asking for c in self.certificates[place:]):
                # It vouches for what is asked about, too; its own faults are told where it stands.
                return True
        if signer.sha256 in self.asking:
            # Its own issuer may have left it to the signer to say so if the signer's key is withdrawn.
            return any(signer.subject_name in point.issuers for point in points(signer))
        if depth >= MAX_TRACE or not signer.not_before <= self.situation.at <= signer.not_after:
            return False
        above = [c for c in self._named(signer.issuer_name) if _may_issue(c) and c.verifies(signer)]
        if not any(self._vouched(c, depth + 1) for c in above if c != signer):
            return False
        return self.by_lists(signer).state == "good"

    # --- the staple ---

    def by_staple(self, leaf: Certificate, issuer: Certificate, der: bytes) -> Answer:
        """RFC 6960 section 3.2."""
        staple = parse_staple(der)
        if isinstance(staple, MalformedStaple):
            return Answer("undetermined", "staple", f"the answer that the server brought along: {staple.why}")
        single = staple.about(leaf, issuer)
        if single is None:
            return Answer(
                "undetermined",
                "staple",
                "the answer that the server brought along is for another certificate",
            )
        if not self._authorised(staple, issuer):
            return Answer(
                "undetermined", "staple",
                "nobody who may do so has signed the answer that the server brought along",
            )  # fmt: skip
        return self._said(single)

    def _said(self, single: Single) -> Answer:
        at, until = self.situation.at, single.next_update
        name = "the answer that the server brought along"
        if at < single.this_update:
            return Answer("stale", "staple", f"{name} begins only on {day(single.this_update)}")
        if not single.is_fresh(at):
            return Answer("stale", "staple", f"{name} was good until {day(until or single.this_update)}")
        if single.status == "unknown":
            return Answer("undetermined", "staple", f"{name} says that its issuer does not know it")
        if single.withdrawal is not None:
            return Answer("revoked", "staple", f"its issuer withdrew it {single.withdrawal}")
        good = f", good until {day(until)}," if until else ""
        return Answer("good", "staple", f"{name}, of {day(single.this_update)}{good} calls it good")

    def _authorised(self, staple: Staple, issuer: Certificate) -> bool:
        responder = staple.responder(issuer, self.situation.at)
        if responder is None or responder == issuer or responder.extension(NO_CHECK):
            return responder is not None
        return not self.situation.crls or self.by_lists(responder).state != "revoked"


def _not_from(certificate: Certificate) -> Answer:
    words = f"none of the given lists is from “{certificate.issuer_title}”"
    return Answer("undetermined", "no-crl", words)


def _entry(crl: Crl, delta: Crl | None, certificate: Certificate) -> Withdrawal | None:
    """The newer list speaks first (RFC 5280 section 6.3.3 (i) to (k))."""
    entry = (delta.entry(certificate) if delta else None) or crl.entry(certificate)
    return None if entry is None or entry.removed else entry


def _is_from(crl: Crl, certificate: Certificate, point: Point) -> bool:
    """RFC 5280 section 6.3.3 (b) (1)."""
    if point.issuers and crl.issuer_name != certificate.issuer_name:
        return crl.issuer_name in point.issuers and crl.scope.indirect
    return crl.issuer_name == certificate.issuer_name


def _covers(crl: Crl, certificate: Certificate, point: Point) -> bool:
    """RFC 5280 section 6.3.3 (b) (2)."""
    scope = crl.scope
    if scope.only_attributes or (scope.only_users if certificate.is_ca else scope.only_authorities):
        return False
    if scope.name is None:
        return True
    issuers = point.issuers or {certificate.issuer_name}
    wanted = frozenset(GeneralName("directory", name) for name in issuers)
    if point.name is not None:
        owner = next(iter(point.issuers), certificate.issuer_name)
        wanted = point.name.below(owner)
    return bool(scope.name.below(crl.issuer_name) & wanted)


def _may_issue(certificate: Certificate) -> bool:
    usage = certificate.key_usage
    return (certificate.is_ca or certificate.version == 1) and (usage is None or "key_cert_sign" in usage)
