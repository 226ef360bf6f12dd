"""tlswizard names why a program refuses a TLS server, and proves the fix."""

__version__ = "0.1.0"

RELEASED = "2026-11-21"
"""The day of this release: no clock that is right shows an earlier one."""
