"""What the validator says of each mistake, word for word, as files to read: `golden/<code>[.<what>]`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tlswizard
from tlswizard.content.reader import MAX_BYTES
from tlswizard.playbook.parse import examine

FOLDER = Path(__file__).parent / "golden"
FILE = ".playbook.yaml"
NAME = "small.playbook.yaml"
"""All of them are called so in the messages: their `id` is small."""

ERRORS = frozenset({
    "unknown-key", "missing-key", "duplicate", "no-kind", "two-kinds", "unknown-check", "unknown-fix",
    "unknown-playbook", "unknown-outcome", "outcome-not-handled", "outcome-twice", "unknown-parameter",
    "missing-parameter", "wrong-type", "unknown-step", "unknown-stage", "unknown-value", "loose-end",
    "unreachable", "endless-loop", "no-way-out", "dead-end", "use-circle",
})  # fmt: skip
WARNINGS = frozenset({
    "unused-input", "maybe-unknown", "bad-advice", "no-way-to-say-not-sure", "long-title", "long-page",
})  # fmt: skip
READERS = frozenset({
    "tab", "anchor", "alias", "tag", "not-utf-8", "too-deep", "too-big", "second-document", "empty",
    "hidden-character", "direction-character", "open-quote", "colon", "no-colon", "list-start", "text-start",
    "open-bracket", "first-character", "directive", "indentation", "backslash", "key-not-text", "unreadable",
})  # fmt: skip
CODES = ERRORS | WARNINGS | READERS
"""An API: scripts look for them."""

GOLDEN = sorted(path.name.removesuffix(".txt") for path in FOLDER.glob("*.txt"))


def written(name: str) -> bytes:
    """The file of a case. One is too large to be kept here."""
    if name == "too-big":
        return b"# nothing\n" * (MAX_BYTES // 10 + 1)
    return (FOLDER / f"{name}{FILE}").read_bytes()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_mistake_is_said_in_these_words(declared, name):
    found = examine(written(name), NAME, declared)
    said = "".join(f"{problem}\n" for problem in found.problems)
    assert said == (FOLDER / f"{name}.txt").read_text("utf-8")
    codes = {problem.code: problem.severity for problem in found.problems}
    assert name.partition(".")[0] in codes
    assert (found.playbook is None) == ("error" in codes.values())


def test_each_code_has_a_golden_file_and_each_golden_file_its_code():
    assert {name.partition(".")[0] for name in GOLDEN} == CODES
    yaml = {path.name.removesuffix(FILE) for path in FOLDER.glob(f"*{FILE}")}
    assert yaml | {"too-big"} == set(GOLDEN)
    assert {path.name for path in FOLDER.iterdir()} == {
        *(f"{n}.txt" for n in GOLDEN), *(f"{n}{FILE}" for n in yaml),
    }  # fmt: skip


CODE_AT = {
    "add": -1, "warn": -1, "unknown": -1, "report": -1, "stopped": -1,
    "word": 3, "Problem": 3, "Complaint": 3, "refuse": 2,
}  # fmt: skip
"""Which argument of these calls is the code."""


def codes(source: str) -> Iterator[str]:
    """The codes that a module gives to what it refuses."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        at = CODE_AT.get(name)
        if at is not None and len(node.args) > max(at, 2) and isinstance(node.args[at], ast.Constant):
            yield str(node.args[at].value)


def test_each_code_that_is_said_is_listed():
    package = Path(tlswizard.__file__).parent
    content = [package / "content" / name for name in ("reader.py", "complaints.py")]
    sources = [*content, *sorted((package / "playbook").glob("*.py"))]
    said = {code for path in sources for code in codes(path.read_text("utf-8"))}
    assert said <= CODES
    in_words = {"hidden-character", "direction-character"}  # chosen by the character
    assert said | in_words == CODES


def test_warnings_are_warnings_and_errors_errors(declared):
    for name in GOLDEN:
        for problem in examine(written(name), NAME, declared).problems:
            if problem.code in WARNINGS:
                assert problem.severity == "warning", name
            elif problem.code != "unknown-value":  # an id that is not the file's name is no reason to refuse
                assert problem.severity == "error", name


def test_all_say_what_to_do():
    for name in GOLDEN:
        text = (FOLDER / f"{name}.txt").read_text("utf-8")
        heads = len(re.findall(rf"^{re.escape(NAME)}:\d+:\d+: ", text, re.MULTILINE))
        assert heads >= 1
        if not name.startswith("empty"):
            assert text.count("\n  -> ") == heads, name


def test_no_parser_is_heard():
    foreign = re.compile(
        r"\b(?:yaml|mapping|scalar|sequence|node|token|document start|flow|regex|none|str)\b", re.IGNORECASE
    )
    for name in GOLDEN:
        lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
        for line in lines:
            if line.startswith((NAME, "  -> ")):
                assert not foreign.search(line.replace(NAME, "").replace("is none of", "")), (name, line)
