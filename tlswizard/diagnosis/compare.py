"""What comparing shows: the same certificate in one store and not in another, one clock and another.

Such a finding *explains* the plain fault and replaces it among the causes; the clients' own faults stay
as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, day
from tlswizard.core.finding import ClientVerdict, Found
from tlswizard.core.store import Idle, Store
from tlswizard.core.text import listed
from tlswizard.diagnosis.causes import cause, ordered
from tlswizard.stores.freshness import freshness, reference

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Kerberos' usual limit; a certificate's dates seldom turn on less."""


def explained(
    case: Case, content: Content, clients: tuple[ClientVerdict, ...], causes: tuple[Found, ...]
) -> tuple[Found, ...]:
    """The causes with what explains them: replaced where it replaces, beside them where it stands beside."""
    result: list[Found] = []
    for found in causes:
        match found.id:
            case "untrusted-root" | "self-signed":
                result += _elsewhere(case, content, clients, found)
            case "missing-intermediate":
                result += _supplied(case, content, clients, found)
            case "expired" | "not-yet-valid":
                result += _by_clock(case, content, found)
            case _:
                result.append(found)
    if not any(f.id == "clock-wrong" for f in result):
        result += _clock_alone(case, content)
    return ordered(_once(result))


def _once(found: Iterable[Found]) -> list[Found]:
    table: dict[tuple[str, str | None], Found] = {}
    for one in found:
        key = (one.id, one.certificate.sha256 if one.certificate else None)
        known = table.get(key)
        table[key] = (
            replace(known, clients=tuple(dict.fromkeys((*known.clients, *one.clients)))) if known else one
        )
    return list(table.values())


@dataclass(frozen=True, slots=True)
class _Reason:
    """What explains that a client does not trust a root, and the stores that show it."""

    cause: str
    holders: tuple[Store, ...]
    root: Certificate
    evidence: str


def _elsewhere(
    case: Case, content: Content, clients: tuple[ClientVerdict, ...], found: Found
) -> Iterator[Found]:
    """A root that is somewhere on this machine, or in today's public lists, and does not count here."""
    wanted = found.certificate
    held = _holding(case.all_stores, wanted) if isinstance(wanted, Certificate) else []
    by_client = {c.id: c for c in clients}
    left: list[str] = []
    for id_ in found.clients:
        client = by_client[id_]
        if any(f.cause == "distrusted" for f in client.verdict.faults):
            continue  # that it is refused on purpose is said, and stands above every list of roots
        reason = _reason(case, client, clients, held, wanted) if isinstance(wanted, Certificate) else None
        if reason is None:
            left.append(id_)
            continue
        stated = cause(content, reason.cause, reason.evidence)
        yield replace(
            found,
            id=reason.cause,
            kind=None,
            title=stated.title,
            who=stated.who,
            place=stated.place,
            evidence=stated.evidence,
            clients=(id_,),
            other=reason.root,
            holders=tuple(s.id for s in reason.holders),
            severity="problem" if client.counts else "info",
            certainty="likely" if all(s.assumed for s in reason.holders) else "certain",
        )
    if left or not found.clients:
        counts = any(by_client[id_].counts for id_ in left)
        yield replace(found, clients=tuple(left), severity=found.severity if counts or not left else "info")


def _reason(
    case: Case, client: ClientVerdict, clients: tuple[ClientVerdict, ...],
    held: list[tuple[Store, Certificate]], wanted: Certificate,
) -> _Reason | None:  # fmt: skip
    elsewhere = [(s, c) for s, c in held if s.id not in client.stores]
    overridden = [(s, c) for s, c in elsewhere if s.id in client.displaced]
    if overridden:
        return _of(case, client, "environment-override", overridden)
    idle = _idle(case, client, wanted)
    if idle:
        store, lying = idle
        place = f" ({lying.where})" if lying.where else ""
        evidence = f"“{lying.certificate.title}” lies in {store.title}{place} and does not count: {lying.why}"
        return _Reason("installed-not-trusted", (store,), lying.certificate, evidence)
    if not elsewhere:
        return None
    relatives = [c for c in clients if c.family == client.family and c.account != client.account]
    family = [(s, c) for s, c in elsewhere if any(s.id in r.stores for r in relatives)]
    if family:
        user_only = client.account == "service"
        reason = _of(case, client, "root-user-only" if user_only else "root-machine-only", family)
        what = (
            "Programs that you start see it, services do not"
            if user_only
            else ("Services see it, programs that you start do not")
        )
        return replace(reason, evidence=f"{reason.evidence}. {what}")
    if old := _old_list(case, client, elsewhere):
        return old
    return _of(case, client, "store-disagrees", elsewhere)


def _of(case: Case, client: ClientVerdict, id_: str, held: list[tuple[Store, Certificate]]) -> _Reason:
    root = held[0][1]
    holders = tuple(dict.fromkeys(s for s, _ in held))
    return _Reason(id_, holders, root, _where(case, client, root, list(holders)))


def _idle(case: Case, client: ClientVerdict, wanted: Certificate) -> tuple[Store, Idle] | None:
    """The root in a store that the client reads, where it lies without counting."""
    for store in (s for id_ in client.stores if (s := case.store(id_))):
        for idle in store.idle:
            lying = idle.certificate  # a root: what stands in the middle is never made an anchor
            if lying.is_self_signed and lying.sha256 not in store.refused and _ends(lying, wanted):
                return store, idle
    return None


def _old_list(
    case: Case, client: ClientVerdict, elsewhere: list[tuple[Store, Certificate]]
) -> _Reason | None:
    """Today's public list has this root, and the public list that the client reads does not."""
    today = reference(case.all_stores)
    known = [(s, c) for s, c in elsewhere if today and s.id == today.id]
    if today is None or not known:
        return None
    read = [s for id_ in client.stores if (s := case.store(id_)) and not s.unreadable and s.id != today.id]
    old = next((s for s in read if freshness(s, today.anchors)), None)
    if old is None:
        return None
    root = known[0][1]
    evidence = f"“{root.title}” is in today's public list of roots, and not in {old.title}"
    return _Reason("stale-roots", (known[0][0],), root, evidence)


def _holding(stores: Iterable[Store], stopped_at: Certificate) -> list[tuple[Store, Certificate]]:
    """Roots that would end the path: the very certificate, one of its name and key, or its issuer. What lies
    among the roots and is none ends it for hardly any program, so it explains nothing."""
    return [
        (store, anchor)
        for store in stores
        for anchor in (
            *store.by_subject.get(stopped_at.subject_name, ()),
            *store.by_subject.get(stopped_at.issuer_name, ()),
        )
        if anchor.is_self_signed and _ends(anchor, stopped_at)
    ]


def _ends(root: Certificate, stopped_at: Certificate) -> bool:
    """Whether this root ends the path: the very certificate, one of its name and key, or its issuer."""
    return (
        root == stopped_at
        or (root.subject_name == stopped_at.subject_name and root.key == stopped_at.key)
        or (root.subject_name == stopped_at.issuer_name and bool(root.verifies(stopped_at)))
    )


def _where(
    case: Case, client: ClientVerdict, held: Certificate, holders: list[Store], *, anchor: bool = True
) -> str:
    stores = [s for id_ in client.stores if (s := case.store(id_))]
    read = [s for s in stores if (s.anchors if anchor else s.id.endswith("-ca"))] or stores
    return (
        f"“{held.title}” is in {listed(_since(holders, held))}, and not in {listed(_titles(read))}, "
        f"which is what “{client.title}” reads"
    )


def _since(stores: Iterable[Store], held: Certificate) -> list[str]:
    """Titles, each with the day since when it is there, where that is known."""
    days = ((s.title, dict(s.since).get(held.sha256)) for s in stores)
    return list(dict.fromkeys(f"{title} (since {since})" if since else title for title, since in days))


def _titles(stores: Iterable[Store]) -> list[str]:
    return list(dict.fromkeys(s.title for s in stores))


def _supplied(
    case: Case, content: Content, clients: tuple[ClientVerdict, ...], found: Found
) -> Iterator[Found]:
    """An intermediate that was not sent and that some store holds: certain, and whose store tells more."""
    child = found.certificate
    if not isinstance(child, Certificate):
        yield found
        return
    held = [
        (store, c)
        for store in case.all_stores
        for c in (
            *store.intermediates_by_subject.get(child.issuer_name, ()),
            *store.by_subject.get(child.issuer_name, ()),
        )
        if c.verifies(child)
    ]
    if not held:
        hint = f"; its address is {child.issuer_urls[0]}" if child.issuer_urls else ""
        yield replace(found, certainty="likely", evidence=found.evidence + hint)
        return
    supplier = held[0][1]
    holders = tuple(dict.fromkeys(s.id for s, _ in held))
    where = listed(_titles(s for s, _ in held))
    evidence = (
        f"“{child.title}” was issued by “{child.issuer_title}”; {where} "
        f"{'holds' if len(holders) == 1 else 'hold'} its certificate, and it was not sent"
    )
    yield replace(found, certainty="certain", evidence=evidence, other=supplier, holders=holders)
    for id_ in found.clients:
        client = next(c for c in clients if c.id == id_)
        relatives = [c for c in clients if c.family == client.family and c.account == "user"]
        own = [s for s, _ in held if s.scope == "user" and any(s.id in r.stores for r in relatives)]
        if client.account == "service" and own:
            stated = cause(
                content, "intermediate-user-only", _where(case, client, supplier, own, anchor=False)
            )
            yield replace(
                stated,
                certificate=child,
                position=found.position,
                clients=(id_,),
                other=supplier,
                holders=tuple(s.id for s in own),
                severity="problem" if client.counts else "info",
            )


def _by_clock(case: Case, content: Content, found: Found) -> Iterator[Found]:
    """Dates that hold by another clock: then the clock is the cause."""
    certificate = found.certificate
    clock = case.clock.result if case.clock else None
    if not isinstance(certificate, Certificate) or clock is None:
        yield found
        return
    other = clock.other
    if (
        other
        and abs(other - case.at) > CLOCK_TOLERANCE
        and certificate.not_before <= other <= certificate.not_after
    ):
        stated = cause(content, "clock-wrong", _difference(case, other))
        yield replace(stated, severity=found.severity, clients=found.clients)
        return
    released = next((s.at for s in clock.sources if s.id == "release"), None)
    if found.id == "not-yet-valid" and released and case.at < released:
        stated = cause(content, "clock-wrong", f"the clock says {day(case.at)}, before this program was made")
        yield replace(stated, severity=found.severity, clients=found.clients)
        return
    if found.id == "not-yet-valid" and other is None:
        hint = "no other clock could be asked: a clock that is slow would look the same"
        yield replace(cause(content, "clock-wrong", hint, "info"), certainty="hint", clients=())
    yield found


def _clock_alone(case: Case, content: Content) -> Iterator[Found]:
    """A clock that is off while every date still holds."""
    clock = case.clock.result if case.clock else None
    if clock is None:
        return
    if clock.other and abs(clock.other - clock.machine) > CLOCK_TOLERANCE:
        yield replace(cause(content, "clock-wrong", _difference(case, clock.other)), certainty="hint")
    elif clock.machine < max((s.at for s in clock.sources if s.id == "release"), default=clock.machine):
        yield cause(
            content, "clock-wrong", f"the clock says {day(clock.machine)}, before this program was made"
        )


def _difference(case: Case, other: datetime) -> str:
    return f"this machine's clock says {day(case.at)}, the server's says {day(other)}"
