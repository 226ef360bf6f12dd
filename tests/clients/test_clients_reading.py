import pytest
from clients_making import AT, ISSUING, LEAF, OTHER, ROOT, case, store

from tlswizard.clients.reading import policy, reads, situation
from tlswizard.content.clients import read_clients
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile

CONTENT = Content.shipped()
SYSTEM, DIRECTORY = store("linux-system", ROOT), store("linux-directory", OTHER)


def _ids(client: str, *stores, platform="linux") -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    read = reads(CONTENT.clients[client], case(*stores, platform=platform))
    return read and (tuple(s.id for s in read.stores), tuple(s.id for s in read.displaced))


def test_stores_that_are_read_together_are_all_read():
    assert _ids("openssl", SYSTEM, DIRECTORY) == (("linux-system", "linux-directory"), ())


def test_of_a_group_the_first_that_is_there_counts_and_displaces_the_rest():
    file, folder = store("env:SSL_CERT_FILE"), store("env:SSL_CERT_DIR")
    assert _ids("openssl", SYSTEM, DIRECTORY, file) == (
        ("env:SSL_CERT_FILE", "linux-directory"),
        ("linux-system",),
    )
    assert _ids("openssl", file, folder, SYSTEM, DIRECTORY) == (
        ("env:SSL_CERT_FILE", "env:SSL_CERT_DIR"),
        ("linux-system", "linux-directory"),
    )


def test_a_variable_that_names_nothing_displaces_all_the_same():
    read = reads(CONTENT.clients["openssl"], case(SYSTEM, store("env:SSL_CERT_FILE")))
    assert situation(case(), read.stores).anchors.get(ROOT.certificate.subject_name) is None


def test_certifi_stands_for_whichever_environment_was_looked_at():
    bundle, variable = store("certifi:/venv", ROOT), store("env:CURL_CA_BUNDLE")
    assert _ids("requests", SYSTEM, bundle) == (("certifi:/venv",), ())
    assert _ids("requests", bundle, variable) == (("env:CURL_CA_BUNDLE",), ("certifi:/venv",))
    both = (bundle, variable, store("env:REQUESTS_CA_BUNDLE"))
    assert _ids("requests", *both)[0] == ("env:REQUESTS_CA_BUNDLE",)


def test_a_service_sees_neither_your_store_nor_your_variables():
    stores = (SYSTEM, DIRECTORY, store("dotnet-user-root"), store("env:SSL_CERT_FILE"))
    assert _ids("dotnet", *stores)[0] == ("dotnet-user-root", "env:SSL_CERT_FILE", "linux-directory")
    assert _ids("dotnet-service", *stores) == (("linux-system", "linux-directory"), ())
    windows = [store(f"windows-{scope}-{name}") for scope in ("user", "machine") for name in ("root", "ca")]
    assert _ids("dotnet-framework-service", *windows, platform="windows")[0] == (
        "windows-machine-root",
        "windows-machine-ca",
    )


def test_of_a_client_whose_stores_are_not_in_the_case_nothing_is_said():
    assert _ids("requests", SYSTEM) is None
    assert _ids("dotnet-framework", SYSTEM) is None
    assert reads(CONTENT.clients["openssl"], case().without(["stores"])) is None


def test_stores_that_the_person_named_stand_in_for_all_others():
    given = (store("file:a.pem", ROOT), store("file:b.pem", OTHER))
    for client in CONTENT.clients:
        assert _ids(client, SYSTEM, *given) == (("file:a.pem", "file:b.pem"), ())


def test_a_situation_holds_all_that_a_decision_depends_on():
    stores = (store("a", OTHER), store("b", ROOT, OTHER, intermediates=(ISSUING,)))
    facts = situation(case(*stores), stores)
    assert facts.chain == LEAF.chain
    assert (facts.name, facts.at) == ("a.example", AT)
    assert facts.anchors[OTHER.certificate.subject_name] == (OTHER.certificate,)
    assert facts.anchors[ROOT.certificate.subject_name] == (ROOT.certificate,)
    assert list(facts.intermediates) == [ISSUING.certificate.subject_name]


@pytest.mark.parametrize("client", CONTENT.clients)
def test_every_row_becomes_a_policy_that_speaks_of_known_causes(client: str):
    rules = policy(CONTENT.clients[client], CONTENT.causes)
    assert rules.id == client
    assert "untrusted-root" in rules.fatal
    assert "expires-soon" not in rules.fatal
    assert {cause for cause, _, _ in rules.tolerates | rules.refuses} <= set(CONTENT.causes)
    roles = {role for _, _, role in rules.tolerates | rules.refuses}
    assert roles <= {None, "leaf", "ca", "anchor", "link", "path"}


ROW = b"""one:
  title: One
  family: one
  judge: rules
  found-by: [command:one, package:one]
  stores:
    linux:
      - first-of: [env:X, linux-system]
      - linux-directory
  refuses: leaf-pinned issued
  tolerates: [weak-key rsa-below-2048 leaf, weak-signature]
  sources: somewhere
"""


def test_a_row_says_stores_and_rules():
    row = read_clients([("a.yaml", ROW)])["one"]
    assert (row.account, row.judge, row.found_by) == ("user", "rules", ("command:one", "package:one"))
    assert row.stores == {"linux": (("env:X", "linux-system"), ("linux-directory",))}
    assert row.refuses == {("leaf-pinned", "issued", None)}
    assert row.tolerates == {("weak-key", "rsa-below-2048", "leaf"), ("weak-signature", None, None)}


@pytest.mark.parametrize(
    "wrong",
    [
        ROW.replace(b"judge: rules", b"judge: somebody"),
        ROW.replace(b"  title: One\n", b""),
        ROW.replace(b"  sources: somewhere\n", b""),
        ROW.replace(b"- linux-directory", b"- any-of: [linux-directory]"),
        ROW + b"  colour: red\n",
    ],
    ids=["judge", "title", "sources", "stores", "unknown"],
)
def test_a_row_with_something_wrong_is_refused_with_its_place(wrong: bytes):
    with pytest.raises(BadFile, match=r"a\.yaml"):
        read_clients([("a.yaml", wrong)])
