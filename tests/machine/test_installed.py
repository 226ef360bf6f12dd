"""Signs of installed programs, on folders and commands made for it."""

import os
import stat
import sys
from pathlib import Path

import pytest

from tlswizard.machine import installed


@pytest.fixture(autouse=True)
def forget():
    installed._node.cache_clear()
    yield
    installed._node.cache_clear()


def command(folder: Path, name: str, says: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_node_is_asked_for_its_version_and_for_nothing_else(tmp_path: Path, monkeypatch):
    command(tmp_path, "node", f'echo "$@" > {tmp_path}/asked; echo v20.11.1')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert installed.has("node:<23")
    assert not installed.has("node:>=23")
    assert (tmp_path / "asked").read_text() == "--version\n"


def test_a_node_that_hangs_or_fails_is_none(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(installed, "PATIENCE", 0.2)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not installed.has("node:<23")
    command(tmp_path, "node", "exec /bin/sleep 5")
    installed._node.cache_clear()
    assert not installed.has("node:<23")


def test_a_jdk_says_its_version_in_a_file(tmp_path: Path, monkeypatch):
    (tmp_path / "jdk" / "bin").mkdir(parents=True)
    command(tmp_path / "jdk" / "bin", "java", "exit 1")
    (tmp_path / "jdk" / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="25.0.2"\n')
    monkeypatch.setenv("PATH", str(tmp_path / "jdk" / "bin"))
    assert installed.has("java:25")


def test_a_sign_of_another_kind_is_no_program():
    assert not installed.has("windows:.NET Framework")
    assert not installed.has("")
    assert not installed.has("library:no-such-library.so.1")
    assert installed.has(f"interpreter:>={sys.version_info[0]}.{sys.version_info[1]}")


def test_a_node_with_its_header_is_not_run(tmp_path: Path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "include" / "node").mkdir(parents=True)
    (tmp_path / "include" / "node" / "node_version.h").write_text("#define NODE_MAJOR_VERSION 24\n")
    command(tmp_path / "bin", "node", f"touch {tmp_path}/run; echo v1.0.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert installed.has("node:>=23")
    assert not (tmp_path / "run").exists()
