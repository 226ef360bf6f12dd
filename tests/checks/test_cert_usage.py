"""Is the certificate meant for servers?"""

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from diagnosis_cases import CONTENT, house, made, store

from tlswizard.checks.cert_usage import CHECK
from tlswizard.checks.check import OK, run
from tlswizard.diagnosis.diagnose import diagnose

ROOT, INTERMEDIATE, _ = house()
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@pytest.mark.parametrize(
    ("usages", "expected", "said"),
    [
        ((SERVER,), OK, "servers"),
        ((SERVER, CLIENT), OK, "servers, clients"),
        ((CLIENT,), "wrong-usage", "clients"),
        (None, OK, "everything: it names no purpose"),
    ],
)
def test_a_certificate_for_something_else_is_the_outcome(usages, expected: str, said: str):
    leaf = INTERMEDIATE.leaf(["server.example"], eku=usages)
    case = made((leaf, INTERMEDIATE), [store("linux-system", ROOT)])
    found = run(CHECK, diagnose(case, CONTENT, ("openssl",)), CONTENT, {})
    assert found.outcome == expected
    (rows,) = found.evidence.blocks
    assert rows.rows[0][1].text == said
