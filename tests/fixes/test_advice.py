"""The manners of advice: the server first, the narrowest store, never a check turned off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from diagnosis_cases import CONTENT, EXERCISES, diagnosed, every_exercise, house, made, store

from tlswizard.content.library import PLAYBOOK
from tlswizard.core.edit import AddToStore
from tlswizard.core.finding import Diagnosis, Fix
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise
from tlswizard.report.sections import whole
from tlswizard.report.text import text

BAD_ADVICE = {
    "curl and wget": r"(?<![\w-])-k(?![\w-])|--insecure|--no-check-certificate",
    "Python": r"verify\s*=\s*False|CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False",
    ".NET": r"ServerCertificateValidationCallback|DangerousAcceptAny|TrustServerCertificate\s*=\s*true"
    r"|SkipCertificateCheck",
    "Node, Go, git, Java": r"NODE_TLS_REJECT_UNAUTHORIZED|rejectUnauthorized|InsecureSkipVerify"
    r"|GIT_SSL_NO_VERIFY|sslVerify\s*(=\s*)?false|TrustAll|NoopHostnameVerifier",
    "words": r"(ignore|bypass|skip|disable|suppress|turn off|switch off|accept) (the |this |all |any )?"
    r"(certificate )?(warning|validation|verification|error|check)s?\b|(click|go) (past|through) the warning"
    r"|trust all certificates",
}
FORBIDS = re.compile(r"\b(do not|never|don't|not to|is no repair|would)\b", re.I)
"""A sentence that says not to is good advice."""


def bad_advice(said: str) -> list[str]:
    return [
        f"{who}: {sentence.strip()}"
        for sentence in re.split(r"(?<=[.!?:])\s+|\n\s*\n", said)
        for who, pattern in BAD_ADVICE.items()
        if re.search(pattern, sentence, re.I) and not (who == "words" and FORBIDS.search(sentence))
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "Run curl -k https://server.", "curl --insecure", "requests.get(url, verify=False)",
        "Set ServicePointManager.ServerCertificateValidationCallback.", "Ignore the warning and go on.",
        "git config http.sslVerify false", "Just click past the warning.", "Disable certificate validation.",
    ],
)  # fmt: skip
def test_the_test_knows_bad_advice(bad: str):
    assert bad_advice(bad)


@pytest.mark.parametrize("good", ["Do not click past the warning.", "certutil -addstore -f Root a.cer"])
def test_the_test_knows_good_advice(good: str):
    assert not bad_advice(good)


def texts(node: object) -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                if key != "pattern":  # what other programs print is no advice of ours
                    yield from texts(value)
        case list():
            for value in node:
                yield from texts(value)
        case str():
            yield node


CONTENT_FILES = sorted(
    file for file in Path(str(CONTENT.root)).rglob("*.yaml") if not file.name.endswith(PLAYBOOK)
)
"""Playbooks apart, in which a warning may be spoken of: of these the validator finds advice that is bad."""


@pytest.mark.parametrize("file", CONTENT_FILES, ids=lambda file: file.name)
def test_no_content_advises_to_turn_a_check_off(file: Path):
    said = list(texts(yaml.safe_load(file.read_text())))
    assert said
    assert [bad for one in said for bad in bad_advice(one)] == []


def test_all_content_was_read():
    assert {f.parent.name for f in CONTENT_FILES} >= {"playbooks", "causes", "fixes", "clients", "messages"}


@every_exercise
def test_no_report_advises_to_turn_a_check_off(exercise: Exercise):
    assert bad_advice(text(whole(diagnosed(exercise.id)))) == []


# ── order and place ──


@every_exercise
def test_the_server_comes_before_the_client(exercise: Exercise):
    wheres = [p.fix.where for p in diagnosed(exercise.id).fixes]
    trust = [w for w in wheres if w in ("server", "client-store", "machine-store", "clock")]
    assert trust == sorted(trust, key=lambda w: w != "server")


def test_the_server_comes_first_also_where_the_store_would_do():
    found = [(p.fix.id, p.fix.where) for p in diagnosed("intermediate-in-user-store").fixes]
    assert found == [("send-full-chain", "server"), ("copy-to-machine-store", "machine-store")]


def added(told: Diagnosis) -> Iterator[tuple[Fix, AddToStore]]:
    for proven in told.fixes:
        for edit in proven.fix.edits:
            if isinstance(edit, AddToStore):
                yield proven.fix, edit


INTERMEDIATE_CASES = ["two-stores", "missing-intermediate", "intermediate-in-user-store", "untrusted-root"]


@every_exercise
def test_an_intermediate_never_goes_into_a_root_store(exercise: Exercise):
    for fix, edit in added(diagnosed(exercise.id)):
        assert edit.anchor == edit.certificate.is_self_signed
        assert edit.anchor != edit.store.endswith("-ca")
        if not edit.anchor:
            assert not [line for line in fix.commands if " Root " in line]


def test_some_exercise_offers_a_root_and_some_an_intermediate():
    """So that the test above has something to look at."""
    assert {edit.anchor for e in EXERCISES for _, edit in added(diagnosed(e.id))} == {True, False}


def test_on_linux_a_missing_intermediate_goes_into_no_bundle():
    root, intermediate, leaf = house()
    held = [store("linux-system", root), store("dotnet-user-ca", intermediate)]
    for program in ("openssl", "python", "dotnet-service"):
        told = diagnose(made((leaf,), held), CONTENT, (program,))
        assert [p.fix.id for p in told.fixes] == ["send-full-chain"]


def test_an_intermediate_that_lies_among_the_users_roots_is_not_copied_to_the_machines_roots():
    root, intermediate, leaf = house()
    held = [
        store("windows-user-root", intermediate), store("windows-machine-root", root),
        store("windows-user-ca"), store("windows-machine-ca"),
    ]  # fmt: skip
    told = diagnose(made((leaf,), held, platform="windows"), CONTENT, ("dotnet-framework-service",))
    assert {edit.store for _, edit in added(told)} <= {"windows-machine-ca"}
    assert told.fix("send-full-chain")


@pytest.mark.parametrize(
    ("programs", "wanted"),
    [
        (("dotnet-framework",), "windows-user-root"),
        (("dotnet-framework-service",), "windows-machine-root"),
        (("dotnet-framework", "dotnet-framework-service"), "windows-machine-root"),
    ],
)
def test_the_narrowest_store_that_all_failing_programs_read(programs: tuple[str, ...], wanted: str):
    root, intermediate, leaf = house()
    held = [
        store("windows-user-root"), store("windows-machine-root"),
        store("windows-user-ca"), store("windows-machine-ca"),
    ]  # fmt: skip
    told = diagnose(made((leaf, intermediate, root), held, platform="windows"), CONTENT, programs)
    assert [edit.store for _, edit in added(told)] == [wanted]


def test_a_program_with_a_list_of_its_own_gets_the_root_there():
    root, intermediate, leaf = house()
    held = [store("linux-system", root), store("certifi:/venv")]
    told = diagnose(made((leaf, intermediate), held), CONTENT, ("requests",))
    assert [edit.store for _, edit in added(told)] == ["certifi:/venv"]


def test_a_store_that_cannot_be_read_is_not_changed():
    root, intermediate, leaf = house()
    held = [store("linux-system", unreadable="no permission"), store("linux-directory")]
    told = diagnose(made((leaf, intermediate, root), held), CONTENT, ("dotnet",))
    assert "linux-system" not in {edit.store for _, edit in added(told)}


# ── danger ──


@pytest.mark.parametrize("id_", ["untrusted-root", "smtp-starttls", "two-faults-at-once", "self-signed"])
def test_a_root_that_came_over_the_wire_is_compared_over_another_channel(id_: str):
    told = diagnosed(id_)
    ((fix, edit),) = added(told)
    assert fix.danger.startswith("This certificate came from the server itself")
    assert "by phone" in fix.danger
    groups = [edit.certificate.sha256[i : i + 4].upper() for i in range(0, 64, 4)]
    shown = text(whole(told))
    assert fix.danger.split(". ")[0] in " ".join(shown.split())
    assert " ".join(groups) in " ".join(shown.split())


def test_a_root_from_a_store_carries_its_danger_and_fingerprint_too():
    ((fix, edit),) = added(diagnosed("two-stores"))
    assert "everything that it will ever issue" in fix.danger
    assert fix.certificate == edit.certificate


@every_exercise
def test_each_fix_says_who_when_and_what_it_risks(exercise: Exercise):
    for proven in diagnosed(exercise.id).fixes:
        fix = proven.fix
        assert fix.title
        assert fix.text
        assert fix.risk
        assert fix.takes_effect
        assert fix.who
        assert set(fix.causes) <= set(exercise.expects)
        if any(isinstance(edit, AddToStore) for edit in fix.edits):
            assert fix.commands
            assert fix.undo
