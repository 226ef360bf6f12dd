"""Lists of withdrawn certificates and OCSP answers, with any one thing wrong in them."""

import base64
from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from judge_making import AT, DAY, Made

from tlswizard.core.certificate import Certificate
from tlswizard.core.crl import Crl, parse_crl

Extension = tuple[x509.ExtensionType, bool]
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55738.666.1"), b"\x05\x00")


def entry(
    certificate: Certificate,
    reason: x509.ReasonFlags | None = None,
    *,
    at: datetime = AT - 2 * DAY,
    more: Iterable[Extension] = (),
) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(certificate.serial).revocation_date(at)
    extensions = [*((x509.CRLReason(reason), False) for reason in [reason] if reason), *more]
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.build()


def list_of(
    by: Made,
    *withdrawn: Certificate | x509.RevokedCertificate,
    since: datetime = AT - DAY,
    until: datetime = AT + 9 * DAY,
    number: int | None = 7,
    name: Made | None = None,
    more: Iterable[Extension] = (),
) -> Crl:
    """A list signed by `by`; with `name` it says that this one issued and signed it."""
    claimed = name or by
    issuer = claimed.certificate.library().subject
    builder = (
        x509.CertificateRevocationListBuilder().issuer_name(issuer).last_update(since).next_update(until)
    )
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(claimed.key.public_key())
    extensions: list[Extension] = [*more, (key_id, False)]
    if number is not None:
        extensions.append((x509.CRLNumber(number), False))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    for one in withdrawn:
        builder = builder.add_revoked_certificate(entry(one) if isinstance(one, Certificate) else one)
    found = parse_crl(builder.sign(by.key, SHA256()).public_bytes(Encoding.DER))
    assert isinstance(found, Crl)
    return found


def scope(**fields: object) -> Extension:
    """An issuing distribution point: everything, but for the fields that are named."""
    every: dict[str, object] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    } | fields  # fmt: skip
    return x509.IssuingDistributionPoint(**every), True  # type: ignore[arg-type]


def pointing(
    *uris: str, issuer: Made | None = None, reasons: Iterable[x509.ReasonFlags] = (), relative: str = ""
) -> Extension:
    """CRL distribution points of a certificate: one, with these addresses."""
    names = [x509.UniformResourceIdentifier(uri) for uri in uris]
    point = x509.DistributionPoint(
        full_name=names or None,
        relative_name=relative_name(relative) if relative else None,
        reasons=frozenset(reasons) or None,
        crl_issuer=[x509.DirectoryName(issuer.certificate.library().subject)] if issuer else None,
    )
    return x509.CRLDistributionPoints([point]), False


def relative_name(common: str) -> x509.RelativeDistinguishedName:
    return x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def pem_of(*crls: Crl) -> bytes:
    return b"".join(
        b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(crl.der) + b"-----END X509 CRL-----\n"
        for crl in crls
    )


def answer_to(
    certificate: Certificate,
    issuer: Made,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    *,
    by: Made | None = None,
    sent: Iterable[Made] = (),
    since: datetime = AT - DAY,
    until: datetime | None = AT + 5 * DAY,
    reason: x509.ReasonFlags | None = None,
    hash_: HashAlgorithm | None = None,
) -> bytes:
    """An OCSP response signed by the issuer, or by `by`, whose certificate is among those sent along."""
    withdrawn = status is ocsp.OCSPCertStatus.REVOKED
    responder = by or issuer
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            certificate.library(), issuer.certificate.library(), hash_ or SHA1(), status, since, until,
            AT - 2 * DAY if withdrawn else None, reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate.library())
    )  # fmt: skip
    certificates = [one.certificate.library() for one in sent]
    if certificates:
        builder = builder.certificates(certificates)
    return builder.sign(responder.key, SHA256()).public_bytes(Encoding.DER)
