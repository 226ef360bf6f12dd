"""A walk may look at several servers, one after the other: each keeps its own Case, before and after.

A server is known by the input that names it: a playbook that is used with another server has an input of its
own for it. What was seen of one server never stands for another.
"""

from dataclasses import replace

from tlswizard.playbook.format import Playbook
from tlswizard.playbook.record import Looked, Session


def turned(session: Session, playbook: Playbook, step: str) -> Session:
    """The session as it stands at `step`: with what was seen of the server that this step is about."""
    was, now = (playbook.input_of("server", name) for name in (session.state.step, step))
    if was is None or now is None or was == now:
        return session
    aside = {**session.aside, was: Looked(session.case, session.before)}
    found = aside.pop(now, Looked())
    return replace(session, aside=aside, case=found.case, before=found.before)


def about(session: Session, playbook: Playbook, step: str) -> Looked:
    """What was seen of the server that `step` is about."""
    here, there = (playbook.input_of("server", name) for name in (session.state.step, step))
    if there is None or there == here:
        return Looked(session.case, session.before)
    return session.aside.get(there, Looked())
