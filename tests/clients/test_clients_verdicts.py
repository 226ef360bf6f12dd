import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from clients_making import AT, ISSUING, LEAF, OTHER, ROOT, case, store

from tlswizard.clients import found
from tlswizard.clients.verdicts import counting, verdicts
from tlswizard.content.library import Content
from tlswizard.core.case import Handshake, Options
from tlswizard.core.certificate import Malformed
from tlswizard.core.finding import ClientVerdict

CONTENT = Content.shipped()


def _said(observed, *counts: str) -> dict[str, ClientVerdict]:
    return {c.id: c for c in verdicts(observed, CONTENT, counts or ("openssl",))}


def _results(observed, *counts: str) -> dict[str, str]:
    return {id_: c.verdict.result for id_, c in _said(observed, *counts).items()}


def test_programs_that_read_different_stores_differ():
    observed = case(store("linux-system", OTHER), store("dotnet-user-root", ROOT))
    results = _results(observed)
    assert (results["dotnet"], results["dotnet-service"], results["openssl"]) == (
        "accept",
        "refuse",
        "refuse",
    )


def test_the_store_that_decides_is_named():
    said = _said(case(store("linux-system", OTHER), store("dotnet-user-root", ROOT)))
    assert said["dotnet"].verdict.deciding_store == "dotnet-user-root"
    assert said["dotnet-service"].verdict.deciding_store is None


def test_an_intermediate_of_the_users_store_completes_the_chain_for_the_user_alone():
    stores = (store("linux-system", ROOT), store("dotnet-user-ca", intermediates=(ISSUING,)))
    results = _results(case(*stores, chain=(LEAF.certificate,)))
    assert (results["dotnet"], results["dotnet-service"]) == ("accept", "refuse")


def test_those_that_count_come_first_in_the_order_named():
    said = verdicts(case(store("linux-system", ROOT)), CONTENT, ("python", "dotnet"))
    assert [c.id for c in said][:2] == ["python", "dotnet"]
    assert [c.counts for c in said] == [True, True, *[False] * (len(said) - 2)]


def test_a_client_that_counts_but_of_whose_stores_nothing_is_known_is_unknown():
    said = _said(case(store("linux-system", ROOT)), "dotnet-framework")
    assert said["dotnet-framework"].verdict.result == "unknown"
    assert "its own store" in said["dotnet-framework"].verdict.why_unknown
    unseen = _said(case().without(["stores"]), "openssl")
    assert set(unseen) == {"openssl"}
    assert unseen["openssl"].verdict.result == "unknown"
    assert "not looked at" in unseen["openssl"].verdict.why_unknown


def test_a_client_of_whose_stores_nothing_is_known_refuses_for_what_no_store_can_cure():
    # the root is in no store that was looked at, and it may well be in this one's
    unknown_root = _said(case(store("linux-system", OTHER), name="b.example"), "java-17")["java-17"]
    assert [f.cause for f in unknown_root.verdict.faults] == ["name-mismatch"]
    assert (unknown_root.verdict.result, unknown_root.stores) == ("refuse", ())
    assert "its own store" in unknown_root.verdict.why_unknown, "there may be more reasons"
    alone = _said(case(store("linux-system", ROOT), chain=LEAF.chain[:1]), "java-17")["java-17"]
    assert [f.cause for f in alone.verdict.faults] == ["missing-intermediate"]
    assert _said(case(store("linux-system", ROOT)), "java-17")["java-17"].verdict.result == "unknown"


# --- a store that could not be read -------------------------------------------------------------------

BLIND = store("linux-system", unreadable="Permission denied")


def test_what_an_unreadable_store_might_have_cured_is_unknown():
    verdict = _said(case(BLIND))["openssl"].verdict
    assert verdict.result == "unknown"
    assert "Permission denied" in verdict.why_unknown
    assert [f.cause for f in verdict.faults] == ["untrusted-root"]


@pytest.mark.parametrize("client", ["openssl", "dotnet-service"])
def test_what_no_store_can_cure_is_refused_all_the_same(client: str):
    assert _results(replace(case(BLIND), name="b.example"))[client] == "refuse"
    assert _results(case(BLIND, chain=(Malformed(b"", "why"),)))[client] == "refuse"


def test_what_another_store_cures_is_accepted():
    assert _results(case(BLIND, store("linux-directory", ROOT)))["openssl"] == "accept"


def test_an_unreadable_store_that_a_client_does_not_read_is_nothing_to_it():
    stores = (store("linux-system", OTHER), store("dotnet-user-root", unreadable="Permission denied"))
    results = _results(case(*stores))
    assert (results["dotnet"], results["dotnet-service"]) == ("unknown", "refuse")


# --- the order ------------------------------------------------------------------------------------------


def test_of_a_chain_in_the_wrong_order_the_order_is_told_and_the_faults_of_the_right_certificate():
    """And none of what is wrong with the certificate that merely stands first."""
    late = ISSUING.leaf(["a.example"], not_after=AT - timedelta(days=1))
    for served, causes in ((LEAF, ["leaf-not-first"]), (late, ["leaf-not-first", "expired"])):
        chain = (ISSUING.certificate, served.certificate)
        shake = Handshake("a.example", "ok", "it went well", chain=chain, spoke_tls=True)
        for client in _said(case(store("linux-system", ROOT), shake=shake)).values():
            assert client.verdict.result == "refuse"
            assert [f.cause for f in client.verdict.faults] == causes
            assert client.verdict.faults[-1].on == (chain[0] if len(causes) == 1 else chain[1])
            assert client.verdict.disagreement is None


# --- the handshake ------------------------------------------------------------------------------------


def test_a_handshake_that_the_server_ends_meets_every_client():
    shake = Handshake(
        "a.example", "client-certificate-required", "it wants one", chain=LEAF.chain, spoke_tls=True
    )
    said = _said(case(store("linux-system", ROOT), shake=shake))
    for client in said.values():
        assert client.verdict.result == "refuse"
        assert [f.cause for f in client.verdict.faults] == ["client-certificate-required"]


def test_without_any_tls_nothing_is_said_against_a_certificate_nobody_saw():
    shake = Handshake("a.example", "not-tls", "it spoke HTTP")
    assert set(_results(case(store("linux-system", ROOT), shake=shake)).values()) == {"unknown"}


# --- who counts ---------------------------------------------------------------------------------------


def test_who_was_named_counts_else_who_was_found_else_openssl():
    observed = case(found=("python", "dotnet", "a-client-of-a-later-version"))
    assert counting(observed, CONTENT, ["requests", "openssl", "requests"]) == ("requests", "openssl")
    assert counting(observed, CONTENT) == ("python", "dotnet")
    assert counting(case(), CONTENT) == ("openssl",)
    assert counting(case(found=("a-client-of-a-later-version",)), CONTENT) == ("openssl",)
    assert counting(observed.without(["clients"]), CONTENT) == ("openssl",)


def test_offline_openssl_alone_counts_unless_another_is_named():
    observed = case(found=("python",), offline=True)
    assert counting(observed, CONTENT) == ("openssl",)
    assert counting(observed, CONTENT, ["python"]) == ("python",)


class Signs:
    """A machine on which these signs are found."""

    def __init__(self, *signs: str) -> None:
        self._signs = signs

    def has(self, sign: str) -> bool:
        return sign in self._signs

    def now(self):
        return AT


def test_programs_are_found_by_any_of_their_signs():
    def gathered(*signs: str) -> tuple[str, ...]:
        part = asyncio.run(found.gather(Signs(*signs), case(), Options(), CONTENT.clients.values()))
        assert part.at == AT
        return part.result.found

    assert gathered() == ()
    assert gathered("command:openssl") == ("openssl",)
    assert set(gathered("command:dotnet", "package:requests")) == {"dotnet", "dotnet-service", "requests"}
