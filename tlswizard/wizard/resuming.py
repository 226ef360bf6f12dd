"""Going on with a kept session: the playbook that it was begun with, and what has changed in it since."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tlswizard.content.library import SHIPPED, Content
from tlswizard.playbook.format import Playbook, Used
from tlswizard.playbook.record import Session


def own_file(name: str, content: Content) -> bytes:
    """The absolute path of the file that `name` means; nothing if it is an id."""
    return b"" if name in content.playbooks else os.fsencode(Path(name).resolve())


def name_of(session: Session) -> str:
    """What opens the playbook of a session, wherever one stands: its file, else its id."""
    if session.playbook_file:
        return os.fsdecode(session.playbook_file)
    # Before the path was kept, a file was known by what the screen said of it.
    origin = session.playbook_origin
    return origin if origin != SHIPPED and Path(origin).is_file() else session.playbook


def caught_up(session: Session, playbook: Playbook) -> Session:
    """The session as one of `playbook` as it is today. What has changed since it was kept is noted; then
    every answer is out of date, because a hash does not tell which step is another one."""
    lines = tuple(_changes(session, playbook))
    state = session.state
    if lines:
        state = replace(state, out_of_date=frozenset(state.answers))
    return replace(
        session,
        playbook_version=playbook.version,
        playbook_sha256=playbook.sha256,
        playbook_origin=playbook.origin,
        uses=playbook.uses,
        state=state,
        notes=(*session.notes, *lines),
    )


def _changes(session: Session, playbook: Playbook) -> Iterator[str]:
    """A line for each playbook that is another one by its hash. One that is used only now, or no more,
    comes with a change of the one that uses it."""
    was = Used(session.playbook, session.playbook_version, session.playbook_sha256)
    now = Used(session.playbook, playbook.version, playbook.sha256)
    kept = {was.id: was, **{used.id: used for used in session.uses}}
    for one in (now, *playbook.uses):
        before = kept.get(one.id)
        if before and before.sha256 != one.sha256:
            yield f"playbook {one.id} changed since this session was kept: {_versions(before, one)}"


def _versions(before: Used, now: Used) -> str:
    if before.version == now.version:
        return f"version {now.version} as before, other content"
    return f"version {before.version} -> {now.version}"
