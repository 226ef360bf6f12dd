"""Postfix as a client: what smtp_tls_CAfile and smtp_tls_CApath name, both empty by default.

postconf(5): smtp_tls_CAfile, smtp_tls_CApath, tls_append_default_CA; measured with 3.7. One store: Postfix
reads them together. `$name` in a value is not followed.
"""

from collections.abc import Iterable
from dataclasses import replace

from tlswizard.core.certificate import Certificate
from tlswizard.core.store import Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem
from tlswizard.stores.configured import Said, Settings, appending, counting, named, settings, unread
from tlswizard.stores.reading import Reader

PLATFORMS = ("linux", "macos")
IDS = ("postfix:",)
TITLE = "the roots of Postfix"
MAIN = "/etc/postfix/main.cf"

NOTHING = "smtp_tls_CAfile and smtp_tls_CApath are empty: Postfix trusts nobody, and sends unverified."


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    found = settings(machine, (MAIN,), parse)
    if found.failed:
        return (unread(machine, f"postfix:{MAIN}", TITLE, MAIN, found.failed[0][1]),)
    if not found.said and not machine.has("command:postfix"):
        return ()
    parts = [_part(machine, reader, said, folder) for said, folder in _places(machine, found)]
    if not parts:
        return (Store(f"postfix:{MAIN}", TITLE, "program", MAIN, notes=(NOTHING,)),)
    return (
        replace(
            parts[0],
            anchors=tuple(dict.fromkeys(c for part in parts for c in part.anchors)),
            skipped=sum(part.skipped for part in parts),
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
            unreadable=next((part.unreadable for part in parts if part.unreadable), None),
            privileged=next((part.privileged for part in parts if part.privileged), ""),
        ),
    )


def _places(machine: Machine, found: Settings) -> Iterable[tuple[Said, bool]]:
    """Files and folders that it reads, the latter with True."""
    file, folder = found.get("smtp_tls_cafile"), found.get("smtp_tls_capath")
    if file:
        yield file, False
    if folder:
        yield folder, True
    default = found.get("tls_append_default_ca")
    if default and default.value.lower() == "yes":
        bundle, hashed = machine.openssl_paths()
        yield Said(bundle, default.file), False
        yield Said(hashed, default.file), True


def _part(machine: Machine, reader: Reader, said: Said, folder: bool) -> Store:
    if "$" not in said.value:
        return named(machine, reader, "postfix", TITLE, said, folder=folder)
    reason = f"main.cf says “{visible(said.value)}”: what a $name stands for is not followed"
    return Store(f"postfix:{MAIN}", TITLE, "program", MAIN, unreadable=reason)


def parse(text: str) -> Iterable[tuple[str, str]]:
    """`name = value`; a line that begins with a blank goes on with the one before; `#` begins a comment."""
    logical: list[list[str]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and logical:
            logical[-1].append(line.strip())
        else:
            logical.append([line.strip()])
    for parts in logical:
        name, found, value = " ".join(parts).partition("=")
        if found:
            yield name.strip().lower(), value.strip()


def adding(store: Store, certificate: Certificate) -> Change:
    traps = (
        "smtp_tls_CApath is looked up inside the chroot: it has to be below /var/spool/postfix too.",
        "Of smtp_tls_security_level, only verify and secure check against these roots.",
    )
    verify = ("posttls-finger -t30 -c -l verify HOST",)
    if store.location != MAIN:
        reload = ("sudo postfix reload",)
        return appending(
            store,
            certificate,
            "after the reload",
            then=reload,
            traps=traps,
            verify=(*counting(store), *verify),
        )
    own = f"/etc/postfix/{file_stem(certificate)}.pem"
    return Change(
        (
            f"sudo install -m 644 {file_stem(certificate)}.pem {own}",
            f"sudo postconf -e smtp_tls_CAfile={own}",
            "sudo postfix reload",
        ),
        ("sudo postconf -X smtp_tls_CAfile", f"sudo rm {own}", "sudo postfix reload"),
        "after the reload",
        "administrator",
        (
            "This file is then all that Postfix trusts: add the public roots where other hosts need them.",
            *traps,
        ),
        ("postconf smtp_tls_CAfile", *verify),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    return adding(store, certificate).undo
