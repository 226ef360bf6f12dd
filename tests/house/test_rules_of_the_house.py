"""Format, lint, types and import rules, in the one test command."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

RULES = {
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "lint": [BIN / "ruff", "check", "--quiet", "."],
    "types": [BIN / "mypy"],
    "imports point down": [BIN / "lint-imports", "--no-cache"],
}


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps(rule):
    done = subprocess.run(RULES[rule], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_imports_neither_textual_nor_cryptography():
    loaded = modules_after("--help")
    assert "argparse" in loaded
    assert not {
        m for m in loaded if m.partition(".")[0] in {"textual", "rich", "cryptography", "OpenSSL", "yaml"}
    }


@pytest.mark.parametrize("command", [["check", "--help"], ["lab", "list"], ["lab", "short-name"]])
def test_what_prints_a_report_never_imports_textual(command):
    loaded = modules_after(*command)
    assert "cryptography" in loaded
    assert not {m for m in loaded if m.partition(".")[0] in {"textual", "rich"}}


def modules_after(*arguments: str) -> set[str]:
    """The modules that are loaded once the command has run."""
    code = (
        "import sys\nfrom tlswizard.cli.main import run\n"
        "try:\n    run(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(['MODULES', *sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return set(done.stdout.partition("MODULES\n")[2].split())
