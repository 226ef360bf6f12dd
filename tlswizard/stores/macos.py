"""macOS: three keychains, and the trust settings that decide about what lies in them.

Presence in a keychain is no trust: a certificate counts by its trust setting, of the user before the
administrator's before Apple's (SecTrustSettings.h; Chromium's trust_store_mac.cc). Apple's own roots count
without one. Commands: security(1). Nothing of this was run on macOS. Apple's source of `security` has
trust-settings-export open its file for reading and writing, which the pipe behind /dev/stdout does not
allow: hence a temporary file.
"""

import plistlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers.expat import ExpatError

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.pem import MAX_FILE
from tlswizard.core.store import Idle, Scope, Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("macos",)
IDS = ("macos-",)

SYSTEM_KEYCHAIN = "/Library/Keychains/System.keychain"
ROOTS_KEYCHAIN = "/System/Library/Keychains/SystemRootCertificates.keychain"
LOGIN_KEYCHAIN = "Library/Keychains/login.keychain-db"

MAX_SETTINGS = 8 * 1024 * 1024
"""Bytes: as for a file of certificates; a setting has some 500."""

EXPORT = (
    'f=$(mktemp) || exit 1; security -q trust-settings-export "$@" "$f" && cat "$f"; '
    's=$?; rm -f "$f"; exit $s'
)
"""`$@` is the domain: nothing for the user's, -d for the administrator's, -s for Apple's."""

_NO_SETTINGS, _NOTHING = "No Trust Settings", "could not be found in the keychain"
"""errSecNoTrustSettings and errSecItemNotFound, as `security` says them."""

SSL, BASIC = bytes.fromhex("2a864886f763640103"), bytes.fromhex("2a864886f763640102")
"""1.2.840.113635.100.1.3 and .2: the policies for servers and for any certificate."""

_TRUST_ROOT, _TRUST_AS_ROOT, _DENY = 1, 2, 3
"""kSecTrustSettingsResult*; 4 is *unspecified*, and without a result it is the first."""

_WITHOUT = "it is in the keychain without a trust setting"
_DENIED = "its trust setting is Never Trust"
_DENIED_HERE = "the administrator's trust setting for it is Never Trust"


@dataclass(frozen=True, slots=True)
class _Domain:
    """The trust settings of the user, of the administrator, or of Apple."""

    decisions: Mapping[str, bool] = field(default_factory=dict)
    """True is trust, False is deny; by SHA-1 in lower-case hex"""
    since: Mapping[str, str] = field(default_factory=dict)
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class _Keychain:
    path: str
    certificates: tuple[Certificate, ...] = ()
    skipped: int = 0
    unreadable: str = ""
    note: str = ""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    login = _login(machine, reader)
    system, roots = (_keychain(machine, reader, path) for path in (SYSTEM_KEYCHAIN, ROOTS_KEYCHAIN))
    user, admin, apple = (_domain(machine, options) for options in ((), ("-d",), ("-s",)))
    every = tuple(dict.fromkeys(c for k in (login, system, roots) for c in k.certificates))
    trusted_by_user = frozenset(sha1 for sha1, trust in user.decisions.items() if trust)
    return (
        _store(
            "macos-user", "your keychain and your trust settings", login, every, (user, admin, apple),
        ),
        _store(
            "macos-admin", "this Mac's keychain and its administrator's trust settings", system, every,
            (admin, apple), overruled=trusted_by_user,
        ),
        _apples(roots, admin, apple),
    )  # fmt: skip


def _store(
    id_: str, title: str, keychain: _Keychain, every: tuple[Certificate, ...], domains: tuple[_Domain, ...],
    overruled: frozenset[str] = frozenset(),
) -> Store:  # fmt: skip
    """A keychain together with what the first of `domains` decides about certificates of any keychain.

    `overruled` are those whose denial the account's own setting takes back: for programs of this account
    they are not refused, and for services they are no anchors here either.
    """
    scope: Scope = "user" if id_ == "macos-user" else "machine"
    if why := keychain.unreadable or domains[0].unreadable:
        return Store(id_, title, scope, keychain.path, unreadable=why)
    own = frozenset(keychain.certificates)
    anchors: list[Certificate] = []
    intermediates: list[Certificate] = []
    idle: list[Idle] = []
    for certificate in every:
        if certificate not in own and certificate.sha1 not in domains[0].decisions:
            continue
        trust = _decision(certificate, domains)
        if trust:
            anchors.append(certificate)
        elif trust is False:
            idle.append(Idle(certificate, _DENIED, keychain.path))
        elif certificate.is_self_issued:
            idle.append(Idle(certificate, _WITHOUT, keychain.path))
        else:
            intermediates.append(certificate)
    denied = [sha1 for sha1, trust in domains[0].decisions.items() if not trust and sha1 not in overruled]
    known = {c.sha1: c.sha256 for c in every}
    since = domains[0].since
    return Store(
        id_, title, scope, keychain.path, tuple(anchors), tuple(intermediates),
        skipped=keychain.skipped, idle=tuple(idle),
        distrusted=tuple(h for sha1 in denied for h in (known.get(sha1), sha1) if h),
        since=tuple((c.sha256, since[c.sha1]) for c in every if c.sha1 in since),
        notes=(keychain.note,) if keychain.note else (),
    )  # fmt: skip


def _apples(keychain: _Keychain, admin: _Domain, apple: _Domain) -> Store:
    """Apple's own roots: all of them count, but for those that a setting denies to every account."""
    id_, title = "macos-system", "the roots that macOS brings along"
    if keychain.unreadable:
        return Store(id_, title, "machine", keychain.path, unreadable=keychain.unreadable)
    denied = {
        c: _DENIED_HERE if admin.decisions.get(c.sha1) is False else _DENIED
        for c in keychain.certificates
        if _decision(c, (admin, apple)) is False
    }
    by_apple = [c for c in denied if c.sha1 not in admin.decisions]
    note = f"Apple's own trust settings could not be read: {apple.unreadable}." if apple.unreadable else ""
    return Store(
        id_, title, "machine", keychain.path,
        tuple(c for c in keychain.certificates if c not in denied),
        skipped=keychain.skipped,
        idle=tuple(Idle(c, why, keychain.path) for c, why in denied.items()),
        distrusted=tuple(h for c in by_apple for h in (c.sha256, c.sha1)),
        notes=(note,) if note else (),
    )  # fmt: skip


def _decision(certificate: Certificate, domains: tuple[_Domain, ...]) -> bool | None:
    """Of the first domain that decides about it."""
    found = (domain.decisions.get(certificate.sha1) for domain in domains)
    return next((trust for trust in found if trust is not None), None)


# --- keychains ----------------------------------------------------------------------------------------


def _login(machine: Machine, reader: Reader) -> _Keychain:
    path = f"{machine.home()}/{LOGIN_KEYCHAIN}"
    folder, _, name = path.rpartition("/")
    try:
        there = name in machine.names_in(folder)
    except FileNotFoundError:
        there = False
    except OSError as error:
        return _Keychain(path, unreadable=why_unreadable(error))
    if not there:
        return _Keychain(path, note="This account has no login keychain, as is usual for a service's.")
    return _keychain(machine, reader, path)


def _keychain(machine: Machine, reader: Reader, path: str) -> _Keychain:
    try:
        text = machine.output(("security", "find-certificate", "-a", "-p", path), MAX_FILE)
    except OSError as error:
        why = why_unreadable(error)
        return _Keychain(path, unreadable="" if _NOTHING in why else why)
    found = reader.parsed(text)
    good = tuple(dict.fromkeys(c for c in found if isinstance(c, Certificate)))
    return _Keychain(path, good, sum(not isinstance(c, Certificate) for c in found))


# --- trust settings -----------------------------------------------------------------------------------


def _domain(machine: Machine, options: tuple[str, ...]) -> _Domain:
    try:
        exported = machine.output(("sh", "-c", EXPORT, "sh", *options), MAX_SETTINGS)
    except OSError as error:
        why = why_unreadable(error)
        return _Domain(unreadable="" if _NO_SETTINGS in why else why)
    try:
        rows = plistlib.loads(exported)["trustList"].items()
    except (ValueError, TypeError, KeyError, AttributeError, ExpatError, RecursionError, OverflowError):
        return _Domain(unreadable="its trust settings are not of the form that is known")
    decisions, since = {}, {}
    for sha1, row in rows:
        if isinstance(row, dict) and (trust := _trust(row.get("trustSettings"))) is not None:
            decisions[str(sha1).lower()] = trust
            if isinstance(row.get("modDate"), datetime):
                since[str(sha1).lower()] = day(row["modDate"].replace(tzinfo=UTC))
    return _Domain(decisions, since)


def _trust(settings: object) -> bool | None:
    """What a certificate's settings say of servers: None if nothing. None at all mean *always trust*."""
    if settings is None or settings == []:
        return True
    rows = [row for row in settings if isinstance(row, dict)] if isinstance(settings, list) else []
    for policy in (SSL, None, BASIC):  # the one for servers is the nearest
        for row in rows:
            if row.get("kSecTrustSettingsPolicy") != policy or _narrow(row):
                continue
            result = row.get("kSecTrustSettingsResult", _TRUST_ROOT)
            if result in (_TRUST_ROOT, _TRUST_AS_ROOT, _DENY):
                return bool(result != _DENY)
    return None


def _narrow(row: dict[str, object]) -> bool:
    """For one application or one host only: skipped, as Chromium does."""
    return "kSecTrustSettingsApplication" in row or "kSecTrustSettingsPolicyString" in row


# --- changes ------------------------------------------------------------------------------------------


def adding(store: Store, certificate: Certificate) -> Change:
    """Apple's `security`, as its manual page has it; not run on macOS."""
    sudo, domain, keychain = _means(store)
    file = f"{file_stem(certificate)}.pem"
    policies = "-p ssl -p basic" if domain else "-p ssl"
    command = (
        f"{sudo}security add-trusted-cert {domain}-r trustRoot {policies} -k {keychain} {file}"
        if certificate.is_self_issued
        else f"{sudo}security add-certificates -k {keychain} {file}"
    )
    return _change(store, (command,), removing(store, certificate), certificate)


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    sudo, domain, keychain = _means(store)
    delete = f"{sudo}security delete-certificate -Z {certificate.sha1.upper()} {keychain}"
    if not certificate.is_self_issued:
        return (delete,)
    return (f"{sudo}security remove-trusted-cert {domain}{file_stem(certificate)}.pem", delete)


def marking(store: Store, idle: Idle) -> Change:
    """A trust setting for a certificate that is there; what was there before is kept for the undo."""
    sudo, domain, keychain = _means(store)
    file = f"{file_stem(idle.certificate)}.pem"
    kept = "trust-settings-before.plist"
    result = "trustRoot" if idle.certificate.is_self_issued else "trustAsRoot"
    commands = [f"{sudo}security add-trusted-cert {domain}-r {result} -p ssl -k {keychain} {file}"]
    undo = (f"{sudo}security remove-trusted-cert {domain}{file}",)
    if idle.why != _WITHOUT:
        commands.insert(0, f"security trust-settings-export {domain}{kept}")
        undo = (f"{sudo}security trust-settings-import {domain}{kept}",)
    return _change(store, tuple(commands), undo, idle.certificate)


def _means(store: Store) -> tuple[str, str, str]:
    """`sudo`, the option for the domain, and the keychain. Apple's own is read-only: this Mac's stands in."""
    if store.id == "macos-user":
        return "", "", quoted(store.location)
    return "sudo ", "-d ", SYSTEM_KEYCHAIN


def _change(
    store: Store, commands: tuple[str, ...], undo: tuple[str, ...], certificate: Certificate
) -> Change:
    user = store.id == "macos-user"
    option = "" if user else " -d"
    traps = [
        "Removing the trust does not remove the certificate, and removing the certificate not the trust.",
        "macOS asks for your password in a dialog: in a remote session without a desktop it fails."
        if user
        else "Since macOS 11 an administrator has to agree in a dialog, also with sudo; "
        "without one only a configuration profile does it.",
    ]
    if user:
        traps.append("A service (a LaunchDaemon) sees neither your keychain nor your trust settings.")
    keychain = _means(store)[2]
    verify = [f"security find-certificate -a -Z {keychain} | grep {certificate.sha1.upper()}"]
    if certificate.is_self_issued:
        verify.append(f"security dump-trust-settings{option}")
    return Change(
        commands, undo, "for programs started from now on; restart long-running services",
        "account" if user else "administrator", tuple(traps), tuple(verify),
    )  # fmt: skip
