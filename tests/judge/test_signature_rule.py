from judge_making import all_faults, authority, faults_of, leaf, new_key, root, verdict_of

from tlswizard.core.certificate import Certificate, parse_certificate

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)
ECDSA_WITH_SHA256 = bytes.fromhex("06082a8648ce3d040302")


def test_a_signature_by_the_issuers_key_has_no_fault():
    assert all_faults(LEAF, ISSUING, roots=[ROOT]) == []


def test_a_signature_that_does_not_fit_the_very_key_it_names_is_bad():
    forged = leaf(ISSUING, signed_with=new_key())
    (fault,) = faults_of("bad-signature", forged, ISSUING, roots=[ROOT])
    assert (fault.kind, fault.role, fault.likely) == (None, "link", False)
    assert (fault.on, fault.other) == (forged.certificate, ISSUING.certificate)


def test_an_anchor_of_the_same_name_with_another_key_is_told():
    twin = root("Root")
    (fault,) = faults_of("same-name-different-key", LEAF, ISSUING, roots=[twin])
    assert (fault.on, fault.other) == (ISSUING.certificate, twin.certificate)
    assert faults_of("bad-signature", LEAF, ISSUING, roots=[twin]) == ()


def test_a_sent_authority_of_the_same_name_with_another_key_is_the_wrong_one():
    twin = authority("Issuing", ROOT)
    (fault,) = faults_of("wrong-intermediate", LEAF, twin, roots=[ROOT])
    assert (fault.kind, fault.other) == ("same-name", twin.certificate)
    assert faults_of("missing-intermediate", LEAF, twin, roots=[ROOT]) == ()


def test_without_key_identifiers_a_sent_authority_leaves_two_explanations():
    twin = authority("Issuing", ROOT, key_ids=False)
    bare = leaf(ISSUING, key_ids=False)
    (fault,) = faults_of("bad-signature", bare, twin, roots=[ROOT])
    assert (fault.kind, fault.likely) == ("no-key-ids", True)


def test_the_faults_behind_a_bad_link_are_not_hidden():
    expired = authority("Issuing", ROOT, not_after=ROOT.certificate.not_before)
    assert all_faults(LEAF, expired, roots=[ROOT]) == ["expired", "wrong-intermediate (same-name)"]


def test_where_one_candidate_signed_the_others_are_no_fault():
    twin = authority("Issuing", ROOT)
    assert all_faults(LEAF, twin, ISSUING, roots=[ROOT]) == []
    assert all_faults(LEAF, ISSUING, roots=[root("Root"), ROOT]) == []


def _strange(certificate: Certificate) -> Certificate:
    """Signed by an algorithm that nobody knows."""
    found = parse_certificate(certificate.der.replace(ECDSA_WITH_SHA256, ECDSA_WITH_SHA256[:-1] + b"\x7f"))
    assert isinstance(found, Certificate)
    return found


def test_a_signature_that_nobody_can_check_is_not_called_bad():
    strange = _strange(LEAF.certificate)
    (fault,) = faults_of("weak-signature", strange, ISSUING, roots=[ROOT])
    assert (fault.kind, fault.on) == ("unsupported-algorithm", strange)
    assert faults_of("bad-signature", strange, ISSUING, roots=[ROOT]) == ()
    assert verdict_of("openssl", strange, ISSUING, roots=[ROOT]).result == "refuse"


def test_an_issuer_whose_key_cannot_be_read_is_malformed_itself():
    point = ISSUING.key.public_key().public_numbers().x.to_bytes(32, "big")
    unreadable = parse_certificate(ISSUING.certificate.der.replace(b"\x04" + point, b"\x09" + point))
    faults = faults_of("malformed-certificate", LEAF, unreadable, roots=[ROOT])
    assert faults
    assert {f.on for f in faults} == {unreadable}
    assert not [
        f for f in faults_of("bad-signature", LEAF, unreadable, roots=[ROOT]) if f.on == LEAF.certificate
    ]
