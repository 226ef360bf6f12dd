"""Versions of programs, and limits on them: `>=3.13`, `<23`, or a number for itself and what follows it."""

import re

Version = tuple[int, ...]


def numbers(text: str) -> Version | None:
    """The first number with dots in a text; None if there is none."""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(int(n) for n in found[0].split(".")) if found else None


def within(version: Version | None, limit: str) -> bool:
    """Whether a version keeps to a limit; False for no version and for what is no limit."""
    found = re.fullmatch(r"(>=|<|)(\d+(?:\.\d+)*)", limit)
    if version is None or found is None:
        return False
    wanted = tuple(int(n) for n in found[2].split("."))
    match found[1]:
        case ">=":
            return version[: len(wanted)] >= wanted
        case "<":
            return version[: len(wanted)] < wanted
    return version[: len(wanted)] == wanted
