"""OpenLDAP's clients: the file that TLS_CACERT names, and nothing else where they use GnuTLS.

ldap.conf(5): the system's file, then `ldaprc` and `.ldaprc` of the home, then the files that LDAPCONF and
LDAPRC name; what is said last counts. A `ldaprc` in the folder that a program starts in is not looked at.
"""

import re
from collections.abc import Iterable

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.configured import (
    appending,
    counting,
    exists,
    named,
    path_in,
    settings,
    taking_out,
    unread_settings,
)
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos")
IDS = ("openldap:",)
TITLE = "the roots of OpenLDAP's clients"

SYSTEM = ("/etc/ldap/ldap.conf", "/etc/openldap/ldap.conf")
"""Debian's, whose clients use GnuTLS; that of Red Hat, SUSE, Arch and macOS, whose use another library."""


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    system = next((path for path in SYSTEM if exists(machine, path)), "")
    found = settings(machine, _files(machine, system), parse)
    check = found.get("tls_reqcert")
    notes = tuple(
        f"TLS_REQCERT is “{check.value.lower()}” in {check.file}: a certificate that fails is accepted."
        for check in (check,)
        if check and check.value.lower() in ("never", "allow")
    )
    failed = unread_settings(machine, "openldap", TITLE, found)
    if said := found.get("tls_cacert"):
        return (*failed, named(machine, reader, "openldap", TITLE, said, notes=notes))
    if failed:
        return failed
    if said := found.get("tls_cacertdir"):
        ignored = "Clients that use GnuTLS, such as Debian's, ignore TLS_CACERTDIR."
        return (named(machine, reader, "openldap", TITLE, said, folder=True, notes=(*notes, ignored)),)
    if system == SYSTEM[1] or not machine.has("command:ldapsearch"):
        return ()
    nothing = "TLS_CACERT is not set: without it OpenLDAP's clients (with GnuTLS) trust nothing."
    return (Store(f"openldap:{SYSTEM[0]}", TITLE, "program", SYSTEM[0], notes=(*notes, nothing)),)


def _files(machine: Machine, system: str) -> Iterable[str]:
    variables = machine.environment()
    if system:
        yield system
    if "LDAPNOINIT" in variables:
        return
    yield from (path_in(machine, machine.home(), name) for name in ("ldaprc", ".ldaprc"))
    if variables.get("LDAPCONF"):
        yield variables["LDAPCONF"]
    if variables.get("LDAPRC"):
        yield path_in(machine, machine.home(), variables["LDAPRC"])
        yield path_in(machine, machine.home(), "." + variables["LDAPRC"])


def parse(text: str) -> Iterable[tuple[str, str]]:
    """`NAME value`, names in any case; a line that begins with # is a comment."""
    for line in text.splitlines():
        found = re.fullmatch(r"(\w+)\s+(.*?)\s*", line)
        if found:
            yield found[1].lower(), found[2]


def adding(store: Store, certificate: Certificate) -> Change:
    if store.location in SYSTEM:
        own = _own(certificate)
        return Change(
            (
                f"sudo install -m 644 {file_stem(certificate)}.pem {own}",
                f"echo 'TLS_CACERT {own}' | sudo tee -a {store.location}",
            ),
            removing(store, certificate),
            "for new processes; a service that uses LDAP has to be restarted",
            "administrator",
            ("This file is then all that LDAP clients trust.",),
            ("ldapsearch -ZZ -H ldap://HOST -x -b '' -s base -d1",),
        )
    return appending(
        store, certificate, "for new processes; a service that uses LDAP has to be restarted",
        traps=("TLS_CACERT names the only file that is read: there are no others beside it.",),
        verify=(*counting(store), "ldapsearch -ZZ -H ldap://HOST -x -b '' -s base -d1"),
    )  # fmt: skip


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    if store.location in SYSTEM:
        own = _own(certificate)
        return (f"sudo sed -i '\\#^TLS_CACERT {own}$#d' {store.location}", f"sudo rm {own}")
    return taking_out(store, certificate)


def _own(certificate: Certificate) -> str:
    return f"/etc/ldap/{file_stem(certificate)}.pem"
