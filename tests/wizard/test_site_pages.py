"""What an organisation says of itself is on the pages and in the note: teams, roots, playbooks."""

from contextlib import asynccontextmanager
from pathlib import Path

from diagnosis_cases import AT, CONTENT, the
from wizard_driver import conclusion_of, enter_through, story, strings

from tlswizard.content.library import Content
from tlswizard.lab.exercise import Exercise
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.known import LABEL
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.page import Page
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.walk import Chose, GoOn, StopHere

SMALL = """\
tlswizard: 1
id: {id}
title: {title}
version: "4"
inputs:
  server: {{type: server, label: Which server?}}
steps:
  trust:
    check: trust.compare
    note: Looked at by {{site.service-desk}}.
    next:
      ok, does-not-apply, untrusted-root, self-signed, same-name-different-key, distrusted, intercepted: put
      root-user-only, intermediate-user-only, root-machine-only, store-disagrees, environment-override: put
      installed-not-trusted, stale-roots, anchor-is-intermediate, not-checked: put
  put:
    fix: copy-to-machine-store
    who: administrator
    next: {{done: over, cannot: over}}
  over:
    finish: handed-over
    give-to: administrator
    message: Call {{site.service-desk}} about {{server.host}}.
"""


def house(folder: Path, *, roots: str = "{}", own: str = USUAL) -> Content:
    folder.mkdir()
    (folder / "site.yaml").write_text(
        f"facts: {{service-desk: 'IT desk, phone 4711'}}\n"
        f"give-to: {{administrator: the Windows team}}\nroots: {roots}\n"
    )
    (folder / f"{own}.playbook.yaml").write_text(SMALL.format(id=own, title="Of the house"))
    return Content(CONTENT.root, (folder,))


@asynccontextmanager
async def walked(content: Content, id_: str = "two-stores", book: str = USUAL):
    exercise: Exercise = the(id_)
    async with exercise.open(lambda: AT) as world:
        found = playbook(content, book)
        walk = Guided(world.machine, content, found, inputs={"server": exercise.asked}, pretend=True)
        await walk.open()
        yield walk, world


def told(page: Page) -> str:
    return "\n".join(strings(page.blocks))


def test_a_hidden_playbook_is_announced_on_the_first_page_and_the_origin_on_each(tmp_path):
    async def run() -> None:
        async with walked(house(tmp_path / "etc")) as (walk, _):
            origin = f"playbook from {tmp_path / 'etc'}"
            assert walk.page.origin == origin
            assert conclusion_of(walk.page).startswith(f"This {origin} hides the one shipped with tlswizard")
            page = await walk.take(GoOn())
            assert page.origin == origin
            assert "hides" not in told(page)
            page = await walk.take(StopHere())
            assert "hides the one shipped with tlswizard" in " ".join(walk.note().split())

    story(run)


def test_a_shipped_one_is_named_as_shipped_and_hides_nothing(tmp_path):
    async def run() -> None:
        async with walked(CONTENT) as (walk, _):
            assert walk.page.origin == "shipped playbook"
            assert walk.page.beside == "shipped playbook · dana on srv-app-02"
            assert "hides" not in told(walk.page)

    story(run)


def test_teams_and_facts_are_called_as_the_organisation_calls_them(tmp_path):
    async def run() -> None:
        async with walked(house(tmp_path / "etc")) as (walk, _):
            page = await walk.take(GoOn())
            assert page.heading.endswith("for the Windows team")
            page = await walk.take(Chose("cannot"))
            assert conclusion_of(page) == "Call IT desk, phone 4711 about jsanders4."
            assert "the Windows team" in told(page)
            note = walk.note()
            assert "Looked at by IT desk, phone 4711." in note
            assert "Result       handed-over: Call IT desk, phone 4711 about jsanders4." in note
            assert "Next         the Windows team" in note

    story(run)


def test_a_root_is_known_by_its_fingerprint_and_never_by_its_name(tmp_path):
    async def run() -> None:
        plain = house(tmp_path / "none")
        async with walked(plain) as (walk, _):
            assert LABEL not in told(walk.page)
        other = house(tmp_path / "other", roots=f"{{Contoso Root CA: {'ab' * 32}}}")
        async with walked(other) as (walk, _):
            assert "this fingerprint is not the one root that site.yaml lists" in told(walk.page)

    story(run)


def test_an_own_root_is_named_where_trust_is_decided(tmp_path):
    async def run() -> None:
        exercise = the("two-stores")
        async with exercise.open(lambda: AT) as world:
            first = Guided(
                world.machine,
                CONTENT,
                playbook(house(tmp_path / "a"), USUAL),
                inputs={"server": exercise.asked},
            )
            await first.open()
            case = first.session.case
            assert case is not None
            (root,) = (c for s in case.all_stores for c in s.anchors if c.title == "Contoso Root CA")
            content = house(tmp_path / "b", roots=f"{{Our root: {root.sha256}}}")
            walk = Guided(world.machine, content, playbook(content, USUAL), inputs={"server": exercise.asked})
            await walk.open()
            assert "site.yaml lists this very fingerprint, as “Our root”" in told(walk.page)
            page = await walk.take(GoOn())
            assert "site.yaml lists this very fingerprint, as “Our root”" in told(page)

    story(run)


def test_what_was_used_on_the_way_is_in_the_note():
    async def run() -> None:
        async with walked(CONTENT, "clock-wrong", "certificate-expired") as (walk, _):
            await enter_through(walk)
            assert "Used         playbook check-the-clock " in walk.note()

    story(run)


def test_a_playbook_without_a_server_is_walked_to_its_end():
    """It has fixes, too; there is nothing that could be proven."""

    async def run() -> None:
        async with the("two-stores").open(lambda: AT) as world:
            walk = Guided(world.machine, CONTENT, playbook(CONTENT, "write-a-trace"))
            await walk.open()
            page = await enter_through(walk)
            assert page.over
            assert "Server" not in walk.note()

    story(run)


ADDING = """\
tlswizard: 1
id: adding
title: Adding
version: "1"
inputs:
  server: {type: server, label: Which server?}
steps:
  put: {fix: add-root, who: administrator, next: {done: over, cannot: over}}
  over: {finish: solved}
"""
ASKING = """\
tlswizard: 1
id: asking
title: Asking
version: "1"
inputs:
  server: {type: server, label: Which server?}
steps:
  wanted:
    ask: Is it wanted?
    choices: {yes: tell, no: over, not-sure: over}
  tell: {explain: Then so be it., next: go}
  go: {use: adding, next: {solved: over}}
  over: {finish: solved}
"""


def test_enter_alone_trusts_nobody_also_by_way_of_another_playbook(tmp_path):
    for id_, text in (("adding", ADDING), ("asking", ASKING)):
        (tmp_path / f"{id_}.playbook.yaml").write_text(text)

    async def run() -> None:
        async with walked(Content(CONTENT.root, (tmp_path,)), book="asking") as (walk, _):
            assert walk.page.choices[walk.page.selected].id == "not-sure"

    story(run)


def test_who_is_not_sure_which_program_it_is_reads_of_the_program(tmp_path):
    text = ASKING.replace("steps:", "  program: {type: client, label: Which program?, not-sure: yes}\nsteps:")
    (tmp_path / "asking.playbook.yaml").write_text(text.replace("Is it wanted?", "Does {program} work?"))
    (tmp_path / "adding.playbook.yaml").write_text(ADDING)
    content = Content(CONTENT.root, (tmp_path,))

    async def run() -> None:
        async with the("two-stores").open(lambda: AT) as world:
            given = {"server": "https://jsanders4", "program": "not-sure"}
            walk = Guided(world.machine, content, playbook(content, "asking"), inputs=given)
            await walk.open()
            assert "Does the program work?" in told(walk.page)

    story(run)
