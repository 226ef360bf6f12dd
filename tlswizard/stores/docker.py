"""Roots for one registry each: Docker's, and those of podman, skopeo and buildah.

Docker documentation, "Verify repository client with certificates" (each `*.crt` of the registry's folder,
besides the system's roots); containers-certs.d(5). The daemon without root reads the home's folder.
"""

from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.configured import ABSENT, more_privilege, path_in, scope_of
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux",)
IDS = ("docker:", "docker-rootless:", "podman:", "podman-user:")

SYSTEM = (("docker:", "docker", "/etc/docker/certs.d"), ("podman:", "podman", "/etc/containers/certs.d"))
OWN = (
    ("docker-rootless:", "docker without root", ".config/docker/certs.d"),
    ("podman-user:", "podman", ".config/containers/certs.d"),
)

MAX_HOSTS = 200
"""A company has a handful of registries."""

MAX_FILES = 50
"""Certificates for one registry: usually one."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    own = [(id_, by, path_in(machine, machine.home(), folder)) for id_, by, folder in OWN]
    return tuple(s for id_, by, folder in (*SYSTEM, *own) for s in _hosts(machine, reader, id_, by, folder))


def _hosts(machine: Machine, reader: Reader, id_: str, by: str, folder: str) -> tuple[Store, ...]:
    try:
        hosts = machine.names_in(folder)
    except ABSENT:
        return ()
    except OSError as error:
        store = Store(id_ + folder, f"the roots of {by} for single registries", "program", visible(folder))
        return (
            replace(
                store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error), read_by=by
            ),
        )
    found = (_host(machine, reader, id_, by, f"{folder}/{host}", host) for host in hosts[:MAX_HOSTS])
    return tuple(store for store in found if store)


def _host(machine: Machine, reader: Reader, id_: str, by: str, folder: str, host: str) -> Store | None:
    registry = visible(host)
    store = Store(
        id_ + registry, f"the roots of {by} for {registry}", scope_of(machine, folder),
        visible(machine.real(folder)), read_by=f"{by}, for {registry}",
        notes=("They are read besides the system's roots.",),
    )  # fmt: skip
    try:
        names = [name for name in machine.names_in(folder) if name.endswith(".crt")]
    except ABSENT:
        return None
    except OSError as error:
        return replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error))
    anchors: list[Certificate] = []
    held: list[tuple[str, str]] = []
    skipped = max(0, len(names) - MAX_FILES)
    for name in names[:MAX_FILES]:
        try:
            found, bad = reader.file(f"{folder}/{name}")
        except OSError as error:
            reason = f"{visible(name)}: {why_unreadable(error)}"
            store = replace(store, unreadable=reason, privileged=more_privilege(machine, error))
            continue
        anchors += found
        held += [(c.sha256, visible(name)) for c in found]
        skipped += bad
    if store.unreadable:
        return store
    return replace(store, anchors=tuple(dict.fromkeys(anchors)), skipped=skipped, names=tuple(held))


def adding(store: Store, certificate: Certificate) -> Change:
    file = quoted(f"{store.location}/{file_stem(certificate)}.crt")
    sudo = "" if store.scope == "user" else "sudo "
    pull = "podman pull" if store.id.startswith("podman") else "docker pull"
    return Change(
        (f"{sudo}install -m 644 {file_stem(certificate)}.pem {file}",),
        removing(store, certificate),
        "at once: it is read anew for each pull",
        "account" if store.scope == "user" else "administrator",
        (
            "Only names that end in .crt are roots; .cert and .key are the client's own.",
            "The folder's name has to be the registry as it is typed, with its port.",
        ),
        (f"{pull} {quoted(store.id.partition(':')[2])}/IMAGE",),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    name = dict(store.names).get(certificate.sha256, f"{file_stem(certificate)}.crt")
    sudo = "" if store.scope == "user" else "sudo "
    return (f"{sudo}rm {quoted(f'{store.location}/{name}')}",)
