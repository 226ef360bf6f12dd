"""Our `openssl` row against the program itself: over recorded scenarios, and over chains made here.

The same certificates, roots, name and time; both say accept or refuse, and must say the same.
"""

import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from judge_making import (
    AT,
    CA_CONFIG,
    DAY,
    HOST,
    LEAF_CONFIG,
    SIGNS,
    Made,
    as_signer,
    authority,
    by_openssl,
    leaf,
    made,
    new_key,
    root,
    situation,
    verdict_on,
)

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import is_address
from tlswizard.core.pem import certificates_in, pem
from tlswizard.core.target import parse_host
from tlswizard.core.verdict import Situation

SCENARIOS = Path(__file__).parents[3] / "shared" / "data" / "clients" / "scenarios"


def openssl_says(facts: Situation, folder: Path) -> str:
    """`openssl verify` as a client that checks a server's certificate; a refusal with its reason."""
    leaf_, *rest = facts.chain
    anchors = [c for row in facts.anchors.values() for c in row]
    for name, certificates in (("leaf", [leaf_]), ("rest", rest), ("roots", anchors)):
        (folder / name).write_text("".join(pem(c) for c in certificates if isinstance(c, Certificate)))
    name = (
        []
        if facts.name is None
        else [f"-verify_{'ip' if is_address(facts.name) else 'hostname'}", facts.name]
    )
    done = subprocess.run(
        ["openssl", "verify", "-purpose", "sslserver", "-auth_level", "2", "-no-CApath", "-no-CAstore",
         "-attime", str(int(facts.at.timestamp())), "-CAfile", folder / "roots",
         *(["-untrusted", folder / "rest"] if rest else []), *name, folder / "leaf"],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return "accept" if done.returncode == 0 else f"refuse: {done.stderr.strip()}"


def agree(facts: Situation, folder: Path) -> str:
    """The verdict that both give; fails where they differ."""
    verdict = verdict_on("openssl", facts)
    said = openssl_says(facts, folder)
    assert said.partition(":")[0] == verdict.result, (said, [str(f) for f in verdict.faults])
    return verdict.result


# --- recorded scenarios -------------------------------------------------------------------------------


def _scenarios() -> list[str]:
    return sorted(
        path.parent.name for path in SCENARIOS.glob("*/chain.pem") if certificates_in(path.read_bytes())
    )


@pytest.mark.skipif(not SCENARIOS.is_dir(), reason=f"the recorded scenarios are not here: {SCENARIOS}")
def test_there_are_many_scenarios():
    assert len(_scenarios()) >= 50


@pytest.mark.skipif(not SCENARIOS.is_dir(), reason=f"the recorded scenarios are not here: {SCENARIOS}")
@pytest.mark.parametrize("name", _scenarios())
def test_a_recorded_scenario_gets_the_same_verdict(name: str, tmp_path: Path):
    folder = SCENARIOS / name
    scenario = json.loads((folder / "scenario.json").read_text())
    facts = situation(
        *certificates_in((folder / "chain.pem").read_bytes()),
        roots=certificates_in((folder / "roots.pem").read_bytes()),
        name=parse_host(scenario["host"]),
        at=datetime.fromisoformat(scenario["made_at"]),
    )
    agree(facts, tmp_path)
    assert verdict_on("openssl", facts).disagreement is None


# --- chains made here ---------------------------------------------------------------------------------

ROOT = root()
ISSUING = authority("Issuing", ROOT)
TWIN = authority("Issuing", ROOT)
OLD = root("Old Root")
EXPIRED = root("Expired Root", not_after=AT - DAY)


def _again(**wrong: object) -> Made:
    """The root's name and key in another certificate."""
    return root("Root", key=ROOT.key, **wrong)


CLIENT_ONLY = (ExtendedKeyUsageOID.CLIENT_AUTH,)
GATED = (x509.ObjectIdentifier("2.16.840.1.113730.4.1"),)
STRANGE = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
INSIDE = (x509.NameConstraints([x509.DNSName("inside.example")], None), True)


def _below(**wrong: object) -> list[Made]:
    issuing = authority("Other Issuing", ROOT, **wrong)
    return [leaf(issuing), issuing]


def _served(**wrong: object) -> list[Made]:
    return [leaf(ISSUING, **wrong), ISSUING]


CHAINS: dict[str, tuple[list[Made], list[Made], str]] = {
    "good": (_served(), [ROOT], "accept"),
    "no-anchor": (_served(), [OLD], "refuse"),
    "leaf-alone": (_served()[:1], [ROOT], "refuse"),
    "root-sent": ([*_served(), ROOT], [ROOT], "accept"),
    "root-sent-untrusted": ([*_served(), ROOT], [OLD], "refuse"),
    "self-signed": ([leaf(None)], [ROOT], "refuse"),
    "self-signed-trusted": ([leaf(None)], [leaf(None)], "refuse"),
    "intermediate-as-anchor": (_served(), [ISSUING], "refuse"),
    "same-name-other-key-root": (_served(), [root("Root")], "refuse"),
    "same-name-other-key-first": (_served(), [root("Root"), ROOT], "accept"),
    "same-name-other-key-sent": ([_served()[0], TWIN], [ROOT], "refuse"),
    "forged": ([leaf(ISSUING, signed_with=new_key()), ISSUING], [ROOT], "refuse"),
    "expired": (_served(not_after=AT - DAY), [ROOT], "refuse"),
    "not-yet-valid": (_served(not_before=AT + DAY), [ROOT], "refuse"),
    "expired-issuer": (_below(not_after=AT - DAY), [ROOT], "refuse"),
    "expired-root": ([leaf(EXPIRED)], [EXPIRED], "refuse"),
    "issuer-no-ca": (_below(constraints=(False, None)), [ROOT], "refuse"),
    "issuer-without-constraints": (_below(constraints=None), [ROOT], "refuse"),
    "issuer-may-not-sign": (_below(usage=frozenset({"crl_sign"})), [ROOT], "refuse"),
    "issuer-without-usage": (_below(usage=None), [ROOT], "accept"),
    "issuer-for-clients": (_below(purposes=CLIENT_ONLY), [ROOT], "refuse"),
    "issuer-server-gated": (_below(purposes=GATED), [ROOT], "accept"),
    "issuer-strange": (_below(more=[STRANGE]), [ROOT], "refuse"),
    "issuer-constrained": (_below(more=[INSIDE]), [ROOT], "refuse"),
    "issuer-path-length-0": (_below(constraints=(True, 0)), [ROOT], "accept"),
    "for-clients": (_served(purposes=CLIENT_ONLY), [ROOT], "refuse"),
    "for-any": (_served(purposes=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)), [ROOT], "refuse"),
    "server-gated": (_served(purposes=GATED), [ROOT], "accept"),
    "for-anything": (_served(purposes=None), [ROOT], "accept"),
    "no-usage": (_served(usage=None), [ROOT], "accept"),
    "only-key-agreement": (_served(usage=frozenset({"key_agreement"})), [ROOT], "accept"),
    "only-signs-certificates": (_served(usage=SIGNS), [ROOT], "refuse"),
    "leaf-is-a-ca": (_served(constraints=(True, None)), [ROOT], "accept"),
    "leaf-strange": (_served(more=[STRANGE]), [ROOT], "refuse"),
    "other-name": (_served(names=("b.example",)), [ROOT], "refuse"),
    "wildcard": (_served(names=("*.example",)), [ROOT], "refuse"),
    "partial-wildcard": (_served(names=("a*.example",)), [ROOT], "refuse"),
    "trailing-dot": (_served(names=("a.example.",)), [ROOT], "refuse"),
    "common-name-only": (_served(names=()), [ROOT], "accept"),
    "common-name-beside-address": (_served(names=("192.0.2.7",)), [ROOT], "accept"),
    "p-192": (_served(key=new_key(ec.SECP192R1())), [ROOT], "refuse"),
    "p-224": (_served(key=new_key(ec.SECP224R1())), [ROOT], "accept"),
    "no-key-ids": ([made(HOST, ISSUING, names=(HOST,), key_ids=False), ISSUING], [ROOT], "accept"),
    "root-path-length-0": (_served(), [_again(constraints=(True, 0))], "refuse"),
    "root-for-clients": (_served(), [_again(purposes=CLIENT_ONLY)], "refuse"),
    "root-no-ca": (_served(), [_again(constraints=(False, None))], "refuse"),
    "root-strange": (_served(), [_again(more=[STRANGE])], "refuse"),
    "cross-signed": ([*_served(), authority("Root", OLD, key=ROOT.key)], [OLD], "accept"),
    "cross-signed-expired": (
        [*_served(), authority("Root", OLD, key=ROOT.key, not_after=AT - DAY)], [ROOT], "accept",
    ),
    "unrelated-extras": ([*_served(), OLD, leaf(OLD), TWIN], [ROOT], "accept"),
    "reversed": ([_served()[0], ROOT, ISSUING], [ROOT], "accept"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(CHAINS))
def test_a_chain_made_here_gets_the_same_verdict(kind: str, tmp_path: Path):
    chain, roots, expected = CHAINS[kind]
    assert agree(situation(*chain, roots=roots), tmp_path) == expected


@pytest.mark.parametrize(
    ("host", "names", "expected"),
    [
        ("192.0.2.7", ("192.0.2.7",), "accept"),
        ("192.0.2.7", ("192.0.2.8",), "refuse"),
        ("2001:db8::1", ("2001:db8::1",), "accept"),
        ("192.0.2.7", (), "refuse"),
        ("web.a.example", ("w*.a.example",), "accept"),
        ("xn--wgv71a.a.example", ("x*.a.example",), "refuse"),
        ("xn--wgv71a.a.example", ("*.a.example",), "accept"),
        ("web.test", ("w*.test",), "refuse"),
        ("web.test", ("*.test",), "refuse"),
        ("a_b.a.example", ("a_b.a.example",), "accept"),
        ("a_b.a.example", ("*.a.example",), "refuse"),
        ("192.0.2.7", ("192.0.2.7.example",), "refuse"),
        ("a.example", ("*",), "refuse"),
        ("a.b.example", ("a.*.example",), "refuse"),
        ("web.a.example", ("*.a.example",), "accept"),
        ("x.web.a.example", ("*.a.example",), "refuse"),
        ("a.example", ("*.a.example",), "refuse"),
        ("web.a.example", ("WEB.a.EXAMPLE",), "accept"),
        ("www.a.example", ("a.example",), "refuse"),
        (None, ("b.example",), "accept"),
    ],
)
def test_a_name_gets_the_same_verdict(
    host: str | None, names: tuple[str, ...], expected: str, tmp_path: Path
):
    server = made(host or HOST, ISSUING, names=names)
    assert agree(situation(server, ISSUING, roots=[ROOT], name=host), tmp_path) == expected


@pytest.mark.parametrize(
    ("digest", "expected"), [("sha1", "refuse"), ("sha224", "accept"), ("sha512", "accept")]
)
def test_a_signature_by_an_elliptic_key_gets_the_same_verdict(digest: str, expected: str, tmp_path: Path):
    server, _ = by_openssl(HOST, digest=digest, extensions=LEAF_CONFIG, signer=as_signer(ROOT))
    assert agree(situation(server, roots=[ROOT]), tmp_path) == expected


@pytest.mark.parametrize(
    ("bits", "digest", "expected"),
    [(1024, "sha256", "refuse"), (2048, "md5", "refuse"), (2048, "sha384", "accept")],
)
def test_an_rsa_chain_gets_the_same_verdict(bits: int, digest: str, expected: str, tmp_path: Path):
    top, key = by_openssl("RSA Root", digest="sha1", extensions=CA_CONFIG)
    server, _ = by_openssl(HOST, bits=bits, digest=digest, extensions=LEAF_CONFIG, signer=key)
    assert agree(situation(server, roots=[top]), tmp_path) == expected


def test_a_day_around_the_end_gets_the_same_verdict(tmp_path: Path):
    # The very second of notAfter is left out: OpenSSL 3.0 refuses in it, 4.0 and RFC 5280 accept.
    server = leaf(ISSUING, not_after=AT)
    for seconds, expected in ((-1, "accept"), (1, "refuse")):
        facts = situation(server, ISSUING, roots=[ROOT], at=AT + timedelta(seconds=seconds))
        assert agree(facts, tmp_path) == expected
