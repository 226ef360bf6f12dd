"""The .NET user's stores on Linux: one PKCS #12 file per certificate, with an empty password.

`~/.dotnet/corefx/cryptography/x509stores/{root,ca}/<SHA-1>.pfx` (.NET runtime source, StorePal). The
second doubles as .NET's cache of fetched intermediates. A service has its own home, or none: what is
here does not reach it. Read and written here with files of this layout, not with a .NET runtime.
"""

import warnings

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux",)
IDS = ("dotnet-user-",)

FOLDER = ".dotnet/corefx/cryptography/x509stores"

MAX_FILES = 1000
"""A person's own store holds a handful; the cache of intermediates a few dozen."""

MAX_PFX = 1024 * 1024


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    return (
        _read(machine, "dotnet-user-root", "root", ".NET's list of your trusted roots"),
        _read(machine, "dotnet-user-ca", "ca", ".NET's list of your intermediates"),
    )


def _read(machine: Machine, id_: str, name: str, title: str) -> Store:
    folder = f"{machine.home()}/{FOLDER}/{name}"
    try:
        names = [n for n in machine.names_in(folder) if n.endswith(".pfx")]
    except FileNotFoundError:
        names = []
    except OSError as error:
        return Store(id_, title, "user", folder, unreadable=why_unreadable(error))
    found: list[Certificate] = []
    skipped = max(0, len(names) - MAX_FILES)
    for entry in names[:MAX_FILES]:
        try:
            certificates = _pfx(machine.read(f"{folder}/{entry}", MAX_PFX))
        except OSError:
            certificates = []
        found += [c for c in certificates if isinstance(c, Certificate)]
        skipped += not certificates or any(isinstance(c, Malformed) for c in certificates)
    held = tuple(dict.fromkeys(found))
    return Store(
        id_, title, "user", folder, skipped=skipped,
        anchors=held if name == "root" else (), intermediates=held if name == "ca" else (),
    )  # fmt: skip


def _pfx(data: bytes) -> list[Certificate | Malformed]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd serials and encodings: each certificate is judged by itself
        for password in (None, b""):
            try:
                bag = pkcs12.load_pkcs12(data, password)
            except ValueError:
                continue
            held = [*([bag.cert] if bag.cert else []), *bag.additional_certs]
            return [parse_certificate(entry.certificate.public_bytes(Encoding.DER)) for entry in held]
    return []


def adding(store: Store, certificate: Certificate) -> Change:
    stem = file_stem(certificate)
    path = f"{store.location}/{certificate.sha1.upper()}.pfx"
    return Change(
        (
            f"mkdir -p -m 700 {store.location}",
            f"openssl pkcs12 -export -nokeys -in {stem}.pem -out {path} -passout pass: && chmod 600 {path}",
        ),
        removing(store, certificate),
        "at once, at the latest after five minutes",
        "account",
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return (f"rm {store.location}/{certificate.sha1.upper()}.pfx",)
