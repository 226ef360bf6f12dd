"""A certificate whose dates do not hold is renewed."""

from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from diagnosis_cases import AT, CONTENT, clock, days, diagnosed, house, made, store

from tlswizard.core.case import Part, Revocation
from tlswizard.core.crl import Crl
from tlswizard.core.edit import Reissue
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.authority import Identity


def test_an_expired_certificate_is_to_be_renewed_by_the_owner_of_the_server():
    proven = diagnosed("expired").fix("renew-certificate")
    assert proven is not None
    assert (proven.fix.edits, proven.fix.who) == ((Reissue(),), "server-owner")


def test_a_wrong_clock_renews_nothing():
    assert diagnosed("clock-wrong").fix("renew-certificate") is None


def test_an_expired_issuer_is_not_put_right_by_a_new_certificate_of_the_server():
    root = house()[0]
    old = root.intermediate("Old Issuing CA", not_before=AT - days(900), not_after=AT - days(5))
    leaf = old.leaf(["server.example"])
    told = diagnose(made((leaf, old), [store("linux-system", root)], time=clock()), CONTENT, ("openssl",))
    proven = told.fix("renew-certificate")
    assert proven is not None
    assert proven.fix.edits == (Reissue(certificate=old.certificate),)
    assert (proven.fix.who, "Old Issuing CA" in proven.fix.title) == ("certificate-team", True)
    assert proven.proofs[0].clients[0].after == "accept"


def withdrawing(issuer: Identity, *withdrawn: Identity) -> Crl:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(AT - days(1)).next_update(AT + days(1))
    for one in withdrawn:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial)
        builder = builder.add_revoked_certificate(entry.revocation_date(AT - days(1)).build())
    return Crl(builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER))


def test_a_withdrawn_authority_needs_a_new_key_and_what_it_issued_may_too():
    root, intermediate, leaf = house()
    lists = (withdrawing(root, intermediate), withdrawing(intermediate))
    case = made((leaf, intermediate), [store("linux-system", root)], time=clock())
    case = replace(case, revocation=Part(AT, Revocation(lists)))
    proven = diagnose(case, CONTENT, ("openssl",)).fix("renew-certificate")
    assert proven is not None
    fix = proven.fix
    assert fix.edits == (Reissue(certificate=intermediate.certificate, stronger=True),)
    assert "needs a new key" in fix.text
    assert "everything that was issued below it has to be issued anew" in fix.danger
    assert [(p.on, p.clients[0].after) for p in proven.proofs] == [("copy", "accept")]
