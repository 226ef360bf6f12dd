import asyncio
import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.edit import SetClock
from tlswizard.machine.door import NameNotResolved, NoSuchStore, Refused
from tlswizard.machine.this import ThisMachine
from tlswizard.stores import linux_system
from tlswizard.stores.reading import Reader

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")


# --- files --------------------------------------------------------------------------------------------


def test_a_file_is_read_up_to_its_limit(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"x" * 2048)
    machine = ThisMachine()
    assert machine.read(str(tmp_path / "file"), 2048) == b"x" * 2048
    with pytest.raises(OSError, match="larger than 1 KB"):
        machine.read(str(tmp_path / "file"), 2047)


def test_a_file_that_is_not_there_and_one_that_may_not_be_read(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        ThisMachine().read(str(tmp_path / "none"), 10)
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        ThisMachine().read(str(tmp_path / "link"), 10)


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(IsADirectoryError):
        ThisMachine().read(str(tmp_path), 10)


@ON_LINUX
def test_what_never_ends_is_refused_without_waiting(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket"))
        begun = time.perf_counter()
        for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"), Path("/dev/tty")):
            with pytest.raises(OSError) as refused:
                ThisMachine().read(str(path), 10)
            assert not isinstance(refused.value, IsADirectoryError)
        assert time.perf_counter() - begun < 0.5


@ON_LINUX
def test_reading_leaves_no_file_open(tmp_path: Path):
    (tmp_path / "big").write_bytes(b"x" * 100)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in (tmp_path / "big", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError):
            ThisMachine().read(str(path), 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_names_in_a_folder_are_sorted(tmp_path: Path):
    for name in ("b", "a", "c"):
        (tmp_path / name).touch()
    assert ThisMachine().names_in(str(tmp_path)) == ("a", "b", "c")
    with pytest.raises(FileNotFoundError):
        ThisMachine().names_in(str(tmp_path / "none"))


# --- what it is ---------------------------------------------------------------------------------------


def test_it_says_which_computer_and_account_were_looked_at():
    observed = ThisMachine().observed
    assert observed.machine.isprintable()
    assert observed.account.isprintable()
    assert observed.machine
    assert observed.account
    assert observed.platform == {"linux": "linux", "darwin": "macos", "win32": "windows"}[sys.platform]


def test_its_clock_is_in_utc():
    assert ThisMachine().now().utcoffset() == datetime.now(UTC).utcoffset()


def test_programs_are_found_by_their_signs():
    machine = ThisMachine()
    assert machine.has("command:sh") == (shutil.which("sh") is not None)
    assert machine.has("package:pytest")
    assert machine.has("interpreter:<99.0")
    for absent in (
        "command:no-such-program",
        "package:no_such_package",
        "interpreter:<3.0",
        "registry:x",
        "what",
    ):
        assert not machine.has(absent), absent


def test_it_changes_nothing():
    with pytest.raises(Refused, match="nothing"):
        asyncio.run(ThisMachine().apply(SetClock(datetime(2031, 5, 6, tzinfo=UTC))))


def test_stores_that_it_cannot_read_say_so():
    with pytest.raises(NoSuchStore):
        ThisMachine().windows_store("user", "Root")


def test_the_bundle_of_certifi_is_that_of_this_interpreter():
    import certifi  # noqa: PLC0415 - only this test needs it

    assert Path(ThisMachine().certifi()) == Path(certifi.where())


@ON_LINUX
def test_the_systems_store_holds_exactly_the_certificates_of_the_bundle():
    machine = ThisMachine()
    (store,) = linux_system.read(machine, Reader(machine))
    if not store.anchors:
        pytest.skip(f"no bundle on this machine: {store.location}")
    listed = subprocess.run(
        ["openssl", "storeutl", "-noout", "-certs", store.location],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    (total,) = re.findall(r"Total found: (\d+)", listed)
    begins = Path(store.location).read_text().count("-----BEGIN ")
    assert len(store.anchors) + store.skipped == int(total) == begins
    assert all(isinstance(parse_certificate(c.der), Certificate) for c in store.anchors)
    assert not any(isinstance(c, Malformed) for c in store.anchors)


# --- the network --------------------------------------------------------------------------------------


def test_an_address_resolves_to_itself_once():
    assert asyncio.run(ThisMachine().addresses("127.0.0.1", 443)) == ("127.0.0.1",)
    assert asyncio.run(ThisMachine().addresses("::1", 443)) == ("::1",)


def test_each_address_is_told_once_in_the_systems_order(monkeypatch: pytest.MonkeyPatch):
    rows = [(2, 1, 6, "", (a, 443)) for a in ("192.0.2.7", "192.0.2.5", "192.0.2.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: rows)
    assert asyncio.run(ThisMachine().addresses("a.example", 443)) == ("192.0.2.7", "192.0.2.5")


def _fails(error: Exception):
    def getaddrinfo(*arguments: object, **options: object) -> None:
        raise error

    return getaddrinfo


def test_a_name_without_an_address_says_it_in_the_resolvers_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", _fails(socket.gaierror(-2, "Name or service\x1b not known")))
    with pytest.raises(NameNotResolved, match=r"^Name or service\\x1b not known$"):
        asyncio.run(ThisMachine().addresses("a.example", 443))


def test_a_name_that_cannot_be_asked_for_is_not_resolved(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", _fails(UnicodeError("label too long")))
    with pytest.raises(NameNotResolved):
        asyncio.run(ThisMachine().addresses("a" * 70, 443))


HANGING = """
import asyncio, socket, time
from tlswizard.machine.this import ThisMachine
socket.getaddrinfo = lambda *a, **k: time.sleep(30)
async def main():
    try:
        await asyncio.wait_for(ThisMachine().addresses("a.example", 443), 0.05)
    except TimeoutError:
        print("left", flush=True)
begun = time.perf_counter()
asyncio.run(main())
print(time.perf_counter() - begun < 0.5)
"""


def test_a_resolver_that_hangs_does_not_hold_the_exit():
    with subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "left\n"
            left = time.perf_counter()
            assert process.wait(timeout=10) == 0
            assert time.perf_counter() - left < 0.5
            assert process.stdout.read() == "True\n"
        finally:
            process.kill()


def test_a_connection_carries_bytes_both_ways_and_closes_at_once():
    async def story() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(100):
                writer.write(data.upper())
                await writer.drain()
            writer.close()

        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            connection = await ThisMachine().connect("127.0.0.1", port)
            assert connection.address == "127.0.0.1"
            await connection.send(b"hello")
            assert await connection.receive() == b"HELLO"
            connection.close()

    asyncio.run(asyncio.wait_for(story(), 5))


def test_a_port_that_nobody_listens_on_is_refused():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as refused:
            asyncio.run(ThisMachine().connect("127.0.0.1", free.getsockname()[1]))
    assert refused.value.errno == errno.ECONNREFUSED
