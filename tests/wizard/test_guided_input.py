"""What people paste and what certificates say: preselected, never kept where it must not be, never raw."""

import unicodedata

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from diagnosis_cases import AT, CONTENT, the
from wizard_driver import conclusion_of, enter, enter_through, guided, story, strings, walking

from tlswizard.core.text import visible
from tlswizard.lab.exercise import Bench
from tlswizard.lab.world import Scene, World
from tlswizard.wizard.opening import read
from tlswizard.wizard.page import Page
from tlswizard.wizard.plain import rendered
from tlswizard.wizard.walk import Typed

MESSAGES = {
    "two-stores": "only-invalid",
    "short-name": "only-invalid",
    "clock-wrong": "only-invalid",
    "intermediate-in-user-store": "only-invalid",
    "smtp-starttls": "only-invalid",
    "missing-intermediate": "not-trusted",
    "self-signed": "not-trusted",
    "untrusted-root": "not-trusted",
    "two-faults-at-once": "not-trusted",
    "expired": "dates",
}
"""The answer that each exercise's message points to."""


def selected(page: Page) -> str:
    return page.choices[page.selected].id


@pytest.mark.parametrize(("id_", "answer"), MESSAGES.items())
def test_the_message_preselects_its_answer(id_: str, answer: str):
    async def run() -> None:
        async with walking(id_) as (walk, _):
            assert (walk.page.kind, selected(walk.page)) == ("question", answer)
            assert the(id_).message[:40] in " ".join(" ".join(strings(walk.page.blocks)).split())

    story(run)


@pytest.mark.parametrize(("id_", "answer"), MESSAGES.items())
def test_the_message_pasted_on_the_page_preselects_it_too(id_: str, answer: str):
    async def run() -> None:
        async with walking(id_, message="") as (walk, _):
            page = await walk.take(Typed(the(id_).message))
            assert (page.kind, selected(page), page.error) == ("question", answer, "")

    story(run)


TRACE = (
    "System.Net.WebException: The underlying connection was closed.\n"
    + "   at System.Net.HttpWebRequest.GetResponse()\n" * 40
    + "curl: (60) SSL certificate problem: certificate has expired\n"
)


def test_a_long_trace_is_read_to_its_end():
    async def run() -> None:
        async with walking("expired", message=TRACE) as (walk, _):
            assert selected(walk.page) == "dates"
        async with walking("expired", message="") as (walk, _):
            page = await walk.take(Typed(TRACE))
            assert selected(page) == "dates"
            shown = next(s for s in strings(page.blocks) if "WebException" in s)
            assert len(shown) < 500
            assert len(walk.note().split("Message")[1].split("Looked at")[0]) < 400

    story(run)


def test_a_long_trace_on_the_start_screen_is_read_to_its_end():
    reading = read(TRACE, CONTENT)
    assert reading.kind == "message"

    async def run() -> None:
        async with walking("expired", message=reading.message) as (walk, _):
            assert selected(walk.page) == "dates"

    story(run)


def test_a_message_that_nobody_knows_selects_nothing_special():
    async def run() -> None:
        async with walking("expired", message="") as (walk, _):
            first = selected(walk.page)
            page = await walk.take(Typed("the frobnicator has come loose again"))
            assert selected(page) == first
            assert "not known here" in " ".join(strings(page.blocks))

    story(run)


KEYS = [
    f"-----BEGIN {kind}PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0B\n-----END {kind}PRIVATE KEY-----"
    for kind in ("", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH ")
]


@pytest.mark.parametrize("key", KEYS)
def test_a_private_key_is_never_kept(key: str):
    async def run() -> None:
        async with walking("expired", message="") as (walk, _):
            page = await walk.take(Typed(f"certificate verify failed {key}"))
            assert "private key" in page.error
            walk.add_to_note(f"look at this: {key}")
            await enter_through(walk)
            for kept in (walk.file.read_text(), walk.note(), repr(walk.session)):
                assert "MIIEvgIBADANBgkqhkiG9w0B" not in kept

    story(run)


@pytest.mark.parametrize("key", KEYS)
def test_a_private_key_from_the_start_screen_is_never_kept(key: str):
    text = f"certificate verify failed: certificate has expired {key}"
    reading = read(text, CONTENT)
    assert "private key" in reading.line
    assert "MIIE" not in repr(reading)

    async def run() -> None:
        async with walking("expired", message=text) as (walk, _):
            await walk.take(enter(walk.page))
            assert "MIIEvgIBADANBgkqhkiG9w0B" not in walk.file.read_text()

    story(run)


# ── hostile text ──

HOSTILE = "[/][@click=app.bell]x[/] \x1b]0;title\x07\x1b[2J \nServer ✓ fine\r\u202egnp.exe\u2066\x9b31m"


def hostile_world() -> World:
    """An exercise whose certificates say all that a terminal could be harmed with."""
    bench = Bench.at(AT)
    root = bench.root(f"Root {HOSTILE}"[:60], org="Evil\x1b[31m[/]\u202e")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "O=[/]\x1b[1m\n"),
            x509.NameAttribute(NameOID.COMMON_NAME, HOSTILE[:60]),
        ]
    )
    leaf = root.leaf(["[red]x\x1b[31m.example", "good.example"], subject=name)
    scene = Scene(
        computer=bench.windows(user_root=[root]), sends=(leaf, root),
        names={"wiki": "10.1.7.20", "good.example": "10.1.7.20"}
    )  # fmt: skip
    return World(the("short-name").target, scene, house=bench.house, clock=lambda: AT)


def harmless(text: str) -> bool:
    return not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_hostile_certificates_are_visible_escapes_on_every_page_look_note_and_line():
    async def run() -> None:
        async with hostile_world() as world:
            walk = guided(world, the("short-name"), message=f"verify failed {HOSTILE}")
            await walk.open()
            shown: list[str] = []

            def seen(page: Page) -> None:
                shown.extend(strings(page))
                shown.extend(strings((walk.findings(), walk.programs(), walk.chain())))
                assert harmless(rendered(page))
                assert harmless(walk.note())

            last = await enter_through(walk, seen)
            walk.add_to_note(HOSTILE)
            assert harmless(walk.note())
            assert last.over
            assert [text for text in shown if not harmless(text)] == []
            said = " ".join(shown)
            for escape in ("\\x1b[2J", "\\n", "\\u202e", "[/]", "\\x9b31m"):
                assert escape in said

    story(run)


def test_hostile_text_makes_no_line_of_its_own():
    """A newline in a name could fake a line such as `Result solved`."""

    async def run() -> None:
        async with hostile_world() as world:
            walk = guided(world, the("short-name"))
            await walk.open()
            while walk.page.kind != "check":
                await walk.take(enter(walk.page))
            for line in (*rendered(walk.page).splitlines(), *walk.note().splitlines()):
                assert not line.startswith("Server ✓ fine")
            assert [s for s in strings(walk.page.blocks) if "\n" in s] == []
            assert conclusion_of(walk.page)

    story(run)


def test_a_hostile_target_is_told_in_escapes():
    async def run() -> None:
        async with walking("short-name", inputs={}) as (walk, _):
            while walk.page.field is None or walk.page.choices:
                await walk.take(enter(walk.page))
            page = await walk.take(Typed(f"a\x1b[2J\u202eb {visible('x')} y z"))
            assert page.error
            assert harmless(page.error)

    story(run)
