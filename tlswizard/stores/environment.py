"""Bundles and folders that a variable points programs to: set in *your* shell, not in a service's.

What each variable replaces was measured: SSL_CERT_FILE and SSL_CERT_DIR each replace only their half
of OpenSSL's defaults, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE replace certifi's bundle in requests. A
path that is not there holds nothing, and OpenSSL does not say so.
"""

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.linux_directory import read_folder
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("env:",)

FILES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS",
    "PGSSLROOTCERT", "LDAPTLS_CACERT",
)  # fmt: skip
FOLDERS = ("SSL_CERT_DIR",)
FILE_OR_FOLDER = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""requests takes a folder too; measured: in one that SSL_CERT_FILE names, OpenSSL and Python find nothing."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    environment = machine.environment()
    found = [_file(machine, reader, name, environment[name]) for name in FILES if environment.get(name)]
    for name in FOLDERS:
        if environment.get(name):
            parts = [
                read_folder(machine, reader, f"env:{name}", p) for p in environment[name].split(":") if p
            ]
            found.append(_joined(name, environment[name], parts))
    return tuple(found)


def _file(machine: Machine, reader: Reader, variable: str, path: str) -> Store:
    id_, title, where = f"env:{variable}", f"the file that {variable} names", visible(path)
    try:
        anchors, skipped = reader.file(path)
    except IsADirectoryError:
        if variable in FILE_OR_FOLDER:
            return read_folder(machine, reader, id_, path)
        return Store(id_, title, "process", where)
    except FileNotFoundError:
        return Store(id_, title, "process", where)
    except OSError as error:
        return Store(id_, title, "process", where, unreadable=why_unreadable(error))
    return Store(id_, title, "process", where, anchors, skipped=skipped)


def _joined(variable: str, value: str, parts: list[Store]) -> Store:
    return Store(
        f"env:{variable}", f"the folder that {variable} names", "process", visible(value),
        tuple(dict.fromkeys(c for part in parts for c in part.anchors)),
        unreadable=next((p.unreadable for p in parts if p.unreadable), None),
        skipped=sum(p.skipped for p in parts),
    )  # fmt: skip


def adding(store: Store, certificate: Certificate) -> Change:
    stem = file_stem(certificate)
    if store.id == "env:SSL_CERT_DIR":
        folder = quoted(store.location.split(":")[0])
        return Change(
            (f"cp {stem}.pem {folder}/ && openssl rehash {folder}",),
            removing(store, certificate),
            "for programs started from now on",
            "account",
        )
    return Change(
        (f"cat {stem}.pem >> {quoted(store.location)}",),
        removing(store, certificate),
        "for programs started from now on",
        "account",
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    stem = file_stem(certificate)
    if store.id == "env:SSL_CERT_DIR":
        folder = quoted(store.location.split(":")[0])
        return (f"rm {folder}/{stem}.pem && openssl rehash {folder}",)
    return (f"take the certificate “{certificate.title}” out of {quoted(store.location)} again",)
