"""Are keys and signatures strong enough?"""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from diagnosis_cases import AT, CONTENT, diagnosed, made, store

from tlswizard.checks.cert_strength import CHECK
from tlswizard.checks.check import OK, run
from tlswizard.core.certificate import Certificate
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab import authority
from tlswizard.lab.authority import Identity


def test_each_key_and_signature_is_shown():
    found = run(CHECK, diagnosed("expired"), CONTENT, {})
    assert found.outcome == OK
    (rows,) = found.evidence.blocks
    assert len(rows.rows) == 3
    assert all("EC" in cell.text and "SHA256" in cell.text for _, cell in rows.rows)


def test_a_key_that_is_too_short_is_the_outcome():
    root = authority.root("Test Root CA", at=AT)
    leaf = Identity(short_key(root), root.key, AT, root)
    found = run(
        CHECK, diagnose(made((leaf,), [store("linux-system", root)]), CONTENT, ("openssl",)), CONTENT, {}
    )
    assert found.outcome == "weak-key"
    assert "1024" in found.causes[0].evidence


def short_key(issuer: Identity) -> Certificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server.example")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT - timedelta(days=10))
        .not_valid_after(AT + timedelta(days=300))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("server.example")]), False)
        .sign(issuer.key, hashes.SHA256())
    )
    return Certificate(built.public_bytes(Encoding.DER))
