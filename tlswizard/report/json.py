"""A Diagnosis as JSON, format 1. The keys are a contract: more may be added, none is taken away."""

from typing import Any

from tlswizard import __version__
from tlswizard.core.certificate import Certificate, Malformed, utc
from tlswizard.core.finding import ClientVerdict, Diagnosis, Found, Proof, ProofRow, ProvenFix
from tlswizard.core.target import Target
from tlswizard.core.verdict import Fault
from tlswizard.diagnosis.causes import position

FORMAT = 1


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    """One document for one target."""
    case = diagnosis.case
    return {
        "tlswizard": __version__,
        "format": FORMAT,
        "at": utc(case.at),
        "machine": case.observed.machine,
        "account": case.observed.account,
        "target": target(case.target),
        "reach": _reach(diagnosis),
        "chain": [_sent(diagnosis, i, c) for i, c in enumerate(case.chain)],
        "clients": [_client(diagnosis, c) for c in diagnosis.clients],
        "causes": [_cause(diagnosis, f) for f in diagnosis.causes],
        "fixes": [_fix(f) for f in diagnosis.fixes],
        "not_checked": [{"part": n.part, "why": n.why} for n in diagnosis.not_checked],
        "exit": diagnosis.exit,
    }


def unparsed(text: str, error: str, at: str, machine: str, account: str) -> dict[str, Any]:
    """The document of a target that could not be parsed."""
    return {
        "tlswizard": __version__,
        "format": FORMAT,
        "at": at,
        "machine": machine,
        "account": account,
        "target": {"text": text, "host": None, "port": None, "starttls": None, "servername": None},
        "error": error,
        "reach": None,
        "chain": [],
        "clients": [],
        "causes": [],
        "fixes": [],
        "not_checked": [],
        "exit": 3,
    }


def target(value: Target) -> dict[str, Any]:
    return {
        "text": value.text,
        "host": value.host,
        "port": value.port,
        "starttls": value.starttls,
        "servername": value.servername,
    }


def _reach(diagnosis: Diagnosis) -> dict[str, Any] | None:
    reach = diagnosis.case.reach.result if diagnosis.case.reach else None
    if reach is None:
        return None
    shake = diagnosis.case.handshake
    unspoken = shake is not None and not shake.spoke_tls and shake.outcome != "ok"
    return {
        "outcome": shake.outcome if shake and unspoken else reach.outcome,
        "address": reach.address,
        "protocol": shake.protocol if shake else None,
        "cipher": shake.cipher if shake else None,
        "milliseconds": reach.milliseconds,
        "detail": shake.detail if shake and unspoken else reach.detail,
    }


def _sent(diagnosis: Diagnosis, index: int, served: Certificate | Malformed) -> dict[str, Any]:
    causes = [f.id for f in diagnosis.causes if f.position == index]
    if isinstance(served, Malformed):
        return {
            "position": index,
            "role": "malformed",
            "subject": None,
            "issuer": None,
            "sha256": served.sha256,
            "sha1": None,
            "not_before": None,
            "not_after": None,
            "names": [],
            "causes": causes,
            "error": served.why,
        }
    return {
        "position": index,
        "role": _role(diagnosis, index, served),
        "subject": served.subject,
        "issuer": served.issuer,
        "sha256": served.sha256,
        "sha1": served.sha1,
        "not_before": utc(served.not_before),
        "not_after": utc(served.not_after),
        "names": list(served.listed_names),
        "causes": causes,
    }


def _role(diagnosis: Diagnosis, index: int, served: Certificate) -> str:
    if index == 0:
        return "leaf"
    on_path = any(served in c.verdict.path.certificates for c in diagnosis.clients if c.verdict.path)
    if not on_path:
        return "root" if served.is_self_signed and _issues(diagnosis, served) else "unrelated"
    return "root" if served.is_self_signed else "intermediate"


def _issues(diagnosis: Diagnosis, root: Certificate) -> bool:
    """A copy of the root that a client takes from its own store is still the chain's root."""
    return any(
        c.subject_name == root.subject_name and c.key == root.key
        for client in diagnosis.clients
        if client.verdict.path
        for c in client.verdict.path.certificates
    )


def _certificate(diagnosis: Diagnosis, value: Certificate | Malformed | None) -> dict[str, Any] | None:
    if value is None:
        return None
    place = position(diagnosis.case, value)
    holder = None
    if isinstance(value, Certificate):
        holder = next((s.id for s in diagnosis.case.all_stores if s.holds(value)), None)
    return {
        "sha256": value.sha256,
        "position": place,
        "store": holder,
        "subject": value.subject if isinstance(value, Certificate) else None,
    }


def _client(diagnosis: Diagnosis, client: ClientVerdict) -> dict[str, Any]:
    verdict = client.verdict
    return {
        "id": client.id,
        "title": client.title,
        "counts": client.counts,
        "installed": client.installed,
        "verdict": verdict.result,
        "stores": list(client.stores),
        "deciding_store": verdict.deciding_store,
        "judge": verdict.judge,
        "tested": client.tested,
        "message": verdict.message,
        "message_names": client.names.cause if client.names else None,
        "faults": [_fault(diagnosis, f) for f in verdict.faults],
        **({"why": verdict.why_unknown} if verdict.why_unknown else {}),
        **({"disagreement": verdict.disagreement} if verdict.disagreement else {}),
    }


def _fault(diagnosis: Diagnosis, fault: Fault) -> dict[str, Any]:
    return {
        "cause": fault.cause,
        "kind": fault.kind,
        "position": position(diagnosis.case, fault.on),
        "certificate": _certificate(diagnosis, fault.on),
        "expected": fault.expected,
        "found": fault.found,
    }


def _cause(diagnosis: Diagnosis, found: Found) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "severity": found.severity,
        "certainty": found.certainty,
        "position": found.position,
        "certificate": _certificate(diagnosis, found.certificate),
        "title": found.title,
        "evidence": found.evidence,
        "who": found.who,
        "clients": list(found.clients),
    }


def _fix(proven: ProvenFix) -> dict[str, Any]:
    fix = proven.fix
    return {
        "id": fix.id,
        "also": list(fix.also),
        "title": fix.title,
        "causes": list(fix.causes),
        "where": fix.where,
        "who": fix.who,
        "text": fix.text,
        "risk": fix.risk,
        "danger": fix.danger or None,
        "commands": list(fix.commands),
        "undo": list(fix.undo),
        "takes_effect": fix.takes_effect,
        "traps": list(fix.traps),
        "verify": list(fix.verify),
        "proofs": [_proof(p) for p in proven.proofs],
        **({"why_no_proof": proven.why_none} if not proven.proofs else {}),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "on": proof.on,
        "with": list(proof.fixes),
        **({"control": [_control(r) for r in proof.control]} if proof.control else {}),
        **({"assumes": proof.assumes} if proof.assumes else {}),
        "clients": [
            {"id": r.id, "judge": r.judge, "before": r.before, "after": r.after, "left": list(r.left)}
            for r in proof.clients
        ],
    }


def _control(row: ProofRow) -> dict[str, Any]:
    """The copy before the fix: refused as the original is, for the same faults."""
    return {"id": row.id, "judge": row.judge, "verdict": row.after, "causes": list(row.left)}
