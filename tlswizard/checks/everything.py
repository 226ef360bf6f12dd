"""The whole Diagnosis: so that no cause is left without a word."""

from tlswizard.checks.check import Check, Evidence
from tlswizard.core.blocks import Block, Cell, Mark, Rows
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.programs import by_verdict, program_table


def _evidence(diagnosis: Diagnosis) -> Evidence:
    blocks: list[Block] = []
    urgent = diagnosis.urgent
    blocks.append(program_table(diagnosis))
    unknown = diagnosis.not_checked
    if unknown:
        blocks.append(
            Rows(
                tuple(
                    ("Not checked" if not i else "", Cell(f"{n.part}: {n.why}", Mark.NOT_CHECKED))
                    for i, n in enumerate(unknown)
                )
            )
        )
    judged = [c for c in diagnosis.counting if c.verdict.result != "unknown"]
    several = len(judged) < len(diagnosis.counting)
    programs = f"{len(judged)} of {len(diagnosis.counting)} programs" if several else "all programs"
    word = f"{len(urgent)} left" if urgent else programs
    return Evidence(word=word, blocks=tuple(blocks), fields=by_verdict(diagnosis))


def _unknown(diagnosis: Diagnosis) -> str:
    if not diagnosis.counting:
        return "no program counts"
    for client in diagnosis.looked_into:
        if client.verdict.result == "unknown":
            return client.verdict.why_unknown or "no verdict could be reached"
    return ""


CHECK = Check(
    id="everything",
    title="Everything else",
    fine="Every program that counts and could be judged accepts the server",
    needs=("reach", "handshakes", "stores", "clients", "clock"),
    evidence=_evidence,
    fields=("accepting", "refusing"),
    own_outcomes=("problem",),
    holds=lambda diagnosis: bool(diagnosis.urgent),
    unknown=_unknown,
)
