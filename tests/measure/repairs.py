"""Each fix that is proven, really made, and the openssl program asked again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import openssl_command
from corpora import Sample

from tlswizard.cli.batch import Known, case_of
from tlswizard.content.library import Content
from tlswizard.core.case import Case
from tlswizard.core.finding import COPY, Proof
from tlswizard.diagnosis.bench import after, copied_after
from tlswizard.diagnosis.copying import Mould
from tlswizard.diagnosis.diagnose import diagnose


@dataclass(frozen=True, slots=True)
class Repaired:
    """A proof, and what the program says once its fixes are made."""

    on: str
    says: bool
    """what the proof says: the client accepts"""
    accepts: bool
    """what the program says"""
    control: bool
    """a copy has its control, and the program refuses that; on the original there is none"""


def repaired(sample: Sample, content: Content, known: Known, now: datetime) -> Iterator[Repaired]:
    """Every proof for the sample's client."""
    profile = sample.line["profile"]
    case = case_of(sample.line, now, known=known)
    told = diagnose(case, content, (profile,))
    for proven in told.fixes:
        for proof in proven.proofs:
            fixes = tuple(found.fix for id_ in proof.fixes if (found := told.fix(id_)))
            (row,) = (r for r in proof.clients if r.id == profile)
            copied = proof.on == COPY
            done = copied_after(Mould(case), case, fixes).case if copied else after(case, fixes)
            accepts = openssl_command.answer_of(done) == 0
            yield Repaired(proof.on, row.after == "accept", accepts, _control(proof, case))


def _control(proof: Proof, case: Case) -> bool:
    if proof.on != COPY:
        return not proof.control
    refused = all(row.after == "refuse" for row in proof.control)
    return bool(proof.control) and refused and openssl_command.answer_of(Mould(case).copied(case).case) != 0
