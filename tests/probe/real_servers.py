"""Servers that nobody here wrote, and servers that say exactly what a test tells them: on loopback only."""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tlswizard.core.pem import pem
from tlswizard.lab import authority
from tlswizard.lab.authority import Identity

OPENSSL = shutil.which("openssl") or "openssl"
PATIENCE = 10.0
"""Seconds for a server to start or to end; all of them take a fraction of one."""


def private_ca(name: str = "Private Root") -> Identity:
    return authority.root(name, org="Private", at=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Files:
    """What a server is started with."""

    leaf: Path
    above: Path
    """what is sent above the leaf; empty if nothing is"""
    chain: Path
    key: Path
    root: Path


def keep_files(folder: Path, identity: Identity, *, complete: bool = True) -> Files:
    """PEM files of an identity; `complete`: its intermediates are sent too."""
    leaf, *above = identity.chain
    sent = above if complete else []
    files = Files(*(folder / f"{name}.pem" for name in ("leaf", "above", "chain", "key", "root")))
    files.leaf.write_text(pem(leaf))
    files.above.write_text("".join(map(pem, sent)))
    files.chain.write_text("".join(map(pem, [leaf, *sent])))
    files.root.write_text(pem(identity.path[-1].certificate))
    files.key.write_bytes(identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files.key.chmod(0o600)
    return files


@contextlib.contextmanager
def openssl_server(files: Files, *arguments: str, address: str = "127.0.0.1") -> Iterator[int]:
    """`openssl s_server` on a free port; gives the port."""
    command = [
        OPENSSL,
        "s_server",
        "-accept",
        f"{address}:0",
        "-cert",
        str(files.leaf),
        "-key",
        str(files.key),
    ]
    if files.above.stat().st_size:
        command += ["-cert_chain", str(files.above)]
    with server_process([*command, *arguments]) as process:
        yield _port_of(process)


def _port_of(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout
    for line in process.stdout:
        if line.startswith(b"ACCEPT "):
            port = int(line.rpartition(b":")[2])
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return port
    raise AssertionError(f"the server did not start: {process.args}")


@contextlib.contextmanager
def server_process(
    command: Sequence[str], *, cwd: Path | None = None, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that serves until it is ended; its stdin stays open (s_server ends with it)."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()


def until_it_listens(port: int, process: subprocess.Popen[bytes], address: str = "127.0.0.1") -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, f"it ended: {process.stdout.read() if process.stdout else b''!r}"
        try:
            socket.create_connection((address, port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nothing listens on {port}: {process.args}")


def free_port(address: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def raw_server(talk: Talk) -> Iterator[int]:
    """Each connection is given to `talk` in a thread of its own, and closed afterwards."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def serve(one: socket.socket) -> None:
        with one, contextlib.suppress(OSError):
            talk(one)

    def accept() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                one, _ = listener.accept()
                one.settimeout(PATIENCE)
                threads.append(threading.Thread(target=serve, args=(one,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        accepting.join(PATIENCE)
        listener.close()
        for thread in threads:
            thread.join(PATIENCE)
        assert not [t for t in threads if t.is_alive()], "a connection was left open"


def stop_sending_at_its_end(one: socket.socket) -> None:
    """Say nothing; wait until the other side is gone."""
    while one.recv(65536):
        pass


def tls_record(kind: int, body: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(body).to_bytes(2, "big") + body


def handshake_message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def fatal_alert(number: int) -> bytes:
    return tls_record(0x15, bytes((2, number)))


def server_hello_tls12() -> bytes:
    """RFC 5246 section 7.4.1.3: ECDHE-RSA-AES128-GCM-SHA256, with renegotiation_info."""
    body = b"\x03\x03" + os.urandom(32) + b"\x00" + b"\xc0\x2f" + b"\x00" + b"\x00\x05\xff\x01\x00\x01\x00"
    return tls_record(0x16, handshake_message(2, body))


def certificate_tls12(certificates: Sequence[bytes]) -> bytes:
    """RFC 5246 section 7.4.2, of whatever bytes are given for certificates."""
    listed = b"".join(len(c).to_bytes(3, "big") + c for c in certificates)
    return tls_record(0x16, handshake_message(11, len(listed).to_bytes(3, "big") + listed))


def client_said(one: socket.socket) -> bytes:
    """The ClientHello, whatever it is."""
    return one.recv(65536)


def reset(one: socket.socket) -> None:
    """Close with RST instead of FIN."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
