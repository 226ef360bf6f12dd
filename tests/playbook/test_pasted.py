import pytest

from tlswizard.playbook.format import Ask, Choice
from tlswizard.playbook.pasted import suggested

ASK = Ask(
    name="seen",
    question="Which?",
    choices={
        "dates": Choice("dates", "Dates", "x", causes=("expired",)),
        "any": Choice("any", "Anything", "x", causes=("any",)),
        "own": Choice("own", "Our own", "x", looks_like=("call the Hotline",)),
    },
    paste=True,
)


@pytest.mark.parametrize(
    ("text", "causes", "any_fault", "expected"),
    [
        ("it has expired", ["expired"], False, "dates"),
        ("it is invalid", [], True, "any"),
        ("please CALL THE HOTLINE", ["expired"], False, "own"),
        ("something else", ["name-mismatch"], False, None),
        ("no message at all", [], False, None),
    ],
)
def test_a_message_suggests_an_answer(text, causes, any_fault, expected):
    assert suggested(ASK, text, causes, any_fault) == expected
