"""Bring the list of roots up to date: a root that it lacks, or holds in a form that has expired."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.add_root import rooted
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


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for found in urgent(findings, {"stale-roots"}):
        if isinstance(found.certificate, Certificate):
            yield from rooted(findings, content, ID, found, found.certificate)
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
