"""What `security` prints is made here after the documented form and the source; none of it was captured."""

import os
import plistlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from stores_making import A, B, C, Recorded, bundle, titles

from tlswizard.stores import macos
from tlswizard.stores.reading import Reader

SUB = A.intermediate("Sub")
LOGIN = "/home/dana/Library/Keychains/login.keychain-db"
ORDER = ((), ("-d",), ("-s",))
NONE = "SecTrustSettingsCreateExternalRepresentation: No Trust Settings were found."


@dataclass
class Mac(Recorded):
    """Commands by their words; a sentence instead of bytes is what a failing one says."""

    failing: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def output(self, command: tuple[str, ...], limit: int) -> bytes:
        if command in self.failing:
            raise OSError(self.failing[command])
        return super().output(command, limit)


def _export(options: tuple[str, ...]) -> tuple[str, ...]:
    return ("sh", "-c", macos.EXPORT, "sh", *options)


def _certificates(path: str) -> tuple[str, ...]:
    return ("security", "find-certificate", "-a", "-p", path)


def _plist(settings: Mapping[str, object]) -> bytes:
    rows = {
        sha1.upper(): {"modDate": datetime(2031, 3, 3), "issuerName": b"", "serialNumber": b"\x01"}
        | ({} if held is None else {"trustSettings": held})
        for sha1, held in settings.items()
    }
    return plistlib.dumps({"trustVersion": 1, "trustList": rows})


def _read(login=(), system=(), roots=(), user=None, admin=None, apple=None, failing=None):
    commands = {
        _certificates(path): bundle(*held)
        for path, held in ((LOGIN, login), (macos.SYSTEM_KEYCHAIN, system), (macos.ROOTS_KEYCHAIN, roots))
    }
    failed = dict(failing or {})
    for options, settings in zip(ORDER, (user, admin, apple), strict=True):
        if isinstance(settings, bytes):
            commands[_export(options)] = settings
        elif settings is None:
            failed.setdefault(_export(options), NONE)
        else:
            commands[_export(options)] = _plist(settings)
    machine = Mac({LOGIN: b""}, commands=commands, platform="macos", failing=failed)
    return macos.read(machine, Reader(machine))


def _row(result: int | None = None, policy: bytes | None = None, **more: object) -> dict[str, object]:
    row = {f"kSecTrustSettings{name}": value for name, value in more.items()}
    row |= {} if result is None else {"kSecTrustSettingsResult": result}
    return row | ({} if policy is None else {"kSecTrustSettingsPolicy": policy})


def test_presence_is_no_trust():
    mine, theirs, apples = _read(login=(A, SUB), system=(B,), roots=(C,))
    assert (mine.anchors, titles(mine.intermediates)) == ((), ["Sub"])
    assert [(i.certificate.title, i.why) for i in mine.idle] == [
        ("Root A", "it is in the keychain without a trust setting")
    ]
    assert (theirs.anchors, [i.certificate.title for i in theirs.idle]) == ((), ["Root B"])
    assert titles(apples.anchors) == ["Root C"]
    assert [(s.id, s.scope) for s in (mine, theirs, apples)] == [
        ("macos-user", "user"), ("macos-admin", "machine"), ("macos-system", "machine"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "trust"),
    [
        ([], True),
        (None, True),
        ([_row()], True),
        ([_row(1, macos.SSL)], True),
        ([_row(2)], True),
        ([_row(1, macos.BASIC)], True),
        ([_row(3)], False),
        ([_row(1, macos.BASIC), _row(3, macos.SSL)], False),
        ([_row(4)], None),
        ([_row(4, macos.SSL), _row(3)], False),
        ([_row(1, bytes.fromhex("2a864886f763640108"))], None),
        ([_row(1, macos.SSL, Application=b"x")], None),
        ([_row(3, macos.SSL, PolicyString="a.example")], None),
        (["rubbish"], None),
        ("rubbish", None),
    ],
)
def test_a_setting_is_trust_denial_or_nothing(settings: object, trust: bool | None):
    mine, _, _ = _read(login=(A, B), user={A.certificate.sha1: settings})
    assert titles(mine.anchors) == (["Root A"] if trust else [])
    assert mine.distrusted == ((A.certificate.sha256, A.certificate.sha1) if trust is False else ())
    assert len(mine.idle) == (1 if trust else 2)


def test_the_day_of_a_setting_is_told():
    mine, _, _ = _read(login=(A,), user={A.certificate.sha1: []})
    assert mine.since == ((A.certificate.sha256, "3 March 2031"),)


def test_the_users_setting_goes_before_the_administrators():
    trust, deny = {A.certificate.sha1: []}, {A.certificate.sha1: [_row(3)]}
    mine, theirs, _ = _read(system=(A,), user=trust, admin=deny)
    assert titles(mine.anchors) == ["Root A"]
    assert (theirs.anchors, theirs.distrusted) == ((), ())
    mine, theirs, _ = _read(system=(A,), user=deny, admin=trust)
    assert (mine.anchors, A.certificate.sha256 in mine.distrusted) == ((), True)
    assert titles(theirs.anchors) == ["Root A"]


def test_an_apple_root_can_be_denied():
    deny = {A.certificate.sha1: [_row(3)]}
    _, theirs, apples = _read(roots=(A, B), admin=deny)
    assert titles(apples.anchors) == ["Root B"]
    assert A.certificate.sha256 in theirs.distrusted
    _, _, apples = _read(roots=(A, B), apple=deny)
    assert A.certificate.sha256 in apples.distrusted
    mine, _, apples = _read(roots=(A, B), user=deny)
    assert A.certificate.sha256 in mine.distrusted
    assert titles(apples.anchors) == ["Root A", "Root B"]  # for services, which have no settings of a user


def test_a_denial_of_what_is_in_no_keychain_counts():
    assert _read(user={"ab" * 20: [_row(3)]})[0].distrusted == ("ab" * 20,)


@pytest.mark.parametrize("broken", [b"", b"<plist", b"bplist00\xff", plistlib.dumps([1]), plistlib.dumps({})])
def test_settings_of_another_form_leave_the_store_unreadable_and_no_other(broken: bytes):
    mine, theirs, apples = _read(login=(A,), system=(B,), roots=(C,), user=broken)
    assert mine.unreadable
    assert (theirs.unreadable, titles(apples.anchors)) == (None, ["Root C"])


def test_apples_roots_are_read_without_apples_settings():
    _, _, apples = _read(roots=(C,), failing={_export(("-s",)): "not in this version"})
    assert titles(apples.anchors) == ["Root C"]
    assert "not in this version" in apples.notes[0]


def test_a_keychain_that_cannot_be_read_says_so():
    mine, theirs, _ = _read(failing={_certificates(LOGIN): "it is locked"}, system=(B,))
    assert (mine.unreadable, theirs.unreadable) == ("it is locked", None)
    empty = "SecKeychainSearchCopyNext: The specified item could not be found in the keychain."
    assert _read(failing={_certificates(LOGIN): empty})[0].unreadable is None


def test_an_account_without_a_keychain():
    machine = Mac({}, commands={}, platform="macos", failing={_export(o): NONE for o in ORDER})
    mine, *_ = macos.read(machine, Reader(machine))
    assert (mine.unreadable, mine.anchors, len(mine.notes)) == (None, (), 1)


def test_the_export_goes_through_a_file_of_its_own_and_leaves_none(tmp_path: Path):
    """With a pretend `security` that opens its file as Apple's does."""
    script = '#!/bin/sh\n[ "$1 $2 $3" = "-q trust-settings-export -d" ] || { echo no >&2; exit 7; }\n'
    (tmp_path / "security").write_text(script + 'printf settings 1<> "$4"\n')
    (tmp_path / "security").chmod(0o755)
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(scratch)}
    for options, said in ((("-d",), (0, b"settings")), ((), (7, b""))):
        done = subprocess.run(_export(options), env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == said
    assert not list(scratch.iterdir())


# --- changes ------------------------------------------------------------------------------------------


def test_a_root_is_added_with_its_trust():
    mine, theirs, _ = _read()
    user = macos.adding(mine, A.certificate)
    assert user.commands == (f"security add-trusted-cert -r trustRoot -p ssl -k {LOGIN} root-a.pem",)
    assert (
        user.undo
        == macos.removing(mine, A.certificate)
        == (
            "security remove-trusted-cert root-a.pem",
            f"security delete-certificate -Z {A.certificate.sha1.upper()} {LOGIN}",
        )
    )
    assert user.privilege == "account"
    admin = macos.adding(theirs, A.certificate)
    assert admin.commands == (
        "sudo security add-trusted-cert -d -r trustRoot -p ssl -p basic "
        "-k /Library/Keychains/System.keychain root-a.pem",
    )
    assert any("macOS 11" in trap for trap in admin.traps)
    assert any("does not remove the certificate" in trap for trap in admin.traps)
    assert "security dump-trust-settings -d" in admin.verify


def test_an_intermediate_is_added_without_trust():
    mine, _, _ = _read()
    change = macos.adding(mine, SUB.certificate)
    assert change.commands == (f"security add-certificates -k {LOGIN} sub.pem",)
    assert len(change.undo) == 1


def test_an_idle_root_gets_its_trust_and_a_denied_one_its_settings_back():
    mine, _, _ = _read(login=(A, B), user={B.certificate.sha1: [_row(3)]})
    plain, denied = (macos.marking(mine, idle) for idle in mine.idle)
    assert plain.undo == ("security remove-trusted-cert root-a.pem",)
    assert denied.commands[0] == "security trust-settings-export trust-settings-before.plist"
    assert denied.undo == ("security trust-settings-import trust-settings-before.plist",)
