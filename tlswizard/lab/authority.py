"""A small certificate factory: roots, intermediates and leaves as RFC 5280 wants them, wrong only on request.

Keys are EC P-256, so that a chain takes a millisecond. Nothing here reads a clock: a root is told the
moment around which it lives, and hands it down to everything that it issues.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tlswizard.core.certificate import Certificate
from tlswizard.core.names import is_address

_YEAR = timedelta(days=365)
_ROOT = (-6 * _YEAR, 14 * _YEAR)
_INTERMEDIATE = (-3 * _YEAR, 7 * _YEAR)
_LEAF = (timedelta(days=-30), timedelta(days=335))
"""365 days: within the 398 that browsers allow, and far from its end."""

_FOR_SERVERS = (ExtendedKeyUsageOID.SERVER_AUTH,)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key, and who issued it: what can prove itself, and issue."""

    certificate: Certificate
    key: ec.EllipticCurvePrivateKey
    at: datetime
    """the moment around which everything that it issues is valid, unless told otherwise"""
    issuer: "Identity | None" = None
    """None: signed by itself"""

    @property
    def path(self) -> tuple["Identity", ...]:
        """From this one up to its root."""
        return (self, *self.issuer.path) if self.issuer else (self,)

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """What a server should send: this certificate and its issuers, without the root."""
        certificates = tuple(identity.certificate for identity in self.path)
        return certificates[:-1] or certificates

    @property
    def subject(self) -> x509.Name:
        return x509.load_der_x509_certificate(self.certificate.der).subject

    def intermediate(
        self,
        name: str,
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        path_length: int | None = None,
    ) -> "Identity":
        """A certificate authority below this one."""
        key = _new_key()
        subject = _below(self.subject, name)
        dates = _dates(self.at, _INTERMEDIATE, not_before, not_after)
        return self._signed(_start(subject, key, dates, _authority(path_length)), key)

    def leaf(
        self,
        names: Sequence[str],
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        eku: Sequence[x509.ObjectIdentifier] | None = _FOR_SERVERS,
        subject: x509.Name | None = None,
    ) -> "Identity":
        """A server's certificate for these DNS names and addresses; the first is also its common name."""
        key = _new_key()
        dates = _dates(self.at, _LEAF, not_before, not_after)
        builder = _start(subject or _below(self.subject, names[0]), key, dates, _server(names, eku))
        return self._signed(builder.add_extension(self._withdrawals(), critical=False), key)

    def _withdrawals(self) -> x509.CRLDistributionPoints:
        """Where real authorities publish what they withdrew; nobody answers under this name (RFC 6761)."""
        address = x509.UniformResourceIdentifier(f"http://pki.{_label(self.subject)}.example/issuing.crl")
        return x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])

    def _signed(self, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> "Identity":
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.issuer_name(self.subject).add_extension(issuer, critical=False)
        return Identity(_sign(builder, self.key), key, self.at, issuer=self)


def root(
    name: str,
    *,
    at: datetime,
    org: str | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Identity:
    """A certificate authority of its own, living around `at`; `org` is handed down to all below it."""
    key = _new_key()
    subject = _name(name, org)
    builder = _start(subject, key, _dates(at, _ROOT, not_before, not_after), _authority(None))
    return Identity(_sign(builder.issuer_name(subject), key), key, at)


def self_signed(
    names: Sequence[str],
    *,
    at: datetime,
    org: str | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    subject: x509.Name | None = None,
) -> Identity:
    """A server's certificate that nobody vouches for but itself, as devices and test servers make them."""
    key = _new_key()
    subject = subject or _name(names[0], org)
    dates = _dates(at, _LEAF, not_before, not_after)
    builder = _start(subject, key, dates, _server(names, _FOR_SERVERS))
    return Identity(_sign(builder.issuer_name(subject), key), key, at)


def _start(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    dates: tuple[datetime, datetime],
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder


def _sign(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> Certificate:
    return Certificate(builder.sign(key, SHA256()).public_bytes(Encoding.DER))


def _authority(path_length: int | None) -> list[tuple[x509.ExtensionType, bool]]:
    """RFC 5280 sections 4.2.1.9 and 4.2.1.3: both critical."""
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
    ]


def _server(
    names: Sequence[str], eku: Sequence[x509.ObjectIdentifier] | None
) -> list[tuple[x509.ExtensionType, bool]]:
    listed = [_general(name) for name in dict.fromkeys(names)]
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True), True),
        (x509.SubjectAlternativeName(listed), False),
    ]
    return [*extensions, (x509.ExtendedKeyUsage(eku), False)] if eku else extensions


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name)


def _name(common: str, org: str | None) -> x509.Name:
    organisation = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, org)] if org else []
    return x509.Name([*organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _below(issuer: x509.Name, common: str) -> x509.Name:
    organisation = issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return x509.Name([*organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _label(subject: x509.Name) -> str:
    """A host's label out of the organisation's name."""
    organisation = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    name = str(organisation[0].value) if organisation else "lab"
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum()) or "lab"


def _dates(
    at: datetime, usual: tuple[timedelta, timedelta], first: datetime | None, last: datetime | None
) -> tuple[datetime, datetime]:
    at = at.replace(microsecond=0)
    return first or at + usual[0], last or at + usual[1]


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())
