"""What happens to a text on its way does not change what it says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.content.library import Content
from tlswizard.explain.match import explain, reading

CONTENT = Content.shipped()

MESSAGES = (
    "The remote certificate is invalid according to the validation procedure.",
    "curl: (60) SSL certificate problem: certificate has expired",
    "x509: certificate signed by unknown authority",
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
    "PKIX path building failed: unable to find valid certification path to requested target",
    "NET::ERR_CERT_DATE_INVALID",
    "The certificate chain was issued by an authority that is not trusted. (0x80090325)",
    "Host name 'a.example' does not match the certificate subject provided by the peer",
)


def first(text: str) -> tuple[str, str]:
    best = explain(text, CONTENT)[0]
    return best.row, best.message


KNOWN = {message: first(message) for message in MESSAGES if explain(message, CONTENT)}

messages = st.sampled_from(sorted(KNOWN))


def test_most_of_these_are_known():
    assert len(KNOWN) >= len(MESSAGES) - 1


@given(messages, st.integers(1, 120), st.sampled_from(["\n", "\r\n", "\n   ", "\n> ", "\n| ", "\n\t", " "]))
@settings(deadline=None)
def test_wrapping_at_any_width(message, width, end):
    parts = [message[i : i + width] for i in range(0, len(message), width)]
    assert first(end.join(parts)) == KNOWN[message]


@given(messages, st.data())
@settings(deadline=None)
def test_a_line_end_at_any_one_place_with_the_line_s_own_beginning(message, data):
    place = data.draw(st.integers(1, len(message) - 1))
    prefix = data.draw(
        st.sampled_from(
            ["2026-11-21T10:00:01Z app[17]: ", "Nov 21 10:00:01 host app[17]: ", "E 10:01 | ", "# "]
        )
    )
    other = prefix.replace("10:01", "10:02").replace(":01Z", ":02Z")
    assert first(f"{prefix}{message[:place]}\n{other}{message[place:]}") == KNOWN[message]


@given(messages, st.data())
@settings(deadline=None)
def test_any_case(message, data):
    swapped = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in message)
    assert first(swapped)[1].casefold() == KNOWN[message][1].casefold()


@given(
    messages,
    st.lists(
        st.tuples(
            st.integers(0, 200), st.sampled_from(["\x1b[0m", "\x1b[1;31m", "\x1b[K", "\x1b]0;title\x07"])
        )
    ),
)
@settings(deadline=None)
def test_colours_anywhere(message, colours):
    text = message
    for place, colour in sorted(colours, reverse=True):
        text = text[:place] + colour + text[place:]
    assert first(text) == KNOWN[message]


@given(messages, st.integers(1, 3))
@settings(deadline=None)
def test_json_within_json(message, times):
    text = message
    for _ in range(times):
        text = json.dumps({"log": text})
    assert first(text) == KNOWN[message]


@given(messages, st.text(max_size=200), st.text(max_size=200))
@settings(deadline=None)
def test_text_before_and_after_takes_nothing_away(message, before, after):
    found = explain(f"{before}\n{message}\n{after}", CONTENT)
    assert KNOWN[message] in [(m.row, m.message) for m in found]


@given(st.one_of(st.text(max_size=2000), st.binary(max_size=2000).map(lambda b: b.decode("latin-1"))))
@settings(deadline=None)
def test_any_text_gives_a_reading_whose_parts_are_visible(text):
    for match in reading(text, CONTENT).matches:
        assert match.shown.isprintable()
        assert match.line >= 1
        assert match.count >= 1


@pytest.mark.parametrize("message", sorted(KNOWN))
def test_a_message_that_loses_its_end_stays_or_goes_but_is_not_mistaken(message):
    """A shorter beginning may say less. It may not name a cause that the whole does not name."""
    whole = {cause for m in explain(message, CONTENT) for cause in m.causes}
    for end in range(8, len(message)):
        for match in explain(message[:end], CONTENT):
            assert not whole or set(match.causes) <= whole or not match.cut, (message[:end], match)
