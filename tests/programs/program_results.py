"""What every program did in every situation: each is run once in a test session, whoever needs it first.

Under pytest-xdist the workers share a folder; the first one that asks for a program runs it there while the
others wait, and all read what it did.
"""

import fcntl
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from program_servers import Ports
from program_situations import Situation
from real_programs import Cell, Missing, Outcome, Program


@dataclass(frozen=True, slots=True)
class Ran:
    """A program, run."""

    version: str
    at: datetime
    outcomes: Mapping[str, Outcome]
    """by situation"""


def meets(program: Program, transports: Sequence[str]) -> str | None:
    """The transport over which the program goes to a server that speaks these."""
    return next((transport for transport in program.speaks if transport in transports), None)


def once(folder: Path, name: str, make: Callable[[], Any]) -> Any:
    """What `make` gave when it was first asked for in this folder, by whatever process."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / f"{name}.json"
        if not file.exists():
            file.write_text(json.dumps(make()))
        return json.loads(file.read_text())


def run(
    program: Program, situations: Sequence[Situation], served: Callable[[], Mapping[str, Ports]], folder: Path
) -> dict[str, Any]:
    """All of it as JSON values, why it could not be run included."""
    path = program.path()
    if path is None:
        return {"missing": f"{program.wanted} is not on this machine"}
    own = folder / program.name
    own.mkdir(parents=True)
    try:
        command = program.ready(path, own)
        outcomes = program.run(command, _cells(program, situations, served(), own), own)
        version = program.version(command)
    except Missing as missing:
        return {"missing": str(missing)}
    except (AssertionError, OSError, RuntimeError) as error:
        return {"broken": f"{type(error).__name__}: {error}"}
    return {
        "version": version,
        "at": datetime.now(UTC).isoformat(),
        "outcomes": {id_: [outcome.accepted, outcome.output] for id_, outcome in outcomes.items()},
    }


def ran(said: Mapping[str, Any]) -> Ran:
    outcomes = {id_: Outcome(*outcome) for id_, outcome in said["outcomes"].items()}
    return Ran(said["version"], datetime.fromisoformat(said["at"]), outcomes)


def _cells(
    program: Program, situations: Sequence[Situation], served: Mapping[str, Ports], folder: Path
) -> list[Cell]:
    cells = []
    for one in situations:
        transport = meets(program, tuple(served[one.id]))
        if transport:
            roots = folder / f"{one.id}.pem"
            roots.write_text("".join(one.roots))
            cells.append(Cell(one.id, one.host, served[one.id][transport], transport, roots))
    return cells
