"""A machine as another account, a process or a unit sees it: recorded, and for processes the real one."""

import argparse
import errno
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tlswizard.cli.whose import add_whose, whose
from tlswizard.core.case import Observed, Platform
from tlswizard.machine.seen_as import CannotSee, SeenAs, as_account, as_process, as_unit
from tlswizard.machine.this import ThisMachine

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")

PASSWD = b"""\
root:x:0:0:root:/root:/bin/bash
dana:x:1000:1000:Dana:/home/dana:/bin/bash
+nis::::::
broken line
svc_web:x:998:998::/srv/web:/usr/sbin/nologin
homeless:x:997:997::/:/usr/sbin/nologin
"""


@dataclass
class Kept(ThisMachine):
    """Files by path, an errno for one that fails so; nothing of the real machine."""

    files: dict[str, bytes | int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    platform: Platform = "linux"
    account: str = "dana"

    def __post_init__(self) -> None:
        self.files = {"/etc/passwd": PASSWD} | self.files
        self.links = {"/proc/self/root": "/", "/proc/self/ns/mnt": "/proc/self/ns/mnt:[1]"} | self.links

    @property
    def observed(self) -> Observed:
        return Observed("build-07", self.account, self.platform)

    def read(self, path: str, limit: int) -> bytes:
        found = self.files.get(path, errno.ENOENT)
        if isinstance(found, int):
            raise OSError(found, os.strerror(found), path)
        if len(found) > limit:
            raise OSError(f"it is larger than {limit // 1024} KB")
        return found

    def names_in(self, folder: str) -> tuple[str, ...]:
        start = folder.rstrip("/") + "/"
        names = {p[len(start) :].split("/")[0] for p in self.files if p.startswith(start)}
        if not names:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
        return tuple(sorted(names))

    def real(self, path: str) -> str:
        return self.links.get(path, path)

    def certifi(self) -> str | None:
        return "/own/certifi/cacert.pem"

    def link(self, path: str) -> str:
        if path not in self.links:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        return self.links[path]


# --- an account ---------------------------------------------------------------------------------------


def test_an_account_has_its_own_home_and_hardly_a_variable():
    seen = as_account(Kept(), "svc_web")
    assert (seen.home(), str(seen.observed)) == ("/srv/web", "svc_web on build-07")
    assert dict(seen.environment()) == {
        "HOME": "/srv/web",
        "USER": "svc_web",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    assert "shell profile" in seen.notes[0]
    assert "rights of dana" in seen.notes[1]
    assert seen.certifi() == "/own/certifi/cacert.pem"  # today's public list, whoever looks


def test_an_account_by_its_number_and_the_own_one():
    assert as_account(Kept(), "998").home() == "/srv/web"
    own = as_account(Kept(), "dana")
    assert own.certifi() == "/own/certifi/cacert.pem"
    assert len(own.notes) == 1
    assert as_account(Kept(), "root").home() == "/root"


def test_root_is_not_told_to_become_root():
    machine = Kept({"/etc/passwd": errno.EACCES})
    with pytest.raises(CannotSee, match="by this account: run sudo tlswizard stores --as svc_web"):
        as_account(machine, "svc_web")
    machine.account = "root"
    with pytest.raises(CannotSee, match="not even by root"):
        as_account(machine, "svc_web")


def test_a_mistyped_account_is_told_with_the_one_that_was_meant():
    with pytest.raises(CannotSee, match="no account “svcweb” in /etc/passwd: did you mean svc_web"):
        as_account(Kept(), "svcweb")
    with pytest.raises(CannotSee, match=r"no account “\\x1b\[31m” in /etc/passwd$"):
        as_account(Kept(), "\x1b[31m")
    for name in ("", "+nis", "999999999999", "²"):
        with pytest.raises(CannotSee):
            as_account(Kept(), name)


@pytest.mark.parametrize("platform", ["windows", "macos"])
def test_elsewhere_it_is_not_possible_yet(platform: Platform):
    for look in (as_account, as_unit):
        with pytest.raises(CannotSee, match="on Linux only"):
            look(Kept(platform=platform), "dana")
    with pytest.raises(CannotSee, match="on Linux only"):
        as_process(Kept(platform=platform), 7)


# --- a process ----------------------------------------------------------------------------------------

STATUS = b"Name:\tweb\nState:\tS (sleeping)\nUid:\t0\t998\t998\t998\nGid:\t998\t998\t998\t998\n"
SAME = {
    "/proc/7/root": "/", "/proc/7/ns/mnt": "/proc/7/ns/mnt:[1]", "/proc/7/cwd": "/srv/web/current",
}  # fmt: skip


def process(environ: bytes | int, links: dict[str, str] = SAME, **files: bytes) -> SeenAs:
    machine = Kept({"/proc/7/status": STATUS, "/proc/7/environ": environ} | files, dict(links))
    return as_process(machine, 7, machine.link)


def test_a_process_has_the_variables_it_was_started_with_and_its_account():
    seen = process(b"HOME=/var/lib/web\0SSL_CERT_FILE=own/ca.pem\0EMPTY=\0A=b=c\0")
    assert seen.observed.account == "svc_web (process 7)"
    assert seen.home() == "/var/lib/web"
    assert seen.environment()["A"] == "b=c"
    assert seen.environment()["EMPTY"] == ""
    assert seen.root == ""
    assert seen.notes[0] == "variables that the process changed after its start are not known"


def test_a_relative_path_begins_where_the_process_works():
    seen = process(b"A=b\0", **{"/srv/web/current/own/ca.pem": b"here"})
    assert seen.read("own/ca.pem", 10) == b"here"
    assert seen.real("own/ca.pem") == "/srv/web/current/own/ca.pem"


def test_without_home_it_is_that_of_the_account():
    seen = process(b"")
    assert seen.home() == "/srv/web"
    assert "its environment is empty: it has none, or it is ending" in seen.notes


def test_a_hostile_environment():
    data = b"\0\0no equals sign\0=nameless\0A=1\0A=2\0B=\xff\xfe\0C=" + b"x" * 5_000_000 + b"\0" * 1000
    seen = process(data)
    assert seen.environment()["A"] == "1"
    assert seen.environment()["B"] == "\udcff\udcfe"
    assert len(seen.environment()["C"]) == 5_000_000
    assert "2 entries of its environment are no variables" in seen.notes


def test_more_variables_than_anybody_has_are_cut_off_in_time():
    begun = time.perf_counter()
    seen = process(b"".join(b"N%d=\0" % n for n in range(400_000)) + b"\0" * 2_000_000)
    assert len(seen.environment()) == 10_000
    assert "only the first 10000 variables were looked at" in seen.notes
    assert time.perf_counter() - begun < 2
    with pytest.raises(CannotSee, match="cannot be read: it is larger"):
        process(b"\0" * 9_000_000)


def test_a_process_that_is_not_there_or_may_not_be_looked_at():
    with pytest.raises(CannotSee, match="there is no process 8, or no longer"):
        as_process(Kept(), 8)
    with pytest.raises(CannotSee, match="no longer"):
        process(errno.ESRCH)
    with pytest.raises(CannotSee) as refused:
        process(errno.EACCES)
    assert str(refused.value) == (
        "the environment of process 7 may not be read by this account: run sudo tlswizard stores --pid 7"
    )


def test_an_account_without_a_name_and_a_status_without_an_account():
    machine = Kept({"/proc/7/status": b"Uid:\t5\t5\t5\t5\n", "/proc/7/environ": b"A=b\0"}, dict(SAME))
    seen = as_process(machine, 7)
    assert (seen.observed.account, seen.home()) == ("user 5 (process 7)", "/nonexistent")
    machine.files["/proc/7/status"] = b"Uid:\tx\n"
    assert "its account is not known" in as_process(machine, 7).notes


CONTAINER = {
    "/proc/7/root": "/", "/proc/7/ns/mnt": "/proc/7/ns/mnt:[2]", "/proc/7/cwd": "/app",
    "/proc/7/root/etc/ssl/certs/a.pem": "/usr/share/a.crt",
    "/proc/7/root/usr/share": "../opt/./share",
    "/proc/7/root/etc/up": "../../../../etc/inside",
    "/proc/7/root/loop": "/loop",
    "/etc/ssl/certs/a.pem": "/host/a.crt",
}  # fmt: skip


def container() -> SeenAs:
    return process(
        b"HOME=/root\0VIRTUAL_ENV=/app/venv\0",
        CONTAINER,
        **{
            "/proc/7/root/etc/passwd": b"web:x:998:998::/app:/bin/sh\n",
            "/proc/7/root/opt/share/a.crt": b"inside",
            "/proc/7/root/etc/inside": b"still inside",
            "/proc/7/root/etc/ssl/certs/a.pem": b"a link",
            "/proc/7/root/app/ca.pem": b"relative",
            "/proc/7/root/app/venv/lib/python3.12/site-packages/certifi/cacert.pem": b"",
            "/host/a.crt": b"outside",
        },
    )


def test_in_another_mount_namespace_links_stay_inside():
    seen = container()
    assert seen.observed.account == "web (process 7)"
    assert seen.read("/etc/ssl/certs/a.pem", 100) == b"inside"
    assert seen.real("/etc/ssl/certs/a.pem") == "/opt/share/a.crt"
    assert seen.read("/etc/up", 100) == b"still inside"
    assert seen.read("ca.pem", 100) == b"relative"
    assert seen.names_in("/usr/share") == ("a.crt",)
    assert seen.certifi() == "/app/venv/lib/python3.12/site-packages/certifi/cacert.pem"
    assert any("/proc/7/root stands before them" in note for note in seen.notes)
    assert seen.openssl_paths() == ("/etc/ssl/cert.pem", "/etc/ssl/certs")


def test_the_account_of_a_user_namespace_is_the_one_it_has_inside():
    files = {"/proc/7/root/etc/passwd": PASSWD, "/proc/7/uid_map": b"  0  500 1\n  1000  998  10\nbroken\n"}
    assert process(b"A=b\0", CONTAINER, **files).account == "dana"


def test_links_in_a_circle_end():
    with pytest.raises(OSError) as refused:
        container().read("/loop", 100)
    assert refused.value.errno == errno.ELOOP
    assert container().real("/loop") == "/loop"
    assert container().modified("/loop") is None


def test_a_root_that_is_a_folder_of_this_computer():
    links = {
        "/proc/7/root": "/srv/jail",
        "/proc/7/ns/mnt": "/proc/7/ns/mnt:[1]",
        "/proc/7/cwd": "/srv/jail/x",
    }
    seen = process(b"A=b\0", {**links}, **{"/proc/7/root/x/f": b"jailed"})
    assert seen.read("f", 10) == b"jailed"
    assert (seen.root, seen.folder) == ("/proc/7/root", "/x")


def _begun(sleeping: subprocess.Popen[bytes]) -> None:
    """Waits until it has become `sleep`: while a program is being replaced it has no environment."""
    deadline = time.monotonic() + 5
    proc = Path("/proc", str(sleeping.pid))
    while sleeping.poll() is None and time.monotonic() < deadline:
        if (proc / "comm").read_text() == "sleep\n" and (proc / "environ").read_bytes():
            return
        time.sleep(0.02)


@ON_LINUX
def test_a_real_process_is_seen_by_its_number(tmp_path: Path):
    environment = {"SSL_CERT_FILE": "own.pem", "HOME": "/elsewhere", "ODD": "a\udcffb"}
    (tmp_path / "own.pem").write_bytes(b"mine")
    with subprocess.Popen(["/bin/sleep", "30"], env=environment, cwd=tmp_path) as sleeping:
        try:
            _begun(sleeping)
            seen = as_process(ThisMachine(), sleeping.pid)
            assert seen.environment() == environment
            assert seen.home() == "/elsewhere"
            assert seen.observed.account.endswith(f" (process {sleeping.pid})")
            assert (seen.root, seen.read(seen.environment()["SSL_CERT_FILE"], 10)) == ("", b"mine")
        finally:
            sleeping.kill()
    with pytest.raises(CannotSee, match="there is no process"):
        as_process(ThisMachine(), sleeping.pid)


JAIL = """
mount -t tmpfs none "$1" && mkdir -p "$1"/etc/ssl "$1"/real "$1"/bin "$1"/old || exit 77
echo inside > "$1"/real/ca.pem && ln -s /real/ca.pem "$1"/etc/ssl/ca.pem
for d in /usr /lib /lib64 /proc; do
  [ -d $d ] && mkdir -p "$1"$d && mount --rbind $d "$1"$d
done
cd "$1" && pivot_root . old && exec /usr/bin/sleep 30
"""


@ON_LINUX
def test_a_real_process_with_a_root_of_its_own(tmp_path: Path):
    """As in a container: /proc/<pid>/root reads as `/`, and its absolute links lead astray from outside."""
    argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", JAIL, "sh", str(tmp_path)]
    try:
        sleeping = subprocess.Popen(argv, stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]})
    except OSError:
        pytest.skip("no unshare here")
    with sleeping:
        try:
            _begun(sleeping)
            if sleeping.poll() is not None:
                pytest.skip("a mount namespace cannot be made here")
            seen = as_process(ThisMachine(), sleeping.pid)
            assert seen.root == f"/proc/{sleeping.pid}/root"
            assert seen.read("/etc/ssl/ca.pem", 100) == b"inside\n"
            assert seen.real("/etc/ssl/ca.pem") == "/real/ca.pem"
            assert seen.names_in("/etc") == ("ssl",)
        finally:
            sleeping.kill()


# --- a systemd unit -----------------------------------------------------------------------------------

UNIT = "/usr/lib/systemd/system/web.service"


def unit(text: str, name: str = "web", links: dict[str, str] | None = None, **files: bytes | int) -> SeenAs:
    machine = Kept({UNIT: b"[Unit]\nUser=no\n[Service]\n" + text.encode()} | files, links or {})
    return as_unit(machine, name, machine.link)


def test_a_unit_has_the_account_and_the_variables_of_its_file():
    seen = unit("User=svc_web\nEnvironment=SSL_CERT_FILE=/etc/web/ca.pem\n")
    assert seen.observed.account == "svc_web (unit web.service)"
    assert seen.home() == "/srv/web"
    assert dict(seen.environment()) == {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/srv/web",
        "LOGNAME": "svc_web",
        "USER": "svc_web",
        "SSL_CERT_FILE": "/etc/web/ca.pem",
    }


def test_without_an_account_it_is_root_and_has_no_home_variable():
    seen = unit("")
    assert (seen.account, seen.home(), set(seen.environment())) == ("root", "/root", {"PATH"})
    assert any(note.startswith("without User= systemd sets no HOME") for note in seen.notes)


def test_accounts_that_are_made_or_not_known():
    made = unit("DynamicUser=yes\n")
    assert (made.account, made.home(), made.environment()["USER"]) == ("web", "/", "web")
    strange = unit("User=ldapuser\n")
    assert strange.home() == "/nonexistent"
    assert any("getent passwd ldapuser" in note for note in strange.notes)
    assert "HOME" not in unit("User=homeless\n").environment()
    assert unit("User=998\n").account == "svc_web"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('Environment="ONE=a b" TWO=c \'THREE=d "e"\'', {"ONE": "a b", "TWO": "c", "THREE": 'd "e"'}),
        ('Environment=ONE="a b"c', {"ONE": "a bc"}),
        ("Environment=ONE=a\nEnvironment=TWO=b\nEnvironment=ONE=c", {"ONE": "c", "TWO": "b"}),
        ("Environment=ONE=a\nEnvironment=\nEnvironment=TWO=b", {"TWO": "b"}),
        ("Environment=ONE=a \\\n  # said between\n  TWO=b", {"ONE": "a", "TWO": "b"}),
        ("#Environment=ONE=a\n;Environment=ONE=b", {}),
        (r'Environment="ONE=a\tb\x41\101\u00e9\s"', {"ONE": "a\tbAAé "}),
        (
            "Environment=ONE=100%% TWO=%n THREE=%u:%h",
            {"ONE": "100%", "TWO": "web.service", "THREE": "root:/root"},
        ),
        ("Environment=2BAD=x ALSO-BAD=y nothing GOOD=z", {"GOOD": "z"}),
        ('Environment=ONE=a "TWO=b', {"ONE": "a"}),
        (r"Environment=ONE=a TWO=\q THREE=c", {"ONE": "a"}),
        (r"Environment=ONE=a TWO=\U99999999", {"ONE": "a"}),
        (" Environment = ONE=a ", {"ONE": "a"}),
        ("Environment=ONE=a TWO=b THREE=c\nUnsetEnvironment=ONE TWO=x THREE=c", {"TWO": "b"}),
        ("[Other]\nEnvironment=ONE=a", {}),
    ],
)
def test_the_variables_of_a_unit(lines: str, expected: dict[str, str]):
    found = dict(unit(lines).environment())
    del found["PATH"]
    assert found == expected


FILE = rb"""
# a comment \
AFTER=seen
; another
ONE = plain text@@
TWO="quoted \" \$ \n and
a second line"
THREE='single \" '
FOUR=contin\
ued
FIVE=a\ b\\c\@
SIX="joined"' together'
SEVEN=inner "quotes" stay
EIGHT=
no assignment
2BAD=x
ONE=later
LAST="open""".replace(b"@", b" ")


def test_the_file_that_a_unit_takes_variables_from_wins():
    seen = unit(
        "EnvironmentFile=/etc/default/web\nEnvironment=ONE=unit ZERO=unit\n", **{"/etc/default/web": FILE}
    )
    found = dict(seen.environment())
    del found["PATH"]
    assert found == {
        "ZERO": "unit",
        "AFTER": "seen",
        "ONE": "later",
        "TWO": 'quoted " $ \\n and\na second line',
        "THREE": 'single \\" ',
        "FOUR": "continued",
        "FIVE": "a b\\c ",
        "SIX": "joined together",
        "SEVEN": 'inner "quotes" stay',
        "EIGHT": "",
        "LAST": "open",
    }


def test_a_file_that_is_missing_and_one_that_may_not_be_read():
    assert not any("/etc/x" in note for note in unit("EnvironmentFile=-/etc/x\n").notes)
    assert any(
        "/etc/x is not there: the unit will not start" in n for n in unit("EnvironmentFile=/etc/x").notes
    )
    assert "A" not in unit("EnvironmentFile=/etc/x\nEnvironmentFile=\n", **{"/etc/x": b"A=b"}).environment()
    with pytest.raises(
        CannotSee, match=r"/etc/x may not be read by this account: run sudo tlswizard .*--unit web\.s"
    ):
        unit("EnvironmentFile=/etc/x\n", **{"/etc/x": errno.EACCES})


def test_wildcards_of_files_with_variables():
    files: dict[str, bytes | int] = {"/etc/web/2.env": b"A=2", "/etc/web/1.env": b"A=1", "/etc/web/x": b"A=x"}
    assert unit("EnvironmentFile=/etc/web/*.env\n", **files).environment()["A"] == "2"


def test_drop_ins_are_merged_by_their_names_and_hide_each_other():
    seen = unit(
        "User=root\nEnvironment=A=1 B=1\n",
        **{
            "/etc/systemd/system/web.service.d/20-b.conf": b"[Service]\nEnvironment=B=20\n",
            "/run/systemd/system/web.service.d/10-a.conf": b"[Service]\nUser=svc_web\nEnvironment=A=10 B=10",
            "/usr/lib/systemd/system/web.service.d/20-b.conf": b"[Service]\nEnvironment=A=hidden\n",
            "/usr/lib/systemd/system/service.d/15-all.conf": b"[Service]\nEnvironment=C=15\n",
            "/etc/systemd/system/web.service.d/notes.txt": b"[Service]\nEnvironment=A=no\n",
        },
    )
    assert [seen.environment()[n] for n in "ABC"] == ["10", "20", "15"]
    assert seen.account == "svc_web"


def test_the_administrators_file_hides_the_distributions():
    seen = unit("User=root\n", **{"/etc/systemd/system/web.service": b"[Service]\nUser=svc_web\n"})
    assert seen.account == "svc_web"


def test_a_template_and_its_instance():
    machine = Kept(
        {
            "/lib/systemd/system/my-web@.service": b"[Service]\nEnvironment=A=%i B=%p C=%I D=%N E=%j\n",
            "/etc/systemd/system/my-web@.service.d/1.conf": b"[Service]\nEnvironment=F=all\n",
            "/etc/systemd/system/my-web@x-y.service.d/2.conf": b"[Service]\nEnvironment=F=one\n",
            "/etc/systemd/system/my-.service.d/0.conf": b"[Service]\nEnvironment=G=my\n",
            "/etc/systemd/system/my-@x-y.service.d/00.conf": b"[Service]\nEnvironment=H=chopped\n",
        }
    )
    found = as_unit(machine, "my-web@x-y").environment()
    assert [found[n] for n in "ABCDE"] == ["x-y", "my-web", "x/y", "my-web@x-y", "web"]
    assert [found[n] for n in "FGH"] == ["one", "my", "chopped"]
    with pytest.raises(CannotSee, match=r"is a template: name an instance, my-web@NAME"):
        as_unit(machine, "my-web@.service")


def test_the_more_specific_folder_of_drop_ins_hides_the_other():
    """The order is systemd 252's (`systemd --test`), where each folder has a file of the same name."""
    ends = ("a-b-c@x", "a-b-c@", "a-b-", "a-", "a-b-@x", "a-b-@", "a-@x", "a-@")
    folders = [f"/etc/systemd/system/{end}.service.d" for end in ends] + ["/etc/systemd/system/service.d"]
    files: dict[str, bytes | int] = {"/etc/systemd/system/a-b-c@.service": b"[Service]\n"}
    for number, folder in reversed(list(enumerate(folders))):
        files[f"{folder}/same.conf"] = b"[Service]\nEnvironment=A=%d\n" % number
        assert unit("", "a-b-c@x", **files).environment()["A"] == str(number)


def test_an_alias_is_the_unit_it_leads_to():
    for name in ("www", "web"):
        seen = unit(
            "Environment=A=%n\n",
            name,
            {"/etc/systemd/system/www.service": UNIT},
            **{
                "/etc/systemd/system/www.service": b"[Service]\nEnvironment=A=%n\n",
                "/etc/systemd/system/web.service.d/1.conf": b"[Service]\nEnvironment=B=own\n",
                "/etc/systemd/system/www.service.d/2.conf": b"[Service]\nEnvironment=C=alias\n",
            },
        )
        if name == "www":
            assert seen.observed.account == "root (unit web.service)"
        assert [seen.environment()[n] for n in "ABC"] == ["web.service", "own", "alias"]


def test_units_that_cannot_be_looked_at():
    with pytest.raises(CannotSee, match=r"there is no unit wbe\.service: did you mean web\.service"):
        unit("", "wbe")
    with pytest.raises(CannotSee, match="masked"):
        unit("", "web", {UNIT: "/dev/null"})
    with pytest.raises(CannotSee, match="Too many levels"):
        unit("", **{UNIT: errno.ELOOP})
    with pytest.raises(CannotSee, match="sudo tlswizard stores --unit web"):
        unit("", **{UNIT: errno.EACCES})
    with pytest.raises(CannotSee, match="name the service that it starts"):
        unit("", "web.socket")
    for name in ("", "../web", "a\0b"):
        with pytest.raises(CannotSee, match="no name of a unit"):
            unit("", name)


def test_a_unit_with_a_root_of_its_own():
    seen = unit(
        "User=svc_web\nRootDirectory=/srv/%p/\nWorkingDirectory=/app\n",
        links={"/srv/web/etc/ca.pem": "/real.pem"},
        **{"/srv/web/real.pem": b"inside", "/srv/web/app/f": b"relative"},
    )
    assert (seen.read("/etc/ca.pem", 10), seen.real("/etc/ca.pem")) == (b"inside", "/real.pem")
    assert seen.read("f", 10) == b"relative"


def test_what_is_not_known_of_a_unit_is_said():
    notes = unit("PassEnvironment=A B\nPAMName=login\nProtectHome=yes\nBindPaths=/a:/b\n").notes
    for part in ("takes A and B from", "PAM sets", "ProtectHome=", "BindPaths="):
        assert any(part in note for note in notes), part
    assert not any("ProtectHome" in note for note in unit("ProtectHome=no\n").notes)


def test_a_unit_of_ten_thousand_lines_and_other_hostile_ones_end_in_time():
    begun = time.perf_counter()
    assert unit("Environment=A=1 B='2'\n" * 10_000).environment()["B"] == "2"
    assert unit("Environment=A=1\\\n" * 10_000 + "\n").environment()["A"].startswith("1")
    assert unit("Environment=A=" + "'a'" * 300_000).environment()["A"] == "a" * 300_000
    assert unit("Environment=A=" + "\\" * 500_001).environment()["A"] == "\\" * 250_000
    unit("[" * 500_000)
    for hostile in (b"\\" * 900_000, b"A='" * 300_000, b'A="\\' * 200_000, b"=" * 900_000, b" \n" * 450_000):
        unit("EnvironmentFile=/x\n", **{"/x": hostile, "/etc/systemd/system/web.service.d/a.conf": hostile})
    unit(
        "",
        **{f"/etc/systemd/system/web.service.d/{n}.conf": b"[Service]\nUser=%u%%\xff\n" for n in range(500)},
    )
    assert time.perf_counter() - begun < 10


# --- the command line ---------------------------------------------------------------------------------


def asked(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_whose(parser)
    return parser.parse_args(arguments)


def test_whose_is_said_on_the_command_line():
    machine = Kept({UNIT: b"[Service]\nUser=svc_web\n", "/proc/7/status": STATUS, "/proc/7/environ": b""})
    assert whose(asked(), machine) is machine
    assert whose(asked("--as", "svc_web"), machine).observed.account == "svc_web"
    assert whose(asked("--pid", "7"), machine).observed.account == "svc_web (process 7)"
    assert whose(asked("--unit", "web"), machine).observed.account == "svc_web (unit web.service)"


@pytest.mark.parametrize("wrong", [["--pid", "x"], ["--pid", "0"], ["--pid", "9" * 5000], ["--pid", "²"],
                                   ["--as", "a", "--pid", "7"]])  # fmt: skip
def test_what_cannot_be_asked(wrong: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        asked(*wrong)
    assert len(capsys.readouterr().err) < 500
