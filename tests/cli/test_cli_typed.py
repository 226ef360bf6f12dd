"""Lines that are pasted together into a terminal, in a terminal of its own."""

import os
import pty
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="about terminals of Unix")

ASK = "from tlswizard.cli.typed import typed; print(repr(typed('> '))); print(repr(typed('> ')))"


def told(*parts: bytes) -> str:
    """What the program prints to whom these parts are typed, a moment apart."""
    main, other = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", ASK], stdin=other, stdout=subprocess.PIPE) as program:
        os.close(other)
        for part in parts:
            time.sleep(0.6)
            os.write(main, part)
        out = program.communicate(timeout=20)[0].decode()
    os.close(main)
    return out


def test_a_paste_is_one_answer_and_the_next_line_another():
    said = told(b"Error: self-signed\n    at TLSSocket\n    at emit\n", b"1\n")
    assert repr("Error: self-signed\n    at TLSSocket\n    at emit") in said
    assert repr("1") in said


def test_without_a_terminal_each_line_is_an_answer():
    out = subprocess.run(
        [sys.executable, "-c", ASK],
        input="one\ntwo\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    ).stdout
    assert repr("one") in out
    assert repr("two") in out
