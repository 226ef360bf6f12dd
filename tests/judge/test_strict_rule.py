"""Each oddity by itself: told by its kind, and as OpenSSL's X509_V_FLAG_X509_STRICT tells it, if it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from command_oracle import command_says
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID
from der_making import (
    ECDSA_WITH_SHA256,
    GENERALIZED_TIME,
    again,
    assembled,
    constraints,
    der,
    distinguished,
    dns,
    integer,
    mail,
    moment,
    named,
    names,
    oid,
    sequence,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge_making import (
    AT,
    HOST,
    LEAF_CONFIG,
    SERVERS,
    SIGNS,
    Made,
    authority,
    by_openssl,
    faults_of,
    leaf,
    made,
    new_key,
    root,
    situation,
    verdict_on,
)

from tlswizard.core.certificate import Certificate
from tlswizard.core.verdict import Fault
from tlswizard.judge.rules import strict

ROOT = root()
ISSUING = authority("Issuing", ROOT)
NO_SUBJECT = distinguished()
NAMELESS = x509.Name([])
Chain = tuple[Made | Certificate, ...]
"""Leaf to anchor."""


def odd(chain: Chain) -> list[Fault]:
    *served, anchor = chain
    return list(faults_of("strict-only", *served, roots=[anchor], name=None))


def refused_by_flag(chain: Chain, folder: Path, *more: str) -> tuple[int, int] | None:
    """(X509_V_ERR_…, depth) of `openssl verify -x509_strict`; None where it accepts."""
    *served, anchor = chain
    said = command_says(situation(*served, roots=[anchor], name=None), folder, "-x509_strict", *more)
    assert said.accepts == (not said.errors)
    return said.errors[0] if said.errors else None


def accepted_without(chain: Chain, folder: Path) -> bool:
    *served, anchor = chain
    facts = situation(*served, roots=[anchor], name=None)
    ours = verdict_on("openssl", facts)
    accepts = command_says(facts, folder).accepts
    assert (ours.result, ours.disagreement) == ("accept" if accepts else "refuse", None)
    return accepts


# --- one oddity each ------------------------------------------------------------------------------------


def _leaf(**wrong: object) -> Chain:
    return leaf(ISSUING, **wrong), ISSUING, ROOT


def _ca(**wrong: object) -> Chain:
    issuing = authority("Other Issuing", ROOT, **wrong)
    return leaf(issuing), issuing, ROOT


def _anchor(**wrong: object) -> Chain:
    top = root("Other Root", **wrong)
    issuing = authority("Issuing", top)
    return leaf(issuing), issuing, top


def _changed_leaf(**fields: bytes | int) -> Chain:
    return again(leaf(ISSUING), ISSUING, **fields), ISSUING, ROOT


def _changed_ca(**fields: bytes | int) -> Chain:
    issuing = again(ISSUING, ROOT, **fields)
    return leaf(issuing), issuing, ROOT


BASIC = x509.BasicConstraints(ca=True, path_length=None)
NOT_CRITICAL = {"constraints": None, "more": [(BASIC, False)]}
ID = x509.SubjectKeyIdentifier(b"\x01\x02\x03")
ISSUER_ID = x509.AuthorityKeyIdentifier.from_issuer_public_key(ISSUING.key.public_key())
ACCESS = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://o.test")
        )
    ]
)
BY_SERIAL = x509.AuthorityKeyIdentifier(
    ISSUER_ID.key_identifier,
    [x509.DirectoryName(ROOT.certificate.library().subject)],
    ISSUING.certificate.serial,
)
SHORT_OF_2050 = sequence(
    *(der.value(GENERALIZED_TIME, f"{AT + timedelta(days):%Y%m%d%H%M%SZ}".encode()) for days in (-9, 300))
)


def _without_name(**wrong: object) -> Chain:
    """No subject, and names that are critical, as they have to be then."""
    options: dict[str, object] = {"purposes": SERVERS, "more": [names(dns(HOST), critical=True)]} | wrong
    return made(NAMELESS, ISSUING, **options), ISSUING, ROOT  # type: ignore[arg-type]


def _below_nameless() -> Chain:
    nameless = authority(NAMELESS, ROOT)  # type: ignore[arg-type]
    return leaf(nameless), nameless, ROOT


def _below_nobody() -> Chain:
    """An anchor whose own issuer has no name, which is its own matter."""
    anchor = again(root("Other Root"), ISSUING, issuer=NO_SUBJECT)
    return leaf(anchor), anchor


def _old_root() -> Chain:
    top, key = by_openssl("Old Root")
    server, _ = by_openssl(HOST, extensions=f"{LEAF_CONFIG}2.5.29.35=DER:3005800301FF01\n", signer=key)
    return server, top


def _old_leaf() -> Chain:
    bare = assembled(ISSUING, version=1, subject=named(HOST))
    return bare, ISSUING, ROOT


@dataclass(frozen=True)
class Oddity:
    make: Callable[[], Chain]
    kinds: set[tuple[str, str]]
    code: int | None = None
    """X509_V_ERR_… of the flag (openssl/x509_vfy.h), None where it does not mind"""
    plain: bool = True
    """whether a program without the flag accepts it"""
    depth: int | None = None
    options: tuple[str, ...] = ()


MINIMAL = frozenset({"digital_signature"})
NO_ISSUER, UNHANDLED, NO_AUTHORITY = 20, 34, 79
"""What OpenSSL says first, and without the flag too."""

ODDITIES: dict[str, Oddity] = {
    # what any certificate may have
    "serial 0": Oddity(lambda: _changed_leaf(serial=integer(0)), {("serial", "leaf")}),
    "serial below 0": Oddity(lambda: _changed_leaf(serial=integer(-7)), {("serial", "leaf")}),
    "serial of 21 bytes": Oddity(lambda: _changed_leaf(serial=integer(1 << 159)), {("serial", "leaf")}),
    "serial of an authority": Oddity(lambda: _changed_ca(serial=integer(0)), {("serial", "ca")}),
    "date form": Oddity(lambda: _changed_leaf(validity=SHORT_OF_2050), {("date-form", "leaf")}),
    "critical aki": Oddity(
        lambda: _leaf(key_ids=False, more=[(ISSUER_ID, True), (ID, False)]), {("critical-aki", "leaf")},
        UNHANDLED, plain=False,
    ),
    "critical ski": Oddity(
        lambda: _leaf(key_ids=False, more=[(ISSUER_ID, False), (ID, True)]), {("critical-ski", "leaf")},
        UNHANDLED, plain=False,
    ),
    "critical aia": Oddity(
        lambda: _leaf(more=[(ACCESS, True)]), {("critical-aia", "leaf")}, UNHANDLED, plain=False
    ),
    "aki by serial": Oddity(
        lambda: _leaf(key_ids=False, more=[(BY_SERIAL, False), (ID, False)]),
        {("authority-key-issuer", "leaf")},
    ),
    "constraints without lists": Oddity(
        lambda: _ca(more=[constraints()]), {("empty-name-constraints", "ca")}
    ),
    "constraints with an empty list": Oddity(
        lambda: _ca(more=[constraints([], [dns("b.test")])]), {("empty-name-constraints", "ca")}
    ),
    "name with a dot before it": Oddity(
        lambda: _leaf(names=(), more=[names(dns(".a.example"))]), {("leading-dot", "leaf")}
    ),
    "constraint with a dot before it": Oddity(
        lambda: _ca(more=[constraints(excluded=[dns(".b.test")])]), {("leading-dot", "ca")}
    ),
    "mailbox": Oddity(lambda: _leaf(names=(), more=[names(mail("a@b@c.test"))]), {("mailbox", "leaf")}),
    "no issuer": Oddity(
        _below_nameless, {("empty-subject", "ca"), ("empty-issuer", "leaf")}, 83, depth=0
    ),
    "no issuer of an anchor": Oddity(
        _below_nobody, {("empty-issuer", "anchor")}, 83, plain=False, depth=1, options=("-partial_chain",)
    ),
    "no authority key id": Oddity(
        lambda: _leaf(key_ids=False, more=[(ID, False)]), {("no-authority-key-id", "leaf")}, 85
    ),
    "authority key id without a key": Oddity(
        lambda: _leaf(
            key_ids=False,
            more=[(x509.UnrecognizedExtension(ISSUER_ID.oid, b"\x30\x00"), False), (ID, False)],
        ),
        {("no-authority-key-id", "leaf")}, 85,
    ),
    "no authority key id on an authority": Oddity(
        lambda: _changed_ca(extensions=[
            der.raw(one) for one in ISSUING.certificate.parts.extensions or ()
            if oid("2.5.29.35") not in der.raw(one)
        ]),
        {("no-authority-key-id", "ca")}, 85,
    ),
    # what an authority may have
    "no key usage": Oddity(lambda: _ca(usage=None), {("no-key-usage", "ca")}, 92),
    "no key usage on an anchor": Oddity(lambda: _anchor(usage=None), {("no-key-usage", "anchor")}, 92),
    "no subject key id": Oddity(
        lambda: _ca(key_ids=False, more=[(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ROOT.key.public_key()), False,
        )]),
        {("no-subject-key-id", "ca")}, 86,
    ),
    "no subject key id on an anchor": Oddity(
        lambda: _anchor(key_ids=False), {("no-subject-key-id", "anchor")}, 86
    ),
    "basic constraints not critical": Oddity(
        lambda: _ca(**NOT_CRITICAL), {("basic-constraints-not-critical", "ca")}, 89
    ),
    "basic constraints not critical on an anchor": Oddity(
        lambda: _anchor(**NOT_CRITICAL), {("basic-constraints-not-critical", "anchor")}, 89
    ),
    "a limit that limits nobody": Oddity(
        lambda: _ca(constraints=(True, 0), usage=frozenset({"crl_sign"})),
        {("path-length-without-signing", "ca")}, NO_AUTHORITY, plain=False,
    ),
    "a limit, and a use for nothing": Oddity(
        lambda: _ca(
            constraints=(True, 0), usage=None,
            more=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"\x03\x01\x00"), True)],
        ),
        {("path-length-without-signing", "ca")}, NO_ISSUER, plain=False,
    ),
    "name constraints not critical": Oddity(
        lambda: _ca(more=[constraints(excluded=[dns("b.test")], critical=False)]),
        {("name-constraints-not-critical", "ca")},
    ),
    "anchor of version 1": Oddity(_old_root, {("version", "anchor")}, 79),
    # what a server may have
    "server of version 1": Oddity(_old_leaf, {("version", "leaf")}),
    "server signs": Oddity(lambda: _leaf(usage=MINIMAL | SIGNS), {("leaf-signs", "leaf")}, 82),
    "server signs, without constraints": Oddity(
        lambda: _leaf(usage=MINIMAL | SIGNS, constraints=None), {("leaf-signs", "leaf")}, 79
    ),
    "server is an authority": Oddity(lambda: _leaf(constraints=(True, None)), {("leaf-ca", "leaf")}),
    "server is an authority and signs": Oddity(
        lambda: _leaf(constraints=(True, None), usage=MINIMAL | SIGNS), {("leaf-ca", "leaf")}
    ),
    "server is an authority with a limit": Oddity(
        lambda: _leaf(constraints=(True, 0)),
        {("leaf-ca", "leaf"), ("path-length-without-signing", "leaf")}, 81,
    ),
    "server is an authority, not critical": Oddity(
        lambda: _leaf(constraints=None, more=[(BASIC, False)]),
        {("leaf-ca", "leaf"), ("basic-constraints-not-critical", "leaf")}, 89,
    ),
    "server is an authority without usage": Oddity(
        lambda: _leaf(constraints=(True, None), usage=None),
        {("leaf-ca", "leaf"), ("no-key-usage", "leaf")}, 92,
    ),
    "server is an authority without an id": Oddity(
        lambda: _leaf(constraints=(True, None), key_ids=False, more=[(ISSUER_ID, False)]),
        {("leaf-ca", "leaf"), ("no-subject-key-id", "leaf")}, 86,
    ),
    "server is an authority without a name": Oddity(
        lambda: _without_name(constraints=(True, None)), {("leaf-ca", "leaf"), ("empty-subject", "leaf")}, 84
    ),
    "server without a name, its names not critical": Oddity(
        lambda: _without_name(more=[names(dns(HOST))]), {("names-not-critical", "leaf")}, 88
    ),
    "server without any name": Oddity(lambda: _without_name(more=[]), {("empty-subject", "leaf")}, 84),
    "server without a name signs lists": Oddity(
        lambda: _without_name(usage=MINIMAL | {"crl_sign"}), {("empty-subject", "leaf")}, 84
    ),
    "server constrains names": Oddity(
        lambda: _leaf(more=[constraints([dns("a.test")])]), {("leaf-name-constraints", "leaf")}
    ),
    "server limits authorities": Oddity(
        lambda: _leaf(constraints=None, more=[(x509.UnrecognizedExtension(
            BASIC.oid, sequence(integer(0))), True)]),
        {("leaf-path-length", "leaf")}, 80,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODDITIES)
def test_an_oddity_is_told_and_nothing_else(name: str):
    chain = ODDITIES[name].make()
    faults = odd(chain)
    assert {(f.kind, f.role) for f in faults} == ODDITIES[name].kinds
    places = {"leaf": 0, "ca": 1, "anchor": len(chain) - 1}
    for fault in faults:
        pinned = chain[places[fault.role]]
        assert fault.on == (pinned.certificate if isinstance(pinned, Made) else pinned)
        assert fault.found


@pytest.mark.parametrize("name", ODDITIES)
def test_a_program_with_the_flag_refuses_what_the_flag_is_for(name: str, tmp_path: Path):
    oddity = ODDITIES[name]
    chain = oddity.make()
    refused = refused_by_flag(chain, tmp_path, *oddity.options)
    assert (refused and refused[0]) == oddity.code, refused
    if oddity.depth is not None:
        assert refused == (oddity.code, oddity.depth)


@pytest.mark.parametrize("name", ODDITIES)
def test_a_program_without_the_flag_does_not_mind(name: str, tmp_path: Path):
    oddity = ODDITIES[name]
    chain = oddity.make()
    assert accepted_without(chain, tmp_path) == oddity.plain
    *served, anchor = chain
    strictly = verdict_on("strict", situation(*served, roots=[anchor], name=None))
    assert {f.kind for f in strictly.faults if f.cause == "strict-only"} == {k for k, _ in oddity.kinds}


def test_every_kind_has_been_seen():
    seen = {kind for oddity in ODDITIES.values() for kind, _ in oddity.kinds}
    source = Path(strict.__file__).read_text()
    written = set(re.findall(r'yield \(?\s*"([a-z-]+)"', source))
    assert len(written) > 15, "the rule is written otherwise now: read its kinds in another way"
    assert seen - {"no-authority-key-id"} == written | {"critical-aki", "critical-ski", "critical-aia"}


NEVER_FIRST = {90, 91}
"""A critical key identifier, which OpenSSL does not know as critical, and says so before."""

OTHER_CAUSES = {
    78: "signatureAlgorithm", 87: "subjectAltName", 93: "version",
}  # fmt: skip
"""What no program can make sense of is a malformed certificate here, of this field."""


def _inconsistent() -> Chain:
    """The algorithm inside is not the one outside."""
    sha384 = sequence(oid("1.2.840.10045.4.3.3"))
    return _changed_leaf(algorithm=ECDSA_WITH_SHA256, inner_algorithm=sha384)


MALFORMED: dict[int, Callable[[], Chain]] = {
    78: _inconsistent,
    87: lambda: _leaf(names=(), more=[names()]),
    93: lambda: _changed_leaf(version=1),
}


@pytest.mark.parametrize("code", MALFORMED)
def test_some_of_its_complaints_are_another_cause(code: int, tmp_path: Path):
    leaf_, *above = chain = MALFORMED[code]()
    assert refused_by_flag(chain, tmp_path) == (code, 0)
    *between, anchor = above
    facts = situation(leaf_, *between, roots=[anchor], name=None)
    accepts = code != 78  # OpenSSL's check of the signature looks at both algorithms anyway
    assert command_says(facts, tmp_path).accepts == accepts
    assert verdict_on("openssl", facts).result == ("accept" if accepts else "refuse")
    (fault,) = faults_of("malformed-certificate", leaf_, *between, roots=[anchor], name=None)
    assert (fault.kind or "").startswith(OTHER_CAUSES[code])


@pytest.mark.parametrize("code", [78, *range(80, 94)])
def test_every_complaint_of_the_flag_is_provoked(code: int):
    assert code in {oddity.code for oddity in ODDITIES.values()} | NEVER_FIRST | set(MALFORMED)


# --- between certificates -------------------------------------------------------------------------------


def test_a_key_that_is_named_and_is_not_the_issuers_is_told_on_the_link(tmp_path: Path):
    other = x509.AuthorityKeyIdentifier(b"\x01\x02\x03", None, None)
    server = leaf(ISSUING, key_ids=False, more=[(other, False), (ID, False)])
    (fault,) = odd((server, ISSUING, ROOT))
    assert (fault.kind, fault.role) == ("key-id-mismatch", "link")
    assert (fault.on, fault.other) == (server.certificate, ISSUING.certificate)
    assert not accepted_without((server, ISSUING, ROOT), tmp_path), "OpenSSL finds no issuer then"


@pytest.mark.parametrize(
    ("wanted", "mismatch"),
    [
        ({"key_identifier": ISSUER_ID.key_identifier, "serial": 1}, True),
        ({"key_identifier": ISSUER_ID.key_identifier, "name": "Another Root"}, True),
        ({"key_identifier": ISSUER_ID.key_identifier}, False),
        ({"key_identifier": None, "serial": 0}, False),
    ],
)
def test_an_issuer_that_is_named_by_serial_is_compared_too(wanted: dict, mismatch: bool, tmp_path: Path):
    serial = wanted.get("serial", 0) or ISSUING.certificate.serial
    name = x509.DirectoryName(x509.Name.from_rfc4514_string(f"CN={wanted.get('name', 'Root')}"))
    by = x509.AuthorityKeyIdentifier(wanted["key_identifier"], [name], serial)
    server = leaf(ISSUING, key_ids=False, more=[(by, False), (ID, False)])
    kinds = {f.kind for f in odd((server, ISSUING, ROOT))}
    assert ("key-id-mismatch" in kinds) == mismatch
    assert accepted_without((server, ISSUING, ROOT), tmp_path) != mismatch


# --- none ---------------------------------------------------------------------------------------------


def test_a_kind_is_told_once():
    server = leaf(ISSUING, names=(), more=[names(*(dns(f".{n}.example") for n in range(9)))])
    assert [f.kind for f in odd((server, ISSUING, ROOT))] == ["leading-dot"]


def _clean() -> dict[str, Chain]:
    deep = authority("Deep", ISSUING, constraints=(True, 0))
    bounded = authority("Bounded", ROOT, more=[constraints([dns("a.example")])])
    same = authority("Root", ROOT)
    return {
        "a leaf": _leaf(),
        "a quoted mailbox": _leaf(names=(), more=[names(mail('"a@b"@c.test'))]),
        "a deep one": (leaf(deep), deep, ISSUING, ROOT),
        "one under constraints": (leaf(bounded), bounded, ROOT),
        "one without a subject": _without_name(),
        "one without a subject and usage": _without_name(usage=None),
        "one below a self-issued authority": (leaf(same), same, ROOT),
        "one below a root without an authority key id": (leaf(ROOT), ROOT),
        "one without usage and constraints": _leaf(usage=None, constraints=None),
        "dates from 2050 on": _changed_leaf(validity=sequence(moment(AT), moment(AT.replace(year=2050)))),
        "a serial of 20 bytes": _changed_leaf(serial=integer((1 << 159) - 1)),
    }


@pytest.mark.parametrize("which", _clean())
def test_a_certificate_to_the_letter_has_none(which: str, tmp_path: Path):
    chain = _clean()[which]
    assert [(f.kind, f.role) for f in odd(chain)] == []
    assert refused_by_flag(chain, tmp_path) is None
    assert accepted_without(chain, tmp_path)


def test_a_pinned_certificate_is_left_alone(tmp_path: Path):
    # RFC 6818 section 2: RFC 5280 says nothing about self-signed certificates of servers.
    for pinned in (leaf(None), leaf(None, key_ids=False), leaf(None, constraints=(True, None))):
        assert faults_of("strict-only", pinned, roots=[pinned]) == ()
        facts = situation(pinned, roots=[pinned], name=None)
        assert command_says(facts, tmp_path, "-x509_strict").accepts


def test_a_self_issued_authority_names_its_issuers_key(tmp_path: Path):
    # Only a self-signed one may leave that out (RFC 5280 section 4.2.1.1).
    extensions = [der.raw(one) for one in ISSUING.certificate.parts.extensions or ()]
    kept = [one for one in extensions if oid("2.5.29.35") not in one]
    same = again(authority("Root", ROOT), ROOT, extensions=kept)  # type: ignore[arg-type]
    chain = (leaf(same, key_ids=False, more=[(ISSUER_ID, False), (ID, False)]), same, ROOT)
    assert [(f.kind, f.role) for f in odd(chain) if f.kind == "no-authority-key-id"] == [
        ("no-authority-key-id", "ca")
    ]


# --- several ------------------------------------------------------------------------------------------

BY_FLAG = frozenset({
    "no-authority-key-id", "no-key-usage", "no-subject-key-id", "empty-subject", "empty-issuer",
    "basic-constraints-not-critical", "path-length-without-signing", "leaf-path-length", "leaf-signs",
    "names-not-critical",
})  # fmt: skip
"""The kinds that X509_V_FLAG_X509_STRICT knows, wherever they are, for certificates of version 3."""

LEAF_OPTIONS = {
    "usage": [None, MINIMAL, MINIMAL | SIGNS, MINIMAL | {"crl_sign"}],
    "constraints": [None, (False, None), (True, None), (True, 0)],
    "names": [[], [names(dns(HOST))], [names(dns(HOST), critical=True)]],
    "subject": ["a.example", NAMELESS],
}
CA_OPTIONS = {
    "usage": [None, SIGNS],
    "critical": [True, False],
    "limit": [None, 0],
    "ids": ["both", "own", "above", "none"],
}


def _some(options: dict[str, list]) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in options.items()})


def _ids(which: str, own: ec.EllipticCurvePublicKey, above: ec.EllipticCurvePublicKey) -> list:
    found = []
    if which in ("both", "own"):
        found.append((x509.SubjectKeyIdentifier.from_public_key(own), False))
    if which in ("both", "above"):
        found.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(above), False))
    return found


def _one(name: str, issuer: Made | None, options: dict) -> Made:
    key = new_key()
    above = issuer.key if issuer else key
    more = _ids(options["ids"], key.public_key(), above.public_key())
    more.append((x509.BasicConstraints(True, options["limit"]), options["critical"]))
    return (
        authority(name, issuer, key=key, constraints=None, usage=options["usage"], key_ids=False, more=more)
        if issuer
        else root(name, key=key, constraints=None, usage=options["usage"], key_ids=False, more=more)
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_some(LEAF_OPTIONS), _some(CA_OPTIONS), _some(CA_OPTIONS))
def test_whatever_is_odd_the_flag_refuses_the_same(
    tmp_path: Path, leaf_options: dict, ca_options: dict, anchor_options: dict
):
    top = _one("Top", None, anchor_options | {"limit": None})
    between = _one("Between", top, ca_options)
    server = made(
        leaf_options["subject"], between, usage=leaf_options["usage"], purposes=SERVERS,
        constraints=leaf_options["constraints"], more=leaf_options["names"],
    )  # fmt: skip
    chain = (server, between, top)
    found = {(f.kind, f.role) for f in odd(chain)}
    expected = {kind for kind, _ in found} & BY_FLAG
    refused = refused_by_flag(chain, tmp_path)
    assert bool(refused) == bool(expected), (refused, found)


def test_the_parts_of_a_chain_are_told_apart():
    top = root("Odd Root", usage=None)
    between = authority("Odd", top, usage=None)
    chain = (leaf(between, usage=MINIMAL | SIGNS), between, top)
    assert [(f.kind, f.role, f.on) for f in odd(chain)] == [
        ("leaf-signs", "leaf", chain[0].certificate),
        ("no-key-usage", "ca", between.certificate),
        ("no-key-usage", "anchor", top.certificate),
    ]  # fmt: skip
