"""The pretend world of one exercise: its machine, its server, its clock, and the name that is asked for.

Every Edit can be made here, at once and for real: the next connection and the next look into a store
show it. Nothing of the real machine is touched, and nothing but 127.0.0.1 is connected to.
"""

import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import ec

from tlswizard.core.certificate import AlternativeNames, Certificate
from tlswizard.core.edit import (
    AddMissing,
    AddToStore,
    AskForName,
    Edit,
    Reissue,
    RemoveStore,
    SendChain,
    SendMissing,
    SetClock,
)
from tlswizard.core.target import BadTarget, Target, parse_host
from tlswizard.lab import authority
from tlswizard.lab.authority import Identity
from tlswizard.lab.computer import Computer
from tlswizard.lab.machine import PretendMachine
from tlswizard.lab.server import Server
from tlswizard.machine.door import Refused


@dataclass(frozen=True, slots=True)
class Scene:
    """What an exercise is made of."""

    computer: Computer
    sends: tuple[Identity, ...]
    """the server's chain as it sends it, its own certificate first"""
    names: Mapping[str, str]
    """the names that the computer can resolve, with their pretend addresses; all lead to the server"""


class World:
    """Lives while it is entered. `machine` is what the wizard looks at and applies fixes to."""

    def __init__(
        self, target: Target, scene: Scene, *, house: Identity, clock: Callable[[], datetime]
    ) -> None:
        """`house` is an authority that the computer trusts; `clock` tells the true time."""
        self.asked = target.servername
        """the name that is asked for, as the last AskForName left it"""
        self.folder = Path()
        """a private temporary folder, there while the world lives"""
        self.clock = clock
        self._house = house
        self._leaf = scene.sends[0]
        self._keys: dict[Certificate, ec.EllipticCurvePrivateKey] = {self._leaf.certificate: self._leaf.key}
        """of every certificate that the server ever had, so that a change can be taken back"""
        self.server = Server(
            [identity.certificate for identity in scene.sends],
            self._leaf.key,
            clock=clock,
            name=target.host,
            starttls="smtp" if target.starttls == "smtp" else None,
        )
        self.machine = PretendMachine(
            scene.computer,
            true_time=clock,
            names=scene.names,
            port=target.port,
            real_port=lambda: self.server.port,
            apply=self.apply,
        )
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "World":
        self.folder = Path(self._open.enter_context(TemporaryDirectory(prefix="tlswizard-lab-")))
        await self._open.enter_async_context(self.server)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def apply(self, edit: Edit) -> None:
        """Make the change. Raises Refused."""
        match edit:
            case AddToStore(store=store, certificate=certificate):
                self.machine.add(store, certificate)
            case SendChain(chain=chain):
                self._send(chain)
            case AskForName(name=name):
                try:
                    self.asked = parse_host(name)
                except BadTarget as error:
                    raise Refused(str(error)) from error
            case SetClock(to=to):
                self.machine.set_clock(to)
            case RemoveStore(store=store):
                self.machine.take_back(store)
            case SendMissing():
                self._send(self._leaf.chain)
            case AddMissing(store=store):
                self.machine.add(store, self._leaf.path[-1].certificate)
            case Reissue(certificate=Certificate()):
                raise Refused("The lab issues the server's own certificate anew, and no authority's.")
            case Reissue(names=names, trusted=trusted, only=only):
                self._leaf = self._reissued(names, trusted=trusted, only=only)
                self._keys[self._leaf.certificate] = self._leaf.key
                self._send(self._leaf.chain)

    def _send(self, chain: tuple[Certificate, ...]) -> None:
        key = self._keys.get(chain[0]) if chain else None
        if key is None:
            raise Refused("The server holds no key for the first certificate of this chain.")
        try:
            self.server.send(chain, key)
        except ssl.SSLError as error:
            raise Refused(f"The server cannot send this chain: {error.reason}.") from error

    def _reissued(self, more: tuple[str, ...], *, trusted: bool, only: bool) -> Identity:
        """A certificate like the present one, valid now and for `more` names too, or `only` these."""
        old = self._leaf.certificate.alternative_names or AlternativeNames()
        names = more if only else tuple(dict.fromkeys((*old.dns, *old.addresses, *more)))
        now = self.clock().replace(microsecond=0)
        start, end = now - timedelta(hours=1), now + timedelta(days=365)
        issuer = self._house if trusted else self._leaf.issuer
        if issuer is None:
            return authority.self_signed(
                names, at=now, subject=self._leaf.subject, not_before=start, not_after=end
            )
        return issuer.leaf(names, subject=self._leaf.subject, not_before=start, not_after=end)
