"""How long until something is to be read: the start screen against a plain Textual app.

    python tests/benchmarks/first_screen.py [RUNS]

Each program runs in a pseudo-terminal of 80×24; the time ends when its own words have been painted.
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
MINIMAL = """
from textual.app import App
from textual.widgets import Footer, Header, Static
class Minimal(App):
    def compose(self):
        yield Header()
        yield Static("words to read")
        yield Footer()
Minimal().run()
"""
LIMIT = 10.0


def seconds_until(words: bytes, command: list[str]) -> float:
    """From the start of the process until `words` were written. Raises TimeoutError."""
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": tempfile.mkdtemp(),
        }
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    try:
        while time.perf_counter() - started < LIMIT:
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65536)
                if words in seen:
                    return time.perf_counter() - started
        raise TimeoutError(f"{words!r} did not appear")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    programs = {
        "minimal Textual app": (b"words to read", [sys.executable, "-c", MINIMAL]),
        "tlswizard (start)": (b"went wrong", [sys.executable, "-m", "tlswizard"]),
        "tlswizard lab two-stores": (b"closest", [sys.executable, "-m", "tlswizard", "lab", "two-stores"]),
    }
    base = 0.0
    print(f"{'first screen':<28}{'median ms':>10}{'ratio':>8}   ({runs} runs)")
    for name, (words, command) in programs.items():
        times = [seconds_until(words, command) for _ in range(runs)]
        median = statistics.median(times)
        base = base or median
        print(f"{name:<28}{median * 1000:>10.0f}{median / base:>8.2f}")


if __name__ == "__main__":
    main()
