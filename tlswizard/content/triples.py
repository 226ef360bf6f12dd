"""The one way in which tables name faults: `cause [kind [role]]`; `*` and what is not said stand for any."""

from tlswizard.core.terms import Triple


def triple(text: str) -> Triple:
    cause, *rest = text.split()
    kind, role, *_ = (None if word == "*" else word for word in (*rest, "*", "*"))
    return cause, kind, role
