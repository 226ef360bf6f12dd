"""Does the certificate carry the name that was asked for?"""

from dataclasses import replace

import pytest
from diagnosis_cases import CONTENT, diagnosed, observed

from tlswizard.checks.cert_names import CHECK
from tlswizard.checks.check import NOT_CHECKED, OK, run
from tlswizard.diagnosis.diagnose import diagnose


@pytest.mark.parametrize(
    ("id_", "asked", "nearest"),
    [
        ("short-name", "wiki", "wiki.northwind.example"),
        ("two-stores", "jsanders4", "jsanders4.northamerica.corp.example"),
        ("two-faults-at-once", "reports.fabrikam.example", "insights.fabrikam.example"),
    ],
)
def test_another_name_is_the_outcome_and_the_nearest_is_told(id_: str, asked: str, nearest: str):
    found = run(CHECK, diagnosed(id_), CONTENT, {})
    assert found.outcome == "name-mismatch"
    assert (found.evidence.fields["asked"], found.evidence.fields["nearest"]) == (asked, nearest)


def test_the_right_name_is_ok():
    found = run(CHECK, diagnosed("expired"), CONTENT, {})
    assert (found.outcome, found.evidence.word) == (OK, "shop.northwind.example")


def test_without_a_name_nothing_is_said():
    told = diagnose(replace(observed("short-name"), name=None), CONTENT, ("dotnet-framework",))
    found = run(CHECK, told, CONTENT, {})
    assert (found.outcome, found.why) == (NOT_CHECKED, "no name was asked for")
