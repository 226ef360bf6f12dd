"""What a person pastes, before it is kept: one line, visible, bounded, and never a private key."""

from tlswizard.core.text import visible

MAX_MESSAGE = 16 * 1024
"""Characters: an exception with its trace and its causes, of which the last one says most."""

MAX_SHOWN = 200

LEFT_OUT = "(a private key was pasted here and left out)"
KEY = "That is a private key. It was not kept. Paste the message that the program printed."


def holds_key(text: str) -> bool:
    """RFC 7468 sections 10 and 11, and what OpenSSL and OpenSSH write."""
    return "PRIVATE KEY-----" in text


def kept(text: str) -> str:
    """The message as a session keeps it; nothing where a key is in it."""
    return "" if holds_key(text) else visible(" ".join(text.split()), MAX_MESSAGE)


def shown(message: str) -> str:
    """Its beginning, for pages and notes."""
    return message if len(message) <= MAX_SHOWN else f"{message[:MAX_SHOWN]}…"
