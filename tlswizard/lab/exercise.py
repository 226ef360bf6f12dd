"""What one opens in the lab, and the decorator that turns a small function into one.

The files of `tlswizard.lab.exercises` are walked: a file `two_stores.py` holds the function
`two_stores`, which is the exercise `two-stores`. Its docstring is the description; the last line of it
draws the chain, `root -> intermediate -> leaf`.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tlswizard.core.target import Target, parse_target
from tlswizard.lab import authority, computer, exercises
from tlswizard.lab.authority import Identity
from tlswizard.lab.computer import Computer
from tlswizard.lab.world import Scene, World


@dataclass(frozen=True, slots=True)
class Bench:
    """What an exercise is built with: the true time, authorities, and computers that trust the house."""

    now: datetime
    house: Identity
    """an authority whose root every computer here trusts, whatever else is wrong"""
    public: Identity
    """another root that every computer trusts, as none holds one alone"""

    @classmethod
    def at(cls, now: datetime) -> "Bench":
        house = authority.root("House Root CA", org="House of Example", at=now)
        public = authority.root("Example Public Root CA", org="Example Trust Services", at=now)
        return cls(now, house.intermediate("House Issuing CA"), public)

    def root(self, name: str, org: str | None = None) -> Identity:
        return authority.root(name, org=org, at=self.now)

    def self_signed(self, *names: str, org: str | None = None) -> Identity:
        return authority.self_signed(names, org=org, at=self.now)

    def windows(
        self,
        *,
        user_root: Sequence[Identity] = (),
        machine_root: Sequence[Identity] = (),
        user_ca: Sequence[Identity] = (),
        machine_ca: Sequence[Identity] = (),
        clock_off: timedelta = timedelta(0),
    ) -> Computer:
        """A Windows server; its machine store trusts the house and the public root besides."""
        return computer.windows(
            user_root=user_root,
            machine_root=(*self._usual, *machine_root),
            user_ca=user_ca,
            machine_ca=machine_ca,
            clock_off=clock_off,
        )

    def linux(self, *, trusts: Sequence[Identity] = (), dotnet_ca: Sequence[Identity] = ()) -> Computer:
        """A Linux machine; its bundle trusts the house and the public root besides."""
        return computer.linux(bundle=(*self._usual, *trusts), dotnet_ca=dotnet_ca)

    def browser_and_java(self, *, trusts: Sequence[Identity]) -> Computer:
        """A Linux machine with a browser that was told to trust `trusts`, as the system was, and an unpacked
        Java with a list of its own."""
        return computer.browser_and_java(usual=self._usual, trusts=trusts)

    @property
    def _usual(self) -> tuple[Identity, ...]:
        return (self.house.path[-1], self.public)


Build = Callable[[Bench], Scene]


def true_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Exercise:
    """A story with something wrong in it, and what a good diagnosis says."""

    id: str
    title: str
    description: str
    """its last line draws the chain"""
    asked: str
    """what the person types"""
    expects: tuple[str, ...]
    """every cause of severity problem or warning that the whole diagnosis names, first things first"""
    program: str
    """the client that fails"""
    message: str
    """what that client said"""
    build: Build

    @property
    def target(self) -> Target:
        return parse_target(self.asked)

    @property
    def chain_drawn(self) -> tuple[str, ...]:
        """The names along the drawn chain, the root first."""
        return tuple(self.description.splitlines()[-1].split(" -> "))

    def open(self, clock: Callable[[], datetime] = true_time) -> World:
        """A fresh world of this exercise, to be entered with `async with`; `clock` tells its true time."""
        bench = Bench.at(clock())
        return World(self.target, self.build(bench), house=bench.house, clock=clock)


def exercise(
    *, title: str, asked: str, expects: tuple[str, ...], program: str, message: str
) -> Callable[[Build], Exercise]:
    """Makes the function below it an Exercise: its name is the id, its docstring the description."""

    def decorate(build: Build) -> Exercise:
        return Exercise(
            id=build.__name__.replace("_", "-"),
            title=title,
            description=inspect.getdoc(build) or "",
            asked=asked,
            expects=expects,
            program=program,
            message=message,
            build=build,
        )

    return decorate


def all_exercises() -> tuple[Exercise, ...]:
    """Every exercise there is, by id."""
    return tuple(_load(module.name) for module in pkgutil.iter_modules(exercises.__path__))


def find_exercise(id_: str) -> Exercise | None:
    return next((found for found in all_exercises() if found.id == id_), None)


def _load(name: str) -> Exercise:
    found = getattr(importlib.import_module(f"{exercises.__name__}.{name}"), name)
    if not isinstance(found, Exercise):
        raise TypeError(f"{name}.py does not hold an exercise of its own name")
    return found
