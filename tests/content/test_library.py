from pathlib import Path

import pytest

from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile

CLIENT_IDS = {
    "openssl",
    "openssl-1.1.1",
    "gnutls",
    "curl",
    "curl-gnutls",
    "wget",
    "git",
    "python",
    "python-3.13",
    "requests",
    "node-20",
    "node-24",
    "go",
    "java-17",
    "java-25",
    "dotnet",
    "dotnet-service",
    "dotnet-framework",
    "dotnet-framework-service",
    "chromium",
    "firefox",
    "safari",
    "rustls",
    "ruby",
    "php",
    "libpq",
    "openldap",
    "postfix",
    "strict",
}
"""The programs that have a name here; a message may be known before its program has a row."""


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
        assert message.client in CLIENT_IDS, message.client
    assert len({message.pattern for message in content.messages}) == len(content.messages)


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


@pytest.mark.parametrize("id_", ["c", "../a", "", "/etc/passwd"])
def test_only_playbooks_that_are_here_can_be_opened(tmp_path: Path, id_: str) -> None:
    (tmp_path / "a.playbook.yaml").write_bytes(b"id: a\n")
    with pytest.raises(KeyError):
        Content(tmp_path).playbook_file(id_)
