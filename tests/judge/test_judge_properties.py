"""What must hold of every small hierarchy: cross-signs, expired twins, one name with two keys, any order.

Certificates are taken from a small set of names and keys, so that hypothesis meets the awkward ones often.
OpenSSL's answers are those of the `openssl` program.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st
from judge_making import (
    AT,
    DAY,
    HOST,
    SERVERS,
    SIGNS,
    Made,
    content,
    made,
    new_key,
    situation,
)
from libssl_oracle import MEANS

from tlswizard.clients.reading import policy
from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import pem
from tlswizard.core.verdict import Fault, Policy, Situation, Verdict
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

Test = TypeVar("Test", bound=Callable[..., None])

LONGEST = 2.0
"""Seconds of work that any judgement may take."""

PATIENT = settings(
    derandomize=True,
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

# --- small hierarchies --------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Who:
    """An authority: its name and its key. The same name may have several keys, and the other way round."""

    name: str
    key: int


ODD: dict[str, dict[str, object]] = {
    "": {},
    "for clients": {"purposes": (ExtendedKeyUsageOID.CLIENT_AUTH,)},
    "strange": {"more": [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)]},
    "excludes": {"more": [(x509.NameConstraints(None, [x509.DNSName(HOST)]), True)]},
    "foreign id": {
        "key_ids": False,
        "more": [(x509.AuthorityKeyIdentifier(b"a key that nobody has", None, None), False)],
    },
}


@dataclass(frozen=True)
class Plan:
    """What a certificate is to say."""

    subject: Who
    issuer: Who
    days: tuple[int, int] = (-300, 300)
    key_ids: bool = True
    constraints: tuple[bool, int | None] | None = (True, None)
    may_sign: bool = True
    odd: str = ""
    """one of ODD"""
    serial: int = 1
    """tells two certificates apart that say the same"""

    def __repr__(self) -> str:
        odd = [
            *(["expired"] if self.days[1] < 0 else []),
            *(["not yet"] if self.days[0] > 0 else []),
            *(["longer"] if self.days[1] > 300 else []),
            *([] if self.key_ids else ["no ids"]),
            *([] if self.constraints == (True, None) else [f"constraints {self.constraints}"]),
            *([] if self.may_sign else ["may not sign"]),
            *([self.odd] if self.odd else []),
        ]
        names = f"{self.subject.name}{self.subject.key}<-{self.issuer.name}{self.issuer.key}#{self.serial}"
        return f"<{names}{' ' if odd else ''}{', '.join(odd)}>"


@dataclass(frozen=True)
class Hierarchy:
    leaf: Plan
    extras: tuple[Plan, ...]
    anchors: tuple[Plan, ...]

    def __str__(self) -> str:
        """The short form of it for whoever has to find out why a property does not hold."""
        return f"leaf {self.leaf}; extras {self.extras}; anchors {self.anchors}"

    def situation(self, *more: Plan) -> Situation:
        return situation(
            _issued(self.leaf, leaf=True),
            *(_issued(plan) for plan in self.extras),
            roots=[_issued(plan) for plan in dict.fromkeys((*self.anchors, *more))],
            name=None,
        )


@cache
def _key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1000 + number, ec.SECP256R1())


@cache
def _issued(plan: Plan, leaf: bool = False) -> Made:
    first, last = plan.days
    key = new_key() if leaf else _key(plan.subject.key)
    by = None
    if plan.issuer != plan.subject or leaf:
        # Only its name and key matter to what it signs.
        by = made(plan.issuer.name, key=_key(plan.issuer.key), constraints=(True, None), usage=SIGNS)
    told: dict[str, object] = {
        "key": key,
        "not_before": AT + first * DAY,
        "not_after": AT + last * DAY,
        "key_ids": plan.key_ids,
    }
    if leaf:
        told |= {"purposes": SERVERS, "names": (HOST,)}
    else:
        told |= {
            "constraints": plan.constraints,
            "usage": SIGNS if plan.may_sign else frozenset({"crl_sign"}),
        }
    return made(HOST if leaf else plan.subject.name, by, **(told | ODD[plan.odd]))  # type: ignore[arg-type]


DAYS = st.sampled_from([(-300, 300)] * 4 + [(-300, -1), (1, 300), (-300, 600)])
WHO = st.builds(Who, st.sampled_from("ABC"), st.integers(0, 2))


@st.composite
def _certificate(draw: st.DrawFn, members: list[Who]) -> Plan:
    subject = draw(st.sampled_from(members))
    issuer = draw(st.sampled_from([*members, subject]))
    return Plan(
        subject,
        issuer,
        draw(DAYS),
        draw(st.sampled_from([True, True, True, False])),
        draw(st.sampled_from([(True, None)] * 8 + [(True, 0), (True, 1), (False, None), None])),
        draw(st.sampled_from([True] * 9 + [False])),
        draw(st.sampled_from([""] * 12 + list(ODD))),
        draw(st.integers(1, 2)),
    )


@st.composite
def hierarchies(draw: st.DrawFn) -> Hierarchy:
    members = draw(st.lists(WHO, min_size=2, max_size=4, unique=True))
    # A backbone that is good by itself makes that acceptance is not rare.
    backbone = [Plan(one, above) for one, above in zip(members, [*members[1:], members[-1]], strict=True)]
    others = draw(st.lists(_certificate(members), max_size=5))
    pool = [*backbone, *others]
    anchors = draw(st.lists(st.sampled_from(pool), max_size=3, unique=True))
    if draw(st.booleans()):
        anchors.insert(0, backbone[-1])
    extras = draw(st.permutations(draw(st.lists(st.sampled_from(pool), max_size=6))))
    if draw(st.booleans()):
        extras = draw(st.permutations([*extras, *backbone[:-1]]))
    leaf = Plan(Who(HOST, -1), members[0], key_ids=draw(st.booleans()))
    return Hierarchy(leaf, tuple(extras), tuple(dict.fromkeys(anchors)))


@st.composite
def hierarchies_and_another_anchor(draw: st.DrawFn) -> tuple[Hierarchy, Plan]:
    found = draw(hierarchies())
    members = sorted({who for plan in (*found.extras, *found.anchors) for who in (plan.subject, plan.issuer)})
    members = members or [found.leaf.issuer]
    return found, draw(_certificate(members))


@st.composite
def hierarchies_in_another_order(draw: st.DrawFn) -> tuple[Hierarchy, Hierarchy]:
    found = draw(hierarchies().filter(lambda one: len(set(one.extras)) > 1))
    return found, replace(found, extras=tuple(draw(st.permutations(found.extras))))


def _astray() -> list[tuple[Hierarchy, Plan]]:
    """One more anchor, and OpenSSL refuses what it has accepted: a case of each kind."""
    a0, a1, a2 = (Who("A", n) for n in range(3))
    b1, c1 = Who("B", 1), Who("C", 1)
    server = Plan(Who(HOST, -1), a1)
    good = Hierarchy(server, (Plan(a1, b1),), (Plan(b1, b1),))
    loose = Hierarchy(replace(server, key_ids=False), (Plan(a1, b1, key_ids=False),), (Plan(b1, b1),))
    long = Hierarchy(server, (Plan(a1, b1), Plan(b1, c1)), (Plan(c1, c1),))
    return [
        (good, Plan(a1, a1, may_sign=False)),  # the trusted twin may not sign
        (good, Plan(a1, a1, (-300, -1))),  # it has expired
        (good, Plan(a1, a1, (1, 300))),
        (good, Plan(a1, a1, constraints=(False, None))),
        (good, Plan(a1, c1)),  # it is no root, and its issuer is nowhere
        (long, Plan(b1, a0)),
        (long, Plan(b1, b1, constraints=None, may_sign=False)),
        (long, Plan(b1, b1, constraints=(True, 0))),
        (loose, Plan(a0, a0)),  # another key, and no key identifiers that would tell
        (loose, Plan(a2, b1)),
        (good, Plan(a1, a1, odd="for clients")),
        (good, Plan(a1, a1, odd="strange")),
        (good, Plan(a1, a1, odd="excludes")),
    ]


ASTRAY = [replace(one, anchors=(*one.anchors, more)) for one, more in _astray()]


NO_WAY = replace(ASTRAY[8], anchors=(Plan(Who("B", 1), Who("B", 1), odd="for clients"), ASTRAY[8].anchors[1]))
"""OpenSSL goes astray, and the way that it leaves would be refused, too."""


RENEWED = Hierarchy(
    Plan(Who(HOST, -1), Who("A", 1), key_ids=False),
    (Plan(Who("A", 1), Who("A", 0), key_ids=False), Plan(Who("A", 0), Who("B", 0))),
    (Plan(Who("B", 0), Who("B", 0)),),
)
"""An authority's new key, signed with its old one: without key identifiers OpenSSL takes it for a root."""


def _also(examples: Iterable[object]) -> Callable[[Test], Test]:
    """`hypothesis.example` for each of them."""

    def decorate(test: Test) -> Test:
        for one in examples:
            test = example(found=one)(test)
        return test

    return decorate


# --- judges -------------------------------------------------------------------------------------------


def _row() -> Policy:
    shipped = content()
    return policy(shipped.clients["openssl"], shipped.causes)


def _trying_all() -> Policy:
    """OpenSSL's rules for one that tries every path."""
    return replace(_row(), engine="rules")


def _judged(facts: Situation, by: Policy) -> Verdict:
    order = {cause.id: cause.place for cause in content().causes.values()}
    with _soon():
        return judge(facts, walk(facts), by, order)


@contextmanager
def _soon() -> Iterator[None]:
    begun = time.process_time()
    yield
    took = time.process_time() - begun
    assert took < LONGEST, f"{took:.2f} s"


def _named(faults: tuple[Fault, ...]) -> set[tuple[str, str | None]]:
    return {
        (f.cause, f.on.title + " " + f.on.sha256[:8] if isinstance(f.on, Certificate) else None)
        for f in faults
        if f.cause != "path-choice"
    }


@cache
def _program_says(found: Hierarchy, *more: Plan) -> str:
    """`accept`, or what `openssl verify` says as a client that checks a server's certificate."""
    facts = found.situation(*more)
    leaf, *rest = facts.chain
    anchors = [c for row in facts.anchors.values() for c in row]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, certificates in (("leaf", [leaf]), ("rest", rest), ("roots", anchors)):
            (folder / file).write_text("".join(pem(c) for c in certificates if isinstance(c, Certificate)))
        command = [
            "openssl", "verify", "-purpose", "sslserver", "-auth_level", "2",
            "-attime", str(int(facts.at.timestamp())), "-no-CApath", "-no-CAstore",
            *(["-CAfile", folder / "roots"] if anchors else ["-no-CAfile"]),
            *(["-untrusted", folder / "rest"] if rest else []), folder / "leaf",
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
        )
    assert done.returncode in (0, 2), done.stderr
    return "accept" if done.returncode == 0 else done.stderr.strip()


def _result(said: str) -> str:
    return "accept" if said == "accept" else "refuse"


def _shown(verdict: Verdict) -> list[str]:
    return [f"{f} on {f.on.title if isinstance(f.on, Certificate) else None}" for f in verdict.faults]


# --- what must hold -----------------------------------------------------------------------------------


@PATIENT
@given(hierarchies_in_another_order())
def test_the_order_of_what_was_sent_changes_no_fault_for_who_tries_all_paths(
    both: tuple[Hierarchy, Hierarchy],
):
    note(f"{both[0]}\n{both[1]}")
    one, other = (_judged(found.situation(), _trying_all()) for found in both)
    assert one.result == other.result
    assert _named(one.faults) == _named(other.faults)


@PATIENT
@_also(_astray())
@given(found=hierarchies_and_another_anchor())
def test_another_anchor_never_harms_who_tries_all_paths(found: tuple[Hierarchy, Plan]):
    hierarchy, anchor = found
    note(f"{hierarchy}; another anchor {anchor}")
    before = _judged(hierarchy.situation(), _trying_all())
    after = _judged(hierarchy.situation(anchor), _trying_all())
    assert (before.result, after.result) != ("accept", "refuse"), _shown(after)


@PATIENT
@_also(ASTRAY)
@given(found=hierarchies())
def test_openssl_accepts_nothing_that_who_tries_all_paths_refuses(found: Hierarchy):
    note(str(found))
    facts = found.situation()
    if _judged(facts, _row()).result == "accept":
        assert _judged(facts, _trying_all()).result == "accept"


@PATIENT
@_also([*ASTRAY, NO_WAY, RENEWED])
@given(found=hierarchies())
def test_the_verdict_for_openssl_is_that_of_the_program(found: Hierarchy):
    said = _program_says(found)
    note(f"{found}\n{said}")
    verdict = _judged(found.situation(), _row())
    assert verdict.result == _result(said), (said, _shown(verdict), verdict.disagreement)
    assert verdict.disagreement is None


@PATIENT
@_also(_astray())
@given(found=hierarchies_and_another_anchor())
def test_where_another_anchor_harms_openssl_the_cause_is_the_choice_of_a_path(found: tuple[Hierarchy, Plan]):
    hierarchy, anchor = found
    facts = hierarchy.situation(anchor)
    said = _program_says(hierarchy, anchor)
    before, after = _judged(hierarchy.situation(), _row()), _judged(facts, _row())
    note(f"{hierarchy}; another anchor {anchor}\n{said}")
    assert after.result == _result(said), (said, _shown(after))
    if before.result == "accept" and after.result == "refuse":
        assert "path-choice" in {f.cause for f in after.faults}, (said, _shown(after))


@PATIENT
@_also([*ASTRAY, NO_WAY, RENEWED])
@given(found=hierarchies())
def test_the_choice_of_a_path_is_named_where_another_path_would_do_and_only_there(found: Hierarchy):
    note(str(found))
    facts = found.situation()
    chosen = "path-choice" in {f.cause for f in _judged(facts, _row()).faults}
    refused = _judged(facts, _row()).result == "refuse"
    assert chosen == (refused and _judged(facts, _trying_all()).result == "accept")


@PATIENT
@_also([*ASTRAY, NO_WAY, RENEWED])
@given(found=hierarchies())
def test_the_reason_that_the_program_gives_is_among_the_faults(found: Hierarchy):
    said = _program_says(found)
    note(f"{found}\n{said}")
    verdict = _judged(found.situation(), _row())
    for number in re.findall(r"^error (\d+) at", said, re.MULTILINE)[:1]:
        assert {f.cause for f in verdict.faults} & MEANS[int(number)], _shown(verdict)


@PATIENT
@given(found=hierarchies(), days=st.sampled_from([-301, -299, -2, 0, 2, 299, 301, 599, 601]))
def test_at_any_time_every_row_has_a_verdict(found: Hierarchy, days: int):
    note(str(found))
    facts = replace(found.situation(), at=AT + days * DAY + timedelta(hours=1))
    shipped = content()
    for row in shipped.clients.values():
        verdict = _judged(facts, policy(row, shipped.causes))
        assert verdict.result in ("accept", "refuse")
        assert bool(verdict.faults) == (verdict.result == "refuse")


# --- the hierarchies themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(ASTRAY)))
def test_what_leads_astray_does(number: int):
    hierarchy, anchor = _astray()[number]
    assert _program_says(hierarchy) == "accept"
    assert _result(_program_says(hierarchy, anchor)) == "refuse"


def test_the_hierarchies_are_worth_while():
    """Both answers occur often, and OpenSSL has many reasons."""
    seen: list[str] = []

    @settings(PATIENT, max_examples=150, phases=[Phase.generate])
    @given(hierarchies())
    def look(found: Hierarchy) -> None:
        seen.append(_program_says(found))

    look()
    accepted = seen.count("accept")
    assert 20 <= accepted <= len(seen) - 20
    assert (
        len({number for said in seen for number in re.findall(r"^error (\d+) at", said, re.MULTILINE)}) >= 4
    )
