import pytest
from cryptography import x509
from judge_making import authority, faults_of, leaf, root, verdict_of

STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
ROOT = root()


def _chain(where: str, critical: bool):
    more = {where: [(STRANGE, critical)]}
    top = root(more=more.get("anchor", ()))
    issuing = authority("Issuing", top, more=more.get("ca", ()))
    return (leaf(issuing, more=more.get("leaf", ())), issuing), top


@pytest.mark.parametrize("where", ["leaf", "ca", "anchor"])
def test_a_critical_extension_that_nobody_knows_is_told_wherever_it_is(where: str):
    chain, top = _chain(where, critical=True)
    (fault,) = faults_of("critical-extension", *chain, roots=[top])
    assert fault.role == where
    assert "1.2.3.4.5" in fault.found
    verdict = verdict_of("openssl", *chain, roots=[top])
    assert (verdict.result, verdict.disagreement) == ("refuse", None)


def test_the_same_extension_not_critical_is_none():
    chain, top = _chain("leaf", critical=False)
    assert faults_of("critical-extension", *chain, roots=[top]) == ()


def test_a_known_critical_extension_is_none():
    issuing = authority("Issuing", ROOT, more=[(x509.NameConstraints([x509.DNSName("example")], None), True)])
    assert faults_of("critical-extension", leaf(issuing), issuing, roots=[ROOT]) == ()
