"""Every exercise of the lab is found by the whole program, end to end."""

import asyncio
import time

from diagnosis_cases import CONTENT, EXERCISES, diagnosed, every_exercise, looked, observed

from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate
from tlswizard.core.codec import decode, encode
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise
from tlswizard.report.json import document
from tlswizard.wizard.keeping import load, save

SITS_ON = {
    "clock-wrong": [("clock-wrong", None, None)],
    "expired": [("expired", 0, "shop.northwind.example")],
    "intermediate-in-user-store": [
        ("missing-intermediate", 0, "orders.contoso.example"),
        ("intermediate-user-only", 0, "orders.contoso.example"),
    ],
    "missing-intermediate": [("missing-intermediate", 0, "api.fabrikam.example")],
    "nss-and-java": [("store-disagrees", 1, "Corp Issuing CA")],
    "self-signed": [("self-signed", 0, "printer-3.northwind.example")],
    "short-name": [("name-mismatch", 0, "wiki.northwind.example")],
    "smtp-starttls": [("untrusted-root", 2, "Corp Root CA")],
    "two-faults-at-once": [
        ("untrusted-root", 2, "Fabrikam Root CA"),
        ("name-mismatch", 0, "insights.fabrikam.example"),
    ],
    # the root is not sent: the chain stops at the certificate that it issued
    "two-stores": [
        ("root-user-only", 1, "Contoso Subordinate CA"),
        ("name-mismatch", 0, "jsanders4.northamerica.corp.example"),
    ],
    "untrusted-root": [("untrusted-root", 2, "Fabrikam Root CA")],
}
"""(cause, position on the wire, certificate), first things first."""

QUICK = 0.05
"""Seconds that a diagnosis may take."""


@every_exercise
def test_it_names_what_is_wrong_and_nothing_else(exercise: Exercise):
    assert tuple(f.id for f in diagnosed(exercise.id).urgent) == exercise.expects


@every_exercise
def test_it_is_found_by_the_true_clock_too(exercise: Exercise):
    async def look() -> Case:
        async with exercise.open() as world:
            return await looked(world, exercise)

    found = diagnose(asyncio.run(asyncio.wait_for(look(), 10)), CONTENT, (exercise.program,))
    assert tuple(f.id for f in found.urgent) == exercise.expects
    assert found.exit == 2


@every_exercise
def test_each_cause_sits_on_its_certificate(exercise: Exercise):
    found = [
        (f.id, f.position, f.certificate.title if isinstance(f.certificate, Certificate) else None)
        for f in diagnosed(exercise.id).urgent
    ]
    assert found == SITS_ON[exercise.id]


@every_exercise
def test_each_cause_is_a_problem_of_the_failing_program(exercise: Exercise):
    for found in diagnosed(exercise.id).urgent:
        assert found.severity == "problem"
        assert found.certainty == "certain"
        assert exercise.program in found.clients
        assert found.evidence
        assert "{" not in found.evidence


@every_exercise
def test_the_failing_program_counts_refuses_and_comes_first(exercise: Exercise):
    told = diagnosed(exercise.id)
    assert [c.id for c in told.counting] == [exercise.program]
    assert told.clients[0].id == exercise.program
    assert told.clients[0].verdict.result == "refuse"
    assert told.exit == 2


@every_exercise
def test_each_certificate_that_was_sent_lists_what_is_wrong_with_it(exercise: Exercise):
    sent = document(diagnosed(exercise.id))["chain"]
    assert len(sent) == len(observed(exercise.id).chain) >= 1
    listed = {(cause, one["position"]) for one in sent for cause in one["causes"]}
    assert {(c, p) for c, p, _ in SITS_ON[exercise.id] if p is not None} <= listed
    faultless = {one["position"] for one in sent} - {p for _, p, _ in SITS_ON[exercise.id]}
    told = {f.id for f in diagnosed(exercise.id).urgent}
    assert not [one for one in sent if one["position"] in faultless and told & set(one["causes"])]


@every_exercise
def test_what_the_judges_say_is_said_by_all_of_them(exercise: Exercise):
    assert [c.verdict.disagreement for c in diagnosed(exercise.id).clients if c.verdict.disagreement] == []


@every_exercise
def test_a_diagnosis_is_quick(exercise: Exercise):
    case = decode(Case, encode(observed(exercise.id)))
    assert isinstance(case, Case)
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        diagnose(case, CONTENT, (exercise.program,))
        taken.append(time.perf_counter() - started)
    assert min(taken) < QUICK


@every_exercise
def test_a_saved_case_gives_the_same_diagnosis(exercise: Exercise, tmp_path):
    save(tmp_path / "case.json", observed(exercise.id))
    kept = load(str(tmp_path / "case.json"))
    assert isinstance(kept, Case)
    again = diagnose(kept, CONTENT, (exercise.program,))
    assert again == diagnosed(exercise.id)
    assert document(again) == document(diagnosed(exercise.id))


def test_the_root_that_explains_is_named_with_who_holds_it():
    (found,) = diagnosed("two-stores").found("root-user-only")
    assert found.other is not None
    assert found.other.title == "Contoso Root CA"
    assert found.holders == ("windows-user-root",)
    assert "Contoso Root CA" in found.evidence


def test_the_table_knows_every_exercise():
    named = {id_: tuple(row[0] for row in rows) for id_, rows in SITS_ON.items()}
    assert named == {exercise.id: exercise.expects for exercise in EXERCISES}


def test_a_server_that_tells_no_time_leaves_the_clock_not_checked():
    assert "clock" in {n.part for n in diagnosed("smtp-starttls").not_checked}
    assert "clock" not in {n.part for n in diagnosed("expired").not_checked}
