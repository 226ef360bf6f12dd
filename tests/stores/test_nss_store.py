import errno
import random
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from stores_making import AT, A, B, Recorded, titles

from tlswizard.core.pem import pem
from tlswizard.core.store import Store
from tlswizard.lab.authority import Identity, root
from tlswizard.machine.this import ThisMachine
from tlswizard.stores import cert9, nss
from tlswizard.stores.reading import Reader

SHARED = "/home/dana/.pki/nssdb"
INTERMEDIATE = A.intermediate("Intermediate A")
LEAF = INTERMEDIATE.leaf(["www.corp.example"])

needs_certutil = pytest.mark.skipif(
    shutil.which("certutil") is None, reason="NSS's certutil is not installed (libnss3-tools)"
)


class WithBrowser(Recorded):
    def has(self, sign: str) -> bool:
        return sign == "command:chromium"


def _certutil(folder: Path, *words: str, password: str = "") -> str:
    (folder / "pw").write_text(password + "\n")
    done = subprocess.run(
        ["certutil", words[0], "-d", f"sql:{folder}", "-f", folder / "pw", *words[1:]],
        capture_output=True, check=True, encoding="utf-8", env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return done.stdout


def _make(folder: Path, *rows: tuple[Identity, str, str], password: str = "") -> bytes:
    """A database of real certutil with (certificate, nickname, marks)."""
    folder.mkdir(exist_ok=True)
    _certutil(folder, "-N", password=password)
    for identity, nickname, marks in rows:
        (folder / "c.pem").write_text(pem(identity.certificate))
        _certutil(folder, "-A", "-n", nickname, "-t", marks, "-i", str(folder / "c.pem"), password=password)
    return (folder / "cert9.db").read_bytes()


def _read(data: bytes | int, folder: str = SHARED, **others: bytes) -> tuple[Store, ...]:
    machine = Recorded({f"{folder}/cert9.db": data, **others})
    return nss.read(machine, Reader(machine))


def _one(data: bytes | int) -> Store:
    (store,) = _read(data)
    return store


@needs_certutil
@pytest.mark.parametrize("password", ["", "secret 1"])
def test_every_mark_of_certutil_is_read_as_certutil_lists_it(tmp_path: Path, password: str):
    others = {
        name: root(name, at=AT)
        for name in ("Bad", "Bad root", "Clients", "Mail", "Peer", "Bare", "Delegator")
    }
    data = _make(
        tmp_path / "db",
        (A, "corp root – Zürich  1", "C,,"),
        (INTERMEDIATE, "issuing", ",,"),
        (others["Bad"], "bad", "p,p,p"),
        (others["Bad root"], "bad for servers", "p,,"),
        (others["Clients"], "clients", "T,,"),
        (others["Mail"], "mail", ",C,"),
        (others["Delegator"], "delegator", "c,,"),
        (others["Bare"], "bare", ",,"),
        (LEAF, "server", "P,,"),
        password=password,
    )  # fmt: skip
    store = _one(data)
    assert store.id == f"nss:{SHARED}"
    assert titles(store.anchors) == ["Root A"]
    assert store.intermediates == (INTERMEDIATE.certificate,)
    assert {i.where: i.why for i in store.idle} == {
        "bad": nss.DISTRUSTED,
        "bad for servers": nss.DISTRUSTED,
        "clients": nss.OTHER_USES,
        "mail": nss.OTHER_USES,
        "delegator": nss.NO_MARK,
        "bare": nss.NO_MARK,
        "server": nss.ONE_SERVER,
    }
    assert set(store.distrusted) == {others[n].certificate.sha256 for n in ("Bad", "Bad root")}
    listed = _certutil(tmp_path / "db", "-L", password=password).splitlines()
    nicknames = [line.rsplit(maxsplit=1)[0].rstrip() for line in listed[4:] if line.strip()]
    assert sorted(name for _, name in store.names) == sorted(nicknames)
    assert dict(store.names)[A.certificate.sha256] == "corp root – Zürich  1"


@needs_certutil
def test_144_roots_are_read_in_a_moment(tmp_path: Path):
    many = [root(f"Root {n}", at=AT) for n in range(144)]
    data = _make(tmp_path / "db", *((one, f"root {n}", "CT,C,C") for n, one in enumerate(many)))
    started = time.monotonic()
    store = _one(data)
    assert time.monotonic() - started < 2
    assert set(store.anchors) == {one.certificate for one in many}
    assert len(store.names) == 144


@needs_certutil
def test_the_commands_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / ".pki/nssdb"
    empty = Store(f"nss:{folder}", "", "user", f"{folder}/cert9.db", flavour=nss.ABSENT)
    change = nss.adding(empty, A.certificate)
    monkeypatch.chdir(tmp_path)
    Path(f"{nss.file_stem(A.certificate)}.pem").write_text(pem(A.certificate))

    def run(lines: tuple[str, ...]) -> None:
        for line in lines:
            subprocess.run(["sh", "-c", line], check=True, capture_output=True)

    def now() -> Store:
        return _one((folder / "cert9.db").read_bytes())

    run(change.commands)
    run(change.verify)
    assert now().anchors == (A.certificate,)
    run(change.undo)
    assert now().anchors == ()
    _certutil(folder, "-A", "-n", "it's bare", "-t", ",,", "-i", f"{nss.file_stem(A.certificate)}.pem")
    here = Store(f"nss:{folder}", "", "user", f"{folder}/cert9.db")
    marked = nss.marking(here, now().idle[0])
    run(marked.commands)
    assert now().anchors == (A.certificate,)
    run(marked.undo)
    assert [i.why for i in now().idle] == [nss.NO_MARK]


@needs_certutil
def test_a_database_cut_off_anywhere_gives_a_reason_or_less_of_it(tmp_path: Path):
    data = _make(tmp_path / "db", (A, "a", "C,,"), (B, "b", "C,,"))
    for length in range(1, len(data), 613):
        store = _one(data[:length])
        assert store.unreadable or len(store.anchors) <= 2
    noise = random.Random(7)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(20):
            damaged[noise.randrange(16, len(data))] = noise.randrange(256)
        assert isinstance(_one(bytes(damaged)), Store)


def test_what_is_no_database_says_so():
    assert _one(random.Random(1).randbytes(5000)).unreadable == "it is not an SQLite database"
    garbage = b"SQLite format 3\0" + random.Random(2).randbytes(8000)
    assert "damaged" in (_one(garbage).unreadable or "")
    assert _one(b"").unreadable is None


def test_a_file_of_60_megabytes_is_not_read(tmp_path: Path):
    folder = tmp_path / ".pki/nssdb"
    folder.mkdir(parents=True)
    with (folder / "cert9.db").open("wb") as file:
        file.truncate(60 * 1024 * 1024)

    class Here(ThisMachine):
        def home(self) -> str:
            return str(tmp_path)

        def has(self, sign: str) -> bool:
            return False

    machine = Here()
    store = next(s for s in nss.read(machine, Reader(machine)) if str(tmp_path) in s.location)
    assert "larger than" in (store.unreadable or "")


def _database(tmp_path: Path, *statements: str, rows: tuple[tuple[object, ...], ...] = ()) -> bytes:
    path = tmp_path / "made.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    for row in rows:
        connection.execute(f"INSERT INTO nssPublic VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return path.read_bytes()


ENDLESS = "WITH RECURSIVE n(a0) AS (SELECT x'00000001' UNION ALL SELECT a0 FROM n) SELECT a0 FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        (f"CREATE VIEW nssPublic AS {ENDLESS}",),
        ("CREATE TABLE nssPublic (id, b, a0 AS (hex(b)))",),
        ("CREATE TABLE other (id)",),
        ("CREATE TABLE nssPublic (id, a11)",),
    ],
)
def test_a_table_that_computes_or_is_another_is_not_asked(tmp_path: Path, statements: tuple[str, ...]):
    started = time.monotonic()
    assert _one(_database(tmp_path, *statements)).unreadable
    assert time.monotonic() - started < 1


def _with_a_view_called_a_table(tmp_path: Path, view: str) -> bytes:
    return _database(
        tmp_path,
        "CREATE TABLE other (a0)",
        "INSERT INTO other VALUES (x'00000001')",
        "PRAGMA writable_schema = ON",
        f"INSERT INTO sqlite_master VALUES ('table', 'nssPublic', 'nssPublic', 2, '{view}')",
    )


@pytest.mark.parametrize(
    "query",
    [
        ENDLESS.replace("'", "''"),
        "SELECT a0, randomblob(30000000) AS a11 FROM other",
        "SELECT a.a0 FROM other a, other b",
    ],
)
def test_a_view_that_the_list_of_tables_calls_a_table_is_not_run(tmp_path: Path, query: str):
    started = time.monotonic()
    store = _one(_with_a_view_called_a_table(tmp_path, f"CREATE VIEW nssPublic AS {query}"))
    assert "damaged" in (store.unreadable or "")
    assert time.monotonic() - started < 1


def test_more_rows_than_are_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cert9, "MAX_ROWS", 3)
    row = (b"\0\0\0\1", A.certificate.der)
    store = _one(_database(tmp_path, "CREATE TABLE nssPublic (a0, a11)", rows=(row,) * 5))
    assert [note for note in store.notes if "more than 3 rows" in note]


def _trust_objects(*rows: tuple[Identity, int | None]) -> tuple[tuple[object, ...], ...]:
    made: list[tuple[object, ...]] = []
    for identity, value in rows:
        c = identity.certificate
        key = (c.issuer.encode(), c.sha1.encode())
        made.append((b"\0\0\0\1", c.der, c.title.encode(), *key, None))
        if value is not None:
            made.append((b"\0\0\0\x0b", None, b"\xa5\x00\x5a", *key, value.to_bytes(4, "big")))
    return tuple(made)


def test_trust_objects_of_pkcs11_3_2_are_read_too(tmp_path: Path):
    """Written here by the specification; no NSS that writes them was at hand."""
    data = _database(
        tmp_path,
        "CREATE TABLE nssPublic (a0, a11, a3, a81, a82, a62c)",
        rows=_trust_objects((A, 2), (B, 3), (LEAF, 1), (INTERMEDIATE, 4)),
    )
    store = _one(data)
    assert store.anchors == (A.certificate,)
    assert store.intermediates == (INTERMEDIATE.certificate,)
    assert store.distrusted == (B.certificate.sha256,)
    assert [i.why for i in store.idle] == [nss.DISTRUSTED, nss.ONE_SERVER]


def test_distrust_of_a_certificate_that_is_elsewhere_is_kept_by_its_sha1(tmp_path: Path):
    sha1 = bytes.fromhex(B.certificate.sha1)
    data = _database(
        tmp_path,
        "CREATE TABLE nssPublic (a0, a81, a82, ace536358, ace5363b4)",
        rows=((cert9.NSS_TRUST, b"i", b"s", bytes.fromhex("ce53435a"), sha1),),
    )
    assert _one(data).distrusted == (B.certificate.sha1,)


def test_a_bad_certificate_hides_no_other(tmp_path: Path):
    data = _database(
        tmp_path,
        "CREATE TABLE nssPublic (a0, a11)",
        rows=((cert9.CERTIFICATE, b"no"), (cert9.CERTIFICATE, INTERMEDIATE.certificate.der)),
    )
    store = _one(data)
    assert (store.skipped, store.intermediates) == (1, (INTERMEDIATE.certificate,))


def test_a_closed_database_says_which_command_opens_it():
    store = _one(errno.EACCES)
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")


def test_newer_rows_beside_the_database_are_told(tmp_path: Path):
    data = _database(tmp_path, "CREATE TABLE nssPublic (a0, a11)")
    (store,) = _read(data, **{f"{SHARED}/cert9.db-wal": b"7\x7f\x06\x82"})
    assert "cert9.db-wal" in store.notes[0]
    (store,) = _read(data, **{f"{SHARED}/cert9.db-wal": b""})
    assert store.notes == ()


def test_a_database_that_was_written_with_a_log_is_read(tmp_path: Path):
    data = _database(tmp_path, "PRAGMA journal_mode = WAL", "CREATE TABLE nssPublic (a0, a11)",
                     "INSERT INTO nssPublic VALUES (x'00000001', x'00')")  # fmt: skip
    assert data[18:20] == b"\x02\x02"
    assert _one(data).skipped == 1


def test_chromiums_databases_come_first_and_the_profile_in_use_before_the_others(tmp_path: Path):
    data = _database(tmp_path, "CREATE TABLE nssPublic (a0, a11)")
    base = "/home/dana/.mozilla/firefox"
    places = [f"{base}/{p}" for p in ("aaa.old", "bbb.default", "ccc.default-esr")]
    places += ["/home/dana/.thunderbird/x.default", SHARED, "/home/dana/snap/chromium/current/.pki/nssdb",
               "/home/dana/.var/app/org.chromium.Chromium/data/pki/nssdb", "/etc/pki/nssdb"]  # fmt: skip
    files: dict[str, bytes | int] = {f"{place}/cert9.db": data for place in places}
    files[f"{base}/profiles.ini"] = (
        b"[Install4F96]\nDefault=ccc.default-esr\n[Profile1]\nName=default\nIsRelative=1\n"
        b"Path=bbb.default\nDefault=1\n[Profile0]\nPath=aaa.old\n[General]\nVersion=2\n"
    )
    machine = Recorded(files)
    stores = nss.read(machine, Reader(machine))
    assert [s.id for s in stores] == [
        f"nss:{SHARED}",
        "nss:/home/dana/snap/chromium/current/.pki/nssdb",
        "nss:/home/dana/.var/app/org.chromium.Chromium/data/pki/nssdb",
        "nss:/etc/pki/nssdb",
        f"nss:{base}/ccc.default-esr",
        f"nss:{base}/bbb.default",
        f"nss:{base}/aaa.old",
        "nss:/home/dana/.thunderbird/x.default",
    ]
    assert nss.adding(stores[3], A.certificate).privilege == "administrator"


def test_the_newer_place_does_not_count_while_the_older_is_there(tmp_path: Path):
    data = _database(
        tmp_path, "CREATE TABLE nssPublic (a0, a11, a3, a81, a82, a62c)", rows=_trust_objects((A, 2))
    )
    newer = "/home/dana/.local/share/pki/nssdb"
    (store,) = _read(data, newer)
    assert store.anchors == (A.certificate,)
    machine = Recorded({f"{newer}/cert9.db": data, f"{SHARED}/cert9.db": data})
    used, passed_over = nss.read(machine, Reader(machine))
    assert (used.anchors, passed_over.anchors) == ((A.certificate,), ())
    assert passed_over.idle[0].why == nss.NOT_READ
    assert SHARED in nss.marking(passed_over, passed_over.idle[0]).commands[0]


def test_without_a_database_but_with_a_browser_there_is_an_empty_one_to_add_to():
    machine = WithBrowser()
    (store,) = nss.read(machine, Reader(machine))
    assert (store.id, store.anchors, store.unreadable) == (f"nss:{SHARED}", (), None)
    lines = nss.adding(store, A.certificate).commands
    assert [line.split()[0:2] for line in lines] == [["mkdir", "-p"], ["certutil", "-N"], ["certutil", "-A"]]
    machine = WithBrowser(folders=["/home/dana/.local/share/pki/nssdb"])
    (store,) = nss.read(machine, Reader(machine))
    assert store.id == "nss:/home/dana/.local/share/pki/nssdb"
    assert nss.read(Recorded(), Reader(Recorded())) == ()


def test_windows_and_macos_have_firefox_profiles(tmp_path: Path):
    data = _database(tmp_path, "CREATE TABLE nssPublic (a0, a11)")
    roaming = "C:/Users/dana/AppData/Roaming"
    windows = Recorded(
        {f"{roaming}/Mozilla/Firefox/Profiles/x.default/cert9.db": data},
        variables={"APPDATA": roaming.replace("/", "\\")},
        platform="windows",
    )
    (store,) = nss.read(windows, Reader(windows))
    assert store.id == f"nss:firefox:{roaming}/Mozilla/Firefox/Profiles/x.default"
    assert '"sql:C:/' in nss.adding(store, A.certificate).commands[0]
    mac = Recorded(
        {"/home/dana/Library/Application Support/Firefox/Profiles/x/cert9.db": data}, platform="macos"
    )
    (store,) = nss.read(mac, Reader(mac))
    assert "'sql:/home/dana/Library/Application Support/" in nss.adding(store, A.certificate).commands[0]


def test_an_intermediate_is_added_without_a_mark_and_removed_by_its_nickname():
    store = Store("nss:x", "", "user", f"{SHARED}/cert9.db", names=((A.certificate.sha256, "corp root"),))
    assert "-t ',,'" in nss.adding(store, INTERMEDIATE.certificate).commands[0]
    assert nss.removing(store, A.certificate) == (f"certutil -D -d sql:{SHARED} -n 'corp root'",)
