"""The system's bundle: one generated file that most programs read.

Where it lies differs by distribution (the union of what Go, truststore and oscrypto look at); where a
new root is put, and which command generates the bundle, is told by the folders that are there.
"""

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux",)
IDS = ("linux-system",)
TITLE = "this machine's bundle of trusted roots"

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine, NixOS
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora 44, RHEL 11
    "/etc/ssl/cert.pem",  # Alpine without the package, BSD
)

FLAVOURS = (
    ("redhat", "/etc/pki/ca-trust/source/anchors"),
    ("arch", "/etc/ca-certificates/trust-source/anchors"),
    ("suse", "/etc/pki/trust/anchors"),
    ("debian", "/usr/local/share/ca-certificates"),
)
"""The folder for the administrator's own roots; the first that exists tells the family."""

_UPDATE = {
    "debian": ("update-ca-certificates", "update-ca-certificates --fresh", "crt"),
    "redhat": ("update-ca-trust", "update-ca-trust", "pem"),
    "arch": ("update-ca-trust", "update-ca-trust", "pem"),
    "suse": ("update-ca-certificates", "update-ca-certificates", "pem"),
}


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    flavour = flavour_of(machine)
    for path in BUNDLES:
        try:
            anchors, skipped = reader.file(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            return (Store("linux-system", TITLE, "machine", path, unreadable=why_unreadable(error)),)
        return (Store("linux-system", TITLE, "machine", path, anchors, skipped=skipped, flavour=flavour),)
    return (Store("linux-system", TITLE, "machine", BUNDLES[0], flavour=flavour),)


def flavour_of(machine: Machine) -> str:
    for flavour, folder in FLAVOURS:
        try:
            machine.names_in(folder)
        except OSError:
            continue
        return flavour
    return "debian"


def adding(store: Store, certificate: Certificate) -> Change:
    update, _, ending = _UPDATE[store.flavour or "debian"]
    stem = file_stem(certificate)
    return Change(
        commands=(f"sudo install -m 644 {stem}.pem {_own(store, stem, ending)}", f"sudo {update}"),
        undo=removing(store, certificate),
        takes_effect="for programs started from now on; restart long-running services",
        privilege="administrator",
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    _, fresh, ending = _UPDATE[store.flavour or "debian"]
    stem = file_stem(certificate)
    lines = [f"sudo rm {_own(store, stem, ending)}", f"sudo {fresh}"]
    if store.flavour in ("", "debian"):
        # Measured: the hook that fills Java's store never takes a certificate out again.
        java = f"keytool -delete -cacerts -storepass changeit -alias debian:{stem}.pem"
        lines.append(f"sudo {java}  # where Java is installed")
    return tuple(lines)


def _own(store: Store, stem: str, ending: str) -> str:
    folder = dict(FLAVOURS)[store.flavour or "debian"]
    return f"{folder}/{stem}.{ending}"
