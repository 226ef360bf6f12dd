"""A proof is a judge's verdict on changed inputs, never the proposer's word."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations
from pathlib import Path

import pytest
from diagnosis_cases import (
    AT,
    CONTENT,
    EXERCISES,
    clock,
    days,
    diagnosed,
    every_exercise,
    house,
    looked,
    made,
    observed,
    store,
    stranger,
    the,
)
from proof_oracle import openssl_accepts

from tlswizard.clients.verdicts import verdicts
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.edit import AddMissing, AddToStore, AskForName, OnOriginal, SendChain, SetClock, edited
from tlswizard.core.finding import Diagnosis, Fix, Found, Proof, ProvenFix
from tlswizard.core.store import Store
from tlswizard.diagnosis.bench import after, copied_after
from tlswizard.diagnosis.copying import Copied, Mould
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.fixes import siblings
from tlswizard.lab.exercise import Exercise
from tlswizard.report import sections
from tlswizard.report.json import document

proven_fixes = pytest.mark.parametrize(
    ("id_", "fix"), [(e.id, p.fix.id) for e in EXERCISES for p in diagnosed(e.id).fixes if p.proofs]
)


def judged(case: Case, program: str) -> str:
    (row,) = [c for c in verdicts(case, CONTENT, (program,)) if c.counts]
    return row.verdict.result


def changed(id_: str, proof: Proof) -> Case:
    """The case of an exercise, or a copy of it, after the fixes of a proof."""
    case = observed(id_)
    fixes = tuple(offered(id_, one).fix for one in proof.fixes)
    return after(case, fixes) if proof.on == "original" else copied_after(Mould(case), case, fixes).case


def offered(id_: str, fix: str) -> ProvenFix:
    found = diagnosed(id_).fix(fix)
    assert found is not None
    return found


# ── wrong fixes ──


TAKES_ANYTHING = "java:"
"""What lies in Java's list is trusted, also a server's own certificate (measured on 17): no wrong fix."""


def wrong_edits(exercise: Exercise) -> Iterator[tuple[str, OnOriginal]]:
    """Changes that somebody might try, and that put nothing right in this exercise."""
    case = observed(exercise.id)
    leaf = case.chain[0]
    assert isinstance(leaf, Certificate)
    unrelated = stranger()
    for place in case.all_stores:
        anchor = not place.id.endswith("-ca")
        yield f"an unrelated root into {place.id}", AddToStore(place.id, unrelated.certificate, anchor)
        if not leaf.is_self_signed and not place.id.startswith(TAKES_ANYTHING):
            yield f"the leaf into {place.id}", AddToStore(place.id, leaf, anchor)
    other = unrelated.leaf(["elsewhere.example"])
    yield "an unrelated chain", SendChain((other.certificate, unrelated.certificate))
    namesake = unrelated.leaf([exercise.target.servername, *leaf.listed_names])
    yield "a stranger's chain with the right names", SendChain((namesake.certificate, unrelated.certificate))
    yield "the leaf twice", SendChain((leaf, leaf))
    yield "a name that is not listed", AskForName("not-listed.example")
    yield "the listed name with a letter too many", AskForName("x" + leaf.listed_names[0])
    yield "a clock that is far behind", SetClock(AT - days(20 * 365))
    yield "a clock that is far ahead", SetClock(AT + days(20 * 365))
    yield "a store that is not there", AddToStore("nowhere", unrelated.certificate, True)


def edits_of_others(exercise: Exercise) -> Iterator[tuple[str, OnOriginal]]:
    """What puts another exercise right."""
    for one in EXERCISES:
        if one.id != exercise.id:
            for proven in diagnosed(one.id).fixes:
                for edit in proven.fix.on_original or ():
                    yield f"{proven.fix.id} of {one.id}", edit


WRONG = [
    pytest.param(exercise, edit, id=f"{exercise.id}: {words}")
    for exercise in EXERCISES
    for words, edit in chain(wrong_edits(exercise), edits_of_others(exercise))
]


@pytest.mark.parametrize(("exercise", "edit"), WRONG)
def test_a_wrong_fix_is_refused(exercise: Exercise, edit: OnOriginal):
    assert judged(edited(observed(exercise.id), edit), exercise.program) == "refuse"


@every_exercise
def test_all_wrong_fixes_together_are_refused_too(exercise: Exercise):
    case = observed(exercise.id)
    leaf = case.chain[0]
    for _, edit in wrong_edits(exercise):
        if isinstance(edit, AddToStore):
            case = edited(case, edit)
    assert case.chain[0] == leaf
    assert judged(case, exercise.program) == "refuse"


def test_there_are_wrong_fixes_of_every_kind_for_every_exercise():
    for exercise in EXERCISES:
        kinds = {type(edit) for _, edit in wrong_edits(exercise)}
        assert kinds == {AddToStore, SendChain, AskForName, SetClock}
        assert {type(edit) for _, edit in edits_of_others(exercise)} >= {AddToStore, AskForName}


# ── single fixes and sets ──


@pytest.mark.parametrize("id_", ["two-faults-at-once", "two-stores"])
def test_with_two_faults_each_fix_alone_is_refused_and_both_together_accepted(id_: str):
    told, case, program = diagnosed(id_), observed(id_), the(id_).program
    provable = [p for p in told.fixes if p.fix.on_original]
    assert len(provable) == 2
    for one in provable:
        assert judged(after(case, (one.fix,)), program) == "refuse"
        alone, together = one.proofs
        assert alone.fixes == (one.fix.id,)
        assert [(r.before, r.after) for r in alone.clients if r.id == program] == [("refuse", "refuse")]
        assert sorted(together.fixes) == sorted(p.fix.id for p in provable)
        assert [(r.before, r.after) for r in together.clients if r.id == program] == [("refuse", "accept")]
    assert judged(after(case, tuple(p.fix for p in provable)), program) == "accept"


@pytest.mark.parametrize("id_", ["two-faults-at-once", "two-stores"])
def test_a_fix_alone_says_which_faults_it_leaves(id_: str):
    left = {p.fix.id: p.proofs[0].clients[0].left for p in diagnosed(id_).fixes if p.proofs}
    assert left.pop("use-listed-name") == ("untrusted-root",)
    assert left.pop("reissue-with-names") == ("untrusted-root",)
    assert list(left.values()) == [("name-mismatch",)]


@proven_fixes
def test_a_proof_is_what_the_judge_says_of_the_edited_case(id_: str, fix: str):
    told = diagnosed(id_)
    for proof in offered(id_, fix).proofs:
        now = {c.id: c for c in verdicts(changed(id_, proof), CONTENT, (the(id_).program,))}
        if proof.on == "copy":
            now = {c.id: c for c in now.values() if c.counts}
        assert [(r.id, r.after, r.judge) for r in proof.clients] == [
            (c.id, c.verdict.result, c.verdict.judge) for c in now.values()
        ]
        assert [(r.id, r.before) for r in proof.clients] == [
            (c.id, c.verdict.result) for c in told.clients if c.id in now
        ]


@proven_fixes
def test_every_proof_on_a_copy_has_its_control(id_: str, fix: str):
    """The copy before the fix is refused as the original is, for the same causes."""
    counting = {c.id: c.verdict for c in diagnosed(id_).counting}
    for proof in offered(id_, fix).proofs:
        seen = {r.id: (r.before, r.after, r.left) for r in proof.control}
        wanted = {
            id_: ("refuse", "refuse", tuple(dict.fromkeys(f.cause for f in v.faults)))
            for id_, v in counting.items()
        }
        assert seen == (wanted if proof.on == "copy" else {})


@proven_fixes
def test_what_is_offered_helps(id_: str, fix: str):
    """Some set of fixes with this one in it turns the failing program."""
    last = offered(id_, fix).proofs[-1]
    program = next(r for r in last.clients if r.id == the(id_).program)
    assert (program.before, program.after) == ("refuse", "accept")


@every_exercise
def test_a_fix_without_a_proof_says_why_and_one_with_a_proof_does_not(exercise: Exercise):
    for one in diagnosed(exercise.id).fixes:
        assert bool(one.proofs) != bool(one.why_none)


@pytest.mark.parametrize(
    ("id_", "fix"),
    [
        ("expired", "renew-certificate"), ("self-signed", "replace-self-signed"),
        ("short-name", "reissue-with-names"),
    ],
)  # fmt: skip
def test_a_certificate_that_does_not_exist_yet_is_proven_on_a_copy(id_: str, fix: str):
    (proof,) = offered(id_, fix).proofs
    assert (proof.on, proof.clients[0].after) == ("copy", "accept")


def test_a_root_that_nobody_here_holds_is_proven_on_a_copy():
    _, intermediate, leaf = house()
    told = diagnose(made((leaf, intermediate), [store("linux-system", stranger())]), CONTENT, ("openssl",))
    (fix,) = [p for p in told.fixes if p.fix.id == "add-root"]
    assert [type(e) for e in fix.fix.edits] == [AddMissing]
    assert [(p.on, p.clients[0].after) for p in fix.proofs] == [("copy", "accept")]
    assert "Nobody here holds" in fix.fix.text
    assert "Test Root CA" in fix.fix.title


def test_what_is_no_certificate_cannot_be_copied_and_it_says_so():
    case = made((), [store("linux-system")])
    broken = Malformed(b"no certificate", "it is none")
    shake = replace(case.handshakes.result[0], chain=(broken,))
    told = diagnose(
        replace(case, handshakes=replace(case.handshakes, result=(shake,))), CONTENT, ("openssl",)
    )
    renew = told.fix("renew-certificate")
    assert renew is not None
    assert (renew.proofs, "cannot be read" in renew.why_none) == ((), True)


def test_a_copy_that_is_not_like_the_original_proves_nothing(monkeypatch):
    """The control: whatever the copy shows after the fix, it has to be refused before as the original is."""
    monkeypatch.setattr(Mould, "copied", lambda self, case, edits=(): Copied(after(case, RIGHT), {}))
    told = diagnose(observed("expired"), CONTENT, ("openssl",))
    (renew,) = told.fixes
    assert renew.proofs == ()
    assert "not refused for what the originals are" in renew.why_none


RIGHT = (Fix("set-clock", "", (), "clock", "caller", "", "", "", "", edits=(SetClock(AT - days(200)),)),)


# ── the proposer's word ──


def proposing(*fixes: Fix):
    def propose(findings: object, content: object) -> tuple[Fix, ...]:
        return fixes

    return propose


def lying(edit: OnOriginal, causes: tuple[Found, ...]) -> Fix:
    return Fix(
        "add-root", "Certainly the right thing", tuple(f.id for f in causes), "client-store", "caller",
        "It will work.", "none", "at once", "", edits=(edit,),
    )  # fmt: skip


@pytest.mark.parametrize(("exercise", "edit"), WRONG)
def test_a_fix_that_does_not_help_is_never_offered(exercise: Exercise, edit: OnOriginal, monkeypatch):
    """Whatever a proposer says of it."""
    lie = lying(edit, diagnosed(exercise.id).urgent)
    monkeypatch.setattr(siblings, "proposals", proposing(lie))
    offers = diagnose(observed(exercise.id), CONTENT, (exercise.program,)).fixes
    assert {p.fix.id for p in offers} == {"ask-owner"}  # what is left to do, and it changes nothing here
    assert not [p for p in offers if p.fix.edits]


@every_exercise
def test_a_fix_that_does_not_help_is_in_no_set_with_one_that_does(exercise: Exercise, monkeypatch):
    told = diagnosed(exercise.id)
    lie = lying(AddToStore("nowhere", stranger().certificate, True), told.urgent)
    real = tuple(p.fix for p in told.fixes)
    monkeypatch.setattr(siblings, "proposals", proposing(lie, *real))
    again = diagnose(observed(exercise.id), CONTENT, (exercise.program,))
    assert [p.fix.id for p in again.fixes if p.fix == lie] == []
    assert again.fixes == told.fixes


def test_where_nothing_is_refused_no_proof_is_claimed():
    """A clock that is off while every date holds is a warning: no verdict can show that setting it helps."""
    root, intermediate, leaf = house()
    off = clock(AT + timedelta(minutes=20))
    told = diagnose(
        made((leaf, intermediate), [store("linux-system", root)], time=off), CONTENT, ("openssl",)
    )
    assert told.exit == 1
    assert [f.id for f in told.urgent] == ["clock-wrong"]
    (fix,) = told.fixes
    assert (fix.fix.id, fix.proofs) == ("set-clock", ())
    assert "accept" in fix.why_none


def test_a_clock_is_not_set_to_a_time_at_which_the_server_would_be_refused():
    root, intermediate, leaf = house()
    off = clock(leaf.certificate.not_after + days(100))
    told = diagnose(
        made((leaf, intermediate), [store("linux-system", root)], time=off), CONTENT, ("openssl",)
    )
    assert [p.fix.id for p in told.fixes] == []


# ── really done, and looked at again ──


@proven_fixes
def test_really_done_in_the_lab_it_gives_the_verdicts_of_the_proof(id_: str, fix: str):
    proofs = offered(id_, fix).proofs

    async def done(proof) -> Diagnosis:
        """The same story told anew: its keys are fresh, so the fixes are proposed anew, too."""
        async with the(id_).open(lambda: AT) as world:
            told = diagnose(await looked(world, the(id_)), CONTENT, (the(id_).program,))
            for one in proof.fixes:
                found = told.fix(one)
                assert found is not None
                for edit in found.fix.edits:
                    await world.apply(edit)
            return diagnose(await looked(world, the(id_)), CONTENT, (the(id_).program,))

    for proof in proofs:
        now = asyncio.run(asyncio.wait_for(done(proof), 10))
        judged_ = [c for c in now.clients if c.counts or proof.on == "original"]
        assert [(r.id, r.after) for r in proof.clients] == [(c.id, c.verdict.result) for c in judged_]
        left = {r.id: r.left for r in proof.clients if r.left}
        assert left == {
            c.id: tuple(dict.fromkeys(f.cause for f in c.verdict.faults))
            for c in judged_
            if c.verdict.result == "refuse"
        }


BY_OPENSSL = [
    pytest.param(e.id, proof, id=f"{e.id}: {' and '.join(proof.fixes)}")
    for e in EXERCISES
    if e.program in ("openssl", "python")
    for p in diagnosed(e.id).fixes
    for proof in p.proofs
]


@pytest.mark.parametrize(("id_", "proof"), BY_OPENSSL)
def test_the_real_openssl_agrees_with_the_proof(id_: str, proof: Proof, tmp_path: Path):
    case = observed(id_)
    assert openssl_accepts(case, tmp_path) is False
    assert openssl_accepts(Mould(case).copied(case).case, tmp_path) is False
    (row,) = [r for r in proof.clients if r.id == the(id_).program]
    assert openssl_accepts(changed(id_, proof), tmp_path) is (row.after == "accept")


def test_openssl_is_asked_about_acceptance_and_about_refusal():
    """So that neither half of the test above can pass for want of cases."""
    said = {(proof.on, r.after) for _, proof in (p.values for p in BY_OPENSSL) for r in proof.clients}
    assert said >= {(on, after_) for on in ("original", "copy") for after_ in ("accept", "refuse")}


# ── what edits leave alone ──


@proven_fixes
def test_an_edit_changes_its_case_alone(id_: str, fix: str):
    before = replace(observed(id_))
    assert changed(id_, offered(id_, fix).proofs[0]) != before
    assert before == observed(id_)


def test_two_stores_of_one_file_change_together():
    one, two = store("linux-system", location="/f"), store("env:SSL_CERT_FILE", location="/f")
    apart = store("certifi:/venv")
    root, intermediate, leaf = house()
    case = edited(
        made((leaf, intermediate), [one, two, apart]), AddToStore("linux-system", root.certificate, True)
    )
    held: dict[str, Store] = {s.id: s for s in case.all_stores}
    assert [held[s.id].holds(root.certificate) for s in (one, two, apart)] == [True, True, False]


def test_three_faults_are_proven_together_and_no_fewer_suffice():
    root = house()[0]
    intermediate = root.intermediate("Test Second CA")
    leaf = intermediate.leaf(["server.example"], not_before=AT - days(2), not_after=AT + days(300))
    case = made(
        (leaf, intermediate, root), [store("linux-system")], name="other.server.example", at=AT - days(400),
        time=clock(AT, machine=AT - days(400)),
    )  # fmt: skip
    told = diagnose(case, CONTENT, ("openssl",))
    provable = [p for p in told.fixes if p.proofs and p.fix.on_original]
    assert {p.fix.id for p in provable} == {"add-root", "use-listed-name", "set-clock"}
    for size in (1, 2):
        for some in combinations(provable, size):
            assert judged(after(case, tuple(p.fix for p in some)), "openssl") == "refuse"
    for one in provable:
        assert set(one.proofs[-1].fixes) == {p.fix.id for p in provable}
        assert one.proofs[-1].clients[0].after == "accept"


def test_what_shows_behind_a_link_that_was_missing_does_not_speak_against_sending_it():
    """The root is not trusted either: nobody could see that while the chain stopped below it."""
    root, intermediate, leaf = house()
    case = made((leaf,), [store("linux-system", stranger()), store("dotnet-user-ca", intermediate)])
    told = diagnose(case, CONTENT, ("openssl",))
    assert [f.id for f in told.urgent] == ["missing-intermediate"]
    sent = told.fix("send-full-chain")
    assert sent is not None
    assert [(r.after, r.left) for r in sent.proofs[0].clients if r.id == "openssl"] == [
        ("refuse", ("untrusted-root",))
    ]
    assert judged(edited(case, AddToStore("linux-system", root.certificate, True)), "openssl") == "refuse"


def test_a_set_is_enough_only_if_every_program_that_counts_is_turned():
    """The user's list would do for the user's programs alone; together they need what each of them needs."""
    root, intermediate, leaf = house()
    held = [store("linux-system"), store("certifi:/venv")]
    told = diagnose(made((leaf, intermediate, root), held), CONTENT, ("openssl", "requests"))
    roots = [p for p in told.fixes if p.fix.id == "add-root"]
    assert len(roots) == 2
    for one in roots:
        alone, together = one.proofs
        assert sorted(r.after for r in alone.clients[:2]) == ["accept", "refuse"]
        assert [r.after for r in together.clients[:2]] == ["accept", "accept"]


# ── one action ──


def both() -> Case:
    root, intermediate, _ = house()
    leaf = intermediate.leaf(["server.example"], not_before=AT - days(90), not_after=AT - days(1))
    return made((leaf, intermediate), [store("linux-system", root)], name="other.server.example")


def test_faults_that_one_action_repairs_are_one_entry():
    told = diagnose(both(), CONTENT, ("openssl",))
    renew = told.fix("renew-certificate")
    assert renew is not None
    assert renew == told.fix("reissue-with-names")
    assert (renew.fix.causes, renew.fix.also) == (("expired", "name-mismatch"), ("reissue-with-names",))
    assert renew.fix.title == (
        "Get a new certificate for the server that is valid now and carries other.server.example"
    )
    (proof,) = renew.proofs
    assert (proof.on, proof.fixes, proof.clients[0].after) == ("copy", ("renew-certificate",), "accept")


def test_a_part_of_it_may_be_done_otherwise():
    told = diagnose(both(), CONTENT, ("openssl",))
    ask = told.fix("use-listed-name")
    assert ask is not None
    alone, together = ask.proofs
    assert (alone.on, alone.clients[0].left) == ("original", ("expired",))
    assert (together.on, together.fixes) == ("copy", ("renew-certificate", "use-listed-name"))
    assert together.clients[0].after == "accept"
    assert together.control


def test_a_set_of_a_store_and_a_new_certificate_is_judged_on_the_copy_as_a_whole():
    root, intermediate, _ = house()
    leaf = intermediate.leaf(["server.example"], not_before=AT - days(90), not_after=AT - days(1))
    told = diagnose(made((leaf, intermediate, root), [store("linux-system")]), CONTENT, ("openssl",))
    for one in told.fixes:
        alone, together = one.proofs
        assert alone.clients[0].after == "refuse"
        assert (together.on, together.fixes) == ("copy", ("renew-certificate", "add-root"))
        assert together.clients[0].after == "accept"


def test_a_program_of_which_nothing_is_known_hinders_no_proof():
    root, intermediate, leaf = house()
    held = [store("linux-system"), store("certifi:/venv", unreadable="no permission")]
    told = diagnose(made((leaf, intermediate, root), held), CONTENT, ("openssl", "requests"))
    add = told.fix("add-root")
    assert add is not None
    assert {r.id: (r.before, r.after) for r in add.proofs[0].clients if r.id in ("openssl", "requests")} == {
        "openssl": ("refuse", "accept"), "requests": ("unknown", "unknown"),
    }  # fmt: skip


def test_the_json_of_a_proof_on_a_copy_shows_its_control():
    (fix,) = [f for f in document(diagnose(both(), CONTENT, ("openssl",)))["fixes"] if f["also"]]
    (proof,) = fix["proofs"]
    assert (proof["on"], proof["with"]) == ("copy", ["renew-certificate"])
    (control,) = proof["control"]
    assert (control["id"], control["verdict"]) == ("openssl", "refuse")
    assert control["causes"] == ["expired", "name-mismatch"]


def test_a_screen_says_what_was_judged_on_a_copy():
    told = diagnose(both(), CONTENT, ("openssl",))
    renew = told.fix("renew-certificate")
    assert renew is not None
    (table,) = sections.proof(renew, told)
    assert table.head[-1] == "with this fix, on a copy"
    assert sections.ON_A_COPY in table.foot
