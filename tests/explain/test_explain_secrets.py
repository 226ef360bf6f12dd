"""Private keys in any form and passwords do not come back out of a text."""

import base64

import pytest

from tlswizard.content.library import Content
from tlswizard.explain.match import reading
from tlswizard.explain.secrets import masked, without_pem

CONTENT = Content.shipped()
EXPIRED = "curl: (60) SSL certificate problem: certificate has expired"

BYTES = bytes(range(7, 250, 7))[:32]
ED25519 = bytes.fromhex("302e020100300506032b657004220420") + BYTES
PKCS8_EC = (
    bytes.fromhex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420") + BYTES * 3
)
SEC1 = bytes.fromhex("30770201010420") + BYTES * 3
PKCS1 = bytes.fromhex("308204a40201000282010100") + BYTES * 30
ENCRYPTED = bytes.fromhex("3081ec305706092a864886f70d01050d304a") + BYTES * 6
KEYS = [ED25519, PKCS8_EC, SEC1, PKCS1, ENCRYPTED]


def base(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wrapped(text: str, width: int, end: str = "\n") -> str:
    return end.join(text[i : i + width] for i in range(0, len(text), width))


PEM = f"-----BEGIN PRIVATE KEY-----\n{wrapped(base(PKCS8_EC), 64)}\n-----END PRIVATE KEY-----\n"
PUTTY = (
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 1\nAAAAC3Nza\n"
    f"Private-Lines: 1\n{base(BYTES)}\nPrivate-MAC: 00ff\n"
)
JWK = f'{{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS", "d": "{base(BYTES)[:43]}"}}'

FORMS = [
    *(f'{{"key":"{base(key)}"}}' for key in KEYS),
    *(wrapped(base(key), 40) for key in KEYS),
    *(wrapped(base(key), 40, "\\n") for key in KEYS),
    *(f"x509: certificate is valid for foo, not {base(key)}" for key in KEYS),
    *(f'Get "https://{base(key)}/": {EXPIRED}' for key in KEYS),
    base(PEM.encode()),
    f"  tls.key: {base(PEM.encode())}",
    wrapped(base(PEM.encode()), 76),
    PUTTY,
    JWK,
    JWK.replace('"', '\\"'),
]


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
def test_a_private_key_of_any_form_is_told_of_and_left_out(form):
    text = f"{EXPIRED}\n{form}\n{EXPIRED}"
    left, withheld = without_pem(text.encode())
    assert withheld.state.key
    assert left.count(b"\n") == text.count("\n")
    assert left.count(EXPIRED.encode()) == text.count(EXPIRED)
    for key in (*KEYS, BYTES, PEM.encode()):
        for part in (base(key)[20:40], base(key)[-30:-10]):
            assert part not in left.decode()
            assert part not in repr(reading(text, CONTENT))


@pytest.mark.parametrize(
    "text",
    [
        "MINISTRYOFSILLYWALKSANDOTHERS is not trusted",
        "MIIDCjCCAfKgAwIBAgIUQ0hFQ0sgVEhJUyBJUyBOTyBDRVJUSUZJQ0FURSBIRVJF",
        '{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVSeOOPqkZ"}',
        "sha256 fingerprint 3c9909afec25354d551dae21590bb26e38d53f2173b8d3dc3eee4c047e7ab1c1",
    ],
)
def test_what_is_no_private_key_is_not_taken_for_one(text):
    left, withheld = without_pem(text.encode())
    assert (left.decode(), withheld.state.key) == (text, False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pa@ss@git.example/x", "https://…@git.example/x"),
        ("https://user:pa/ss@git.example/x", "https://…@git.example/x"),
        ("'https://user:pass@git.example' failed", "'https://…@git.example' failed"),
        ("https://git.example/x?private_token=abc failed", "https://git.example/x?… failed"),
        ("with url: /x?private_token=abc (Caused by", "with url: /x?… (Caused by"),
        ("what is this? nothing", "what is this? nothing"),
        (
            "MOZILLA_PKIX_ERROR_SIGNATURE_ALGORITHM_MISMATCH",
            "MOZILLA_PKIX_ERROR_SIGNATURE_ALGORITHM_MISMATCH",
        ),
        (f"not {'xY3' * 20} at all", "not … at all"),
        (f"fingerprint {'ab12' * 16}", f"fingerprint {'ab12' * 16}"),
    ],
)
def test_passwords_parameters_and_long_secrets_are_not_shown(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://user:pa@ss@git.example:8443/x", "https://git.example:8443"),
        ("https://user:pa/ss@git.example/x", "https://git.example"),
        ("https://user:12/ss@git.example/x", "https://git.example"),
        ("https://registry.example/@scope/name", "https://registry.example"),
        ("https://git.example/x?private_token=abc", "https://git.example"),
        (f"https://{'xY3' * 20}/x", ""),
    ],
)
def test_the_server_of_a_url_with_a_password(url, server):
    (match,) = reading(f"GET {url} {EXPIRED}", CONTENT).matches
    assert match.server == server
    assert not [part for part in ("pa@", "pa/", "12/", "abc") if part in repr(match)]
