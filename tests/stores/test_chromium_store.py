import base64
import errno
import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from stores_making import AT, A, B, C, Recorded, bundle

from tlswizard.core.pem import pem
from tlswizard.core.store import Store
from tlswizard.lab.authority import Identity, root
from tlswizard.stores import chromium
from tlswizard.stores.change import file_stem
from tlswizard.stores.reading import Reader

PROFILE = "/home/dana/.config/google-chrome/Default"
MANAGED = "/etc/opt/chrome/policies/managed"
CERTIFI = "/srv/venv/lib/python3.12/site-packages/certifi/cacert.pem"
D = root("Root D", at=AT)

TRUSTED, DISTRUSTED, HINT = (bytes.fromhex(f"0a0208{mark:02x}") for mark in (3, 2, 1))
LIMITED = TRUSTED + bytes.fromhex("12060a0461620a63")


class WithChromium(Recorded):
    def has(self, sign: str) -> bool:
        return sign == "command:chromium"


def _read(machine: Recorded) -> tuple[Store, ...]:
    return chromium.read(machine, Reader(machine))


def _by_id(machine: Recorded, id_: str) -> Store:
    return next(store for store in _read(machine) if store.id == id_)


def _database(tmp_path: Path, *rows: tuple[Identity | None, bytes]) -> bytes:
    path = tmp_path / "ServerCertificate"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE certificates(sha256hash_hex TEXT PRIMARY KEY, der_cert BLOB NOT NULL, "
        "trust_settings BLOB NOT NULL)"
    )
    for identity, settings in rows:
        der = identity.certificate.der if identity else b"nothing"
        name = identity.certificate.sha256 if identity else "0"
        connection.execute("INSERT INTO certificates VALUES (?, ?, ?)", (name, der, settings))
    connection.commit()
    connection.close()
    return path.read_bytes()


def _base64(*identities: Identity) -> list[str]:
    return [base64.b64encode(i.certificate.der).decode() for i in identities]


def _policy(**values: object) -> bytes:
    return json.dumps(values).encode()


def test_the_public_list_stands_in_for_the_built_in_one():
    machine = WithChromium({CERTIFI: bundle(A, B)}, bundle_of_certifi=CERTIFI)
    (store,) = _read(machine)
    assert (store.id, store.scope, store.location) == ("chromium-builtin", "program", CERTIFI)
    assert store.anchors == (A.certificate, B.certificate)
    assert store.assumed == chromium.ASSUMED


def test_without_a_public_list_the_built_in_one_is_unknown():
    (store,) = _read(WithChromium())
    assert (store.anchors, store.unreadable) == (
        (),
        "Chromium keeps its roots inside the program, and no public list is here "
        "that could stand in for them",
    )


def test_without_a_browser_there_is_no_store():
    assert _read(Recorded({CERTIFI: bundle(A)}, bundle_of_certifi=CERTIFI)) == ()


def test_the_marks_of_a_profile_are_read(tmp_path: Path):
    data = _database(tmp_path, (A, TRUSTED), (B, DISTRUSTED), (C, HINT), (D, b"\xff"), (None, TRUSTED))
    store = _by_id(Recorded({f"{PROFILE}/ServerCertificate": data}), f"chromium:{PROFILE}")
    assert store.anchors == (A.certificate,)
    assert store.intermediates == (C.certificate,)
    assert store.distrusted == (B.certificate.sha256,)
    assert [(i.certificate, i.why) for i in store.idle] == [
        (B.certificate, chromium.BY_HAND),
        (D.certificate, chromium.UNKNOWN),
    ]
    assert store.skipped == 1


def test_an_anchor_for_some_names_only_is_told(tmp_path: Path):
    data = _database(tmp_path, (A, LIMITED))
    store = _by_id(Recorded({f"{PROFILE}/ServerCertificate": data}), f"chromium:{PROFILE}")
    assert store.anchors == (A.certificate,)
    assert store.notes == ("Root A counts for some names or addresses only.",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"nothing of the kind", "it is not an SQLite database"),
        (errno.EACCES, "Permission denied"),
    ],
)
def test_a_profile_that_cannot_be_read_says_why(data: bytes | int, why: str):
    store = _by_id(Recorded({f"{PROFILE}/ServerCertificate": data}), f"chromium:{PROFILE}")
    assert (store.unreadable, store.anchors) == (why, ())


def test_a_profile_cut_off_anywhere_raises_nothing(tmp_path: Path):
    data = _database(tmp_path, (A, TRUSTED), (B, HINT))
    for length in range(0, len(data), 211):
        store = _by_id(Recorded({f"{PROFILE}/ServerCertificate": data[:length]}), f"chromium:{PROFILE}")
        assert store.unreadable or len(store.anchors) <= 1


def test_every_length_of_settings_is_survived(tmp_path: Path):
    for settings in (LIMITED[:n] for n in range(len(LIMITED))):
        data = _database(tmp_path, (A, settings))
        store = _by_id(Recorded({f"{PROFILE}/ServerCertificate": data}), f"chromium:{PROFILE}")
        assert len((*store.anchors, *store.intermediates, *store.idle)) == 1


def test_profiles_of_windows_macos_and_flatpak_are_found(tmp_path: Path):
    data = _database(tmp_path, (A, TRUSTED))
    local = "C:/Users/dana/AppData/Local"
    for folder, machine in (
        (f"{local}/Microsoft/Edge/User Data/Profile 1", Recorded(
            variables={"LOCALAPPDATA": local.replace("/", "\\")}, platform="windows")),
        ("/home/dana/Library/Application Support/Google/Chrome/Default", Recorded(platform="macos")),
        ("/home/dana/.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser/Default", Recorded()),
        ("/home/dana/snap/chromium/common/chromium/Default", Recorded()),
    ):  # fmt: skip
        machine.files = {f"{folder}/ServerCertificate": data}
        assert _by_id(machine, f"chromium:{folder}").anchors == (A.certificate,)


def test_policies_give_anchors_hints_and_distrust():
    policy = _policy(
        CACertificates=_base64(A),
        CACertificatesWithConstraints=[
            {"certificate": _base64(D)[0], "constraints": {"permitted_dns_names": ["corp.example"]}}
        ],
        CAHintCertificates=[*_base64(B), "not base64!", 7],
        CADistrustedCertificates=_base64(C),
        CAPlatformIntegrationEnabled=False,
    )
    store = _by_id(Recorded({f"{MANAGED}/corp.json": policy}), "chromium-policy")
    assert (store.scope, store.location) == ("machine", MANAGED)
    assert store.anchors == (A.certificate, D.certificate)
    assert store.intermediates == (B.certificate,)
    assert store.distrusted == (C.certificate.sha256,)
    assert store.idle[0].why == chromium.BY_POLICY
    assert store.skipped == 2
    assert len(store.notes) == 2
    assert dict(store.names)[A.certificate.sha256] == f"{MANAGED}/corp.json"


def test_of_two_policy_files_the_last_is_right():
    files: dict[str, bytes | int] = {
        f"{MANAGED}/10.json": _policy(CACertificates=_base64(A), CAHintCertificates=_base64(C)),
        f"{MANAGED}/20.json": _policy(CACertificates=_base64(B)),
    }
    store = _by_id(Recorded(files), "chromium-policy")
    assert (store.anchors, store.intermediates) == ((B.certificate,), (C.certificate,))


def test_a_policy_that_is_no_json_is_a_reason_and_hides_no_other():
    bad: dict[str, bytes | int] = {f"{MANAGED}/bad.json": b"{" * 50}
    store = _by_id(Recorded(bad), "chromium-policy")
    assert "bad.json is no JSON" in (store.unreadable or "")
    store = _by_id(Recorded({f"{MANAGED}/deep.json": b"[" * 200_000}), "chromium-policy")
    assert store.unreadable
    store = _by_id(
        Recorded({**bad, f"{MANAGED}/good.json": _policy(CACertificates=_base64(A))}), "chromium-policy"
    )
    assert (store.unreadable, store.anchors) == (None, (A.certificate,))
    assert "bad.json is no JSON" in store.notes[0]


def test_a_closed_policy_folder_says_which_command_opens_it():
    store = _by_id(Recorded({MANAGED: errno.EACCES}), "chromium-policy")
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")


def test_windows_has_its_policies_in_the_registry():
    key = r"HKLM\SOFTWARE\Policies\Google\Chrome"
    machine = Recorded(
        registered={
            (rf"{key}\CACertificates", "1"): _base64(A)[0],
            (rf"{key}\CACertificates", "2"): _base64(B)[0],
            (key, "CACertificatesWithConstraints"): json.dumps([{"certificate": _base64(C)[0]}]),
        },
        platform="windows",
    )
    store = _by_id(machine, "chromium-policy")
    assert store.anchors == (A.certificate, B.certificate, C.certificate)
    assert chromium.adding(store, D.certificate).commands[0].startswith(rf'reg add "{key}\CACertificates"')


def test_the_policy_file_that_is_proposed_gives_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path(f"{file_stem(A.certificate)}.pem").write_text(pem(A.certificate))
    change = chromium.adding(
        Store("chromium-policy", "", "machine", str(tmp_path / "managed")), A.certificate
    )
    for line in change.commands:
        subprocess.run(["sh", "-c", line.replace("sudo ", "")], check=True, capture_output=True)
    (file,) = (tmp_path / "managed").iterdir()
    store = _by_id(Recorded({f"{MANAGED}/{file.name}": file.read_bytes()}), "chromium-policy")
    assert store.anchors == (A.certificate,)
    assert change.undo == (f"sudo rm {file}",)


def test_a_profile_is_changed_in_the_settings():
    store = Store(f"chromium:{PROFILE}", "", "program", f"{PROFILE}/ServerCertificate")
    assert "certificate-manager" in chromium.adding(store, A.certificate).commands[0]
