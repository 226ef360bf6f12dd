"""A playbook, a client or a site's file from a stranger asks, shows and looks: it opens no file, runs
nothing, and contacts nobody whom the person did not type or confirm."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from diagnosis_cases import AT, CONTENT, the
from wizard_driver import story, walking

from tlswizard.checks.gathering import EVERYTHING, gathered
from tlswizard.content.library import PLAYBOOK, Content
from tlswizard.content.reader import BadFile
from tlswizard.core.blocks import Commands
from tlswizard.core.case import Case, Options
from tlswizard.core.trouble import Trouble
from tlswizard.playbook.engine import InputGiven, WantInput, start, tell, want
from tlswizard.playbook.format import Playbook
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.plain import rendered
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.walk import Action, Chose, GoOn, Typed

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in ("tui", "app"))

from app_driver import Walking, on_exercise

EXERCISE = "two-stores"
ASKED = the(EXERCISE).asked
HOST = the(EXERCISE).target.host
EVIL = "evil.example"
HEAD = 'tlswizard: 1\nid: {id}\ntitle: A gift\nversion: "1"\n'
SERVER = "inputs:\n  server: {{type: server, label: Which server?{more}}}\n"
LOOK = """\
  begin:
    check: net.reach
    next:
      ok: over
      name-not-resolved, connection-refused, connection-timeout, connection-reset: over
      network-unreachable, proxy-refused, not-checked: over
  over: {finish: solved}
"""


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Playbook]:
    """Writes playbooks into a site's folder, and takes the one called `gift` off the shelf, proven."""

    def made(**texts: str) -> Playbook:
        for id_, text in texts.items():
            (tmp_path / f"{id_}{PLAYBOOK}").write_text(HEAD.format(id=id_) + text)
        return playbook(CONTENT.with_added((tmp_path,)), "gift")

    return made


@dataclass
class Doors:
    """A Machine that notes whom it is asked for, what it opens, and what it runs."""

    machine: Any
    hosts: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    ran: list[tuple[str, ...]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.machine, name)

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        self.hosts.append(host)
        return await self.machine.addresses(host, port)

    async def connect(self, address: str, port: int) -> Any:
        assert self.hosts, "it connects to an address that no name was looked up for"
        return await self.machine.connect(address, port)

    def read(self, path: str, limit: int) -> bytes:
        self.opened.append(path)
        return self.machine.read(path, limit)

    def names_in(self, folder: str) -> tuple[str, ...]:
        self.opened.append(folder)
        return self.machine.names_in(folder)

    def excerpt(self, path: str, begin: bytes, limit: int) -> bytes:
        self.opened.append(path)
        return self.machine.excerpt(path, begin, limit)

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        self.ran.append(command)
        return self.machine.output(command, limit)

    def has(self, sign: str) -> bool:
        self.signs.append(sign)
        return self.machine.has(sign)


def walked(
    book: Playbook, actions: list[Action], content: Content = CONTENT, **inputs: str
) -> tuple[Doors, Guided]:
    """Opens a walk in a practice world with these `inputs`, and does this."""
    kept: list[tuple[Doors, Guided]] = []

    async def run() -> None:
        async with walking(EXERCISE) as (walk, _):
            doors = Doors(walk.machine)
            own = Guided(doors, content, book, inputs=inputs)
            kept.append((doors, own))
            await own.open()
            for action in actions:
                await own.take(action)

    story(run)
    return kept[0]


# ── whom it may contact ──


def test_a_server_that_the_file_proposes_is_shown_and_not_contacted(book) -> None:
    gift = book(gift=SERVER.format(more=f", default: {EVIL}") + "steps:\n" + LOOK)
    doors, walk = walked(gift, [])
    assert walk.page.kind == "input"
    assert walk.page.field
    assert walk.page.field.value == EVIL
    assert EVIL in rendered(walk.page) or walk.page.field.value == EVIL
    assert doors.hosts == []

    doors, _ = walked(gift, [Typed(ASKED)])
    assert set(doors.hosts) == {HOST}
    doors, _ = walked(gift, [Typed(EVIL)])
    assert set(doors.hosts) == {EVIL}


USES = """\
inputs:
  server: {{type: server, label: Which server?}}
steps:
  first: {{explain: "About {{server}}", next: inner}}
  inner:
    use: inside
    with: {{server: "{given}"}}
    next: {{solved: over}}
  over: {{finish: solved}}
"""
INSIDE = SERVER.format(more="") + "steps:\n" + LOOK


@pytest.mark.parametrize(
    "given",
    [
        EVIL,
        f"https://{EVIL}",
        "{server.host}.evil.example",
        "{server.host}@evil.example",
        f"https://{HOST}@{EVIL}",
    ],
)
def test_a_used_playbook_is_not_sent_elsewhere_by_the_file(book, given: str) -> None:
    gift = book(gift=USES.format(given=given), inside=INSIDE)
    doors, walk = walked(gift, [GoOn()], server=ASKED)
    assert walk.page.kind == "input"
    assert walk.page.field
    assert walk.page.field.value
    assert doors.hosts == []


@pytest.mark.parametrize("given", ["{server}", "{server.host}", "{server.host}:443"])
def test_the_server_that_was_typed_passes_by_itself(book, given: str) -> None:
    gift = book(gift=USES.format(given=given), inside=INSIDE)
    doors, walk = walked(gift, [GoOn()], server=ASKED)
    assert walk.page.kind != "input"
    assert set(doors.hosts) == {HOST}


def test_what_was_confirmed_once_is_not_asked_again(book) -> None:
    gift = book(gift=USES.format(given=EVIL), inside=INSIDE)
    doors, _ = walked(gift, [GoOn(), Typed(EVIL)], server=ASKED)
    assert set(doors.hosts) == {EVIL}


# ── what it may open ──


def test_a_path_is_a_text_and_opens_no_file(book, tmp_path: Path) -> None:
    secret = tmp_path / "secret.pem"
    secret.write_text("SECRET WORDS")
    text = f"""\
inputs:
  file: {{type: path, label: Which file?, default: {secret}}}
steps:
  show: {{explain: "It is {{file}}.", details: "{{file}}", note: "{{file}}", next: over}}
  over: {{finish: solved}}
"""
    doors, walk = walked(book(gift=text), [Typed(str(secret))])
    assert "secret.pem" in rendered(walk.page).replace("\n", "")
    assert "SECRET" not in rendered(walk.page) + walk.note()
    assert doors.opened == []
    assert doors.ran == []
    assert doors.hosts == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "gift.playbook.yaml", "~", "a\\b"])
def test_a_use_is_the_id_of_a_playbook_and_no_path(book, name: str) -> None:
    with pytest.raises(Trouble, match="unknown-playbook"):
        book(gift=f"steps:\n  a: {{use: '{name}', next: {{solved: z}}}}\n  z: {{finish: solved}}\n")


@pytest.mark.parametrize("id_", ["../gift", "..", "a/b", "-rf", "A", "a b", "a\\b", "$(id)"])
def test_an_id_is_a_word_and_no_path(tmp_path: Path, id_: str) -> None:
    file = tmp_path / "gift.yaml"
    file.write_text(HEAD.format(id=f"'{id_}'") + "steps:\n  z: {finish: solved}\n")
    with pytest.raises(Trouble, match="is no name for a playbook"):
        playbook(CONTENT, str(file))


def _folder(path: Path) -> None:
    path.mkdir()


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 * 2**30)


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the kinds of files that POSIX has")
@pytest.mark.parametrize("make", [_folder, _sparse, _dangling, _device, _fifo])
def test_what_is_no_small_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "gift.yaml"
    make(path)
    said: list[str] = []

    def take() -> None:
        try:
            playbook(CONTENT, str(path))
        except Trouble as trouble:
            said.append(str(trouble))

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(3)
    waits = thread.is_alive()
    if waits:
        path.open("wb").close()  # lets the thread end
        thread.join(3)
    assert not waits
    assert said


def test_a_link_to_a_playbook_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(HEAD.format(id="gift") + "steps:\n  z: {finish: solved}\n")
    (tmp_path / "gift.yaml").symlink_to(tmp_path / "real.yaml")
    assert playbook(CONTENT, str(tmp_path / "gift.yaml")).id == "gift"


# ── what it may show ──

NASTY = "[bold red]BOO[/] [link=http://evil.example]here[/link] [@click=app.quit]x[/] \\[b] :bomb: <b>&amp;"


def test_markup_in_any_text_is_shown_as_it_is(book) -> None:
    text = f"""\
inputs:
  say: {{type: text, label: '{NASTY}', hint: '{NASTY}'}}
steps:
  a: {{title: '{NASTY}', explain: '{NASTY} {{say}}', why: '{NASTY}', details: '{NASTY}', next: b}}
  b: {{ask: '{NASTY}', choices: {{one: {{label: '{NASTY}', next: z}}, two: {{label: Two, next: z}}}}}}
  z: {{finish: solved, message: '{NASTY}'}}
"""
    gift = book(gift=text)
    seen: list[str] = []

    async def steps(driver: Walking) -> None:
        for keys in ([*"[b]x"], [], []):
            seen.append(" ".join(driver.text.split()))
            await driver.press(
                *(
                    "left_square_bracket" if k == "[" else "right_square_bracket" if k == "]" else k
                    for k in keys
                )
            )
            await driver.press("enter")
        seen.append(" ".join(driver.text.split()))

    on_exercise(EXERCISE, steps, book=gift, inputs={})
    assert all("[bold red]BOO[/]" in screen for screen in seen), seen
    assert "\x1b" not in "".join(seen)

    _, walk = walked(gift, [Typed("[b]\x1b[31mx")])
    assert walk.page.error
    for actions in ([], [Typed("[i]x")], [Typed("[i]x"), GoOn()], [Typed("[i]x"), GoOn(), Chose("one")]):
        _, walk = walked(gift, list(actions))
        assert "[bold red]BOO[/]" in rendered(walk.page)
        assert rendered(walk.page).replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ['"\\e[2J"', '"\\u202e"', '"a\\0"', '"\\x9b31m"', '"\\u2028"'])
def test_what_cannot_be_seen_is_refused_in_every_text(book, text: str) -> None:
    with pytest.raises(Trouble, match="character"):
        book(gift=f"steps:\n  a: {{explain: {text}, next: z}}\n  z: {{finish: solved}}\n")


@pytest.mark.parametrize(
    "reference",
    [
        "{server.__class__}",
        "{server.host.__init__}",
        "{0}",
        "{site.site.facts}",
        "{site}",
        "{server[0]}",
        "{server!r}",
        "{__import__}",
        "{a.outcome}",
        "{site.__dict__}",
    ],
)
def test_braces_name_values_and_nothing_of_the_program(book, reference: str) -> None:
    text = (
        SERVER.format(more="")
        + f"steps:\n  a: {{explain: 'See {reference} now', next: z}}\n  z: {{finish: solved}}\n"
    )
    with pytest.raises(Trouble, match="unknown-value"):
        book(gift=text)


def test_a_value_that_looks_like_a_reference_is_shown_as_it_is(book) -> None:
    text = """\
inputs:
  word: {type: text, label: Which word?}
  other: {type: text, label: Which other?, default: SECRET}
steps:
  a: {explain: "{other} and {word}", next: z}
  z: {finish: solved}
"""
    gift = book(gift=text)
    state = start(gift, {"word": "{other}", "other": "{site.service-desk}"})
    assert not isinstance(want(gift, state), WantInput)
    _, walk = walked(gift, [Typed("{other}"), Typed("{site.service-desk}")])
    assert "{site.service-desk} and {other}" in rendered(walk.page)


def test_values_in_a_command_are_quoted(book) -> None:
    text = """\
inputs:
  word: {type: text, label: Which word?}
steps:
  a: {explain: "`printf %s {word}`", next: z}
  z: {finish: solved}
"""
    gift = book(gift=text)
    _, walk = walked(gift, [Typed("$(touch x) `id` '; rm -rf ~ #")])
    (command,) = [block for block in walk.page.blocks if isinstance(block, Commands)]
    assert command.lines == ("printf %s '[type-it-by-hand]'",)
    state = tell(gift, start(gift, {}), InputGiven("word", "a"))
    assert state.inputs == {"word": "a"}


# ── a client's row and a site's facts ──

ROW = """\
own:
  title: Our own [bold]program[/]
  judge: rules
  found-by: [command:our-own]
  stores:
    {platform}: ["file:/etc/shadow", "env:SECRET", "../../etc/passwd", "command:id", "$(id)", {first}]
  sources: [ours]
"""


@contextmanager
def site(folder: Path, row: str) -> Iterator[Content]:
    (folder / "clients").mkdir()
    (folder / "clients" / "own.yaml").write_text(row)
    yield CONTENT.with_added((folder,))


def opened_and_run(content: Content) -> tuple[set[str], list[tuple[str, ...]]]:
    """What a look at everything opens and runs, with these rows."""
    kept: list[Doors] = []

    async def run() -> None:
        async with the(EXERCISE).open(lambda: AT) as world:
            doors = Doors(world.machine)
            kept.append(doors)
            case = Case(the(EXERCISE).target, doors.observed, doors.now(), name=world.asked)
            await gathered(doors, case, EVERYTHING, Options(), content)

    story(run)
    return set(kept[0].opened), kept[0].ran


def test_the_stores_of_a_row_are_names_and_open_nothing(tmp_path: Path) -> None:
    first = "{first-of: [/etc/passwd, java]}"
    rows = (
        ROW.format(platform=platform, first=first).replace("own:", f"own-{platform}:", 1)
        for platform in ("linux", "windows", "macos")
    )
    with site(tmp_path, "".join(rows)) as content:
        assert "own-linux" in content.clients
        opened, ran = opened_and_run(content)
        assert opened
        assert (opened, ran) == opened_and_run(CONTENT)
    assert not any("shadow" in path or "passwd" in path for path in opened)


@pytest.mark.parametrize(
    "sign", ["package:antigravity.x", "command:\\\\evil.example\\x", "command:../x", "library:**"]
)
def test_a_row_that_would_run_or_reach_something_is_refused(tmp_path: Path, sign: str) -> None:
    row = ROW.format(platform="linux", first="java").replace("command:our-own", sign)
    with pytest.raises(BadFile, match="is no sign of a program"), site(tmp_path, row):
        pass


def test_the_facts_of_a_site_are_texts(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        "facts:\n  service-desk: '{server} $(id) [bold]x[/] {site.service-desk}'\n"
    )
    content = CONTENT.with_added((tmp_path,))
    assert content.site.facts["service-desk"] == "{server} $(id) [bold]x[/] {site.service-desk}"
    (tmp_path / "site.yaml").write_text('facts:\n  service-desk: "\\e[2J"\n')
    with pytest.raises(BadFile, match="cannot be seen"):
        CONTENT.with_added((tmp_path,))
