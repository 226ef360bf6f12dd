"""Where playbooks come from: a later folder hides an earlier one, a file hides both, and it is said."""

from pathlib import Path

import pytest
from diagnosis_cases import CONTENT

from tlswizard.content.library import SHIPPED, Content
from tlswizard.core.trouble import Trouble
from tlswizard.wizard.opening import USUAL
from tlswizard.wizard.shelf import Shelf, opened, playbook

SMALL = """\
tlswizard: 1
id: {id}
title: {title}
version: "1"
steps:
  begin:
    ask: Is it so?
    choices: {{yes: {next}, not-sure: {next}}}
  {next}:
    {then}
  over: {{finish: solved, message: It is so.}}
"""
DONE = "explain: It is so.\n    next: over"


def written(
    folder: Path, id_: str, *, title: str = "A small one", version: str = "1", then: str = DONE
) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{id_}.playbook.yaml"
    file.write_text(SMALL.format(id=id_, title=title, version=version, next="then", then=then))
    return file


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    return tmp_path / "house", tmp_path / "own"


def content(*folders: Path) -> Content:
    return Content(CONTENT.root, tuple(folder for folder in folders if folder.is_dir()))


def test_a_shipped_one_says_that_it_is_shipped():
    assert playbook(CONTENT, USUAL).origin == SHIPPED
    assert playbook(CONTENT, USUAL).hides == ()


def test_the_same_id_hides_what_lies_lower_entirely(folders):
    house, own = folders
    written(house, USUAL, title="Of the house")
    assert playbook(content(house), USUAL).title == "Of the house"
    written(own, USUAL, title="My own")
    found = playbook(content(house, own), USUAL)
    assert (found.title, found.origin, found.hides) == ("My own", str(own), (str(house), SHIPPED))


def test_a_file_hides_them_all(folders, tmp_path):
    house, own = folders
    written(house, USUAL, title="Of the house")
    file = written(tmp_path / "elsewhere", USUAL, title="From a file")
    found = playbook(content(house, own), str(file))
    assert (found.title, found.origin, found.hides) == ("From a file", str(file), (str(house), SHIPPED))


def test_a_new_one_stands_beside_the_shipped_ones_right_after_the_usual_one(folders):
    house, _ = folders
    written(house, "our-vpn")
    assert content(house).playbook_ids[:2] == (USUAL, "our-vpn")
    assert playbook(content(house), "our-vpn").hides == ()


def test_what_a_playbook_uses_is_hidden_too(folders):
    house, _ = folders
    written(house, "check-the-clock", title="Our clock")
    written(house, "ours", then="use: check-the-clock\n    next: {solved: over}")
    found = playbook(content(house), "ours")
    assert "then/begin" in found.steps
    assert [used.version for used in found.uses] == ["1"]


def test_a_file_that_uses_itself_by_its_name_is_a_circle(folders):
    house, _ = folders
    written(house, "one", then="use: two\n    next: {solved: over}")
    written(house, "two", then="use: one\n    next: {solved: over}")
    for id_ in ("one", "two"):
        (problem,) = Shelf(content(house)).examined(id_).problems
        assert problem.code == "use-circle"
        assert f"“{id_}”" in problem.what
    with pytest.raises(Trouble, match="would use itself"):
        playbook(content(house), "one")


def test_a_used_playbook_with_mistakes_is_named_where_it_is_used(folders):
    house, _ = folders
    written(house, "outer", then="use: inner\n    next: {solved: over}")
    written(house, "inner", then="check: nothing\n    next: over")
    (problem,) = Shelf(content(house)).examined("outer").problems
    assert problem.code == "unknown-playbook"
    assert "inner" in problem.what


def test_a_name_that_is_none_is_told_with_those_that_there_are():
    with pytest.raises(Trouble, match="there is no playbook “remote-certficate”"):
        opened(CONTENT, "remote-certficate")


def test_a_site_may_order_the_start_screen(folders):
    house, _ = folders
    written(house, "our-vpn")
    (house / "site.yaml").write_text("start: [our-vpn, mail-server-refuses]")
    assert content(house).playbook_ids[:3] == ("our-vpn", "mail-server-refuses", USUAL)


def many(folder: Path, count: int, each: int) -> Content:
    """A chain of playbooks, of which each uses the next one `each` times."""
    for number in range(count):
        uses = "".join(f"  use-{at}: {{use: p{number + 1}, next: {{solved: over}}}}\n" for at in range(each))
        choices = ", ".join(f"c{at}: {{label: x, next: use-{at}}}" for at in range(each))
        steps = f"  begin: {{ask: Which?, choices: {{{choices}}}}}\n{uses}" if number < count - 1 else ""
        first = "" if steps else "  begin: {explain: x, next: over}\n"
        folder.mkdir(exist_ok=True)
        head = f'tlswizard: 1\nid: p{number}\ntitle: x\nversion: "1"\nsteps:\n'
        text = f"{head}{steps}{first}  over: {{finish: solved}}\n"
        (folder / f"p{number}.playbook.yaml").write_text(text)
    return content(folder)


def test_what_would_become_too_large_is_refused_and_not_built(folders):
    (problem,) = Shelf(many(folders[0], 7, 5)).examined("p0").problems[:1]
    assert problem.code == "too-big"
    assert "more than 5000 steps" in problem.what


def test_what_lies_too_deep_is_refused_and_not_built(folders):
    shelf = Shelf(many(folders[0], 120, 1))
    (problem,) = shelf.examined("p0").problems
    assert problem.code == "too-big"
    assert "use each other in a row" in problem.what
    assert Shelf(many(folders[0], 6, 1)).runnable("p0").uses


def test_a_file_is_known_by_its_name_and_not_by_what_stands_under_id(folders, tmp_path):
    file = tmp_path / "foo.yaml"
    file.write_text(SMALL.format(id="bar", title="x", next="then", then="use: foo\n    next: {solved: over}"))
    id_, shelf = opened(CONTENT, str(file))
    assert [problem.code for problem in shelf.examined(id_).problems] == ["use-circle"]


def test_a_question_inside_what_is_used_stops_a_circle(folders):
    house, _ = folders
    written(house, "asks")
    written(house, "between", then="use: asks\n    next: {solved: over}")
    text = SMALL.replace("  begin:\n    ask: Is it so?\n    choices: {{yes: {next}, not-sure: {next}}}\n", "")
    (house / "round.playbook.yaml").write_text(
        text.format(id="round", title="x", next="then", then="use: between\n    next: {solved: again}")
        + "  again: {check: cert.usage, next: {ok: then, wrong-usage: over, not-checked: over}}\n"
    )
    assert [problem.code for problem in Shelf(content(house)).examined("round").problems] == []
