"""What is offered for chains with any one thing wrong in them."""

from collections.abc import Iterable

from diagnosis_cases import CONTENT, clock, made, store
from judge_making import AT, HOST, Made

from tlswizard.core.certificate import Certificate
from tlswizard.core.finding import Diagnosis, Findings, Found
from tlswizard.core.store import Store
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.authority import Identity


def identity(one: Made | Certificate) -> Identity:
    found = one.certificate if isinstance(one, Made) else one
    return Identity(found, None, AT)  # type: ignore[arg-type]


def held(id_: str, *inside: Made | Certificate, location: str = "") -> Store:
    return store(id_, *map(identity, inside), location=location)


def told_of(
    chain: Iterable[Made | Certificate], *stores: Store, name: str = HOST, program: str = "openssl"
) -> Diagnosis:
    case = made(map(identity, chain), stores, name=name, at=AT, time=clock(AT, machine=AT))
    return diagnose(case, CONTENT, (program,))


def findings_with(told: Diagnosis, found: Found) -> Findings:
    """As if this had been found too: for causes that nothing states yet."""
    return Findings(told.case, told.clients, (found, *told.causes))


def ends(told: Diagnosis, id_: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Of each proof of a fix: on what, which fixes, and what the program says."""
    proven = told.fix(id_)
    assert proven is not None, [p.fix.id for p in told.fixes]
    return [(p.on, p.fixes, p.clients[0].after) for p in proven.proofs]
