"""Where cases and sessions are kept: written whole or not at all, readable for this account alone."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tlswizard.core.case import Case
from tlswizard.core.codec import MAX_BYTES, Unreadable, decode, encode
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.playbook.record import Session

MAX_LISTED = 5
"""Sessions that the start screen offers: older ones are opened by their file."""


def folder(environment: Mapping[str, str], home: str) -> Path:
    """The folder for sessions (XDG Base Directory Specification: state)."""
    base = environment.get("XDG_STATE_HOME") or f"{home}/.local/state"
    return Path(base) / "tlswizard" / "sessions"


def new_file(where: Path, host: str, now: datetime) -> Path:
    """A name that tells the session apart at a glance."""
    stem = re.sub(r"[^A-Za-z0-9.-]+", "-", host).strip("-.") or "session"
    return where / f"{now:%Y%m%d-%H%M%S}-{stem[:60]}-{os.getpid()}.json"


def save(path: Path, value: Case | Session) -> None:
    """Raises Trouble."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes the file with mode 0600; the move keeps it and replaces the old one in one go.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(encode(value), file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Trouble(
            f"{visible(str(path))} could not be written: {visible(error.strerror or str(error))}"
        ) from None


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


def read_bytes(path: str, limit: int) -> bytes:
    """The bytes of a file that a person named. Raises Trouble."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise Trouble(f"{visible(path)} could not be read: {visible(error.strerror or str(error))}") from None
    if len(data) > limit:
        most = f"{limit // 1024 // 1024} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"
        raise Trouble(f"{visible(path)} is larger than {most}; that is no file for this")
    if not data:
        raise Trouble(f"{visible(path)} is empty: is it the right file?")
    return data


def newest(where: Path) -> list[Path]:
    """The sessions kept last, the newest first."""
    try:
        found = [p for p in where.iterdir() if p.suffix == ".json" and not p.name.startswith(".")]
        return sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)[:MAX_LISTED]
    except OSError:
        return []


def _is(document: dict[str, Any]) -> Any:
    value = document.get("value")
    return value.get("is") if isinstance(value, dict) else None
