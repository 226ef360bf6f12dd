import asyncio
import shutil
import ssl
import tempfile
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tlswizard.core.pem import certificates_in, pem
from tlswizard.lab import server as server_module
from tlswizard.lab.authority import Identity, root
from tlswizard.lab.server import LOOPBACK, Server

NOW = datetime.now(UTC)
"""Real clients judge by the real clock, so that here the true time is the real one."""

DATE = datetime(2031, 5, 6, 7, 8, 9, 999, tzinfo=UTC)

ROOT = root("Root", org="Contoso", at=NOW)
LEAF = ROOT.intermediate("Issuing").leaf(["mail.example"])

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")


def _server(leaf: Identity = LEAF, starttls: str | None = None) -> Server:
    return Server(leaf.chain, leaf.key, clock=lambda: DATE, name="mail.example", starttls=starttls)


def _trusting(*, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=pem(ROOT.certificate))
    context.minimum_version = context.maximum_version = version
    return context


async def _head(port: int, context: ssl.SSLContext) -> tuple[bytes, bytes]:
    """The whole answer to a HEAD request, and the server's certificate."""
    reader, writer = await asyncio.open_connection(
        LOOPBACK, port, ssl=context, server_hostname="mail.example"
    )
    try:
        writer.write(b"HEAD / HTTP/1.1\r\nHost: mail.example\r\n\r\n")
        return await reader.read(), writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
        await writer.wait_closed()


async def _s_client(port: int, *arguments: str, root_file: Path, said: bytes = b"") -> str:
    process = await asyncio.create_subprocess_exec(
        "openssl", "s_client", "-connect", f"{LOOPBACK}:{port}", "-servername", "mail.example",
        "-verify_hostname", "mail.example", "-verify_return_error", "-CAfile", str(root_file), "-showcerts",
        *arguments, stdin=-1, stdout=-1, stderr=-2,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(said), 10)
    return output.decode()


def _run(coroutine: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 20), debug=True)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_real_client_accepts_it_and_reads_the_true_time(version):
    async def story():
        async with _server() as server:
            answer, certificate = await _head(server.port, _trusting(version=version))
            assert certificate == LEAF.certificate.der
            head = answer.decode().split("\r\n")
            assert head[0] == "HTTP/1.1 200 OK"
            (date,) = (line[6:] for line in head if line.startswith("Date: "))
            assert parsedate_to_datetime(date) == DATE.replace(microsecond=0)

    _run(story())


def test_a_real_client_refuses_it_and_the_server_goes_on():
    async def story():
        async with _server() as server:
            with pytest.raises(ssl.SSLCertVerificationError):
                await _head(
                    server.port, ssl.create_default_context(cadata=pem(root("Other", at=NOW).certificate))
                )
            assert (await _head(server.port, _trusting()))[1] == LEAF.certificate.der

    _run(story())


def test_old_protocols_are_not_spoken():
    async def story():
        context = _trusting()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning):
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        async with _server() as server:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await _head(server.port, context)

    _run(story())


def test_a_new_chain_is_sent_to_new_connections():
    async def story():
        other = ROOT.leaf(["mail.example"])
        async with _server() as server:
            server.send(other.chain, other.key)
            assert (await _head(server.port, _trusting()))[1] == other.certificate.der

    _run(story())


def test_a_key_of_another_certificate_is_refused_and_nothing_changes():
    async def story():
        async with _server() as server:
            with pytest.raises(ssl.SSLError):
                server.send(LEAF.chain, ROOT.key)
            assert (await _head(server.port, _trusting()))[1] == LEAF.certificate.der

    _run(story())


def test_no_key_stays_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _server()
    assert list(tmp_path.iterdir()) == []


@needs_openssl
def test_openssl_sees_the_chain_as_it_was_given(tmp_path):
    root_file = tmp_path / "root.pem"
    root_file.write_text(pem(ROOT.certificate))

    async def story():
        async with _server() as server:
            output = await _s_client(server.port, root_file=root_file)
        assert "Verification: OK" in output
        assert certificates_in(output.encode())[: len(LEAF.chain)] == LEAF.chain

    _run(story())


@needs_openssl
def test_openssl_speaks_smtp_with_starttls(tmp_path):
    root_file = tmp_path / "root.pem"
    root_file.write_text(pem(ROOT.certificate))

    async def story():
        async with _server(starttls="smtp") as server:
            output = await _s_client(
                server.port, "-starttls", "smtp", "-quiet", "-crlf",
                root_file=root_file, said=b"EHLO me\nMAIL FROM:<a@b.example>\nQUIT\n",
            )  # fmt: skip
        assert "verify return:1" in output
        after = output[output.index("250-mail.example") :]
        assert "STARTTLS" not in after
        assert "502 " in after
        assert after.rstrip().endswith("221 2.0.0 Bye")

    _run(story())


def test_before_tls_no_mail_is_taken_and_nothing_said_counts_afterwards():
    async def story():
        async with _server(starttls="smtp") as server:
            reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
            assert await reader.readline() == b"220 mail.example ESMTP\r\n"
            writer.write(b"MAIL FROM:<a@b.example>\r\n")
            assert (await reader.readline()).startswith(b"530 ")
            writer.write(b"STARTTLS\r\nEHLO smuggled\r\n")
            assert (await reader.readline()).startswith(b"220 ")
            raw = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = _trusting().wrap_bio(*raw, server_hostname="mail.example")
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            writer.write(raw[1].read())
            raw[0].write(await reader.read(65536))
            tls.do_handshake()
            tls.write(b"NOOP\r\n")
            writer.write(raw[1].read())
            while True:
                raw[0].write(await reader.read(65536))
                try:
                    assert tls.read() == b"250 OK\r\n"
                    break
                except ssl.SSLWantReadError:
                    continue
            writer.transport.abort()

    _run(story())


@pytest.mark.parametrize("starttls", [None, "smtp"])
@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 20000])
def test_closing_waits_for_nobody(said, starttls):
    async def story():
        async with _server(starttls=starttls) as server:
            writers = [(await asyncio.open_connection(LOOPBACK, server.port))[1] for _ in range(5)]
            for writer in writers:
                writer.write(said)
            await asyncio.sleep(0.02)
            began = time.monotonic()
        assert time.monotonic() - began < 0.2
        for writer in writers:
            writer.transport.abort()

    _run(story())


def test_a_silent_client_is_let_go(monkeypatch):
    monkeypatch.setattr(server_module, "PATIENCE", 0.05)

    async def story():
        async with _server() as server:
            reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.transport.abort()

    _run(story())


def test_dates_of_the_world_need_not_be_ours():
    async def story():
        past = root("Old", at=DATE - timedelta(days=9000)).leaf(["mail.example"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with _server(past) as server:
            assert (await _head(server.port, context))[1] == past.certificate.der

    _run(story())
