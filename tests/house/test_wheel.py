"""The wheel is what people get: built, installed into an empty environment, and run there."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The `tlswizard` command of an environment that holds the wheel and what it needs, and nothing else."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, timeout=120)
    done = subprocess.run(
        [str(home / "bin/pip"), "install", "--quiet", str(wheel)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "bin/tlswizard"


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [str(command), *arguments],
        cwd=cwd,
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_wheel_carries_all_content(wheel):
    names = set(ZipFile(wheel).namelist())
    content = {p.relative_to(ROOT).as_posix() for p in (ROOT / "playbooks").rglob("*.*")}
    assert content
    assert {f"tlswizard/{name}" for name in content} <= names
    assert "tlswizard/tui/wizard.tcss" in names
    assert not [n for n in names if n.startswith(("tests/", "screenshots/"))]


def test_the_installed_program_tells_its_version(installed, tmp_path):
    done = run(installed, "--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("tlswizard 0.")


def test_the_installed_program_finds_cause_and_fix_with_its_own_content(installed, tmp_path):
    done = run(installed, "lab", "two-stores", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "root-user-only" in done.stdout
    assert "name-mismatch" in done.stdout
    assert "✓ accepted" in done.stdout


def test_the_installed_program_walks_its_own_playbook(installed, tmp_path):
    done = run(installed, "lab", "two-stores", "--plain", cwd=tmp_path)
    assert "Which of these is closest to the message?" in done.stdout
