"""Settings are text of anybody: whatever stands in them, reading ends, and without an exception."""

import errno
import os
import random
from pathlib import Path

import pytest
from configured_making import read
from stores_making import A, Recorded, bundle

from tlswizard.machine.this import ThisMachine
from tlswizard.stores import (
    certifi,
    configured,
    containerd,
    curl,
    docker,
    environment,
    git,
    libpq,
    node,
    npm,
    openldap,
    php,
    pip,
    postfix,
    wget,
)
from tlswizard.stores.reading import Reader

SETTINGS = {
    openldap: ("/etc/ldap/ldap.conf", "TLS_CACERT %s\n"),
    postfix: ("/etc/postfix/main.cf", "smtp_tls_CAfile = %s\n"),
    git: ("/home/dana/.gitconfig", "[http]\nsslCAInfo = %s\n"),
    curl: ("/home/dana/.curlrc", "cacert = %s\n"),
    npm: ("/home/dana/.npmrc", "cafile=%s\n"),
    wget: ("/home/dana/.wgetrc", "ca_certificate = %s\n"),
    php: ("/etc/php.ini", "[openssl]\nopenssl.cafile = %s\n"),
    pip: ("/home/dana/.config/pip/pip.conf", "[global]\ncert = %s\n"),
}
EVERY = (*SETTINGS, certifi, containerd, docker, environment, libpq, node)
each = pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__.rpartition(".")[2])


def _said(kind, value: str | bytes):
    file, line = SETTINGS[kind]
    value = value.encode() if isinstance(value, str) else value
    return read(kind, {file: line.encode().replace(b"%s", value), "/a.pem": bundle(A)})


@each
def test_a_named_file_is_read_and_a_missing_one_is_empty_with_a_note(kind):
    (store,) = _said(kind, "/a.pem")
    assert (len(store.anchors), store.location) == (1, "/a.pem")
    (store,) = _said(kind, "/nonexistent.pem")
    assert (store.anchors, store.unreadable) == ((), None)
    assert any("not there" in note for note in store.notes)


@each
@pytest.mark.parametrize(
    "value", ["a.pem", "\0", "/x\0y", b"\xff\xfe/a", "~", "/\x1b[2J", "\u202e/a", "~dana/a.pem"]
)
def test_odd_paths_never_raise_and_are_shown_visibly(kind, value):
    for store in _said(kind, value):
        assert "\x1b" not in store.id + store.location + "".join(store.notes)
        assert not store.anchors


@each
@pytest.mark.parametrize("number", [errno.EACCES, errno.ELOOP, errno.EIO, errno.EFBIG])
def test_settings_that_cannot_be_read_are_a_store_that_says_so(kind, number):
    (store,) = read(kind, {SETTINGS[kind][0]: number})
    assert store.unreadable == os.strerror(number)
    assert bool(store.privileged) == (number == errno.EACCES)


@each
def test_noise_never_raises(kind):
    noise = random.Random(7)
    pieces = [
        b"[",
        b"]",
        b'"',
        b"\\",
        b"=",
        b"\n",
        b" ",
        b"http",
        b"ca[]",
        b"cafile",
        b"sslCAInfo",
        b"\0",
        b"\xff",
    ]
    for _ in range(300):
        text = b"".join(noise.choices([*pieces, SETTINGS[kind][1].encode()], k=30))
        read(kind, {SETTINGS[kind][0]: text})


@each
@pytest.mark.parametrize(
    "unit", [b"a", b'"', b"\\", b"\\\n", b"[", b" ", b"=", b'[a "', b'"\\', b"ca[]=x\n", b"${"]
)
def test_the_largest_settings_are_read_in_time(kind, unit):
    before = os.times().user
    read(kind, {SETTINGS[kind][0]: (b"cacert=" + unit * configured.MAX_SETTINGS)[: configured.MAX_SETTINGS]})
    assert os.times().user - before < 5


class _Home(ThisMachine):
    """This machine with another home."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def home(self) -> str:
        return str(self._home)


@pytest.mark.parametrize("how", ["fifo", "loop", "folder", "large"])
def test_real_files_that_are_none(how: str, tmp_path: Path):
    for name in (".gitconfig", ".curlrc", ".npmrc", ".ldaprc", ".postgresql/root.crt", ".pip/pip.conf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        match how:
            case "fifo":
                os.mkfifo(path)
            case "loop":
                path.symlink_to(path)
            case "folder":
                path.mkdir()
            case "large":
                with path.open("wb") as file:
                    file.truncate(configured.MAX_SETTINGS * 64)
    machine = _Home(tmp_path)
    for kind in (git, curl, npm, openldap, libpq, pip):
        stores = kind.read(machine, Reader(machine))
        assert any(s.unreadable and str(tmp_path) in s.id for s in stores), kind


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__.rpartition(".")[2])
@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_an_empty_machine_has_none_of_them(kind, platform):
    machine = Recorded(platform=platform)
    assert kind.read(machine, Reader(machine)) == ()
