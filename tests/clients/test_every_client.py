"""All rows of the programs table: the ids of the contract, and what each of them has to say."""

import re

import pytest

from tlswizard.clients.reading import policy
from tlswizard.content.clients import ClientRow, read_clients
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile
from tlswizard.core.verdict import Fault

CONTENT = Content.shipped()

IDS = frozenset({
    "openssl", "openssl-1.1.1", "gnutls", "curl", "curl-gnutls", "wget", "git", "python", "python-3.13",
    "requests", "node-20", "node-24", "go", "java-17", "java-25", "dotnet", "dotnet-service",
    "dotnet-framework", "dotnet-framework-service", "chromium", "firefox", "safari", "rustls", "ruby", "php",
    "libpq", "openldap", "postfix", "strict",
})  # fmt: skip
"""They are an API: other programs name them."""

every_row = pytest.mark.parametrize("row", CONTENT.clients.values(), ids=lambda row: row.id)


def fault(cause: str, kind: str | None = None, role: str = "leaf") -> Fault:
    return Fault(cause, kind, role, None, "", "")  # type: ignore[arg-type]


def refuses(client: str, *of: str) -> bool:
    return policy(CONTENT.clients[client], CONTENT.causes).is_fatal(fault(*of))


def test_every_client_of_the_contract_has_a_row():
    assert set(CONTENT.clients) == IDS


@every_row
def test_a_row_says_what_it_reads_and_from_where_that_is_known(row: ClientRow):
    assert row.stores
    assert all(groups and all(groups) for groups in row.stores.values())
    assert row.sources
    assert row.title.isprintable()
    assert row.found_by or row.id in ("strict", "openssl-1.1.1"), "nobody can tell whether it is installed"
    kinds = "command|package|interpreter|library|node|java|windows|macos"
    assert all(re.fullmatch(rf"({kinds}):.+", sign) for sign in row.found_by)


@every_row
def test_the_order_of_errors_speaks_of_known_causes(row: ClientRow):
    named = {cause for cause, _, _ in row.first_error} - {"…"}
    assert named <= set(CONTENT.causes)


@pytest.mark.parametrize("client", sorted(IDS))
def test_nobody_accepts_a_stranger_or_a_date_that_is_over(client: str):
    for cause in ("untrusted-root", "missing-intermediate", "self-signed", "bad-signature"):
        assert refuses(client, cause)
    assert refuses(client, "expired", "", "leaf")
    assert refuses(client, "name-mismatch", "other")
    assert not refuses(client, "expires-soon")


@pytest.mark.parametrize(
    ("of", "by"),
    # as measured: reference/clients.md
    [
        (("anchor-is-intermediate", "", "anchor"), "openssl python requests node-20 ruby php libpq postfix"),
        (("name-mismatch", "cn-only"), "requests go chromium firefox rustls safari"),
        (("expired", "", "anchor"), "openssl curl python gnutls git go chromium firefox"),
        (("weak-key", "rsa-below-2048", "leaf"), "openssl curl python node-24 ruby php libpq rustls"),
        (("strict-only", "no-authority-key-id", "leaf"), "python-3.13"),
        (("wrong-usage", "other", "leaf"), "openssl curl gnutls go java-17 chromium firefox rustls postfix"),
        (("wrong-usage", "other", "ca"), "openssl curl gnutls go chromium firefox rustls postfix"),
        (("host-name-refused", "underscore", "leaf"), "java-17 java-25"),
        (("chain-too-long", "above-10", "path"), "java-17 firefox rustls php postfix"),
        (("staple-missing", "", "leaf"), "gnutls wget git firefox"),
        (("leaf-pinned", "ca-true", "anchor"), "firefox rustls"),
        (("leaf-pinned", "ca-false", "anchor"), "chromium"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_who_minds_what(of: tuple[str, ...], by: str):
    measured = set(by.split())
    families = {"curl", "python", "gnutls", "git", "wget", "go", "java-17", "chromium", "firefox", "rustls",
                "openssl", "node-20", "node-24", "ruby", "php", "libpq", "postfix", "openldap", "requests",
                "python-3.13"}  # fmt: skip
    minding = {client for client in families if refuses(client, *of)}
    assert measured & families <= minding
    if of[0] in ("strict-only", "host-name-refused", "chain-too-long", "leaf-pinned"):
        assert minding == measured & families


ROWS = b"""base:
  title: Base
  judge: openssl
  found-by: [command:base]
  stores:
    linux: [linux-system]
  refuses: [leaf-pinned issued, weak-key rsa-below-2048]
  tolerates: [name-mismatch cn-only]
  first-error: [expired * leaf, \xe2\x80\xa6]
  sources: somewhere
own:
  title: Own
  like: base
  flags: [partial-chain]
  refuses: [name-mismatch cn-only]
  tolerates: [leaf-pinned, weak-key rsa-below-2048]
  sources: somewhere
"""


def test_a_row_agrees_with_the_one_that_it_is_like_in_all_that_it_does_not_say():
    rows = read_clients([("site.yaml", ROWS)])
    own = rows["own"]
    assert (own.judge, own.stores, own.family) == ("openssl", rows["base"].stores, "own")
    assert own.found_by == (), "what shows that the one is installed does not show the other"
    assert own.first_error == (("expired", None, "leaf"), ("…", None, None))
    rules = policy(own, CONTENT.causes)
    assert rules.flags == {"partial-chain"}
    assert rules.is_fatal(fault("name-mismatch", "cn-only"))
    assert not rules.is_fatal(fault("leaf-pinned", "issued", "anchor"))
    assert not rules.is_fatal(fault("weak-key", "rsa-below-2048"))
    assert rules.is_fatal(fault("expired"))
    assert policy(rows["base"], CONTENT.causes).is_fatal(fault("leaf-pinned", "issued", "anchor"))


@pytest.mark.parametrize(
    "wrong",
    [ROWS.replace(b"like: base", b"like: nobody"), ROWS.replace(b"like: base", b"like: own"),
     ROWS.replace(b"[partial-chain]", b"[whatever]"),
     ROWS.replace(b"title: Base\n  judge: openssl", b"title: Base\n  like: own")],
    ids=["unknown", "itself", "flag", "circle"],
)  # fmt: skip
def test_a_row_that_leans_on_nothing_is_refused(wrong: bytes):
    with pytest.raises(BadFile):
        read_clients([("site.yaml", wrong)])


def test_a_program_of_a_site_is_one_more_file(tmp_path):
    for folder in ("causes", "clients", "messages"):
        (tmp_path / folder).mkdir()
        for file in (CONTENT.root / folder).iterdir():
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    (tmp_path / "clients" / "ours.yaml").write_text(
        "till:\n  title: The till\n  like: curl\n  found-by: [command:till]\n  sources: [our handbook]\n"
    )
    site = Content(tmp_path)
    assert site.clients["till"].like == site.clients["curl"]
    assert site.words("till") == ()
