"""The one presentation model: a Diagnosis as blocks. Text, Markdown and every screen are made of these."""

from tlswizard.core.blocks import Block, Cell, Commands, Conclusion, Heading, Mark, Paragraph, Rows, Table
from tlswizard.core.certificate import utc
from tlswizard.core.finding import COPY, Diagnosis, Fix, Found, Proof, ProofRow, ProvenFix
from tlswizard.core.text import fingerprint, listed
from tlswizard.diagnosis.chain import chain_tree
from tlswizard.diagnosis.differ import why_different
from tlswizard.diagnosis.programs import in_words, others, own, program_table

MAX_PROGRAMS = 6
"""Rows of a proof: the programs that count, and others as far as there is room."""

NOBODY = "nobody"
"""Judges where there is no verdict."""

ON_A_COPY = (
    "On a copy: the same certificates with other keys, because the new one does not exist yet. Without the "
    "fix the copy is refused for the very same faults"
)


def whole(diagnosis: Diagnosis) -> tuple[Block, ...]:
    """Everything: the conclusion first, then the causes, the chain, the programs, the fixes, the gaps."""
    return (
        conclusion(diagnosis),
        *causes(diagnosis),
        *_section("The chain", chain(diagnosis) if diagnosis.case.chain else ()),
        *_section("The programs", programs(diagnosis) if diagnosis.case.chain else ()),
        *_section("What puts it right", tuple(b for f in diagnosis.fixes for b in fix(f, diagnosis))),
        *_section("Not checked", not_checked(diagnosis)),
    )


def conclusion(diagnosis: Diagnosis) -> Conclusion:
    """One sentence over the programs that count."""
    where = diagnosis.case.target.where if not diagnosis.case.offline else "this chain"
    refusing = [c.title for c in diagnosis.counting if c.verdict.result == "refuse"]
    accepting = [c.title for c in diagnosis.counting if c.verdict.result == "accept"]
    unknown = [c for c in diagnosis.counting if c.verdict.result == "unknown"]
    reaching = next((f for f in diagnosis.causes if f.severity == "problem" and not f.clients), None)
    if diagnosis.exit == 3 and reaching:
        return Conclusion(Mark.REFUSED, f"{reaching.title}", reaching.certainty)
    if refusing:
        return Conclusion(Mark.REFUSED, f"{where} is refused by {_quoted(refusing)}")
    if unknown:
        why = unknown[0].verdict.why_unknown
        return Conclusion(Mark.NOT_CHECKED, f"No verdict for {_quoted([c.title for c in unknown])}: {why}")
    if diagnosis.exit == 1:
        return Conclusion(
            Mark.WARNING, f"{where} is accepted by {_quoted(accepting)}, but something needs attention"
        )
    return Conclusion(Mark.FINE, f"{where} is accepted by {_quoted(accepting)}")


def _quoted(titles: list[str]) -> str:
    return listed([f"“{t}”" if "," in t else t for t in titles])


def cause_mark(found: Found) -> Mark:
    return {"problem": Mark.REFUSED, "warning": Mark.WARNING, "info": Mark.INFO}[found.severity]


def causes(diagnosis: Diagnosis, *, every: bool = True) -> tuple[Block, ...]:
    """Each cause: its sentence, its id, how we know, whom it concerns."""
    blocks: list[Block] = []
    for found in (f for f in diagnosis.causes if f.severity != "info"):
        rows = [("How I know", Cell(found.evidence))]
        if found.position is not None:
            rows.append(("Sits on", Cell(f"position {found.position} of the chain sent")))
        clients = [c.title for c in own(diagnosis) if c.id in found.clients]
        if clients:
            rows.append(("Concerns", Cell(_quoted(clients))))
        blocks.append(Conclusion(cause_mark(found), f"{found.title} [{found.id}]", found.certainty))
        blocks.append(Rows(tuple(rows)))
    noted = [f for f in diagnosis.causes if f.severity == "info"] if every else []
    if noted:
        lines = [_noted(f, diagnosis) for f in noted]
        blocks.append(Rows(tuple(("Noted" if not i else "", line) for i, line in enumerate(lines))))
    return tuple(blocks)


def _noted(found: Found, diagnosis: Diagnosis) -> Cell:
    """What nobody who counts refuses for: one line."""
    clients = [c.title for c in own(diagnosis) if c.id in found.clients]
    concerns = f"; concerns {_quoted(clients)}" if clients else ""
    return Cell(f"{found.evidence} [{found.id}]{concerns}", Mark.INFO)


def chain(diagnosis: Diagnosis) -> tuple[Block, ...]:
    return (chain_tree(diagnosis),)


def programs(diagnosis: Diagnosis) -> tuple[Block, ...]:
    """The table, what the programs print that refuse, and why two of them differ."""
    said: dict[str, list[str]] = {}
    for client in own(diagnosis):
        if client.verdict.message:
            said.setdefault(client.verdict.message, []).append(client.title)
    lines = [Cell(f"{_quoted(titles)}: “{words}”") for words, titles in said.items()]
    printed = tuple(zip(("They say", *("" for _ in lines)), lines, strict=False))
    more = others(diagnosis)
    return (
        program_table(diagnosis),
        *((more,) if more else ()),
        *((Rows(printed),) if printed else ()),
        *why_different(diagnosis),
    )


def fix(proven: ProvenFix, diagnosis: Diagnosis) -> tuple[Block, ...]:
    """A fix: what, who, commands, undo, risk, and its proof or why there is none."""
    offer = proven.fix
    return (
        Heading(f"{offer.title}  [{offer.id}]"),
        Paragraph(offer.text),
        *fix_commands(offer),
        Rows(
            (
                ("For", Cell(who(offer.who))),
                ("Takes effect", Cell(offer.takes_effect)),
                ("Risk", Cell(offer.risk)),
                *beside(offer),
            )
        ),
        *danger(offer),
        *proof(proven, diagnosis),
    )


def beside(offer: Fix) -> tuple[tuple[str, Cell], ...]:
    """What goes wrong easily, and how one sees that it went right."""
    traps = [Cell(trap, Mark.WARNING) for trap in offer.traps]
    shown = [Cell(line) for line in offer.verify]
    return (
        *zip(("Mind", *("" for _ in traps)), traps, strict=False),
        *zip(("To see it", *("" for _ in shown)), shown, strict=False),
    )


def fix_commands(offer: Fix) -> tuple[Block, ...]:
    blocks: list[Block] = [Commands(offer.commands)] if offer.commands else []
    if offer.undo:
        blocks.append(Rows(tuple(("Undo" if not i else "", Cell(line)) for i, line in enumerate(offer.undo))))
    return tuple(blocks)


def danger(offer: Fix) -> tuple[Block, ...]:
    """What must be made sure of first, with the fingerprint to compare."""
    if not offer.danger:
        return ()
    blocks: list[Block] = [Conclusion(Mark.WARNING, offer.danger)]
    if offer.certificate:
        blocks.append(Rows((("SHA-256", Cell(fingerprint(offer.certificate.sha256))),)))
    return tuple(blocks)


def proof(proven: ProvenFix, diagnosis: Diagnosis) -> tuple[Block, ...]:
    """now → with this fix → with the others that are needed; and who judged."""
    if not proven.proofs:
        return (Rows((("Proof", Cell(f"none: {proven.why_none}", Mark.NOT_CHECKED)),)),)
    first = proven.proofs[0]
    judged = set.intersection(*({r.id for r in p.clients} for p in proven.proofs))
    counting = {c.id for c in diagnosis.counting}
    here = {c.id for c in own(diagnosis)}

    def place(row: ProofRow) -> tuple[bool, ...]:
        """Whom it concerns first: those that count, and of them those for whom it changes anything."""
        same = all(_row(p, row.id).after == row.before for p in proven.proofs)
        return row.id not in counting, row.id not in here, row.before == "unknown", same

    ids = [r.id for r in sorted((r for r in first.clients if r.id in judged), key=place)]
    titles = {c.id: c.title for c in diagnosis.clients}
    head = ("Proof", "now", *(_column(proven.fix, p) for p in proven.proofs))
    rows = []
    for id_ in ids[:MAX_PROGRAMS]:
        columns = [_row(p, id_) for p in proven.proofs]
        rows.append((Cell(titles[id_]), _said(columns[0].before), *(_after(r) for r in columns)))
    judges = sorted({r.judge for r in first.clients if r.id in ids[:MAX_PROGRAMS] and r.judge != NOBODY})
    more = f"{len(ids) - MAX_PROGRAMS} more programs were judged, too; " if len(ids) > MAX_PROGRAMS else ""
    who = (
        f"judged by {', '.join(judges)}"
        if judges
        else "what it trusts was not looked at, so nobody could judge it"
    )
    note = f"{more}{who}; nothing was changed for it"
    if any(p.on == COPY for p in proven.proofs):
        note += f". {ON_A_COPY}"
    if assumed := next((p.assumes for p in proven.proofs if p.assumes), ""):
        note += f". It takes for granted {assumed}"
    return (Table(head, tuple(rows), note),)


def _column(offer: Fix, one: Proof) -> str:
    others = list(one.fixes)
    others.remove(offer.id)
    said = f"and {', '.join(id_.replace('-', ' ') for id_ in others)}" if others else "with this fix"
    return f"{said}, on a copy" if one.on == COPY else said


def _row(one: Proof, id_: str) -> ProofRow:
    return next(r for r in one.clients if r.id == id_)


def _said(result: str) -> Cell:
    return {
        "accept": Cell("accepted", Mark.FINE),
        "refuse": Cell("refused", Mark.REFUSED),
    }.get(result, Cell("not checked", Mark.NOT_CHECKED))


def _after(row: ProofRow) -> Cell:
    said = _said(row.after)
    return Cell(f"{said.text} ({in_words(row.left)})", said.mark) if row.left else said


def not_checked(diagnosis: Diagnosis) -> tuple[Block, ...]:
    rows = tuple((n.part, Cell(n.why, Mark.NOT_CHECKED)) for n in diagnosis.not_checked)
    return (Rows(rows),) if rows else ()


def who(id_: str) -> str:
    """`server-owner` as a person says it."""
    return _WHO.get(id_, id_)


_WHO = {
    "caller": "yourself",
    "helpdesk": "the helpdesk",
    "administrator": "an administrator of this machine",
    "server-owner": "the owner of the server",
    "network-team": "the network team",
    "certificate-team": "the certificate team",
    "security-team": "the security team",
}


def looked_at(diagnosis: Diagnosis) -> str:
    """Where, as whom and when: on every page and note."""
    if diagnosis.case.offline:
        at = utc(diagnosis.case.at)
        return f"looked at as {diagnosis.case.observed}, judged as of {at}; no server was asked"
    return f"looked at as {diagnosis.case.observed}, {utc(diagnosis.case.at)} by its clock"


def _section(title: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (Heading(title), *blocks) if blocks else ()
