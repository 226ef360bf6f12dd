"""Which of several lists counts, and that nothing on the place of one makes the walk fail."""

import random
import time
from collections.abc import Iterable
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from judge_making import AT, DAY, SIGNS, Made, authority, leaf, made, new_key, root, situation, verdict_on
from withdrawing import answer_to, entry, list_of, pointing, scope

from tlswizard.core import der
from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.crl import Crl
from tlswizard.core.staple import Staple
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import walk
from tlswizard.judge.withdrawn import MAX_POINTS, answers

ROOT = root()
OF_ROOT = list_of(ROOT)
OLD, NEW = authority("Issuing", ROOT), authority("Issuing", ROOT)
"""One authority that has taken a new key and keeps a list for each of the two."""
SERVER = leaf(OLD)
LONG_AGO, LATELY = AT - 2 * DAY, AT - DAY
REVOKED, GOOD, SIGNER = ("revoked", "crl"), None, ("revocation-unreachable", "crl-signer")


def facts(
    *crls: Crl, chain: Iterable[Made] = (SERVER, OLD, NEW), roots: Iterable[Made] = (ROOT,)
) -> Situation:
    return replace(situation(*chain, roots=roots), crls=crls)


def of_leaf(facts: Situation) -> tuple[str, str | None] | None:
    first, *_ = walk(facts)
    found: list[Fault] = [f for f in first.faults if f.role == "leaf" and f.cause.startswith("revo")]
    assert len(found) < 2
    return (found[0].cause, found[0].kind) if found else None


# --- the list for the key ---


@pytest.mark.parametrize("turned", [False, True])
def test_the_newer_list_of_another_key_does_not_hide_an_entry(turned: bool):
    own = list_of(OLD, SERVER.certificate, since=LONG_AGO)
    other = list_of(NEW, since=LATELY)
    lists = (other, own) if turned else (own, other)
    assert of_leaf(facts(OF_ROOT, *lists)) == REVOKED
    assert verdict_on("openssl", facts(OF_ROOT, *lists)).result == "refuse"


def test_the_list_of_another_key_calls_nothing_good_and_is_believed_where_it_names_it():
    assert of_leaf(facts(OF_ROOT, list_of(NEW))) == SIGNER
    assert of_leaf(facts(OF_ROOT, list_of(OLD))) is GOOD
    assert of_leaf(facts(OF_ROOT, list_of(NEW), list_of(OLD))) is GOOD
    assert of_leaf(facts(OF_ROOT, list_of(NEW, SERVER.certificate), list_of(OLD))) == REVOKED


def test_a_renewed_certificate_for_the_same_key_signs_for_both():
    renewed = authority("Issuing", ROOT, key=OLD.key)
    assert of_leaf(facts(OF_ROOT, list_of(renewed), chain=(SERVER, OLD, renewed))) is GOOD


def test_a_key_for_lists_only_calls_good_and_withdrawn():
    # NIST PKITS 4.4.19 and 4.5.6
    lister = made("Issuing", OLD, constraints=(False, None), usage=frozenset({"crl_sign"}))
    chain = (SERVER, OLD, lister)
    of_lister = list_of(OLD, more=[scope(only_contains_ca_certs=True)])
    everything = list_of(lister)
    assert of_leaf(facts(OF_ROOT, everything, of_lister, list_of(OLD), chain=chain)) is GOOD
    listed = list_of(lister, SERVER.certificate, since=LONG_AGO)
    assert of_leaf(facts(OF_ROOT, listed, list_of(OLD, since=LATELY), chain=chain)) == REVOKED


def test_keys_that_the_issuer_tied_together_on_the_path_sign_for_each_other():
    # NIST PKITS 4.5.1: the new key has certified the old one
    new = authority("Rolling", ROOT)
    old = made("Rolling", new, constraints=(True, None), usage=SIGNS)
    server = leaf(old)
    assert of_leaf(facts(OF_ROOT, list_of(new), chain=(server, old, new))) is GOOD
    listed = list_of(new, server.certificate)
    assert of_leaf(facts(OF_ROOT, listed, chain=(server, old, new))) == REVOKED


# --- the newest of one key ---


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [((LATELY, 2), (LATELY, 3)), ((LONG_AGO, 2), (LATELY, 3)), ((LONG_AGO, 9), (LATELY, 3)),
     ((LONG_AGO, None), (LATELY, None)), ((LATELY, None), (LATELY, 3))],
)  # fmt: skip
def test_of_the_lists_of_one_key_the_newest_counts(
    turned: bool, first: tuple[object, int | None], second: tuple[object, int | None]
):
    for named, expected in ((0, GOOD), (1, REVOKED)):
        lists = [
            list_of(OLD, *([SERVER.certificate] if at == named else []), since=since, number=number)  # type: ignore[arg-type]
            for at, (since, number) in enumerate((first, second))
        ]
        found = of_leaf(facts(OF_ROOT, *(reversed(lists) if turned else lists)))
        assert (found or ("strict-only", None))[0] == ("revoked" if expected else "strict-only")


def test_of_two_that_are_equally_new_the_one_that_names_it_counts():
    clean, listed = list_of(OLD), list_of(OLD, SERVER.certificate)
    for lists in ((clean, listed), (listed, clean)):
        assert of_leaf(facts(OF_ROOT, *lists)) == REVOKED


def test_a_list_of_another_scope_makes_no_list_old():
    users = list_of(OLD, SERVER.certificate, since=LONG_AGO, more=[scope(only_contains_user_certs=True)])
    assert of_leaf(facts(OF_ROOT, users, list_of(OLD, since=LATELY))) == REVOKED


def test_a_forged_newer_list_makes_no_list_old():
    forged = list_of(root("Stranger"), since=AT, number=99, name=OLD)
    assert of_leaf(facts(OF_ROOT, forged, list_of(OLD, SERVER.certificate, since=LONG_AGO))) == REVOKED


def test_what_was_on_hold_and_is_free_again_is_good():
    held = list_of(OLD, entry(SERVER.certificate, x509.ReasonFlags.certificate_hold), since=LONG_AGO)
    assert of_leaf(facts(OF_ROOT, held, list_of(OLD, since=LATELY, number=8))) is GOOD


# --- limits ---


def many_points(count: int) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier(f"http://a.example/{n}")], None, None, None
            )
            for n in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("count", "expected"), [(MAX_POINTS, GOOD), (MAX_POINTS + 1, ("revocation-unreachable", "crl-scope"))]
)
def test_with_too_many_points_nothing_is_called_good(count: int, expected: tuple[str, str] | None):
    server = leaf(OLD, more=[(many_points(count), False)])
    chain = (server, OLD)
    assert of_leaf(facts(OF_ROOT, list_of(OLD), chain=chain)) == expected
    assert of_leaf(facts(OF_ROOT, list_of(OLD, server.certificate), chain=chain)) == REVOKED


def test_a_hundred_lists_and_five_thousand_points_end_soon():
    server = leaf(OLD, more=[(many_points(5000), False)])
    place = [x509.UniformResourceIdentifier("http://b.example/")]
    lists = [list_of(OLD, number=n, more=[scope(full_name=place)]) for n in range(100)]
    hundred = facts(OF_ROOT, *lists, chain=(server, OLD))
    begun = time.process_time()
    assert of_leaf(hundred) == ("revocation-unreachable", "crl-scope")
    assert time.process_time() - begun < 1.5


# --- rubbish ---


def with_key(whole: Certificate, spki: bytes) -> Certificate:
    """The certificate with something else on the place of its key; its signature is broken by that."""
    tbs = der.raw(der.signed_parts(whole.der).tbs)
    own = der.raw(whole.parts.spki)
    fields = [spki if der.raw(f) == own else der.raw(f) for f in der.inside(der.one(tbs))]
    rest = whole.der[whole.der.index(tbs) + len(tbs) :]
    found = parse_certificate(der.value(0x30, der.value(0x30, b"".join(fields)) + rest))
    assert isinstance(found, Certificate)
    return found


@pytest.mark.parametrize("spki", ["0400", "0500", "3000", "30020500", "30053000030100", "30023000"])
def test_an_issuer_whose_key_is_none_ends_nothing(spki: str):
    strange = with_key(OLD.certificate, bytes.fromhex(spki))
    staple = answer_to(SERVER.certificate, OLD)
    given = replace(situation(SERVER, strange, roots=[ROOT]), crls=(OF_ROOT, list_of(OLD)), staple=staple)
    first, *_ = walk(given)
    causes = {(f.cause, f.kind) for f in first.faults if f.role == "leaf"}
    assert ("revocation-unreachable", "staple") in causes
    assert verdict_on("openssl", given).result == "refuse"


def test_whatever_fails_while_it_is_read_is_not_known(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OverflowError("nobody thought of this")

    monkeypatch.setattr(Crl, "signed_by", fail)
    monkeypatch.setattr(Staple, "about", fail)
    given = replace(facts(OF_ROOT, list_of(OLD)), staple=answer_to(SERVER.certificate, OLD))
    path = (SERVER.certificate, OLD.certificate, ROOT.certificate)
    lists, staple = answers(path, given)[0]
    assert (lists.state, lists.kind) == ("undetermined", "crl-unreadable")
    assert (staple.state, staple.kind) == ("undetermined", "staple")


def damaged(whole: bytes, dice: random.Random) -> bytes:
    changed = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] = dice.choice(
            (0, 1, 4, 5, 0x30, 0x80, 0xFF, dice.randrange(256))
        )
    return bytes(changed[: dice.choice((len(changed), len(changed), dice.randrange(len(changed))))])


def test_damage_in_issuer_list_and_staple_at_once_ends_nothing_and_calls_nothing_withdrawn():
    dice = random.Random(6818)
    place = pointing("http://a.example/crl")
    server = leaf(OLD, key=new_key(SECP256R1()), more=[place])
    lists = [list_of(OLD, entry(SERVER.certificate, x509.ReasonFlags.superseded)), list_of(OLD), OF_ROOT]
    staple = answer_to(server.certificate, OLD)
    for _ in range(1500):
        above = parse_certificate(damaged(OLD.certificate.der, dice))
        crls = tuple(Crl(damaged(crl.der, dice)) for crl in lists)
        given = situation(server, above, OLD, roots=[ROOT])
        for path in walk(replace(given, crls=(*crls, OF_ROOT), staple=damaged(staple, dice))):
            assert not any(f.cause == "revoked" for f in path.faults)
