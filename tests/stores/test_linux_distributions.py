"""Source folder, generated bundle and hashed folder of each distribution, and where they disagree."""

import base64
import errno
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from linux_rooted import Rooted
from stores_making import AT, A, B, C, Recorded, bundle, titles

from tlswizard.core.certificate import ANY_PURPOSE, SERVER_AUTH
from tlswizard.core.der import OID, SEQUENCE, value
from tlswizard.core.pem import certificates_in
from tlswizard.lab.authority import root
from tlswizard.stores import linux_directory, linux_source, linux_system
from tlswizard.stores.reading import Reader

DEBIAN, OWN = "/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates"
REDHAT, SOURCE = "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/source"
ARCH, SUSE = "/etc/ca-certificates/trust-source", "/etc/pki/trust"
FOLDER = "/usr/lib/ssl/certs"
E_MAIL = "1.3.6.1.5.5.7.3.4"


def _read(machine: Recorded):
    (store,) = linux_system.read(machine, Reader(machine))
    return store


def _idle(store):
    return {idle.certificate.title: (idle.why, idle.where) for idle in store.idle}


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytes([40 * first + second])
    for number in rest:
        assert number < 128
        content += bytes([number])
    return value(OID, content)


def _trusted(identity, trust=(), reject=(), listed: bool | None = None) -> bytes:
    """A block with OpenSSL's trust settings (X509_CERT_AUX)."""
    aux = value(SEQUENCE, b"".join(map(_oid, trust))) if trust or listed else b""
    aux += value(0xA0, b"".join(map(_oid, reject))) if reject else b""
    body = base64.encodebytes(identity.certificate.der + value(SEQUENCE, aux)).decode()
    return f"-----BEGIN TRUSTED CERTIFICATE-----\n{body}-----END TRUSTED CERTIFICATE-----\n".encode()


def _p11_kit(identity, *said: str) -> bytes:
    return (
        b"# of p11-kit\n[p11-kit-object-v1]\n" + "".join(f"{s}\n" for s in said).encode() + bundle(identity)
    )


# --- which distribution it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "flavour"),
    [
        ({"/etc/NIXOS": b""}, "nixos"),
        ({"/etc/os-release": b"NAME=NixOS\nID=nixos\n"}, "nixos"),
        ({"/etc/alpine-release": b"3.20.1\n", f"{OWN}/a.crt": b""}, "alpine"),
        ({"/etc/os-release": b'ID="alpine"\n', f"{OWN}/a.crt": b""}, "alpine"),
        ({"/etc/os-release": b"ID=ubuntu\nID_LIKE=debian\n", f"{OWN}/a.crt": b""}, "debian"),
        ({"/etc/os-release": b'ID="rocky"\nID_LIKE="rhel centos fedora"\n'}, "redhat"),
        ({"/etc/os-release": b'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n'}, "suse"),
        ({"/etc/os-release": b"ID=endeavouros\nID_LIKE='arch'\n"}, "arch"),
        ({"/etc/os-release": b"ID=debian\n", f"{SOURCE}/anchors/a.pem": b""}, "redhat"),
        ({f"{SUSE}/anchors": errno.EACCES}, "suse"),
        ({"/etc/os-release": b"\xff\xfe=\n==\nID"}, "debian"),
        ({}, "debian"),
    ],
)
def test_the_family_is_told_by_folders_and_os_release(files, flavour: str):
    assert linux_source.flavour_of(Recorded(files)) == flavour


# --- Debian, Ubuntu, Alpine ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("b.pem", bundle(B), "its file name ends in .pem, and only .crt is read"),
        ("b.cer", bundle(B), "its file name ends in .cer, and only .crt is read"),
        ("b.CRT", bundle(B), "its file name ends in .CRT, and only .crt is read"),
        ("b", bundle(B), "its file name has no ending, and only .crt is read"),
        ("b.cer", B.certificate.der, "its file name ends in .cer, and only .crt is read; besides, it is DER, "
         "and the bundle takes PEM alone"),
        ("b.crt", B.certificate.der, "it is DER, and the bundle takes PEM alone; Java takes it"),
        ("b.crt", bundle(B), "it is not in the bundle: update-ca-certificates has not run since it was put "
         "there"),
        ("company/b.crt", bundle(B), "it is not in the bundle: update-ca-certificates has not run since it "
         "was put there"),
    ],
    ids=["pem", "cer", "CRT", "no ending", "DER cer", "DER crt", "not run", "not run, in a folder"],
)  # fmt: skip
def test_what_lies_in_debians_folder_and_not_in_the_bundle_says_why(name: str, data: bytes, why: str):
    store = _read(Recorded({DEBIAN: bundle(A), f"{OWN}/{name}": data}))
    assert titles(store.anchors) == ["Root A"]
    assert _idle(store) == {"Root B": (why, f"{OWN}/{name}")}
    assert (store.distrusted, store.notes) == ((), ())


def test_what_is_in_the_bundle_is_not_idle_whatever_its_file_is_called():
    store = _read(Recorded({DEBIAN: bundle(A, B), f"{OWN}/a.pem": bundle(A), f"{OWN}/b.crt": bundle(B)}))
    assert store.idle == ()
    assert dict(store.names)[B.certificate.sha256] == f"{OWN}/b.crt"


def test_of_two_files_with_one_certificate_the_better_one_says_why():
    files = {DEBIAN: bundle(), f"{OWN}/a.pem": bundle(A), f"{OWN}/b.crt": bundle(A)}
    ((why, where),) = _idle(_read(Recorded(files))).values()
    assert ("has not run" in why, where) == (True, f"{OWN}/b.crt")


def test_the_day_of_the_file_is_the_day_of_arrival():
    written = {f"{OWN}/a.crt": datetime(2030, 3, 3, tzinfo=UTC)}
    store = _read(Recorded({DEBIAN: bundle(A, B), f"{OWN}/a.crt": bundle(A)}, written=written))
    assert store.since == ((A.certificate.sha256, "3 March 2030"),)
    assert store.names == ((A.certificate.sha256, f"{OWN}/a.crt"),)


def test_a_deselected_root_is_idle_and_not_distrusted():
    files = {
        DEBIAN: bundle(A), f"{OWN}/x": b"", "/usr/share/ca-certificates/mozilla/B.crt": bundle(B),
        "/usr/share/ca-certificates/mozilla/A.crt": bundle(A),
        "/etc/ca-certificates.conf": b"# !mozilla/C.crt\n!mozilla/B.crt\n!mozilla/A.crt\n!gone.crt\n!\n!\0\n",
    }  # fmt: skip
    store = _read(Recorded(files))
    where = "/usr/share/ca-certificates/mozilla/B.crt"
    assert _idle(store) == {"Root B": ("it is deselected in /etc/ca-certificates.conf", where)}
    assert store.distrusted == ()
    change = linux_system.marking(store, store.idle[0])
    assert change.commands[0] == (
        r"sudo sed -i 's#^!mozilla/B\.crt$#mozilla/B\.crt#' /etc/ca-certificates.conf"
    )
    assert change.undo[0] == r"sudo sed -i 's#^mozilla/B\.crt$#!mozilla/B\.crt#' /etc/ca-certificates.conf"


def test_a_folder_that_cannot_be_read_is_a_note():
    store = _read(Recorded({DEBIAN: bundle(A), OWN: errno.EACCES}))
    assert titles(store.anchors) == ["Root A"]
    assert store.notes == (f"{OWN} could not be read: Permission denied.",)


def test_rubbish_in_the_folder_is_a_note_and_hides_no_other():
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    files = {DEBIAN: bundle(A), f"{OWN}/a.crt": broken + bundle(B), f"{OWN}/b.crt": errno.ENOENT}
    store = _read(Recorded(files))
    assert set(_idle(store)) == {"Root B"}
    assert (store.skipped, store.notes) == (0, (f"2 entries of {OWN} are no readable certificate.",))


# --- Red Hat, Arch, SUSE -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "path", "update"),
    [
        (SOURCE, REDHAT, "update-ca-trust"),
        (ARCH, DEBIAN, "update-ca-trust"),
        (SUSE, "/etc/ssl/ca-bundle.pem", "update-ca-certificates"),
    ],
    ids=["redhat", "arch", "suse"],
)
class TestP11Kit:
    def test_every_form_and_ending_is_read_once_the_command_has_run(self, top, path, update):
        files = {f"{top}/anchors/b.der": B.certificate.der, f"{top}/anchors/c.txt": bundle(C)}
        done = _read(Recorded({path: bundle(A, B, C), **files}))
        assert (done.idle, len(done.names)) == ((), 2)
        late = f"it is not in the bundle: {update} has not run since it was put there"
        assert _idle(_read(Recorded({path: bundle(A), **files}))) == {
            "Root B": (late, f"{top}/anchors/b.der"), "Root C": (late, f"{top}/anchors/c.txt"),
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["blocklist", "blacklist"])
    def test_the_blocklist_wins_over_the_anchors(self, name, top, path, update):
        files = {f"{top}/anchors/b.pem": bundle(B), f"{top}/{name}/bad.pem": bundle(B)}
        store = _read(Recorded({path: bundle(A), **files}))
        assert _idle(store) == {"Root B": (f"it is on the blocklist {top}/{name}", f"{top}/{name}/bad.pem")}
        assert store.distrusted == (B.certificate.sha256,)
        change = linux_system.marking(store, store.idle[0])
        assert change.commands == (f"sudo mv {top}/{name}/bad.pem bad.pem.taken-off", f"sudo {update}")

    def test_a_blocked_one_that_is_still_in_the_bundle_is_trusted_until_the_command_runs(
        self, top, path, update
    ):
        store = _read(
            Recorded({path: bundle(A, B), f"{top}/blocklist/b.pem": bundle(B), f"{top}/anchors/x": b""})
        )
        assert (titles(store.anchors), store.idle, store.distrusted) == (["Root A", "Root B"], (), ())
        assert store.notes == (
            f"“Root B” is to be refused and still in the bundle: {update} has not run since.",
        )

    def test_a_p11_kit_file_says_itself_what_it_is(self, top, path, update):
        files = {
            f"{top}/anchors/x": b"",
            f"{top}/b.p11-kit": _p11_kit(B, 'label: "B"', "x-distrusted: true"),
            f"{top}/c.p11-kit": _p11_kit(C, "trusted: true"),
        }
        store = _read(Recorded({path: bundle(A), **files}))
        assert _idle(store) == {
            "Root B": (linux_system.DISTRUSTED, f"{top}/b.p11-kit"),
            "Root C": (f"it is not in the bundle: {update} has not run since it was put there",
                       f"{top}/c.p11-kit"),
        }  # fmt: skip
        assert store.distrusted == (B.certificate.sha256,)

    def test_beside_the_folder_a_plain_file_is_not_trusted(self, top, path, update):
        store = _read(Recorded({path: bundle(A), f"{top}/anchors/x": b"", f"{top}/b.pem": bundle(B)}))
        assert _idle(store) == {"Root B": (linux_system.UNSAID, f"{top}/b.pem")}
        change = linux_system.marking(store, store.idle[0])
        assert change.commands[0] == f"sudo mv {top}/b.pem {top}/anchors/b.pem"
        assert change.commands[-1] == f"sudo {update}"

    def test_folders_inside_are_not_read(self, top, path, update):
        store = _read(Recorded({path: bundle(A), f"{top}/anchors/company/b.pem": bundle(B)}))
        assert _idle(store) == {"Root B": (linux_system.NESTED, f"{top}/anchors/company/b.pem")}

    def test_only_authorities_get_into_the_bundle(self, top, path, update):
        server = root("Top", at=AT).leaf(["a.example"])
        store = _read(Recorded({path: bundle(A), f"{top}/anchors/s.pem": bundle(server)}))
        assert _idle(store) == {"a.example": (linux_system.NO_AUTHORITY, f"{top}/anchors/s.pem")}

    def test_a_distributions_own_root_is_put_on_the_list(self, top, path, update):
        store = _read(Recorded({path: bundle(A), f"{top}/anchors/x": b""}))
        assert linux_system.removing(store, A.certificate) == (
            f"sudo install -D -m 644 root-a.pem {top}/blocklist/root-a.pem",
            f"sudo {update}",
        )


def test_nixos_is_changed_by_its_configuration():
    store = _read(Recorded({"/etc/NIXOS": b"", DEBIAN: bundle(A)}))
    assert (store.flavour, store.idle, store.notes) == ("nixos", (), ())
    change = linux_system.adding(store, B.certificate)
    assert "security.pki.certificateFiles = [ ./root-b.pem ];" in change.commands[1]
    assert change.commands[-1] == change.undo[-1] == "sudo nixos-rebuild switch"


# --- OpenSSL's trust settings --------------------------------------------------------------------------

SETTINGS = [
    ({}, "unsaid"),
    ({"trust": [SERVER_AUTH]}, "servers"),
    ({"trust": [ANY_PURPOSE]}, "servers"),
    ({"trust": [E_MAIL]}, "others"),
    ({"listed": True}, "others"),
    ({"reject": [SERVER_AUTH]}, "distrusted"),
    ({"reject": [ANY_PURPOSE]}, "distrusted"),
    ({"reject": [E_MAIL]}, "unsaid"),
    ({"trust": [SERVER_AUTH], "reject": [SERVER_AUTH]}, "distrusted"),
    ({"trust": [SERVER_AUTH], "reject": [E_MAIL]}, "servers"),
]


@pytest.mark.parametrize(("settings", "use"), SETTINGS)
def test_trust_settings_in_the_bundle_count(settings, use: str):
    block = _trusted(B, **settings)
    store = _read(Recorded({DEBIAN: bundle(A) + block}))
    assert certificates_in(block) == (B.certificate,)
    assert ("Root B" in titles(store.anchors)) == (use in ("unsaid", "servers"))
    assert store.distrusted == ((B.certificate.sha256,) if use == "distrusted" else ())
    assert len(store.idle) == (use in ("others", "distrusted"))


def test_a_block_that_is_refused_is_replaced_in_its_file_and_never_by_moving_the_bundle():
    block = _trusted(B, reject=[SERVER_AUTH])
    store = _read(Recorded({DEBIAN: bundle(A) + block, f"{OWN}/b.crt": block}))
    assert _idle(store) == {"Root B": (linux_system.DISTRUSTED, f"{OWN}/b.crt")}
    moved = linux_system.marking(store, store.idle[0]).commands
    assert moved[0] == f"sudo mv {OWN}/b.crt b.crt.before"
    store = _read(Recorded({DEBIAN: bundle(A) + block}))
    assert linux_system.marking(store, store.idle[0]).commands == (
        f"sudo install -m 644 root-b.pem {OWN}/root-b.crt", "sudo update-ca-certificates",
    )  # fmt: skip


def test_what_stands_between_the_blocks_of_a_bundle_says_nothing():
    # p11-kit's issue 205: a bundle with such lines in it; OpenSSL passes over them.
    store = _read(Recorded({DEBIAN: bundle(A) + _p11_kit(B, "x-distrusted: true")}))
    assert (titles(store.anchors), store.distrusted) == (["Root A", "Root B"], ())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
@pytest.mark.parametrize(("settings", "use"), SETTINGS)
def test_openssl_reads_the_same_settings_the_same(settings, use: str, tmp_path: Path):
    (tmp_path / "roots.pem").write_bytes(_trusted(B, **settings))
    (tmp_path / "leaf.pem").write_bytes(bundle(B.leaf(["a.example"])))
    said = subprocess.run(
        ["openssl", "verify", "-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-attime",
         str(int(AT.timestamp())), "-CAfile", "roots.pem", "leaf.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode == 0) == (use in ("unsaid", "servers")), said.stderr


def test_trust_settings_that_cannot_be_read_cost_the_block_alone():
    body = base64.encodebytes(B.certificate.der + b"\x30\x05oops").decode()
    broken = f"-----BEGIN TRUSTED CERTIFICATE-----\n{body}-----END TRUSTED CERTIFICATE-----\n".encode()
    store = _read(Recorded({DEBIAN: bundle(A) + broken + bundle(C)}))
    assert (titles(store.anchors), store.skipped) == (["Root A", "Root C"], 1)


# --- the three beside each other -----------------------------------------------------------------------


def test_a_difference_between_bundle_and_folder_is_told():
    folder = {f"{FOLDER}/00000000.0": bundle(A), f"{FOLDER}/00000001.0": bundle(C)}
    notes = _read(Recorded({DEBIAN: bundle(A, B), **folder})).notes
    assert notes == (
        f"“Root B” is in the bundle and has no link in {FOLDER}: run sudo update-ca-certificates --fresh.",
        f"“Root C” is in {FOLDER} and not in the bundle: run sudo update-ca-certificates --fresh.",
    )
    assert _read(Recorded({DEBIAN: bundle(A, C), **folder})).notes == ()
    assert _read(Recorded({DEBIAN: bundle(A, B)})).notes == ()


# --- how an idle one is made to count ------------------------------------------------------------------


def _marking(name: str, data: bytes):
    store = _read(Recorded({DEBIAN: bundle(A), f"{OWN}/{name}": data}))
    return linux_system.marking(store, store.idle[0])


def test_a_wrong_ending_is_a_move():
    change = _marking("my root.pem", bundle(B))
    assert change.commands == (
        f"sudo mv '{OWN}/my root.pem' '{OWN}/my root.crt'",
        "sudo update-ca-certificates",
    )
    assert change.undo[:2] == (
        f"sudo mv '{OWN}/my root.crt' '{OWN}/my root.pem'", "sudo update-ca-certificates --fresh",
    )  # fmt: skip
    assert (change.privilege, len(change.traps)) == ("administrator", 4)


@pytest.mark.parametrize("name", ["b.cer", "b.crt"])
def test_der_is_replaced_by_pem(name: str):
    change = _marking(name, B.certificate.der)
    assert change.commands == (
        f"sudo mv {OWN}/{name} {name}.before", f"sudo install -m 644 root-b.pem {OWN}/root-b.crt",
        "sudo update-ca-certificates",
    )  # fmt: skip
    assert change.undo[:2] == (f"sudo rm {OWN}/root-b.crt", f"sudo mv {name}.before {OWN}/{name}")


def test_where_the_command_has_not_run_it_is_the_command_alone():
    assert _marking("b.crt", bundle(B)).commands == ("sudo update-ca-certificates",)


def test_a_certificate_is_taken_out_by_the_file_that_holds_it():
    store = _read(Recorded({DEBIAN: bundle(A, B), f"{OWN}/both (old).crt": bundle(A, B)}))
    first, second, java = linux_system.removing(store, A.certificate)
    assert first == f"sudo rm '{OWN}/both (old).crt'   # it holds 1 more: keep them elsewhere first"
    assert second == "sudo update-ca-certificates --fresh"
    assert "-alias debian:both_=old=.pem" in java


# --- with the real command of Debian -------------------------------------------------------------------

UPDATE = "/usr/sbin/update-ca-certificates"


@pytest.mark.skipif(
    not (Path(UPDATE).exists() and shutil.which("openssl") and Path("/etc/debian_version").exists()),
    reason="no update-ca-certificates of Debian on this machine",
)
def test_what_debians_own_command_makes_of_a_folder_is_told(tmp_path: Path):
    machine = Rooted(top=tmp_path)
    others = {name: root(name, at=AT) for name in ("In", "Pem", "Der", "Two", "Too", "Nested", "Late", "Off")}
    machine.put(f"{OWN}/in.crt", bundle(others["In"]))
    machine.put(f"{OWN}/pem.pem", bundle(others["Pem"]))
    machine.put(f"{OWN}/der.crt", others["Der"].certificate.der)
    machine.put(f"{OWN}/two.crt", bundle(others["Two"], others["Too"]))
    machine.put(f"{OWN}/company/nested.crt", bundle(others["Nested"]))
    machine.put("/usr/share/ca-certificates/mozilla/Off.crt", bundle(others["Off"]))
    configuration = machine.put("/etc/ca-certificates.conf", b"!mozilla/Off.crt\n")
    made = tmp_path / "etc/ssl/certs"
    made.mkdir(parents=True)
    subprocess.run(
        [UPDATE, "--etccertsdir", made, "--certsconf", configuration, "--hooksdir", "/nonexistent",
         "--certsdir", f"{tmp_path}/usr/share/ca-certificates", "--localcertsdir", f"{tmp_path}{OWN}"],
        check=True, capture_output=True, env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )  # fmt: skip
    machine.put(f"{OWN}/late.crt", bundle(others["Late"]))
    (tmp_path / "usr/lib/ssl").mkdir(parents=True)
    (tmp_path / "usr/lib/ssl/certs").symlink_to("../../../etc/ssl/certs")

    store = _read(machine)
    assert sorted(titles(store.anchors)) == ["In", "Nested", "Too", "Two"]
    assert {title: why.split(",")[0].split(":")[0] for title, (why, _) in _idle(store).items()} == {
        "Pem": "its file name ends in .pem", "Der": "it is DER", "Late": "it is not in the bundle",
        "Off": "it is deselected in /etc/ca-certificates.conf",
    }  # fmt: skip
    (note,) = store.notes
    assert note.startswith(
        ("“Two” (and 1 more) is in the bundle and has no link", "“Too” (and 1 more) is in")
    )

    (folder,) = linux_directory.read(machine, Reader(machine))
    assert folder.location == "/etc/ssl/certs"
    assert sorted(titles(folder.anchors)) == ["In", "Nested"]
    assert {i.certificate.title for i in folder.idle} >= {"Two", "Too"}
    assert dict(folder.names)[others["In"].certificate.sha256].endswith(".0")
