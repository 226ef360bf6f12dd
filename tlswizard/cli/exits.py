"""Exit codes: an API. Those of monitoring plugins."""

ACCEPTED = 0
WARNING = 1
REFUSED = 2
UNKNOWN = 3
"""also wrong usage, and a target that cannot be parsed"""
INTERRUPTED = 130

_WORST_FIRST = (REFUSED, UNKNOWN, WARNING, ACCEPTED)


def worst(codes: list[int]) -> int:
    """The code of several targets: the worst of 2, 3, 1, 0."""
    return next((code for code in _WORST_FIRST if code in codes), UNKNOWN)
