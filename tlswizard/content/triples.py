"""The one way in which tables name faults: `cause [kind [role]]`."""

from tlswizard.core.verdict import Triple


def triple(text: str) -> Triple:
    """What is not said stands for any."""
    cause, kind, role, *_ = [*text.split(), None, None]
    return str(cause), kind, role
