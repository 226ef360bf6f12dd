"""What comparing shows, by cases made by hand: the same root here and not there, one clock and another."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from diagnosis_cases import AT, CONTENT, clock, days, house, made, store, stranger

from tlswizard.checks.check import NOT_CHECKED, OK, run
from tlswizard.checks.siblings import all_checks
from tlswizard.content.library import Content
from tlswizard.core.blocks import Mark
from tlswizard.core.case import Case, Platform
from tlswizard.core.finding import Diagnosis, Found
from tlswizard.core.store import Store
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab import authority
from tlswizard.report.sections import whole

ROOT, INTERMEDIATE, LEAF = house()
SENT = (LEAF, INTERMEDIATE)


def told(case: Case, *named: str) -> Diagnosis:
    return diagnose(case, CONTENT, named)


def urgent(case: Case, *named: str) -> list[str]:
    return [f.id for f in told(case, *named).urgent]


def windows(**held: tuple) -> list[Store]:
    """All four stores: `user_root=(ROOT,)` fills one."""
    return [
        store(f"windows-{name}", *held.get(name.replace("-", "_"), ()))
        for name in ("user-root", "machine-root", "user-ca", "machine-ca")
    ]


# ── whose list holds the root ──


def test_a_root_of_the_user_alone_fails_for_services_only():
    case = made(SENT, windows(user_root=(ROOT,)), platform="windows")
    service = told(case, "dotnet-framework-service")
    (found,) = service.urgent
    assert found.id == "root-user-only"
    assert found.holders == ("windows-user-root",)
    assert found.other == ROOT.certificate
    assert urgent(case, "dotnet-framework") == []


def test_what_explains_replaces_the_plain_cause_and_the_programs_fault_stays():
    case = made(SENT, windows(user_root=(ROOT,)), platform="windows")
    found = told(case, "dotnet-framework-service")
    assert not found.found("untrusted-root")
    assert [f.cause for f in found.clients[0].verdict.faults] == ["untrusted-root"]


def test_a_root_in_no_list_stays_untrusted():
    assert urgent(made(SENT, windows(), platform="windows"), "dotnet-framework-service") == ["untrusted-root"]


def test_a_namesake_of_the_root_with_another_key_does_not_explain():
    namesake = authority.root("Test Root CA", org="Test", at=AT)
    case = made(SENT, windows(user_root=(namesake,)), platform="windows")
    assert "root-user-only" not in urgent(case, "dotnet-framework-service")


def test_a_root_of_the_machine_alone_fails_for_a_program_that_reads_its_own_list(tmp_path: Path):
    """No program of today's table does: so the table is another one here."""
    folder = tmp_path / "playbooks"
    shutil.copytree(str(CONTENT.root), folder)
    rows = folder / "clients" / "dotnet.yaml"
    text = rows.read_text()
    both = "      - windows-user-root\n      - windows-machine-root\n"
    assert text.count(both) == 1
    rows.write_text(text.replace(both, "      - windows-user-root\n"))
    case = made(SENT, windows(machine_root=(ROOT,)), platform="windows")
    (found,) = diagnose(case, Content(folder), ("dotnet-framework",)).urgent
    assert found.id == "root-machine-only"
    assert found.holders == ("windows-machine-root",)


def test_another_programs_list_that_holds_the_root_is_a_disagreement():
    case = made(SENT, [store("linux-system", stranger()), store("certifi:/venv", ROOT)])
    (found,) = told(case, "openssl").urgent
    assert (found.id, found.holders) == ("store-disagrees", ("certifi:/venv",))
    assert urgent(case, "requests") == []
    reverse = made(SENT, [store("linux-system", ROOT), store("certifi:/venv", stranger())])
    assert urgent(reverse, "requests") == ["store-disagrees"]


def test_a_variable_that_names_another_list_is_an_override():
    case = made(SENT, [store("env:SSL_CERT_FILE", stranger()), store("linux-system", ROOT)])
    (found,) = told(case, "openssl").urgent
    assert (found.id, found.holders) == ("environment-override", ("linux-system",))
    assert urgent(made(SENT, [store("linux-system", ROOT)]), "openssl") == []


def test_a_variable_does_not_reach_a_service():
    case = made(SENT, [store("env:SSL_CERT_FILE", stranger()), store("linux-system", ROOT)])
    assert urgent(case, "dotnet") == ["environment-override"]
    assert urgent(case, "dotnet-service") == []


def test_a_variable_that_names_a_list_without_the_root_is_no_override_if_the_usual_one_lacks_it_too():
    case = made(SENT, [store("env:SSL_CERT_FILE", stranger()), store("linux-system", stranger())])
    assert urgent(case, "openssl") == ["untrusted-root"]


def test_a_root_of_the_dotnet_user_is_root_user_only_for_the_service():
    case = made(SENT, [store("dotnet-user-root", ROOT), store("linux-system", stranger())])
    assert urgent(case, "dotnet-service") == ["root-user-only"]
    assert urgent(case, "dotnet") == []
    assert urgent(case, "openssl") == ["store-disagrees"]


def test_a_program_that_does_not_count_raises_no_problem():
    case = made(SENT, windows(user_root=(ROOT,)), platform="windows")
    found = told(case, "dotnet-framework")
    (aside,) = found.found("root-user-only")
    assert aside.severity == "info"
    assert found.exit == 0


def test_an_intermediate_among_the_users_roots_is_no_root_that_the_user_trusts():
    """It ends the chain for nobody: copied to the machine's roots it would help nobody either."""
    top = ROOT
    policy = top.intermediate("Test Policy CA")
    issuing = policy.intermediate("Test Third CA")
    leaf = issuing.leaf(["server.example"])
    case = made((leaf, issuing), windows(user_root=(policy,)), platform="windows")
    found = told(case, "dotnet-framework-service")
    assert [f.id for f in found.urgent] == ["untrusted-root"]
    assert [p.fix.id for p in found.fixes if p.proofs] == []


# ── intermediates ──


def test_an_intermediate_of_the_user_alone_stands_beside_the_servers_mistake():
    case = made((LEAF,), windows(machine_root=(ROOT,), user_ca=(INTERMEDIATE,)), platform="windows")
    assert urgent(case, "dotnet-framework-service") == ["missing-intermediate", "intermediate-user-only"]
    assert urgent(case, "dotnet-framework") == []


def test_an_intermediate_that_nobody_holds_is_only_likely():
    (found,) = told(made((LEAF,), [store("linux-system", ROOT)]), "openssl").urgent
    assert (found.id, found.certainty, found.other) == ("missing-intermediate", "likely", None)


def test_an_intermediate_that_another_store_holds_is_certain():
    case = made((LEAF,), [store("linux-system", ROOT), store("dotnet-user-ca", INTERMEDIATE)])
    (found,) = told(case, "openssl").urgent
    assert (found.id, found.certainty) == ("missing-intermediate", "certain")
    assert found.other == INTERMEDIATE.certificate


def test_an_intermediate_in_the_machines_own_list_is_missed_by_nobody():
    case = made((LEAF,), windows(machine_root=(ROOT,), machine_ca=(INTERMEDIATE,)), platform="windows")
    assert urgent(case, "dotnet-framework-service") == []


# ── clocks ──


def by_clock(machine: timedelta, server: timedelta | None, **bounds) -> Diagnosis:
    """A sound chain, seen by a machine and a server whose clocks are off by so much."""
    time = clock(None if server is None else AT + server, machine=AT + machine, **bounds)
    return told(made(SENT, [store("linux-system", ROOT)], at=AT + machine, time=time), "openssl")


def outcome(found: Diagnosis) -> str:
    return run(all_checks()["time.clock"], found, CONTENT, {}).outcome


def only(found: Diagnosis, id_: str) -> Found:
    (one,) = found.found(id_)
    return one


def test_clocks_that_agree_are_fine():
    found = by_clock(days(0), timedelta(minutes=4))
    assert found.urgent == ()
    assert outcome(found) == OK


@pytest.mark.parametrize("machine", [days(-400), days(4000)])
def test_a_clock_by_which_the_dates_fail_is_the_cause_and_not_the_certificate(machine: timedelta):
    found = by_clock(machine, days(0))
    assert [f.id for f in found.urgent] == ["clock-wrong"]
    assert only(found, "clock-wrong").severity == "problem"
    assert outcome(found) == "clock-wrong"


def test_a_clock_that_is_off_while_the_dates_hold_is_a_warning():
    found = by_clock(days(0), timedelta(minutes=6))
    assert [(f.id, f.severity) for f in found.urgent] == [("clock-wrong", "warning")]
    assert found.exit == 1


def test_a_certificate_that_has_expired_by_both_clocks_has_expired():
    found = by_clock(days(4000), days(4000))
    assert "expired" in [f.id for f in found.urgent]
    assert not found.found("clock-wrong")


@pytest.mark.parametrize("released", [AT - days(100)])
def test_a_server_that_says_a_time_before_this_release_does_not_blame_this_machine(released):
    found = by_clock(days(0), days(-3000), release=released)
    assert found.urgent == ()
    assert found.exit == 0
    assert not found.found("clock-wrong")


def test_a_server_that_says_a_time_before_its_own_certificate_does_not_blame_this_machine():
    found = by_clock(days(0), days(-200), newest_not_before=AT - days(30))
    assert not found.found("clock-wrong")


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda: by_clock(days(0), days(-3000), release=AT - days(100)), id="an impossible one"),
        pytest.param(lambda: by_clock(days(0), None), id="none"),
        pytest.param(lambda: by_clock(days(0), None, release=AT - days(100)), id="a lower bound alone"),
    ],
)
def test_without_another_clock_to_believe_the_clock_is_not_checked(found):
    diagnosis = found()
    assert outcome(diagnosis) == NOT_CHECKED
    assert "clock" in {n.part for n in diagnosis.not_checked}
    shown = run(all_checks()["time.clock"], diagnosis, CONTENT, {}).evidence.blocks
    assert not [row for block in shown for row in block.rows if row[1].mark is Mark.FINE]
    assert "clock" in str([b for b in whole(diagnosis) if "Not checked" in str(b) or "?" in str(b)])


def test_a_clock_before_this_release_is_wrong_without_any_network():
    found = by_clock(days(-3000), None, release=AT - days(100))
    assert [f.id for f in found.urgent] == ["clock-wrong"]


def test_a_certificate_from_the_future_without_another_clock_leaves_both_open():
    root, intermediate, _ = house()
    leaf = intermediate.leaf(["server.example"], not_before=AT + days(3), not_after=AT + days(300))
    case = made((leaf, intermediate), [store("linux-system", root)], time=clock(None))
    found = told(case, "openssl")
    assert [f.id for f in found.urgent] == ["not-yet-valid"]
    assert only(found, "clock-wrong").certainty == "hint"
    assert only(found, "clock-wrong").severity == "info"


@pytest.mark.parametrize(
    ("platform", "command"), [("linux", "timedatectl"), ("windows", "w32tm"), ("macos", "sntp")]
)
def test_a_clock_is_set_with_the_platforms_own_command(platform: Platform, command: str):
    stores = windows(machine_root=(ROOT,)) if platform == "windows" else [store("linux-system", ROOT)]
    program = "dotnet-framework" if platform == "windows" else "openssl"
    at = AT - days(400)
    case = made(SENT, stores, platform=platform, at=at, time=clock(AT, machine=at))
    fixes = [p.fix for p in told(case, program).fixes if p.fix.id == "set-clock"]
    assert any(command in line for line in fixes[0].commands)
