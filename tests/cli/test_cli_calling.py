"""How the program is called and left: help, wrong usage, what it imports, pipes, Ctrl-C, the lab."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from real_servers import free_port, openssl_server

from tlswizard.lab.exercise import all_exercises

EXERCISES = [e.id for e in all_exercises()]


def imported(environment, words: list[str]) -> set[str]:
    """The top-level packages that a call has imported in the end."""
    program = (
        "import sys\n"
        "from tlswizard.cli.main import run\n"
        f"code = run({words!r})\n"
        "print('\\nIMPORTED', *sorted({m.partition('.')[0] for m in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=20,
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return set(done.stdout.rpartition("\nIMPORTED ")[2].split())


def test_help_imports_neither_textual_nor_cryptography(environment):
    found = imported(environment, ["--help"])
    assert "tlswizard" in found
    assert not found & {"textual", "rich", "cryptography", "OpenSSL", "yaml", "asyncio"}


def test_check_never_imports_textual(environment, files):
    with openssl_server(files) as port:
        found = imported(environment, ["check", f"localhost:{port}"])
    assert "OpenSSL" in found
    assert not found & {"textual", "rich"}


def test_neither_does_a_check_of_files_or_the_lab_without_a_terminal(environment, files):
    assert not imported(environment, ["check", "--chain", str(files.chain)]) & {"textual", "rich"}
    assert not imported(environment, ["lab", "two-stores", "--format", "json"]) & {"textual", "rich"}


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["check", "--help"], ["lab", "--help"], ["--wizard-help"]]
)
def test_help_goes_to_stdout(call, words):
    said = call(*words)
    assert said.code == 0
    assert "tlswizard" in said.out
    assert said.err == ""


def test_the_version_is_printed(call):
    said = call("--version")
    assert (said.code, said.out.split()[0]) == (0, "tlswizard")


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "--no-such-option"],
        ["check", "host", "--format", "xml"],
        ["check", "host", "--client", "no-such-program"],
        ["check", "host", "--timeout", "soon"],
        ["check", "host", "--timeout", "-1"],
        ["check", "host", "--timeout", "nan"],
        ["check", "host", "--starttls", "gopher"],
        ["check", "host", "--chain", "file"],
        ["check", "host", "--roots", "file"],
        ["check", "--case", "x", "--chain", "y"],
        ["check", "host", "other", "--save", "file"],
        ["lab", "no-such-exercise"],
        ["lab", "serve"],
        ["lab", "two-stores", "short-name"],
        ["--set", "nothing"],
        ["--no-such-option"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_exits_3(call, words):
    said = call(*words)
    assert said.code == 3
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("tlswizard")


def test_hostile_arguments_are_shown_with_escapes(call):
    said = call("check", "host", "--client", "\x1b[31mred\x07")
    assert said.code == 3
    assert "\x1b" not in said.err
    assert "\\x1b[31mred" in said.err


def test_a_target_alone_without_a_terminal_is_a_check(call):
    said = call(f"127.0.0.1:{free_port()}")
    assert said.code == 3
    assert "connection-refused" in said.out


@pytest.fixture
def nobody_accepts():
    """A port on which a connection hangs as behind a firewall."""
    with socket.socket() as listener, contextlib.ExitStack() as kept:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = kept.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


SLOW_NAMES = """
import socket, sys, time
socket.getaddrinfo = lambda *a, **k: time.sleep(30)
print("ready", flush=True)
from tlswizard.cli.main import run
sys.exit(run(["check", "slow.example"]))
"""


def interrupted(command: list[str], environment: dict[str, str], after: float) -> tuple[int, float, bytes]:
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        time.sleep(after)
        assert process.poll() is None, process.communicate()
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
        return process.returncode, time.monotonic() - sent, err
    finally:
        process.kill()
        process.wait()


def test_ctrl_c_ends_a_connection_that_hangs(environment, nobody_accepts):
    command = [sys.executable, "-m", "tlswizard", "check", f"127.0.0.1:{nobody_accepts}"]
    code, took, err = interrupted(command, environment, after=1.0)
    assert code == 130
    assert took < 0.5
    assert b"Traceback" not in err


def test_ctrl_c_ends_a_name_that_hangs(environment):
    code, took, err = interrupted([sys.executable, "-c", SLOW_NAMES], environment, after=1.0)
    assert code == 130
    assert took < 0.5
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    "words", [["lab", "list"], ["lab", "two-stores"], ["--help"], ["lab", "two-stores", "--format", "json"]]
)
def test_a_reader_that_leaves_is_no_crash(environment, words):
    """`| head -1`, and a reader that is gone before the first byte."""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tlswizard", *words], env=environment, stdin=subprocess.DEVNULL,
            stdout=theirs, stderr=subprocess.PIPE, timeout=20, check=False,
        )  # fmt: skip
    finally:
        os.close(theirs)
    assert done.stderr == b""
    assert done.returncode == (2 if "two-stores" in words else 0)


def test_head_takes_its_line(environment):
    line = f"{sys.executable} -m tlswizard lab two-stores | head -1"
    done = subprocess.run(
        ["sh", "-c", line],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.stdout.decode().startswith("✗ jsanders4:443 is refused")
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_a_terminal_of_ascii_gets_no_stack_trace(call, environment):
    """A C locale with Python's UTF-8 mode switched off cannot encode the signs."""
    env = environment | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    said = call("lab", "two-stores", env=env)
    assert said.code == 2
    assert "refused" in said.out


def test_lab_list_names_every_exercise(call):
    said = call("lab", "list")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()] == EXERCISES


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercise_without_a_terminal_prints_its_report(call, exercise):
    said = call("lab", exercise)
    assert said.code == 2
    assert said.out.startswith("✗ ")
    assert "looked at as " in said.out


def test_an_exercise_as_json_names_its_causes(call):
    said = call("lab", "two-stores", "--format", "json")
    assert (said.code, said.causes) == (2, ["root-user-only", "name-mismatch"])
    assert said.document["machine"] != socket.gethostname()


def test_lab_serve_tells_its_port_and_serves(environment, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tlswizard", "lab", "serve", "expired"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        line = next(x for x in process.stdout if x.startswith("serving on 127.0.0.1:"))
        port = int(line.split(":")[1].split()[0])
        done = subprocess.run(
            [sys.executable, "-m", "tlswizard", "check", f"127.0.0.1:{port}", "--format", "json"],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False,
        )  # fmt: skip
        assert "expired" in [c["id"] for c in json.loads(done.stdout)["causes"]]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)
        assert (process.returncode, err) == (130, "")
    finally:
        process.kill()
        process.wait()
