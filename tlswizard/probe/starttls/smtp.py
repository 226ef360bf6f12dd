"""SMTP's way to TLS (RFC 3207): greeting, EHLO, STARTTLS, 220."""

from collections.abc import Generator

from tlswizard.core.text import visible
from tlswizard.probe.starttls import Denied, Dialogue

MAX_REPLY = 16 * 1024
"""RFC 5321 section 4.5.3.1.5 allows 512 bytes a line; an EHLO reply has a few dozen lines at most."""


def dialogue(client: str) -> Dialogue:
    """`client` is the name that EHLO gives."""
    code, greeting = yield from _reply(b"")
    if code != 220:
        raise Denied("not-tls", f"the server does not greet as a mail server does: “{visible(greeting, 80)}”")
    code, offers = yield from _reply(b"EHLO " + client.encode("ascii", "replace") + b"\r\n")
    if code != 250:
        raise Denied("starttls-not-offered", f"the server refuses EHLO: “{visible(offers, 80)}”")
    # The first line is a greeting (RFC 5321 section 4.1.1.1), and no offer.
    if "STARTTLS" not in {line.strip().upper() for line in offers.splitlines()[1:]}:
        raise Denied("starttls-not-offered", "the server offers no STARTTLS")
    code, answer = yield from _reply(b"STARTTLS\r\n")
    if code != 220:
        raise Denied(
            "starttls-not-offered", f"the server offers STARTTLS and then refuses it: “{visible(answer, 80)}”"
        )
    return greeting


def _reply(send: bytes) -> Generator[bytes, bytes, tuple[int, str]]:
    """A whole reply (RFC 5321 section 4.2.1): the code, and the text without codes."""
    got = yield send
    while True:
        lines = got.split(b"\r\n") if b"\r\n" in got else got.split(b"\n")
        complete = lines[:-1]
        for line in complete:
            if line[:3].isdigit() and line[3:4] in (b" ", b""):
                texts = [x[4:].decode("latin-1") for x in complete]
                return int(line[:3]), "\n".join(texts)
            if not (line[:3].isdigit() and line[3:4] == b"-"):
                raise Denied(
                    "not-tls", f"the server does not speak SMTP here: “{visible(line.decode('latin-1'), 80)}”"
                )
        if len(got) > MAX_REPLY:
            raise Denied("not-tls", "the server's reply has no end")
        got += yield b""
