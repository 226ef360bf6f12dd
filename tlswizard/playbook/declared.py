"""What checks and fixes say about themselves, as plain values: all that a playbook is proven against."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CheckDeclared:
    id: str
    outcomes: tuple[str, ...]
    """every ending but `not-checked`, which the engine routes itself; `does-not-apply` only if it can be"""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """name and type (one of the types of inputs)"""
    fields: tuple[str, ...] = ()
    """what `{step.field}` may show of the evidence"""
    required: frozenset[str] = frozenset()
    """parameters without a default"""


@dataclass(frozen=True, slots=True)
class FixDeclared:
    id: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlaybookDeclared:
    """What another playbook must know of one to use it as a step."""

    id: str
    inputs: Mapping[str, str]
    """name and type"""
    results: tuple[str, ...]
    """in which it can finish"""
    unattended: frozenset[str]
    """results that it may reach without a person: past no question, no fix and no explanation"""
    uses: tuple[str, ...]
    size: int = 0
    """its steps, with those of all that it uses"""
    depth: int = 1
    """playbooks in a row of which each uses the next one"""
    sound: bool = True
    """False if it has mistakes of its own"""


@dataclass(frozen=True, slots=True)
class Declared:
    checks: Mapping[str, CheckDeclared]
    fixes: Mapping[str, FixDeclared]
    """without `manual`, which the format itself knows"""
    causes: frozenset[str]
    playbooks: Mapping[str, PlaybookDeclared | None] = field(default_factory=dict)
    """those that can be used, read when they are asked for; None for one that cannot be read"""
    facts: frozenset[str] = frozenset()
    """what `{site.…}` may name"""
