"""A walk that looks at a second server: what was seen of one never stands for the other."""

from diagnosis_cases import AT, CONTENT, the
from wizard_driver import conclusion_of, story

from tlswizard.content.library import Content
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
