"""What `{step.field}` shows comes from the certificate that is looked at."""

import re

import pytest
from diagnosis_cases import CONTENT, diagnosed

from tlswizard.checks.chain_view import _octets
from tlswizard.checks.check import Check, shown
from tlswizard.checks.siblings import all_checks
from tlswizard.core.certificate import Certificate

STORY = "two-stores"


def fields(check: str, exercise: str = STORY) -> dict[str, str]:
    return dict(shown(all_checks()[check], diagnosed(exercise)).fields)


def leaf(exercise: str = STORY) -> Certificate:
    found = diagnosed(exercise).case.chain[0]
    assert isinstance(found, Certificate)
    return found


@pytest.mark.parametrize("check", list(all_checks().values()), ids=lambda check: check.id)
def test_a_check_gives_the_fields_that_it_declares(check: Check):
    given = shown(check, diagnosed(STORY)).fields
    assert set(given) <= set(check.fields)
    if (
        check.fields and check.id != "stores.freshness"
    ):  # the pretend machine has no list of today's to compare
        assert set(given) == set(check.fields)


def test_the_thumbprint_is_spelt_as_windows_and_exchange_show_it():
    given = fields("chain.view")
    assert given["thumbprint"] == leaf().sha1.upper()
    assert re.fullmatch(r"[0-9A-F]{40}", given["thumbprint"])
    assert given["sha256"] == leaf().sha256.upper()
    assert int(given["serial"], 16) == leaf().serial


def test_the_fingerprint_is_the_missing_roots_and_not_the_servers():
    given = fields("trust.compare")
    assert given["issuer"] == "Contoso Root CA"
    assert given["fingerprint"].replace(" ", "").lower() != leaf().sha256
    roots = [
        c for store in diagnosed(STORY).case.all_stores for c in store.anchors if c.title == given["issuer"]
    ]
    assert given["fingerprint"].replace(" ", "").lower() in {root.sha256 for root in roots}


def test_days_count_down_and_go_below_nothing():
    assert int(fields("cert.dates", "expired")["days"]) < 0
    assert int(fields("cert.dates")["days"]) > 0


def test_who_accepts_and_who_refuses_is_named():
    given = fields("everything")
    assert ".NET" in given["refusing"]
    assert given == fields("trust.programs")
    assert CONTENT.clients  # the names above are theirs


def test_strength_names_key_and_signature():
    given = fields("cert.strength")
    assert given["key"].startswith(("RSA", "EC"))
    assert given["signature"].startswith("SHA")


@pytest.mark.parametrize(
    ("number", "shown_as"), [(0x056611AB, "056611AB"), (0xAB, "AB"), (-1, "-01"), (0, "00")]
)
def test_a_serial_number_is_shown_in_whole_octets_as_openssl_does(number: int, shown_as: str):
    assert _octets(number) == shown_as
