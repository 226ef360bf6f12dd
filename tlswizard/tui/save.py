"""A new file for one person's eyes: what is saved here names servers, accounts and stores."""

import os
from pathlib import Path


def save_new(name: str, text: str) -> Path:
    """Write `text` to the new file `name` (mode 0600) and say where it is.

    Raises OSError; FileExistsError where something of that name stands already, be it only a link.
    """
    path = Path(name).expanduser().absolute()
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else text + "\n")
    return path


def free_name(stem: str, suffix: str) -> str:
    """`stem.suffix`, or the first `stem-2.suffix` … that does not exist yet in this folder."""
    name, number = f"{stem}{suffix}", 2
    while os.path.lexists(name):
        name, number = f"{stem}-{number}{suffix}", number + 1
    return name


def refusal(error: OSError, name: str) -> str:
    """What happened, and what to do next."""
    if isinstance(error, FileExistsError):
        return f"{name} exists already and is left as it is. Type another name."
    return f"{name} cannot be written: {error.strerror or error}. Type another name or folder."
