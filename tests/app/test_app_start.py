"""The start screen with all that lies behind it: this machine, a home of its own, no network."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from app_driver import Walking
from diagnosis_cases import CONTENT, the
from playbook_copies import SHIPPED, once, written
from textual import events

from tlswizard.machine.this import ThisMachine
from tlswizard.tui.app import TlsWizard
from tlswizard.tui.field import TextLine
from tlswizard.tui.start_screen import FOLDED
from tlswizard.wizard.opening import USUAL, Opening

ROOT = Path(__file__).parents[2]

TO_THE_SESSION = FOLDED + 1
"""Lines before it: the playbooks in sight, and the one that unfolds the others."""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def started(steps: Callable[[Walking], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> TlsWizard:
    app = TlsWizard(begin=Opening(ThisMachine(), CONTENT))

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            driver = Walking(app, pilot)
            await driver.rest()
            await steps(driver)

    asyncio.run(asyncio.wait_for(run(), 30))
    return app


async def paste(driver: Walking, text: str) -> None:
    driver.one(TextLine).post_message(events.Paste(text))
    await driver.rest()


def test_it_lists_the_playbooks_and_names_this_computer(home: Path):
    async def steps(driver: Walking) -> None:
        assert "▸ 1  The remote certificate is invalid" in driver.text
        assert str(ThisMachine().observed) in driver.text

    started(steps)


def test_typing_a_server_shows_how_it_is_read_and_enter_opens_the_walk_on_it(home: Path):
    async def steps(driver: Walking) -> None:
        await driver.write("mail.invalid:25")
        assert "server mail.invalid · port 25 · STARTTLS (smtp)" in driver.text
        await driver.press("enter")
        assert driver.on == "StepScreen"
        assert "mail.invalid:25" in driver.lines[0] + driver.lines[1]

    started(steps)


def test_pasting_a_message_chooses_the_playbook_and_its_answer(home: Path):
    async def steps(driver: Walking) -> None:
        await paste(driver, the("untrusted-root").message)
        assert "a message of " in driver.text
        await driver.press("enter")
        assert driver.on == "StepScreen"
        assert "▸ 2  It says that the issuer is unknown or not trusted" in driver.text

    app = started(steps)
    assert app.walk.playbook.id == USUAL


def test_a_private_key_opens_nothing_and_is_told(home: Path):
    async def steps(driver: Walking) -> None:
        await paste(driver, "-----BEGIN PRIVATE KEY-----\nMIIEvg\n-----END PRIVATE KEY-----")
        assert "That is a private key" in driver.text
        await driver.press("enter")
        assert driver.on == "StartScreen"

    started(steps)
    assert not list(home.rglob("*.json"))


def test_a_walk_that_was_left_is_listed_and_gone_on_with(home: Path):
    async def first(driver: Walking) -> None:
        await paste(driver, "https://kept.invalid")
        await driver.press("enter")
        assert driver.on == "StepScreen"
        await driver.press("3")
        assert "Which program fails" in driver.text
        await driver.press("q")

    async def second(driver: Walking) -> None:
        assert "Go on with kept.invalid:443" in driver.text
        await driver.press(*["down"] * TO_THE_SESSION, "enter")
        assert driver.on == "StepScreen"
        assert "Which program fails" in driver.text

    started(first)
    (file,) = (home / "state" / "tlswizard" / "sessions").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    started(second)


def test_a_broken_session_is_not_offered_and_harms_nothing(home: Path):
    folder = home / "state" / "tlswizard" / "sessions"
    folder.mkdir(parents=True)
    (folder / "broken.json").write_text('{"format": 1, "value": ')

    async def steps(driver: Walking) -> None:
        assert "Go on with" not in driver.text
        await driver.press("enter")
        assert driver.on == "StepScreen"

    started(steps)
    assert (folder / "broken.json").read_text() == '{"format": 1, "value": '


def test_a_session_that_breaks_after_it_was_listed_is_a_calm_page(home: Path):
    async def first(driver: Walking) -> None:
        await paste(driver, "https://kept.invalid")
        await driver.press("enter", "3", "q")

    async def second(driver: Walking) -> None:
        (file,) = (home / "state" / "tlswizard" / "sessions").iterdir()
        file.write_text("{")
        await driver.press(*["down"] * TO_THE_SESSION, "enter")
        assert file.name in "".join(line.strip() for line in driver.lines)
        assert "Traceback" not in driver.text
        await driver.press("escape")
        assert driver.on == "StartScreen"

    started(first)
    started(second)


def test_a_broken_playbook_is_told_with_file_line_and_column(home: Path):
    broken = once(SHIPPED, "    check: chain.view\n", "    check: chain.veiw\n")
    file = written(broken, home)
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "chain.veiw" in text)
    asked = subprocess.run(
        [sys.executable, "-m", "tlswizard", "--plain", "--playbook", str(file), "https://kept.invalid"],
        cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "error"}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=30, check=False,
    )  # fmt: skip
    assert asked.returncode == 3
    assert f"{file}:{line}:12" in asked.stderr
    assert "chain.view" in asked.stderr
    assert "Traceback" not in asked.stderr
    assert asked.stdout == ""
