"""All candidate paths from the leaf to an anchor, or to where they stop, each with all its faults.

Theory. A path grows from the leaf towards an anchor. At each certificate every other one whose subject
is its issuer's name is a candidate, wherever it lies: sent, in a store of intermediates, or an anchor.
A candidate whose key did not make the signature is a *near miss*: it is followed only where no
candidate's key did, so that a bad link does not hide the faults behind it. A path ends at an anchor,
or stops where there is no candidate left. The walk knows no client: which fault matters to whom is
for `judge` to say, so one walk serves all clients that read the same stores.
"""

import importlib
import pkgutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.store import index
from tlswizard.core.verdict import Fault, Path, Situation

MAX_DEPTH = 40
"""Certificates on one path: OpenSSL stops at 100, every browser far below; real chains have 2 to 5."""

MAX_PATHS = 24
"""Paths that are judged, of those that end at an anchor and of those that stop: more than any cross-signed
public hierarchy has."""

MAX_NODES = 1500
"""Certificates that are tried in one search: ends a mesh of cross-signs in 0.3 s."""

MAX_BESIDE = 100
"""Candidates of one name at each step: stores hold two or three, a server can send thousands. What is trusted
comes first, then what has the key identifier that is asked for."""

MAX_CHECKS = 2000
"""Signatures that are checked in one walk, which takes 0.2 s: every key once for every certificate."""

Origin = Literal["sent", "store", "anchor"]


@dataclass(frozen=True, slots=True)
class Link:
    """A certificate on a path, where it came from, and whether its key made the signature below it."""

    certificate: Certificate
    origin: Origin
    signed: bool | None = True


@dataclass(frozen=True, slots=True)
class Route:
    """A path that is not judged yet: what the rules look at."""

    links: tuple[Link, ...]
    end: Literal["anchor", "stop"]
    cut_short: bool = False
    """a limit ended it"""

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        return tuple(link.certificate for link in self.links)

    @property
    def last(self) -> Certificate:
        return self.links[-1].certificate

    def role(self, index: int) -> Literal["leaf", "ca", "anchor"]:
        if index == len(self.links) - 1 and self.end == "anchor":
            return "anchor"
        return "leaf" if index == 0 else "ca"


Rule = Callable[[Route, Situation], Iterator[Fault]]


def walk(situation: Situation) -> tuple[Path, ...]:
    """Every path under the budget, in the order in which a builder that trusts first finds them.

    () where the first certificate of the chain cannot be read, or nothing was sent.
    """
    return tuple(_judged(route, situation) for route in _routes(situation))


def along(certificates: tuple[Certificate, ...], situation: Situation) -> Path:
    """The path over these certificates, leaf to anchor, as another builder has put it together."""
    links = [Link(certificates[0], "sent")]
    for below, one in pairwise(certificates):
        anchor = one in situation.anchors.get(one.subject_name, ())
        links.append(Link(one, "anchor" if anchor else "sent", one.verifies(below)))
    return _judged(Route(tuple(links), "anchor"), situation)


def _judged(route: Route, situation: Situation) -> Path:
    return Path(route.certificates, route.end, tuple(f for rule in _rules() for f in rule(route, situation)))


def _routes(situation: Situation) -> tuple[Route, ...]:
    if not situation.chain or isinstance(situation.chain[0], Malformed):
        return ()
    above = _Above(situation)
    found, ended = _search(situation, situation.chain[0], above, deepest_first=True)
    if ended and not any(route.end == "anchor" for route in found):
        # Lost in a mesh of cross-signs: a short way out of it may still be there.
        short, _ = _search(situation, situation.chain[0], above, deepest_first=False)
        found = [*(route for route in short if route.end == "anchor"), *found]
    return tuple(found)


def _search(
    situation: Situation, leaf: Certificate, above: "_Above", deepest_first: bool
) -> tuple[list[Route], bool]:
    """The routes under the budget, and whether the budget ended the search."""
    found: list[Route] = []
    left_out: tuple[Link, ...] | None = None
    nodes = anchored = 0
    open_ways: deque[tuple[Link, ...]] = deque([(Link(leaf, "sent"),)])

    def stop(links: tuple[Link, ...], cut_short: bool = False) -> None:
        # Dead ends do not use up the places of the ways that lead to an anchor.
        if len(found) - anchored < MAX_PATHS:
            found.append(Route(links, "stop", cut_short))

    while open_ways and nodes < MAX_NODES and anchored < MAX_PATHS:
        links = open_ways.pop() if deepest_first else open_ways.popleft()
        nodes += 1
        last = links[-1].certificate
        trusted = last in situation.anchors.get(last.subject_name, ())
        if trusted:
            found.append(Route(links, "anchor"))
            anchored += 1
        if last.is_self_signed:
            if not trusted:
                stop(links)
            continue
        onward = _candidates(links, above)
        if left_out is None and last.sha256 in above.cut:
            left_out = links
        lost = last.sha256 in above.cut and not any(link.signed for link in onward)
        if lost or (onward and len(links) >= MAX_DEPTH):
            stop(links, cut_short=True)
            continue
        if not onward and not trusted:
            stop(links)
        open_ways.extend((*links, link) for link in (reversed(onward) if deepest_first else onward))
    ended = open_ways[-1] if open_ways else left_out
    if ended and not anchored:
        found.append(Route(ended, "stop", cut_short=True))
    return found, ended is not None


class _Above:
    """What may stand above a certificate, as far as one walk looks."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._sent = index(tuple(c for c in situation.chain[1:] if isinstance(c, Certificate)))
        self._known: dict[str, tuple[Link, ...]] = {}
        self._checked: dict[tuple[str, str], bool | None] = {}
        self.cut: set[str] = set()
        """those above which a limit left something out"""

    def __call__(self, child: Certificate) -> tuple[Link, ...]:
        if child.sha256 not in self._known:
            self._known[child.sha256] = tuple(self._links(child))
        return self._known[child.sha256]

    def _links(self, child: Certificate) -> Iterator[Link]:
        name = child.issuer_name
        places: tuple[tuple[Origin, tuple[Certificate, ...]], ...] = (
            ("anchor", self._situation.anchors.get(name, ())),
            ("sent", self._sent.get(name, ())),
            ("store", self._situation.intermediates.get(name, ())),
        )
        every: dict[str, tuple[Certificate, Origin]] = {}
        for origin, certificates in places:
            for certificate in certificates:
                every.setdefault(certificate.sha256, (certificate, origin))
        rows = list(every.values())
        if len(rows) > MAX_BESIDE:
            self.cut.add(child.sha256)
            rows.sort(key=lambda row: (row[1] != "anchor", not _ids_match(row[0], child)))
        for certificate, origin in rows[:MAX_BESIDE]:
            pair = (_key(certificate), child.sha256)
            if pair not in self._checked:
                if len(self._checked) >= MAX_CHECKS:
                    self.cut.add(child.sha256)
                    return
                self._checked[pair] = certificate.verifies(child)
            yield Link(certificate, origin, self._checked[pair])


def _candidates(links: tuple[Link, ...], above: _Above) -> list[Link]:
    child = links[-1].certificate
    on_path = {(link.certificate.subject_name, _key(link.certificate)) for link in links}
    every = [
        link
        for link in above(child)
        if (link.certificate.subject_name, _key(link.certificate)) not in on_path
    ]
    good = [link for link in every if link.signed] or [link for link in every if link.signed is None]
    return good or sorted(every, key=lambda link: _distance(link, child))[:1]


def _distance(link: Link, child: Certificate) -> tuple[bool, int, str]:
    """How near a miss it is: the key that is asked for, then an anchor before what was sent."""
    origins = ("anchor", "sent", "store")
    return not _ids_match(link.certificate, child), origins.index(link.origin), link.certificate.sha256


def _key(certificate: Certificate) -> str:
    return getattr(certificate.key, "sha256", certificate.sha256)


def _ids_match(issuer: Certificate, child: Certificate) -> bool:
    return issuer.subject_key_id is not None and issuer.subject_key_id == child.authority_key_id


@cache
def _rules() -> tuple[Rule, ...]:
    package = importlib.import_module("tlswizard.judge.rules")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}").faults for name in names)
