"""In which shapes messages come: each text is made here, after the manuals of the programs."""

import base64
import json

import pytest

from tlswizard.content.library import Content
from tlswizard.explain.match import explain, reading


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.shipped()


S_CLIENT = """\
CONNECTED(00000003)
depth=0 CN = www.corp.example
verify error:num=20:unable to get local issuer certificate
verify return:1
depth=0 CN = www.corp.example
verify error:num=21:unable to verify the first certificate
verify return:1
---
SSL-Session:
    Verify return code: 21 (unable to verify the first certificate)
---
"""

TRACE = """\
System.Net Information: 0 : [8136] SecureChannel#63094882 - Remote certificate has errors:
System.Net Information: 0 : [8136] SecureChannel#63094882 - \tCertificate name mismatch.
System.Net Information: 0 : [8136] SecureChannel#63094882 - Remote certificate was verified \
as invalid by the user.
System.Net.Sockets Verbose: 0 : [8136] Socket#5680219::Dispose()
"""

JAVA = """\
javax.net.ssl.SSLHandshakeException: PKIX path building failed: \
sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to \
requested target
\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)
\tat java.base/sun.security.ssl.TransportContext.fatal(TransportContext.java:378)
Caused by: sun.security.validator.ValidatorException: PKIX path building failed
\t... 12 more
"""

SHAPES = {
    "a transcript": (S_CLIENT, "missing-intermediate", 6),
    "a System.Net trace": (TRACE, "name-mismatch", 2),
    "a stack trace": (JAVA, "untrusted-root", 1),
    "an HRESULT": ("Exception from HRESULT: 0x800B0109", "untrusted-root", 1),
    "an HRESULT in decimal": ("The operation returned -2146762487", "untrusted-root", 1),
    "OpenSSL's number": ("C = DE\nerror 10 at 0 depth lookup: certificate has expired", "expired", 2),
    "OpenSSL's constant": ("verification returned X509_V_ERR_CERT_HAS_EXPIRED", "expired", 1),
    "Node's code": ("  code: 'CERT_HAS_EXPIRED'\n}", "expired", 1),
    "a browser's code": ("NET::ERR_CERT_COMMON_NAME_INVALID", "name-mismatch", 1),
    "Firefox's code": ("Error code: SEC_ERROR_EXPIRED_CERTIFICATE", "expired", 1),
    "OpenSSL's error code": (
        "4027:error:0A000152:SSL routines::unsafe legacy renegotiation disabled", "legacy-renegotiation", 1,
    ),
    "Go": ('Get "https://a": x509: certificate is valid for b.example, not a.example', "name-mismatch", 1),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_recognised_in_this_shape(content, shape):
    text, cause, line = SHAPES[shape]
    best = explain(text, content)[0]
    assert best.kind == "specific"
    assert cause in best.causes[:2], best
    assert best.line == line


MESSAGE = "unable to get local issuer certificate"


@pytest.mark.parametrize(
    "text",
    [
        "unable to get local iss\nuer certificate",
        "unable to get local issuer \r\n      certificate",
        "2026-11-21 10:00:01,123 ERROR [main-1] app: unable to get loc\n"
        "2026-11-21 10:00:01,124 ERROR [main-1] app: al issuer certificate",
        "> > unable to get local\n> > issuer certificate",
        "\x1b[31munable to get \x1b[1mlocal\x1b[0m issuer certificate\x1b[0m",
        "unable to get &quot;&#39;local issuer&nbsp;certificate".replace("&quot;&#39;", ""),
        "│ unable to get local │\n│ issuer certificate  │",
        '{"log": "unable to get local\\nissuer certificate"}',
        "unable\\u0020to get \\u001b[31mlocal\\u001b[0m issuer certificate",
        "UNABLE TO GET LOCAL ISSUER CERTIFICATE",
        "unable\u00a0to\u200b get local issuer certifi\u00adcate",
        "\0".join("unable to get local issuer certificate"),
        "# unable to get local\n# issuer certificate",
        "unable to get local issuer certifica",
    ],
)
def test_whatever_happened_to_it_on_the_way(content, text):
    found = explain(text, content)
    assert found[0].causes[0] == "missing-intermediate"


@pytest.mark.parametrize(
    "text",
    [
        "Verify return code: 0 (ok)",
        "Verification: OK",
        "- Status: The certificate is trusted.",
        "SSL certificate verify ok.",
        "SslPolicyErrors=None",
        "notAfter=Jan  1 00:00:00 2030 GMT, the certificate of expired.example is valid",
        "OK - Certificate 'self-signed.example' will expire on Fri Feb 19 01:32:00 2027",
        "HTTP/1.1 200 OK",
    ],
)
def test_what_accepts_is_not_explained(content, text):
    assert explain(text, content) == ()


PRIVATE = base64.b64encode(b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01" + bytes(range(200))).decode()
WRAPPED = "\n".join(PRIVATE[i : i + 64] for i in range(0, len(PRIVATE), 64))


@pytest.mark.parametrize(
    "label", ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"]
)
def test_a_private_key_is_seen_and_in_nothing_that_comes_back(content, label):
    text = (
        f"verify: certificate has expired\n-----BEGIN {label}-----\n{WRAPPED}\n-----END {label}-----\nsay why"
    )
    told = reading(text, content)
    assert told.withheld.key
    assert told.matches[0].causes[0] == "expired"
    assert PRIVATE[:20] not in repr(told)


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN RSA PRIVATE KEY-----\n{WRAPPED}",
        f"{WRAPPED}\n-----END RSA PRIVATE KEY-----\ncertificate has expired",
        json.dumps({"key": f"-----BEGIN PRIVATE KEY-----\n{WRAPPED}\n-----END PRIVATE KEY-----\n", "a": "b"}),
        f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011\n\n{WRAPPED}",
        WRAPPED,
        "> " + WRAPPED.replace("\n", "\n> "),
    ],
)
def test_half_a_private_key_is_one_too(content, text):
    told = reading(text, content)
    assert told.withheld.key
    assert PRIVATE[70:90] not in repr(told)


def test_the_text_around_a_key_keeps_its_lines(content):
    text = f"a\n-----BEGIN PRIVATE KEY-----\n{WRAPPED}\n-----END PRIVATE KEY-----\ncertificate has expired"
    assert explain(text, content)[0].line == text.count("\n") + 1


CERTIFICATE = base64.b64encode(b"\x30\x82\x03\x0a\x30\x82\x01\xf2" + bytes(range(256)) * 2).decode()
CERTIFICATE_LINES = "\n".join(CERTIFICATE[i : i + 64] for i in range(0, len(CERTIFICATE), 64))


def test_a_certificate_is_no_message(content):
    told = reading(f"-----BEGIN CERTIFICATE-----\n{CERTIFICATE_LINES}\n-----END CERTIFICATE-----\n", content)
    assert (told.matches, told.withheld.certificates, told.withheld.half) == ((), 1, False)


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN CERTIFICATE-----\n{CERTIFICATE_LINES[:300]}",
        f"{CERTIFICATE_LINES[200:]}\n-----END CERTIFICATE-----",
        CERTIFICATE_LINES,
    ],
)
def test_half_a_certificate_is_none_either(content, text):
    told = reading(text, content)
    assert (told.matches, told.withheld.half, told.withheld.key) == ((), True, False)
