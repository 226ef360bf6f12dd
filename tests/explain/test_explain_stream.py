"""Logs of any size and encoding, and what is no log at all."""

import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from explain_tables import row, tables

from tlswizard.content.library import Content
from tlswizard.explain.match import MAX_TEXT, explain, reading
from tlswizard.explain.patterns import index_of
from tlswizard.explain.stream import explain_stream, read_stream

LOOSE = 20.0
"""Seconds: ten times what a slow machine needs."""

EXPIRED = "2026-11-21 10:00:{:02} app[{}]: connect to {}.example.com: certificate has expired\n"


@pytest.fixture(scope="module")
def content() -> Content:
    made = Content.shipped()
    assert index_of(made).vocabulary.triggers
    return made


def log(lines: int) -> bytes:
    return "".join(
        f"2026-11-21 10:{i % 60:02} worker {i} did job {i * 7} in {i % 90} ms\n" for i in range(lines)
    ).encode()


def test_a_line_far_down_a_log_is_found_with_its_number(content):
    data = log(50_000) + EXPIRED.format(1, 2, "a").encode() + log(20_000)
    (match,) = explain_stream(io.BytesIO(data), content)
    assert (match.causes[0], match.line, match.count) == ("expired", 50_001, 1)


def test_every_time_is_counted_whatever_the_host(content):
    names = random.Random(1)
    data = "".join(
        EXPIRED.format(i % 60, i, "".join(names.choices("abcdefgh", k=9))) + "something else\n"
        for i in range(20_000)
    )
    (match,) = explain_stream([data.encode()], content)
    assert (match.line, match.count) == (1, 20_000)


def test_different_messages_in_alike_lines_are_told_apart(content):
    data = log(5000).decode()
    for number, reason in enumerate(
        ["certificate has expired", "certificate is not yet valid", "certificate revoked"]
    ):
        data += f"app[{number}]: verify error: {reason}\n" + log(5000).decode()
    assert {m.causes[0]: m.line for m in explain_stream([data.encode()], content)} == {
        "expired": 5001, "not-yet-valid": 10_002, "revoked": 15_003,
    }  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 1000, 65_536])
def test_the_size_of_the_chunks_makes_no_difference(content, size):
    data = log(300) + EXPIRED.format(1, 2, "a").encode() + log(300)
    chunks = [data[i : i + size] for i in range(0, len(data), size)]
    (match,) = explain_stream(chunks, content)
    assert (match.line, match.count) == (301, 1)


@pytest.mark.parametrize("around", range(8170, 8196))
def test_a_message_wrapped_over_the_border_of_blocks_is_found(content, around):
    """The log before it ends near the end of a block (512 KB, 64 bytes a line, the last lines kept back)."""
    wrapped = b"2026 app: unable to get loc\n2026 app: al issuer certificate\n"
    data = b"- " * 31 + b".\n"
    (match,) = explain_stream([data * around + wrapped + data * 9000], content)
    assert (match.causes[0], match.line) == ("missing-intermediate", around + 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_files_of_any_encoding(content, encoding):
    text = "Grüße\r\nit says ‘certificate has expired’\r\n"
    (match,) = explain_stream([text.encode(encoding)], content)
    assert (match.causes[0], match.line) == ("expired", 2)


def test_utf_16_added_to_a_file_of_another_encoding(content):
    data = b"started\r\n" + "certificate has expired\r\n".encode("utf-16-le")
    assert explain_stream([data], content)[0].causes[0] == "expired"


def test_one_endless_line(content):
    data = b"word " * 400_000 + b"certificate has expired " + b"word " * 400_000
    started = time.process_time()
    (match,) = explain_stream([data], content)
    assert (match.causes[0], match.line) == ("expired", 1)
    assert time.process_time() - started < LOOSE


HOSTILE = [
    "x" * 300_000,
    "certificate " * 60_000,
    "hostname " * 80_000,
    "certificate has expire " * 30_000,
    "{" * 300_000,
    ">" * 300_000,
    " " * 500_000,
    "\0" * 300_000,
    "A" * 400_000,
    "A" * 64 + "\\" * 300_000,
    ("A" * 64 + "\n") * 6_000,
    "&" * 300_000,
    "&amp;" * 80_000,
    "\\u001b[" * 60_000,
    "\x1b]" * 150_000,
    "-----BEGIN PRIVATE KEY-----" * 10_000,
    "-----END CERTIFICATE-----\n" * 10_000,
    "https://" * 60_000 + " certificate has expired",
    "a@" * 150_000 + "://certificate has expired",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_take_no_time(content, text):
    started = time.process_time()
    reading(text, content)
    assert time.process_time() - started < LOOSE


def test_random_bytes_say_nothing(content):
    data = random.Random(7).randbytes(3_000_000)
    started = time.process_time()
    assert explain_stream([data], content) == ()
    assert time.process_time() - started < LOOSE


def test_a_certificate_or_key_in_der_is_told(content):
    certificate = read_stream([b"\x30\x82\x03\x0a\x30\x82\x01\xf2" + bytes(range(200))], content)
    assert (certificate.withheld.certificates, certificate.withheld.key) == (1, False)
    key = read_stream([b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01" + bytes(range(200))], content)
    assert (key.withheld.certificates, key.withheld.key) == (0, True)
    assert read_stream([b"0"], content).withheld == read_stream([], content).withheld


def test_more_kinds_of_lines_than_are_looked_at_is_said(content):
    words = sorted(w.decode() for w in index_of(content).vocabulary.words if w.isalpha())
    names = random.Random(3)
    data = "".join(" ".join(["certificate", *names.choices(words, k=6)]) + "\n" for _ in range(8000))
    told = read_stream([data.encode()], content)
    assert told.shortened
    assert not read_stream([log(1000)], content).shortened


def test_a_text_is_read_up_to_its_limit_and_says_so(content):
    assert reading("x" * MAX_TEXT + "certificate has expired", content).shortened
    assert explain("x" * MAX_TEXT + "certificate has expired", content) == ()


def test_a_pattern_without_a_word_of_its_own_is_found_in_a_log_too(tmp_path):
    content = tables(tmp_path, some=row("{flags}ExpiredRoot{more}", "expired") + row("证书已过期", "expired"))
    data = log(2000) + b"flags=SomeExpiredRootThing\n" + log(2000) + "错误证书已过期了\n".encode() + log(10)
    assert sorted(m.line for m in explain_stream([data], content)) == [2001, 4002]


def test_a_private_key_between_two_blocks_is_withheld(content):
    line = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    key = b"-----BEGIN PRIVATE KEY-----\n" + line * 9000 + b"-----END PRIVATE KEY-----\n"
    told = read_stream([log(8000) + key + b"certificate has expired\n"], content)
    assert told.withheld.key
    assert told.matches[0].line == 8000 + 9002 + 1
    assert "MIIEv" not in repr(told)


MEASURED = """
import random, resource, sys
from tlswizard.content.library import Content
from tlswizard.explain.stream import read_stream
content = Content.shipped()
read_stream([b"certificate has expired"], content)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def chunks():
    for i in range(100):
        yield (b"word certificate %d " % i) * 50_000
read_stream(chunks(), content)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_line_of_a_hundred_megabytes_needs_little_memory():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        capture_output=True, text=True, timeout=120, check=True, env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    assert int(done.stdout) < 100 * 1024


REPEATED = [
    "curl: (60) SSL certificate problem: certificate has expired\n",
    "curl: (60) SSL certificate problem: certificate has expired ",
    "error 79 at {depth} depth lookup: {openssl} ",
    "error:",
    "certificate verify failed: ",
]


@pytest.mark.parametrize("size", [3_900, 31_000])
@pytest.mark.parametrize("part", REPEATED, ids=range(len(REPEATED)))
def test_a_message_repeated_takes_no_time(content, part, size):
    started = time.process_time()
    reading((part * size)[:size], content)
    assert time.process_time() - started < LOOSE / 10


def test_a_message_repeated_is_counted(content):
    (match,) = reading("curl: (60) SSL certificate problem: certificate has expired\n" * 520, content).matches
    assert (match.client, match.line, match.count) == ("curl", 1, 520)
