"""Set the machine's clock right."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import utc
from tlswizard.core.edit import SetClock
from tlswizard.core.finding import Findings, Fix
from tlswizard.fixes.wording import worded

ID = "set-clock"

_COMMANDS = {
    "linux": ("sudo timedatectl set-ntp true", "timedatectl"),
    "windows": ("w32tm /resync /force", "w32tm /query /status"),
    "macos": ("sudo sntp -sS time.apple.com", "date"),
}


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    causes = [f for f in findings.causes if f.id == "clock-wrong" and f.severity != "info"]
    if not causes:
        return
    case = findings.case
    other = case.clock.result.other if case.clock and case.clock.result else None
    yield worded(
        content,
        ID,
        causes,
        title=f"Set this machine's clock right (about {utc(other)})"
        if other
        else "Set this machine's clock right",
        edits=(SetClock(other),) if other else (),
        commands=_COMMANDS[case.observed.platform],
        no_edit="" if other else "nobody here tells the right time; look again once the clock is set",
    )
