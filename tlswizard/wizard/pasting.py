"""What a person pastes, before it is kept: one line, visible, bounded, and never a private key."""

from tlswizard.core.text import visible
from tlswizard.explain.secrets import holds_key, masked, without_pem

__all__ = ["KEY", "LEFT_OUT", "holds_key", "kept", "shown"]

MAX_MESSAGE = 16 * 1024
"""Characters: an exception with its trace and its causes, of which the last one says most."""

MAX_SHOWN = 200

LEFT_OUT = "(a private key was pasted here and left out)"
KEY = "That is a private key. It was not kept. Paste the message that the program printed."


def kept(text: str) -> str:
    """The message as a session keeps it, without passwords; nothing where a key is in it."""
    if holds_key(text):
        return ""
    plain = without_pem(text.encode("utf-8", "replace"))[0].decode("utf-8", "replace")
    return visible(masked(" ".join(plain.split())[: 2 * MAX_MESSAGE]), MAX_MESSAGE)


def shown(message: str) -> str:
    """Its beginning, for pages and notes."""
    return message if len(message) <= MAX_SHOWN else f"{message[:MAX_SHOWN]}…"
