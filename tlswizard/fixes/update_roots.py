"""Bring the list of roots up to date: a root that it lacks, or holds in a form that has expired."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.edit import AddToStore, Reissue
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.core.store import Store
from tlswizard.fixes.narrowest import narrowest
from tlswizard.fixes.where import by_part, urgent
from tlswizard.fixes.wording import worded

ID = "update-roots"

_COMMANDS = {
    "linux": (
        "sudo apt-get install --only-upgrade ca-certificates   # or: sudo dnf upgrade ca-certificates",
    ),
    "windows": ("certutil -generateSSTFromWU roots.sst   # what the present list is",),
    "macos": ("softwareupdate --list",),
}


_OF_A_PROGRAM = {
    "certifi": ("pip install --upgrade certifi   # in the environment of the program",),
    "java": ("# install the current update of this Java: its list of roots comes with it",),
    "node": ("# install the current release of Node.js: its list of roots is part of it",),
}
"""Lists that a program brings along, by how the ids of their stores begin."""

_PACKAGES = {
    "debian": ("sudo apt-get update && sudo apt-get install --only-upgrade ca-certificates",),
    "alpine": ("sudo apk upgrade ca-certificates",),
    "redhat": ("sudo dnf upgrade ca-certificates",),
    "suse": ("sudo zypper update ca-certificates-mozilla",),
    "arch": ("sudo pacman -Syu",),
    "nixos": ("sudo nixos-rebuild switch --upgrade",),
}


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"stale-roots"}):
        yield from _newer_lists(findings, content, found)
    late = urgent(findings, {"expired", "not-yet-valid", "cross-sign-expired"})
    for (part, certificate), causes in by_part(findings, late).items():
        if part == "anchor" and certificate is not None:
            yield worded(
                content,
                ID,
                causes,
                title=f"Update the list of roots: the dates of “{certificate.title}” do not hold",
                edits=(Reissue(certificate=certificate),),
                text="Install the current list of the system, the language or the program, and look whether "
                f"it holds a newer “{certificate.title}”. If it does not, this authority has ended, and the "
                "server needs a certificate from another one.",
                commands=() if findings.case.offline else _COMMANDS[findings.case.observed.platform],
            )


def _newer_lists(findings: Findings, content: Content, found: Found) -> Iterator[Fix]:
    """The current list for each old one that the refusing programs read: proven with the one root of it
    that this server needs."""
    readers = tuple(c for c in findings.refusing if c.id in found.clients)
    for store in narrowest(findings, readers, anchors=True):
        if found.other is None:
            continue
        machine = store.scope == "machine"
        yield worded(
            content,
            ID,
            [found],
            title=f"Update {store.title}: today's list has “{found.other.title}”",
            edits=(AddToStore(store.id, found.other, True),),
            commands=() if findings.case.offline else _commands(findings, store),
            who="administrator" if machine else "caller",
            where="machine-store" if machine else "program",
        )


def _commands(findings: Findings, store: Store) -> tuple[str, ...]:
    kind = store.id.partition(":")[0]
    if kind in _OF_A_PROGRAM:
        return _OF_A_PROGRAM[kind]
    return _PACKAGES.get(store.flavour) or _COMMANDS[findings.case.observed.platform]
