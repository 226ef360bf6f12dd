from datetime import UTC, datetime

import pytest
from stores_making import AT, A, B, C, Recorded, titles

from tlswizard.core import der
from tlswizard.lab.authority import self_signed
from tlswizard.machine.door import WindowsEntry
from tlswizard.stores import windows, windows_programme
from tlswizard.stores.reading import Reader

SUB = A.intermediate("Sub")
OID_CLIENT, OID_SERVER = bytes.fromhex("06082b06010505070302"), bytes.fromhex("06082b06010505070301")
EVERY = {
    (location, name): ()
    for location in ("user", "machine", "user-policy", "machine-policy", "enterprise")
    for name in ("Root", "CA", "AuthRoot", "Disallowed", "TrustedPeople")
}


def _read(registered=None, **stores: tuple[bytes | WindowsEntry, ...]):
    held = {tuple(name.replace("__", "-").split("_")): entries for name, entries in stores.items()}
    machine = Recorded(windows=EVERY | held, registered=registered or {}, platform="windows")
    return {store.id: store for store in windows.read(machine, Reader(machine))}


def test_each_physical_store_holds_what_it_holds_itself():
    stores = _read(
        user_Root=(A.certificate.der,), machine_Root=(B.certificate.der,), machine_CA=(C.certificate.der,)
    )
    assert titles(stores["windows-user-root"].anchors) == ["Root A"]
    assert titles(stores["windows-machine-root"].anchors) == ["Root B"]
    assert titles(stores["windows-machine-ca"].intermediates) == ["Root C"]
    assert stores["windows-machine-ca"].anchors == stores["windows-user-ca"].intermediates == ()
    assert {s.id: s.scope for s in stores.values()} == {
        "windows-user-root": "user", "windows-machine-root": "machine",
        "windows-user-ca": "user", "windows-machine-ca": "machine",
    }  # fmt: skip
    assert stores["windows-user-root"].location == r"Cert:\CurrentUser\Root"


def test_what_is_no_certificate_is_counted():
    store = _read(user_Root=(b"rubbish", A.certificate.der))["windows-user-root"]
    assert (titles(store.anchors), store.skipped) == (["Root A"], 1)


def test_a_store_that_cannot_be_opened_says_why_and_costs_no_other():
    machine = Recorded(windows={("user", "Root"): (A.certificate.der,)}, platform="windows")
    user, theirs, *_ = windows.read(machine, Reader(machine))
    assert (titles(user.anchors), user.unreadable) == (["Root A"], None)
    assert (theirs.anchors, theirs.unreadable) == ((), "access is denied")


def test_the_users_own_lists_are_changed_without_an_administrator():
    stores = _read()
    user = windows.adding(stores["windows-user-root"], A.certificate)
    assert user.commands == ("certutil -user -addstore Root root-a.cer",)
    assert user.undo == (f"certutil -user -delstore Root {A.certificate.sha1}",)
    assert user.privilege == "account"
    machine = windows.adding(stores["windows-machine-ca"], A.certificate)
    assert machine.commands == ("certutil -addstore -f CA root-a.cer",)
    assert machine.privilege == "administrator"


# --- the other places ---------------------------------------------------------------------------------


def test_a_place_that_holds_nothing_is_no_store():
    assert set(_read()) == {
        "windows-user-root", "windows-machine-root", "windows-user-ca", "windows-machine-ca",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "id_", "scope"),
    [
        ("user__policy_Root", "windows-user-policy-root", "user"),
        ("machine_AuthRoot", "windows-machine-authroot", "machine"),
        ("machine__policy_Root", "windows-machine-policy-root", "machine"),
        ("machine__policy_CA", "windows-machine-policy-ca", "machine"),
        ("enterprise_Root", "windows-machine-enterprise-root", "machine"),
        ("enterprise_CA", "windows-machine-enterprise-ca", "machine"),
    ],
)
def test_what_policies_the_domain_and_microsoft_gave(place: str, id_: str, scope: str):
    store = _read(**{place: (A.certificate.der,)})[id_]
    assert titles((*store.anchors, *store.intermediates)) == ["Root A"]
    assert store.scope == scope
    assert bool(store.intermediates) == place.endswith("CA")


def test_a_store_that_needs_an_administrator_says_what_to_run():
    machine = Recorded(windows={}, platform="windows")
    stores = windows.read(machine, Reader(machine))
    assert {(s.unreadable, s.privileged) for s in stores} == {("access is denied", windows.ELEVATED)}
    assert len(stores) == 13


@pytest.mark.parametrize("place", ["user", "machine"])
def test_a_refused_certificate_is_distrusted_by_both_hashes(place: str):
    store = _read(**{f"{place}_Disallowed": (A.certificate.der,)})[f"windows-{place}-disallowed"]
    assert store.distrusted == (A.certificate.sha256, A.certificate.sha1)
    assert (store.anchors, store.intermediates) == ((), ())
    assert [i.certificate.title for i in store.idle] == ["Root A"]


def test_trusted_people_are_servers_that_signed_for_themselves():
    own = self_signed(["a.example"], at=AT).certificate
    store = _read(machine_TrustedPeople=(own.der, A.certificate.der))["windows-machine-trustedpeople"]
    assert store.anchors == (own,)
    assert [i.certificate.title for i in store.idle] == ["Root A"]


# --- properties ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purposes", "counts"),
    [
        (OID_SERVER, True), (OID_CLIENT + OID_SERVER, True), (OID_CLIENT, False), (b"", False),
        (b"\x06\x7f", False),
    ],
)  # fmt: skip
def test_a_root_counts_for_what_its_property_lets_it_vouch_for(purposes: bytes, counts: bool):
    entry = WindowsEntry(A.certificate.der, {9: der.value(der.SEQUENCE, purposes)})
    store = _read(machine_Root=(entry, B.certificate.der))["windows-machine-root"]
    assert titles(store.anchors) == (["Root A", "Root B"] if counts else ["Root B"])
    assert [i.why for i in store.idle] == ([] if counts else ["Windows lets it vouch for other uses only"])


def test_friendly_names_and_days_of_arrival_are_told():
    entry = WindowsEntry(
        A.certificate.der, {11: "Our root\x1b".encode("utf-16-le") + b"\0\0"},
        datetime(2031, 3, 3, tzinfo=UTC),
    )  # fmt: skip
    store = _read(user_Root=(entry,))["windows-user-root"]
    assert store.names == ((A.certificate.sha256, "Our root\\x1b"),)
    assert store.since == ((A.certificate.sha256, "3 March 2031"),)


# --- policies and the programme -----------------------------------------------------------------------


@pytest.mark.parametrize(("flags", "user", "authroot"), [(1, 0, 1), (8, 1, 0), (9, 0, 0), (0x20, 1, 1)])
def test_a_policy_can_switch_off_a_users_roots_and_microsofts(flags: int, user: int, authroot: int):
    stores = _read(
        {(windows.PROTECTED_ROOTS, "Flags"): flags},
        user_Root=(A.certificate.der,), machine_AuthRoot=(B.certificate.der,),
        machine_Root=(C.certificate.der,),
    )  # fmt: skip
    for id_, count in (("windows-user-root", user), ("windows-machine-authroot", authroot)):
        assert (len(stores[id_].anchors), len(stores[id_].idle)) == (count, 1 - count)
        assert any("ProtectedRoots" in note for note in stores[id_].notes) == (not count)
    assert titles(stores["windows-machine-root"].anchors) == ["Root C"]


def test_an_intermediate_among_the_roots_is_told():
    store = _read(machine_Root=(SUB.certificate.der,))["windows-machine-root"]
    assert titles(store.anchors) == ["Sub"]
    assert "403.16" in store.notes[0]


def test_roots_that_windows_would_fetch():
    listed = _root_list((b"\x11" * 20, {}), (b"\x22" * 20, {104: b"\0" * 8}), (b"\x33" * 20, {9: OID_CLIENT}))
    assert windows_programme.on_demand(listed) == {"11" * 20}
    (note,) = _read({(windows_programme.AUTO_UPDATE, "EncodedCtl"): listed})["windows-machine-root"].notes
    assert "first needed: 1 of its list" in note
    (off,) = _read({(windows_programme.POLICY, "DisableRootAutoUpdate"): 1})["windows-machine-root"].notes
    assert "DisableRootAutoUpdate is 1" in off


def test_a_broken_list_names_no_root():
    listed = _root_list((b"\x11" * 20, {}))
    for broken in (*(listed[:n] for n in range(len(listed))), b"\x30" * 1000, b"\0" * (5 * 1024 * 1024)):
        assert windows_programme.on_demand(broken) == frozenset()
    for at in range(len(listed)):
        windows_programme.on_demand(listed[:at] + bytes((listed[at] ^ 0x55,)) + listed[at + 1 :])


def _root_list(*subjects: tuple[bytes, dict[int, bytes]]) -> bytes:
    """As Microsoft's authroot.stl is made up, without a signature."""
    rows = b""
    for sha1, properties in subjects:
        attributes = b""
        for number, data in properties.items():
            oid = der.value(der.OID, bytes.fromhex("2b060104018237 0a0b") + bytes((number,)))
            content = der.value(der.SEQUENCE, data) if number == 9 else data
            held = der.value(der.SET, der.value(der.OCTET_STRING, content))
            attributes += der.value(der.SEQUENCE, oid + held)
        rows += der.value(der.SEQUENCE, der.value(der.OCTET_STRING, sha1) + der.value(der.SET, attributes))
    usage = der.value(der.SEQUENCE, bytes.fromhex("060a2b060104018237 0a0309"))
    at = der.value(0x17, b"310506070809Z")
    algorithm = der.value(der.SEQUENCE, bytes.fromhex("06052b0e03021a0500"))
    number = der.value(der.INTEGER, b"\x01")
    listed = der.value(der.SEQUENCE, usage + number + at + algorithm + der.value(der.SEQUENCE, rows))
    kind = bytes.fromhex("06092b0601040182370a01")
    content = der.value(der.SEQUENCE, kind + der.value(0xA0, listed))
    signed = der.value(der.SEQUENCE, number + der.value(der.SET, b"") + content + der.value(der.SET, b""))
    return der.value(der.SEQUENCE, bytes.fromhex("06092a864886f70d010702") + der.value(0xA0, signed))


# --- changes ------------------------------------------------------------------------------------------


def test_a_users_root_is_added_in_a_dialog_and_checked_afterwards():
    change = windows.adding(_read()["windows-user-root"], A.certificate)
    assert any("dialog" in trap for trap in change.traps)
    assert any("machine's copy" in trap for trap in change.traps)
    assert change.verify == (f"certutil -user -verifystore Root {A.certificate.sha1}",)


def test_an_intermediate_does_not_belong_into_root():
    change = windows.adding(_read()["windows-machine-root"], SUB.certificate)
    assert any("put it into CA" in trap for trap in change.traps)


def test_the_domains_and_a_policys_lists_are_changed_where_they_come_from():
    stores = _read(enterprise_Root=(A.certificate.der,), machine__policy_Root=(A.certificate.der,))
    domain = windows.adding(stores["windows-machine-enterprise-root"], B.certificate)
    assert domain.commands == ("certutil -enterprise -addstore -f Root root-b.cer",)
    assert any("-dspublish" in trap for trap in domain.traps)
    policy = windows.adding(stores["windows-machine-policy-root"], B.certificate)
    assert any("gpupdate /force" in trap for trap in policy.traps)


def test_an_idle_certificate_is_made_to_count():
    limited = WindowsEntry(A.certificate.der, {9: der.value(der.SEQUENCE, OID_CLIENT)})
    stores = _read(machine_Root=(limited,), machine_Disallowed=(B.certificate.der,))
    root_, refused = stores["windows-machine-root"], stores["windows-machine-disallowed"]
    again = windows.marking(root_, root_.idle[0])
    assert again.commands == (
        f"certutil -delstore Root {A.certificate.sha1}", "certutil -addstore -f Root root-a.cer",
    )  # fmt: skip
    freed = windows.marking(refused, refused.idle[0])
    assert freed.commands == (f"certutil -delstore Disallowed {B.certificate.sha1}",)
    assert freed.undo == ("certutil -addstore -f Disallowed root-b.cer",)


def test_a_users_root_that_a_policy_ignores_goes_to_the_machine():
    store = _read({(windows.PROTECTED_ROOTS, "Flags"): 1}, user_Root=(A.certificate.der,))[
        "windows-user-root"
    ]
    assert windows.marking(store, store.idle[0]).commands == ("certutil -addstore -f Root root-a.cer",)
