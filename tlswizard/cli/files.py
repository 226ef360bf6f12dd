"""Files that a person names on the command line: read within limits, written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tlswizard.core.case import Case
from tlswizard.core.codec import MAX_BYTES, Unreadable, decode, encode
from tlswizard.core.text import visible
from tlswizard.playbook.record import Session


class Trouble(Exception):
    """Something that the person can put right; the message says what happened, where, and what to do."""


def read_bytes(path: str, limit: int) -> bytes:
    """The bytes of a file. Raises Trouble."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise Trouble(f"{visible(path)} could not be read: {visible(error.strerror or str(error))}") from None
    if len(data) > limit:
        raise Trouble(f"{visible(path)} is larger than {limit // 1024 // 1024} MB; that is no file for this")
    if not data:
        raise Trouble(f"{visible(path)} is empty: is it the right file?")
    return data


def save(path: Path, value: Case | Session) -> None:
    """Written beside the place and moved there in one go, readable for this account alone. Raises Trouble."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(encode(value), file)
        Path(name).replace(path)
    except OSError as error:
        raise Trouble(f"{visible(str(path))} could not be written: {visible(error.strerror or str(error))}") from None


def load(path: str) -> Case | Session:
    """A saved case or session. Raises Trouble."""
    try:
        document: Any = json.loads(read_bytes(path, MAX_BYTES))
        is_session = isinstance(document, dict) and _is(document) == "Session"
        return decode(Session, document) if is_session else decode(Case, document)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, Unreadable) else "it is no file that tlswizard saved"
        raise Trouble(f"{visible(path)} cannot be opened: {visible(why)}") from None


def load_case(path: str) -> Case:
    """The case of a saved case or session. Raises Trouble."""
    found = load(path)
    if isinstance(found, Case):
        return found
    if found.case is None:
        raise Trouble(f"{visible(path)} is a session in which nothing was looked at yet")
    return found.case


def _is(document: dict[str, Any]) -> Any:
    value = document.get("value")
    return value.get("is") if isinstance(value, dict) else None
