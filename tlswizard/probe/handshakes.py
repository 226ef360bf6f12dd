"""The part `handshakes`: what the server offers to a client that takes everything.

Where OpenSSL gives up on a certificate it shows none of them. They are then read from the server's own
bytes: those of the same connection where they are plain, else those of a second one, limited to TLS 1.2.
"""

import asyncio
from dataclasses import replace

from tlswizard.core.case import Case, Handshake, Options, Part
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.text import listed
from tlswizard.machine.door import Machine
from tlswizard.probe.certificate_message import certificates_sent
from tlswizard.probe.talk import CannotSpeak, open_session
from tlswizard.probe.tls import TLS_1_2, UNREADABLE

PART = "handshakes"
READS = ("reach",)


async def gather(machine: Machine, case: Case, options: Options) -> Part[tuple[Handshake, ...]]:
    at = machine.now()
    try:
        session = await open_session(machine, case, options)
    except CannotSpeak as error:
        return Part(at, failure=str(error))
    except (OSError, TimeoutError) as error:
        return Part(
            at, failure=f"there was no connection: {error}" if str(error) else "there was no connection"
        )
    session.connection.close()
    told = session.handshake
    if told.outcome == UNREADABLE:
        plain = _with_chain(told, told.chain or certificates_sent(session.flight))
        told = plain or await _looked_at_again(machine, case, options, told)
    return Part(at, (told,))


async def _looked_at_again(machine: Machine, case: Case, options: Options, told: Handshake) -> Handshake:
    """`told` with the chain that the server sends in TLS 1.2, or with the reason why it stays hidden."""
    try:
        async with asyncio.timeout(options.timeout):
            session = await open_session(machine, case, options, TLS_1_2)
    except TimeoutError:
        return _hidden(told, "TLS 1.3 encrypts it, and over TLS 1.2 no answer came in time")
    except (OSError, CannotSpeak):
        return _hidden(told, "TLS 1.3 encrypts it, and there was no second connection")
    session.connection.close()
    again = session.handshake
    if again.outcome == UNREADABLE:
        plain = _with_chain(told, again.chain or certificates_sent(session.flight))
        return plain or _hidden(told, "the message that holds it cannot be taken apart")
    if again.outcome == "protocol-unsupported":
        return _hidden(told, "the server speaks TLS 1.3 only, which encrypts it")
    if again.outcome == "ok":
        return _hidden(told, "TLS 1.3 encrypts it, and over TLS 1.2 the server sends others")
    return _hidden(told, f"TLS 1.3 encrypts it, and over TLS 1.2 {again.detail}")


def _hidden(told: Handshake, why: str) -> Handshake:
    return replace(told, detail=f"{told.detail}; which one is not visible: {why}")


def _with_chain(told: Handshake, chain: tuple[Certificate | Malformed, ...] | None) -> Handshake | None:
    """`told` with this chain, if there is one.

    What the judge will say of a certificate in its place is not said of the handshake once more: nothing
    else stands in its way.
    """
    if chain is None:
        return None
    if not chain:
        return replace(
            told, outcome="no-certificate-sent", detail="the server's Certificate message holds none"
        )
    places = [f"position {i}" for i, sent in enumerate(chain) if _shows_why(i, sent)]
    if not places:
        return replace(told, chain=chain)
    count = f"{len(places)} of the {len(chain)} certificates sent cannot be read"
    detail = f"{count} ({listed(places)}), so OpenSSL gave up the handshake"
    return replace(told, outcome="ok", detail=detail, protocol=None, cipher=None, chain=chain)


def _shows_why(place: int, sent: Certificate | Malformed) -> bool:
    """Whether every program is told of this one: the leaf is on every path, others may be on none."""
    return isinstance(sent, Malformed) or (place == 0 and bool(sent.flaws))
