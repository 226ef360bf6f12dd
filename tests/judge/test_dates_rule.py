from datetime import timedelta, timezone

import pytest
from judge_making import AT, DAY, all_faults, authority, faults_of, leaf, root, verdict_of

SECOND = timedelta(seconds=1)
ROOT = root()


def test_between_its_dates_a_certificate_is_valid():
    assert all_faults(leaf(ROOT), roots=[ROOT]) == []


@pytest.mark.parametrize("where", ["leaf", "ca", "anchor"])
@pytest.mark.parametrize(
    ("cause", "dates"),
    [
        ("expired", {"not_after": AT - DAY}),
        ("not-yet-valid", {"not_before": AT + DAY, "not_after": AT + 9 * DAY}),
    ],
)
def test_a_date_that_is_past_or_to_come_is_told_wherever_it_is(cause: str, dates: dict, where: str):
    top = root(**(dates if where == "anchor" else {}))
    issuing = authority("Issuing", top, **(dates if where == "ca" else {}))
    server = leaf(issuing, **(dates if where == "leaf" else {}))
    (fault,) = faults_of(cause, server, issuing, roots=[top])
    assert fault.role == where
    assert "6 May 2031" in fault.found
    verdict = verdict_of("openssl", server, issuing, roots=[top])
    assert ([f.cause for f in verdict.faults], verdict.disagreement) == ([cause], None)


@pytest.mark.parametrize(
    ("at", "cause"),
    [(AT, None), (AT - SECOND, "not-yet-valid"), (AT + 90 * DAY, None), (AT + 90 * DAY + SECOND, "expired")],
)
def test_both_dates_belong_to_the_time_of_validity(at, cause: str | None):
    # RFC 5280 section 4.1.2.5
    top = root(not_after=AT + 100 * DAY)
    server = leaf(top, not_before=AT, not_after=AT + 90 * DAY)
    verdict = verdict_of("openssl", server, roots=[top], at=at)
    assert [f.cause for f in verdict.faults] == ([cause] if cause else [])
    assert verdict.disagreement is None


def test_the_zone_of_the_clock_makes_no_difference():
    server = leaf(ROOT, not_after=AT + DAY)
    for hours in (-11, 0, 13):
        moment = (AT + DAY).astimezone(timezone(timedelta(hours=hours)))
        for client in ("openssl", "dotnet"):
            verdict = verdict_of(client, server, roots=[ROOT], at=moment)
            assert (verdict.result, verdict.disagreement) == ("accept", None)
            assert verdict_of(client, server, roots=[ROOT], at=moment + SECOND).result == "refuse"


@pytest.mark.parametrize(
    ("left", "soon"), [(8 * DAY, True), (9 * DAY - SECOND, True), (9 * DAY, False), (80 * DAY, False)]
)
def test_the_last_tenth_of_its_life_is_soon(left: timedelta, soon: bool):
    server = leaf(ROOT, not_before=AT + left - 90 * DAY, not_after=AT + left)
    faults = faults_of("expires-soon", server, roots=[ROOT])
    assert bool(faults) == soon
    assert verdict_of("openssl", server, roots=[ROOT]).result == "accept"


def test_only_the_leaf_expires_soon():
    issuing = authority("Issuing", ROOT, not_before=AT - 900 * DAY, not_after=AT + DAY)
    assert faults_of("expires-soon", leaf(issuing), issuing, roots=[ROOT]) == ()
