"""The first screen as a value: what can be typed, opened or resumed."""

from dataclasses import dataclass
from typing import Literal

from tlswizard.core.target import Target


@dataclass(frozen=True, slots=True)
class Reading:
    """What the typed text was understood as, while it is typed."""

    kind: Literal["empty", "server", "message", "unclear"]
    line: str
    """`server jsanders4 · port 443 · TLS from the first byte`, or what to type instead"""
    target: Target | None = None
    message: str = ""
    playbook: str | None = None
    """the playbook that fits the message"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a playbook to open, a session to go on with, or an exercise."""

    kind: Literal["playbook", "session", "exercise"]
    id: str
    """the playbook's id, the session file's path, the exercise's id"""
    title: str
    hint: str = ""
    about: str = ""
    """what it is for, for who asks"""
