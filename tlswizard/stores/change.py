"""How a store is changed, as text: nothing here is ever run by itself."""

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from tlswizard.core.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Change:
    """Commands for the observed platform, their undo, when they take effect and who may run them."""

    commands: tuple[str, ...]
    undo: tuple[str, ...]
    takes_effect: str
    privilege: Literal["account", "administrator"]
    traps: tuple[str, ...] = ()
    """what goes wrong easily, a sentence each"""
    verify: tuple[str, ...] = ()
    """commands that show that it is there"""


def file_stem(certificate: Certificate) -> str:
    """A file name for a certificate, made of harmless characters alone."""
    words = re.sub(r"[^a-z0-9]+", "-", certificate.title.lower()).strip("-")[:40].strip("-")
    return words or f"certificate-{certificate.sha256[:12]}"


def quoted(text: str) -> str:
    """`text` as one word of a POSIX shell."""
    return shlex.quote(text)
