import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from judge_making import (
    AT,
    DAY,
    SIGNS,
    Made,
    authority,
    content,
    leaf,
    made,
    new_key,
    root,
    situation,
    verdict_on,
)
from withdrawing import UNKNOWN, answer_to, entry, list_of, pem_of, pointing, relative_name, scope

from tlswizard.clients.reading import policy
from tlswizard.core.crl import Crl
from tlswizard.core.pem import pem
from tlswizard.core.terms import Triple
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

SECOND = timedelta(seconds=1)
LISTS = "http://ca.example/"
REVOCATION = {"revoked", "revocation-stale", "revocation-unreachable", "no-revocation-information"}

ROOT = root()
ISSUING = authority("Issuing", ROOT)
SERVER = leaf(ISSUING)
OF_ROOT, OF_ISSUING = list_of(ROOT), list_of(ISSUING)
BOTH = (OF_ROOT, OF_ISSUING)

MUTE = authority("Mute", ROOT, usage=frozenset({"key_cert_sign"}))
BELOW_MUTE = leaf(MUTE)

SPLIT = authority("Split", ROOT)
"""It signs its lists with another key than its certificates."""
LISTS_OF_SPLIT = made("Split", ROOT, constraints=(False, None), usage=frozenset({"crl_sign"}))
BELOW_SPLIT = leaf(SPLIT)
STRANGER = root("Stranger")
SPLIT_OF_STRANGER = made("Split", STRANGER, constraints=(False, None), usage=frozenset({"crl_sign"}))
SPLIT_EXPIRED = made(
    "Split", ROOT, constraints=(False, None), usage=frozenset({"crl_sign"}), not_after=AT - DAY
)

POINTING = leaf(ISSUING, more=[pointing(LISTS + "a")])
RELATIVE = leaf(ISSUING, more=[pointing(relative="a")])

OTHER = authority("Lists Incorporated", ROOT)
"""It issues the lists of others."""
ELSEWHERE = leaf(ISSUING, more=[pointing(LISTS + "indirect", issuer=OTHER)])

URI_A, URI_B = [x509.UniformResourceIdentifier(LISTS + "a")], [x509.UniformResourceIdentifier(LISTS + "b")]
KEYS = frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise})
REST = frozenset(x509.ReasonFlags) - KEYS - {
    x509.ReasonFlags.unspecified, x509.ReasonFlags.remove_from_crl
}  # fmt: skip


def delta(by: Made, *withdrawn: object, base: int = 7, number: int = 9, **rest: object) -> Crl:
    changes = (x509.DeltaCRLIndicator(base), True)
    return list_of(by, *withdrawn, number=number, more=[changes], **rest)  # type: ignore[arg-type]


def on_behalf(of: Made, *withdrawn: Made) -> list[x509.RevokedCertificate]:
    owner = x509.CertificateIssuer([x509.DirectoryName(of.certificate.library().subject)])
    first, *others = withdrawn
    return [entry(first.certificate, more=[(owner, True)]), *(entry(o.certificate) for o in others)]


@dataclass(frozen=True, slots=True)
class Story:
    """A chain, lists, and what is to be said: (cause, kind, role) of every fault."""

    crls: Iterable[Crl]
    faults: tuple[tuple[str, str, str], ...] = ()
    chain: tuple[Made, ...] = (SERVER, ISSUING)
    at: datetime = AT


STORIES = {
    "nobody-is-listed": Story(BOTH),
    "others-are-listed": Story((OF_ROOT, list_of(ISSUING, leaf(ISSUING).certificate))),
    "the-leaf-is-listed": Story(
        (OF_ROOT, list_of(ISSUING, SERVER.certificate)), (("revoked", "crl", "leaf"),)
    ),
    "the-authority-is-listed": Story(
        (list_of(ROOT, ISSUING.certificate), OF_ISSUING), (("revoked", "crl", "ca"),)
    ),
    "both-are-listed": Story(
        (list_of(ROOT, ISSUING.certificate), list_of(ISSUING, SERVER.certificate)),
        (("revoked", "crl", "leaf"), ("revoked", "crl", "ca")),
    ),
    "its-serial-number-on-the-list-of-another": Story((list_of(ROOT, SERVER.certificate), OF_ISSUING)),
    "on-hold": Story(
        (OF_ROOT, list_of(ISSUING, entry(SERVER.certificate, x509.ReasonFlags.certificate_hold))),
        (("revoked", "crl", "leaf"),),
    ),
    "withdrawn-tomorrow": Story(
        (OF_ROOT, list_of(ISSUING, entry(SERVER.certificate, at=AT + DAY))), (("revoked", "crl", "leaf"),)
    ),
    "no-list-for-the-leaf": Story((OF_ROOT,), (("revocation-unreachable", "no-crl", "leaf"),)),
    "no-list-for-the-authority": Story((OF_ISSUING,), (("revocation-unreachable", "no-crl", "ca"),)),
    "a-list-that-is-over": Story(
        (OF_ROOT, list_of(ISSUING, since=AT - 9 * DAY, until=AT - DAY)),
        (("revocation-stale", "crl", "leaf"),),
    ),
    "a-list-of-tomorrow": Story(
        (OF_ROOT, list_of(ISSUING, since=AT + DAY)), (("revocation-stale", "crl", "leaf"),)
    ),
    "a-list-that-is-over-beside-a-fresh-one": Story(
        (*BOTH, list_of(ISSUING, SERVER.certificate, since=AT - 9 * DAY, until=AT - DAY, number=6))
    ),
    "signed-by-somebody-else": Story(
        (OF_ROOT, list_of(STRANGER, name=ISSUING)), (("revocation-unreachable", "crl-signature", "leaf"),)
    ),
    "a-forged-list-beside-the-right-one": Story((*BOTH, list_of(STRANGER, SERVER.certificate, name=ISSUING))),
    "an-authority-that-must-not-sign-lists": Story(
        (OF_ROOT, list_of(MUTE)), (("revocation-unreachable", "crl-signer", "leaf"),), (BELOW_MUTE, MUTE)
    ),
    "a-key-of-its-own-for-lists": Story(
        (OF_ROOT, list_of(LISTS_OF_SPLIT)), (), (BELOW_SPLIT, SPLIT, LISTS_OF_SPLIT)
    ),
    "a-key-for-lists-that-was-withdrawn": Story(
        (list_of(ROOT, LISTS_OF_SPLIT.certificate), list_of(LISTS_OF_SPLIT)),
        (("revocation-unreachable", "crl-signer", "leaf"),),
        (BELOW_SPLIT, SPLIT, LISTS_OF_SPLIT),
    ),
    "a-key-for-lists-that-the-anchor-does-not-know": Story(
        (OF_ROOT, list_of(SPLIT_OF_STRANGER)),
        (("revocation-unreachable", "crl-signer", "leaf"),),
        (BELOW_SPLIT, SPLIT, SPLIT_OF_STRANGER),
    ),
    "only-users": Story((OF_ROOT, list_of(ISSUING, more=[scope(only_contains_user_certs=True)]))),
    "only-users-for-an-authority": Story(
        (OF_ISSUING, list_of(ROOT, more=[scope(only_contains_user_certs=True)])),
        (("revocation-unreachable", "crl-scope", "ca"),),
    ),
    "only-authorities": Story((OF_ISSUING, list_of(ROOT, more=[scope(only_contains_ca_certs=True)]))),
    "only-authorities-for-the-leaf": Story(
        (OF_ROOT, list_of(ISSUING, more=[scope(only_contains_ca_certs=True)])),
        (("revocation-unreachable", "crl-scope", "leaf"),),
    ),
    "only-attributes": Story(
        (OF_ROOT, list_of(ISSUING, more=[scope(only_contains_attribute_certs=True)])),
        (("revocation-unreachable", "crl-scope", "leaf"),),
    ),
    "the-point-that-the-leaf-names": Story(
        (OF_ROOT, list_of(ISSUING, more=[scope(full_name=URI_A)])), (), (POINTING, ISSUING)
    ),
    "another-point": Story(
        (OF_ROOT, list_of(ISSUING, more=[scope(full_name=URI_B)])),
        (("revocation-unreachable", "crl-scope", "leaf"),),
        (POINTING, ISSUING),
    ),
    "a-point-with-a-relative-name": Story(
        (
            OF_ROOT,
            list_of(ISSUING, more=[scope(relative_name=relative_name("a"))]),
        ),
        (), (RELATIVE, ISSUING),
    ),
    "some-reasons": Story(
        (OF_ROOT, list_of(ISSUING, more=[scope(only_some_reasons=KEYS)])),
        (("revocation-unreachable", "crl-reasons", "leaf"),),
    ),
    "all-reasons-on-two-lists": Story((
        OF_ROOT, list_of(ISSUING, more=[scope(only_some_reasons=KEYS)]),
        list_of(ISSUING, more=[scope(only_some_reasons=REST)]),
    )),
    "listed-on-the-second-of-two": Story(
        (
            OF_ROOT, list_of(ISSUING, more=[scope(only_some_reasons=KEYS)]),
            list_of(ISSUING, SERVER.certificate, more=[scope(only_some_reasons=REST)]),
        ),
        (("revoked", "crl", "leaf"),),
    ),
    "an-extension-that-nobody-knows": Story((OF_ROOT, list_of(ISSUING, more=[(UNKNOWN, False)]))),
    "a-critical-extension-that-nobody-knows": Story(
        (OF_ROOT, list_of(ISSUING, more=[(UNKNOWN, True)])),
        (("revocation-unreachable", "crl-critical", "leaf"),),
    ),
    "a-critical-extension-of-another-entry": Story(
        (OF_ROOT, list_of(ISSUING, entry(leaf(ISSUING).certificate, more=[(UNKNOWN, True)]))),
        (("revocation-unreachable", "crl-critical", "leaf"),),
    ),
    "a-list-by-whom-the-leaf-names": Story(
        (OF_ROOT, list_of(OTHER, more=[scope(indirect_crl=True)])), (), (ELSEWHERE, ISSUING, OTHER)
    ),
    "listed-there": Story(
        (
            OF_ROOT,
            list_of(OTHER, *on_behalf(ISSUING, SERVER, ELSEWHERE), more=[scope(indirect_crl=True)]),
        ),
        (("revoked", "crl", "leaf"),), (ELSEWHERE, ISSUING, OTHER),
    ),
    "the-number-of-another-issuer-listed-there": Story(
        (OF_ROOT, list_of(OTHER, ELSEWHERE.certificate, more=[scope(indirect_crl=True)])),
        (), (ELSEWHERE, ISSUING, OTHER),
    ),
    "a-list-by-others-whom-nobody-named": Story(
        (OF_ROOT, list_of(OTHER, more=[scope(indirect_crl=True)])),
        (("revocation-unreachable", "no-crl", "leaf"),), (SERVER, ISSUING, OTHER),
    ),
    "changes-alone": Story((OF_ROOT, delta(ISSUING)), (("revocation-unreachable", "no-crl", "leaf"),)),
    "an-authority-from-another-anchor-in-between": Story(
        (OF_ROOT, OF_ISSUING, list_of(STRANGER, SERVER.certificate)), (), (SERVER, ISSUING, STRANGER)
    ),
}  # fmt: skip


def facts(story: Story) -> Situation:
    return replace(situation(*story.chain, roots=[ROOT], at=story.at), crls=tuple(story.crls))


def told(facts: Situation) -> list[Fault]:
    first, *_ = walk(facts)
    return [fault for fault in first.faults if fault.cause in REVOCATION]


def triples(found: Iterable[Fault]) -> list[tuple[str, str | None, str]]:
    return [(f.cause, f.kind, f.role) for f in found if f.cause != "no-revocation-information"]


@pytest.mark.parametrize("story", STORIES)
def test_what_the_lists_say_is_told_of_every_certificate(story: str):
    expected = STORIES[story]
    assert triples(told(facts(expected))) == list(expected.faults)


@pytest.mark.parametrize("story", STORIES)
def test_openssl_that_is_told_to_look_is_of_the_same_opinion(story: str, tmp_path: Path):
    one = STORIES[story]
    first, *others = one.chain
    (tmp_path / "leaf").write_text(pem(first.certificate))
    (tmp_path / "others").write_text("".join(pem(c.certificate) for c in others))
    (tmp_path / "roots").write_text(pem(ROOT.certificate))
    (tmp_path / "lists").write_bytes(pem_of(*one.crls))
    files = ["-CAfile", "roots", "-CRLfile", "lists", "-untrusted", "others", "leaf"]
    looking = ["-crl_check_all", "-extended_crl", "-use_deltas", "-attime", str(int(one.at.timestamp()))]
    command = ["openssl", "verify", *looking, *files]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not one.faults), done.stderr


@pytest.mark.parametrize("story", STORIES)
def test_who_insists_on_fresh_lists_refuses_and_the_others_refuse_what_is_withdrawn(story: str):
    one = STORIES[story]
    assert strictly(facts(one)).result == ("refuse" if one.faults else "accept")
    verdict = leniently(facts(one))
    withdrawn = any(cause == "revoked" for cause, _, _ in one.faults)
    assert verdict.result == ("refuse" if withdrawn else "accept")
    assert {f.cause for f in verdict.faults} <= {"revoked"}


def leniently(facts: Situation, insists: Iterable[Triple] = ()):
    """As .NET with its check switched on: it refuses what is known to be withdrawn."""
    shipped = content()
    own = policy(shipped.clients["dotnet"], shipped.causes)
    asking = frozenset(t for t in own.tolerates if t[0] != "revoked")
    asks = replace(own, tolerates=asking, refuses=own.refuses | set(insists))
    order = {cause.id: cause.place for cause in shipped.causes.values()}
    return judge(facts, walk(facts), asks, order)


def strictly(facts: Situation):
    return leniently(facts, {("revocation-stale", None, None), ("revocation-unreachable", None, None)})


@pytest.mark.parametrize("client", ["python", "requests", "dotnet", "dotnet-service"])
def test_who_does_not_ask_by_default_accepts_and_notes_it(client: str):
    for one in STORIES.values():
        verdict = verdict_on(client, facts(one))
        assert verdict.result == "accept"
        told = {cause for cause, _, _ in one.faults}
        assert {f.cause for f in verdict.notes} >= told - {"strict-only"}


def test_the_sentence_says_when_and_why():
    withdrawn = entry(SERVER.certificate, x509.ReasonFlags.key_compromise, at=AT - 2 * DAY)
    (fault,) = told(facts(Story((OF_ROOT, list_of(ISSUING, withdrawn)))))
    assert fault.found == "its issuer withdrew it on 4 May 2031: its key may be in the wrong hands"
    assert fault.on == SERVER.certificate


def test_a_list_that_is_over_still_says_that_it_names_the_certificate():
    old = list_of(ISSUING, SERVER.certificate, since=AT - 9 * DAY, until=AT - DAY)
    (fault,) = told(facts(Story((OF_ROOT, old))))
    assert fault.found == "the list of “Issuing” was good until 5 May 2031; it names this certificate"


@pytest.mark.parametrize(
    ("at", "stale"), [(AT - SECOND, True), (AT, False), (AT + DAY, False), (AT + DAY + SECOND, True)]
)
def test_both_ends_of_a_list_count(at: datetime, stale: bool):
    short = list_of(ISSUING, since=AT, until=AT + DAY)
    found = told(facts(Story((OF_ROOT, short), at=at)))
    assert [f.cause for f in found] == (["revocation-stale"] if stale else [])


# --- changes (OpenSSL looks at them only if the certificate says where they are) ---


def test_changes_add_to_the_list_that_they_fit():
    for number, base, applies in ((9, 7, True), (9, 8, False), (7, 7, False), (9, 5, True)):
        changes = delta(ISSUING, SERVER.certificate, base=base, number=number)
        found = told(facts(Story((*BOTH, changes))))
        assert [f.cause for f in found] == (["revoked"] if applies else [])


def test_changes_take_off_what_was_on_hold():
    held = list_of(ISSUING, entry(SERVER.certificate, x509.ReasonFlags.certificate_hold))
    free = delta(ISSUING, entry(SERVER.certificate, x509.ReasonFlags.remove_from_crl))
    assert [f.cause for f in told(facts(Story((OF_ROOT, held))))] == ["revoked"]
    assert told(facts(Story((OF_ROOT, held, free)))) == []


def test_changes_keep_an_old_list_fresh_and_those_of_others_change_nothing():
    old = list_of(ISSUING, since=AT - 9 * DAY, until=AT - DAY)
    assert told(facts(Story((OF_ROOT, old, delta(ISSUING))))) == []
    forged = delta(STRANGER, SERVER.certificate, name=ISSUING)
    assert told(facts(Story((*BOTH, forged)))) == []
    late = delta(ISSUING, SERVER.certificate, since=AT + DAY)
    assert told(facts(Story((*BOTH, late)))) == []


def test_the_newest_of_several_changes_counts():
    listed, free = (
        delta(ISSUING, entry(SERVER.certificate, reason), number=number)
        for number, reason in ((9, x509.ReasonFlags.key_compromise), (10, x509.ReasonFlags.remove_from_crl))
    )
    assert told(facts(Story((*BOTH, listed, free)))) == []


# --- who signs ---


def test_a_key_for_lists_that_is_over_signs_none():
    """The openssl command goes on behind expired certificates, as openssl-verify(1) says."""
    story = Story((OF_ROOT, list_of(SPLIT_EXPIRED)), chain=(BELOW_SPLIT, SPLIT, SPLIT_EXPIRED))
    assert triples(told(facts(story))) == [("revocation-unreachable", "crl-signer", "leaf")]


def test_no_key_vouches_for_itself_by_way_of_a_list():
    """Two certificates whose lists the other one signs, and which nobody else speaks of."""
    first = made("Knot", ROOT, constraints=(True, None), usage=SIGNS)
    second = made("Knot", first, constraints=(True, None), usage=SIGNS)
    server = leaf(second)
    story = Story((OF_ROOT, list_of(second)), chain=(server, second, first))
    causes = [(f.cause, f.kind, f.on) for f in told(facts(story))]
    # The list of “Knot” speaks of `second`, too, and it is signed by that very key.
    assert causes == [("revocation-unreachable", "crl-signer", second.certificate)]


def test_a_signer_whose_issuer_leaves_its_own_status_to_it_is_believed():
    """NIST PKITS 4.14.30: nobody but the issuer of the lists speaks of its own certificate."""
    key = new_key()
    subject = made("Lister", ROOT, key=key)
    own = pointing(LISTS + "own", issuer=subject)
    lister = made("Lister", ROOT, key=key, usage=frozenset({"crl_sign"}), more=[own])
    server = leaf(ROOT, more=[own])
    indirect = list_of(lister, more=[scope(indirect_crl=True)])
    assert told(facts(Story((indirect,), chain=(server, lister)))) == []
    gone = list_of(lister, *on_behalf(ROOT, lister), more=[scope(indirect_crl=True)])
    assert [f.kind for f in told(facts(Story((gone,), chain=(server, lister))))] == ["crl-signer"]


def test_a_knot_of_signers_ends():
    many = [made("Split", ROOT, key=LISTS_OF_SPLIT.key, usage=frozenset({"crl_sign"})) for _ in range(30)]
    lists = [list_of(LISTS_OF_SPLIT, number=n) for n in range(30)]
    story = Story(lists, chain=(BELOW_SPLIT, SPLIT, *many))
    assert {f.cause for f in told(facts(story))} == {"revocation-unreachable"}


def test_a_list_that_cannot_be_read_is_said_and_hides_no_other():
    broken = Crl(OF_ISSUING.der[:50])
    assert told(facts(Story((*BOTH, broken)))) == []
    found = told(facts(Story((OF_ROOT, broken))))
    assert triples(found) == [("revocation-unreachable", "crl-unreadable", "leaf")]


def test_only_the_strictest_miss_the_number_of_a_list():
    first, *_ = walk(facts(Story((OF_ROOT, list_of(ISSUING, number=None)))))
    assert [(f.cause, f.kind, f.role) for f in first.faults] == [("strict-only", "crl-number", "leaf")]


# --- where nothing was given ---


def test_without_lists_and_answer_nothing_is_said():
    assert told(situation(SERVER, ISSUING, roots=[ROOT])) == []


def test_a_leaf_that_names_nobody_to_ask_is_noted_and_accepted():
    mute = leaf(ISSUING, more=[])
    (fault,) = told(situation(mute, ISSUING, roots=[ROOT]))
    assert (fault.cause, fault.role, fault.on) == ("no-revocation-information", "leaf", mute.certificate)
    verdict = verdict_on("openssl", situation(mute, ISSUING, roots=[ROOT]))
    assert (verdict.result, verdict.notes) == ("accept", (fault,))


def test_an_address_for_questions_is_enough():
    where = x509.AccessDescription(
        x509.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example")
    )
    asked = leaf(ISSUING, more=[(x509.AuthorityInformationAccess([where]), False)])
    assert told(situation(asked, ISSUING, roots=[ROOT])) == []


def test_the_anchor_and_a_self_signed_leaf_are_asked_for_nothing():
    alone = made("alone", names=("a.example",))
    assert told(situation(alone, roots=[alone])) == []
    assert told(situation(alone, roots=[])) == []
    assert told(replace(situation(alone, roots=[alone]), crls=BOTH)) == []
    withdrawn = list_of(ROOT, ROOT.certificate, ISSUING.certificate)
    assert [f.role for f in told(facts(Story((withdrawn, OF_ISSUING))))] == ["ca"]


def test_where_the_path_stops_nothing_is_said_of_its_last_certificate():
    assert told(replace(situation(SERVER, roots=[ROOT]), crls=(OF_ROOT,))) == []


# --- the staple ---

REVOKED, UNKNOWN_THERE = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
FOR_ANSWERS = [ExtendedKeyUsageOID.OCSP_SIGNING]
DELEGATE = made("Responder", ISSUING, purposes=FOR_ANSWERS)


def changed_last(der: bytes) -> bytes:
    return der[:-1] + bytes([der[-1] ^ 1])


MANIFEST = {
    "good": (answer_to(SERVER.certificate, ISSUING), []),
    "withdrawn": (answer_to(SERVER.certificate, ISSUING, REVOKED), ["revoked"]),
    "unknown": (answer_to(SERVER.certificate, ISSUING, UNKNOWN_THERE), ["revocation-unreachable"]),
    "over": (
        answer_to(SERVER.certificate, ISSUING, since=AT - 9 * DAY, until=AT - DAY), ["revocation-stale"]
    ),
    "of-tomorrow": (answer_to(SERVER.certificate, ISSUING, since=AT + DAY), ["revocation-stale"]),
    "without-an-end": (answer_to(SERVER.certificate, ISSUING, until=None), []),
    "of-another": (answer_to(leaf(ISSUING).certificate, ISSUING), ["revocation-unreachable"]),
    "by-a-delegate": (answer_to(SERVER.certificate, ISSUING, by=DELEGATE, sent=[DELEGATE]), []),
    "by-a-delegate-who-sends-nothing": (
        answer_to(SERVER.certificate, ISSUING, by=DELEGATE), ["revocation-unreachable"]
    ),
    "by-another-server": (
        answer_to(SERVER.certificate, ISSUING, by=SERVER, sent=[SERVER]), ["revocation-unreachable"]
    ),
    "changed-on-the-way": (
        changed_last(answer_to(SERVER.certificate, ISSUING)), ["revocation-unreachable"]
    ),
    "rubbish": (b"\x30\x03\x0a\x01", ["revocation-unreachable"]),
    "nothing": (b"", ["revocation-unreachable"]),
    "an-error": (
        ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(
            Encoding.DER
        ),
        ["revocation-unreachable"],
    ),
}  # fmt: skip


def stapled(staple: bytes, crls: tuple[Crl, ...] = ()) -> Situation:
    return replace(situation(SERVER, ISSUING, roots=[ROOT]), staple=staple, crls=crls)


@pytest.mark.parametrize("which", MANIFEST)
def test_the_stapled_answer_speaks_of_the_leaf_alone(which: str):
    staple, expected = MANIFEST[which]
    found = told(stapled(staple))
    assert triples(found) == [(cause, "staple", "leaf") for cause in expected]


def test_what_the_lists_say_and_what_the_staple_says_is_told_apart():
    good, gone = answer_to(SERVER.certificate, ISSUING), answer_to(SERVER.certificate, ISSUING, REVOKED)
    old = answer_to(SERVER.certificate, ISSUING, since=AT - 9 * DAY, until=AT - DAY)
    none = ("revocation-unreachable", "no-crl", "leaf")
    assert triples(told(stapled(good, (OF_ROOT,)))) == [none]
    assert triples(told(stapled(gone, (OF_ROOT,)))) == [none, ("revoked", "staple", "leaf")]
    assert triples(told(stapled(old, BOTH))) == [("revocation-stale", "staple", "leaf")]
    assert triples(told(stapled(gone, BOTH))) == [("revoked", "staple", "leaf")]
    listed = (OF_ROOT, list_of(ISSUING, SERVER.certificate))
    assert triples(told(stapled(good, listed))) == [("revoked", "crl", "leaf")]
    assert triples(told(stapled(gone, listed))) == [("revoked", "crl", "leaf"), ("revoked", "staple", "leaf")]


@pytest.mark.parametrize("status", [ocsp.OCSPCertStatus.GOOD, REVOKED])
def test_a_staple_changes_nothing_for_who_does_not_look_at_it(status: ocsp.OCSPCertStatus):
    """OpenSSL leaves staples to the program, and it refuses where a list that it was given is over."""
    over = list_of(ISSUING, SERVER.certificate, since=AT - 9 * DAY, until=AT - DAY)
    staple = answer_to(SERVER.certificate, ISSUING, status)
    verdict = verdict_on("openssl", stapled(staple, (OF_ROOT, over)))
    assert triples(verdict.faults) == [("revocation-stale", "crl", "leaf")]


def test_a_delegate_that_was_withdrawn_is_not_believed():
    delegate = made("Responder", ISSUING, purposes=FOR_ANSWERS, more=[pointing(LISTS + "b")])
    staple = answer_to(SERVER.certificate, ISSUING, by=delegate, sent=[delegate])
    nobody, gone = (
        list_of(ISSUING, *withdrawn, more=[scope(full_name=URI_B)])
        for withdrawn in ((), (delegate.certificate,))
    )
    about = [told(stapled(staple, (*BOTH, lists))) for lists in (nobody, gone)]
    assert [triples(found) for found in about] == [[], [("revocation-unreachable", "staple", "leaf")]]
