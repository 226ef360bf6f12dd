"""Every step is reached, nothing goes round by itself, and some finish is reached from everywhere."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlswizard.content.reader import Place
from tlswizard.playbook.declared import Declared, PlaybookDeclared
from tlswizard.playbook.format import (
    Ask,
    Check,
    Choice,
    Explain,
    Finish,
    Fix,
    Playbook,
    Retest,
    Return,
    Step,
    Use,
)
from tlswizard.playbook.problems import Problems
from tlswizard.playbook.proof import longest_run, longest_way, prove
from tlswizard.playbook.scope import Places

INNER = PlaybookDeclared("inner", {}, ("solved", "unsolved"), frozenset({"unsolved"}), ())
DECLARED = Declared({}, {}, frozenset(), {"inner": INNER})


def step(name: str, kind: str, *to: str) -> Step:
    """A step of a kind that leads to these."""
    next_ = {str(at): target for at, target in enumerate(to)}
    match kind:
        case "ask":
            return Ask(name=name, question="?", choices={i: Choice(i, i, t) for i, t in next_.items()})
        case "check":
            return Check(name=name, check="c", next=next_)
        case "retest":
            return Retest(name=name, of="c", check="c", next=next_)
        case "fix":
            return Fix(name=name, fix="f", next=next_)
        case "use":
            return Use(name=name, playbook="inner", next=dict(zip(("solved", "unsolved"), to, strict=True)))
        case "into":
            return Use(name=name, playbook="inner", next={}, into=to[0])
        case "return":
            return Return(name=name, result="solved", next=to[0])
        case "finish":
            return Finish(name=name, result="solved")
    return Explain(name=name, text="", next=to[0])


def book(text: str) -> Playbook:
    """`a ask b c; b finish; …`"""
    steps = [step(*part.split()) for part in text.split(";")]
    return Playbook("p", "P", "1", "", (), {}, {}, None, {s.name: s for s in steps}, "", "")


def said(playbook: Playbook, ways_known: bool = True) -> list[str]:
    """`code step` for each problem, and the way round."""
    problems = Problems(b"\n" * len(playbook.steps))
    problems.ways_known = ways_known
    names = list(playbook.steps)
    places = Places(Place("p", 1, 1), {}, {name: Place("p", at, 1) for at, name in enumerate(names, 1)}, ())
    prove(playbook, DECLARED, places, problems)
    return [f"{p.code} {names[p.place.line - 1]}" for p in problems.all()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a finish", []),
        ("a ask b c;b check c a;c finish", []),
        ("a ask a b;b finish", []),
        ("a finish;b explain c;c explain d;d finish", ["unreachable b"]),
        ("a finish;b ask c;c ask b", ["unreachable b", "no-way-out b"]),
        ("a finish;c ask d;d ask c e;b ask c;e finish", ["unreachable b"]),
        ("a finish;b explain d;c explain d;d finish", ["unreachable b", "unreachable c"]),
        ("a check a b;b finish", ["endless-loop a"]),
        ("a ask b;b check c d;c retest b;d finish", ["endless-loop b"]),
        ("a ask b;b check c d;c explain b;d finish", []),
        ("a check b d;b retest a d;c finish;d explain c", ["endless-loop a"]),
        ("a check b d;b fix a d;d finish", []),
        ("a check b d;b ask a d;d finish", []),
        ("a check b d;b check a d;d check e f;e check d f;f finish", ["endless-loop a", "endless-loop d"]),
        ("a explain b;b explain a", ["no-way-out a"]),
        ("a ask b;b ask a", ["no-way-out a"]),
        ("a ask b c;b ask d;c finish;d ask b", ["no-way-out b"]),
        ("a ask b c;b check d d;c check e e;d ask b;e ask c", ["no-way-out b", "no-way-out c"]),
        ("a ask b e;b ask c;c check b c;e finish", ["no-way-out b", "endless-loop c"]),
        ("a use b a;b finish", ["endless-loop a"]),
        ("a use a b;b finish", []),
        ("a ask b c;b use c c;c use b d;d finish", []),
        ("a ask b c;b use c c;c use d b;d finish", ["endless-loop b"]),
    ],
)
def test_what_is_said_of_the_ways(text, expected):
    assert said(book(text)) == expected


def test_nothing_is_said_where_the_ways_are_not_known():
    assert said(book("a finish;b explain b"), ways_known=False) == []


def test_a_thousand_steps_in_a_row_and_back_are_no_matter():
    row = ";".join(f"s{n} check s{n + 1}" for n in range(5000))
    assert said(book(f"{row};s5000 ask s0 end;end finish")) == []
    assert longest_run(book(f"{row};s5000 finish")) == 5000
    assert said(book(f"{row};s5000 check s0")) == ["endless-loop s0"]


def test_the_longest_way_has_no_person_in_it():
    playbook = book("a check b c;b retest d;c ask d;d check e;e fix f g;f explain g;g finish")
    assert longest_way(playbook) == ("a", "b", "d")
    assert longest_run(playbook) == 3
    assert longest_way(book("a check b;b explain c;c check d;d finish")) == ("a",)
    assert longest_way(book("a ask b;b finish")) == ()


def test_the_longest_way_goes_into_what_is_used_and_out_again():
    playbook = book("a check b;b into b/x;b/x check b/y;b/y return c;c retest d;d finish")
    assert longest_way(playbook) == ("a", "b/x", "c")


# ── against a slow second opinion ──

KINDS = ("ask", "check", "explain", "fix", "finish")


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    names = "abcdef"[: draw(st.integers(1, 6))]
    parts = []
    for name in names:
        kind = draw(st.sampled_from(KINDS))
        count = {"finish": 0, "explain": 1}.get(kind, 2)
        parts.append(" ".join((name, kind, *(draw(st.sampled_from(names)) for _ in range(count)))))
    return book(";".join(parts))


def to(playbook: Playbook, name: str) -> set[str]:
    found = playbook.steps[name]
    if isinstance(found, Ask):
        return {choice.next for choice in found.choices.values()}
    return {found.next} if isinstance(found, Explain) else set(getattr(found, "next", {}).values())


def rows(playbook: Playbook) -> list[tuple[str, ...]]:
    """All rows of different steps of which each leads to the next."""
    names = list(playbook.steps)
    return [
        row
        for length in range(1, len(names) + 1)
        for row in permutations(names, length)
        if all(after in to(playbook, name) for name, after in pairwise(row))
    ]


@settings(max_examples=150, deadline=None)
@given(playbooks())
def test_a_playbook_passes_if_and_only_if_it_is_so(playbook):
    codes = {line.split()[0] for line in said(playbook)}
    all_rows = rows(playbook)
    first = next(iter(playbook.steps))
    ends = {row[0] for row in all_rows if isinstance(playbook.steps[row[-1]], Finish)}
    human = (Ask, Fix, Explain)
    alone = [row for row in all_rows if not any(isinstance(playbook.steps[n], human) for n in row)]
    loops = [row for row in alone if row[0] in to(playbook, row[-1])]
    assert ("unreachable" in codes) == (
        {row[-1] for row in all_rows if row[0] == first} != set(playbook.steps)
    )
    assert ("endless-loop" in codes) == bool(loops)
    assert bool(codes & {"no-way-out", "endless-loop"}) == (bool(loops) or ends != set(playbook.steps))
    if not loops:
        longest = max((sum(isinstance(playbook.steps[n], Check) for n in row) for row in alone), default=0)
        assert longest_run(playbook) == longest
