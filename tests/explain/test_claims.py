"""Which playbook is named for a cause: a site's own before a shipped one, if it can be run."""

from pathlib import Path

import pytest

from tlswizard.content.library import Content
from tlswizard.explain.match import explain
from tlswizard.explain.playbooks import USUAL, playbook_for, prove_first

EXPIRED = "certificate has expired"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """With two playbooks of a site that claim the same cause."""
    for id_ in ("house", "older"):
        (tmp_path / f"{id_}.playbook.yaml").write_text(f"tlswizard: 1\nid: {id_}\ncauses: [expired]\n")
    return Content.shipped().with_added((tmp_path,))


def test_a_sites_own_playbook_comes_before_a_shipped_one(content: Content):
    assert playbook_for("specific", ("expired",), content) == "house"


def test_what_does_not_run_claims_no_cause(content: Content):
    prove_first(content, lambda id_: id_ == "older")
    assert playbook_for("specific", ("expired",), content) == "older"
    prove_first(content, lambda _: False)
    assert playbook_for("specific", ("expired",), content) == "certificate-expired"
    assert explain(EXPIRED, content)[0].playbook == "certificate-expired"


def test_only_what_is_named_and_not_shipped_is_proven(content: Content):
    asked: list[str] = []

    def runs(id_: str) -> bool:
        asked.append(id_)
        return True

    prove_first(content, runs)
    assert playbook_for("specific", ("name-mismatch",), content) == "name-does-not-match"
    assert playbook_for("any-fault", (), content) == USUAL
    assert asked == []
    assert playbook_for("specific", ("expired",), content) == "house"
    assert asked == ["house"]
