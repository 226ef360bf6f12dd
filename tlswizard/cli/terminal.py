"""What kind of terminal this is: decided before Textual is imported."""

import os
import sys
from typing import TextIO


def is_terminal(stream: TextIO) -> bool:
    """A terminal that can do more than lines: Textual would write its sequences to any other, too."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def prefers_plain(plain: bool) -> bool:
    return plain or not is_terminal(sys.stdout)
