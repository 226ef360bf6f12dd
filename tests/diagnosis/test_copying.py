"""A copy with other keys shows the faults of its original; with the fix it shows that they are gone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from der_making import bit_string, integer, oid, sequence
from diagnosis_cases import CONTENT
from hypothesis import given, settings
from hypothesis import strategies as st
from judge_making import (
    AT,
    CA_CONFIG,
    DAY,
    HOST,
    LEAF_CONFIG,
    SIGNS,
    Made,
    authority,
    by_openssl,
    leaf,
    new_key,
    root,
)
from proof_oracle import openssl_accepts

from tlswizard.clients.verdicts import verdicts
from tlswizard.core import der
from tlswizard.core.case import Case, Handshake, Observed, Part, Revocation
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.crl import Crl
from tlswizard.core.edit import AddMissing, OnCopy, Reissue, SendMissing
from tlswizard.core.finding import Proof
from tlswizard.core.store import Store
from tlswizard.core.target import parse_target
from tlswizard.diagnosis import copied_keys, copying
from tlswizard.diagnosis.bench import after, copied_after
from tlswizard.diagnosis.copied_fields import fields_of
from tlswizard.diagnosis.copying import Mould, NoCopy
from tlswizard.diagnosis.diagnose import diagnose

Any = Made | Certificate | Malformed


def case_of(
    chain: list[Any], roots: list[Any], *, name: str | None = HOST, crls: tuple[Crl, ...] = ()
) -> Case:
    held = tuple(c for c in map(_bare, roots) if isinstance(c, Certificate))
    return Case(
        parse_target(HOST), Observed("", "", "linux"), AT, offline=True, name=name,
        handshakes=Part(AT, (Handshake(name, "ok", "", chain=tuple(map(_bare, chain)), spoke_tls=True),)),
        stores=Part(AT, (Store("file:roots", "the file roots", "process", "roots", held),)),
        revocation=Part(AT, Revocation(crls)) if crls else None,
    )  # fmt: skip


def _bare(one: Any) -> Certificate | Malformed:
    return one.certificate if isinstance(one, Made) else one


ROOT, OLD = root(), root("Old Root")
ISSUING = authority("Issuing", ROOT)
TWIN = authority("Issuing", ROOT)
LATE = authority("Late", ROOT, not_after=AT - DAY)
MUTE = authority("Mute", ROOT, usage=frozenset({"crl_sign"}))
SHORT = authority("Short", ROOT, constraints=(True, 0))
BELOW = authority("Below", SHORT)
NO_CA = authority("No Authority", ROOT, constraints=(False, None))
INSIDE = authority(
    "Inside", ROOT, more=[(x509.NameConstraints([x509.DNSName("inside.example")], None), True)]
)
STRANGE = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
TOP_RSA, TOP_RSA_KEY = by_openssl("RSA Root", digest="sha256", extensions=CA_CONFIG)


def by_rsa(**options: object) -> Certificate:
    return by_openssl(HOST, extensions=LEAF_CONFIG, signer=TOP_RSA_KEY, **options)[0]  # type: ignore[arg-type]


def served(**wrong: object) -> list[Any]:
    return [leaf(ISSUING, **wrong), ISSUING]


KINDS: dict[str, tuple[list[Any], list[Any], str]] = {
    "expired": (served(not_after=AT - DAY), [ROOT], "renew-certificate"),
    "not-yet-valid": (served(not_before=AT + DAY), [ROOT], "renew-certificate"),
    "expired-authority": ([leaf(LATE), LATE], [ROOT], "renew-certificate"),
    "expired-root": (served(), [root(key=ROOT.key, not_after=AT - DAY)], "update-roots"),
    "other-name": (served(names=("b.example",)), [ROOT], "reissue-with-names"),
    "both": (served(names=("b.a.example",), not_after=AT - DAY), [ROOT], "renew-certificate"),
    "missing": (served()[:1], [ROOT], "send-full-chain"),
    "wrong-one": ([leaf(ISSUING), LATE], [ROOT], "send-full-chain"),
    "twin": ([leaf(ISSUING), TWIN], [ROOT], "send-full-chain"),
    "unknown-root": (served(), [OLD], "add-root"),
    "same-name-root": (served(), [root()], "replace-root-same-name"),
    "no-root-above": (served(), [ISSUING], "add-root"),
    "self-signed": ([leaf(None)], [ROOT], "replace-self-signed"),
    "self-signed-expired": ([leaf(None, not_after=AT - DAY)], [ROOT], "replace-self-signed"),
    "forged": ([leaf(ISSUING, signed_with=new_key()), ISSUING], [ROOT], "renew-certificate"),
    "for-clients": (served(purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,)), [ROOT], "reissue-for-servers"),
    "only-signs": (served(usage=SIGNS), [ROOT], "reissue-for-servers"),
    "strange": (served(more=[STRANGE]), [ROOT], "renew-certificate"),
    "no-authority": ([leaf(NO_CA), NO_CA], [ROOT], "renew-certificate"),
    "mute-authority": ([leaf(MUTE), MUTE], [ROOT], "renew-certificate"),
    "one-too-many": ([leaf(BELOW), BELOW, SHORT], [ROOT], "renew-certificate"),
    "not-inside": ([leaf(INSIDE), INSIDE], [ROOT], "renew-certificate"),
    "p-192": (served(key=new_key(ec.SECP192R1())), [ROOT], "reissue-with-stronger-key"),
    "rsa-1024": ([by_rsa(bits=1024, digest="sha256")], [TOP_RSA], "reissue-with-stronger-key"),
    "md5": ([by_rsa(digest="md5")], [TOP_RSA], "reissue-with-stronger-key"),
    "sha1": ([by_rsa(digest="sha1")], [TOP_RSA], "reissue-with-stronger-key"),
}
"""What is served, what is trusted, and the fix whose proof on a copy ends in *accepted*."""

every_kind = pytest.mark.parametrize("kind", KINDS)


def case(kind: str) -> Case:
    chain, roots, _ = KINDS[kind]
    return case_of(chain, roots)


def proof_of(kind: str) -> tuple[Proof, Case]:
    """The last proof of the fix, and the case after it."""
    told = diagnose(case(kind), CONTENT)
    found = told.fix(KINDS[kind][2])
    assert found is not None, [p.fix.id for p in told.fixes]
    proof = found.proofs[-1]
    assert proof.fixes == (found.fix.id,)
    return proof, copied_after(Mould(case(kind)), case(kind), (found.fix,)).case


@every_kind
def test_the_copy_is_refused_for_the_same_faults_and_accepted_after_the_fix(kind: str):
    proof, _ = proof_of(kind)
    assert proof.on == "copy"
    assert [(r.before, r.after) for r in proof.control] == [("refuse", "refuse")]
    assert [(r.id, r.before, r.after) for r in proof.clients] == [("openssl", "refuse", "accept")]


@every_kind
def test_the_real_openssl_refuses_original_and_control_and_accepts_after_the_fix(kind: str, tmp_path: Path):
    _, fixed = proof_of(kind)
    control = Mould(case(kind)).copied(case(kind)).case
    assert [openssl_accepts(one, tmp_path) for one in (case(kind), control, fixed)] == [False, False, True]


@every_kind
def test_only_key_and_signature_of_a_copy_are_other_ones(kind: str):
    before = case(kind)
    now = Mould(before).copied(before).case
    for old, new in zip(before.chain, now.chain, strict=True):
        assert isinstance(old, Certificate)
        assert isinstance(new, Certificate)
        assert old.key != new.key
        for field in ("version", "serial", "issuer", "validity", "subject", "extensions"):
            assert _raw(old, field) == _raw(new, field), field
        assert old.signature_hash == new.signature_hash


def _raw(certificate: Certificate, field: str) -> object:
    value = getattr(certificate.parts, field)
    if isinstance(value, list):
        return [der.raw(one) for one in value]
    return value if value is None or isinstance(value, int) else der.raw(value)


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("rsa-1024", "RSA 1024"), ("p-192", "EC 192"), ("md5", "EC 256"), ("expired", "EC 256"),
    ],
)  # fmt: skip
def test_a_weak_key_stays_as_weak(key: str, same: str):
    copy = Mould(case(key)).copied(case(key)).case.chain[0]
    assert isinstance(copy, Certificate)
    assert str(copy.key) == same


def test_what_is_named_in_stores_is_copied_with_what_is_sent():
    before = case("expired")
    done = Mould(before).copied(before)
    (anchor, stand_in) = done.case.all_stores[0].anchors
    assert done.origin[anchor.sha256] == ROOT.certificate.sha256
    assert stand_in.sha256 not in done.origin
    assert "Stand-in" in stand_in.title
    above = done.case.chain[1]
    assert isinstance(above, Certificate)
    assert anchor.verifies(above)


def test_a_self_signed_certificate_stays_one():
    copy = Mould(case("self-signed")).copied(case("self-signed")).case.chain[0]
    assert isinstance(copy, Certificate)
    assert copy.is_self_signed


def test_a_copy_leaves_the_case_alone():
    before, mould = case("both"), Mould(case("both"))
    mould.copied(before, (Reissue(names=(HOST,)),))
    assert before == case("both")
    assert verdicts(mould.copied(before).case, CONTENT, ("openssl",))[0].verdict.result == "refuse"


def test_broken_fields_stay_broken():
    """A name list that says two things cannot be read; the copy's cannot either."""
    content = der.value(der.SEQUENCE, b"\x87\x03\x01\x02\x03")
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), content)
    before = case_of(served(names=(), more=[(broken, False)]), [ROOT])
    copy = Mould(before).copied(before).case.chain[0]
    original = before.chain[0]
    assert isinstance(copy, Certificate)
    assert isinstance(original, Certificate)
    assert [f.field for f in copy.flaws] == [f.field for f in original.flaws] == ["subjectAltName"]


def test_an_unreadable_certificate_further_up_stays_where_it_is():
    junk = Malformed(b"junk", "it is none")
    before = case_of([leaf(ISSUING, not_after=AT - DAY), junk, ISSUING], [ROOT])
    assert Mould(before).copied(before).case.chain[1] == junk


# ── what cannot be copied ──


def test_an_unreadable_first_certificate_is_no_path():
    with pytest.raises(NoCopy, match="cannot be read"):
        Mould(case_of([Malformed(b"junk", "it is none")], [ROOT]))
    with pytest.raises(NoCopy):
        Mould(case_of([], [ROOT]))


def test_there_is_a_limit(monkeypatch):
    monkeypatch.setattr(copying, "MAX_COPIED", 2)
    with pytest.raises(NoCopy, match="more than 2"):
        Mould(case("expired"))


@pytest.mark.parametrize(
    "edit",
    [
        SendMissing(tuple(map(_bare, served()))), AddMissing("file:roots", _bare(leaf(ISSUING))),
        Reissue(certificate=OLD.certificate),
    ],
)  # fmt: skip
def test_an_edit_of_what_is_not_missing_or_not_there_says_so(edit: OnCopy):
    before = case_of(served(), [ROOT])
    with pytest.raises(NoCopy):
        Mould(before).copied(before, (edit,))


# ── new certificates ──


def reissued(edit: Reissue, *chain: Any) -> Certificate:
    before = case_of(list(chain) or served(not_after=AT - DAY), [ROOT])
    new = Mould(before).copied(before, (edit,)).case.chain[0]
    assert isinstance(new, Certificate)
    return new


def test_a_new_certificate_has_new_dates_and_a_new_number_and_is_else_the_same():
    old = served(not_after=AT - DAY)[0].certificate
    new = reissued(Reissue(), old, ISSUING)
    assert new.not_before < AT < new.not_after <= AT + timedelta(days=91)
    assert new.serial != old.serial
    assert new.serial > 0
    for field in ("issuer", "subject", "extensions"):
        assert _raw(old, field) == _raw(new, field)


def test_names_are_added_or_stand_alone():
    both = leaf(ISSUING, names=("b.example", "192.0.2.1"))
    assert reissued(Reissue(names=(HOST,)), both, ISSUING).listed_names == ("b.example", HOST, "192.0.2.1")
    assert reissued(Reissue(names=(HOST,), only=True), both, ISSUING).listed_names == (HOST,)
    bare = leaf(ISSUING, names=())
    assert reissued(Reissue(names=("192.0.2.7",)), bare, ISSUING).listed_names == (HOST, "192.0.2.7")


def test_only_what_was_asked_for_is_put_right():
    """A renewal as it is usually done repeats the old mistakes."""
    wrong = leaf(ISSUING, not_after=AT - DAY, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    before = case_of([wrong, ISSUING], [ROOT])
    now = verdicts(Mould(before).copied(before, (Reissue(),)).case, CONTENT, ("openssl",))[0].verdict
    assert [f.cause for f in now.faults] == ["wrong-usage"]


def test_a_stronger_authority_signs_what_is_below_it_anew():
    below = Mould(before := case_of(served(), [ROOT])).copied(
        before, (Reissue(certificate=ISSUING.certificate, stronger=True),)
    )
    first, above = below.case.chain
    assert isinstance(first, Certificate)
    assert isinstance(above, Certificate)
    assert above.verifies(first)


def test_two_of_a_chain_can_be_issued_anew_together():
    before = case_of([leaf(LATE, not_after=AT - DAY), LATE], [ROOT])
    edits = (Reissue(stronger=True), Reissue(certificate=LATE.certificate, stronger=True))
    now = Mould(before).copied(before, edits).case
    assert verdicts(now, CONTENT, ("openssl",))[0].verdict.result == "accept"


# ── lists of withdrawn certificates ──


def withdrawing(issuer: Made, *serials: int) -> Crl:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.library().subject)
        .last_update(AT - DAY)
        .next_update(AT + DAY)
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT - DAY).build()
        builder = builder.add_revoked_certificate(entry)
    return Crl(builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER))


def test_a_withdrawn_certificate_is_replaced_by_one_with_another_number():
    bad = leaf(ISSUING)
    lists = (withdrawing(ISSUING, bad.certificate.serial), withdrawing(ROOT))
    told = diagnose(case_of([bad, ISSUING], [ROOT], crls=lists), CONTENT)
    assert [f.id for f in told.urgent] == ["revoked"]
    renew = told.fix("renew-certificate")
    assert renew is not None
    (proof,) = renew.proofs
    assert (proof.on, proof.control[0].left, proof.clients[0].after) == ("copy", ("revoked",), "accept")


# ── odd issuers ──


def test_an_issuer_named_by_its_number_is_stood_in_for_with_that_number(tmp_path: Path):
    by_number = x509.AuthorityKeyIdentifier(
        b"\x01\x02", [x509.DirectoryName(ROOT.certificate.library().subject)], 4711
    )
    lone = leaf(ISSUING, key_ids=False, more=[(by_number, False)])
    before = case_of([lone], [OLD])
    fixed = Mould(before).copied(before, (SendMissing((lone.certificate,)),)).case
    assert verdicts(fixed, CONTENT, ("openssl",))[0].verdict.result == "accept"
    assert openssl_accepts(fixed, tmp_path)


def test_a_key_of_another_kind_stays_of_its_kind():
    key = ed25519.Ed25519PrivateKey.generate()
    before = case_of([leaf(ISSUING, key=key, key_ids=False, names=("b.example",)), ISSUING], [ROOT])
    copy = Mould(before).copied(before).case.chain[0]
    assert isinstance(copy, Certificate)
    assert str(copy.key) == "Ed25519"


def test_an_edit_with_certificates_that_exist_is_made_on_the_copy_too():
    told = diagnose(case("both"), CONTENT)
    ask = told.fix("use-listed-name")
    assert ask is not None
    moved = after(case("both"), (ask.fix,))
    assert (
        copied_after(Mould(case("both")), case("both"), (ask.fix,)).case.name == moved.name == "b.a.example"
    )


def test_another_handshake_keeps_its_chain():
    before = case("expired")
    assert before.handshakes
    assert before.handshakes.result
    two = replace(before.handshakes, result=(*before.handshakes.result, before.handshakes.result[0]))
    before = replace(before, handshakes=two)
    now = Mould(before).copied(before).case
    assert now.handshakes
    assert now.handshakes.result
    assert now.handshakes.result[1] == before.handshakes.result[1]  # type: ignore[union-attr,index]


# ── whatever a server sends ──


def keyed(one: Made, spki: bytes, issuer: Made) -> Certificate:
    """The certificate with another key in it, signed by its issuer."""
    tbs = replace(fields_of(one.certificate), spki=spki).encoded()
    signature = bit_string(issuer.key.sign(tbs, ec.ECDSA(SHA256())))
    made = parse_certificate(sequence(tbs, der.raw(one.certificate.signed.algorithm), signature))
    assert isinstance(made, Certificate)
    return made


def rsa_key(modulus: int) -> bytes:
    public = bit_string(sequence(integer(modulus), integer(3)))
    return sequence(sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), public)


def dsa_key(p: int, q: int, g: int) -> bytes:
    identifier = sequence(oid("1.2.840.10040.4.1"), sequence(integer(p), integer(q), integer(g)))
    return sequence(identifier, bit_string(integer(2)))


ODD_KEYS = {
    "rsa-4": rsa_key(15), "rsa-6": rsa_key(61), "rsa-8": rsa_key(253), "rsa-301": rsa_key((1 << 300) + 331),
    "dsa-even": dsa_key(1 << 2047, 1 << 255, 3),
    "dsa-minus-one": dsa_key((1 << 2047) + 1, (1 << 255) + 1, 1 << 2047),
}  # fmt: skip

every_odd_key = pytest.mark.parametrize("spki", ODD_KEYS.values(), ids=ODD_KEYS)


@every_odd_key
def test_a_key_that_nothing_is_signed_with_hinders_no_proof(spki: bytes):
    extra = keyed(authority("Root", ROOT), spki, ROOT)
    told = diagnose(case_of([leaf(ROOT, not_after=AT - DAY), extra], [ROOT]), CONTENT)
    renew = told.fix("renew-certificate")
    assert renew is not None
    assert [(p.on, p.clients[0].after) for p in renew.proofs] == [("copy", "accept")]


@every_odd_key
def test_a_server_with_a_key_that_nobody_makes_gets_a_verdict_and_a_proof(spki: bytes):
    told = diagnose(case_of([keyed(leaf(ROOT, not_after=AT - DAY), spki, ROOT)], [ROOT]), CONTENT)
    assert "expired" in [f.id for f in told.urgent]
    renew = told.fix("renew-certificate")
    assert renew is not None
    assert renew.proofs


def test_a_key_that_signs_and_that_nobody_makes_says_why_there_is_no_copy(monkeypatch):
    monkeypatch.setattr(copied_keys, "SMALLEST", 1025)
    small = by_openssl("Small", bits=1024, digest="sha1", extensions=CA_CONFIG)
    below, _ = by_openssl(HOST, digest="sha1", extensions=LEAF_CONFIG, signer=small[1])
    assert small[0].verifies(below)
    with pytest.raises(NoCopy, match="“Small” cannot be copied: its RSA key has 1024 bits"):
        Mould(case_of([below], [small[0]]))


UNREAD_IDS = [
    "3100",
    "",
    "30",
    "3003820100",
    "300682000a010203",
    "3006a104a4023000",
    "3009a107a4053003310102",
]


@pytest.mark.parametrize("content", UNREAD_IDS)
def test_an_issuer_named_in_a_way_that_cannot_be_read_is_named_by_nobody(content: str):
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.35"), bytes.fromhex(content))
    lone = leaf(ISSUING, key_ids=False, more=[(odd, False)])
    before = case_of([lone], [ROOT])
    assert diagnose(before, CONTENT).urgent
    assert list(made_or_not(before))


def made_or_not(before: Case) -> Iterator[str]:
    """What is said of each copy. Raises anything but NoCopy."""
    first = before.chain[0]
    assert isinstance(first, Certificate)
    edits: list[tuple[OnCopy, ...]] = [
        (), (Reissue(names=(HOST,), servers=True),), (Reissue(trusted=True),),
        (Reissue(plain=True, stronger=True),), (SendMissing((first,)),), (AddMissing("file:roots", first),),
    ]  # fmt: skip
    try:
        mould = Mould(before)
    except NoCopy as why:
        yield str(why)
        return
    for some in edits:
        try:
            done = mould.copied(before, some)
        except NoCopy as why:
            yield str(why)
        else:
            yield verdicts(done.case, CONTENT, ("openssl",), others=False)[0].verdict.result


SENT = {
    "ec": leaf(ISSUING).certificate.der, "rsa": by_rsa(digest="sha256").der,
    "by-number": leaf(ISSUING, key_ids=False, more=[(x509.AuthorityKeyIdentifier(
        b"\x01\x02", [x509.DirectoryName(ROOT.certificate.library().subject)], 4711), False)],
    ).certificate.der,
}  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    which=st.sampled_from(sorted(SENT)), lone=st.booleans(),
    wrong=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
)  # fmt: skip
def test_nothing_but_no_copy_comes_out_whatever_is_sent(which: str, lone: bool, wrong: list[tuple[int, int]]):
    content = bytearray(SENT[which])
    for place, value in wrong:
        content[place % len(content)] = value
    one = parse_certificate(bytes(content))
    if isinstance(one, Certificate):
        assert list(made_or_not(case_of([one] if lone else [one, ISSUING], [ROOT, TOP_RSA])))
        assert list(made_or_not(case_of([leaf(ISSUING), one], [one])))
