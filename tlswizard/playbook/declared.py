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


@dataclass(frozen=True, slots=True)
class FixDeclared:
    id: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    checks: Mapping[str, CheckDeclared]
    fixes: Mapping[str, FixDeclared]
    """without `manual`, which the format itself knows"""
    causes: frozenset[str]
