"""Whatever stands on the place of a certificate, a list or a staple: it is read or refused, never a crash.

Mutants of good ones, by a seeded dice: bytes flipped, put in, taken out, cut off; and values of the encoding
replaced, doubled, dropped or emptied, with the lengths around them put right: that gets past the outer shell.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from judge_making import (
    AT,
    DAY,
    HOST,
    SERVERS,
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

from tlswizard.clients.reading import policy
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.crl import Crl, MalformedCrl, crls_in, parse_crl
from tlswizard.core.names import why_not
from tlswizard.core.verdict import Situation
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

MUTANTS = 4000
"""Of certificates; a quarter as many lists and staples."""

LONGEST = 2.0
"""Seconds of work that any of them may make."""

# --- good ones ----------------------------------------------------------------------------------------

TOP = root()


def _rich() -> list[tuple[x509.ExtensionType, bool]]:
    """At least one of every extension that anybody reads."""
    place = x509.UniformResourceIdentifier("http://a.example/x")
    oid = x509.ObjectIdentifier
    directory = x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Org")]))
    return [
        (x509.SubjectAlternativeName([
            x509.DNSName(HOST), x509.RFC822Name("me@a.example"), place, directory,
            x509.RegisteredID(oid("1.2.3")), x509.OtherName(oid("1.2.3.4"), b"\x0c\x01x"),
        ]), False),
        (x509.NameConstraints([x509.DNSName("example"), directory], [x509.RFC822Name("b.example")]), True),
        (x509.AuthorityInformationAccess([
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place),
        ]), False),
        (x509.CRLDistributionPoints([
            x509.DistributionPoint([place], None, frozenset({x509.ReasonFlags.key_compromise}), [directory]),
        ]), False),
        (x509.CertificatePolicies([
            x509.PolicyInformation(oid("2.23.140.1.2.1"), ["http://a.example/cps"]),
        ]), False),
        (x509.PolicyConstraints(0, 1), True),
        (x509.InhibitAnyPolicy(3), True),
        (x509.TLSFeature([x509.TLSFeatureType.status_request]), False),
        (x509.IssuerAlternativeName([place]), False),
        (x509.UnrecognizedExtension(oid("1.2.3.4.5"), b"\x05\x00"), False),
    ]  # fmt: skip


@cache
def _good() -> tuple[bytes, ...]:
    """Every kind of certificate; their issuer's is TOP."""
    identities: list[Made] = [
        leaf(TOP),
        authority("Issuing", TOP, more=[(x509.NameConstraints([x509.DNSName("example")], None), True)]),
        made(HOST, TOP, purposes=(*SERVERS, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE), more=_rich()),
        leaf(None, names=(HOST, "192.0.2.7", "2001:db8::1")),
        leaf(TOP, key=rsa.generate_private_key(65537, 1024)),
        leaf(TOP, key=ed25519.Ed25519PrivateKey.generate()),
        leaf(TOP, key=ed448.Ed448PrivateKey.generate()),
        leaf(TOP, key=new_key(ec.SECP521R1())),
        leaf(TOP, key=dsa.generate_private_key(1024)),
    ]
    small = rsa.generate_private_key(65537, 1024)
    old, _ = by_openssl(HOST)
    return (
        *(one.certificate.der for one in identities),
        root("RSA Root", key=small).certificate.der,
        old.der,
    )


@cache
def _lists() -> tuple[bytes, ...]:
    """Of TOP: one that lists the certificate, one that lists another, each with its extensions."""
    listed = x509.load_der_x509_certificate(_good()[0]).serial_number
    places = x509.UniformResourceIdentifier("http://a.example/x")
    made_ = []
    for serial in (listed, 7):
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(AT - DAY)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False)
            .add_extension(x509.InvalidityDate(AT - DAY), False)
            .build()
        )
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(x509.load_der_x509_certificate(TOP.certificate.der).subject)
            .last_update(AT - DAY)
            .next_update(AT + DAY)
            .add_revoked_certificate(entry)
            .add_extension(x509.CRLNumber(5), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(TOP.key.public_key()), False)
            .add_extension(
                x509.IssuingDistributionPoint([places], None, False, False, None, False, False), True
            )
        )
        made_.append(builder.sign(TOP.key, SHA256()).public_bytes(Encoding.DER))
    return tuple(made_)


@cache
def _staples() -> tuple[bytes, ...]:
    """OCSP responses of TOP for the first certificate: good, revoked, and one that is none."""
    server = x509.load_der_x509_certificate(_good()[0])
    issuer = x509.load_der_x509_certificate(TOP.certificate.der)
    found = []
    for status, when in ((ocsp.OCSPCertStatus.GOOD, None), (ocsp.OCSPCertStatus.REVOKED, AT - DAY)):
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(server, issuer, SHA256(), status, AT - DAY, AT + DAY, when, None)
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
        )
        found.append(builder.sign(TOP.key, SHA256()).public_bytes(Encoding.DER))
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    return (*found, refused.public_bytes(Encoding.DER))


# --- mutants ------------------------------------------------------------------------------------------

NASTY = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x84, 0xFF, 0x30, 0x31, 0x03, 0x05, 0x0C, 0x1F, 0xA0, 0xA3)
"""Bytes that mean something in an encoding: signs, lengths, tags."""


def _flipped(der: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        der[dice.randrange(len(der))] ^= 1 << dice.randrange(8)


def _replaced(der: bytearray, dice: random.Random) -> None:
    der[dice.randrange(len(der))] = dice.choice(NASTY)


def _inserted(der: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(der) + 1)
    der[at:at] = bytes(dice.choice(NASTY) for _ in range(dice.randrange(1, 5)))


def _deleted(der: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(der))
    del der[at : at + dice.randrange(1, 9)]


def _cut(der: bytearray, dice: random.Random) -> None:
    del der[dice.randrange(len(der)) :]


BYTEWISE: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flipped, _replaced, _inserted, _deleted, _cut,
)  # fmt: skip


@dataclass
class Node:
    """A value of the encoding: either what stands inside, or its bytes. `wrapped`: after a BIT STRING's 0."""

    tag: int
    inside: "list[Node] | bytes"
    wrapped: bytes = b""

    def encoded(self) -> bytes:
        content = (
            self.inside if isinstance(self.inside, bytes) else b"".join(n.encoded() for n in self.inside)
        )
        content = self.wrapped + content
        size = len(content)
        if size < 0x80:
            return bytes((self.tag, size)) + content
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes((self.tag, 0x80 | len(octets))) + octets + content

    def all(self) -> "Iterator[Node]":
        yield self
        if not isinstance(self.inside, bytes):
            for node in self.inside:
                yield from node.all()


def _nodes(data: bytes) -> list[Node] | None:
    """None where it is no row of values."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            return None
        tag, size, at = data[at], data[at + 1], at + 2
        if size >= 0x80:
            count = size & 0x7F
            if not 1 <= count <= 3 or at + count > len(data):
                return None
            size, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + size > len(data):
            return None
        found.append(_node(tag, data[at : at + size]))
        at += size
    return found


def _node(tag: int, content: bytes) -> Node:
    lead = b"\0" if tag == 0x03 and content[:1] == b"\0" else b""
    # An OCTET STRING or BIT STRING may hold an encoding: that of an extension, a key, a signature.
    inside = _nodes(content[len(lead) :]) if tag & 0x20 or tag in (0x03, 0x04) else None
    return Node(tag, inside, lead) if inside else Node(tag, content)


def _restructured(der: bytes, dice: random.Random) -> bytes:
    (whole,) = _nodes(der) or [Node(0x30, b"")]
    every = list(whole.all())
    for _ in range(dice.choice((1, 1, 2, 3))):
        node = dice.choice(every)
        match dice.randrange(8):
            case 0:
                node.tag = dice.choice((*NASTY, node.tag ^ 0x20, node.tag ^ 0x80))
            case 1:
                node.inside, node.wrapped = b"", b""
            case 2:
                other = dice.choice(every)
                node.tag, node.inside, node.wrapped = other.tag, other.encoded()[2:], b""
            case 3 if isinstance(node.inside, list):
                again = dice.choice(node.inside or every).encoded()
                at = dice.randrange(len(node.inside) + 1)
                node.inside[at:at] = _nodes(again) or []
            case 4 if isinstance(node.inside, list) and node.inside:
                del node.inside[dice.randrange(len(node.inside))]
            case 5 if isinstance(node.inside, list):
                dice.shuffle(node.inside)
            case 6:
                node.inside = [Node(0x30, bytes(dice.choice(NASTY) for _ in range(dice.randrange(6))))]
            case _ if isinstance(node.inside, bytes):
                changed = bytearray(node.inside or b"\0")
                dice.choice(BYTEWISE)(changed, dice)
                node.inside = bytes(changed)
        every = list(whole.all())
    return whole.encoded()


def _mutants(good: tuple[bytes, ...], count: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for number in range(count):
        der = good[number % len(good)]
        if dice.random() < 0.6:
            yield _restructured(der, dice)
        else:
            changed = bytearray(der)
            dice.choice(BYTEWISE)(changed, dice)
            yield bytes(changed)


# --- everything is asked ------------------------------------------------------------------------------


def _ask_all(thing: object) -> None:
    """Every public field and property; and that it can be printed, compared and hashed."""
    for name in dir(type(thing)):
        if not name.startswith("_"):
            getattr(thing, name)
    assert (str(thing), hash(thing)) == (str(thing), hash(thing))
    assert thing == thing  # noqa: PLR0124 - the comparison must not raise


def _ask(certificate: Certificate) -> None:
    _ask_all(certificate)
    for issuer, child in (
        (certificate, certificate), (TOP.certificate, certificate), (certificate, TOP.certificate),
    ):  # fmt: skip
        assert issuer.verifies(child) in (True, False, None)
    for name in (HOST, "192.0.2.7"):
        why_not(name, certificate)


def _judge_all(facts: Situation) -> None:
    shipped = content()
    order = {cause.id: cause.place for cause in shipped.causes.values()}
    ways = walk(facts)
    for way in ways:
        assert all(str(f) and f.expected is not None and f.found is not None for f in way.faults)
    for row in shipped.clients.values():
        verdict = judge(facts, ways, policy(row, shipped.causes), order)
        assert verdict.result in ("accept", "refuse", "unknown")


def _situations(one: Certificate | Malformed) -> Iterator[Situation]:
    """On every place that a certificate can have."""
    child = leaf_below()
    yield situation(one, TOP, roots=[TOP])
    yield situation(child, one, roots=[TOP])
    yield situation(child, one, roots=[one], intermediates=[one], name="192.0.2.7")


@cache
def leaf_below() -> Made:
    """Its issuer has the name of the authority among the good ones, and another key."""
    return leaf(authority("Issuing", TOP))


def _without_a_crash(mutants: Iterator[bytes], use: Callable[[bytes], None]) -> None:
    """All of them are tried; one message tells of the crashes, the shortest input of each kind."""
    crashes: dict[str, bytes] = {}
    for der in mutants:
        begun = time.process_time()
        try:
            use(der)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            place = error.__traceback__
            while place and place.tb_next:
                place = place.tb_next
            line = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
            kind = f"{type(error).__name__} at {line}: {str(error)[:100]}"
            crashes[kind] = min(crashes.get(kind, der), der, key=len)
        took = time.process_time() - begun
        if took > LONGEST:
            crashes[f"took {took:.1f} s"] = der
    assert not crashes, "\n".join(f"{kind}\n  {der.hex()}" for kind, der in crashes.items())


# --- the tests ----------------------------------------------------------------------------------------


def test_what_is_mutated_is_good():
    for der in _good():
        found = parse_certificate(der)
        assert isinstance(found, Certificate)
        assert found.flaws == ()
    for der in _lists():
        assert isinstance(parse_crl(der), Crl)


def test_the_mutants_get_past_the_shell():
    """Enough of them are certificates with something wrong inside, and enough are none at all."""
    found = [parse_certificate(der) for der in _mutants(_good(), 400, seed=1)]
    flawed = [c for c in found if isinstance(c, Certificate) and c.flaws]
    assert len(flawed) > 40
    assert sum(isinstance(c, Malformed) for c in found) > 40


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_certificate_is_read_or_malformed(seed: int):
    def use(der: bytes) -> None:
        found = parse_certificate(der)
        if isinstance(found, Malformed):
            assert found.why
            assert found.sha256
        else:
            _ask(found)
        for facts in _situations(found):
            _judge_all(facts)

    _without_a_crash(_mutants(_good(), MUTANTS // 4, seed), use)


def test_a_mutated_list_is_read_or_malformed():
    server = parse_certificate(_good()[0])
    assert isinstance(server, Certificate)
    good = situation(server, roots=[TOP])

    def use(der: bytes) -> None:
        found = parse_crl(der)
        crls_in(der)
        if isinstance(found, MalformedCrl):
            assert found.why
            return
        _ask_all(found)
        found.entry(server)
        found.signed_by(TOP.certificate)
        found.signed_by(server)
        found.is_fresh(AT)
        found.same_scope(found)
        _judge_all(replace(good, crls=(found,)))

    _without_a_crash(_mutants(_lists(), MUTANTS // 4, seed=5), use)


def test_a_mutated_staple_is_judged():
    server = parse_certificate(_good()[0])
    assert isinstance(server, Certificate)
    good = situation(server, roots=[TOP])

    def use(der: bytes) -> None:
        _judge_all(replace(good, staple=der))

    _without_a_crash(_mutants(_staples(), MUTANTS // 4, seed=6), use)


@pytest.mark.parametrize("length", range(0, 60, 7))
def test_noise_is_malformed(length: int):
    dice = random.Random(length)
    for _ in range(20):
        noise = bytes(dice.randrange(256) for _ in range(length))
        assert isinstance(parse_certificate(noise), Malformed)


def test_a_deep_nest_is_malformed():
    """Values within values, far deeper than any certificate: no stack is used up."""
    der = b""
    for _ in range(5000):
        der = Node(0x30, der).encoded()
    assert isinstance(parse_certificate(der), Malformed)
    assert isinstance(parse_crl(der), MalformedCrl)


@pytest.mark.parametrize("kind", [x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier])
def test_a_flood_of_names_and_constraints_is_judged_soon(kind: type):
    """Each name against each constraint would be 16 million comparisons."""
    text = {x509.DNSName: "{}.a.example", x509.RFC822Name: "me@{}.a.example"}.get(
        kind, "http://{}.a.example/"
    )
    trees = [kind(f"{n}.b.example") for n in range(4000)]
    top = root(more=[(x509.NameConstraints([kind("a.example"), *trees], trees), True)])
    many = x509.SubjectAlternativeName([kind(text.format(n)) for n in range(4000)])
    server = made(HOST, top, purposes=SERVERS, more=[(many, False)])
    facts = situation(server, roots=[top])
    shipped = content()
    order = {cause.id: cause.place for cause in shipped.causes.values()}
    begun = time.process_time()
    judge(facts, walk(facts), policy(shipped.clients["openssl"], shipped.causes), order)
    assert time.process_time() - begun < 2 * LONGEST


def test_a_year_at_either_end_of_the_calendar_is_judged():
    server = leaf(TOP)
    for at in (AT.replace(year=1), AT.replace(year=9999)):
        _judge_all(replace(situation(server, roots=[TOP]), at=at))


def test_a_chain_of_mutants_is_judged():
    dice = random.Random(7)
    mutants = [parse_certificate(der) for der in _mutants(_good(), 300, seed=7)]
    for _ in range(60):
        chain = dice.sample(mutants, 5)
        roots = [one for one in dice.sample(mutants, 3) if isinstance(one, Certificate)]
        _judge_all(situation(*chain, roots=[TOP, *roots]))
