"""Bundles and folders that a variable points programs to: set in *your* shell, not in a service's.

What each variable replaces was measured: SSL_CERT_FILE and SSL_CERT_DIR each replace only their half
of OpenSSL's defaults, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE replace certifi's bundle in requests. A
path that is not there holds nothing, and OpenSSL does not say so.
"""

from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.configured import (
    ABSENT,
    appending,
    counting,
    flavour,
    is_system_bundle,
    more_privilege,
    taking_out,
)
from tlswizard.stores.linux_directory import read_folder
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux", "macos", "windows")
IDS = ("env:",)

READ_BY = {
    "PIP_CERT": "pip",
    "npm_config_cafile": "npm",
    "NPM_CONFIG_CAFILE": "npm",
    "NIX_SSL_CERT_FILE": "programs built by Nix",
    "AWS_CA_BUNDLE": "the AWS command line and its SDKs",
    "CARGO_HTTP_CAINFO": "cargo",
    "DENO_CERT": "Deno",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": "gRPC's C core",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": "gcloud",
    "HTTPLIB2_CA_CERTS": "httplib2",
    "PERL_LWP_SSL_CA_FILE": "Perl's LWP",
    "GIT_SSL_CAPATH": "git",
}
"""Of the programs without a row in the table."""

FILES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS",
    "PGSSLROOTCERT", "LDAPTLS_CACERT", *(name for name in READ_BY if name != "GIT_SSL_CAPATH"),
)  # fmt: skip
FOLDERS = ("SSL_CERT_DIR", "GIT_SSL_CAPATH")
FILE_OR_FOLDER = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""requests takes a folder too; measured: in one that SSL_CERT_FILE names, OpenSSL and Python find nothing."""


NOTE = "It is set in the environment of the account that was looked at; a service has its own."

SYSTEM = "it says “system”: libpq (16 and later) then reads the files of the system's OpenSSL"

REPLACING = {
    "env:NODE_EXTRA_CA_CERTS": "Node reads it once, at its start, and only warns of a file that is missing.",
    "env:npm_config_cafile": "It replaces npm's other roots, and NODE_EXTRA_CA_CERTS has no effect for npm.",
    "env:NPM_CONFIG_CAFILE": "It replaces npm's other roots, and NODE_EXTRA_CA_CERTS has no effect for npm.",
    "env:DENO_CERT": "Deno reads it besides its own roots.",
    "env:PIP_CERT": "pip reads it besides the system's roots from 24.2 on, and instead of its own before.",
}
"""What each does to the other roots, where it is not the usual: the file is all that the program reads."""

USUAL = "Programs read this file instead of their usual roots: it needs the public ones, too."


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    environment = machine.environment()
    found = [_file(machine, reader, name, environment[name]) for name in FILES if environment.get(name)]
    for name in FOLDERS:
        if environment.get(name):
            separator = ";" if machine.observed.platform == "windows" else ":"
            parts = [
                read_folder(machine, reader, f"env:{name}", p)
                for p in environment[name].split(separator)
                if p
            ]
            found.append(_joined(name, environment[name], parts))
    return tuple(
        replace(store, read_by=READ_BY.get(store.id.removeprefix("env:"), ""), notes=(*store.notes, NOTE))
        for store in found
    )


def _file(machine: Machine, reader: Reader, variable: str, path: str) -> Store:
    id_, title, where = f"env:{variable}", f"the file that {variable} names", visible(machine.real(path))
    if (variable, path) == ("PGSSLROOTCERT", "system"):
        return Store(id_, title, "process", "system", unreadable=SYSTEM)
    kind = flavour(machine, path)
    try:
        anchors, skipped = reader.file(path)
    except IsADirectoryError:
        if variable in FILE_OR_FOLDER:
            return read_folder(machine, reader, id_, path)
        return Store(id_, title, "process", where, notes=("It is a folder, where a file is meant.",))
    except ABSENT:
        return Store(id_, title, "process", where, flavour=kind, notes=("The file is not there.",))
    except OSError as error:
        more = more_privilege(machine, error)
        return Store(id_, title, "process", where, unreadable=why_unreadable(error), privileged=more)
    return Store(id_, title, "process", where, anchors, skipped=skipped, flavour=kind)


def _joined(variable: str, value: str, parts: list[Store]) -> Store:
    return Store(
        f"env:{variable}", f"the folder that {variable} names", "process", visible(value),
        tuple(dict.fromkeys(c for part in parts for c in part.anchors)),
        unreadable=next((p.unreadable for p in parts if p.unreadable), None),
        skipped=sum(p.skipped for p in parts),
    )  # fmt: skip


def adding(store: Store, certificate: Certificate) -> Change:
    stem = file_stem(certificate)
    traps = (REPLACING.get(store.id, USUAL), NOTE)
    takes_effect = "for programs started from now on"
    if _is_folder(store):
        folder = quoted(store.location.split(":")[0])
        return Change(
            (f"cp {stem}.pem {folder}/ && openssl rehash {folder}",),
            removing(store, certificate),
            takes_effect,
            "account",
            (NOTE,),
            (f"ls -l {folder} | grep {stem}.pem",),
        )
    if is_system_bundle(store) or store.flavour == "windows":
        return appending(store, certificate, takes_effect, traps=traps, verify=counting(store))
    return Change(
        (f"cat {stem}.pem >> {quoted(store.location)}",),
        removing(store, certificate),
        takes_effect,
        "account",
        traps,
        counting(store),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if _is_folder(store):
        folder = quoted(store.location.split(":")[0])
        return (f"rm {folder}/{file_stem(certificate)}.pem && openssl rehash {folder}",)
    return taking_out(store, certificate)


def _is_folder(store: Store) -> bool:
    return store.id.removeprefix("env:") in FOLDERS
