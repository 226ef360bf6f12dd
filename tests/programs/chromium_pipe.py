"""Chromium without a window, led through its DevTools protocol over a pipe: one browser, many pages."""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 40.0
"""For the start, and for each turn of pages; they take one and about six."""

TABS = 18
"""Pages at a time: enough that waiting for them costs little, and few enough for a small machine."""

# The protocol is spoken on the descriptors 3 (to the browser) and 4 (from it).
LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * 127.0.0.1",
    "--remote-debugging-pipe",
)

Page = tuple[str | None, str]
"""The error that the navigation ended with, and that error with the text of the page that shows it."""


def navigated(
    command: Sequence[str], urls: Mapping[str, str], env: Mapping[str, str], folder: Path
) -> dict[str, Page]:
    """What the browser says of each URL."""
    with _Browser([*command, *OPTIONS, f"--user-data-dir={folder / 'profile'}"], env) as browser:
        tabs = [_new_tab(browser) for _ in range(min(TABS, len(urls)))]
        waiting, pages = list(urls.items()), {}
        while waiting:
            turn, waiting = waiting[: len(tabs)], waiting[len(tabs) :]
            pages |= _pages(browser, dict(zip(tabs, turn, strict=False)))
        return pages


def _new_tab(browser: "_Browser") -> str:
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session: str = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    return session


def _pages(browser: "_Browser", turn: Mapping[str, tuple[str, str]]) -> dict[str, Page]:
    """One URL in each tab, all at once: the browser thinks for three seconds before it shows an error."""
    asked = {tab: browser.send("Page.navigate", tab, url=url) for tab, (_, url) in turn.items()}
    errors = {tab: browser.answer(number).get("errorText") for tab, number in asked.items()}
    texts = dict.fromkeys(turn, "")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and (
        bare := [tab for tab in turn if errors[tab] and errors[tab].removeprefix("net::") not in texts[tab]]
    ):
        expression = "document.body?.innerText ?? ''"
        asked = {tab: browser.send("Runtime.evaluate", tab, expression=expression) for tab in bare}
        for tab, number in asked.items():
            texts[tab] = browser.answer(number).get("result", {}).get("value") or ""
        time.sleep(0.05)
    return {id_: (errors[tab], f"{errors[tab]}\n{texts[tab]}") for tab, (id_, _) in turn.items()}


class _Browser:
    """Lives while it is entered."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command = command
        self._env = env
        self._number = 0
        self._read = b""
        self._answers: dict[int, dict[str, Any]] = {}

    def __enter__(self) -> "_Browser":
        theirs_in, self._to = _high(os.pipe())
        self._from, theirs_out = _high(os.pipe())
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(theirs_in), str(theirs_out), *self._command],
            env=self._env,
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def ask(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """The result of a command."""
        return self.answer(self.send(method, session, **params))

    def send(self, method: str, session: str | None = None, **params: object) -> int:
        """The number of a command whose result is waited for later."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode("utf-8") + b"\0")
        return self._number

    def answer(self, number: int) -> dict[str, Any]:
        """The result of that command; events in between are passed over."""
        deadline = time.monotonic() + SECONDS
        while number not in self._answers:
            message = self._next(deadline)
            if "id" in message:
                self._answers[message["id"]] = message
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"the browser refuses a command: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._from, 1 << 20) if ready else b""
            if not data:
                raise RuntimeError("the browser ended" if ready else f"no answer in {SECONDS:.0f} s")
            self._read += data
        line, _, self._read = self._read.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _high(pipe: tuple[int, int]) -> tuple[int, int]:
    """The same pipe on descriptors that 3 and 4 will not overwrite."""
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in pipe)
    for end in pipe:
        os.close(end)
    return high[0], high[1]
