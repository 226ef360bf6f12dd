"""Was a certificate withdrawn? What the given lists and the stapled answer say of it (RFC 5280 section 6.3).

Theory. A list is asked only if it is from who has to issue it, covers this certificate, is signed by a
key that may sign lists and is vouched for by the same anchor, and is fresh. Of several lists of one issuer,
key and scope the newest counts. An entry in any of those left is enough to call it withdrawn. To call it
good all reasons have to be covered, by lists whose signer may speak for the key that signed the certificate:
an authority that has taken a new key may keep a list for each, and the empty one of the other key says
nothing. Where no list gets that far, the *nearest miss* is kept: the last of these conditions that some
list did not meet. A delta changes a complete list that it fits (section 5.2.4) and is never asked alone.

Lists and staple are told apart: which of the two counts is for a client's policy to say.

Who signs a list need not be on the path. Such a signer is traced to the path's anchor, and nothing on
that way may be withdrawn, or be vouched for only by the list that it signs (unless the signer's own
certificate says that its list is the one to ask).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from tlswizard.core.certificate import CanonicalName, Certificate, day
from tlswizard.core.crl import Crl, Withdrawal
from tlswizard.core.distribution import ALL_REASONS, Point, Scope, points
from tlswizard.core.extensions import GeneralName
from tlswizard.core.staple import NO_CHECK, MalformedStaple, Single, Staple, parse_staple
from tlswizard.core.verdict import Situation

MAX_TRACE = 6
"""Certificates between the signer of a list and the anchor: as many as real chains have, and a few more."""

MAX_ASKED = 200
"""Certificates that are asked about for one path: its own, and signers of lists. Ends a knot of these."""

MAX_POINTS = 50
"""Places where one certificate says that lists of it are: real ones name one to three, and one for each of
the nine reasons would still be few. Each is held against each list. With more, nothing is called good."""

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


def answers(certificates: tuple[Certificate, ...], situation: Situation) -> tuple[tuple[Answer, ...], ...]:
    """For each certificate of a path but the last, leaf first: what the lists say, and the stapled answer.

    () where nothing given speaks of it. The last one is the anchor, which nobody can withdraw, or its issuer
    is not known. Nothing that was given makes this raise.
    """
    trace = _Trace(certificates, situation)
    found: list[tuple[Answer, ...]] = []
    for index, certificate in enumerate(certificates[:-1]):
        said: list[Answer] = []
        if situation.crls:
            said.append(_safely("crl-unreadable", partial(trace.by_lists, certificate)))
        if index == 0 and situation.staple is not None:
            asked = partial(trace.by_staple, certificate, certificates[1], situation.staple)
            said.append(_safely("staple", asked))
        found.append(tuple(said))
    return tuple(found)


@dataclass(slots=True)
class _Trace:
    """One path under examination."""

    certificates: tuple[Certificate, ...]
    situation: Situation
    asking: set[str] = field(default_factory=set)
    """what is asked about, and what that leads to"""
    asked: int = 0
    deltas: dict[bytes, Crl | None] = field(default_factory=dict)
    """the list of changes to each complete list"""
    places: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    """where each certificate says that lists of it are"""

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
        missed = _not_from(certificate)
        usable: list[_Usable] = []
        for crl in self.situation.crls:
            found = self._look_at(crl, certificate)
            if isinstance(found, Answer):
                missed = max(missed, found, key=lambda answer: _NEAREST.index(answer.kind))
            elif crl.delta_of is None:
                usable.append(found)
        usable = _newest(usable)
        for one in usable:
            if entry := _entry(one.crl, one.delta, certificate):
                return Answer("revoked", "crl", f"its issuer withdrew it {entry}")
        if len(self._points(certificate)) > MAX_POINTS:
            words = f"it names more than {MAX_POINTS} places for lists, which are not all looked at"
            return Answer("undetermined", "crl-scope", words)
        return self._good(certificate, usable, missed)

    def _good(self, certificate: Certificate, usable: list["_Usable"], missed: Answer) -> Answer:
        """Whether the lists that do not name it speak for all reasons."""
        covered: frozenset[str] = frozenset()
        unnumbered = False
        for one in usable:
            if not self._speaks_for(one, certificate):
                words = f"the list of “{one.crl.issuer_title}” is for another key of this issuer"
                other = Answer("undetermined", "crl-signer", words)
                missed = max(missed, other, key=lambda answer: _NEAREST.index(answer.kind))
                continue
            if one.reasons <= covered:
                continue
            covered |= one.reasons
            unnumbered = unnumbered or one.crl.number is None
            if covered == ALL_REASONS:
                latest, title = one.latest, one.crl.issuer_title
                until = f", good until {day(latest.next_update)}," if latest.next_update else ""
                words = f"the list of “{title}” of {day(latest.this_update)}{until} does not name it"
                return Answer("good", "crl", words, unnumbered)
        if covered and missed.kind != "crl":
            return Answer(
                "undetermined", "crl-reasons", "the lists are for some of the reasons to withdraw it only"
            )
        return missed

    def _look_at(self, crl: Crl, certificate: Certificate) -> "_Usable | Answer":
        """The list, if it meets all conditions; otherwise the first that it does not meet."""
        if crl.malformed:
            return Answer("undetermined", "crl-unreadable", f"a list cannot be read: {crl.malformed}")
        # What is published without a point of its own is for every certificate of its issuer.
        places = (*self._points(certificate)[:MAX_POINTS], Point())
        from_there = [point for point in places if _is_from(crl, certificate, point)]
        if not from_there:
            return _not_from(certificate)
        name = f"the list of “{crl.issuer_title}”"
        fitting = [point for point in from_there if _covers(crl, certificate, point)]
        if not fitting:
            return Answer("undetermined", "crl-scope", f"{name} is not for certificates like this one")
        if crl.unusable:
            return Answer("undetermined", "crl-critical", f"{name} cannot be used: {crl.unusable}")
        if crl.delta_of is not None and not any(self._fits(base, crl) for base in self.situation.crls):
            return Answer("undetermined", "no-crl", f"{name} only says what changed since another one")
        signer = self._signer(crl, certificate)
        if isinstance(signer, Answer):
            return signer
        delta = self._delta(crl)
        if not (delta or crl).is_fresh(self.situation.at):
            return self._stale(crl, certificate)
        reasons = frozenset[str]().union(*(crl.scope.reasons & point.reasons for point in fitting))
        return _Usable(crl, delta, signer, reasons)

    def _signer(self, crl: Crl, certificate: Certificate) -> "Certificate | Answer":
        """Who signed the list and may; one that may speak for the certificate's own key before others."""
        name = f"the list of “{crl.issuer_title}”"
        signers = [c for c in self._named(crl.issuer_name) if crl.signed_by(c)]
        if not signers:
            return Answer("undetermined", "crl-signature", f"no key known here has signed {name}")
        able = [c for c in signers if c.key_usage is None or "crl_sign" in c.key_usage]
        if not able:
            return Answer("undetermined", "crl-signer", f"the key that signed {name} must not sign lists")
        able.sort(key=lambda c: not self._is_rightful(c, certificate))
        signer = next((c for c in able if self._vouched(c)), None)
        return signer or Answer(
            "undetermined", "crl-signer", f"the anchor does not vouch for the key that signed {name}"
        )

    def _points(self, certificate: Certificate) -> tuple[Point, ...]:
        if certificate.sha256 not in self.places:
            self.places[certificate.sha256] = tuple(dict.fromkeys(points(certificate)))
        return self.places[certificate.sha256]

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
        if base.der not in self.deltas:
            fitting = [
                crl
                for crl in self.situation.crls
                if self._fits(base, crl)
                and not crl.unusable
                and crl.is_fresh(self.situation.at)
                and any(crl.signed_by(c) and base.signed_by(c) for c in self._named(base.issuer_name))
            ]
            self.deltas[base.der] = max(fitting, key=lambda crl: crl.number or 0, default=None)
        return self.deltas[base.der]

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

    def _speaks_for(self, one: "_Usable", certificate: Certificate) -> bool:
        """Whether it would name this certificate if it were withdrawn."""
        if one.crl.issuer_name != certificate.issuer_name:
            return True  # the certificate itself says that this one issues the lists for it
        return self._is_rightful(one.signer, certificate)

    def _is_rightful(self, signer: Certificate, certificate: Certificate) -> bool:
        """Whether its lists are those for the key that signed the certificate.

        It holds that very key, or its key is for lists only, or it stands on the path of the certificate,
        where the issuer itself has tied its old key and its new one together (RFC 5280 section 6.1).
        """
        issuers = self._issuers(certificate)
        if not _may_issue(signer) or any(_key(signer) == _key(issuer) for issuer in issuers):
            return True
        return signer in self.certificates and any(
            c.subject_name == signer.subject_name and (signer.verifies(c) or c.verifies(signer))
            for c in issuers
        )

    def _issuers(self, certificate: Certificate) -> list[Certificate]:
        """Whose key signed it; where none of those known here did, whom it means or stands below."""
        named = self._named(certificate.issuer_name)
        signed = [c for c in named if c.verifies(certificate)]
        wanted = certificate.authority_key_id
        return signed or [c for c in named if wanted is None or c.subject_key_id == wanted]

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


@dataclass(frozen=True, slots=True)
class _Usable:
    """A list that meets all conditions for one certificate."""

    crl: Crl
    delta: Crl | None
    signer: Certificate
    reasons: frozenset[str]
    """for which it speaks of that certificate"""

    @property
    def latest(self) -> Crl:
        return self.delta or self.crl

    @property
    def age(self) -> tuple[datetime, int]:
        """The newer the greater; of one day, the number says which was made last (RFC 5280 section 5.2.3)."""
        return self.latest.this_update, -1 if self.latest.number is None else self.latest.number


def _newest(usable: list[_Usable]) -> list[_Usable]:
    """Of each issuer, key and scope; several where they are equally new. The newest of all first."""
    newest: dict[tuple[CanonicalName, str, Scope], list[_Usable]] = {}
    for one in sorted(usable, key=lambda one: one.age, reverse=True):
        same = newest.setdefault((one.crl.issuer_name, _key(one.signer), one.crl.scope), [])
        if not same or same[0].age == one.age:
            same.append(one)
    return [one for same in newest.values() for one in same]


def _safely(kind: str, ask: Callable[[], Answer]) -> Answer:
    """What is asked for; where reading what was given fails in a way that nobody foresaw, that."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - strangers' bytes: whatever it is, it must not end the diagnosis
        words = f"what was given about it cannot be read ({type(error).__name__})"
        return Answer("undetermined", kind, words)


def _key(certificate: Certificate) -> str:
    return getattr(certificate.key, "sha256", certificate.sha256)


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
