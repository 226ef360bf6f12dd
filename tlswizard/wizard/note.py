"""The note for the ticket: what was asked, looked at, found, tried, and what is still open."""

import textwrap
from collections.abc import Iterator, Mapping

from tlswizard import __version__
from tlswizard.core.certificate import Certificate, day, utc
from tlswizard.core.finding import Diagnosis
from tlswizard.core.text import listed
from tlswizard.playbook.format import NOT_SURE, Ask, Check, Finish, Playbook
from tlswizard.playbook.record import Session
from tlswizard.report.sections import who
from tlswizard.wizard.pasting import shown

LABEL = 13
WIDTH = 72
"""Fits an 80-column screen with a border, and any ticket."""


def note(
    session: Session,
    playbook: Playbook,
    now: Diagnosis | None,
    before: Diagnosis | None,
    looked: Mapping[str, str],
    fit: str = "",
) -> str:
    """Plain text, a line per fact. `looked` are the checks that were looked at, with outcome and word;
    `fit` says how the message and what was found agree."""
    return "\n".join(_lines(session, playbook, now, before, looked, fit)) + "\n"


def _lines(
    session: Session,
    playbook: Playbook,
    now: Diagnosis | None,
    before: Diagnosis | None,
    looked: Mapping[str, str],
    fit: str,
) -> Iterator[str]:
    yield (
        f"tlswizard {__version__}, playbook {playbook.id} {playbook.version} "
        f"(sha256 {playbook.sha256[:8]}…), {utc(session.started)}"
    )
    told = now or before
    if told:
        case = told.case
        yield _line(
            "Server", f"{case.target.where} (from {case.observed.machine}, as {case.observed.account})"
        )
        if before and before.case.target.where != case.target.where:
            yield _line("", f"at first {before.case.target.where}")
    yield _line("Asked", "; ".join(_asked(session, playbook)) or "-")
    if session.message:
        yield _line("Message", shown(session.message))
        if fit:
            yield _line("", fit)
    yield _line("Looked at", " · ".join(f"{k} {v}" for k, v in looked.items()) or "nothing yet")
    yield from _found(now, before)
    yield _line("Changed", "; ".join(session.changed) or "-")
    if told:
        unchecked = [f"{n.part} ({n.why})" for n in told.not_checked]
        yield _line("Not checked", "; ".join(unchecked) or "-")
    if now and now.case.chain and isinstance(leaf := now.case.chain[0], Certificate):
        days = (leaf.not_after - now.case.at).days
        yield _line(
            "Expires",
            f"{day(leaf.not_after)}, in {days} days"
            if days >= 0
            else f"{day(leaf.not_after)}, {-days} days ago",
        )
    step = playbook.steps[session.state.step]
    if isinstance(step, Finish):
        yield _line(
            "Result", step.result + (f": {step.message}" if step.message and "{" not in step.message else "")
        )
        if step.give_to:
            yield _line("Next", who(step.give_to))
    else:
        yield _line("Result", f"stopped at “{step.title or step.name}”")
    for line in session.notes:
        yield _line("Note", line)


def _found(now: Diagnosis | None, before: Diagnosis | None) -> Iterator[str]:
    """What was wrong at first, and what of it is gone."""
    first = before or now
    if first is None:
        return
    left = {(f.id, f.certificate) for f in now.urgent} if now else set()
    for index, found in enumerate(first.urgent):
        where = f", position {found.position}" if found.position is not None else ""
        gone = (
            "" if (found.id, found.certificate) in left or before is None or before is now else " [put right]"
        )
        yield _line(
            "Found" if not index else "", f"{found.id} ({found.certainty}{where}): {found.title}{gone}"
        )
        yield _line("", found.evidence)
    if not first.urgent:
        yield _line("Found", "nothing wrong")
    known = {(f.id, f.certificate) for f in first.urgent}
    for found in now.urgent if now and before else ():
        if (found.id, found.certificate) not in known:
            yield _line("New", f"{found.id}: {found.title}; {found.evidence}")
    shown = now or first
    accept = [c.title for c in shown.counting if c.verdict.result == "accept"]
    refuse = [c.title for c in shown.counting if c.verdict.result == "refuse"]
    unknown = [c.title for c in shown.counting if c.verdict.result == "unknown"]
    for label, titles in (("Accepts now", accept), ("Refuses now", refuse), ("Not judged", unknown)):
        if titles:
            yield _line(label, listed(titles, 6))


def _asked(session: Session, playbook: Playbook) -> Iterator[str]:
    for visit in session.state.trail:
        step = playbook.steps[visit.step]
        if visit.input:
            yield f"{visit.input} = {'not sure' if visit.ending == NOT_SURE else visit.ending}"
        elif isinstance(step, Ask) and visit.ending in step.choices:
            choice = step.choices[visit.ending]
            yield f"{step.title or step.name} = {choice.id}" + (f" ({choice.note})" if choice.note else "")
        elif isinstance(step, Check) and step.note:
            yield step.note


def _line(label: str, text: str) -> str:
    start = f"{label:<{LABEL}}"
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * LABEL) if text else label
