"""Is this machine's clock right?"""

from diagnosis_cases import AT, CONTENT, clock, days, diagnosed, house, made, store

from tlswizard.checks.check import NOT_CHECKED, OK, run
from tlswizard.checks.time_clock import CHECK
from tlswizard.diagnosis.diagnose import diagnose


def test_the_difference_is_said_in_days():
    found = run(CHECK, diagnosed("clock-wrong"), CONTENT, {})
    assert (found.outcome, found.evidence.fields["difference"]) == ("clock-wrong", "400 days")


def test_clocks_that_agree_are_ok():
    assert run(CHECK, diagnosed("expired"), CONTENT, {}).outcome == OK


def test_a_server_without_http_leaves_it_open():
    found = run(CHECK, diagnosed("smtp-starttls"), CONTENT, {})
    assert found.outcome == NOT_CHECKED
    assert "your own watch" in found.why


def test_a_servers_clock_that_cannot_be_right_is_said_to_be_so():
    root, intermediate, leaf = house()
    time = clock(AT - days(3000), release=AT - days(10))
    case = made((leaf, intermediate), [store("linux-system", root)], time=time)
    found = run(CHECK, diagnose(case, CONTENT), CONTENT, {})
    assert found.outcome == NOT_CHECKED
    assert "the server's clock cannot be right" in found.why
