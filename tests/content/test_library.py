import re
from collections import Counter
from pathlib import Path

import pytest

from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile


def test_the_content_of_this_installation_is_found() -> None:
    content = Content.shipped()
    assert content.causes
    assert content.fixes
    assert content.messages
    assert content.clients


def test_every_message_names_causes_of_the_catalogue() -> None:
    content = Content.shipped()
    for message in content.messages:
        assert set(message.causes) <= set(content.causes), message.pattern
        assert bool(message.causes) == (message.kind == "specific"), message.pattern
        assert {cause for cause, _, _ in message.prints} <= {*content.causes, "any"}, message.pattern
        # programs without a row have messages, too: they are explained, and never judged
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", message.client), message.client
    twice = [row for row, n in Counter((m.client, m.pattern) for m in content.messages).items() if n > 1]
    assert twice == []


def test_only_the_files_that_are_asked_for_are_read(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "a.yaml").write_text(
        "openssl:\n  - pattern: certificate has expired\n    causes: [expired]\n"
    )
    (tmp_path / "causes").mkdir()
    (tmp_path / "causes" / "a.yaml").write_text("a:\n\tb\n")
    content = Content(tmp_path)
    assert [message.pattern for message in content.messages] == ["certificate has expired"]
    with pytest.raises(BadFile, match="tab"):
        _ = content.causes


def test_a_table_is_read_once() -> None:
    content = Content.shipped()
    assert content.causes is content.causes


def test_playbooks_are_found_by_id(tmp_path: Path) -> None:
    (tmp_path / "b.playbook.yaml").write_bytes(b"id: b\n")
    (tmp_path / "a.playbook.yaml").write_bytes(b"id: a\n")
    (tmp_path / "glossary.yaml").write_bytes(b"")
    content = Content(tmp_path)
    assert content.playbook_ids == ("a", "b")
    assert content.playbook_file("a") == (str(tmp_path / "a.playbook.yaml"), b"id: a\n")


def test_a_playbook_whose_name_ends_otherwise_is_not_lost(tmp_path: Path) -> None:
    for name in ("a.playbook.yaml", "b.playbook.yml", "c.playbook.yaml.txt", "d.Playbook.YAML", "site.yml"):
        (tmp_path / name).write_bytes(b"id: a\n")
    content = Content.shipped().with_added((tmp_path,))
    assert [file.name for file in content.misnamed] == [
        "b.playbook.yml",
        "c.playbook.yaml.txt",
        "d.Playbook.YAML",
    ]
    assert not {"b", "c", "d"} & set(content.playbook_ids)
    assert Content.shipped().misnamed == ()


@pytest.mark.parametrize("id_", ["c", "../a", "", "/etc/passwd"])
def test_only_playbooks_that_are_here_can_be_opened(tmp_path: Path, id_: str) -> None:
    (tmp_path / "a.playbook.yaml").write_bytes(b"id: a\n")
    with pytest.raises(KeyError):
        Content(tmp_path).playbook_file(id_)


def test_a_folder_that_cannot_be_listed_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        Content(tmp_path).with_added((tmp_path / "nowhere",))


def test_a_mistake_in_the_facts_of_a_site_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("a:\n\tb\n")
    with pytest.raises(BadFile, match="tab"):
        Content.shipped().with_added((tmp_path,))


def test_playbooks_are_not_read_before_they_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.playbook.yaml").write_bytes(b"\t")
    assert "a" in Content.shipped().with_added((tmp_path,)).playbook_ids
