"""From an address to a TLS session: connect, STARTTLS where the target asks for it, handshake."""

import asyncio
import importlib
import pkgutil

from tlswizard.core.case import Case, Handshake, Options
from tlswizard.core.text import visible
from tlswizard.machine.door import Connection, Machine
from tlswizard.probe import starttls
from tlswizard.probe.starttls import Denied
from tlswizard.probe.tls import Session, plain_protocol, shake_hands

CLIENT_NAME = "tlswizard.invalid"
"""What EHLO says: a name that can be nobody's (RFC 2606)."""


class CannotSpeak(Exception):
    """This STARTTLS protocol is none that tlswizard speaks."""


def protocols() -> tuple[str, ...]:
    """The STARTTLS protocols that tlswizard speaks: one file each."""
    return tuple(m.name.replace("_", "-") for m in pkgutil.iter_modules(starttls.__path__))


async def open_session(machine: Machine, case: Case, options: Options, newest: int | None = None) -> Session:
    """A TLS session with the case's target, whatever became of its handshake. The caller closes it.

    `newest` is the newest version of TLS that is offered (None: all).

    Raises CannotSpeak, and OSError if there is no connection.
    """
    target = case.target
    reach = case.reach.result if case.reach else None
    if reach is None or reach.address is None or reach.outcome != "connected":
        raise OSError("the server could not be reached")
    connection = await asyncio.wait_for(machine.connect(reach.address, target.port), options.timeout)
    asked = None if _is_address(target.servername) else target.servername
    try:
        greeting = None
        if target.starttls:
            greeting = await asyncio.wait_for(_starttls(connection, target.starttls), options.timeout)
        session = await shake_hands(connection, asked, options.timeout, newest)
    except Denied as denied:
        return Session(Handshake(asked, denied.cause, denied.detail), connection)
    except TimeoutError:
        silent = Handshake(asked, "server-silent", "the server accepts the connection and then says nothing")
        return Session(silent, connection)
    except (OSError, EOFError):
        return Session(
            Handshake(asked, "handshake-closed", "the server closes the connection at once"), connection
        )
    except BaseException:
        connection.close()
        raise
    if greeting:
        told = session.handshake
        session.handshake = Handshake(
            told.servername, told.outcome, told.detail, told.protocol, told.cipher, told.chain, told.staple,
            told.spoke_tls, visible(greeting, 120),
        )  # fmt: skip
    return session


async def _starttls(connection: Connection, protocol: str) -> str:
    if protocol not in protocols():
        raise CannotSpeak(f"STARTTLS for {protocol} is not part of this version")
    module = importlib.import_module(f"{starttls.__name__}.{protocol.replace('-', '_')}")
    talk = module.dialogue(CLIENT_NAME)
    try:
        send = next(talk)
        while True:
            if send:
                await connection.send(send)
            data = await connection.receive()
            if not data:
                raise EOFError
            if data[:1] == b"\x16" or data.startswith(b"HTTP/"):
                raise Denied(
                    "not-tls", f"the server speaks {plain_protocol(data) or 'TLS from the first byte'} here"
                )
            send = talk.send(data)
    except StopIteration as done:
        return str(done.value)


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
