"""Is now between the dates of every certificate?"""

import pytest
from diagnosis_cases import AT, CONTENT, days, diagnosed, house, made, store

from tlswizard.checks.cert_dates import CHECK
from tlswizard.checks.check import OK, run
from tlswizard.core.blocks import Mark, Rows
from tlswizard.diagnosis.diagnose import diagnose

ROOT, INTERMEDIATE, _ = house()


def outcome(start: float, end: float) -> str:
    leaf = INTERMEDIATE.leaf(["server.example"], not_before=AT + days(start), not_after=AT + days(end))
    case = made((leaf, INTERMEDIATE), [store("linux-system", ROOT)])
    return run(CHECK, diagnose(case, CONTENT, ("openssl",)), CONTENT, {}).outcome


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (-30, 335, OK),
        (-400, -1, "expired"),
        (1, 300, "not-yet-valid"),
        (-360, 5, "expires-soon"),
        # a short-lived certificate is renewed at two thirds of its life: five days are plenty
        (-2, 5, OK),
    ],
)
def test_the_dates_decide(start: float, end: float, expected: str):
    assert outcome(start, end) == expected


def test_the_expired_one_is_marked_and_the_others_are_fine():
    (rows,) = run(CHECK, diagnosed("expired"), CONTENT, {}).evidence.blocks
    assert isinstance(rows, Rows)
    marks = {label: cell.mark for label, cell in rows.rows}
    assert marks["shop.northwind.example"] is Mark.REFUSED
    assert marks["Northwind Issuing CA"] is Mark.FINE
