"""Was the certificate withdrawn? Only what was given says so: lists, and the answer that a server staples.

Nobody is asked in this version: without a list or an answer that speaks of the leaf it is *not checked*.
"""

from tlswizard.checks.check import Check, Evidence
from tlswizard.clients.reading import situation
from tlswizard.core.blocks import Cell, Mark, Rows
from tlswizard.core.distribution import list_urls
from tlswizard.core.finding import ClientVerdict, Diagnosis
from tlswizard.diagnosis.chain import shown_path
from tlswizard.judge.withdrawn import Answer, State, answers

_MARKS: dict[State, Mark] = {
    "good": Mark.FINE, "revoked": Mark.REFUSED, "stale": Mark.WARNING, "undetermined": Mark.NOT_CHECKED
}  # fmt: skip
_WORDS: dict[State, str] = {
    "good": "not withdrawn", "revoked": "withdrawn", "stale": "out of date", "undetermined": "not known"
}  # fmt: skip


_WORST_FIRST: tuple[State, ...] = ("revoked", "good", "stale", "undetermined")
"""Of a list and a staple: that one says so is enough; what the other could not tell no longer matters."""


def _said(diagnosis: Diagnosis, client: ClientVerdict) -> tuple[tuple[str, tuple[Answer, ...]], ...]:
    """What was said of each certificate below the anchor of this client's path, leaf first."""
    path, case = client.verdict.path, diagnosis.case
    if path is None:
        return ()
    stores = tuple(s for s in case.all_stores if s.id in client.stores)
    said = answers(path.certificates, situation(case, stores))
    return tuple((c.title, both) for c, both in zip(path.certificates, said, strict=False))


def _weightiest(said: tuple[Answer, ...]) -> Answer | None:
    return min(said, key=lambda answer: _WORST_FIRST.index(answer.state), default=None)


def _given(diagnosis: Diagnosis) -> bool:
    revocation, shake = diagnosis.case.revocation, diagnosis.case.handshake
    return bool((revocation and revocation.result and revocation.result.crls) or (shake and shake.staple))


def _addresses(diagnosis: Diagnosis) -> dict[str, str]:
    """Where the certificate says that one can ask; nobody does so here."""
    leaf = next(iter(shown_path(diagnosis)), None)
    if leaf is None:
        return {"lists": "", "responders": ""}
    return {"lists": ", ".join(list_urls(leaf)), "responders": ", ".join(leaf.ocsp_urls)}


def _evidence(diagnosis: Diagnosis) -> Evidence:
    said = next((s for c in diagnosis.counting if (s := _said(diagnosis, c))), ())
    fields = _addresses(diagnosis)
    if not said or not _given(diagnosis):
        told = (("Lists", fields["lists"]), ("Responders", fields["responders"]))
        rows_ = tuple((label, Cell(text)) for label, text in told if text)
        return Evidence(blocks=(Rows(rows_),) if rows_ else (), fields=fields)
    rows: list[tuple[str, Cell]] = []
    for title, both in said:
        rows += [(title, Cell(answer.words, _MARKS[answer.state])) for answer in both]
        if not both:
            rows.append((title, Cell("nothing that was given speaks of it", Mark.NOT_CHECKED)))
    leaf = _weightiest(said[0][1])
    return Evidence(word=_WORDS[leaf.state] if leaf else "", blocks=(Rows(tuple(rows)),), fields=fields)


def _unknown(diagnosis: Diagnosis) -> str:
    revocation = diagnosis.case.revocation
    if revocation and revocation.failure:
        return revocation.failure
    if not _given(diagnosis):
        return next((n.why for n in diagnosis.not_checked if n.part == "revocation"), "nobody was asked")
    for client in diagnosis.counting:
        said = _said(diagnosis, client)
        leaf = _weightiest(said[0][1]) if said else None
        if leaf is None:
            return "the certificate of its issuer is not known, so nobody can say it of this one"
        if leaf.state != "good":
            return leaf.words
    return ""


CHECK = Check(
    id="cert.revocation",
    title="Check revocation",
    fine="What was given, a list or the server's own answer, does not call the certificate withdrawn",
    needs=("handshakes", "stores", "clients"),
    evidence=_evidence,
    fields=("lists", "responders"),
    unknown=_unknown,
)
