"""Paths and a client's policy in, its verdict out.

The verdict is about the path that this policy holds least against. For clients that link OpenSSL, its
own answer counts for what it can be asked, our rules for the rest; where the two differ the difference
is kept, because it is a bug of ours.
"""

from collections.abc import Mapping

from tlswizard.core.certificate import Malformed
from tlswizard.core.verdict import Fault, Path, Policy, Situation, Verdict
from tlswizard.judge import openssl

DEAD_END = 100
BAD_LINK = 60
OTHER = 1

_COST = {
    **dict.fromkeys(
        ("missing-intermediate", "wrong-intermediate", "untrusted-root", "self-signed"), DEAD_END
    ),
    **dict.fromkeys(("bad-signature", "same-name-different-key"), BAD_LINK),
}


def judge(situation: Situation, paths: tuple[Path, ...], policy: Policy, order: Mapping[str, int]) -> Verdict:
    """What a client with this policy decides. `order` is each cause's place, the most urgent lowest."""
    label = f"{openssl.label()} + rules" if policy.engine == "openssl" else "rules"
    if not situation.chain:
        return Verdict(policy.id, "unknown", label, why_unknown="no certificate was seen")
    sent = _unreadable(situation)
    best = min(paths, key=lambda path: _cost(path, policy), default=None)
    faults = [*sent, *(best.faults if best else ())]
    fatal = [f for f in faults if policy.is_fatal(f)]
    notes = [f for f in faults if f not in fatal]
    answer, disagreement = None, None
    if policy.engine == "openssl":
        answer = openssl.verify(situation)
        fatal, disagreement = _reconcile(answer, fatal, best)
    fatal.sort(key=lambda f: order.get(f.cause, 0))
    return Verdict(
        client=policy.id,
        result="refuse" if fatal else "accept",
        judge=label,
        path=best,
        faults=tuple(fatal),
        notes=tuple(notes),
        message=answer.text if answer and not answer.accepted else None,
        disagreement=disagreement,
    )


def _cost(path: Path, policy: Policy) -> int:
    return sum(_COST.get(f.cause, OTHER) for f in path.faults if policy.is_fatal(f))


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


def _reconcile(
    answer: openssl.Answer, fatal: list[Fault], best: Path | None
) -> tuple[list[Fault], str | None]:
    """OpenSSL's answer counts for what it decides; what only our rules can say is added to it."""
    own = [
        f for f in fatal if f.cause in openssl.JUDGED or (f.cause == "wrong-key-usage" and f.role != "leaf")
    ]
    ours = [f for f in fatal if f not in own]
    if answer.accepted == (not own):
        return fatal, None
    if answer.accepted:
        return ours, f"OpenSSL accepts; rules: {', '.join(str(f) for f in own)}"
    cause = openssl.CAUSES.get(answer.code, "untrusted-root")
    if cause in {f.cause for f in ours}:
        return fatal, None
    certificate = answer.on
    if certificate is None and best and answer.depth < len(best.certificates):
        certificate = best.certificates[answer.depth]
    named = Fault(
        cause,
        "by-openssl",
        "path",
        certificate,
        expected="a chain that OpenSSL accepts",
        found=f"OpenSSL says: {answer.text}",
    )
    return [named, *ours], f"OpenSSL: {answer.text} (at depth {answer.depth}); rules accept"
