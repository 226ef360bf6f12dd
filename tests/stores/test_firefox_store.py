import errno
import json
import subprocess
from pathlib import Path

import pytest
from stores_making import A, B, C, Recorded, bundle

from tlswizard.core.pem import pem
from tlswizard.core.store import Store
from tlswizard.stores import firefox
from tlswizard.stores.change import file_stem
from tlswizard.stores.reading import Reader

POLICIES = "/etc/firefox/policies/policies.json"
CERTIFI = "/srv/venv/lib/python3.12/site-packages/certifi/cacert.pem"


class WithFirefox(Recorded):
    def has(self, sign: str) -> bool:
        return sign == "command:firefox-esr"


def _read(machine: Recorded) -> tuple[Store, ...]:
    return firefox.read(machine, Reader(machine))


def _one(files: dict[str, bytes | int], **others: object) -> Store:
    (store,) = _read(Recorded(files, **others))  # type: ignore[arg-type]
    return store


def _policy(*install: object, **others: object) -> bytes:
    return json.dumps({"policies": {"Certificates": {"Install": list(install), **others}}}).encode()


def test_the_public_list_stands_in_for_the_built_in_one():
    (store,) = _read(WithFirefox({CERTIFI: bundle(A, B)}, bundle_of_certifi=CERTIFI))
    assert (store.id, store.scope, store.assumed) == ("firefox-builtin", "program", firefox.ASSUMED)
    assert store.anchors == (A.certificate, B.certificate)


def test_without_a_public_list_the_built_in_one_is_unknown():
    (store,) = _read(WithFirefox())
    assert "inside the program" in (store.unreadable or "")


def test_without_firefox_and_policies_there_is_no_store():
    assert _read(Recorded()) == ()


def test_what_a_policy_installs_is_found_by_path_and_by_name():
    store = _one({
        POLICIES: _policy("/srv/a.pem", "b.der", "gone.pem", 7, "/srv/empty.pem"),
        "/srv/a.pem": bundle(A),
        "/srv/empty.pem": b"",
        "/home/dana/.mozilla/certificates/b.der": B.certificate.der,
    })  # fmt: skip
    assert (store.id, store.scope, store.location) == ("firefox-policy", "machine", POLICIES)
    assert store.anchors == (A.certificate, B.certificate)
    assert dict(store.names)[B.certificate.sha256] == "/home/dana/.mozilla/certificates/b.der"
    assert store.notes == ("gone.pem, which a policy names, was not found.",)
    assert store.skipped == 2


def test_of_a_file_with_several_certificates_the_first_counts():
    store = _one({POLICIES: _policy("/srv/ab.pem"), "/srv/ab.pem": bundle(A, B)})
    assert store.anchors == (A.certificate,)
    assert [(i.certificate, i.why) for i in store.idle] == [(B.certificate, firefox.FURTHER)]


def test_the_policy_in_etc_is_right_where_there_are_two():
    files: dict[str, bytes | int] = {
        POLICIES: _policy("/srv/a.pem"),
        "/usr/lib/firefox-esr/distribution/policies.json": _policy("/srv/c.pem"),
        "/srv/a.pem": bundle(A),
        "/srv/c.pem": bundle(C),
    }
    assert _one(files).anchors == (A.certificate,)
    del files[POLICIES]
    assert _one(files).anchors == (C.certificate,)


@pytest.mark.parametrize("told", [b"{", b"\xff\xfe", b"[" * 200_000])
def test_a_policy_that_is_no_json_is_a_reason(told: bytes):
    assert (_one({POLICIES: told}).unreadable or "").startswith("it is no JSON")


@pytest.mark.parametrize(
    "told", [b"[]", b'{"policies": 3}', b'{"policies": {"Certificates": {"Install": 1}}}']
)
def test_a_policy_of_another_shape_is_an_empty_store(told: bytes):
    store = _one({POLICIES: told})
    assert (store.anchors, store.unreadable) == ((), None)


def test_a_closed_policy_says_which_command_opens_it():
    store = _one({POLICIES: errno.EACCES})
    assert (store.unreadable, store.privileged) == ("Permission denied", "sudo tlswizard stores")


def test_enterprise_roots_are_told_by_platform():
    assert "no effect on Linux" in _one({POLICIES: _policy(ImportEnterpriseRoots=True)}).notes[0]
    path = "/Applications/Firefox.app/Contents/Resources/distribution/policies.json"
    on = _one({path: _policy(ImportEnterpriseRoots=True)}, platform="macos")
    assert "take the roots" in on.notes[0]


def test_the_policy_that_is_proposed_gives_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    change = firefox.adding(Store("firefox-builtin", "", "program", CERTIFI), A.certificate)
    written = tmp_path / "policies.json"
    monkeypatch.chdir(tmp_path)
    line = change.commands[-1].replace("sudo tee /etc/firefox/policies/policies.json", f"tee {written}")
    subprocess.run(["sh", "-c", line], check=True, capture_output=True)
    own = f"/usr/lib/mozilla/certificates/{file_stem(A.certificate)}.pem"
    store = _one({POLICIES: written.read_bytes(), own: pem(A.certificate).encode()})
    assert store.anchors == (A.certificate,)
    assert change.undo == (f"sudo rm {POLICIES}", f'sudo rm "{own}"')


def test_a_policy_that_is_there_is_edited_and_not_replaced():
    store = Store("firefox-policy", "", "machine", POLICIES, names=((A.certificate.sha256, "/srv/a.pem"),))
    commands = firefox.adding(store, B.certificate).commands
    assert any(line.startswith("jq ") and "+=" in line for line in commands)
    assert "/srv/a.pem" in firefox.removing(store, A.certificate)[0]


def test_windows_searches_its_own_folders():
    local = "C:/Users/dana/AppData/Local"
    store = _one(
        {
            "C:/Program Files/Mozilla Firefox/distribution/policies.json": _policy("a.pem"),
            f"{local}/Mozilla/Certificates/a.pem": bundle(A),
        },
        variables={"LOCALAPPDATA": local.replace("/", "\\"), "PROGRAMFILES": "C:\\Program Files"},
        platform="windows",
    )
    assert store.anchors == (A.certificate,)
    assert firefox.adding(store, B.certificate).commands[0].startswith("copy ")
