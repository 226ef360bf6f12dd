"""Our rules for OpenSSL against libssl's own client, fault by fault.

The oracle names every error with its depth. Each must be one of our fatal faults on that very certificate,
and each fatal fault of ours must be among the oracle's, but for what libssl by its nature leaves unsaid
(`_unsaid`). Single faults, then all pairs of them, then a sample of threes.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import combinations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from judge_making import (
    AT,
    DAY,
    HOST,
    LEAF_CONFIG,
    SERVERS,
    SIGNS,
    Made,
    authority,
    by_openssl,
    content,
    leaf,
    made,
    new_key,
    root,
    situation,
)
from libssl_oracle import MEANS, Answer, NotAsked, ask

from tlswizard.clients.reading import policy
from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.verdict import Fault
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

# --- what means the same ------------------------------------------------------------------------------

SAID_AS: dict[str, set[int]] = {
    "missing-intermediate": {20},
    "wrong-intermediate": {7, 20},
    "untrusted-root": {19, 20},
    "same-name-different-key": {7, 20},
    "self-signed": {18},
    "anchor-is-intermediate": {2},
    "leaf-pinned": {20},
    "strict-only": {20},
    "bad-signature": {7, 20},
    "expired": {10},
    "cross-sign-expired": {10},
    "not-yet-valid": {9},
    "not-a-ca": {79},
    "path-length": {25},
    "wrong-key-usage": {26, 32},
    "wrong-usage": {26},
    "critical-extension": {34},
    "name-constraint": {47, 48, 51, 52, 53},
    "malformed-certificate": {6, 41},
    "weak-key": {66, 67, 94},
    "weak-signature": {68},
}
"""MEANS the other way round: one of these must be among the oracle's errors on that certificate."""


def _seat(fault: Fault) -> Certificate | None:
    """The certificate on which OpenSSL names it: for a path's length, the one that holds the limit."""
    seat = fault.other if fault.cause == "path-length" else fault.on
    return seat if isinstance(seat, Certificate) else None


def _unsaid(fault: Fault, answer: Answer) -> bool:
    """What libssl leaves unsaid, because a path that meets no anchor ends for it at its last certificate.

    (a) What lies beyond it: our rules go on through the nearest miss.
    (b) Whatever stands last is looked at like an anchor: the strength of its own signature is left out,
        and with keyCertSign it needs no basic constraints.
    (c) Where the last one is neither self-signed nor the leaf, internal_verify() begins with the signature
        below it: its own dates are left out.
    """
    codes = {code for code, _ in answer.errors}
    seat = _seat(fault)
    if not codes & {2, 19, 20} or seat is None:
        return False
    if seat.der not in answer.path:
        return 19 not in codes
    if answer.path.index(seat.der) < len(answer.path) - 1:
        return False
    if fault.cause == "not-a-ca":
        return seat.basic_constraints is None and "key_cert_sign" in (seat.key_usage or ())
    if fault.cause == "weak-signature":
        return True
    return fault.cause in MEANS[9] | MEANS[10] and 19 not in codes and len(answer.path) > 1


def _unlike(answer: Answer, faults: Sequence[Fault]) -> Iterator[str]:
    """Every difference, in words."""
    for code, depth in answer.errors:
        if not any(f.cause in MEANS.get(code, ()) and _on(f, depth, answer) for f in faults):
            yield f"libssl alone: {code} at {depth}"
    for fault in faults:
        seat = _seat(fault)
        depths = [depth for depth, der in enumerate(answer.path) if seat and der == seat.der]
        codes = {code for code, depth in answer.errors if depth in depths}
        if not _unsaid(fault, answer) and not codes & SAID_AS.get(fault.cause, set()):
            yield f"rules alone: {fault} at {depths}, {fault.role}"


def _on(fault: Fault, depth: int, answer: Answer) -> bool:
    """One authority too many is one fault of ours, however many limits above it say so."""
    if fault.cause == "path-length":
        return fault.on is not None and fault.on.der in answer.path[:depth]
    seat = _seat(fault)
    return seat is not None and seat.der == answer.path[depth]


def _agree(chain: Sequence[Made | Certificate], roots: Sequence[Made | Certificate]) -> Answer:
    """The oracle's answer; fails where our rules differ, alone or together with X509StoreContext."""
    facts = situation(*chain, roots=roots, name=None)
    sent = [c for c in facts.chain if isinstance(c, Certificate)]
    answer = ask(sent, [c for row in facts.anchors.values() for c in row], AT)
    shipped = content()
    order = {cause.id: cause.place for cause in shipped.causes.values()}
    row, ways = policy(shipped.clients["openssl"], shipped.causes), walk(facts)
    alone = judge(facts, ways, replace(row, engine="rules"), order)
    unlike = list(_unlike(answer, alone.faults))
    shown = [f"{f} on {f.on.title if isinstance(f.on, Certificate) else f.on}" for f in alone.faults]
    assert not unlike, (unlike, answer.errors, shown)
    assert (alone.result == "accept") == (not answer.errors)
    together = judge(facts, ways, row, order)
    assert (together.result, together.disagreement) == (alone.result, None)
    return answer


# --- certificates with several things wrong -----------------------------------------------------------


@dataclass(frozen=True)
class Wrong:
    """One thing wrong: on which certificate, and what it is told when it is made."""

    on: str
    """leaf, issuing, policy or root"""
    how: dict[str, object] = field(default_factory=dict)
    codes: frozenset[tuple[int, int]] = frozenset()
    """what the oracle must say at least when nothing else is wrong"""
    leaf: dict[str, object] = field(default_factory=dict)
    """what the leaf needs to meet it"""


@cache
def _key(which: str) -> ec.EllipticCurvePrivateKey:
    return new_key()


@cache
def _rsa(which: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048 if which == "2048" else 1024)


@cache
def _p192(which: str) -> ec.EllipticCurvePrivateKey:
    return new_key(ec.SECP192R1())


CLIENT_ONLY = (ExtendedKeyUsageOID.CLIENT_AUTH,)
STRANGE = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
ORGANISED = x509.Name(
    [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Org"), x509.NameAttribute(NameOID.COMMON_NAME, HOST)]
)
OTHER_ORG = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Other Org")])
ORG = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Org")])


def _within(*permitted: x509.GeneralName) -> dict[str, object]:
    return {"more": [(x509.NameConstraints(permitted, None), True)]}


def _without(*excluded: x509.GeneralName) -> dict[str, object]:
    return {"more": [(x509.NameConstraints(None, excluded), True)]}


def _mail(address: str) -> dict[str, object]:
    """A leaf with a host name and an e-mail address; replaces `names`."""
    both = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.RFC822Name(address)])
    return {"names": (), "more": [(both, False)]}


def _on_authority(place: str, depth: int) -> dict[str, Wrong]:
    every = {
        "expired": Wrong(place, {"not_after": AT - DAY}, frozenset({(10, depth)})),
        "not-yet": Wrong(place, {"not_before": AT + DAY}, frozenset({(9, depth)})),
        "ca-false": Wrong(place, {"constraints": (False, None)}, frozenset({(79, depth)})),
        "no-bc": Wrong(place, {"constraints": None}),
        "no-bc-no-usage": Wrong(place, {"constraints": None, "usage": None}, frozenset({(79, depth)})),
        "no-cert-sign": Wrong(place, {"usage": frozenset({"crl_sign"})}, frozenset({(32, depth)})),
        "for-clients": Wrong(place, {"purposes": CLIENT_ONLY}, frozenset({(26, depth)})),
        "for-any": Wrong(
            place, {"purposes": (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)}, frozenset({(26, depth)})
        ),
        "strange": Wrong(place, {"more": [STRANGE]}, frozenset({(34, depth)})),
        "p-192": Wrong(place, {"key": _p192(place)}, frozenset({(67, depth)})),
        "rsa-1024": Wrong(place, {"key": _rsa(place)}, frozenset({(67, depth)})),
    }
    return {f"{place}-{name}": wrong for name, wrong in every.items()}


WRONGS: dict[str, Wrong] = {
    "leaf-expired": Wrong("leaf", {"not_after": AT - DAY}, frozenset({(10, 0)})),
    "leaf-not-yet": Wrong("leaf", {"not_before": AT + DAY}, frozenset({(9, 0)})),
    "leaf-forged": Wrong("leaf", {"signed_with": _key("forger")}, frozenset({(7, 0)})),
    "leaf-for-clients": Wrong("leaf", {"purposes": CLIENT_ONLY}, frozenset({(26, 0)})),
    "leaf-for-any": Wrong(
        "leaf", {"purposes": (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)}, frozenset({(26, 0)})
    ),
    "leaf-strange": Wrong("leaf", {"more": [STRANGE]}, frozenset({(34, 0)})),
    "leaf-rsa-1024": Wrong("leaf", {"key": _rsa("leaf")}, frozenset({(66, 0)})),
    "leaf-only-signs-certificates": Wrong(
        "leaf", {"key": _rsa("2048"), "usage": SIGNS}, frozenset({(26, 0)})
    ),
    "leaf-sha1": Wrong("leaf", {"sha1": True}, frozenset({(68, 0)})),
    **_on_authority("issuing", 1),
    "issuing-forged": Wrong("issuing", {"signed_with": _key("forger")}, frozenset({(7, 1)})),
    "issuing-sha1": Wrong("issuing", {"sha1": True}, frozenset({(68, 1)})),
    **_on_authority("policy", 2),
    "policy-length": Wrong("policy", {"constraints": (True, 0)}, frozenset({(25, 2)})),
    "policy-sha1": Wrong("policy", {"sha1": True}, frozenset({(68, 2)})),
    "policy-within-dns": Wrong("policy", _within(x509.DNSName("inside.example")), frozenset({(47, 0)})),
    "policy-without-dns": Wrong("policy", _without(x509.DNSName("example")), frozenset({(48, 0)})),
    "policy-within-ip": Wrong(
        "policy", _within(x509.IPAddress(ip_network("10.0.0.0/8"))), frozenset({(47, 0)}),
        {"names": (HOST, "192.0.2.7")},
    ),
    "policy-without-ip": Wrong(
        "policy", _without(x509.IPAddress(ip_network("192.0.2.0/24"))), frozenset({(48, 0)}),
        {"names": (HOST, "192.0.2.7")},
    ),
    "policy-within-ip6": Wrong(
        "policy", _within(x509.IPAddress(ip_network("2001:db8::/32"))), frozenset({(47, 0)}),
        {"names": ("2001:db9::1",)},
    ),
    "policy-within-mail": Wrong(
        "policy", _within(x509.RFC822Name("inside.example")), frozenset({(47, 0)}), _mail("me@a.example")
    ),
    "policy-without-mail": Wrong(
        "policy", _without(x509.RFC822Name("me@a.example")), frozenset({(48, 0)}), _mail("me@a.example")
    ),
    "policy-within-directory": Wrong(
        "policy", _within(x509.DirectoryName(OTHER_ORG)), frozenset({(47, 0), (47, 1)}),
        {"subject": ORGANISED},
    ),
    "policy-without-directory": Wrong(
        "policy", _without(x509.DirectoryName(ORG)), frozenset({(48, 0)}), {"subject": ORGANISED}
    ),
    "issuing-within-dns": Wrong("issuing", _within(x509.DNSName("inside.example")), frozenset({(47, 0)})),
    "root-within-dns": Wrong("root", _within(x509.DNSName("inside.example")), frozenset({(47, 0)})),
    **_on_authority("root", 3),
    "root-length": Wrong("root", {"constraints": (True, 1)}, frozenset({(25, 3)})),
    "root-length-0": Wrong("root", {"constraints": (True, 0)}, frozenset({(25, 3)})),
    # what is served, and what is trusted
    "unknown-root": Wrong("served", {"trusted": "other"}, frozenset({(20, 2)})),
    "unknown-root-sent": Wrong("served", {"trusted": "other", "sent": "root"}, frozenset({(19, 3)})),
    "leaf-alone": Wrong("served", {"sent": "leaf"}, frozenset({(20, 0), (21, 0)})),
    "issuing-missing": Wrong("served", {"sent": "policy"}, frozenset({(20, 0)})),
    "policy-missing": Wrong("served", {"sent": "issuing"}, frozenset({(20, 1)})),
    "policy-is-anchor": Wrong("served", {"trusted": "policy"}, frozenset({(2, 2)})),
    "issuing-is-anchor": Wrong("served", {"trusted": "issuing"}, frozenset({(2, 1)})),
    "root-of-the-same-name": Wrong("served", {"trusted": "twin"}, frozenset({(20, 2)})),
}  # fmt: skip


def _signed_with_sha1(identity: Made, signer: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Made:
    """The same certificate with a SHA-1 signature, which `cryptography` refuses to make; ECDSA only."""
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    strong, weak = bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300906072a8648ce3d0401")
    made_ = x509.load_der_x509_certificate(identity.certificate.der)
    tbs = _wrapped(0x30, _inside(made_.tbs_certificate_bytes).replace(strong, weak, 1))
    digest = hashlib.sha1(tbs, usedforsecurity=False).digest()
    signature = signer.sign(digest, ec.ECDSA(Prehashed(SHA1())))
    found = parse_certificate(_wrapped(0x30, tbs + weak + _wrapped(0x03, b"\0" + signature)))
    assert isinstance(found, Certificate)
    return Made(found, identity.key)


def _inside(der: bytes) -> bytes:
    return der[2:] if der[1] < 0x80 else der[2 + (der[1] & 0x7F) :]


def _wrapped(tag: int, inside: bytes) -> bytes:
    size = len(inside)
    if size < 0x80:
        return bytes((tag, size)) + inside
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + inside


class Clash(Exception):
    """These things cannot be wrong together."""


def _together(*names: str) -> tuple[list[Made], list[Made]]:
    """The chain and the roots where all of these are wrong. Raises Clash."""
    told: dict[str, dict[str, object]] = {
        place: {} for place in ("leaf", "issuing", "policy", "root", "served")
    }
    for name in names:
        wrong = WRONGS[name]
        for place, how in ((wrong.on, wrong.how), ("leaf", wrong.leaf)):
            for what, value in how.items():
                if what in told[place] or (what == "sha1" and "signed_with" in told[place]):
                    raise Clash(names)
                told[place][what] = value
        if {"not_before", "not_after"} <= told[wrong.on].keys():
            raise Clash(names)
    root_ = _one("Root", None, told["root"])
    policy_ = _one("Policy", root_, told["policy"])
    issuing = _one("Issuing", policy_, told["issuing"])
    server = _one(HOST, issuing, told["leaf"])
    sent = {
        None: [server, issuing, policy_],
        "root": [server, issuing, policy_, root_],
        "leaf": [server],
        "policy": [server, policy_],
        "issuing": [server, issuing],
    }[told["served"].get("sent")]  # type: ignore[index]
    match told["served"].get("trusted"):
        case None:
            return sent, [root_]
        case "policy":
            return sent, [policy_]
        case "issuing":
            return sent, [issuing]
        case "twin":
            return sent, [root("Root", key=_key("twin"))]
        case _:
            return sent, [root("Other Root", key=_key("other"))]


def _one(name: str, issuer: Made | None, told: dict[str, object]) -> Made:
    how = {"key": _key(name)} | told
    sha1 = how.pop("sha1", False)
    if sha1 and not (issuer and isinstance(issuer.key, ec.EllipticCurvePrivateKey)):
        raise Clash(name)
    if name == HOST:
        subject = how.pop("subject", None)
        one = (
            leaf(issuer, **how)
            if subject is None
            else authority(
                subject, issuer, **{"constraints": (False, None), "usage": _SERVES} | _FOR_HOST | how
            )
        )
    else:
        one = authority(name, issuer, **how) if issuer else root(name, **how)
    return _signed_with_sha1(one, issuer.key) if sha1 and issuer else one


_SERVES = frozenset({"digital_signature"})
_FOR_HOST = {"purposes": SERVERS, "names": (HOST,)}


# --- one, two, three ----------------------------------------------------------------------------------


def test_a_good_chain_is_good_to_both():
    assert _agree(*_together()).errors == ()


@pytest.mark.parametrize("name", list(WRONGS))
def test_one_fault_is_named_by_both(name: str):
    answer = _agree(*_together(name))
    assert WRONGS[name].codes <= set(answer.errors)


@pytest.mark.parametrize("name", list(WRONGS))
def test_two_faults_are_named_by_both(name: str):
    after = list(WRONGS)[list(WRONGS).index(name) + 1 :]
    _all_agree((name, other) for other in after)


THREES = 300
"""Of the 34,000 that there are."""


def test_three_faults_are_named_by_both():
    every = list(combinations(WRONGS, 3))
    _all_agree(random.Random(20310506).sample(every, THREES))


def _all_agree(groups: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> None:
    """All of them are tried; one message tells of those that differ."""
    differ = []
    for group in groups:
        try:
            chain, roots = _together(*group)
        except Clash:
            continue
        try:
            _agree(chain, roots)
        except AssertionError as error:
            differ.append(f"{' + '.join(group)}: {str(error).splitlines()[0]}")
    assert not differ, f"{len(differ)} differ:\n" + "\n".join(differ[:20])


# --- what has no place in a chain of four -------------------------------------------------------------


def test_a_self_signed_leaf():
    assert _agree([leaf(None)], [root()]).errors == ((18, 0),)


def test_a_self_signed_leaf_that_is_expired_and_for_clients_only():
    answer = _agree([leaf(None, not_after=AT - DAY, purposes=CLIENT_ONLY)], [root()])
    assert set(answer.errors) == {(18, 0), (26, 0), (10, 0)}


def test_a_self_signed_leaf_that_is_trusted():
    server = leaf(None)
    assert _agree([server], [server]).errors == ()


def test_a_trusted_leaf_that_another_issued():
    top = root()
    server = leaf(top)
    assert _agree([server], [server]).errors == ((20, 0), (21, 0))


def test_a_leaf_straight_under_the_root():
    top = root()
    assert _agree([leaf(top)], [top]).errors == ()


def test_a_root_of_the_same_name_where_nobody_has_key_identifiers():
    server = leaf(root(key_ids=False), key_ids=False)
    assert _agree([server], [root(key_ids=False)]).errors == ((7, 0),)


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_an_rsa_signature_with_an_old_hash(digest: str):
    top, signer = by_openssl("RSA Root", digest="sha1", extensions="basicConstraints=critical,CA:TRUE\n")
    server, _ = by_openssl(HOST, digest=digest, extensions=LEAF_CONFIG, signer=signer)
    assert _agree([server], [top]).errors == ((68, 0),)


def test_an_old_root_of_version_1_is_a_root():
    top, signer = by_openssl("RSA Root")
    server, _ = by_openssl(HOST, extensions=LEAF_CONFIG, signer=signer)
    assert top.version == 1
    assert _agree([server], [top]).errors == ()


def test_an_authority_of_version_1_below_a_root_is_none():
    top, signer = by_openssl("RSA Root", extensions="basicConstraints=critical,CA:TRUE\n")
    between, signer = by_openssl("Old Issuing", signer=signer)
    server, _ = by_openssl(HOST, extensions=LEAF_CONFIG, signer=signer)
    assert {code for code, depth in _agree([server, between], [top]).errors if depth == 1} >= {79}


def test_an_authority_that_holds_two_faults_of_every_kind_names_them_all():
    top = root(purposes=CLIENT_ONLY, not_after=AT - DAY)
    between = authority("Between", top, usage=frozenset({"crl_sign"}), more=[STRANGE], not_before=AT + DAY)
    server = leaf(between, not_after=AT - DAY, purposes=CLIENT_ONLY, signed_with=new_key())
    codes = set(_agree([server, between], [top]).errors)
    assert codes >= {(26, 2), (10, 2), (32, 1), (34, 1), (9, 1), (10, 0), (26, 0), (7, 0)}


def test_an_expired_root_is_named_although_its_valid_twin_is_named_alike():
    key = new_key()
    old, other = root(key=key, not_after=AT - DAY), root()
    server = leaf(old)
    assert _agree([server], [old, other]).errors == ((10, 1),)
    assert _agree([server], [old, root(key=key)]).errors == ()


# --- the names below a constraint ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "constraint", "entry", "fits"),
    [
        ("dns", "example", "a.example", True),
        ("dns", "a.example", "a.example", True),
        ("dns", ".example", "a.example", True),
        ("dns", ".a.example", "a.example", False),
        ("dns", "A.EXAMPLE", "www.a.example", True),
        ("dns", "b.example", "ab.example", False),
        ("dns", "", "a.example", True),
        ("dns", "a.example", "*.a.example", True),
        ("dns", "www.a.example", "*.a.example", False),
        ("ip", "192.0.2.0/25", "192.0.2.7", True),
        ("ip", "192.0.2.0/25", "192.0.2.200", False),
        ("ip", "::/0", "2001:db8::1", True),
        ("ip", "0.0.0.0/0", "2001:db8::1", False),
        ("mail", "a.example", "me@a.example", True),
        ("mail", "a.example", "me@A.EXAMPLE", True),
        ("mail", "a.example", "me@b.a.example", False),
        ("mail", ".a.example", "me@b.a.example", True),
        ("mail", ".a.example", "me@a.example", False),
        ("mail", "me@a.example", "me@a.example", True),
        ("mail", "me@a.example", "you@a.example", False),
        ("uri", "a.example", "https://a.example/x", True),
        ("uri", "a.example", "https://b.example/x", False),
        ("uri", "a.example", "https://b.a.example/x", False),
        ("uri", ".example", "https://b.example:8/x", True),
        ("directory", "Org", "Org", True),
        ("directory", "Org", "  oRG ", True),
        ("directory", "Other Org", "Org", False),
    ],
)
@pytest.mark.parametrize("permitted", [True, False], ids=["permitted", "excluded"])
def test_a_constraint_meets_a_name_alike(kind: str, constraint: str, entry: str, fits: bool, permitted: bool):
    tree, name = _general(kind, constraint, tree=True), _general(kind, entry)
    limits = x509.NameConstraints([tree], None) if permitted else x509.NameConstraints(None, [tree])
    top = root(more=[(limits, True)])
    alternatives = x509.SubjectAlternativeName([name])
    # Only a subject that is empty meets every tree of directories.
    server = made(x509.Name([]), top, purposes=SERVERS, more=[(alternatives, True)])
    codes = {code for code, _ in _agree([server], [top]).errors}
    assert codes == (set() if fits == permitted else {47} if permitted else {48})


def _general(kind: str, text: str, tree: bool = False) -> x509.GeneralName:
    match kind:
        case "dns":
            return x509.DNSName(text)
        case "ip":
            return x509.IPAddress(ip_network(text) if tree else ip_address(text))
        case "mail":
            return x509.RFC822Name(text)
        case "uri":
            return x509.UniformResourceIdentifier(text)
        case _:
            return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text)]))


def test_a_constraint_meets_the_common_name_where_no_host_is_listed():
    top = root(more=[(x509.NameConstraints([x509.DNSName("inside.example")], None), True)])
    assert _agree([leaf(top, names=())], [top]).errors == ((47, 0),)


def test_a_constraint_spares_a_self_issued_authority_but_not_the_leaf():
    limits = x509.NameConstraints([x509.DirectoryName(OTHER_ORG)], None)
    top = root(more=[(limits, True)])
    again = authority("Root", top, key=new_key())
    server = leaf(again, names=(HOST,))
    assert _agree([server, again], [top]).errors == ((47, 0),)


def test_a_self_issued_authority_does_not_count_towards_the_length():
    top = root(constraints=(True, 0))
    again = authority("Root", top, key=new_key())
    assert _agree([leaf(again), again], [top]).errors == ()


def test_a_signature_of_another_kind_than_the_issuers_key():
    top = root(key=_rsa("2048"))
    server = leaf(top, signed_with=new_key())
    assert _agree([server], [top]).errors == ((20, 0), (21, 0))


def test_an_issuer_whose_key_identifier_is_another():
    top = root()
    wrong = x509.AuthorityKeyIdentifier(b"another key", None, None)
    server = leaf(top, key_ids=False, more=[(wrong, False)])
    assert _agree([server], [top]).errors == ((20, 0), (21, 0))


def test_an_issuer_whose_serial_number_is_another():
    top = root()
    above = x509.load_der_x509_certificate(top.certificate.der)
    for number, codes in ((above.serial_number, ()), (above.serial_number + 1, ((20, 0), (21, 0)))):
        named_ = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(above.issuer)], number)
        server = leaf(top, key_ids=False, more=[(named_, False)])
        assert _agree([server], [top]).errors == codes


def test_an_authority_with_no_usage_at_all_may_sign():
    top = root(usage=None)
    between = authority("Between", top, usage=None)
    assert _agree([leaf(between), between], [top]).errors == ()


# --- the oracle itself --------------------------------------------------------------------------------


def test_the_oracle_says_where_it_cannot_be_asked():
    top = root()
    long = [leaf(top), *(authority(f"Other {n}", top) for n in range(300))]
    for chain in ([leaf(top, key=new_key(ec.SECP224R1()))], [leaf(top, key=_p192("leaf"))], long):
        with pytest.raises(NotAsked):
            ask([one.certificate for one in chain], [top.certificate], AT)


def test_a_key_that_may_only_agree_will_do_for_a_server():
    top = root()
    assert _agree([leaf(top, usage=frozenset({"key_agreement"}))], [top]).errors == ()


def test_the_oracle_asks_at_the_level_that_it_is_told():
    top = root()
    server = leaf(top, key=_rsa("leaf"))
    assert ask([server.certificate], [top.certificate], AT, level=1).errors == ()
    assert ask([server.certificate], [top.certificate], AT, level=2).errors == ((66, 0),)
