"""The Windows stores, physical view: what the account, the computer, its domain and its policies each hold.

A *logical* read of the user's Root merges the machine's into it and so hides where a root lives
(Microsoft, System Store Locations); Chrome and Firefox read the physical stores for the same reason.
Nothing of this was run on Windows: it is tried on the lab's pretend machine and on recorded stores.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tlswizard.core import der
from tlswizard.core.certificate import SERVER_AUTH, Certificate, day
from tlswizard.core.store import Idle, Scope, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine, NoSuchStore, WindowsEntry
from tlswizard.stores import windows_programme as programme
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader

PLATFORMS = ("windows",)
IDS = ("windows-",)


@dataclass(frozen=True, slots=True)
class _Place:
    id: str
    location: str
    """as Machine.windows_store has it"""
    name: str
    title: str
    where: str
    options: str = ""
    """what makes certutil mean this place"""
    always: bool = False
    """a computer without certificates there still has it"""

    @property
    def scope(self) -> Scope:
        return "user" if self.location.startswith("user") else "machine"


_USER, _MACHINE = r"Cert:\CurrentUser", r"Cert:\LocalMachine"
_USER_POLICY = r"HKCU\Software\Policies\Microsoft\SystemCertificates"
_MACHINE_POLICY = r"HKLM\Software\Policies\Microsoft\SystemCertificates"
_ENTERPRISE = r"HKLM\Software\Microsoft\EnterpriseCertificates"

_PLACES = {
    place.id: place
    for place in (
        _Place("windows-user-root", "user", "Root", "your list of trusted roots", _USER, "-user ", True),
        _Place(
            "windows-machine-root", "machine", "Root", "this machine's list of trusted roots", _MACHINE,
            always=True,
        ),
        _Place("windows-user-ca", "user", "CA", "your list of intermediates", _USER, "-user ", True),
        _Place(
            "windows-machine-ca", "machine", "CA", "this machine's list of intermediates", _MACHINE,
            always=True,
        ),
        _Place(
            "windows-user-policy-root", "user-policy", "Root", "the trusted roots that a policy gives you",
            _USER_POLICY, "-user -grouppolicy ",
        ),
        _Place(
            "windows-machine-authroot", "machine", "AuthRoot",
            "the roots of Microsoft's programme on this machine", _MACHINE,
        ),
        _Place(
            "windows-machine-policy-root", "machine-policy", "Root",
            "the trusted roots that a policy gives this machine", _MACHINE_POLICY, "-grouppolicy ",
        ),
        _Place(
            "windows-machine-policy-ca", "machine-policy", "CA",
            "the intermediates that a policy gives this machine", _MACHINE_POLICY, "-grouppolicy ",
        ),
        _Place(
            "windows-machine-enterprise-root", "enterprise", "Root",
            "the trusted roots of this machine's domain", _ENTERPRISE, "-enterprise ",
        ),
        _Place(
            "windows-machine-enterprise-ca", "enterprise", "CA",
            "the intermediates of this machine's domain", _ENTERPRISE, "-enterprise ",
        ),
        _Place(
            "windows-user-disallowed", "user", "Disallowed", "your list of refused certificates",
            _USER, "-user ",
        ),
        _Place(
            "windows-machine-disallowed", "machine", "Disallowed",
            "this machine's list of refused certificates", _MACHINE,
        ),
        _Place(
            "windows-machine-trustedpeople", "machine", "TrustedPeople",
            "this machine's list of trusted people", _MACHINE,
        ),
    )
}  # fmt: skip

PROTECTED_ROOTS = r"HKLM\Software\Policies\Microsoft\SystemCertificates\Root\ProtectedRoots"
USER_ROOTS_OFF, AUTHROOT_OFF = 0x1, 0x8
"""CERT_PROT_ROOT_DISABLE_CURRENT_USER_FLAG and CERT_PROT_ROOT_DISABLE_LM_AUTH_FLAG of wincrypt.h. The second
has a legacy name of the same number, CERT_PROT_ROOT_ONLY_LM_GPT_FLAG."""

ELEVATED = "Start-Process cmd -Verb RunAs -ArgumentList '/k tlswizard stores'"
"""PowerShell; Windows asks for an administrator's consent."""

_OTHER_USES = "Windows lets it vouch for other uses only"
_REFUSED = "it is in the list of refused certificates"
_NO_LEAF = "this list is for a server's own self-signed certificate, and this one is none"


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    found = ((place, _read(machine, reader, place)) for place in _PLACES.values())
    return tuple(store for place, store in found if store and (place.always or _tells(store)))


def _tells(store: Store) -> bool:
    return bool(store.unreadable or store.anchors or store.intermediates or store.idle or store.skipped)


def _read(machine: Machine, reader: Reader, place: _Place) -> Store:
    where = rf"{place.where}\{place.name}"
    try:
        entries = machine.windows_store(place.location, place.name)
    except NoSuchStore as why:
        privileged = ELEVATED if "denied" in str(why) else ""
        return Store(
            place.id, place.title, place.scope, where, unreadable=str(why), privileged=privileged,
        )  # fmt: skip
    parsed = [(entry, reader.der(entry.der)) for entry in entries]
    good = [(entry, c) for entry, c in parsed if isinstance(c, Certificate)]
    off = _switched_off(machine, place)
    counting: list[Certificate] = []
    idle: list[Idle] = []
    for entry, certificate in good:
        if why_not := off or _why_idle(place, entry, certificate):
            idle.append(Idle(certificate, why_not, certificate.sha1))
        else:
            counting.append(certificate)
    refused = [c for _, c in good] if place.name == "Disallowed" else []
    return Store(
        place.id, place.title, place.scope, where,
        anchors=() if place.name == "CA" else tuple(counting),
        intermediates=tuple(counting) if place.name == "CA" else (),
        idle=tuple(idle),
        distrusted=tuple(h for c in refused for h in (c.sha256, c.sha1)),
        skipped=len(parsed) - len(good),
        since=tuple((c.sha256, day(e.since)) for e, c in good if e.since),
        names=tuple((c.sha256, name) for e, c in good if (name := _friendly_name(e))),
        notes=tuple(_notes(machine, place, off, counting)),
    )  # fmt: skip


def _switched_off(machine: Machine, place: _Place) -> str:
    """Why a policy leaves no root of this place in force; "" if none does."""
    flags = machine.registry(PROTECTED_ROOTS, "Flags")
    if not isinstance(flags, int):
        return ""
    if flags & USER_ROOTS_OFF and place.id == "windows-user-root":
        return "a policy of this machine lets no root count that a user added"
    if flags & AUTHROOT_OFF and place.id == "windows-machine-authroot":
        return "a policy of this machine lets no root of Microsoft's programme count"
    return ""


def _why_idle(place: _Place, entry: WindowsEntry, certificate: Certificate) -> str:
    if place.name == "Disallowed":
        return _REFUSED
    if not _serves(entry, certificate):
        return _OTHER_USES
    if place.name == "TrustedPeople" and (certificate.is_ca or not certificate.is_self_issued):
        return _NO_LEAF
    return ""


def _serves(entry: WindowsEntry, certificate: Certificate) -> bool:
    """Whether server authentication is left of its purposes, as CertGetEnhancedKeyUsage computes them.

    Those of the property (id 9) and of the extension: both, if there are both. What the extension alone
    says is the certificate's own affair, and is judged with it.
    """
    data = entry.properties.get(9)
    if data is None:
        return True
    try:
        allowed = {der.dotted(usage) for usage in der.inside(der.one(data))}
    except (ValueError, IndexError):
        return False
    own = certificate.extended_key_usage
    return SERVER_AUTH in (allowed if own is None else allowed & set(own))


def _friendly_name(entry: WindowsEntry) -> str:
    return visible(entry.properties.get(11, b"").decode("utf-16-le", "replace").rstrip("\0"))


def _notes(machine: Machine, place: _Place, off: str, counting: list[Certificate]) -> Iterator[str]:
    if off:
        yield f"{off[0].upper()}{off[1:]} (ProtectedRoots, Flags)."
    if place.id in ("windows-machine-root", "windows-machine-authroot") and (said := programme.note(machine)):
        yield said
    if place.name == "Root":
        for certificate in counting:
            if not certificate.is_self_issued:
                yield (
                    f"{certificate.title} has not issued itself, so it does not belong among the roots: "
                    "there it breaks the logon with client certificates (IIS answers 403.16)."
                )
    if place.name == "TrustedPeople" and counting:
        yield (
            "Chrome and Node take a server's own self-signed certificate from it; "
            "Windows itself, for clients, mail and encrypted files only."
        )
    if place.name == "Disallowed":
        yield "Windows also refuses what Microsoft's list of untrusted certificates names; it is not read."


def adding(store: Store, certificate: Certificate) -> Change:
    """certutil, as Microsoft documents it; not run on Windows."""
    place = _PLACES[store.id]
    force = "" if place.options == "-user " else "-f "
    return Change(
        commands=(f"certutil {place.options}-addstore {force}{place.name} {file_stem(certificate)}.cer",),
        undo=removing(store, certificate),
        takes_effect="for new processes: restart the program or the service; recycle an application pool",
        privilege="account" if place.options == "-user " else "administrator",
        traps=tuple(_traps(place, certificate)),
        verify=(f"certutil {place.options}-verifystore {place.name} {certificate.sha1}",),
    )


def _traps(place: _Place, certificate: Certificate) -> Iterator[str]:
    if place.location == "user" and place.name == "Root":
        yield "Windows asks in a dialog: in a remote session without a desktop the command waits for ever."
    if place.location == "user":
        yield "A service runs as another account and does not see this list."
        yield (
            "Removing through the user's view in an administrator's console takes away the machine's copy, "
            "where the certificate is inherited from there."
        )
    if place.name in ("Root", "AuthRoot") and not certificate.is_self_issued:
        yield "An intermediate does not belong among the roots: put it into CA."
    if place.name == "AuthRoot":
        yield "Windows keeps this list itself: a root of your own belongs into Root."
    if "-grouppolicy" in place.options:
        yield (
            "Group Policy writes this list and takes out again what the policy does not hold: have it "
            "changed there (Computer Configuration, Public Key Policies), then run gpupdate /force."
        )
    if place.location == "enterprise":
        yield (
            "Windows copies this list from the domain about every eight hours: have the domain changed "
            "(certutil -dspublish), then run certutil -pulse."
        )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    place = _PLACES[store.id]
    return (f"certutil {place.options}-delstore {place.name} {certificate.sha1}",)


def marking(store: Store, idle: Idle) -> Change:
    """How an idle certificate is made to count: off the list of refused ones, else into one that counts."""
    certificate = idle.certificate
    place = _PLACES[store.id]
    root = Store("windows-machine-root", "", "machine", "")
    if place.name == "Disallowed":
        again = adding(store, certificate)
        return Change(
            removing(store, certificate), again.commands, again.takes_effect, again.privilege,
            traps=("Somebody put it there to have it refused: ask why first.",),
            verify=(f"certutil {place.options}-store {place.name}",),
        )  # fmt: skip
    if idle.why != _OTHER_USES:
        return adding(root, certificate)
    # A certificate that is added anew comes without the property that restricts it.
    fresh = adding(store, certificate)
    return Change(
        (*removing(store, certificate), *fresh.commands), removing(store, certificate),
        fresh.takes_effect, fresh.privilege,
        traps=(*fresh.traps, "The undo takes the certificate out; its purposes are then set by hand."),
        verify=fresh.verify,
    )  # fmt: skip
