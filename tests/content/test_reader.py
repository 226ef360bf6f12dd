import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tlswizard.content.reader import (
    MAX_BYTES,
    MAX_DEPTH,
    BadFile,
    List,
    Node,
    Place,
    Problem,
    Scalar,
    Table,
    read,
)

LOADERS = ["the C parser", "the parser in Python"]


@pytest.fixture(params=LOADERS, autouse=True)
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this holds with and without the C library."""
    if request.param == LOADERS[1]:
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without the C library here")


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(BadFile) as caught:
        read(text.encode() if isinstance(text, str) else text, "a.yaml")
    return caught.value.problems


def only(text: str | bytes) -> Problem:
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def text_of(node: Node | None) -> str:
    assert isinstance(node, Scalar)
    return node.text


@pytest.mark.parametrize("spelling", ["yes", "on", "12:30", "0443", "0x10", "~", "null", "1e3", "2026-01-01"])
def test_every_scalar_keeps_its_spelling(spelling: str) -> None:
    top = read(f"key: {spelling}\n".encode(), "a.yaml")
    assert isinstance(top, Table)
    assert text_of(top.get("key")) == spelling


def test_tables_and_lists_keep_their_order_and_know_their_places() -> None:
    top = read(b"b: 1\na:\n  - x\n  - y\n", "a.yaml")
    assert isinstance(top, Table)
    assert top.keys == ("b", "a")
    assert top.get("nothing") is None
    items = top.get("a")
    assert isinstance(items, List)
    assert [(text_of(i), i.place.line, i.place.column) for i in items.items] == [("x", 3, 5), ("y", 4, 5)]


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    top = read(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n", "a.yaml")
    assert isinstance(top, Table)
    assert text_of(top.get("b")) == "x\ny\n"
    assert top.entries[0][0].place.column == 1


def test_a_problem_points_with_the_line_and_a_marker() -> None:
    assert str(only("a: 1\nb: 2\na: 3\n")) == (
        "a.yaml:3:1: “a” stands here a second time; the first is in line 1.\n"
        "  -> keep one of them\n"
        "  a: 3\n"
        "  ^  [duplicate]"
    )


def test_a_long_list_of_keys_is_cut_into_lines_that_can_be_copied() -> None:
    names = [f"some-outcome-{n}" for n in range(20)]
    problem = Problem(Place("a.yaml", 1, 1), "What.", f"{', '.join(names)}: a-step", "outcome-not-handled")
    lines = str(problem).splitlines()[1:-1]
    assert len(lines) > 2
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("  -> some-outcome-0, ")
    assert all(line.startswith("     ") for line in lines[1:])
    copied = read("".join(f"{line[5:]}\n" for line in lines).encode(), "a.yaml")
    assert isinstance(copied, Table)
    assert ", ".join(copied.keys) == ", ".join(names)
    assert {node.text for _, node in copied.entries if isinstance(node, Scalar)} == {"a-step"}


def test_a_long_sentence_goes_on_below_itself() -> None:
    problem = Problem(Place("a.yaml", 1, 1), "What.", " ".join(["word"] * 40), "colon")
    first, second, third = str(problem).splitlines()[1:-1]
    assert first.startswith("  -> word ")
    assert second.startswith("     word ")
    assert third.startswith("     word")
    assert max(map(len, (first, second, third))) <= 100


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a:\n\tb: 1\n", "tab", 2, 1),
        ("a: b\tc\n", "tab", 1, 5),
        ('a: "\\u202e"\n', "direction-character", 1, 4),
        ("a: x\u202ey\n", "direction-character", 1, 5),
        ("a: x\u200by\n", "hidden-character", 1, 5),
        ("a: x\u3164y\n", "hidden-character", 1, 5),
        ("a:\u00a0b\n", "hidden-character", 1, 3),
        ("a: x\x00y\n", "hidden-character", 1, 5),
        ("a: &x y\n", "anchor", 1, 4),
        ("a: !!python/object/apply:os.system [ls]\n", "tag", 1, 4),
        ("%YAML 1.1\n---\na: b\n", "directive", 1, 1),
        ("a: b\n---\nc: d\n", "second-document", 2, 1),
        ("", "empty", 1, 1),
        ("? [a]\n: b\n", "key-not-text", 1, 3),
        ("a: Note: b\n", "colon", 1, 8),
        ("a: 1\nabc\nb: 2\n", "no-colon", 2, 1),
        ("a: 'b\n", "open-quote", 1, 4),
        ("a: [b, c\n", "open-bracket", 1, 4),
        ("a: @b\n", "first-character", 1, 4),
        ("a:\n  - b\n c\n", "indentation", 3, 2),
        ("a: - b\n", "list-start", 1, 4),
        ('a: "is it "b"?"\nc: d\n', "open-quote", 1, 12),
        ("a: 'the caller's'\nc: d\n", "open-quote", 1, 16),
        ('a:\n  - "b" c\n  - d\n', "open-quote", 2, 9),
        ('a: "b\n  c" d\ne: f\n', "open-quote", 2, 6),
        ('a:\n  x: "b"\n y: c\n', "indentation", 3, 2),
        ('a: ["b" "c"]\n', "open-bracket", 1, 4),
        ("a: ['b' c]\n", "open-bracket", 1, 4),
        ('a: ["b"\n  "c"]\n', "open-bracket", 1, 4),
        ('a: {b: "c" d: e}\n', "open-bracket", 1, 4),
        ('a: "b"]\n', "indentation", 1, 7),
        ('a: {b: "c"}}  # d\n', "indentation", 1, 12),
        ('a: "say "]" now"\n', "open-quote", 1, 10),
        ("a: [b] c\nd: e\n", "indentation", 1, 8),
        ("a:\n  - yes: b\n  no: b\n", "list-start", 2, 3),
        ("a:\n  yes: b\n  - no: b\n", "list-start", 3, 3),
    ],
)
def test_each_mistake_has_its_own_code_at_its_own_place(text: str, code: str, line: int, column: int) -> None:
    problem = only(text)
    assert (problem.code, problem.place.line, problem.place.column) == (code, line, column)


def test_an_alias_is_refused() -> None:
    assert "alias" in [p.code for p in problems("a: &x [b]\nc: *x\n")]


def test_no_message_uses_the_words_of_a_parser() -> None:
    for text in [
        "a: Note: b",
        "a: 1\nabc\nb: 2",
        "a: 'b",
        "a: [b",
        "a: @b",
        "a:\n  - b\n c",
        "a: |x\n",
        "*",
        "%",
    ]:
        for problem in problems(text):
            said = f"{problem.what} {problem.instead}".lower()
            for word in [
                "mapping",
                "scalar",
                "sequence",
                "token",
                "block",
                "flow",
                "node",
                "parse",
                "invalid",
            ]:
                assert word not in said


def test_all_mistakes_are_named_at_once_in_file_order() -> None:
    found = problems("a: 1\na: 2\nb: &x 1\nc: x\u200by\n")
    assert [p.code for p in found] == ["duplicate", "anchor", "hidden-character"]


def test_what_follows_from_a_tab_is_not_named_too() -> None:
    assert only("a:\n  b: 1\n\tc: 2\n").code == "tab"


def test_hidden_characters_are_shown_in_the_source_line() -> None:
    problem = only("a: x\u202ey\n")
    assert problem.source == "a: x�y"
    assert "U+202E" in problem.what


def test_text_in_another_encoding_is_refused_where_it_starts() -> None:
    problem = only("a: ä\nb: ö\n".encode("latin-1"))
    assert (problem.code, problem.place.line, problem.place.column) == ("not-utf-8", 1, 4)
    assert only("a: b\n".encode("utf-16")).code == "not-utf-8"


def test_a_file_is_read_up_to_its_limits() -> None:
    assert read(b"#" * (MAX_BYTES - 5) + b"\na: b", "a.yaml")
    assert only(b"#" * (MAX_BYTES + 1)).code == "too-big"
    assert read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "a.yaml")
    assert only("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).code == "too-deep"


@pytest.mark.parametrize("bomb", [b"[", b"{", b"- ", b"? ", b"[{a: "])
def test_deep_nesting_ends_in_a_problem(bomb: bytes) -> None:
    assert only(bomb * (MAX_BYTES // len(bomb))).code == "too-deep"


PIECES = [
    *(
        "a",
        "b: ",
        "\n",
        "  ",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "'",
        '"',
        "|",
        ">",
        "#",
        "%",
        "@",
        "`",
    ),
    *("&x ", "*x", "!t ", "<<: ", "---", "...", "%YAML 1.1\n", "\t", "\r", "\u202e", "\ufeff", "é", "😀"),
    *("\\", "\\u202e", "\\UFFFFFFFF", "\\x00"),
]


@settings(max_examples=400)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join).map(str.encode)
    )
)
@example(b"\xff\xfea\x00")
@example(b'"\\ud800"')
@example(b"%YAML 99999999999999999999.1\n---\na")
def test_whatever_the_bytes_a_node_or_a_bad_file_comes_out(data: bytes) -> None:
    for fast in {yaml.__with_libyaml__, False}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml, "__with_libyaml__", fast)
            try:
                node = read(data, "a.yaml")
            except BadFile as bad:
                assert bad.problems
                assert str(bad)
            else:
                assert isinstance(node, Scalar | List | Table)
