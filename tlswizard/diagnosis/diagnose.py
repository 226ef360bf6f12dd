"""`diagnose(Case) -> Diagnosis`: verdicts, causes, what comparing shows, fixes with proofs. No I/O."""

from collections.abc import Iterator

from tlswizard.clients.verdicts import counting, verdicts
from tlswizard.clients.words import spoken
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Clock
from tlswizard.core.finding import ClientVerdict, Diagnosis, Findings, Found, NotChecked, ProvenFix
from tlswizard.diagnosis.causes import causes_of
from tlswizard.diagnosis.compare import explained

NOBODY_ASKED = "asking for revocation is not part of this version"
LATER = {"addresses": "comparing all addresses is not part of this version"}


def diagnose(case: Case, content: Content, named: tuple[str, ...] = ()) -> Diagnosis:
    """Everything that any screen shows. `named` are the clients that count, if any were named."""
    counts = counting(case, content, named)
    clients = spoken(verdicts(case, content, counts), case, content)
    causes = explained(case, content, clients, causes_of(case, content, clients))
    findings = Findings(case, clients, causes)
    return Diagnosis(
        case=case,
        clients=clients,
        causes=causes,
        fixes=_fixes(findings, content) if causes else (),
        not_checked=tuple(_not_checked(case, clients)),
        exit=exit_code(case, clients, causes, bool(named)),
        titles={id_: row.title for id_, row in content.causes.items()},
    )


def _fixes(findings: Findings, content: Content) -> tuple[ProvenFix, ...]:
    # A server with nothing to repair is answered without them: they are a fifth of all that is imported.
    from tlswizard.diagnosis.proof import proven  # noqa: PLC0415 - as said
    from tlswizard.fixes.siblings import proposals  # noqa: PLC0415 - as said

    return proven(findings, proposals(findings, content), content)


def exit_code(case: Case, clients: tuple[ClientVerdict, ...], causes: tuple[Found, ...], named: bool) -> int:
    """That of monitoring plugins: 2 refused, 3 unknown, 1 a warning, 0 well; over the clients that count."""
    counted = [c.verdict.result for c in clients if c.counts]
    if "refuse" in counted:
        return 2
    unknown = counted.count("unknown")
    if unknown == len(counted) or (named and unknown) or not spoke_tls(case):
        return 3
    return 1 if any(f.severity in ("warning", "problem") for f in causes) else 0


def spoke_tls(case: Case) -> bool:
    return case.offline or (case.handshake is not None and case.handshake.spoke_tls)


def no_clock(clock: Clock | None) -> str:
    """Why there is no other clock to compare with."""
    if clock and any(s.bound == "exact" for s in clock.sources):
        return "the server's clock cannot be right, and no other could be asked"
    return "no other clock could be asked"


def _not_checked(case: Case, clients: tuple[ClientVerdict, ...]) -> Iterator[NotChecked]:
    if case.name is None:
        yield NotChecked("name", "no name was given, so none was compared")
    for part in ("reach", "handshakes", "stores", "clients"):
        seen = getattr(case, part)
        if seen is not None and seen.failure:
            yield NotChecked(part, seen.failure)
        elif seen is None and not case.offline:
            yield NotChecked(part, "it was not looked at")
    if case.offline:
        yield NotChecked("handshakes", "no server was asked: its key, protocol and ciphers are not known")
    clock = case.clock.result if case.clock else None
    if case.clock is None and not case.offline:
        yield NotChecked("clock", "it was not looked at")
    elif clock is None or clock.other is None:
        yield NotChecked("clock", no_clock(clock))
    yield NotChecked("revocation", _revocation(case))
    for part, why in LATER.items():
        if getattr(case, part) is None:
            yield NotChecked(part, why)
    blind: dict[str, list[str]] = {}
    for client in clients:
        if client.counts and client.verdict.why_unknown and case.chain:
            blind.setdefault(client.verdict.why_unknown, []).append(client.title)
    for why, titles in blind.items():
        yield NotChecked("clients", f"{' · '.join(titles)}: {why}")
    for store in case.all_stores:
        why = store.unreadable or store.assumed
        if why and any(store.id in c.stores for c in clients if store.unreadable or c.counts):
            yield NotChecked(f"store {store.id}", why)


def _revocation(case: Case) -> str:
    """What is not known of withdrawn certificates: nobody was asked, whatever was given."""
    if case.revocation and case.revocation.failure:
        return case.revocation.failure
    given = []
    if case.revocation and case.revocation.result and case.revocation.result.crls:
        given.append("the given lists of withdrawn certificates")
    if case.handshake and case.handshake.staple:
        given.append("the answer that the server brought along")
    if not given:
        return NOBODY_ASKED
    return f"nobody was asked beside {' and '.join(given)}; {NOBODY_ASKED}"
