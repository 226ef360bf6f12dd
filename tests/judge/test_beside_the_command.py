"""Oddities on which OpenSSL is of its own opinion: our row for it says what the program says."""

from pathlib import Path

import pytest
from command_oracle import command_says
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa
from der_making import sequence
from judge_making import SERVERS, authority, leaf, made, named, root, situation, verdict_on

ROOT = root()
ISSUING = authority("Issuing", ROOT)
ANY = x509.ObjectIdentifier("2.5.29.37.0")
GATED = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.3")
CLIENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.2")


def raw(kind: str, content: str, critical: bool = False):
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(kind), bytes.fromhex(content))
    return extension, critical


NETSCAPE = "2.16.840.1.113730.1.1"

CHAINS = {
    "any purpose and server gated crypto": (leaf(ISSUING, purposes=[ANY, GATED]), ISSUING),
    "any purpose alone": (leaf(ISSUING, purposes=[ANY]), ISSUING),
    "server gated crypto on the leaf": (leaf(ISSUING, purposes=[GATED]), ISSUING),
    "Netscape: a client": (leaf(ISSUING, purposes=None, more=[raw(NETSCAPE, "03020780")]), ISSUING),
    "Netscape: a server": (leaf(ISSUING, purposes=None, more=[raw(NETSCAPE, "03020640")]), ISSUING),
    "address blocks, critical": (
        leaf(ISSUING, more=[raw("1.3.6.1.5.5.7.1.7", sequence().hex(), critical=True)]), ISSUING,
    ),
    "for clients": (leaf(ISSUING, purposes=[CLIENTS]), ISSUING),
    "good": (leaf(ISSUING, purposes=SERVERS), ISSUING),
}  # fmt: skip


@pytest.mark.parametrize("which", CHAINS)
def test_the_verdict_is_that_of_the_program(which: str, tmp_path: Path):
    facts = situation(*CHAINS[which], roots=[ROOT])
    verdict = verdict_on("openssl", facts)
    assert (verdict.result == "accept") == command_says(facts, tmp_path).accepts
    assert verdict.disagreement is None


def test_a_dsa_key_is_as_strong_as_its_subgroup(tmp_path: Path):
    key = dsa.generate_private_key(1024)
    assert key.parameters().parameter_numbers().q.bit_length() == 160
    server = leaf(ISSUING, key=key)
    facts = situation(server, ISSUING, roots=[ROOT])
    (fault,) = (f for f in verdict_on("openssl", facts).faults if f.cause == "weak-key")
    assert "160 bits" in fault.found
    assert not command_says(facts, tmp_path).accepts


@pytest.mark.parametrize(
    ("one", "other"), [("ROOT", "Root"), ("R  oot", "r oot"), ("RÉ", "Ré"), ("Straße", "STRASSE")]
)
def test_names_are_folded_as_the_program_folds_them(one: str, other: str, tmp_path: Path):
    top = root(one)
    twin = root(other, key=top.key)
    server = made(
        "a.example", twin, names=("a.example",), purposes=SERVERS, signed_with=top.key, key_ids=False
    )
    facts = situation(server, roots=[top])
    verdict = verdict_on("openssl", facts)
    assert (verdict.result == "accept") == command_says(facts, tmp_path).accepts
    assert named(one) != named(other)
