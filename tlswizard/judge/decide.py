"""Paths and a client's policy in, its verdict out.

The verdict is about the path that this policy holds least against. For clients that link OpenSSL, its
own answer counts for what it can be asked, our rules for the rest, along the very path that it took.
Where a good path exists and OpenSSL takes another one, that is the cause (`path-choice`); where the two
differ otherwise the difference is kept, because it is a bug of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.terms import Flag
from tlswizard.core.verdict import Fault, Path, Policy, Situation, Verdict
from tlswizard.judge import openssl
from tlswizard.judge.walk import along

BY_OPENSSL = "by-openssl"
"""The kind of a fault that no rule of ours names."""

DEAD_END = 100
BAD_LINK = 60
OTHER = 1

_COST = {
    **dict.fromkeys(
        ("missing-intermediate", "wrong-intermediate", "untrusted-root", "self-signed"), DEAD_END
    ),
    **dict.fromkeys(("bad-signature", "same-name-different-key"), BAD_LINK),
}


def judge(
    situation: Situation,
    paths: tuple[Path, ...],
    policy: Policy,
    order: Mapping[str, int],
    ask: Callable[[Situation, frozenset[Flag]], openssl.Answer] | None = None,
) -> Verdict:
    """What a client with this policy decides. `order` is each cause's place, the most urgent lowest; `ask`
    is for a caller who keeps OpenSSL's answer for several clients."""
    label = f"{openssl.label()} + rules" if policy.engine == "openssl" else "rules"
    if not situation.chain:
        return Verdict(policy.id, "unknown", label, why_unknown="no certificate was seen")
    best = min(paths, key=lambda path: _rank(path, policy), default=None)
    view = _View(best, _fatal(best, policy))
    unread = _unreadable(situation)
    if policy.engine == "openssl":
        view = _as_openssl_sees_it(
            situation, paths, policy, view, (ask or openssl.verify)(situation, policy.flags)
        )
        if unread:  # OpenSSL was not shown these; its programs refuse the whole message with them
            view = replace(view, fatal=[f for f in view.fatal if f.kind != BY_OPENSSL], disagreement=None)
    fatal = [*(f for f in unread if policy.is_fatal(f)), *view.fatal]
    notes = [f for f in (*unread, *(view.path.faults if view.path else ())) if f not in fatal]
    fatal.sort(key=lambda f: order.get(f.cause, 0))
    return Verdict(
        client=policy.id,
        result="refuse" if fatal else "accept",
        judge=label,
        path=view.path,
        faults=tuple(fatal),
        notes=tuple(n for n in notes if n.cause not in view.overruled),
        message=view.message,
        disagreement=view.disagreement,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """A path, why it is refused, and what its verifier adds."""

    path: Path | None
    fatal: list[Fault]
    message: str | None = None
    disagreement: str | None = None
    overruled: frozenset[str] = frozenset()
    """causes that our rules state and the client's own verifier does not"""


def _rank(path: Path, policy: Policy) -> tuple[int, int, int, list[str]]:
    """The smaller the better; what was sent first or last makes no difference."""
    cost = sum(_COST.get(f.cause, OTHER) for f in path.faults if policy.is_fatal(f))
    return cost, len(path.faults), len(path.certificates), [c.sha256 for c in path.certificates]


def _fatal(path: Path | None, policy: Policy) -> list[Fault]:
    return [f for f in path.faults if policy.is_fatal(f)] if path else []


def _unreadable(situation: Situation) -> list[Fault]:
    return [
        Fault(
            "malformed-certificate",
            "whole",
            "leaf" if position == 0 else "ca",
            served,
            expected="the encoding of a certificate",
            found=served.why,
        )
        for position, served in enumerate(situation.chain)
        if isinstance(served, Malformed)
    ]


def _as_openssl_sees_it(
    situation: Situation, paths: tuple[Path, ...], policy: Policy, best: _View, answer: openssl.Answer
) -> _View:
    """OpenSSL's answer counts for what it decides; what only our rules can say is added to it."""
    if answer.accepted:
        same = (p for p in paths if p.certificates == answer.path)
        # With a partial chain it goes on beyond what it trusts, as far as certificates were sent.
        below = (p for p in paths if p.anchor and p.certificates == answer.path[: len(p.certificates)])
        taken = next(chain(below, same), None) if "partial-chain" in policy.flags else next(same, None)
        taken = taken or (along(answer.path, situation) if answer.path else best.path)
        return _accepted(taken, policy, best)
    meant = openssl.meant(answer.code)
    on_its_way = [p for p in paths if answer.on and p.certificates[answer.depth :][:1] == (answer.on,)]
    taken = min(
        (p for p in on_its_way if any(f.cause in meant for f in _fatal(p, policy))),
        key=lambda path: _rank(path, policy),
        default=None,
    )
    if taken:
        return _View(taken, _chosen(taken, policy, best), answer.text)
    stray = _left_by_openssl(situation, best.path, answer, on_its_way)
    fatal = list(best.fatal)
    explained = any(openssl.decides(f, policy.flags) for f in fatal)
    if not any(f.cause in meant for f in fatal) and not (explained and answer.code == openssl.UNSPECIFIED):
        fatal.insert(0, _named(answer, best.path))
    if stray and _good_above(best):
        fatal.insert(0, _choice(stray, best.path))
    if stray or explained:
        return _View(best.path, fatal, answer.text)
    differs = f"OpenSSL: {answer.text} (at depth {answer.depth}); rules accept"
    return _View(best.path, fatal, answer.text, differs)


def _accepted(path: Path | None, policy: Policy, best: _View) -> _View:
    against = [f for f in _fatal(path, policy) if openssl.decides(f, policy.flags)]
    fatal = [f for f in _chosen(path, policy, best) if f not in against]
    differs = f"OpenSSL accepts; rules: {', '.join(str(f) for f in against)}" if against else None
    return _View(path, fatal, None, differs, frozenset(f.cause for f in against))


def _chosen(taken: Path | None, policy: Policy, best: _View) -> list[Fault]:
    """Why the path that OpenSSL takes is refused, and if so, that another one is better."""
    fatal = _fatal(taken, policy)
    if len(fatal) > len(best.fatal) and taken != best.path and _good_above(best):
        fatal.insert(0, _choice(_parting(taken, best.path), best.path))
    return fatal


def _good_above(view: _View) -> bool:
    """Whether nothing is wrong with this path but what any path from the same leaf has."""
    return view.path is not None and all(
        f.role == "leaf" and f.cause not in _COST and f.cause != "name-constraint" for f in view.fatal
    )


def _parting(taken: Path | None, good: Path | None) -> Certificate | None:
    """The first certificate where the path that is taken leaves the good one."""
    if taken is None or good is None:
        return None
    known = set(good.certificates)
    return next((c for c in taken.certificates if c not in known), None)


def _left_by_openssl(
    situation: Situation, good: Path | None, answer: openssl.Answer, on_its_way: list[Path]
) -> Certificate | None:
    """The certificate over which OpenSSL went where none of our paths goes: one whose key does not fit, or
    one that names itself as its issuer, which it takes for a root without a look at the signature."""
    if good is None or good.end != "anchor" or answer.on is None:
        return None
    if answer.code in openssl.STOPPED_AT_ROOT and answer.on.names_itself:
        return answer.on
    if answer.code != openssl.BAD_SIGNATURE:
        return None if on_its_way or answer.code in openssl.UNREADABLE else answer.on
    name = answer.on.issuer_name
    sent = (c for c in situation.chain if isinstance(c, Certificate) and c.subject_name == name)
    every = (*situation.anchors.get(name, ()), *sent, *situation.intermediates.get(name, ()))
    return next((c for c in every if not c.verifies(answer.on)), None)


def _choice(wrong: Certificate | None, good: Path | None) -> Fault:
    """A good path exists, and another one is taken, over `wrong`."""
    right = good.anchor if good else None
    return Fault(
        "path-choice", None, "path", wrong,
        expected=f"the chain to “{right.title}”, which is good" if right else "the good chain",
        found=f"the one over “{wrong.title}” is taken, and never left" if wrong else "another one is taken",
        other=right,
    )  # fmt: skip


def _named(answer: openssl.Answer, best: Path | None) -> Fault:
    certificate = answer.on
    if certificate is None and best and answer.depth < len(best.certificates):
        certificate = best.certificates[answer.depth]
    cause = openssl.CAUSES.get(answer.code, "untrusted-root")
    if cause == "untrusted-root" and certificate is not None and not certificate.is_ca:
        cause = "missing-intermediate"  # where our own rules draw the line, too
    return Fault(
        cause,
        BY_OPENSSL,
        "path",
        certificate,
        expected="a chain that OpenSSL accepts",
        found=f"OpenSSL says: {answer.text}",
    )
