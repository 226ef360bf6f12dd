"""Whatever the bytes of a table or a site's file: it is read, or refused with messages that can be shown."""

from collections.abc import Callable, Iterable
from time import monotonic

import pytest
from hostile_bytes import STEADY, anything, assert_sound, filled
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.content.causes import read_causes
from tlswizard.content.clients import read_clients
from tlswizard.content.fixes import read_fixes
from tlswizard.content.glossary import read_words, words_in
from tlswizard.content.library import Content
from tlswizard.content.messages import read_messages
from tlswizard.content.reader import MAX_BYTES, BadFile
from tlswizard.content.site import read_site

ROOT = Content.shipped().root
READERS: dict[str, Callable[[Iterable[tuple[str, bytes]]], object]] = {
    "causes": read_causes,
    "fixes": read_fixes,
    "messages": read_messages,
    "clients": read_clients,
    "glossary": read_words,
    "site": read_site,
}
KEYS = {
    "causes": "title check place severity tolerated fatal who fixes explains meaning because against sources",
    "fixes": "title text where who risk takes-effect check changes parameters",
    "messages": "pattern causes kind note for",
    "clients": "title like family account judge flags found-by stores refuses tolerates tested sources",
    "glossary": "word also means example sources",
    "site": "facts give-to roots start helpdesk service-desk",
}
SECONDS = 10
"""For a whole file of 256 KB, on a slow and busy computer: 1 to 2 on an idle one."""


def shipped(table: str) -> list[bytes]:
    folder = ROOT / table
    files = folder.iterdir() if folder.is_dir() else (ROOT / f"{table}.yaml",)
    return [file.read_bytes() for file in files]


def outcome(table: str, data: bytes) -> str:
    """`read`, or `refused` with messages that are sound; nothing else may happen."""
    try:
        found = READERS[table]([("some file.yaml", data)])
        if isinstance(found, Iterable):
            list(found)
    except BadFile as bad:
        assert_sound(bad.problems, data)
        assert str(bad)
        return "refused"
    return "read"


@pytest.mark.parametrize("table", READERS)
def test_the_shipped_ones_are_read(table: str) -> None:
    assert shipped(table)
    like = b"".join(shipped(table)) if table == "clients" else None
    assert {outcome(table, data) for data in ([like] if like else shipped(table))} == {"read"}


@pytest.mark.parametrize("table", READERS)
def test_whatever_the_bytes_it_is_read_or_refused_with_a_message(table: str) -> None:
    @STEADY
    @given(anything(KEYS[table].split(), shipped(table)))
    def run(data: bytes) -> None:
        outcome(table, data)

    run()


LARGE = {
    "unknown keys": filled("", "k@: \n"),
    "unknown keys of a row": filled("a:\n", "  k@: b\n"),
    "rows": filled("", "a@: {title: b, like: a0, sources: [c]}\n"),
    "a chain of likes": filled("", "a@: {title: b, like: a@x, sources: [c]}\n"),
    "repeated keys": filled("", "a: b\n"),
    "anchors": filled("", "b@: &a@ c\n"),
    "aliases": filled("a: &a [x, x]\n", "b@: [*a, *a]\n"),
    "tags": filled("", "b@: !!python/object/apply:os.system c\n"),
    "tabs": filled("", "\t\n"),
    "hidden characters": filled("", "\u200b\n")[: MAX_BYTES - 1],
    "half a character": ("\u200b" * MAX_BYTES).encode()[:MAX_BYTES],
    "documents": filled("", "---\n"),
    "directives": filled("", "%TAG !a@! b\n"),
    "brackets": b"[" * MAX_BYTES,
    "braces": b"{a: " * (MAX_BYTES // 4),
    "dashes": b"- " * (MAX_BYTES // 2),
    "question marks": b"[" + b"? a," * (MAX_BYTES // 4 - 1),
    "an open quote": b'"' + b"\\\n" * (MAX_BYTES // 2 - 1),
    "one line": b"a" * MAX_BYTES,
    "a long key": b"a" * (MAX_BYTES - 3) + b": b",
    "empty lines": b"\r" * MAX_BYTES,
    "NUL": b"\0" * MAX_BYTES,
    "too large": b"a: b\n" * MAX_BYTES,
}


@pytest.mark.parametrize("table", ["clients", "site", "messages"])
@pytest.mark.parametrize("name", LARGE)
def test_the_largest_files_end_in_time_with_few_messages(table: str, name: str) -> None:
    started = monotonic()
    assert outcome(table, LARGE[name]) == "refused"
    assert monotonic() - started < SECONDS


def test_the_limit_of_size_is_exact() -> None:
    start = b"facts:\n  a: b\n#"
    assert outcome("site", start + b"x" * (MAX_BYTES - len(start))) == "read"
    assert outcome("site", start + b"x" * (MAX_BYTES - len(start) + 1)) == "refused"


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
def test_a_long_chain_of_rows_that_are_like_each_other_is_refused(order: int) -> None:
    rows = [f"a{i}: {{title: b, like: a{i + 1}, sources: c}}\n" for i in range(4000)]
    rows.append("a4000: {title: b, judge: rules, sources: c}\n")
    assert outcome("clients", "".join(rows[::order]).encode()) == "refused"
    assert outcome("clients", "".join(rows[-5:][::order]).encode()) == "read"


def test_a_circle_of_rows_that_are_like_each_other_is_refused() -> None:
    circle = b"a: {title: b, like: c, sources: d}\nc: {title: b, like: a, sources: d}\n"
    assert outcome("clients", circle) == "refused"


@STEADY
@given(st.text(max_size=400))
def test_the_glossary_is_looked_for_in_any_text(text: str) -> None:
    words = tuple(read_words([("glossary", shipped("glossary")[0])]))
    assert set(words_in(text, words)) <= set(words)


@pytest.mark.parametrize(
    "text", ["certificate " * 20_000, "a" * MAX_BYTES, "\n" * MAX_BYTES, "root\n " * 40_000], ids=range(4)
)
def test_the_glossary_is_looked_for_in_time(text: str) -> None:
    words = tuple(read_words([("glossary", shipped("glossary")[0])]))
    started = monotonic()
    words_in(text, words)
    assert monotonic() - started < 2


# ── what a row can make the program do ──

ROW = "own:\n  title: Own\n  judge: rules\n  sources: [ours]\n"


@pytest.mark.parametrize(
    "sign",
    [
        "command:/bin/sh",
        "command:../x",
        "command:\\\\evil.example\\share\\x",
        "command:C:\\x",
        "command:a\\b",
        "command:",
        "package:antigravity.x",
        "package:a.b",
        "package:a b",
        "library:**",
        "library:*",
        "library:../x",
        "java:" + "9" * 5000,
        "shell:rm",
        "file:x",
        "command:$(id)",
        "command:`id`",
        "registry:\\\\evil.example\\HKLM",
        "command:a;b",
        "package:/x",
    ],
)
def test_a_sign_of_a_program_is_a_word_and_no_path(sign: str) -> None:
    assert outcome("clients", f"{ROW}  found-by: ['{sign}']\n".encode()) == "refused"


@pytest.mark.parametrize(
    "sign",
    [
        "command:our-tool",
        "package:requests",
        "library:libx.so.4",
        "java:<25",
        "node:>=23",
        "macos:Safari",
        "windows:.NET Framework",
        "interpreter:<3.13",
    ],
)
def test_a_usual_sign_is_fine(sign: str) -> None:
    assert outcome("clients", f"{ROW}  found-by: ['{sign}']\n".encode()) == "read"
