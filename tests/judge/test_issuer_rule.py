from judge_making import all_faults, authority, faults_of, leaf, root

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)
STRAY = authority("Stray", root("Elsewhere"))


def test_a_path_that_goes_on_has_no_fault():
    assert all_faults(LEAF, ISSUING, roots=[ROOT]) == []
    assert all_faults(LEAF, roots=[ROOT], intermediates=[ISSUING]) == []


def test_a_leaf_alone_lacks_its_issuer():
    (fault,) = faults_of("missing-intermediate", LEAF, roots=[ROOT])
    assert (fault.role, fault.on) == ("leaf", LEAF.certificate)
    assert "Issuing" in fault.expected


def test_another_authority_sent_instead_is_the_wrong_one():
    (fault,) = faults_of("wrong-intermediate", LEAF, STRAY, roots=[ROOT])
    assert (fault.kind, fault.other) == ("other-name", STRAY.certificate)
    assert "Stray" in fault.found
    assert faults_of("missing-intermediate", LEAF, STRAY, roots=[ROOT]) == ()


def test_another_servers_certificate_beside_it_is_no_wrong_intermediate():
    (fault,) = faults_of("missing-intermediate", LEAF, leaf(STRAY), roots=[ROOT])
    assert fault.on == LEAF.certificate


def test_a_path_that_stops_at_an_authority_lacks_a_trusted_root():
    (fault,) = faults_of("untrusted-root", LEAF, ISSUING, roots=[root("Other")])
    assert (fault.kind, fault.role, fault.on) == ("issuer-unknown", "ca", ISSUING.certificate)
    assert faults_of("missing-intermediate", LEAF, ISSUING, roots=[root("Other")]) == ()


def test_a_self_signed_end_is_not_this_rules_business():
    (first, *_) = all_faults(LEAF, ISSUING, ROOT, roots=[root("Other")])
    assert first == "untrusted-root (sent)"
    assert all_faults(leaf(None), roots=[ROOT]) == ["self-signed"]
