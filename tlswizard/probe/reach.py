"""The part `reach`: the name's addresses, and the first of them that accepts a connection."""

import asyncio
import errno
import time

from tlswizard.core.case import Case, Options, Part, Reach
from tlswizard.core.text import listed, visible
from tlswizard.machine.door import Machine, NameNotResolved

PART = "reach"
READS: tuple[str, ...] = ()

MAX_ADDRESSES = 4
"""Addresses tried one after the other; more would let one dead site cost a minute."""

_CAUSES = {
    errno.ECONNREFUSED: ("connection-refused", "nothing listens there"),
    errno.ECONNRESET: ("connection-reset", "the connection was reset"),
    errno.ETIMEDOUT: ("connection-timeout", "no answer came in time"),
    errno.ENETUNREACH: ("network-unreachable", "there is no way into that network"),
    errno.EHOSTUNREACH: ("network-unreachable", "there is no way to that computer"),
    errno.ENETDOWN: ("network-unreachable", "the network is down"),
}


async def gather(machine: Machine, case: Case, options: Options) -> Part[Reach]:
    target = case.target
    at = machine.now()
    try:
        addresses = await asyncio.wait_for(_addresses(machine, case), options.timeout)
    except NameNotResolved as error:
        return Part(at, Reach("name-not-resolved", f"the name {target.host} is not known here ({error})"))
    except TimeoutError:
        return Part(at, Reach("name-not-resolved", f"no answer in time for the name {target.host}"))
    problem = Reach("name-not-resolved", f"the name {target.host} has no address")
    for address in addresses[:MAX_ADDRESSES]:
        started = time.monotonic()
        try:
            connection = await asyncio.wait_for(machine.connect(address, target.port), options.timeout)
        except TimeoutError:
            problem = _not_connected(addresses, address, target.port, errno.ETIMEDOUT, "")
        except OSError as error:
            problem = _not_connected(addresses, address, target.port, error.errno, str(error))
        else:
            connection.close()
            milliseconds = max(1, round((time.monotonic() - started) * 1000))
            return Part(
                at,
                Reach(
                    "connected",
                    f"connected to {address} in {milliseconds} ms",
                    addresses,
                    address,
                    milliseconds,
                ),
            )
    return Part(at, problem)


async def _addresses(machine: Machine, case: Case) -> tuple[str, ...]:
    if case.target.connect:
        return await machine.addresses(case.target.connect, case.target.port)
    return await machine.addresses(case.target.host, case.target.port)


def _not_connected(
    addresses: tuple[str, ...], address: str, port: int, number: int | None, text: str
) -> Reach:
    cause, why = _CAUSES.get(number or 0, ("network-unreachable", visible(text)))
    others = f" (tried {listed(addresses[:MAX_ADDRESSES])})" if len(addresses) > 1 else ""
    return Reach(cause, f"{address} port {port}: {why}{others}", addresses, address)
