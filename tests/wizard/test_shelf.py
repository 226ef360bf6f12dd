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
