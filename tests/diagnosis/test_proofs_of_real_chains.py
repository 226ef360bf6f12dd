"""Real certificates with one mechanical fault or two: each refusal gets a fix that is proven."""

import gzip
import json
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from diagnosis_cases import CONTENT
from proof_oracle import openssl_accepts
from test_copying import case_of

from tlswizard.core.case import Case
from tlswizard.core.finding import Diagnosis, Proof
from tlswizard.core.pem import certificates_in
from tlswizard.core.target import parse_host
from tlswizard.diagnosis.bench import after, copied_after
from tlswizard.diagnosis.copying import Mould
from tlswizard.diagnosis.diagnose import diagnose

REAL = Path(__file__).parents[3] / "shared" / "data" / "suites" / "real.json.gz"
EVERY = 13
"""One in so many: all faults occur among them."""

pytestmark = pytest.mark.skipif(not REAL.is_file(), reason=f"the real chains are not here: {REAL}")


@cache
def refused() -> tuple[tuple[str, Case, Diagnosis], ...]:
    data = json.loads(gzip.decompress(REAL.read_bytes()))
    found = []
    for row in data["cases"][::EVERY]:
        chain, roots = (
            [c for id_ in row[key] for c in certificates_in(data["certs"][id_].encode())]
            for key in ("served", "trusted")
        )
        name = parse_host(row["host"]["value"]) if row["host"] else None
        at = datetime.fromisoformat(row["time"])
        case = replace(case_of(chain, roots, name=name), at=at)
        told = diagnose(case, CONTENT)
        if told.exit == 2:
            found.append((row["id"], case, told))
    return tuple(found)


def changed(case: Case, told: Diagnosis, proof: Proof) -> Case:
    fixes = tuple(found.fix for id_ in proof.fixes if (found := told.fix(id_)))
    return copied_after(Mould(case), case, fixes).case if proof.control else after(case, fixes)


def test_there_are_enough_of_them():
    assert len(refused()) >= 30


def test_every_refusal_gets_a_fix_whose_proof_ends_in_accepted():
    for id_, _, told in refused():
        assert any(p.proofs and p.proofs[-1].clients[0].after == "accept" for p in told.fixes), id_


def test_every_proof_on_a_copy_has_its_control():
    for id_, _, told in refused():
        for proof in (proof for p in told.fixes for proof in p.proofs):
            assert [r.after for r in proof.control] == (["refuse"] if proof.on == "copy" else []), id_


def test_the_real_openssl_says_what_the_proofs_say(tmp_path: Path):
    for id_, case, told in refused():
        assert not openssl_accepts(case, tmp_path), id_
        assert not openssl_accepts(Mould(case).copied(case).case, tmp_path), id_
        for proof in (proof for p in told.fixes for proof in p.proofs):
            says = openssl_accepts(changed(case, told, proof), tmp_path)
            assert says == (proof.clients[0].after == "accept"), (id_, proof.fixes)
