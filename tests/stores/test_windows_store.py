from stores_making import A, B, C, Recorded, titles

from tlswizard.stores import windows
from tlswizard.stores.reading import Reader

EVERY = {("user", "Root"): (), ("machine", "Root"): (), ("user", "CA"): (), ("machine", "CA"): ()}


def _read(**stores: tuple[bytes, ...]):
    held = {tuple(name.split("_")): ders for name, ders in stores.items()}
    machine = Recorded(windows=EVERY | held, platform="windows")
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
