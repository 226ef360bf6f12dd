"""The note for the ticket: what was asked, looked at, found, tried, and what is still open."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tlswizard import __version__
from tlswizard.content.library import SHIPPED
from tlswizard.core.certificate import utc
from tlswizard.core.finding import Diagnosis
from tlswizard.core.text import listed
from tlswizard.playbook.format import NOT_SURE, WITHIN, Ask, Finish, Playbook, Return, Use
from tlswizard.playbook.record import Session
from tlswizard.wizard.expiry import expiry
from tlswizard.wizard.pasting import shown
from tlswizard.wizard.spoken import Words

LABEL = 13
WIDTH = 72
"""Fits an 80-column screen with a border, and any ticket."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the servers that the walk was about."""

    now: Diagnosis | None
    before: Diagnosis | None
    """as it was before something was changed"""
    others: tuple[Diagnosis, ...] = ()
    """of servers beside the one at the end"""


def note(
    session: Session,
    playbook: Playbook,
    seen: Seen,
    looked: Mapping[str, str],
    words: Words,
    fit: str = "",
) -> str:
    """Plain text, a line per fact. `looked` are the checks that were looked at, with outcome and word;
    `fit` says how the message and what was found agree."""
    return "\n".join(_lines(session, playbook, seen, looked, words, fit)) + "\n"


def _lines(
    session: Session,
    playbook: Playbook,
    seen: Seen,
    looked: Mapping[str, str],
    words: Words,
    fit: str,
) -> Iterator[str]:
    now, before = seen.now, seen.before
    yield (
        f"tlswizard {__version__}, playbook {playbook.id} {playbook.version} "
        f"(sha256 {playbook.sha256[:8]}…), {utc(session.started)}"
    )
    yield from _books(session, playbook)
    told = now or before
    if told:
        case = told.case
        yield _line(
            "Server", f"{case.target.where} (from {case.observed.machine}, as {case.observed.account})"
        )
        if before and before.case.target.where != case.target.where:
            yield _line("", f"at first {before.case.target.where}")
    yield _line("Asked", "; ".join(_asked(session, playbook, words)) or "-")
    if session.message:
        yield _line("Message", shown(session.message))
        if fit:
            yield _line("", fit)
    yield _line("Looked at", " · ".join(f"{k} {v}" for k, v in looked.items()) or "nothing yet")
    yield from _found(now, before)
    for other in seen.others:
        yield _line("Also seen", f"{other.case.target.where}: {_causes(other)}")
    yield _line("Changed", "; ".join(session.changed) or "-")
    if told:
        unchecked = [f"{n.part} ({n.why})" for n in told.not_checked]
        yield _line("Not checked", "; ".join(unchecked) or "-")
    if now and (line := expiry(now)):
        yield _line("Expires", line)
    step = playbook.steps[session.state.step]
    if isinstance(step, Finish):
        message = words.text(step.message)
        yield _line("Result", step.result + (f": {message}" if message else ""))
        if step.give_to:
            yield _line("Next", words.who(step.give_to))
    else:
        yield _line("Result", f"stopped at “{words.text(step.title) or step.name}”")
    for line in session.notes:
        yield _line("Note", line)


def _books(session: Session, playbook: Playbook) -> Iterator[str]:
    """Where the playbook came from, if it is not the usual one, and those that it used on the way."""
    if playbook.origin != SHIPPED:
        hidden = f"; hides the one {listed(playbook.hides)}" if playbook.hides else ""
        yield _line("From", f"{playbook.origin}{hidden}")
    steps = [playbook.steps[visit.step] for visit in session.state.trail]
    walked = {step.playbook for step in steps if isinstance(step, Use)}
    for used in playbook.uses:
        if used.id in walked:
            yield _line("Used", f"playbook {used.id} {used.version} (sha256 {used.sha256[:8]}…)")


def _found(now: Diagnosis | None, before: Diagnosis | None) -> Iterator[str]:
    """What was wrong at first, and what of it is gone."""
    first = before or now
    if first is None:
        yield _line("Found", NOT_JUDGED)
        return
    left = {(f.id, f.certificate) for f in now.urgent} if now else set()
    # What cannot be looked at any more may still be there.
    seen_again = before is not None and now is not None and before is not now
    seen_again = seen_again and bool(now and (now.case.chain or not first.case.chain))
    for index, found in enumerate(first.urgent):
        where = f", position {found.position}" if found.position is not None else ""
        gone = " [put right]" if seen_again and (found.id, found.certificate) not in left else ""
        yield _line(
            "Found" if not index else "", f"{found.id} ({found.certainty}{where}): {found.title}{gone}"
        )
        yield _line("", found.evidence)
    if not first.urgent:
        yield _line("Found", nothing_found(first))
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


NOT_JUDGED = "- (nothing was judged yet)"


def nothing_found(diagnosis: Diagnosis) -> str:
    """Where no fault was found: whether anything was judged at all."""
    results = {client.verdict.result for client in diagnosis.counting}
    if "accept" not in results:
        return NOT_JUDGED
    return "nothing wrong" if results == {"accept"} else "nothing wrong in what could be judged"


def _causes(diagnosis: Diagnosis) -> str:
    named = [f"{found.id} ({found.certainty})" for found in diagnosis.urgent]
    return ", ".join(named) or nothing_found(diagnosis)


def _asked(session: Session, playbook: Playbook, words: Words) -> Iterator[str]:
    for visit in session.state.trail:
        step = playbook.steps[visit.step]
        if visit.input:
            name = visit.input.rpartition(WITHIN)[2]
            yield f"{name} = {'not sure' if visit.ending == NOT_SURE else visit.ending}"
        elif isinstance(step, Ask) and visit.ending in step.choices:
            choice = step.choices[visit.ending]
            told = f" ({words.text(choice.note)})" if choice.note else ""
            yield f"{words.text(step.title) or step.name} = {choice.id}{told}"
        elif isinstance(step, Return):
            by = step.name.rpartition(WITHIN)[0]
            message = words.text(step.message)
            goes = f"; goes to {words.who(step.give_to)}" if step.give_to else ""
            told = f" ({message}{goes})" if message or goes else ""
            yield f"{words.text(playbook.steps[by].title) or by} = {visit.ending}{told}"
        if step.note and visit.input is None:
            yield words.text(step.note)


def _line(label: str, text: str) -> str:
    start = f"{label:<{LABEL}}"
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * LABEL) if text else label
