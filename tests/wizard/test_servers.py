"""A walk that looks at a second server: what was seen of one never stands for the other."""

from dataclasses import replace
from pathlib import Path

from diagnosis_cases import AT, CONTENT, the
from wizard_driver import conclusion_of, story

from tlswizard.content.library import Content
from tlswizard.core.case import Case, Clock, Observed, Part
from tlswizard.core.target import parse_target
from tlswizard.playbook.engine import State
from tlswizard.playbook.format import Playbook
from tlswizard.playbook.record import Looked, Session
from tlswizard.wizard import servers
from tlswizard.wizard.guided import Guided
from tlswizard.wizard.shelf import playbook
from tlswizard.wizard.walk import Back, Chose, GoOn, Typed

HEAD = 'tlswizard: 1\nid: {id}\ntitle: {id}\nversion: "1"\n'
OUTER = """\
inputs:
  server: {type: server, label: Which server?}
  other: {type: server, label: Which other one?}
steps:
  seen-first:
    check: cert.names
    next: {"ok, name-mismatch, host-name-refused, not-checked": mended}
  mended:
    fix: manual
    title: Mend {server}
    text: Do it.
    next: {"done, cannot": then}
  then: {explain: "Now {other}.", next: inside}
  inside:
    use: inner
    title: Look at {other}
    with: {server: "{other}"}
    next: {handed-over: told}
  told: {explain: "{seen-first.asked} it was.", next: over}
  over: {finish: solved}
"""
INNER = """\
inputs:
  server: {type: server, label: Which server?}
steps:
  seen:
    check: cert.names
    next: {"ok, name-mismatch, host-name-refused, not-checked": again}
  again:
    retest: seen
    next: {"fixed, changed, same, nothing-wrong, not-checked": gone}
  gone: {finish: handed-over, give-to: network-team, message: "Call them about {server.host}."}
"""


def test_before_and_after_are_of_one_server_each(tmp_path):
    for id_, text in (("outer", OUTER), ("inner", INNER)):
        (tmp_path / f"{id_}.playbook.yaml").write_text(HEAD.format(id=id_) + text)
    content = Content(CONTENT.root, (tmp_path,))

    async def run() -> None:
        exercise = the("short-name")
        good = "wiki.northwind.example"
        async with exercise.open(lambda: AT) as world:
            walk = Guided(
                world.machine,
                content,
                playbook(content, "outer"),
                inputs={"server": exercise.asked, "other": f"https://{good}"},
            )
            page = await walk.open()
            assert exercise.target.host in page.title
            await walk.take(GoOn())
            await walk.take(Chose("done"))
            page = await walk.take(GoOn())
            assert page.kind == "retest"
            assert good in page.title
            assert conclusion_of(page) == "Nothing was wrong before, and nothing is now"
            assert "put right" not in walk.note()
            page = await walk.take(GoOn())
            assert page.heading == ""
            assert exercise.target.host in page.title
            assert f"{exercise.target.host} it was." in str(page.blocks)
            page = await walk.take(Back())
            assert good in page.title
            await walk.take(GoOn())
            page = await walk.take(GoOn())
            assert page.over
            note = " ".join(walk.note().split())
            assert f"Also seen {good}:443: nothing wrong" in note
            assert "name-mismatch (certain, position 0)" in note
            assert f"cert.names of {good} ok" in note
            assert f"Mend https://{exercise.target.host} (said to be done)" in note
            assert f"handed-over (Call them about {good}.; goes to the network team)" in note
            assert "{" not in note

    story(run)


UNSURE = (
    HEAD.format(id="unsure")
    + """\
inputs:
  server: {type: server, label: Which server?, not-sure: yes}
steps:
  seen:
    check: cert.usage
    next: {ok: over, wrong-usage: over, not-checked: again}
  again:
    retest: seen
    next: {"fixed, changed, same, nothing-wrong": over, not-checked: put}
  put: {fix: add-root, who: administrator, next: {done: over, cannot: over}}
  over: {finish: unsolved, give-to: helpdesk}
"""
)


def test_where_nobody_knows_the_server_nothing_is_contacted_and_nothing_is_fine(tmp_path):
    file = tmp_path / "unsure.playbook.yaml"
    file.write_text(UNSURE)

    async def run() -> None:
        async with the("short-name").open(lambda: AT) as world:
            walk = Guided(world.machine, CONTENT, playbook(CONTENT, str(file)))
            await walk.open()
            page = await walk.take(Chose("not-sure") if walk.page.choices else Typed("not-sure"))
            assert conclusion_of(page) == "Not checked: nobody could say which server it is"
            page = await walk.take(GoOn())
            assert conclusion_of(page).endswith("nobody could say which server it is")
            page = await walk.take(GoOn())
            assert page.kind == "fix"
            page = await walk.take(Chose("cannot"))
            assert page.over
            assert "nothing was judged" in walk.note()

    story(run)


def at(step: str, case: Case | None, **inputs: str) -> Session:
    return Session("0", "outer", "1", "", "", AT, State(step, inputs), case=case)


def seen(server: str) -> Case:
    return Case(parse_target(server), Observed("m", "a", "linux"), AT)


def used(tmp_path: Path) -> Playbook:
    for id_, text in (("outer", OUTER), ("inner", INNER)):
        (tmp_path / f"{id_}.playbook.yaml").write_text(HEAD.format(id=id_) + text)
    return playbook(Content(CONTENT.root, (tmp_path,)), "outer")


ONE, TWO = "https://one.example", "https://two.example"
NAMES = {"server": ONE, "other": TWO}


def test_another_input_for_the_same_server_keeps_what_was_seen(tmp_path):
    book = used(tmp_path)
    before = at("then", seen(ONE), server=ONE, other=ONE, **{"inside/server": ONE})
    after = servers.turned(before, book, replace(before, state=replace(before.state, step="inside/seen")))
    assert after.case == before.case
    assert after.aside == {}


def test_another_server_starts_with_nothing_and_the_first_is_found_again(tmp_path):
    book = used(tmp_path)
    before = at("then", seen(ONE), **NAMES, **{"inside/server": TWO})
    inside = servers.turned(before, book, replace(before, state=replace(before.state, step="inside/seen")))
    assert inside.case is None
    assert servers.about(inside, book, "then").case == before.case
    back = servers.turned(inside, book, replace(inside, state=replace(inside.state, step="told")))
    assert back.case == before.case


def test_what_an_input_named_before_stands_for_nothing_any_more(tmp_path):
    book = used(tmp_path)
    session = at("then", seen(ONE), **NAMES, **{"inside/server": TWO})
    session = replace(session, aside={"inside/server": Looked(seen("https://old.example"))})
    assert list(servers.others(session, book)) == []
    assert servers.about(session, book, "inside/seen") == Looked()


def test_a_change_of_the_computer_makes_every_servers_case_old(tmp_path):
    case = seen(TWO).with_part("clock", Part(AT, Clock(AT, ())))
    session = replace(at("then", seen(ONE), **NAMES), aside={"other": Looked(case)})
    assert servers.changed(session, {"handshakes"}) == session
    kept = servers.changed(session, {"clock", "stores"}).aside["other"].case
    assert kept is not None
    assert kept.clock is None


def test_a_session_of_another_computer_keeps_nothing_that_was_seen_there(tmp_path):
    async def run() -> None:
        async with the("short-name").open(lambda: AT) as world:
            book = used(tmp_path)
            session = replace(at("then", None, **NAMES), aside={"other": Looked(seen(TWO))})
            walk = Guided(world.machine, CONTENT, book, session=session)
            assert walk.session.aside == {}
            assert "begun as a on m" in " ".join(walk.session.notes)

    story(run)
