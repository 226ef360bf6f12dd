import shutil
import subprocess
from pathlib import Path

import pytest
from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import git

HOME = "/home/dana/.gitconfig"
FILES = {"/a.pem": bundle(A), "/home/dana/b c.pem": bundle(B)}


def _read(text: str, **more):
    return read(git, FILES | {HOME: text.encode()}, **more)


def test_the_persons_setting_wins_over_the_systems():
    files = FILES | {"/etc/gitconfig": b"[http]\nsslCAInfo=/a.pem\n"}
    (store,) = read(git, files)
    assert (store.id, store.scope, titles(store.anchors)) == ("git:/a.pem", "program", ["Root A"])
    (store,) = read(git, files | {HOME: b'[HTTP] sslcainfo = "~/b c.pem" ; mine\n'})
    assert (store.scope, titles(store.anchors)) == ("user", ["Root B"])


def test_one_url_alone_is_a_store_that_no_other_url_reads():
    (store,) = _read('[http "https://Git.example/"]\n\tsslCAInfo = /a.pem # for it\n')
    assert store.id == "git-url:https://Git.example/"
    assert store.read_by == "git, for https://Git.example/"
    assert any("https://Git.example/" in note for note in store.notes)


def test_what_else_decides_is_told():
    (store,) = _read("[http]\nsslVerify = false\nsslCAInfo = /a.pem\n[include]\npath = x\n")
    assert sum("sslVerify" in n or "include" in n for n in store.notes) == 2


def test_a_line_goes_on_behind_a_backslash():
    (store,) = _read("[http]\n  sslCAInfo = /a.\\\npem\n")
    assert titles(store.anchors) == ["Root A"]


def test_nothing_set_no_store():
    assert _read("[user]\nname = Dana\n[http]\nproxy = x\n") == ()
    assert read(git) == ()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_reads_the_same_in_it(tmp_path: Path):
    file = tmp_path / "config"
    file.write_text(
        '[http] sslCAInfo = /x ; c\n[http "https://A.b/c\\"d\\\\e"]\n  sslCAInfo = "/p q#r"s\\t \\\n c # z\n'
        '[HTTP]\n SSLcainfo = "a;b" c   # end\n# all\n'
    )
    told = subprocess.run(["git", "config", "-f", str(file), "--list", "-z"], capture_output=True, check=True)
    expected = [tuple(entry.split("\n", 1)) for entry in told.stdout.decode().split("\0") if entry]
    assert list(git.parse(file.read_text())) == expected
