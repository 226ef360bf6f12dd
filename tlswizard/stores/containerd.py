"""containerd's roots for one registry each: `ca` in /etc/containerd/certs.d/<host>/hosts.toml.

containerd documentation, docs/hosts.md: a path or a list of paths, for the registry or for one of the hosts
that stand in for it, besides the system's roots.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.configured import ABSENT, in_file, more_privilege, text_of
from tlswizard.stores.reading import Reader, why_unreadable

PLATFORMS = ("linux",)
IDS = ("containerd:",)
FOLDER = "/etc/containerd/certs.d"

MAX_HOSTS = 200
"""A company has a handful of registries."""

MAX_PATHS = 50
"""Files named for one registry: usually one."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    try:
        hosts = machine.names_in(FOLDER)
    except ABSENT:
        return ()
    except OSError as error:
        store = _store(FOLDER, "every registry")
        return (replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error)),)
    found = (_host(machine, reader, host) for host in hosts[:MAX_HOSTS])
    return tuple(store for store in found if store)


def _store(location: str, host: str) -> Store:
    return Store(
        f"containerd:{visible(host)}", f"containerd's roots for {visible(host)}", "program",
        visible(location), read_by=f"containerd, for {visible(host)}",
    )  # fmt: skip


def _host(machine: Machine, reader: Reader, host: str) -> Store | None:
    folder = f"{FOLDER}/{host}"
    store = _store(f"{folder}/hosts.toml", host)
    try:
        document = tomllib.loads(text_of(machine, f"{folder}/hosts.toml"))
    except ABSENT:
        return None
    except OSError as error:
        return replace(store, unreadable=why_unreadable(error), privileged=more_privilege(machine, error))
    except (ValueError, RecursionError):  # no TOML; or nested deeper than anybody writes it
        return replace(store, unreadable="its hosts.toml is no TOML")
    paths = list(dict.fromkeys(_paths(document)))
    if not paths:
        return None
    for path in paths[:MAX_PATHS]:
        store = _joined(machine, reader, store, path if path.startswith("/") else f"{folder}/{path}")
    return replace(store, skipped=store.skipped + max(0, len(paths) - MAX_PATHS))


def _joined(machine: Machine, reader: Reader, store: Store, path: str) -> Store:
    if "\0" in path:
        return replace(store, skipped=store.skipped + 1)
    one = in_file(machine, reader, replace(store, anchors=(), skipped=0), path)
    return replace(
        one, anchors=tuple(dict.fromkeys((*store.anchors, *one.anchors))),
        skipped=store.skipped + one.skipped,
        names=(*store.names, *((c.sha256, visible(path)) for c in one.anchors)),
        unreadable=store.unreadable or one.unreadable, privileged=store.privileged or one.privileged,
    )  # fmt: skip


def _paths(document: object) -> Iterator[str]:
    """Every `ca` of the registry and of its hosts; what is of another type is passed over."""
    if not isinstance(document, dict):
        return
    hosts = document.get("host")
    for table in (document, *(hosts.values() if isinstance(hosts, dict) else ())):
        said = table.get("ca") if isinstance(table, dict) else None
        yield from (
            path for path in (said if isinstance(said, list) else [said]) if isinstance(path, str) and path
        )


def adding(store: Store, certificate: Certificate) -> Change:
    folder = store.location.rpartition("/")[0]
    file = f"{file_stem(certificate)}.crt"
    return Change(
        (
            f"sudo install -m 644 {file_stem(certificate)}.pem {quoted(f'{folder}/{file}')}",
            f"add the path {quoted(f'{folder}/{file}')} to ca = [ … ] in {quoted(store.location)}",
        ),
        removing(store, certificate),
        "at once: it is read anew for each pull",
        "administrator",
        ("containerd looks here only where config_path in its config.toml names this folder.",),
        (f"sudo crictl pull {quoted(store.id.partition(':')[2])}/IMAGE",),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    own = f"{store.location.rpartition('/')[0]}/{file_stem(certificate)}.crt"
    path = dict(store.names).get(certificate.sha256, own)
    return (f"take the path {quoted(path)} out of ca in {quoted(store.location)} again",)
