"""What comparing shows: the same certificate in one store and not in another, one clock and another.

Such a finding *explains* the plain fault and replaces it among the causes; the clients' own faults stay
as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, day
from tlswizard.core.finding import ClientVerdict, Found
from tlswizard.core.store import Store
from tlswizard.core.text import listed
from tlswizard.diagnosis.causes import cause, ordered

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


def _elsewhere(
    case: Case, content: Content, clients: tuple[ClientVerdict, ...], found: Found
) -> Iterator[Found]:
    """A root that some store holds and the refusing client does not read."""
    wanted = found.certificate
    held = _holding(case.all_stores, wanted) if isinstance(wanted, Certificate) else []
    by_client = {c.id: c for c in clients}
    left: list[str] = []
    for id_ in found.clients:
        client = by_client[id_]
        reason = _reason(client, clients, held)
        if reason is None:
            left.append(id_)
            continue
        explains, holders = reason
        root = holders[0][1]
        stated = cause(content, explains, _where(case, client, root, [s for s, _ in holders]))
        yield replace(
            found,
            id=explains,
            kind=None,
            title=stated.title,
            who=stated.who,
            place=stated.place,
            evidence=stated.evidence,
            clients=(id_,),
            other=root,
            holders=tuple(s.id for s, _ in holders),
            severity="problem" if client.counts else "info",
            certainty="certain",
        )
    if left or not found.clients:
        counts = any(by_client[id_].counts for id_ in left)
        yield replace(found, clients=tuple(left), severity=found.severity if counts or not left else "info")


def _reason(
    client: ClientVerdict, clients: tuple[ClientVerdict, ...], held: list[tuple[Store, Certificate]]
) -> tuple[str, list[tuple[Store, Certificate]]] | None:
    elsewhere = [(s, c) for s, c in held if s.id not in client.stores]
    if not elsewhere:
        return None
    overridden = [(s, c) for s, c in elsewhere if s.id in client.displaced]
    if overridden:
        return "environment-override", overridden
    relatives = [c for c in clients if c.family == client.family and c.account != client.account]
    family = [(s, c) for s, c in elsewhere if any(s.id in r.stores for r in relatives)]
    if family:
        return ("root-user-only" if client.account == "service" else "root-machine-only"), family
    return "store-disagrees", elsewhere


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
        if anchor.is_self_signed
        and (
            anchor == stopped_at
            or (anchor.subject_name == stopped_at.subject_name and anchor.key == stopped_at.key)
            or (anchor.subject_name == stopped_at.issuer_name and anchor.verifies(stopped_at))
        )
    ]


def _where(
    case: Case, client: ClientVerdict, held: Certificate, holders: list[Store], *, anchor: bool = True
) -> str:
    stores = [s for id_ in client.stores if (s := case.store(id_))]
    read = [s for s in stores if (s.anchors if anchor else s.id.endswith("-ca"))] or stores
    return (
        f"“{held.title}” is in {listed(_titles(holders))}, and not in {listed(_titles(read))}, "
        f"which is what “{client.title}” reads"
    )


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
