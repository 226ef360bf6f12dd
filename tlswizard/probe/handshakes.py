"""The part `handshakes`: what the server offers to a client that takes everything."""

from tlswizard.core.case import Case, Handshake, Options, Part
from tlswizard.machine.door import Machine
from tlswizard.probe.talk import CannotSpeak, open_session

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
    return Part(at, (session.handshake,))
