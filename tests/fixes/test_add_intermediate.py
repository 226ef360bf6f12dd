"""An intermediate goes into a store made for intermediates, after the server was asked to send it."""

from diagnosis_cases import CONTENT, house, made, store

from tlswizard.core.edit import AddToStore, SendMissing
from tlswizard.core.finding import Diagnosis
from tlswizard.diagnosis.diagnose import diagnose

ROOT, INTERMEDIATE, LEAF = house()


def of(*named: str) -> Diagnosis:
    """The service reads the machine's lists; the missing certificate lies where .NET does not look."""
    held = [
        store("windows-user-root"), store("windows-machine-root", ROOT), store("windows-user-ca"),
        store("windows-machine-ca"), store("certifi:/venv", INTERMEDIATE),
    ]  # fmt: skip
    return diagnose(made((LEAF,), held, platform="windows"), CONTENT, named)


def test_it_goes_into_the_list_of_intermediates_of_whoever_reads_it():
    for program, place in (
        ("dotnet-framework", "windows-user-ca"), ("dotnet-framework-service", "windows-machine-ca")
    ):  # fmt: skip
        proven = of(program).fix("add-intermediate")
        assert proven is not None
        (edit,) = proven.fix.edits
        assert edit == AddToStore(place, INTERMEDIATE.certificate, anchor=False)
        assert proven.proofs[0].clients[0].after == "accept"


def test_the_server_is_asked_first():
    assert [p.fix.id for p in of("dotnet-framework").fixes] == ["send-full-chain", "add-intermediate"]


def test_what_nobody_holds_is_not_offered():
    held = [store("windows-machine-root", ROOT), store("windows-machine-ca")]
    told = diagnose(made((LEAF,), held, platform="windows"), CONTENT, ("dotnet-framework-service",))
    assert told.fix("add-intermediate") is None
    server = told.fix("send-full-chain")
    assert server is not None
    assert [type(e) for e in server.fix.edits] == [SendMissing]
    assert [(p.on, p.clients[0].after) for p in server.proofs] == [("copy", "accept")]
