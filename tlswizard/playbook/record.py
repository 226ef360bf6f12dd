"""The Session: one person walking one playbook, as it is saved after each step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tlswizard.core.case import Case
from tlswizard.playbook.engine import State
from tlswizard.playbook.format import Used

SESSION_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of one server."""

    case: Case | None = None
    before: Case | None = None
    """as it was before something was changed, for before and after"""


@dataclass(frozen=True, slots=True)
class Session:
    """Answers plus the Case. A Case alone is a Session without answers."""

    tlswizard: str
    """the version that wrote it"""
    playbook: str
    """the id under which it was opened: the stem of its file's name"""
    playbook_version: str
    playbook_sha256: str
    """of the file's bytes: another hash is another playbook, and the State may not fit it"""
    playbook_origin: str
    """where it came from, as the screen says it"""
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
    playbook_file: bytes = b""
    """the absolute path of a playbook that was opened as a file, byte for byte (`os.fsencode`)"""
    uses: tuple[Used, ...] = ()
    """the playbooks that it uses, as they were"""
    aside: Mapping[str, Looked] = field(default_factory=dict)
    """by the input that names it, each server that the walk is not about now"""
    format: int = SESSION_FORMAT
