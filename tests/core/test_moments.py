"""Dates in every form (RFC 5280 section 4.1.2.5), good and broken, and how moments are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from der_making import GENERALIZED_TIME, UTC_TIME, assembled, der, extension, moment, named, sequence
from hypothesis import given
from hypothesis import strategies as st
from judge_making import AT

from tlswizard.core.certificate import Certificate, Malformed, day, parse_certificate, utc
from tlswizard.core.text import visible

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
SAN = extension("2.5.29.17", sequence(der.value(0x82, b"a.example")))


def valid(before: bytes, after: bytes = moment(AT)) -> Certificate:
    return assembled(validity=sequence(before, after), extensions=[SAN], subject=named("a.example"))


def time(text: str, tag: int = GENERALIZED_TIME) -> bytes:
    return der.value(tag, text.encode())


@pytest.mark.parametrize(
    ("text", "tag", "when", "odd"),
    [
        ("310506070809Z", UTC_TIME, datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), False),
        ("490101000000Z", UTC_TIME, datetime(2049, 1, 1, tzinfo=UTC), False),
        ("500101000000Z", UTC_TIME, datetime(1950, 1, 1, tzinfo=UTC), False),
        ("991231235959Z", UTC_TIME, datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        ("20500101000000Z", GENERALIZED_TIME, datetime(2050, 1, 1, tzinfo=UTC), False),
        ("20491231235959Z", GENERALIZED_TIME, datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        ("19491231235959Z", GENERALIZED_TIME, datetime(1949, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        ("19500101000000Z", GENERALIZED_TIME, datetime(1950, 1, 1, tzinfo=UTC), True),
        ("99991231235959Z", GENERALIZED_TIME, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        ("00010101000000Z", GENERALIZED_TIME, EARLIEST, False),
        ("00000101000000Z", GENERALIZED_TIME, EARLIEST, False),
        ("20240229000000Z", GENERALIZED_TIME, datetime(2024, 2, 29, tzinfo=UTC), True),
    ],
)
def test_both_forms_are_read(text: str, tag: int, when: datetime, odd: bool):
    for certificate in (valid(time(text, tag)), valid(moment(AT), time(text, tag))):
        assert when in (certificate.not_before, certificate.not_after)
        assert (certificate.dates_in_odd_form, certificate.flaws) == (odd, ())


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("3105060708Z", UTC_TIME),
        ("310506070809", UTC_TIME),
        ("310506070809+0000", UTC_TIME),
        ("310506070809-0800", UTC_TIME),
        ("20310506070809Z", UTC_TIME),
        ("310506070809Z", GENERALIZED_TIME),
        ("203105060708Z", GENERALIZED_TIME),
        ("20310506070809.5Z", GENERALIZED_TIME),
        ("20310506070809,5Z", GENERALIZED_TIME),
        ("20310506070809+0100", GENERALIZED_TIME),
        ("20310506070809z", GENERALIZED_TIME),
        ("20311306070809Z", GENERALIZED_TIME),
        ("20310006070809Z", GENERALIZED_TIME),
        ("20310230000000Z", GENERALIZED_TIME),
        ("20230229000000Z", GENERALIZED_TIME),
        ("20310506240000Z", GENERALIZED_TIME),
        ("20310506076000Z", GENERALIZED_TIME),
        ("20310506070860Z", GENERALIZED_TIME),
        ("2031 506070809Z", GENERALIZED_TIME),
        ("-0310506070809Z", GENERALIZED_TIME),
        ("20310506070809Z\n", GENERALIZED_TIME),
        ("٢٠310506070809Z", GENERALIZED_TIME),
        ("", GENERALIZED_TIME),
        ("20310506070809Z", 0x0C),
        ("20310506070809Z", 0x02),
    ],
)
def test_what_is_no_time_is_a_flaw_and_hides_nothing(text: str, tag: int):
    for which, certificate in (
        ("notBefore", valid(time(text, tag))),
        ("notAfter", valid(moment(AT), time(text, tag))),
    ):
        (flaw,) = certificate.flaws
        assert (flaw.field, flaw.value) == (which, False)
        assert visible(flaw.why) == flaw.why
        first = which == "notBefore"
        assert certificate.not_before == (EARLIEST if first else AT)
        assert certificate.not_after == (AT if first else LATEST)
        assert not certificate.dates_in_odd_form
        assert (certificate.title, certificate.listed_names) == ("a.example", ("a.example",))
        assert certificate.is_self_signed


def test_two_broken_dates_are_two_flaws():
    certificate = valid(time("x"), time("y"))
    assert [flaw.why for flaw in certificate.flaws] == ["“x” is no time", "“y” is no time"]


@pytest.mark.parametrize("dates", [b"", moment(AT), moment(AT) * 3])
def test_one_date_or_three_are_no_certificate(dates: bytes):
    whole = valid(moment(AT))
    two = der.raw(whole.parts.validity)
    tbs = der.raw(whole.signed.tbs)
    cut = der.value(der.SEQUENCE, bytes(whole.signed.tbs.data).replace(two, sequence(dates)))
    content = bytes(der.one(whole.der).data).replace(tbs, cut)
    assert isinstance(parse_certificate(der.value(der.SEQUENCE, content)), Malformed)


# --- written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "as_json", "as_day"),
    [
        (datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "2031-01-02T03:04:05Z", "2 January 2031"),
        (datetime(999, 12, 31, tzinfo=UTC), "0999-12-31T00:00:00Z", "31 December 0999"),
        (EARLIEST, "0001-01-01T00:00:00Z", "1 January 0001"),
        (LATEST, "9999-12-31T23:59:59Z", "31 December 9999"),
        (
            datetime(2031, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            "2030-12-31T23:00:00Z", "31 December 2030",
        ),
    ],
)  # fmt: skip
def test_a_year_has_four_digits(when: datetime, as_json: str, as_day: str):
    assert (utc(when), day(when)) == (as_json, as_day)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_again(when: datetime):
    assert datetime.fromisoformat(utc(when)) == when.replace(microsecond=0)
    assert day(when).endswith(f"{when.year:04}")


@given(st.datetimes(timezones=st.just(UTC)).map(lambda when: when.replace(microsecond=0)))
def test_every_moment_in_a_certificate_is_read(when: datetime):
    certificate = valid(moment(when))
    assert (certificate.not_before, certificate.flaws) == (when, ())
    assert not certificate.dates_in_odd_form
