"""Who trusts the chain's end: your lists, this machine's, each program's own."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Block, Cell, Mark, Rows
from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Diagnosis, Found
from tlswizard.core.text import fingerprint
from tlswizard.diagnosis.chain import shown_path
from tlswizard.diagnosis.programs import program_table

_GROUP = (
    "distrusted",
    "installed-not-trusted",
    "stale-roots",
    "root-user-only",
    "root-machine-only",
    "store-disagrees",
    "environment-override",
    "untrusted-root",
    "self-signed",
    "intermediate-user-only",
    "same-name-different-key",
)


def _evidence(diagnosis: Diagnosis) -> Evidence:
    path = shown_path(diagnosis)
    stated = next(iter(diagnosis.found(*_GROUP)), None)
    wanted = _wanted(stated, path)
    issuer = wanted.title if wanted else path[-1].issuer_title if path else ""
    blocks: list[Block] = []
    if wanted:
        blocks.append(_where_it_is(diagnosis, wanted))
    blocks.append(program_table(diagnosis, trust=True))
    anchors = {c.verdict.deciding_store for c in diagnosis.counting if c.verdict.deciding_store}
    holders = [s.title for s in diagnosis.case.all_stores if s.id in anchors]
    return Evidence(
        word=f"trusted by {holders[0]}" if holders else "",
        blocks=tuple(blocks),
        fields={
            "issuer": issuer,
            "store": holders[0] if holders else "",
            "fingerprint": fingerprint(wanted.sha256) if wanted else "",
        },
    )


def _wanted(stated: Found | None, path: tuple[Certificate, ...]) -> Certificate | None:
    if stated and stated.other:
        return stated.other
    if stated and isinstance(stated.certificate, Certificate) and stated.certificate.is_self_signed:
        return stated.certificate
    return path[-1] if path and path[-1].is_self_signed else None


def _where_it_is(diagnosis: Diagnosis, wanted: Certificate) -> Rows:
    """The stores that counting programs read, and those that hold it, each with its answer."""
    read = {id_ for c in diagnosis.counting for id_ in c.stores}
    intermediate = not wanted.is_self_signed
    rows: list[tuple[str, Cell]] = []
    for store in diagnosis.case.all_stores:
        holds = store.holds(wanted)
        fits = store.id.endswith("-ca") == intermediate
        lying = next((i for i in store.idle if i.certificate == wanted), None)
        if not holds and not lying and (store.id not in read or not fits):
            continue
        since = dict(store.since).get(wanted.sha256)
        if store.unreadable:
            answer = Cell(f"could not be read: {store.unreadable}", Mark.NOT_CHECKED)
        elif holds:
            answer = Cell(f"there{f', since {since}' if since else ''}", Mark.FINE)
        elif wanted.sha256 in store.refused or wanted.sha1 in store.refused:
            answer = Cell("on the list of those to refuse", Mark.REFUSED)
        elif lying:
            answer = Cell(f"there, and does not count: {lying.why}", Mark.WARNING)
        else:
            answer = Cell("not there", Mark.REFUSED)
        rows.append((store.title, answer))
    return Rows((("Where is", Cell(f"“{wanted.title}”")), *rows))


def _unknown(diagnosis: Diagnosis) -> str:
    for client in diagnosis.looked_into:
        verdict = client.verdict
        if verdict.result == "unknown" or verdict.why_unknown:
            return verdict.why_unknown or "there is no verdict"
        if verdict.path is None or verdict.path.end == "stop":
            return "the chain stops before any root, so there is no root to compare"
    return ""


CHECK = Check(
    id="trust.compare",
    title="Compare trust",
    fine="The chain ends at a root that every program trusts whose store was looked at",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    parameters={"on-this-computer": "yes-no"},
    fields=("issuer", "store", "fingerprint"),
    unknown=_unknown,
)
