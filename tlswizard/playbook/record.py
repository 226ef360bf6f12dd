"""The Session: one person walking one playbook, as it is saved after each step."""

from dataclasses import dataclass
from datetime import datetime

from tlswizard.core.case import Case
from tlswizard.playbook.engine import State

SESSION_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Session:
    """Answers plus the Case. A Case alone is a Session without answers."""

    tlswizard: str
    """the version that wrote it"""
    playbook: str
    playbook_version: str
    playbook_sha256: str
    """of the file's bytes: another hash is another playbook, and the State may not fit it"""
    playbook_origin: str
    started: datetime
    state: State
    message: str = ""
    """the text that the person pasted"""
    case: Case | None = None
    before: Case | None = None
    """the Case as it was before something was changed, for before and after"""
    changed: tuple[str, ...] = ()
    """what was changed, in plain words"""
    notes: tuple[str, ...] = ()
    """what the person noted"""
    format: int = SESSION_FORMAT
