import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import (
    AddMissing,
    AddToStore,
    AskForName,
    Reissue,
    RemoveStore,
    SendChain,
    SendMissing,
    SetClock,
)
from tlswizard.core.pem import certificates_in
from tlswizard.core.target import parse_host
from tlswizard.lab.authority import root
from tlswizard.lab.computer import BUNDLE
from tlswizard.lab.exercise import Exercise, all_exercises, find_exercise
from tlswizard.lab.world import World
from tlswizard.machine.door import Machine, NameNotResolved, NoSuchStore, Refused, WindowsEntry

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
OTHER = root("Other Root CA", at=AT).certificate


def _exercise(id_: str) -> Exercise:
    found = find_exercise(id_)
    assert found is not None
    return found


def _in(id_: str, story: Callable[[World], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with _exercise(id_).open(lambda: AT) as world:
            await story(world)

    asyncio.run(asyncio.wait_for(whole(), 10), debug=True)


def _titles(entries: tuple[WindowsEntry, ...]) -> list[str]:
    return [Certificate(entry.der).title for entry in entries]


def _bundle(machine: Machine) -> tuple[object, ...]:
    return certificates_in(machine.read(BUNDLE, 10**6))


def test_two_stores_is_the_story_of_the_article():
    async def story(world):
        machine = world.machine
        assert str(machine.observed) == "dana on srv-app-02"
        assert machine.observed.platform == "windows"
        assert _titles(machine.windows_store("user", "Root")) == ["Contoso Root CA"]
        assert "Contoso Root CA" not in _titles(machine.windows_store("machine", "Root"))
        assert "House Root CA" in _titles(machine.windows_store("machine", "Root"))
        assert machine.windows_store("user", "CA") == machine.windows_store("machine", "CA") == ()
        assert machine.has("windows:.NET Framework")
        assert not machine.has("command:openssl")
        assert machine.now() == AT
        for name in ("jsanders4", "JSanders4.northamerica.corp.example."):
            assert await machine.addresses(name, 443) == ("10.1.2.3",)
        assert world.asked == "jsanders4"

    _in("two-stores", story)


def test_a_linux_machine_has_files_and_no_windows_stores():
    async def story(world):
        machine = world.machine
        file, folder = machine.openssl_paths()
        assert [c.title for c in _bundle(machine)] == [
            "House Root CA",
            "Example Public Root CA",
            "Fabrikam Root CA",
        ]
        assert file == BUNDLE
        assert machine.names_in(folder) == ("ca-certificates.crt",)
        assert machine.has("command:openssl")
        assert machine.has("interpreter:<3.13")
        assert machine.environment()["HOME"] == machine.home()
        with pytest.raises(NoSuchStore):
            machine.windows_store("machine", "Root")
        with pytest.raises(IsADirectoryError):
            machine.read(folder, 10**6)
        with pytest.raises(FileNotFoundError):
            machine.read("/etc/passwd", 10**6)
        with pytest.raises(FileNotFoundError):
            machine.names_in("/etc/ssl/private")
        with pytest.raises(OSError, match="large"):
            machine.read(file, 10)

    _in("missing-intermediate", story)


def test_the_missing_intermediate_lies_in_the_users_dotnet_store():
    async def story(world):
        folder = f"{world.machine.home()}/.dotnet/corefx/cryptography/x509stores/ca"
        (name,) = world.machine.names_in(folder)
        for password in (None, b""):
            held = load_pkcs12(world.machine.read(f"{folder}/{name}", 10**5), password)
            (found,) = held.additional_certs
            assert found.certificate.subject.rfc4514_string() == "CN=Fabrikam Issuing CA,O=Fabrikam"
            assert name == found.certificate.fingerprint(SHA1()).hex().upper() + ".pfx"

    _in("missing-intermediate", story)


def test_only_its_own_names_and_addresses_exist():
    async def story(world):
        machine = world.machine
        with pytest.raises(NameNotResolved, match="No such host is known"):
            await machine.addresses("localhost", 443)
        assert await machine.addresses("192.0.2.1", 443) == ("192.0.2.1",)
        for address, port in (("10.1.2.3", 80), ("10.1.2.4", 443), ("127.0.0.1", world.server.port)):
            with pytest.raises(ConnectionRefusedError):
                await machine.connect(address, port)

    _in("two-stores", story)


_connected: list[object] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto") and _connected is not None:
        _connected.append((event, arguments[1] if event == "socket.connect" else arguments))


def test_nothing_but_loopback_is_connected(look):
    global _connected  # noqa: PLW0603 - an audit hook cannot be taken back, only told to be quiet
    sys.addaudithook(_hear)
    _connected = []
    try:
        for exercise in all_exercises():

            async def story(world, target=exercise.target):
                await look(world.machine, target)
                assert world.server.port > 0

            _in(exercise.id, story)
        assert len(_connected) >= len(all_exercises())
        assert {(event, address[0]) for event, address in _connected} == {("socket.connect", "127.0.0.1")}
    finally:
        _connected = None


@pytest.mark.parametrize("location", ["user", "machine"])
@pytest.mark.parametrize("name", ["Root", "CA"])
def test_a_certificate_added_to_a_windows_store_is_there_once(location, name):
    async def story(world):
        edit = AddToStore(f"windows-{location}-{name.lower()}", OTHER, anchor=name == "Root")
        before = world.machine.windows_store(location, name)
        await world.machine.apply(edit)
        await world.apply(edit)
        assert world.machine.windows_store(location, name) == (*before, WindowsEntry(OTHER.der))

    _in("two-stores", story)


def test_a_certificate_added_to_the_linux_bundle_is_there_once():
    async def story(world):
        before = _bundle(world.machine)
        for _ in range(2):
            await world.apply(AddToStore("linux-system", OTHER, anchor=True))
        assert _bundle(world.machine) == (*before, OTHER)

    _in("untrusted-root", story)


@pytest.mark.parametrize(
    ("id_", "store"), [("untrusted-root", "windows-user-root"), ("two-stores", "linux-system")]
)
def test_a_store_that_the_machine_does_not_have_is_refused(id_, store):
    async def story(world):
        with pytest.raises(Refused, match=store):
            await world.apply(AddToStore(store, OTHER, anchor=True))

    _in(id_, story)


def test_the_server_sends_the_chain_that_it_is_told_to(look):
    exercise = _exercise("missing-intermediate")

    async def story(world):
        (leaf,) = (await look(world.machine, exercise.target)).chain
        await world.apply(SendChain((leaf, OTHER)))
        assert (await look(world.machine, exercise.target)).chain == (leaf, OTHER)
        await world.apply(SendChain((leaf,)))
        assert (await look(world.machine, exercise.target)).chain == (leaf,)

    _in(exercise.id, story)


@pytest.mark.parametrize("chain", [(), (OTHER,)])
def test_a_chain_that_the_server_has_no_key_for_is_refused(chain):
    async def story(world):
        with pytest.raises(Refused, match="no key"):
            await world.apply(SendChain(chain))

    _in("missing-intermediate", story)


def test_the_world_remembers_the_name_to_ask_for():
    async def story(world):
        await world.apply(AskForName("Jsanders4.NorthAmerica.corp.example"))
        assert world.asked == "jsanders4.northamerica.corp.example"
        with pytest.raises(Refused):
            await world.apply(AskForName("no name at all"))

    _in("two-stores", story)


def test_the_clock_is_set_and_runs_on(look):
    exercise = _exercise("clock-wrong")
    true = [AT]

    async def story():
        async with exercise.open(lambda: true[0]) as world:
            seen = await look(world.machine, exercise.target)
            assert world.machine.now() == AT - timedelta(days=400)
            assert world.machine.now() < seen.chain[0].not_before < AT
            assert b"Date: Tue, 06 May 2031 07:08:09 GMT\r\n" in seen.answer
            await world.apply(SetClock(AT))
            true[0] += timedelta(minutes=3)
            assert world.machine.now() == AT + timedelta(minutes=3)

    asyncio.run(story(), debug=True)


def test_a_certificate_is_reissued_by_the_same_authority_with_more_names(look):
    exercise = _exercise("two-stores")

    async def story(world):
        old, subordinate = (await look(world.machine, exercise.target)).chain
        await world.apply(Reissue(("jsanders4",)))
        new, issuer = (await look(world.machine, exercise.target)).chain
        assert issuer == subordinate
        assert subordinate.verifies(new)
        assert new.subject == old.subject
        assert new.listed_names == (*old.listed_names, "jsanders4")
        assert new.sha256 != old.sha256
        await world.apply(SendChain((old, subordinate)))
        assert (await look(world.machine, exercise.target)).chain == (old, subordinate)

    _in(exercise.id, story)


@pytest.mark.parametrize("id_", [exercise.id for exercise in all_exercises()])
def test_a_certificate_is_reissued_by_an_authority_that_the_machine_trusts(id_, look):
    exercise = _exercise(id_)

    async def story(world):
        old = (await look(world.machine, exercise.target)).chain[0]
        await world.apply(Reissue(trusted=True))
        new, issuing = (await look(world.machine, exercise.target)).chain
        trusted = _trusted(world.machine)
        assert issuing.verifies(new)
        assert any(anchor.title == issuing.issuer_title and anchor.verifies(issuing) for anchor in trusted)
        assert (new.subject, new.listed_names) == (old.subject, old.listed_names)
        assert new.not_before < AT < new.not_after

    _in(id_, story)


def _trusted(machine: Machine) -> tuple[Certificate, ...]:
    if machine.observed.platform == "windows":
        return tuple(Certificate(entry.der) for entry in machine.windows_store("machine", "Root"))
    return tuple(c for c in _bundle(machine) if isinstance(c, Certificate))


def test_what_nobody_held_is_got_from_its_authority(look):
    exercise = _exercise("missing-intermediate")

    async def story(world):
        (leaf,) = (await look(world.machine, exercise.target)).chain
        await world.apply(SendMissing((leaf,)))
        sent, issuer = (await look(world.machine, exercise.target)).chain
        assert sent == leaf
        assert issuer.verifies(leaf)
        await world.apply(AddMissing("linux-system", issuer))
        assert any(c.is_self_signed and c.verifies(issuer) for c in _trusted(world.machine))

    _in(exercise.id, story)


def test_what_the_lab_does_not_have_is_refused(look):
    exercise = _exercise("untrusted-root")

    async def story(world):
        issuer = (await look(world.machine, exercise.target)).chain[1]
        for edit in (Reissue(certificate=issuer), RemoveStore("env:SSL_CERT_FILE")):
            with pytest.raises(Refused):
                await world.apply(edit)

    _in(exercise.id, story)


def test_an_expired_certificate_is_renewed_and_a_self_signed_one_signs_itself_again(look):
    for id_ in ("expired", "self-signed"):
        exercise = _exercise(id_)

        async def story(world, target=exercise.target):
            old, *above = (await look(world.machine, target)).chain
            await world.apply(Reissue())
            new, *still = (await look(world.machine, target)).chain
            assert new.not_before < AT < new.not_after
            assert (new.issuer, still) == (old.issuer, above)

        _in(id_, story)


def test_the_full_name_that_the_fix_asks_for_reaches_the_same_server(look):
    exercise = _exercise("two-stores")
    full = parse_host(exercise.chain_drawn[-1])

    async def story(world):
        chain = (await look(world.machine, exercise.target)).chain
        assert (
            await look(world.machine, replace(exercise.target, host=full, servername=full))
        ).chain == chain

    _in(exercise.id, story)
