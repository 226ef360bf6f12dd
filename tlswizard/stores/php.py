"""PHP's own roots: `openssl.cafile` (streams) and `curl.cainfo` (its curl functions) in php.ini.

PHP documentation, openssl.cafile and curl.cainfo: two settings, for each reads its own; measured. Each way of
running PHP (cli, fpm …) has its php.ini; the `conf.d` folders beside it are not looked at.
"""

from collections.abc import Iterable, Iterator

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change
from tlswizard.stores.configured import appending, counting, ini, named, settings, taking_out, unquoted
from tlswizard.stores.configured import unread_settings as unread
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos")
IDS = ("php:",)
TITLE = "the roots that PHP's settings name"

USUAL = ("/etc/php.ini", "/usr/local/etc/php/php.ini", "/usr/local/lib/php.ini")
DEBIAN = "/etc/php"

MAX_FILES = 50
"""A few versions with a few ways of running each."""

SETTINGS = (("openssl.cafile", "PHP's streams"), ("curl.cainfo", "PHP's curl functions"))


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    stores: dict[str, Store] = {}
    for number, file in enumerate(_files(machine)):
        if number >= MAX_FILES:
            break
        found = settings(machine, (file,), parse)
        for store in unread(machine, "php", TITLE, found, read_by="PHP"):
            stores.setdefault(store.id, store)
        for name, by in SETTINGS:
            if said := found.get(name):
                store = named(machine, reader, "php", TITLE, said, read_by=f"{by}, by {visible(file)}")
                stores.setdefault(store.id, store)
    return tuple(stores.values())


def _files(machine: Machine) -> Iterator[str]:
    for version in _names(machine, DEBIAN):
        for way in _names(machine, f"{DEBIAN}/{version}"):
            if "php.ini" in _names(machine, f"{DEBIAN}/{version}/{way}"):
                yield f"{DEBIAN}/{version}/{way}/php.ini"
    yield from USUAL


def _names(machine: Machine, folder: str) -> tuple[str, ...]:
    try:
        return machine.names_in(folder)[:MAX_FILES]
    except OSError:
        return ()


def parse(text: str) -> Iterable[tuple[str, str]]:
    """As ini, without the sections, which PHP passes over; a bare value ends where `;` begins a comment."""
    for name, value in ini(text):
        bare = value if value[:1] in ("'", '"') else value.partition(";")[0].strip()
        yield ".".join(name.split(".")[-2:]), unquoted(bare)


def adding(store: Store, certificate: Certificate) -> Change:
    return appending(
        store, certificate, "for new processes; a service (php-fpm, apache2) has to be restarted",
        traps=(
            "openssl.cafile is for streams, curl.cainfo for the curl functions: not one for both.",
            "It replaces the system's roots: the file has to hold the public ones too.",
        ),
        verify=(*counting(store), "php -r 'print_r(openssl_get_cert_locations());'"),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return taking_out(store, certificate)
