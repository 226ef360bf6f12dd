"""STARTTLS dialogues without a socket: one file per protocol, named as in the target.

Each has `dialogue(client) -> Dialogue`: a generator that yields bytes to send (b"": nothing yet) and is
sent the bytes that came in. It returns what the server greeted with, or raises Denied.
"""

from collections.abc import Generator

Dialogue = Generator[bytes, bytes, str]


class Denied(Exception):
    """The server does not go over to TLS: the cause, and one sentence."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail
