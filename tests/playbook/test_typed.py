import pytest

from tlswizard.playbook.format import Input
from tlswizard.playbook.typed import NotAccepted, accepted, answered, parts


@pytest.mark.parametrize(
    ("type_", "text", "kept"),
    [
        ("server", " https://a.example/x ", "https://a.example/x"),
        ("port", "443", "443"),
        ("days", "30", "30"),
        ("yes-no", "yes", "yes"),
        ("choice", "b", "b"),
        ("text", "any words", "any words"),
    ],
)
def test_a_value_is_kept_as_it_was_typed(type_, text, kept):
    assert accepted(text, type_, {"a": "A", "b": "B"}) == kept


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("server", "a b"), ("port", "0"), ("port", "65536"), ("port", "４４３"), ("seconds", "-1"),
        ("days", "1.5"), ("yes-no", "Yes"), ("choice", "c"), ("text", ""), ("text", "two\nlines"),
        ("path", "x" * 5000),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_sentence(type_, text):
    with pytest.raises(NotAccepted, match=r"\.$"):
        accepted(text, type_, {"a": "A"})


def test_the_parts_of_a_server():
    input_ = Input("server", "server", "Which?")
    assert parts(input_, "smtp://mail.example") == {
        "server": "smtp://mail.example",
        "server.host": "mail.example",
        "server.port": "25",
        "server.starttls": "smtp",
        "server.servername": "mail.example",
    }


def test_a_choice_shows_its_label_and_not_sure_is_said():
    input_ = Input("how", "choice", "How?", options={"fast": "Very fast"}, not_sure=True)
    assert parts(input_, "fast") == {"how": "Very fast"}
    assert parts(input_, answered(input_, " not-sure ")) == {"how": "not sure"}
