"""Faults of all clients, grouped into causes: one per kind of fault and certificate, most urgent first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.finding import ClientVerdict, Found
from tlswizard.core.terms import Severity
from tlswizard.core.verdict import Fault
from tlswizard.diagnosis.evidence import evidence

Key = tuple[str, str | None]


def causes_of(case: Case, content: Content, clients: tuple[ClientVerdict, ...]) -> tuple[Found, ...]:
    """What the reach, the handshake and the verdicts state, before anything is compared."""
    found: dict[Key, Found] = {}
    for stated in _reaching(case, content):
        found[_key(stated)] = stated
    for refused in (True, False):
        for client in clients:
            for fault in client.verdict.faults if refused else _worth_noting(client):
                stated = _stated(case, content, client, fault, refused)
                known = found.get(_key(stated))
                found[_key(stated)] = _joined(known, stated, client.id, refused) if known else stated
    for stated in (
        *_handshake(case, content),
        *_sent(case, content, clients),
        *_order(case, content, clients),
    ):
        found.setdefault(_key(stated), stated)
    return ordered(found.values())


def ordered(found: Iterable[Found]) -> tuple[Found, ...]:
    """By urgency, then from the leaf upwards; what nobody who counts refuses for comes last."""
    return tuple(sorted(found, key=lambda f: (f.severity == "info", f.place, _height(f))))


def _height(found: Found) -> int:
    """Its position on the wire; what is not on it comes after what is."""
    return 1000 if found.position is None else found.position


def position(case: Case, certificate: Certificate | Malformed | None) -> int | None:
    """Where on the wire it lies."""
    return next((i for i, sent in enumerate(case.chain) if sent == certificate), None)


def cause(content: Content, id_: str, evidence: str, severity: Severity | None = None) -> Found:
    """A cause of the table with its words; the caller fills in where it sits."""
    row = content.causes[id_]
    return Found(
        id=id_, kind=None, severity=severity or row.severity, certainty="certain", title=row.title,
        evidence=evidence, who=row.who, place=row.place,
    )  # fmt: skip


def _key(found: Found) -> Key:
    return found.id, found.certificate.sha256 if found.certificate else None


def _stated(case: Case, content: Content, client: ClientVerdict, fault: Fault, refused: bool) -> Found:
    row = content.causes[fault.cause]
    refuses = refused and client.verdict.result == "refuse"
    severity: Severity = "problem" if refuses else row.tolerated
    if not client.counts:
        severity = "info"
    stated = cause(content, fault.cause, evidence(fault), severity)
    return replace(
        stated, kind=fault.kind, certainty="likely" if fault.likely else "certain", certificate=fault.on,
        position=position(case, fault.on), clients=(client.id,) if refuses else (), other=fault.other,
    )  # fmt: skip


def _worth_noting(client: ClientVerdict) -> Iterator[Fault]:
    """Roots are older than the rules that the strict hold against them; nobody gains by reading that."""
    return (f for f in client.verdict.notes if (f.cause, f.role) != ("strict-only", "anchor"))


def _joined(known: Found, stated: Found, client: str, refused: bool) -> Found:
    clients = known.clients if not refused or client in known.clients else (*known.clients, *stated.clients)
    worse = min(known.severity, stated.severity, key=("problem", "warning", "info").index)
    return replace(known, clients=clients, severity=worse)


def _reaching(case: Case, content: Content) -> Iterator[Found]:
    reach = case.reach.result if case.reach else None
    if reach and reach.outcome != "connected":
        yield cause(content, reach.outcome, reach.detail, "problem")


def _handshake(case: Case, content: Content) -> Iterator[Found]:
    """How a handshake failed, also before any program could be judged: every one of them meets it."""
    shake = case.handshake
    if shake and shake.outcome != "ok":
        yield cause(content, shake.outcome, shake.detail, "problem")


def _sent(case: Case, content: Content, clients: tuple[ClientVerdict, ...]) -> Iterator[Found]:
    """What was sent needlessly: judged by the paths that somebody uses."""
    used = {c for row in clients if row.verdict.path for c in row.verdict.path.certificates}
    if not used:
        return
    for index, certificate in enumerate(case.chain):
        if index == 0 or not isinstance(certificate, Certificate):
            continue
        name = certificate.subject_name
        if certificate.is_self_signed and any(
            certificate in s.by_subject.get(name, ()) for s in case.all_stores
        ):
            stated = cause(content, "root-sent", f"“{certificate.title}” is sent; clients use their own copy")
        elif certificate in case.chain[:index]:
            stated = cause(content, "extra-certificates", f"“{certificate.title}” is sent more than once")
        elif certificate not in used:
            ended = certificate.is_ca and certificate.not_after < case.at
            id_ = "cross-sign-expired" if ended and _has_twin(certificate, used) else "extra-certificates"
            stated = cause(content, id_, f"“{certificate.title}” is sent and on no path that is used")
        else:
            continue
        yield replace(stated, severity="info", certificate=certificate, position=index)


def _order(case: Case, content: Content, clients: tuple[ClientVerdict, ...]) -> Iterator[Found]:
    """Certificates that are all needed, and of which an issuer stands before what it issued."""
    path = next((c.verdict.path for c in clients if c.verdict.path), None)
    places = [(p, c) for c in (path.certificates if path else ()) if (p := position(case, c)) is not None]
    if places and places[0][0] != 0:
        return  # the first one is not the server's own, which says it all
    for (below, child), (above, issuer) in pairwise(places):
        if above < below:
            evidence_ = (
                f"“{issuer.title}” issued “{child.title}” and stands before it, at position {above} "
                f"instead of behind position {below}"
            )
            stated = cause(content, "chain-order", evidence_)
            yield replace(stated, certificate=issuer, position=above)
            return


def _has_twin(certificate: Certificate, used: set[Certificate]) -> bool:
    return any(c.subject_name == certificate.subject_name and c.key == certificate.key for c in used)
