"""Files that a person names on the command line."""

from tlswizard.core.case import Case
from tlswizard.core.text import visible
from tlswizard.wizard.keeping import Trouble, load, read_bytes, save

__all__ = ["Trouble", "load_case", "read_bytes", "save"]


def load_case(path: str) -> Case:
    """The case of a saved case or session. Raises Trouble."""
    found = load(path)
    if isinstance(found, Case):
        return found
    if found.case is None:
        raise Trouble(f"{visible(path)} is a session in which nothing was looked at yet")
    return found.case
