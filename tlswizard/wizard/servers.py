"""A walk may look at several servers, one after the other: each keeps its own Case, before and after.

A server is known by the input that names it: a playbook that is used with another server has an input of its
own for it. What was seen of one server never stands for another, nor for what an input named before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tlswizard.core.case import Case
from tlswizard.core.target import BadTarget, Target, parse_target
from tlswizard.playbook.format import NOT_SURE, Playbook
from tlswizard.playbook.record import Looked, Session
from tlswizard.wizard.forgetting import forgotten

OF_THE_MACHINE = ("stores", "clients", "clock")
"""Parts of every Case that a change of this computer makes old."""


def target(session: Session, input_: str | None) -> Target | None:
    """The server that an input names now; None if nobody has named one."""
    text = session.state.inputs.get(input_) if input_ else None
    try:
        return parse_target(text) if text and text != NOT_SURE else None
    except BadTarget:
        return None


def turned(session: Session, playbook: Playbook, after: Session) -> Session:
    """`after` as it stands at its step: with what was seen of the server that this step is about."""
    was, now = (playbook.input_of("server", one.state.step) for one in (session, after))
    if was is None or now is None or was == now:
        return after
    if target(after, was) == target(after, now):
        return after  # the same server by another input
    aside = {**session.aside, was: Looked(session.case, session.before)}
    found = aside.pop(now, Looked())
    if not _is_of(found, target(after, now)):
        found = Looked()
    return replace(after, aside=aside, case=found.case, before=found.before)


def about(session: Session, playbook: Playbook, step: str) -> Looked:
    """What was seen of the server that `step` is about."""
    here, there = (playbook.input_of("server", name) for name in (session.state.step, step))
    if there is None or there == here or target(session, there) == target(session, here):
        return Looked(session.case, session.before)
    found = session.aside.get(there, Looked())
    return found if _is_of(found, target(session, there)) else Looked()


def others(session: Session, playbook: Playbook) -> Iterator[tuple[str, Looked]]:
    """The servers that the walk is not about now, each by the input that names it still."""
    here = target(session, playbook.input_of("server", session.state.step))
    for name, found in session.aside.items():
        there = target(session, name)
        if there != here and _is_of(found, there):
            yield name, found


def changed(session: Session, parts: Iterable[str]) -> Session:
    """After a change of this computer: what every server was judged by must be looked at anew."""
    old = [part for part in OF_THE_MACHINE if part in set(parts)]
    if not old:
        return session
    aside = {name: replace(seen, case=forgotten(seen.case, old)) for name, seen in session.aside.items()}
    return replace(session, aside=aside)


def cases(session: Session) -> Iterator[Case]:
    """Every Case that the session holds."""
    for seen in (Looked(session.case, session.before), *session.aside.values()):
        yield from (case for case in (seen.case, seen.before) if case)


def _is_of(found: Looked, server: Target | None) -> bool:
    case = found.case or found.before
    return case is not None and server is not None and case.target == server
