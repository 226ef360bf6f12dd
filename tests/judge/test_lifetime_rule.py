from datetime import UTC, datetime, timedelta

import pytest
from judge_making import AT, faults_of, leaf, root, verdict_of

ROOT = root(not_before=datetime(2015, 1, 1, tzinfo=UTC))


def _kinds(since: datetime, days: float) -> list[str | None]:
    server = leaf(ROOT, not_before=since, not_after=since + timedelta(days=days))
    return [f.kind for f in faults_of("validity-too-long", server, roots=[ROOT])]


@pytest.mark.parametrize(
    ("days", "kinds"), [(90, []), (398, []), (399, ["above-398"]), (825, ["above-398"]), (826, ["above-825"])]
)
def test_the_highest_limit_that_is_exceeded_is_named(days: int, kinds: list[str]):
    assert _kinds(AT - timedelta(days=30), days) == kinds


def test_what_was_issued_before_a_limit_is_free_of_it():
    assert _kinds(datetime(2019, 6, 1, tzinfo=UTC), 900) == []
    assert _kinds(datetime(2020, 8, 1, tzinfo=UTC), 800) == []
    assert _kinds(datetime(2020, 8, 1, tzinfo=UTC), 900) == ["above-825"]


def test_who_sets_no_limit_accepts_and_notes_it():
    server = leaf(ROOT, not_before=AT - timedelta(days=30), not_after=AT + timedelta(days=900))
    verdict = verdict_of("openssl", server, roots=[ROOT])
    assert verdict.result == "accept"
    assert "validity-too-long" in {f.cause for f in verdict.notes}
