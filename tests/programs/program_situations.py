"""Situations that programs are put into: a chain, its key, the roots that are trusted, the name asked for.

Every situation has an authority of its own, whose names carry the situation's: so one program may trust the
roots of all situations at once, and each of them still stands alone.
"""

import ipaddress
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tlswizard.core import der
from tlswizard.core.pem import pem
from tlswizard.lab.computer import BUNDLE
from tlswizard.lab.exercise import Bench, Exercise, all_exercises

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Extension = tuple[x509.ExtensionType, bool]

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
LOOPBACK = "127.0.0.1"
TRANSPORTS = ("https", "ldaps", "smtp", "postgres")


def usage(**bits: bool) -> x509.KeyUsage:
    """No bit is set but those named."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})


SIGNS = usage(digital_signature=True)
P256 = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class Situation:
    """What a server sends, what a program trusts, and the name that it asks for."""

    id: str
    host: str
    chain: tuple[str, ...]
    """PEM, as served"""
    key: str
    """PEM"""
    roots: tuple[str, ...]
    """PEM; never empty: many programs take an empty file for a mistake"""
    transport: str = ""
    """the one that it is spoken over; "": all of them"""
    lab: bool = False
    """served by the lab's own server"""

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Situation":
        known = json.loads(text)
        return cls(**known | {"chain": tuple(known["chain"]), "roots": tuple(known["roots"])})


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate with its key."""

    der: bytes
    key: Key
    subject: x509.Name

    @property
    def pem(self) -> str:
        return x509.load_der_x509_certificate(self.der).public_bytes(Encoding.PEM).decode("ascii")


class Workshop:
    """Makes what one situation consists of. All names carry the situation's."""

    def __init__(self, id_: str, now: datetime) -> None:
        self.id = id_
        self.host = f"{id_}.lab.test"
        self.now = now
        self.root = self.authority("Root")
        self.other = self.authority("Other Root")
        """trusted where the situation's own root is not"""

    def authority(
        self,
        name: str,
        issuer: Made | None = None,
        *,
        days: tuple[int, int] = (-700, 3000),
        ca: bool | None = True,
        path_length: int | None = None,
        key_usage: bool = True,
        eku: Sequence[x509.ObjectIdentifier] = (),
        more: Sequence[Extension] = (),
        rsa_bits: int | None = None,
    ) -> Made:
        extensions: list[Extension] = [*more]
        if ca is not None:
            extensions.append((x509.BasicConstraints(ca, path_length if ca else None), True))
        if key_usage:
            extensions.append((usage(key_cert_sign=True, crl_sign=True), True))
        if eku:
            extensions.append((x509.ExtendedKeyUsage(eku), False))
        return self.made(f"{self.id} {name}", issuer, extensions, days=days, rsa_bits=rsa_bits)

    def leaf(
        self,
        issuer: Made | None,
        *,
        cn: str | None = None,
        dns: Sequence[str] | None = None,
        ip: Sequence[str] = (),
        days: tuple[int, int] = (-30, 335),
        ca: bool | None = False,
        key_usage: x509.KeyUsage | None = SIGNS,
        eku: Sequence[x509.ObjectIdentifier] = (SERVER,),
        aki: bool = True,
        more: Sequence[Extension] = (),
        rsa_bits: int | None = None,
        curve: ec.EllipticCurve = P256,
    ) -> Made:
        """`dns` None: the situation's host; `()` and no `ip`: no alternative names at all."""
        names = [self.host] if dns is None else dns
        general: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        general += [x509.IPAddress(ipaddress.ip_address(address)) for address in ip]
        extensions: list[Extension] = list(more)
        if key_usage:
            extensions.append((key_usage, True))
        if ca is not None:
            extensions.append((x509.BasicConstraints(ca, None), True))
        if eku:
            extensions.append((x509.ExtendedKeyUsage(eku), False))
        if general:
            extensions.append((x509.SubjectAlternativeName(general), False))
        return self.made(
            cn or self.host, issuer, extensions, days=days, aki=aki, rsa_bits=rsa_bits, curve=curve
        )

    def made(
        self,
        cn: str,
        issuer: Made | None,
        extensions: Sequence[Extension],
        *,
        days: tuple[int, int],
        aki: bool = True,
        rsa_bits: int | None = None,
        curve: ec.EllipticCurve = P256,
    ) -> Made:
        key: Key = rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(curve)
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab"),
                x509.NameAttribute(NameOID.COMMON_NAME, cn),
            ]
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + timedelta(days=days[0]))
            .not_valid_after(self.now + timedelta(days=days[1]))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        signer = issuer.key if issuer else key
        if issuer and aki:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
            builder = builder.add_extension(identifier, critical=False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return Made(builder.sign(signer, SHA256()).public_bytes(Encoding.DER), key, subject)

    def chain(self, **leaf: object) -> tuple[Made, Made]:
        """A leaf below an intermediate below the root; what is said is said of the leaf."""
        issuing = self.authority("Issuing CA", self.root)
        return self.leaf(issuing, **leaf), issuing  # type: ignore[arg-type]

    def served(
        self, chain: Sequence[Made], *, trusts: Sequence[Made] | None = None, host: str | None = None
    ) -> Situation:
        """`trusts` None: the situation's own root."""
        return Situation(
            self.id,
            host or self.host,
            tuple(made.pem for made in chain),
            key_pem(chain[0].key),
            tuple(made.pem for made in ([self.root] if trusts is None else trusts)),
        )


def key_pem(key: Key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def signed_with_sha1(made: Made, issuer: Made) -> Made:
    """The same certificate with an RSA signature over SHA-1, which the builder refuses to make."""
    sha256, sha1 = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    tbs = x509.load_der_x509_certificate(made.der).tbs_certificate_bytes.replace(sha256, sha1)
    if not isinstance(issuer.key, rsa.RSAPrivateKey):
        raise TypeError("the issuer must hold an RSA key")
    signature = issuer.key.sign(tbs, padding.PKCS1v15(), SHA1())
    algorithm = der.value(der.SEQUENCE, sha1 + b"\x05\x00")
    whole = der.value(der.SEQUENCE, tbs + algorithm + der.value(0x03, b"\x00" + signature))
    return replace(made, der=whole)


Make = Callable[[Workshop], Situation]
SITUATIONS: dict[str, Make] = {}


def situation(make: Make) -> Make:
    """Its name is the id."""
    SITUATIONS[make.__name__.replace("_", "-")] = make
    return make


@situation
def good(w: Workshop) -> Situation:
    return w.served(w.chain())


@situation
def expired(w: Workshop) -> Situation:
    return w.served(w.chain(days=(-400, -3)))


@situation
def not_yet_valid(w: Workshop) -> Situation:
    return w.served(w.chain(days=(20, 385)))


@situation
def expired_intermediate(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, days=(-700, -2))
    return w.served([w.leaf(issuing), issuing])


@situation
def wrong_name(w: Workshop) -> Situation:
    return w.served(w.chain(cn="elsewhere.lab.test", dns=["elsewhere.lab.test"]))


@situation
def untrusted_root_sent(w: Workshop) -> Situation:
    return w.served([*w.chain(), w.root], trusts=[w.other])


@situation
def untrusted_root_not_sent(w: Workshop) -> Situation:
    return w.served(w.chain(), trusts=[w.other])


@situation
def missing_intermediate(w: Workshop) -> Situation:
    return w.served(w.chain()[:1])


@situation
def self_signed_untrusted(w: Workshop) -> Situation:
    return w.served([w.leaf(None)], trusts=[w.other])


@situation
def self_signed_trusted_no_ca(w: Workshop) -> Situation:
    leaf = w.leaf(None, ca=False)
    return w.served([leaf], trusts=[leaf])


@situation
def self_signed_trusted_as_ca(w: Workshop) -> Situation:
    """As `openssl req -x509` makes them."""
    leaf = w.leaf(None, ca=True, key_usage=usage(digital_signature=True, key_cert_sign=True))
    return w.served([leaf], trusts=[leaf])


@situation
def self_signed_trusted_without_constraints(w: Workshop) -> Situation:
    leaf = w.leaf(None, ca=None)
    return w.served([leaf], trusts=[leaf])


@situation
def self_signed_trusted_bare(w: Workshop) -> Situation:
    """No extension but the names."""
    leaf = w.leaf(None, ca=None, key_usage=None, eku=())
    return w.served([leaf], trusts=[leaf])


@situation
def only_intermediate_trusted(w: Workshop) -> Situation:
    leaf, issuing = w.chain()
    return w.served([leaf, issuing], trusts=[issuing])


@situation
def only_leaf_trusted(w: Workshop) -> Situation:
    leaf, issuing = w.chain()
    return w.served([leaf, issuing], trusts=[leaf])


@situation
def only_leaf_trusted_and_sent(w: Workshop) -> Situation:
    leaf, _ = w.chain()
    return w.served([leaf], trusts=[leaf])


@situation
def expired_root_in_store(w: Workshop) -> Situation:
    root = w.authority("Old Root", days=(-3000, -5))
    issuing = w.authority("Issuing CA", root)
    return w.served([w.leaf(issuing), issuing], trusts=[root])


@situation
def wildcard(w: Workshop) -> Situation:
    return w.served(w.chain(cn="*.lab.test", dns=["*.lab.test"]))


@situation
def wildcard_depth(w: Workshop) -> Situation:
    return w.served(w.chain(cn="*.lab.test", dns=["*.lab.test"]), host=f"a.{w.host}")


@situation
def wildcard_top_level(w: Workshop) -> Situation:
    return w.served(w.chain(cn="*.test", dns=["*.test"]), host="wildcard-top-level.test")


@situation
def wildcard_partial(w: Workshop) -> Situation:
    return w.served(w.chain(cn="wildcard-p*.lab.test", dns=["wildcard-p*.lab.test"]))


@situation
def common_name_only(w: Workshop) -> Situation:
    return w.served(w.chain(dns=[]))


@situation
def common_name_beside_other_name(w: Workshop) -> Situation:
    return w.served(w.chain(dns=["other.lab.test"]))


@situation
def common_name_beside_address(w: Workshop) -> Situation:
    return w.served(w.chain(dns=[], ip=["192.0.2.7"]))


@situation
def name_ends_in_dot(w: Workshop) -> Situation:
    return w.served(w.chain(cn="trailing dot", dns=[f"{w.host}."]))


@situation
def underscore_in_name(w: Workshop) -> Situation:
    host = "underscore_in_name.lab.test"
    return w.served(w.chain(cn=host, dns=[host]), host=host)


@situation
def address_listed(w: Workshop) -> Situation:
    return w.served(w.chain(cn=LOOPBACK, dns=[], ip=[LOOPBACK]), host=LOOPBACK)


@situation
def address_only_as_common_name(w: Workshop) -> Situation:
    return w.served(w.chain(cn=LOOPBACK, dns=[]), host=LOOPBACK)


@situation
def address_as_dns_name(w: Workshop) -> Situation:
    return w.served(w.chain(cn="by address", dns=[LOOPBACK]), host=LOOPBACK)


@situation
def address_not_listed(w: Workshop) -> Situation:
    return w.served(w.chain(), host=LOOPBACK)


@situation
def for_clients_only(w: Workshop) -> Situation:
    return w.served(w.chain(eku=[CLIENT]))


@situation
def for_any_purpose(w: Workshop) -> Situation:
    return w.served(w.chain(eku=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]))


@situation
def no_purpose_named(w: Workshop) -> Situation:
    return w.served(w.chain(eku=(), key_usage=None))


@situation
def intermediate_for_clients_only(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, eku=[CLIENT])
    return w.served([w.leaf(issuing), issuing])


@situation
def key_for_signing_certificates_only(w: Workshop) -> Situation:
    return w.served(w.chain(key_usage=usage(key_cert_sign=True)))


@situation
def key_for_encipherment_only(w: Workshop) -> Situation:
    return w.served(w.chain(key_usage=usage(key_encipherment=True), rsa_bits=2048))


@situation
def intermediate_not_for_signing(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, key_usage=False, more=[(usage(digital_signature=True), True)])
    return w.served([w.leaf(issuing), issuing])


@situation
def sha1_leaf(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, rsa_bits=2048)
    return w.served([signed_with_sha1(w.leaf(issuing), issuing), issuing])


@situation
def rsa_1024_leaf(w: Workshop) -> Situation:
    return w.served(w.chain(rsa_bits=1024))


@situation
def rsa_1024_intermediate(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, rsa_bits=1024)
    return w.served([w.leaf(issuing), issuing])


@situation
def p_521_leaf(w: Workshop) -> Situation:
    return w.served(w.chain(curve=ec.SECP521R1()))


@situation
def no_authority_key_id(w: Workshop) -> Situation:
    return w.served(w.chain(aki=False))


@situation
def root_without_key_usage(w: Workshop) -> Situation:
    root = w.authority("Plain Root", key_usage=False)
    issuing = w.authority("Issuing CA", root)
    return w.served([w.leaf(issuing), issuing], trusts=[root])


@situation
def unknown_critical_extension(w: Workshop) -> Situation:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    return w.served(w.chain(more=[(unknown, True)]))


@situation
def path_too_long(w: Workshop) -> Situation:
    upper = w.authority("Upper CA", w.root, path_length=0)
    lower = w.authority("Lower CA", upper)
    return w.served([w.leaf(lower), lower, upper])


@situation
def twelve_intermediates(w: Workshop) -> Situation:
    path = [w.root]
    for number in range(12):
        path.append(w.authority(f"CA {number}", path[-1]))
    return w.served([w.leaf(path[-1]), *path[:0:-1]])


@situation
def intermediate_without_constraints(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, ca=None)
    return w.served([w.leaf(issuing), issuing])


@situation
def intermediate_is_no_ca(w: Workshop) -> Situation:
    issuing = w.authority("Issuing CA", w.root, ca=False, key_usage=False)
    return w.served([w.leaf(issuing), issuing])


@situation
def name_outside_constraint(w: Workshop) -> Situation:
    permitted = x509.NameConstraints([x509.DNSName("elsewhere.test")], None)
    issuing = w.authority("Issuing CA", w.root, more=[(permitted, True)])
    return w.served([w.leaf(issuing), issuing])


@situation
def root_of_same_name_other_key(w: Workshop) -> Situation:
    """The root was made anew under its old name, and the program holds the old one."""
    return w.served(w.chain(), trusts=[w.authority("Root")])


@situation
def intermediates_in_wrong_order(w: Workshop) -> Situation:
    upper = w.authority("Upper CA", w.root)
    lower = w.authority("Lower CA", upper)
    return w.served([w.leaf(lower), upper, lower])


@situation
def expired_and_wrong_name(w: Workshop) -> Situation:
    return w.served(w.chain(cn="elsewhere.lab.test", dns=["elsewhere.lab.test"], days=(-400, -3)))


@situation
def untrusted_and_wrong_name(w: Workshop) -> Situation:
    return w.served(w.chain(cn="elsewhere.lab.test", dns=["elsewhere.lab.test"]), trusts=[w.other])


@situation
def untrusted_and_expired(w: Workshop) -> Situation:
    return w.served([*w.chain(days=(-400, -3)), w.root], trusts=[w.other])


def exercise_ids() -> tuple[str, ...]:
    """Each exercise as its computer trusts; once more as its user does, where that is another list."""
    both = {e.id: [e.id, f"{e.id}-for-the-user"] if _user_differs(e) else [e.id] for e in all_exercises()}
    return tuple(f"lab-{id_}" for ids in both.values() for id_ in ids)


def all_ids() -> tuple[str, ...]:
    return (*SITUATIONS, *exercise_ids())


def all_situations(now: datetime | None = None) -> tuple[Situation, ...]:
    """In the order of `all_ids`."""
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    made = tuple(make(Workshop(id_, moment)) for id_, make in SITUATIONS.items())
    return (*made, *(one for exercise in all_exercises() for one in _of_exercise(exercise, moment)))


def transports_of(id_: str) -> tuple[str, ...]:
    """What the situation of this id is spoken over."""
    found = {f"lab-{e.id}": _transport(e) for e in all_exercises()}.get(id_.removesuffix("-for-the-user"))
    return (found,) if found else TRANSPORTS


def _transport(exercise: Exercise) -> str:
    return "smtp" if exercise.target.starttls == "smtp" else "https"


def _user_differs(exercise: Exercise) -> bool:
    computer = exercise.build(Bench.at(datetime.now(UTC))).computer
    machine = computer.windows.get("windows-machine-root", ())
    return not set(computer.windows.get("windows-user-root", ())) <= set(machine)


def _of_exercise(exercise: Exercise, now: datetime) -> list[Situation]:
    as_machine = _served_by_lab(exercise, now, user=False)
    if not _user_differs(exercise):
        return [as_machine]
    # Built anew: the two trust different roots, and no root may decide in a situation not its own.
    as_user = _served_by_lab(exercise, now, user=True)
    return [as_machine, replace(as_user, id=f"{as_user.id}-for-the-user")]


def _served_by_lab(exercise: Exercise, now: datetime, *, user: bool) -> Situation:
    scene = exercise.build(Bench.at(now))
    windows, leaf = scene.computer.windows, scene.sends[0]
    stores = ["windows-machine-root", "windows-user-root"][: 2 if user else 1]
    roots = [pem(c) for store in stores for c in windows.get(store, ())]
    bundle = scene.computer.files.get(BUNDLE, b"").decode("ascii")
    return Situation(
        f"lab-{exercise.id}",
        exercise.target.servername or exercise.target.host,
        tuple(pem(identity.certificate) for identity in scene.sends),
        key_pem(leaf.key),
        (*roots, bundle) if bundle else tuple(roots),
        transport=_transport(exercise),
        lab=True,
    )
