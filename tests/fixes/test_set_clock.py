"""The machine's clock is set to the time that another clock says."""

from diagnosis_cases import AT, CONTENT, clock, days, diagnosed, house, made, observed, store

from tlswizard.core.edit import SetClock
from tlswizard.diagnosis.diagnose import diagnose


def test_it_is_set_to_what_the_server_says():
    proven = diagnosed("clock-wrong").fix("set-clock")
    assert proven is not None
    (edit,) = proven.fix.edits
    assert isinstance(edit, SetClock)
    assert abs((edit.to - AT).total_seconds()) < 5
    assert observed("clock-wrong").at < AT - days(399)
    assert any("w32tm" in line for line in proven.fix.commands)


def test_without_a_right_time_at_hand_it_is_said_and_not_proven():
    root, intermediate, leaf = house()
    at = AT - days(3000)
    time = clock(None, machine=at, release=AT - days(10))
    case = made((leaf, intermediate), [store("linux-system", root)], at=at, time=time)
    proven = diagnose(case, CONTENT, ("openssl",)).fix("set-clock")
    assert proven is not None
    assert (proven.fix.edits, proven.proofs) == ((), ())
    assert "right time" in proven.why_none


def test_a_right_clock_is_left_alone():
    assert diagnosed("expired").fix("set-clock") is None
