"""Certificates with any one thing wrong in them, and how they are judged.

What `cryptography` refuses to make (SHA-1, MD5, small RSA, version 1) comes from the `openssl` program.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tlswizard.clients.reading import policy
from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.names import is_address
from tlswizard.core.pem import certificates_in, pem
from tlswizard.core.store import index
from tlswizard.core.verdict import Fault, Situation, Verdict
from tlswizard.core.verdict import Path as Way
from tlswizard.judge.decide import judge
from tlswizard.judge.walk import walk

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "a.example"
SIGNS = frozenset({"key_cert_sign", "crl_sign"})
SERVERS = (ExtendedKeyUsageOID.SERVER_AUTH,)

Extension = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True, slots=True)
class Made:
    certificate: Certificate
    key: ec.EllipticCurvePrivateKey


def new_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


def named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def made(
    subject: str | x509.Name,
    issuer: Made | None = None,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    not_before: datetime = AT - 300 * DAY,
    not_after: datetime = AT + 90 * DAY,
    constraints: tuple[bool, int | None] | None = (False, None),
    usage: frozenset[str] | None = frozenset({"digital_signature"}),
    purposes: Sequence[x509.ObjectIdentifier] | None = None,
    names: Sequence[str] = (),
    key_ids: bool = True,
    more: Iterable[Extension] = (),
    signed_with: ec.EllipticCurvePrivateKey | None = None,
) -> Made:
    """One certificate; without an issuer it is self-signed. `signed_with`: not with the issuer's key."""
    key = key or new_key()
    subject = named(subject) if isinstance(subject, str) else subject
    above_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.library().subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    extensions: list[Extension] = list(more)
    if constraints is not None:
        extensions.append((x509.BasicConstraints(*constraints), True))
    if usage is not None:
        extensions.append((_usage(usage), True))
    if purposes:
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    if names:
        listed = [x509.IPAddress(ip_address(n)) if is_address(n) else x509.DNSName(n) for n in names]
        extensions.append((x509.SubjectAlternativeName(listed), False))
    if key_ids:
        extensions.append((x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
        if issuer:
            above = x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key())
            extensions.append((above, False))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    der = builder.sign(signed_with or above_key, SHA256()).public_bytes(Encoding.DER)
    found = parse_certificate(der)
    assert isinstance(found, Certificate)
    return Made(found, key)


def root(name: str = "Root", **wrong: object) -> Made:
    options: dict[str, object] = {"constraints": (True, None), "usage": SIGNS} | wrong
    return made(name, None, **options)  # type: ignore[arg-type]


def authority(name: str, issuer: Made, **wrong: object) -> Made:
    options: dict[str, object] = {"constraints": (True, None), "usage": SIGNS} | wrong
    return made(name, issuer, **options)  # type: ignore[arg-type]


ASKED: Extension = (
    x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier("http://ca.example/l.crl")], None, None, None
            )
        ]
    ),
    False,
)
"""Where to ask whether it was withdrawn: without it every leaf carries a note."""


def leaf(issuer: Made | None, **wrong: object) -> Made:
    options: dict[str, object] = {"purposes": SERVERS, "names": (HOST,), "more": [ASKED]} | wrong
    return made(HOST, issuer, **options)  # type: ignore[arg-type]


def _usage(bits: frozenset[str]) -> x509.KeyUsage:
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{bit: bit in bits for bit in every})


# --- what only the openssl program makes -------------------------------------------------------------


@cache
def by_openssl(
    subject: str, *, bits: int = 2048, digest: str = "sha256", extensions: str = "", signer: bytes = b""
) -> tuple[Certificate, bytes]:
    """A certificate and its RSA key (PEM); self-signed, or signed by `signer`: certificate and key (PEM).

    Without `extensions` (openssl-x509v3_config(5), lines) it is of version 1. Valid around AT: only
    openssl-ca(1) can be told both dates.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "index").touch()
        (folder / "signer").write_bytes(signer)
        (folder / "config").write_text(_AUTHORITY.format(folder=folder) + extensions)
        key, request, result = folder / "key", folder / "request", folder / "result"
        _openssl("genrsa", "-traditional", "-out", key, bits)
        _openssl("req", "-new", "-key", key, "-subj", f"/CN={subject}", "-out", request)
        by = (
            ["-cert", folder / "signer", "-keyfile", folder / "signer"]
            if signer
            else ["-selfsign", "-keyfile", key]
        )
        by += ["-extensions", "more"] if extensions else []
        dates = [
            "-startdate",
            f"{AT - 300 * DAY:%Y%m%d%H%M%SZ}",
            "-enddate",
            f"{AT + 90 * DAY:%Y%m%d%H%M%SZ}",
        ]
        _openssl("ca", "-batch", "-notext", "-config", folder / "config", "-md", digest, *dates, *by,
                 "-in", request, "-out", result)  # fmt: skip
        (found,) = certificates_in(result.read_bytes())
        assert isinstance(found, Certificate)
        return found, result.read_bytes() + key.read_bytes()


_AUTHORITY = """
[ca]
default_ca = here
[here]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
[more]
"""


def as_signer(identity: Made) -> bytes:
    key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return pem(identity.certificate).encode() + key


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


CA_CONFIG = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
LEAF_CONFIG = (
    f"basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectAltName=DNS:{HOST}\n"
    "crlDistributionPoints=URI:http://ca.example/l.crl\n"
)


# --- judging ----------------------------------------------------------------------------------------

Served = Made | Certificate | Malformed


def situation(
    *chain: Served,
    roots: Iterable[Served] = (),
    intermediates: Iterable[Served] = (),
    name: str | None = HOST,
    at: datetime = AT,
) -> Situation:
    return Situation(
        tuple(_bare(c) for c in chain),
        index(tuple(c for c in map(_bare, roots) if isinstance(c, Certificate))),
        index(tuple(c for c in map(_bare, intermediates) if isinstance(c, Certificate))),
        name,
        at,
    )


def _bare(served: Served) -> Certificate | Malformed:
    return served.certificate if isinstance(served, Made) else served


def paths(*chain: Served, **rest: object) -> tuple[Way, ...]:
    return walk(situation(*chain, **rest))  # type: ignore[arg-type]


def faults_of(cause: str, *chain: Served, **rest: object) -> tuple[Fault, ...]:
    """The faults of this cause on the first path."""
    first, *_ = paths(*chain, **rest)
    return tuple(f for f in first.faults if f.cause == cause)


def all_faults(*chain: Served, **rest: object) -> list[str]:
    first, *_ = paths(*chain, **rest)
    return [str(f) for f in first.faults]


@cache
def content() -> Content:
    return Content.shipped()


def verdict_of(client: str, *chain: Served, **rest: object) -> Verdict:
    facts = situation(*chain, **rest)  # type: ignore[arg-type]
    return verdict_on(client, facts)


def verdict_on(client: str, facts: Situation) -> Verdict:
    shipped = content()
    order = {cause.id: cause.place for cause in shipped.causes.values()}
    return judge(facts, walk(facts), policy(shipped.clients[client], shipped.causes), order)
