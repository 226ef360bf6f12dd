"""A line that a person types, or all lines that they paste at once: a stack trace is one answer, not many."""

import os
import select
import sys

AT_ONCE = 0.05
"""Seconds in which the lines of a paste follow each other; nobody types a line so fast."""

MAX_LINES = 2000


def typed(prompt: str) -> str:
    """Raises EOFError. Only a terminal tells a paste from lines that were typed ahead; Windows has no
    `select` for one, and there a paste is read line by line."""
    text = input(prompt)
    if os.name != "posix" or not sys.stdin.isatty():
        return text
    lines = [text]
    while len(lines) < MAX_LINES and select.select([sys.stdin], [], [], AT_ONCE)[0]:
        line = sys.stdin.readline()
        if not line:
            break
        lines.append(line.rstrip("\n"))
    return "\n".join(lines)
