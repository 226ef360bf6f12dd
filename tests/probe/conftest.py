"""One private authority for all servers, and one way to look at them: the probe on this machine."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from real_servers import Files, keep_files, private_ca

from tlswizard.checks.gathering import gathered
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Options, Part
from tlswizard.core.finding import Diagnosis
from tlswizard.core.store import Store
from tlswizard.core.target import parse_target
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.authority import Identity
from tlswizard.machine.this import ThisMachine

Look = Callable[..., Case]
Judge = Callable[[Case], Diagnosis]


@pytest.fixture(scope="session")
def content() -> Content:
    return Content.shipped()


@pytest.fixture(scope="session")
def leaf() -> Identity:
    """root -> issuing -> localhost"""
    return private_ca().intermediate("Private Issuing CA").leaf(["localhost", "127.0.0.1", "::1"])


@pytest.fixture(scope="session")
def files(leaf: Identity, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return keep_files(tmp_path_factory.mktemp("server"), leaf)


@pytest.fixture
def look(content: Content) -> Look:
    """What is seen of a target on loopback: reach and handshake, and the clock if it is asked for."""

    def seen(
        target: int | str, *, starttls: str | None = None, timeout: float = 3.0, clock: bool = False
    ) -> Case:
        text = f"localhost:{target}" if isinstance(target, int) else target
        machine = ThisMachine()
        aim = parse_target(text, starttls)
        if aim.host == "localhost":
            aim = replace(aim, connect="127.0.0.1")
        case = Case(aim, machine.observed, machine.now(), name=aim.servername)
        parts = ("handshakes", "clock") if clock else ("handshakes",)
        return asyncio.run(gathered(machine, case, parts, Options(timeout=timeout), content))

    return seen


@pytest.fixture
def judged(content: Content, leaf: Identity) -> Judge:
    """The diagnosis on a machine whose bundle holds the private root."""

    def judge(case: Case) -> Diagnosis:
        store = Store("linux-system", "the bundle", "machine", "/bundle", (leaf.path[-1].certificate,))
        return diagnose(case.with_part("stores", Part(case.at, (store,))), content)

    return judge
