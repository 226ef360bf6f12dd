import errno
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from stores_making import A, B, C, Recorded, titles

from tlswizard.core.pem import pem
from tlswizard.lab.authority import Identity
from tlswizard.stores import dotnet_user
from tlswizard.stores.reading import Reader

STORES = "/home/dana/.dotnet/corefx/cryptography/x509stores"


def _pfx(identity: Identity, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return serialize_key_and_certificates(None, None, None, [identity.certificate.library()], encryption)


def _by_openssl(folder: Path, identity: Identity) -> bytes:
    """With an empty password and a MAC over it, as .NET writes it."""
    (folder / "c.pem").write_text(pem(identity.certificate))
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-nokeys", "-in", folder / "c.pem",
         "-out", folder / "c.pfx", "-passout", "pass:"],
        check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "c.pfx").read_bytes()


def _read(files: dict[str, bytes | int]):
    machine = Recorded({f"{STORES}/{name}": data for name, data in files.items()})
    return dotnet_user.read(machine, Reader(machine))


def test_the_folder_root_holds_anchors_and_ca_holds_intermediates(tmp_path: Path):
    roots, authorities = _read({
        f"root/{A.certificate.sha1.upper()}.pfx": _pfx(A),
        f"root/{B.certificate.sha1.upper()}.pfx": _by_openssl(tmp_path, B),
        f"ca/{C.certificate.sha1.upper()}.1.pfx": _pfx(C),
    })  # fmt: skip
    assert (roots.id, roots.scope, roots.location) == ("dotnet-user-root", "user", f"{STORES}/root")
    assert sorted(titles(roots.anchors)) == ["Root A", "Root B"]
    assert roots.intermediates == ()
    assert (authorities.id, authorities.location) == ("dotnet-user-ca", f"{STORES}/ca")
    assert titles(authorities.intermediates) == ["Root C"]
    assert authorities.anchors == ()


def test_folders_that_are_not_there_are_empty_stores():
    assert [(s.anchors, s.intermediates, s.unreadable) for s in _read({})] == [((), (), None)] * 2


def test_what_cannot_be_opened_is_counted_and_costs_no_other():
    roots, _ = _read({
        "root/broken.pfx": b"rubbish", "root/empty.pfx": b"", "root/locked.pfx": _pfx(B, b"a password"),
        "root/secret.pfx": errno.EACCES, "root/good.pfx": _pfx(A), "root/readme.txt": b"not looked at",
    })  # fmt: skip
    assert (titles(roots.anchors), roots.skipped, roots.unreadable) == (["Root A"], 4, None)


def test_a_folder_that_cannot_be_read_says_why():
    roots, _ = _read({"root": errno.EACCES})
    assert (roots.anchors, roots.unreadable) == ((), "Permission denied")


def test_past_the_limit_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dotnet_user, "MAX_FILES", 1)
    roots, _ = _read({"root/a.pfx": _pfx(A), "root/b.pfx": _pfx(B)})
    assert (titles(roots.anchors), roots.skipped) == (["Root A"], 1)


def test_the_commands_make_the_file_that_is_read(tmp_path: Path):
    roots, _ = _read({})
    change = dotnet_user.adding(roots, A.certificate)
    path = f"{STORES}/root/{A.certificate.sha1.upper()}.pfx"
    assert change.undo == dotnet_user.removing(roots, A.certificate) == (f"rm {path}",)
    home = tmp_path / "home"
    (tmp_path / "root-a.pem").write_text(pem(A.certificate))
    for line in change.commands:
        subprocess.run(["sh", "-ec", line.replace("/home/dana", str(home))], cwd=tmp_path, check=True)
    written = (home / path.removeprefix("/home/dana/")).read_bytes()
    roots, _ = _read({path.removeprefix(f"{STORES}/"): written})
    assert roots.anchors == (A.certificate,)
