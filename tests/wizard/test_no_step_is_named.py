"""No module names a step of a playbook: a copy with other steps is followed with no change of code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from diagnosis_cases import CONTENT
from playbook_copies import SHIPPED, book, changed, renamed
from test_wizard_plain import typed
from wizard_driver import BOOK

import tlswizard
from tlswizard.checks.siblings import all_checks
from tlswizard.core.case import PARTS
from tlswizard.playbook.format import FIX_ENDINGS, RESULTS, RETEST_ENDINGS

PACKAGE = Path(tlswizard.__file__).parent
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "playbooks" not in p.parts)

STEPS = frozenset(BOOK.steps)

OTHER_IDS = frozenset(
    (*PARTS, *CONTENT.causes, *CONTENT.fixes, *CONTENT.clients, *all_checks(),
     *RESULTS, *RETEST_ENDINGS, *FIX_ENDINGS)
)  # fmt: skip
"""Names of the design that are not a playbook's: a step may be called like one of them."""

WORDS = {
    ("chain", "report/json.py"): "a key of JSON format 1",
    ("names", "report/json.py"): "a key of JSON format 1",
    ("chain", "cli/batch.py"): "a key of a line of --batch",
    ("chain", "tui/step_commands.py"): "the command that shows the chain",
    ("copy", "tui/step_commands.py"): "the command that copies",
    ("copy", "wizard/pages.py"): "what a page has to copy",
    ("copy", "tui/look_screen.py"): "the command that copies",
    ("copy", "core/finding.py"): "what a proof is on: the original or a copy",
    ("handshake", "clients/verdicts.py"): "the kind of a fault",
    ("handshake", "clients/words.py"): "the same kind",
    ("names", "clients/words.py"): "a hole of a message",
    ("usage", "diagnosis/programs.py"): "one word for a cause in a table",
    ("strength", "diagnosis/programs.py"): "one word for a cause in a table",
    ("chain", "diagnosis/differ.py"): "a reason why two programs differ",
}
"""Words of a module's own that a step has, too: each with what it is there."""

PYTHONS = frozenset({"replace"})
"""How Python decodes what it cannot."""


def constants(source: str) -> Iterator[tuple[str, int]]:
    """Every string that is a value: not the docstrings, but also the pieces of f-strings."""
    tree = ast.parse(source)
    texts = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield node.value, node.lineno


def steps_named(source: str) -> list[tuple[str, int]]:
    """The steps that a module names: as a string of its own, or before the dot of a `{step.field}`."""
    return [
        (name, line)
        for value, line in constants(source)
        for name in (value, value.partition(".")[0] if value.count(".") == 1 else "")
        if name in STEPS and name not in OTHER_IDS and value not in OTHER_IDS
    ]


def routes_by_hand(source: str) -> list[str]:
    """`state.step == "…"`, `steps["…"]`, `case Visit(step="…")`: a step named, whatever it is called."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare():
                sides = (node.left, *node.comparators)
                about = any(
                    isinstance(s, ast.Attribute) and s.attr in ("step", "next", "heading") for s in sides
                )
                if about and any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides):
                    found.append(ast.unparse(node))
            case ast.Subscript(value=ast.Attribute(attr="steps"), slice=ast.Constant()):
                found.append(ast.unparse(node))
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="steps"), attr="get")):
                if isinstance(node.args[0], ast.Constant):
                    found.append(ast.unparse(node))
            case ast.MatchClass():
                for name, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
                    if (
                        name == "step"
                        and isinstance(pattern, ast.MatchValue)
                        and isinstance(pattern.value, ast.Constant)
                    ):
                        found.append(ast.unparse(node))
            case ast.keyword(arg="step", value=ast.Constant()):
                found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_names_a_step(module: Path):
    here = module.relative_to(PACKAGE).as_posix()
    source = module.read_text()
    mine = {name for name, there in WORDS if there == here} | PYTHONS
    named = [(name, line) for name, line in steps_named(source) if name not in mine]
    assert named == []
    assert routes_by_hand(source) == []


def test_each_exception_is_still_there_and_has_its_reason():
    for (word, module), reason in WORDS.items():
        assert word in [name for name, _ in steps_named((PACKAGE / module).read_text())], (word, module)
        assert reason


def test_most_steps_are_watched():
    """A step that is called like something else cannot be seen by its name: those are few."""
    assert len(STEPS - OTHER_IDS) >= 35
    assert len(MODULES) > 100


@pytest.mark.parametrize(
    "planted",
    [
        'if state.step == "trust":\n    pass', 'first = book.steps["reach"]', 'NEXT = "send-chain"',
        'x = {"is-it-known": 1}', 'f = f"{values}is-the-port-right"', 'go(step="names")',
        'book.steps.get("solved")',
        "match visit:\n    case Visit(step='reach'):\n        pass", 'issuer = values["trust.issuer"]',
    ],
)  # fmt: skip
def test_a_planted_step_is_found(planted: str):
    assert steps_named(planted) or routes_by_hand(planted)


@pytest.mark.parametrize(
    "fair", ['"""trust"""', 'x = "the chain ends"', 'fix("set-clock")', "state.step == other"]
)
def test_fair_words_are_left_alone(fair: str):
    assert steps_named(fair) == []
    assert routes_by_hand(fair) == []


# ── copies ──


def headings(said: str) -> list[str]:
    """What stands below the line of each page."""
    pages = said.split("-" * 80 + "\n")[1:]
    return [page.splitlines()[0] for page in pages]


def test_plain_lines_follow_a_copy(tmp_path: Path):
    copy = book(changed(), tmp_path)
    code, typist = typed("two-stores", "2", book=copy)
    assert code == 0
    seen = headings(typist.said)
    assert seen[:2] == ["Who calls?", "The message"]
    assert seen.index("The name") < seen.index("Two lists of trust")
    assert "2  Somebody else's" in typist.said
    assert "1  Yes, the full name leads there" in typist.said
    note = " ".join(typist.said.split())
    assert "Who calls? = somebody-elses" in note
    assert "Another name for the same server = the-full-name-does" in note.replace("full- name", "full-name")
    assert "✓ It works." in typist.said


def test_the_shipped_one_has_another_order():
    _, typist = typed("two-stores")
    seen = headings(typist.said)
    assert "Who calls?" not in seen
    assert seen.index("Two lists of trust") < seen.index("The name")


def test_plain_lines_follow_a_copy_in_which_every_step_has_another_name(tmp_path: Path):
    copy = book(renamed(), tmp_path)
    assert set(copy.steps).isdisjoint(STEPS)
    assert len(copy.steps) == len(STEPS)
    code, typist = typed("two-stores", book=copy)
    _, shipped = typed("two-stores")
    assert code == 0
    assert headings(typist.said) == headings(shipped.said)


def test_the_copies_differ_from_the_shipped_one_as_they_should():
    shipped, copy = yaml.safe_load(SHIPPED)["steps"], yaml.safe_load(changed())["steps"]
    assert set(copy) - set(shipped) == {"who-calls"}
    assert shipped["chain"]["next"]["ok"] == "trust"
    assert copy["chain"]["next"]["ok"] == "names"
    assert "yes" not in copy["which-name"]["choices"]
