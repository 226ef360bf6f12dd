"""When the certificate runs out, in words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from diagnosis_cases import CONTENT, observed

from tlswizard.core.certificate import Certificate, day
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.wizard.expiry import expiry


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=30, hours=5), "in 30 days"),
        (timedelta(days=1, hours=23), "in 1 day"),
        (timedelta(hours=5), "in less than a day"),
        (timedelta(0), "in less than a day"),
        (timedelta(hours=-5), "less than a day ago"),
        (timedelta(days=-1), "1 day ago"),
        (timedelta(days=-9, hours=-5), "9 days ago"),
    ],
)
def test_it_is_said_from_the_time_of_the_case(before: timedelta, words: str):
    case = observed("expired")
    leaf = case.chain[0]
    assert isinstance(leaf, Certificate)
    told = diagnose(replace(case, at=leaf.not_after - before), CONTENT)
    assert expiry(told) == f"{day(leaf.not_after)}, {words}"


def test_without_a_certificate_nothing_is_said():
    assert expiry(diagnose(replace(observed("expired"), handshakes=None), CONTENT)) == ""
